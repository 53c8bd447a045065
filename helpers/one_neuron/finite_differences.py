"""Learning by nudging: try every knob a little higher and lower, then turn them all downhill.

It leaves out the short cut that makes learning affordable: one pass backwards instead of two runs for each
knob (chapter 05).
"""

import numpy as np


def slopes(f, knobs, nudge=1e-5):
    """Return how steeply f rises with each knob: f a nudge above minus f a nudge below, over the distance.

    f: a function of knobs, an array [n] of floats, that returns a number. The answer is [n].
    With knobs [n, networks] and an f that returns [networks], the answer is [n, networks] too.

    >>> slopes(lambda k: 3 * k[0] - k[1], np.array([1.0, 1.0])).round(6).tolist()
    [3.0, -1.0]
    """
    found = []
    for i in range(len(knobs)):
        up, down = knobs.copy(), knobs.copy()
        up[i] += nudge
        down[i] -= nudge
        found.append((f(up) - f(down)) / (2 * nudge))
    return np.array(found)


def descend(f, knobs, rate, steps):
    """Return the knobs after some steps downhill, and f before the first step and after each.

    f, knobs: as in `slopes`.
    rate: how far to go for each unit of slope. The answer is ([n], [steps + 1]).
    """
    heights = [f(knobs)]
    for _ in range(steps):
        knobs = knobs - rate * slopes(f, knobs)
        heights.append(f(knobs))
    return knobs, np.array(heights)
