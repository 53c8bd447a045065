"""One neuron: a weight for every input, one bias, and their sum.

It leaves out the activation (see `activations`) and the learning (see Part II).
"""

import numpy as np


def line(x, w, b):
    """Return w·x + b for one input: a neuron with two parameters.

    x: a number or an array of any shape. w, b: numbers. The answer has the shape of x.

    >>> line(3, w=2, b=1)
    7
    """
    return w * x + b


def neuron(x, w, b):
    """Return the weighted sum x·w + b of one neuron with n inputs.

    x: [n] for one example or [examples, n] for many. w: [n]. b: a number.
    The answer is a number, or [examples]. A ValueError tells when the last axis of x is not n.

    >>> float(neuron(np.array([1.0, 2.0]), w=np.array([3.0, 4.0]), b=5.0))
    16.0
    """
    return x @ w + b  # [..., n] @ [n] -> [...]


def misfit(prediction, target):
    """Return the mean squared gap between two arrays of the same shape, as a number.

    Chapter 04 calls it by its usual name, `loss.squared_loss`, and lets it refuse other shapes.

    >>> float(misfit(np.array([1.0, 2.0]), np.array([1.0, 4.0])))
    2.0
    """
    return np.mean((prediction - target) ** 2)
