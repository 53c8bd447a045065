"""When a fit holds for new examples: polynomials, ridge and decay, dropout, a fair split, random features.

It leaves out cross-validation and the choice of settings by search (chapter 16).
"""

import numpy as np

from ..one_neuron.network import network
from .autograd import softmax_cross_entropy
from .optimisers import Adam


def curve(x):
    """Return sin(πx), one full wave from -1 to 1: the truth behind the points. x: a number or an array."""
    return np.sin(np.pi * x)


def polynomial(x, degree):
    """Return the Chebyshev polynomials T0 to T_degree at each x: 1, x, 2x² - 1, 4x³ - 3x and so on.

    x: [examples], best from -1 to 1. The answer is [examples, degree + 1].
    Weighted sums of its columns are all polynomials up to that degree.

    >>> polynomial(np.array([0.5]), 2).tolist()
    [[1.0, 0.5, -0.5]]
    """
    columns = [np.ones(len(x)), 1.0 * x]  # floats, whatever x is
    while len(columns) <= degree:
        columns.append(2 * x * columns[-1] - columns[-2])
    return np.column_stack(columns[: degree + 1])  # [examples, degree + 1]


def fit(features, y, ridge=0.0):
    """Return the parameters [k] with the least mean squared error + ridge · (sum of the squared weights).

    features: [n, k], the first column all ones: its parameter is the bias, which is not penalised. y: [n].
    With ridge 0 and more parameters than examples, it is the smallest of those that fit exactly.

    >>> fit(np.array([[1.0, -1.0], [1.0, 1.0]]), np.array([1.0, 5.0])).round(6).tolist()
    [3.0, 2.0]
    """
    n, k = features.shape
    if ridge:  # one more example for each weight, which asks it to be 0
        pull = np.sqrt(n * ridge) * np.eye(k)[1:]  # [k - 1, k]
        features, y = np.vstack([features, pull]), np.append(y, np.zeros(k - 1))
    return np.linalg.lstsq(features, y)[0]


def split(n, sizes, rng):
    """Return one array of indices for each size, drawn from range(n) so that no two share an index.

    ValueError when the sizes add up to more than n.

    >>> [len(part) for part in split(10, [6, 2, 2], np.random.default_rng(0))]
    [6, 2, 2]
    """
    if sum(sizes) > n:
        raise ValueError(f"The parts need {sum(sizes)} examples of {n}.")
    order, parts = rng.permutation(n), []
    for size in sizes:
        parts.append(order[:size])
        order = order[size:]
    return parts


def shrink(weights, rate, decay):
    """Multiply each of the weights by 1 - rate · decay: weight decay, before a step, apart from its gradient.

    weights: a list of tensors. Biases are left out of it by leaving them out of the list.
    """
    for w in weights:
        w.data = w.data * (1 - rate * decay)


def dropout(h, p, rng):
    """Return h with each number set to 0 with probability p, and the others divided by 1 - p.

    h: an array or a Tensor of any shape. For training only: in use, leave the call out.

    >>> sorted(set(dropout(np.ones(100), 0.5, np.random.default_rng(0)).tolist()))
    [0.0, 2.0]
    """
    keep = rng.random(h.data.shape) >= p  # an array has `data`, too
    return h * (keep / (1 - p))


def random_features(x, count, rng):
    """Return relu(x W + b) for `count` random units that are never trained.

    x: [examples, n]. The answer is [examples, count].
    Two calls with generators of the same seed use the same units.
    """
    W, b = rng.normal(size=(x.shape[1], count)), rng.normal(size=count)
    return np.maximum(x @ W + b, 0) / np.sqrt(count)


def train_network(layers, x, y, activation, steps, watch=lambda: None):
    """Train layers with Adam on all examples at once; return what `watch()` says after each step, a list.

    x: [examples, n]. y: [examples] whole numbers, the classes. The layers change.
    """
    optimiser = Adam([p for layer in layers for p in layer], rate=0.003)
    seen = []
    for _ in range(steps):
        loss = softmax_cross_entropy(network(x, layers, activation), y)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        seen.append(watch())
    return seen
