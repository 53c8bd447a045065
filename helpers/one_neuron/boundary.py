"""The boundary of a neuron: where w·x + b is zero, which way it faces, and how far it is from the origin.

It leaves out how a boundary is found from data; that is learning (Part II).
"""

import numpy as np

from .activations import relu, step
from .neuron import neuron


def decide(x, w, b):
    """Return the decision of a neuron: 1 where x·w + b is above zero, 0 elsewhere.

    x: [n] for one example or [examples, n]. w: [n]. b: a number. The answer is a number or [examples].

    >>> decide(np.array([[1.0, 1.0], [0.0, 1.0]]), w=np.array([1.0, 1.0]), b=-1.5).tolist()
    [1.0, 0.0]
    """
    return step(neuron(x, w, b))


def count_right(x, target, w, b):
    """Return how many of the examples a neuron decides right.

    x: [examples, n]. target: [examples] of 0 and 1. w: [n]. b: a number.

    >>> count_right(np.array([[0.0], [1.0]]), np.array([0, 1]), w=np.array([1.0]), b=-0.5)
    2
    """
    return int(np.sum(decide(x, w, b) == target))


def crossing(w, b):
    """Return the input at which w·x + b is zero, for a neuron with one input. w: not zero.

    >>> crossing(2.0, 1.0)
    -0.5
    """
    return -b / w


def normal(w):
    """Return the direction that the boundary faces: w cut to length 1. w: [n], not all zero.

    >>> normal(np.array([3.0, 4.0])).tolist()
    [0.6, 0.8]
    """
    return w / np.linalg.norm(w)


def distance(w, b):
    """Return |b| / ‖w‖, how far the boundary is from the origin. w: [n]. nan when w is all zero: no boundary.

    >>> float(distance(np.array([3.0, 4.0]), 5.0))
    1.0
    """
    length = np.linalg.norm(w)
    return np.abs(b) / length if length > 0 else np.nan


def foot(w, b):
    """Return the point of the boundary that is nearest to the origin, [n]. nan when w is all zero.

    >>> foot(np.array([3.0, 4.0]), -5.0).tolist()
    [0.6, 0.8]
    """
    squared = w @ w
    return -b * w / squared if squared > 0 else np.full(len(w), np.nan)


def relu_sum(x, w, b, v):
    """Return the sum of many ReLU neurons of one input, each counted v times.

    x: [points]. w, b, v: [units]. The answer is [points].

    >>> relu_sum(np.array([-1.0, 3.0]), np.array([1.0, -1.0]), np.array([-1.0, 1.0]), np.ones(2)).tolist()
    [2.0, 2.0]
    """
    return relu(np.outer(x, w) + b) @ v  # [points, units] @ [units] -> [points]


def kinks(w, b, v, low, high):
    """Return the places between low and high where `relu_sum` bends, sorted, each once.

    w, b, v: [units]. A unit bends at -b/w. Bends at the same place add up, and may cancel.

    >>> kinks(np.array([1.0, -1.0]), np.array([-1.0, 1.0]), np.ones(2), -20, 20).tolist()
    [1.0]
    """
    bends = w != 0
    w, b, v = w[bends], b[bends], v[bends]
    places, which = np.unique(-b / w, return_inverse=True)
    turns = np.bincount(which, weights=v * np.abs(w), minlength=len(places))  # change of slope at each place
    return places[(turns != 0) & (low <= places) & (places <= high)]
