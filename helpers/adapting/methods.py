"""Ways to adapt a trained model, by which of its parameters may move, and one training for all.

It leaves out prompts and prefixes that are learned, and adapters with layers of their own.
"""

import re
from copy import deepcopy
from dataclasses import replace

import numpy as np
import torch
from torch import nn

from ..language.training import train, windows
from ..sentences import Sentence
from .dialect import texts
from .lora import LAYERS, add_lora

STEPS, PIECES, CONTEXT = 200, 32, 32
# The rate of each: the best for the dialect on a seed apart, of 0.003, 0.01, 0.03, 0.1 and 0.3.
RATES = {"full": 0.01, "head": 0.03, "biases": 0.3, "lora 2 attention": 0.1}
RATES |= {"lora 1": 0.1, "lora 2": 0.1, "lora 4": 0.03, "lora 5": 0.03, "lora 8": 0.03, "lora 16": 0.03}
RATES |= {"last bias": 0.3}
REPLAYS = [("full", 0.125), ("full", 0.25), ("full", 0.5), ("lora 8", 0.25)]
LONGER = [("biases", 800)]  # a method, and steps in place of STEPS


def prepare(model, method, seed=0):
    """Return a copy of a model in which a method's parameters may move, and no others.

    method: "full", "head", "biases", "last bias", "lora R" or "lora R attention" with a whole number R.
    """
    student = deepcopy(model)
    moves = {"full": lambda name: True, "biases": is_bias}
    moves |= {"head": "output.weight".__eq__, "last bias": "norm.bias".__eq__}
    if low := re.fullmatch(r"lora (\d+)( attention)?", method):
        layers = LAYERS[:2] if low[2] else LAYERS
        return add_lora(student, int(low[1]), layers=layers, seed=seed)
    if method not in moves:
        raise Sentence(f"There is no method {method!r}; there are {', '.join(moves)} and lora with a rank.")
    if method == "head":
        untie(student)
    for name, p in student.named_parameters():
        p.requires_grad_(moves[method](name))
    return student


def is_bias(name):
    """Return whether a parameter is one that is added, in a layer or in a norm."""
    return name.endswith("bias")


def untie(model):
    """Give the output a matrix of its own, which begins as a copy of the embedding's."""
    if model.config.tied:
        model.output.weight = nn.Parameter(model.embedding.weight.detach().clone())
        model.config = replace(model.config, tied=False)


def batch_of(seed, step, replay=0.0):
    """Return [32, 33] tokens of the dialect; a share of the windows, `replay`, is of the old language."""
    rng, old = np.random.default_rng([seed, step]), round(replay * PIECES)
    parts = [windows(texts("new")[0], CONTEXT, PIECES - old, rng)] if old < PIECES else []
    parts += [windows(texts("old")[0], CONTEXT, old, rng)] if old else []
    return torch.cat(parts)


def adapt(model, method, rate, seed=0, steps=STEPS, replay=0.0, show=False):
    """Return a copy of a model that was trained on the dialect by a method. seed: of batches and LoRA."""
    student = prepare(model, method, seed)
    train(student, lambda step: batch_of(seed, step, replay), steps, rate, show=show)
    return student
