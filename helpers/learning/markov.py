"""A source of text that is known exactly: each symbol depends on the one before it, and on nothing else.

So the loss that no model can beat is computed, not guessed. It leaves out longer memories.
"""

from bisect import bisect

import numpy as np


def entropy(p):
    """Return the mean surprise, in nats, of probabilities that are true; what never happens adds nothing.

    p: [..., symbols], adding up to 1 along the last axis. The answer is [...].

    >>> float(entropy(np.array([0.5, 0.5, 0.0])).round(4))
    0.6931
    """
    return -(p * np.log(np.where(p > 0, p, 1))).sum(axis=-1)


def stationary(P):
    """Return the share [symbols] of each symbol in a long text: a further step leaves the shares as they are.

    P: [symbols, symbols], row i holds the probabilities of what follows i. Every symbol leads to every other.

    >>> stationary(np.array([[0.5, 0.5], [1.0, 0.0]])).round(4).tolist()
    [0.6667, 0.3333]
    """
    n = len(P)
    equations = np.vstack([P.T - np.eye(n), np.ones(n)])  # [n + 1, n]
    return np.linalg.lstsq(equations, np.eye(n + 1)[n])[0]  # [n]


def entropy_rate(P):
    """Return the entropy of the next symbol, in nats, averaged over the symbols it may follow. P: see above.

    >>> float(entropy_rate(np.array([[0.5, 0.5], [1.0, 0.0]])).round(4))
    0.4621
    """
    return stationary(P) @ entropy(P)


def expected_loss(P, Q):
    """Return the cross-entropy of a model on an endless text of a source, in nats; `entropy_rate(P)` or more.

    P, Q: [symbols, symbols], row i holds what the source and the model give to each symbol after i.
    It is infinite if the model rules out what the source does.

    >>> uniform = np.full((2, 2), 0.5)
    >>> float(expected_loss(np.array([[0.5, 0.5], [1.0, 0.0]]), uniform).round(4))
    0.6931
    """
    with np.errstate(divide="ignore"):
        surprise = -np.log(np.where(P > 0, Q, 1))  # [symbols, symbols] 0 where the source never goes
    return stationary(P) @ (P * surprise).sum(axis=-1)


def sample(P, length, rng):
    """Return a text [length] of whole numbers below symbols, drawn from a source. rng: a NumPy generator.

    >>> sample(np.array([[0.0, 1.0], [1.0, 0.0]]), 4, np.random.default_rng(0)).tolist()
    [1, 0, 1, 0]
    """
    edges = P.cumsum(axis=1)[:, :-1].tolist()  # between them lies the range of each symbol
    first, *draws = rng.random(length).tolist()
    symbols = [bisect(stationary(P).cumsum()[:-1].tolist(), first)]
    for draw in draws:
        symbols.append(bisect(edges[symbols[-1]], draw))
    return np.array(symbols)


def count_pairs(text, symbols):
    """Return how often j follows i in a text, [symbols, symbols]. text: [length] whole numbers from 0.

    >>> count_pairs(np.array([0, 1, 1]), 2).tolist()
    [[0, 1], [0, 1]]
    """
    counts = np.zeros((symbols, symbols), dtype=int)
    np.add.at(counts, (text[:-1], text[1:]), 1)
    return counts
