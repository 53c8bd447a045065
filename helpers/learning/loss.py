"""How wrong, in one number: the squared loss for amounts, softmax and cross-entropy for choices.

It leaves out gradients; `autograd` has them.
"""

import numpy as np


def check_shapes(prediction, target):
    """Raise a ValueError unless both have one shape: NumPy would stretch a column to meet every row."""
    if np.shape(prediction) != np.shape(target):
        shapes = f"{np.shape(prediction)} and {np.shape(target)}"
        raise ValueError(f"Each prediction needs one target, and the shapes are {shapes}.")


def squared_loss(prediction, target):
    """Return the mean squared error of two arrays, as a number: `neuron.misfit`, guarded by a check.

    Two shapes that are not the same raise a ValueError.

    >>> float(squared_loss(np.array([1.0, 2.0]), np.array([1.0, 4.0])))
    2.0
    """
    check_shapes(prediction, target)
    return np.mean((prediction - target) ** 2)


def softmax(z):
    """Return the probabilities that belong to logits; they are positive and add up to 1 along the last axis.

    z: [..., classes], any real numbers; ±1000 is no problem. The answer has the shape of z.

    >>> softmax(np.array([1000.0, 1000.0])).tolist()
    [0.5, 0.5]
    """
    powers = np.exp(z - z.max(axis=-1, keepdims=True))  # [..., classes] the largest is 1
    return powers / powers.sum(axis=-1, keepdims=True)


def log_softmax(z):
    """Return the logarithms of `softmax(z)`, exact where a probability is too small for a float.

    z: [..., classes]. The answer has the shape of z.

    >>> log_softmax(np.array([0.0, 1000.0])).tolist()
    [-1000.0, 0.0]
    """
    z = z - z.max(axis=-1, keepdims=True)  # [..., classes] the largest is 0
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


def check_classes(shape, target):
    """Raise a ValueError unless target: [examples] names a class for each row of logits of this shape.

    A column of targets, [examples, 1], would meet every row, and -1 would name the last class.
    """
    target = np.asarray(target)
    if len(shape) != 2 or target.shape != shape[:1]:
        raise ValueError(f"Logits of the shape {shape} need {shape[:1]} targets, not {target.shape}.")
    if target.dtype.kind not in "iu":
        raise ValueError(f"A target is the number of a class, a whole one, and these are {target.dtype}.")
    unknown = target[(target < 0) | (target >= shape[1])]
    if len(unknown):
        raise ValueError(f"There is no class {unknown[0]}: there are {shape[1]}, counted from 0.")


def cross_entropy(z, target):
    """Return the mean surprise, in nats, at the targets: -ln of the probability that softmax gives to each.

    z: [examples, classes] logits. target: [examples] whole numbers from 0, else a ValueError says what is
    wrong. The answer is a number.

    >>> float(cross_entropy(np.array([[0.0, 0.0]]), np.array([1])).round(4))
    0.6931
    """
    check_classes(z.shape, target)
    return -log_softmax(z)[np.arange(len(target)), target].mean()
