"""Activations: what a neuron makes of its sum z. Step, sigmoid, tanh, ReLU and GELU.

Each takes a number or an array of any shape and returns floats of that shape. It leaves out their slopes,
which come with learning (chapter 05).
"""

import math

import numpy as np

_erfc = np.vectorize(math.erfc, otypes=[float])


def step(z):
    """Return 1 where z is above zero and 0 elsewhere: the plain decision.

    >>> step(np.array([-0.1, 0.0, 0.1])).tolist()
    [0.0, 0.0, 1.0]
    """
    return np.where(z > 0, 1.0, 0.0)


def sigmoid(z):
    """Return 1 / (1 + exp(-z)), between 0 and 1, without overflow for any finite z.

    >>> float(sigmoid(0))
    0.5
    """
    small = np.exp(-np.abs(z))  # at most 1, so it cannot overflow
    return np.where(z >= 0, 1.0, small) / (1.0 + small)


def tanh(z):
    """Return the hyperbolic tangent of z, between -1 and 1: a sigmoid made twice as high and half as wide.

    >>> float(tanh(0.0))
    0.0
    """
    return np.tanh(z)


def relu(z):
    """Return z where it is above zero and 0 elsewhere.

    >>> relu(np.array([-2.0, 3.0])).tolist()
    [0.0, 3.0]
    """
    return np.maximum(z, 0.0)


def bell_share(z):
    """Return the share of a standard bell curve that lies below z, between 0 and 1.

    >>> float(bell_share(0.0))
    0.5
    """
    return _erfc(-np.asarray(z) / np.sqrt(2.0)) / 2.0  # erfc keeps tiny shares that 1 + erf rounds away


def gelu(z):
    """Return z times the share of a standard bell curve below z: a ReLU with a rounded corner.

    This is the exact form, with the error function; GPT-2 uses an approximation of it with tanh.

    >>> round(float(gelu(1.0)), 4)
    0.8413
    """
    return z * bell_share(z)


ACTIVATIONS = {"step": step, "sigmoid": sigmoid, "tanh": tanh, "relu": relu, "gelu": gelu}
