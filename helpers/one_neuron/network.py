"""Networks of layers: the 2-2-1 network by hand, any stack as matrices, and its parameters counted.

It leaves out how the parameters are found; here they are set by hand (see `finite_differences`, and Part II).
"""

from itertools import pairwise

import numpy as np


def two_two_one(x1, x2, w11, w12, b1, w21, w22, b2, w31, w32, b3, activation):
    """Return z1, z2, h1, h2, y of the network with two inputs, two hidden units and one output unit.

    w_ji is the weight into unit j from its i-th input; unit 3 is the output and takes h1 and h2.
    x1, x2: numbers or arrays of one shape, which the answers have too. The activation acts on z1 and z2 only.

    >>> two_two_one(0, 1, 1, 1, 0, 1, 1, -1, 1, -2, 0, activation=lambda z: max(z, 0))
    (1, 0, 1, 0, 1)
    """
    z1 = w11 * x1 + w12 * x2 + b1
    z2 = w21 * x1 + w22 * x2 + b2
    h1, h2 = activation(z1), activation(z2)
    y = w31 * h1 + w32 * h2 + b3
    return z1, z2, h1, h2, y


def layer(x, W, b):
    """Return the sums of a layer of m units with n inputs each.

    x: [n] or [examples, n]. W: [m, n], a row for every unit. b: [m]. The answer is [m] or [examples, m].

    >>> layer(np.array([1.0, 2.0]), W=np.array([[3.0, 4.0], [0.0, 1.0]]), b=np.array([5.0, 0.0])).tolist()
    [16.0, 2.0]
    """
    return x @ W.T + b  # [..., n] @ [n, m] + [m] -> [..., m]


def network(x, layers, activation):
    """Return the answers of a stack of layers, with the activation after every layer but the last.

    x: [n] or [examples, n]. layers: pairs (W, b), first to last, each as in `layer`.
    """
    *hidden, last = layers
    for W, b in hidden:
        x = activation(layer(x, W, b))
    return layer(x, *last)


def start(widths, rng):
    """Return the layers of a ReLU network before training: pairs of W [m, n], random, and b [m], zeros.

    widths: from the inputs to the outputs. The spread of a weight, sqrt(2 / n), keeps the size of what passes
    through (He and others, arXiv:1502.01852).

    >>> [(W.shape, b.tolist()) for W, b in start([3, 2, 1], np.random.default_rng(0))]
    [((2, 3), [0.0, 0.0]), ((1, 2), [0.0])]
    """
    layers = []
    for n, m in pairwise(widths):
        W = rng.normal(scale=np.sqrt(2 / n), size=(m, n))  # [m, n]
        layers.append((W, np.zeros(m)))
    return layers


def count_parameters(widths):
    """Return how many weights and biases a stack has: widths (n, m, ...) from the inputs to the outputs.

    >>> count_parameters([2, 2, 1])
    9
    """
    return sum(n * m + m for n, m in pairwise(widths))


def collapse(layers):
    """Return the one pair (W, b) that does what the layers do when there is no activation between them.

    layers: pairs (W, b), first to last, each as in `layer`.
    """
    (W, b), *rest = layers
    for V, c in rest:
        W, b = V @ W, V @ b + c  # V(Wx + b) + c = (VW)x + (Vb + c)
    return W, b


def swap_units(layers, order):
    """Return a one-hidden-layer network with its hidden units in another order; it computes the same.

    layers: ((W, b), (V, c)). order: a permutation of range(m), for m hidden units.
    """
    (W, b), (V, c) = layers
    return (W[order], b[order]), (V[:, order], c)


def rescale_units(layers, scale):
    """Return a one-hidden-layer network with the way into unit j times scale[j], the way out divided by it.

    layers: ((W, b), (V, c)). scale: [m], all positive. With ReLU the network computes the same.
    """
    (W, b), (V, c) = layers
    return (scale[:, None] * W, scale * b), (V / scale, c)  # V is [outputs, m]: column j is the way out of j
