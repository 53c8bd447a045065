"""The explorable of chapter 02: a plane of points, and the three numbers that cut it in two."""

import numpy as np
import traitlets

from ..one_neuron.activations import ACTIVATIONS
from ..one_neuron.boundary import count_right, distance
from ..one_neuron.neuron import neuron
from .base import Explorable, knob

CORNERS = [[0, 0], [0, 1], [1, 0], [1, 1]]
# `best` is how many examples the best neuron gets right; a test finds it again by search.
SETS = {
    "evenings": {
        "x": [[1.5, 0.5], [0.6, 1.4], [2.0, -0.4], [1.0, 1.1], [-0.3, 2.0],
              [0.3, 0.2], [-1.2, -0.6], [-0.5, 0.6], [0.8, -1.0], [-1.6, 1.0]],
        "target": [1, 1, 1, 1, 1, 0, 0, 0, 0, 0],
        "best": 10,
    },
    "and": {"x": CORNERS, "target": [0, 0, 0, 1], "best": 4},
    "or": {"x": CORNERS, "target": [0, 1, 1, 1], "best": 4},
    "xor": {"x": CORNERS, "target": [0, 1, 1, 0], "best": 3},
}  # fmt: skip


class Boundary(Explorable):
    """A neuron with two inputs that says yes where w·x + b is above zero.

    w1, w2, b: its three parameters. x1, x2: the input whose sum is taken apart. activation: one of
    `ACTIVATIONS`. data: one of `sets`. `numbers()` returns what the view shows; the distance is nan when both
    weights are zero.
    """

    view = "boundary"
    summary = "A straight line cuts a plane of points in two. Two weights turn it, one bias moves it."

    w1, w2, b = knob(1.2), knob(-0.4), knob(0.6)
    x1, x2 = knob(1.5), knob(-1.5)
    activation = traitlets.Enum(list(ACTIVATIONS), "sigmoid").tag(sync=True)
    data = traitlets.Enum(list(SETS), "evenings").tag(sync=True)
    sets = traitlets.Dict(SETS).tag(sync=True)
    controls = traitlets.List(["w1", "w2", "b", "x1", "x2", "activation", "data"]).tag(sync=True)

    def numbers(self):
        w, x = np.array([self.w1, self.w2]), np.array([self.x1, self.x2])  # [2], [2]
        chosen = self.sets[self.data]
        points, target = np.array(chosen["x"]), np.array(chosen["target"])  # [points, 2], [points]
        activation = ACTIVATIONS[self.activation]
        z = neuron(x, w, self.b)
        shown = {
            "w1": self.w1,
            "w2": self.w2,
            "b": self.b,
            "x1": self.x1,
            "x2": self.x2,
            "product_1": self.w1 * self.x1,
            "product_2": self.w2 * self.x2,
            "z": z,
            "answer": float(activation(z)),
            "bias_size": abs(self.b),
            "length": np.linalg.norm(w),
            "distance": distance(w, self.b),
            "right": count_right(points, target, w, self.b),
            "total": len(points),
            "best": chosen["best"],
        }
        sums = neuron(points, w, self.b)  # [points]
        for i, (total, answer) in enumerate(zip(sums, activation(sums), strict=True)):
            shown |= {f"z_{i}": total, f"answer_{i}": answer}
        return shown
