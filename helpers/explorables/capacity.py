"""The explorable of chapter 07: noisy points of a sine, and polynomials up to degree 14 through them."""

import numpy as np
import traitlets

from ..learning.generalisation import curve, fit, polynomial
from ..learning.loss import squared_loss
from .base import Explorable, knob, whole

MOST_POINTS, HIGHEST = 60, 14
SEEDS = [4, 0, 1, 3, 5]
NO_RIDGE = -7.0  # the left end of the slider stands for a ridge of 0
GRID = np.linspace(-1, 1, 201)


def draws():
    """Return standard normal noise, a list of MOST_POINTS numbers for each choice of the reader."""
    return [np.random.default_rng(seed).normal(size=MOST_POINTS).round(3).tolist() for seed in SEEDS]


class Capacity(Explorable):
    """Least squares, with or without ridge, at every degree from 0 to 14.

    degree: of the polynomial that is drawn. noise: how far the points scatter. log_ridge: the ridge is ten to
    this power, and 0 at -7. points: how many, evenly spaced. draw: which noise, "1" to "5".
    normals: five lists of standard normal noise. highest: the largest degree. no_ridge: the power that stands
    for none. The test error is the mean squared gap to the curve plus
    noise²: what new noisy points would give on average.
    """

    view = "capacity"
    summary = "Noisy points of a sine and the polynomial that fits them best, with up to 15 parameters."

    degree = knob(3.0)
    noise = knob(0.3)
    log_ridge = knob(NO_RIDGE)
    points = knob(15.0)
    draw = traitlets.Enum([str(i + 1) for i in range(len(SEEDS))], "1").tag(sync=True)
    normals = traitlets.List(draws()).tag(sync=True)
    highest = traitlets.Int(HIGHEST).tag(sync=True)
    no_ridge = traitlets.Float(NO_RIDGE).tag(sync=True)
    controls = traitlets.List(["degree", "noise", "log_ridge", "points", "draw"]).tag(sync=True)

    def numbers(self):
        n, degree = whole(self.points), whole(self.degree)
        ridge = 10**self.log_ridge if self.log_ridge > NO_RIDGE else 0.0
        x = np.linspace(-1, 1, n)
        y = curve(x) + self.noise * np.array(self.normals[int(self.draw) - 1][:n])  # [n]
        fits = [fit(polynomial(x, d), y, ridge) for d in range(HIGHEST + 1)]
        train = [squared_loss(polynomial(x, d) @ w, y) for d, w in enumerate(fits)]
        floor = self.noise**2
        test = [squared_loss(polynomial(GRID, d) @ w, curve(GRID)) + floor for d, w in enumerate(fits)]
        shown = {
            "degree": self.degree,
            "noise": self.noise,
            "log_ridge": self.log_ridge,
            "points": self.points,
            "ridge": ridge,
            "parameters": degree + 1,
            "train": train[degree],
            "test": test[degree],
            "floor": floor,
            "size": np.linalg.norm(fits[degree][1:]),
            # the lowest degree that is within a millionth of the best
            "best": next(d for d in range(HIGHEST + 1) if test[d] <= min(test) + 1e-6),
        }
        for d in range(HIGHEST + 1):
            shown |= {f"train_{d}": train[d], f"test_{d}": test[d], f"size_{d}": np.linalg.norm(fits[d][1:])}
        return shown
