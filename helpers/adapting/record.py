"""What was recorded of many trainings: losses on the dialect and on the old language, and the three answers.

Made by tools/make_adapting.py; the page trains some of them again and compares.
"""

import tomllib
from pathlib import Path

import numpy as np

from ..real_models.intervals import half_interval

HERE = Path(__file__).parent


def read(name):
    """Return {row: array} of a recorded file."""
    return {
        row: np.array(values)
        for row, values in tomllib.loads((HERE / name).read_text(encoding="utf-8")).items()
    }


RECORDED = read("adapting.toml")  # each [seeds, 5]: nats a word on the dialect, the old language; answers
NEWS = read("news.toml")  # each [seeds, 8]; `make_news` says what


def small_model():
    """Return chapter 12's model after its 1,800 steps, as that chapter trains it."""
    from ..language.checkpoint import load  # torch is not needed for the rest of this module

    return load(HERE / "base.safetensors")


def mean_and_half(values):
    """Return the mean over seeds and half of its interval of 95 %. values: [seeds, ...]."""
    return values.mean(axis=0), half_interval(values, axis=0)
