"""Choosing by the test set where the truth is chance: networks that answer questions which coins decide."""

import numpy as np

CHOSEN_BY, NEW, INPUTS = 100, 500, 20  # examples to choose by, examples to ask the winner, numbers in each


def answers(x, networks, rng):
    """Return what networks with random weights say to each example, yes or no: [networks, n].

    x: [n, inputs]. Each network says yes to half of them, those above the middle of its scores.
    """
    W, b = rng.normal(size=(networks, 8, x.shape[1])), rng.normal(size=(networks, 1, 8))
    hidden = np.maximum(x @ W.swapaxes(1, 2) + b, 0)  # [networks, n, 8]
    scores = (hidden @ rng.normal(size=(networks, 8, 1)))[:, :, 0]  # [networks, n]
    return scores > np.median(scores, axis=1, keepdims=True)


def leak(networks, seed, inputs):
    """Choose the best network by CHOSEN_BY examples; return its share right on these, and on NEW ones."""
    rng = np.random.default_rng(seed)
    n = CHOSEN_BY + NEW
    x, truth = rng.normal(size=(n, inputs)), rng.integers(2, size=n)  # coins
    right = answers(x, networks, rng) == truth  # [networks, n]
    winner = right[:, :CHOSEN_BY].mean(axis=1).argmax()
    return right[winner, :CHOSEN_BY].mean(), right[winner, CHOSEN_BY:].mean()


def leaks(networks, runs, inputs=INPUTS):
    """Return both shares of each run, [runs, 2]: with networks, examples and coins of its own."""
    return np.array([leak(networks, seed, inputs) for seed in range(runs)])
