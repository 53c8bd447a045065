"""Models of six sizes, all trained alike on the small language: what chapter 16 measures.

It leaves out a recipe for each size: all take the same steps at the same rates, so the largest are trained
too short for their size.
"""

import numpy as np
import torch

from ..language.small_language import small_language
from ..language.training import train, windows
from ..language.transformer import Config, Transformer

SIZES, SIXTH = (8, 12, 16, 24, 32), 48  # widths: of the fit, and of the model that is foretold
STEPS, PIECES, CONTEXT, RATE = 400, 32, 32, 0.01
LANGUAGE = small_language()
TEXT, _ = LANGUAGE.sample(120_000, np.random.default_rng(0))
NEW, _surprise = LANGUAGE.sample(3_000, np.random.default_rng(1))
FLOOR = _surprise / len(NEW)  # nats a token: what the grammar itself loses on the new text


def build(width, seed=0):
    """Return an untrained model of one block."""
    config = Config(vocabulary=163, context=CONTEXT, width=width, layers=1, heads=2, positions="rotary")
    return Transformer(config, seed)


def size_of(model):
    """Return how many parameters a model has."""
    return sum(p.numel() for p in model.parameters())


def batch_of(seed, step):
    """Return the batch [32, 33] that a training with this seed reads at this step."""
    return windows(TEXT, CONTEXT, PIECES, np.random.default_rng([seed, step]))


def trained(width, seed=0, steps=STEPS):
    """Return a model of a width after its training; seed: of its first values and of its batches."""
    model = build(width, seed)
    train(model, lambda step: batch_of(seed, step), steps, RATE, show=False)
    return model


@torch.inference_mode()
def loss_after(model, *words):
    """Return the mean surprise of a model (at the words behind these, at all others), one word or two.

    Measured in 600 windows of new text, from the third word of each.
    """
    cut = torch.from_numpy(NEW[: 600 * (CONTEXT + 1)].reshape(600, CONTEXT + 1))
    log_p = torch.log_softmax(model(cut[:, :-1]), dim=-1)  # [600, 32, 163]
    surprise = -log_p.gather(2, cut[:, 1:, None])[:, 1:, 0]  # [600, 31]
    before = [cut[:, 1:-1], cut[:, :-2]]  # the word before each of these 31, and the one before that
    behind = torch.ones_like(surprise, dtype=torch.bool)
    for word, row in zip(reversed(LANGUAGE.encode(" ".join(words))), before, strict=False):
        behind &= row == word
    return surprise[behind].mean().item(), surprise[~behind].mean().item()
