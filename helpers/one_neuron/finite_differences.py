"""Learning by nudging: try every knob a little higher and lower, then turn them all downhill.

It leaves out the short cut that makes learning affordable: one pass backwards instead of two runs for each
knob (chapter 05).
"""

import numpy as np


def slopes(f, knobs, nudge=1e-5):
    """Return how steeply f rises with each knob: f a nudge above minus f a nudge below, over the distance.

    f: a function of an array [n, copies], a setting of the knobs in each column, that returns [copies].
    knobs: [n]. The answer is [n].

    >>> slopes(lambda k: 3 * k[0] - k[1], np.array([1.0, 1.0])).round(6).tolist()
    [3.0, -1.0]
    """
    at, steps = knobs[:, None], nudge * np.eye(len(knobs))  # [n, 1], [n, n] column i nudges knob i
    return (f(at + steps) - f(at - steps)) / (2 * nudge)  # [n]


def descend(f, knobs, rate, steps):
    """Return the knobs after some steps downhill, and f before the first step and after each.

    f, knobs: as in `slopes`, and f takes a single setting [n] too.
    rate: how far to go for each unit of slope. The answer is ([n], [steps + 1]).
    """
    heights = [f(knobs)]
    for _ in range(steps):
        knobs = knobs - rate * slopes(f, knobs)
        heights.append(f(knobs))
    return knobs, np.array(heights)
