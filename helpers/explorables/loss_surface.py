"""The explorable of chapter 04: a line through points, and its loss as a bowl over its two parameters."""

import numpy as np
import traitlets

from ..learning.line_loss import LOSSES, absolute_slopes, lowest_absolute, lowest_squared, squared_slopes
from ..one_neuron.neuron import line
from .base import Explorable, knob
from .neuron import EUROS, KILOMETRES

MOVED = 3  # which ride the reader can change
SLOPES = {"squared": squared_slopes, "absolute": absolute_slopes}
LOWEST = {"squared": lowest_squared, "absolute": lowest_absolute}


class LossSurface(Explorable):
    """The five taxi rides of chapter 01 with a line, beside the loss of every line.

    w, b: weight and bias. xs, ys: kilometres and euros. y4: what the ride at place `moved` cost, the fourth.
    loss: squared or absolute. `numbers()` returns what the view shows.
    """

    view = "loss_surface"
    summary = "A line through five taxi rides, and a bowl: each place in it is a line, each height a loss."

    w, b = knob(1.0), knob(0.0)
    xs = traitlets.List(KILOMETRES).tag(sync=True)
    ys = traitlets.List(EUROS).tag(sync=True)
    moved = traitlets.Int(MOVED).tag(sync=True)
    y4 = knob(EUROS[MOVED])
    loss = traitlets.Enum(list(LOSSES), "squared").tag(sync=True)
    controls = traitlets.List(["w", "b", "y4", "loss"]).tag(sync=True)

    def numbers(self):
        xs, ys = np.array(self.xs), np.array(self.ys)  # [5], [5]
        ys[self.moved] = self.y4
        height = LOSSES[self.loss]
        answers = line(xs, self.w, self.b)  # [5]
        best_w, best_b = LOWEST[self.loss](xs, ys)
        slope_w, slope_b = SLOPES[self.loss](xs, ys, self.w, self.b)
        shown = {
            "w": self.w,
            "b": self.b,
            "y4": self.y4,
            "height": height(answers, ys),
            "lowest": height(line(xs, best_w, best_b), ys),
            "lowest_w": best_w,
            "lowest_b": best_b,
            "slope_w": slope_w,
            "slope_b": slope_b,
        }
        for i, (answer, target) in enumerate(zip(answers, ys, strict=True)):
            shown |= {
                f"answer_{i}": answer,
                f"gap_{i}": answer - target,
                f"cost_{i}": height(answer, target),
            }
        return shown
