"""The training of chapter 12, for the tools that record what comes of it."""

import numpy as np

from helpers.language.small_language import small_language
from helpers.language.training import evaluate, train, windows
from helpers.language.transformer import Transformer
from helpers.reading.small_model import CONFIG


def trained(seed=0, draw=lambda step: step, watch=lambda model, step: None, show=True):
    """Return the model after 1,800 steps; with no inputs, just as the chapter trains it.

    seed: of the first values. draw: a seed of the windows of a step. watch: called with the model and the
    steps taken so far, from 0 on. show: a bar.
    """
    text, _ = small_language().sample(120_000, np.random.default_rng(0))
    model = Transformer(CONFIG, seed)
    watch(model, 0)
    batch_at = lambda step: windows(text, 32, 32, np.random.default_rng(draw(step)))  # noqa: E731
    train(model, batch_at, 1800, rate=0.015, show=show, watch=lambda step: watch(model, step))
    return model


def loss_on_new(model):
    """Return the loss of a model on the new text of the chapter, in nats a word."""
    new, _ = small_language().sample(3_000, np.random.default_rng(1))
    return evaluate(model, new)
