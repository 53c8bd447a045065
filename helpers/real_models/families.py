"""GPT, BERT, T5 and XLNet at one size on the small language: built, trained, and held against their floors.

It leaves out a search for the best settings: rates were tried by hand, from 0.003 to 0.03.
"""

import tomllib
from functools import cache
from pathlib import Path

import numpy as np
import torch

from ..language.gaps import gaps_cost, masked_cost
from ..language.small_language import small_language
from ..language.training import train
from ..language.transformer import Config, Transformer
from .bert import LIKE_BERT, Bert
from .objectives import OBJECTIVES, SIZE, batches, loss_of
from .t5 import LIKE_T5, T5
from .xlnet import LIKE_XLNET, XLNet

FAMILIES = ["GPT", "BERT", "T5", "XLNet"]
WORDS, SHAPE = 163, {"context": SIZE, "width": 48}
STEPS = {"GPT": 300, "BERT": 1200, "T5": 700, "XLNet": 500}
RATES = {"GPT": 1e-2, "BERT": 8e-3, "T5": 1e-2, "XLNet": 1e-2}
BATCH, EXAM = 64, 300  # windows of a step, and of the exam
# Made by tools/make_families.py: floors, losses of short trainings from three seeds, and of a long one.
RECORDED = tomllib.loads((Path(__file__).parent / "families.toml").read_text(encoding="utf-8"))


def build(family, seed=0):
    """Return a model of a family with two blocks of width 48, untrained."""
    if family == "GPT":
        return Transformer(Config(vocabulary=WORDS, **SHAPE), seed)
    if family == "BERT":
        return Bert(Config(vocabulary=WORDS + 1, **SHAPE, **LIKE_BERT), seed)  # and [MASK]
    if family == "T5":
        return T5(Config(vocabulary=WORDS + 3, **SHAPE, **LIKE_T5), seed)  # and <0>, <1>, a start
    return XLNet(Config(vocabulary=WORDS, **SHAPE, **LIKE_XLNET), seed)


@cache
def text(seed=0, sentences=60_000):
    """Return tokens [n]: what is learned from; another seed brings another text."""
    return small_language().sample(sentences, np.random.default_rng(seed))[0]


def learn(family, seed=0, steps=None):
    """Return a model of a family, trained on its task from a seed. steps: STEPS unless given."""
    model = build(family, seed)
    draw = batches(family, text(), BATCH, small_language().words.index("."), seed)
    train(model, draw, steps or STEPS[family], RATES[family], show=False, loss_of=loss_of(family))
    return model


@cache
def exam(family):
    """Return (windows [300, 12], places): questions to a new text, the same in every call."""
    stop = small_language().words.index(".")
    return batches(family, text(99, 3000), EXAM, stop, seed=7)(0)


@torch.no_grad()
def score(model, family):
    """Return the mean surprise of a model at the questions of its exam, in nats."""
    return loss_of(family)(model, exam(family)).item()


@cache
def floor(family):
    """Return what the same questions cost somebody who knows the grammar, in nats for each."""
    language, (windows, places) = small_language(), exam(family)
    costs = []
    for k, window in enumerate(windows.numpy()):
        asked = range(1, SIZE) if places is None else places[k, OBJECTIVES[family][2]].tolist()
        costs += [masked_cost(language, window, asked).mean() if family == "BERT"
                  else gaps_cost(language, window, asked) / len(asked)]  # fmt: skip
    return float(np.mean(costs))
