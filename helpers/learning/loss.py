"""How wrong, in one number: squared error is `neuron.misfit`; here are softmax and cross-entropy.

It leaves out gradients; `autograd` has them.
"""

import numpy as np


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


def cross_entropy(z, target):
    """Return the mean surprise, in nats, at the targets: -ln of the probability that softmax gives to each.

    z: [examples, classes] logits. target: [examples] whole numbers from 0. The answer is a number.

    >>> float(cross_entropy(np.array([[0.0, 0.0]]), np.array([1])).round(4))
    0.6931
    """
    return -log_softmax(z)[np.arange(len(target)), target].mean()
