"""How many of a real model's parameters are biases, read from census.toml.

The counts come from the models' own classes (tools/make_census.py); no model is loaded here.
"""

import tomllib
from pathlib import Path

MODELS = tomllib.loads((Path(__file__).parent / "census.toml").read_text(encoding="utf-8"))


def parameters(model):
    """Return the number of parameters of a model in the census, a tied tensor counted once."""
    return MODELS[model]["parameters"]


def biases(model):
    """Return how many of a model's parameters are biases: numbers that a layer adds, whatever its input.

    The additive vectors of normalisation layers count. T5's table of position scores does not: which of its
    numbers is added depends on two positions.

    >>> biases("Llama-2-7B")
    0
    """
    return sum(tensor["tensors"] * tensor["numbers"] for tensor in MODELS[model]["biases"])
