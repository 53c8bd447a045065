"""Words as rows of a table: looking them up, comparing their directions, and a model that looks one back.

It leaves out context; that begins with `attention`.
"""

import numpy as np

from ..learning.autograd import Tensor, softmax_cross_entropy
from ..learning.optimisers import Adam, train


def one_hot(tokens, vocabulary):
    """Return [n, vocabulary]: a row for each token, with a 1 in the token's column and 0 elsewhere.

    >>> one_hot([2, 0], 3).astype(int).tolist()
    [[0, 0, 1], [1, 0, 0]]
    """
    return np.eye(vocabulary)[tokens]


def cosine(a, b):
    """Return the cosine of the angle between two arrows: 1 for one direction, 0 at a right angle.

    a, b: [..., d].

    >>> float(cosine(np.array([3.0, 0.0]), np.array([1.0, 1.0])).round(4))
    0.7071
    """
    return (a * b).sum(-1) / (np.linalg.norm(a, axis=-1) * np.linalg.norm(b, axis=-1))


def nearest(table, token, count):
    """Return the tokens whose rows point most nearly where this token's row points: [count], nearest first.

    >>> nearest(np.array([[1.0, 0.0], [0.0, 1.0], [5.0, 1.0]]), 0, 2).tolist()
    [2, 1]
    """
    near = cosine(table, table[token])  # [vocabulary]
    near[token] = -np.inf  # not the token itself
    return np.argsort(-near, kind="stable")[:count]


def bigram(vocabulary, width, rng):
    """Return the parameters of a bigram model: E and W [vocabulary, width] at random, b [vocabulary] of 0."""
    E = rng.normal(size=(vocabulary, width))
    W = rng.normal(size=(vocabulary, width)) / np.sqrt(width)
    return Tensor(E), Tensor(W), Tensor(np.zeros(vocabulary))


def next_logits(tokens, E, W, b):
    """Return a logit for every word that may follow each token, [n, vocabulary]. tokens: [n]."""
    return E[tokens] @ W.T + b  # [n, width] @ [width, vocabulary]


def train_bigram(tokens, parameters, batches, rate=0.02):
    """Train a bigram model in place with Adam; return the loss of every step. batches: places in the text."""

    def loss(places):
        logits = next_logits(tokens[places], *parameters)
        return softmax_cross_entropy(logits, tokens[places + 1])

    return train(loss, Adam(parameters, rate), batches)
