"""The explorable of the welcome page: from the two parameters of one neuron to those of a real model."""

from math import floor

import traitlets

from ..real_models.census import biases, parameters
from .base import Explorable, knob, whole

REAL = 134_515_008
# What is shown, the page that opens it, its parameters, the biases among them, and parameters for one dot.
STOPS = [
    ("one neuron", "01_neuron", 2, 1, 1),
    ("a tiny network", "03_network", 9, 3, 1),
    ("two hidden layers", "06_descent", 337, 33, 1),
    ("a language model of our own", "12_language_model", 64_464, 1_104, 1),
    ("GPT-2 small", "11_transformer", parameters("GPT-2 small"), biases("GPT-2 small"), 10_000),
    ("a real model on your disk", "13_checkpoint", REAL, 0, 10_000),
    ("one of its weights", "13_checkpoint", 1, 0, 1),
]
LAST = len(STOPS) - 1


def dots(count, per_dot):
    """Return how many dots stand for so many parameters, rounded to a whole number."""
    return floor(count / per_dot + 0.5)


class Zoom(Explorable):
    """All parameters of a model as dots, biases orange, and how the next model dwarfs it.

    zoom: 0 to 6; at whole numbers one model fills the picture. stops: [(name, page, parameters, biases,
    parameters for a dot)]. `numbers()` returns what the view shows, of the nearest stop.
    """

    view = "zoom"
    summary = "Models from 2 to 134,515,008 parameters, each drawn to scale beside the one before it."

    zoom = knob(0.0)
    stops = traitlets.List([list(stop) for stop in STOPS]).tag(sync=True)
    controls = traitlets.List(["zoom"]).tag(sync=True)
    presets = traitlets.Dict(
        {(f"{stop[2]:,}" if i < LAST else "one of them"): {"zoom": float(i)} for i, stop in enumerate(STOPS)}
    ).tag(sync=True)

    def numbers(self):
        _, _, count, added, per_dot = self.stops[whole(self.zoom)]
        return {
            "zoom": self.zoom,
            "parameters": count,
            "biases": added,
            "share": 100 * added / count,
            "per_dot": per_dot,
            "dots": dots(count, per_dot),
            "bias_dots": dots(added, per_dot),
        }
