"""The loss of a line as a height over the plane of its weight and bias: its slopes and its lowest point.

Arrays of examples that have not one shape raise a ValueError. It leaves out every other model;
`one_neuron.finite_differences` finds slopes of any function.
"""

from itertools import combinations

import numpy as np

from ..one_neuron.neuron import line
from .loss import check_shapes, squared_loss


def absolute_error(prediction, target):
    """Return the mean size of the gap between two arrays of the same shape, as a number.

    >>> float(absolute_error(np.array([1.0, 2.0]), np.array([1.0, 4.0])))
    1.0
    """
    check_shapes(prediction, target)
    return np.mean(np.abs(prediction - target))


LOSSES = {"squared": squared_loss, "absolute": absolute_error}


def squared_slopes(x, y, w, b):
    """Return how steeply the squared loss of a line rises with w and with b, a pair of numbers.

    x, y: [examples]. w, b: numbers.

    >>> [float(slope) for slope in squared_slopes(np.array([1.0, 3.0]), np.array([0.0, 0.0]), w=1, b=0)]
    [10.0, 4.0]
    """
    check_shapes(x, y)
    gap = line(x, w, b) - y  # [examples]
    return 2 * np.mean(gap * x), 2 * np.mean(gap)


def absolute_slopes(x, y, w, b):
    """Return the two slopes of the absolute loss of a line; a point on the line adds none.

    x, y: [examples]. w, b: numbers.

    >>> [float(slope) for slope in absolute_slopes(np.array([1.0, 3.0]), np.array([0.0, 9.0]), w=1, b=0)]
    [-1.0, 0.0]
    """
    check_shapes(x, y)
    gap = line(x, w, b) - y  # [examples]
    side = np.where(np.abs(gap) < 1e-9, 0.0, np.sign(gap))  # [examples] above 1, below -1
    return np.mean(side * x), np.mean(side)


def lowest_squared(x, y):
    """Return (w, b) of the line with the lowest squared loss. x, y: [examples], two different xs at least.

    >>> [float(knob) for knob in lowest_squared(np.array([0.0, 1.0, 2.0]), np.array([1.0, 3.0, 5.0]))]
    [2.0, 1.0]
    """
    check_shapes(x, y)
    from_middle = x - x.mean()  # [examples]
    w = np.mean(from_middle * (y - y.mean())) / np.mean(from_middle**2)
    return w, y.mean() - w * x.mean()


def lowest_absolute(x, y):
    """Return (w, b) of a line with the lowest absolute loss: one of those through two of the points.

    x, y: [examples], two different xs at least. Where several are equally low, it is the first pair's.

    >>> [float(knob) for knob in lowest_absolute(np.arange(5.0), np.array([1.0, 3.0, 5.0, 7.0, 99.0]))]
    [2.0, 1.0]
    """
    check_shapes(x, y)
    best, found = np.inf, None
    for i, j in combinations(range(len(x)), 2):
        if x[i] == x[j]:
            continue
        w = (y[j] - y[i]) / (x[j] - x[i])
        b = y[i] - w * x[i]
        height = absolute_error(line(x, w, b), y)
        if height < best - 1e-12:  # so that no rounding breaks a tie
            best, found = height, (w, b)
    if found is None:
        raise ValueError("A line needs two different xs.")
    return found
