"""The explorable of chapter 01: points, a line, and the two numbers that set it."""

import numpy as np
import traitlets

from ..one_neuron.neuron import line, misfit
from .base import Explorable, knob

KILOMETRES = [1.0, 2.0, 3.0, 4.0, 5.0]
EUROS = [5.0, 7.5, 8.5, 11.5, 12.5]


class Neuron(Explorable):
    """A neuron with one input on a plane of points.

    w, b: weight and bias. x: the input whose answer is taken apart. xs, ys: the points (lists of one length,
    at least two different xs). `numbers()` returns what the view shows.
    """

    view = "neuron"
    summary = "A straight line through five taxi rides. Its slope is a weight, its height at zero is a bias."

    w, b = knob(1.0), knob(0.0)
    x = knob(3.0)
    xs = traitlets.List(KILOMETRES).tag(sync=True)
    ys = traitlets.List(EUROS).tag(sync=True)
    x_label = traitlets.Unicode("kilometres").tag(sync=True)
    y_label = traitlets.Unicode("euros").tag(sync=True)
    controls = traitlets.List(["w", "b", "x"]).tag(sync=True)

    def numbers(self):
        xs, ys = np.array(self.xs), np.array(self.ys)  # [points], [points]
        answers = line(xs, self.w, self.b)  # [points]
        best_w, best_b = np.polyfit(xs, ys, 1)
        shown = {
            "w": self.w,
            "b": self.b,
            "x": self.x,
            "output": line(self.x, self.w, self.b),
            "at_zero": line(0.0, self.w, self.b),
            "misfit": misfit(answers, ys),
            "lowest": misfit(line(xs, best_w, best_b), ys),
        }
        for i, (answer, target) in enumerate(zip(answers, ys, strict=True)):
            shown |= {
                f"answer_{i}": answer,
                f"gap_{i}": answer - target,
                f"square_{i}": (answer - target) ** 2,
            }
        return shown
