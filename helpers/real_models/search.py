"""How to search for settings: a log scale, a grid, a model of what was tried, and how much of a best is luck.

Places are numbers from 0 to 1, one for each knob, as in `log_scale`. It leaves out training (`trials`) and
Optuna (`study`).
"""

from itertools import product
from math import comb

import numpy as np


def log_scale(place, low, high):
    """Return what stands at a place from 0 to 1 between low and high, in equal factors.

    place: a number or an array. low, high: both above 0.

    >>> log_scale(0.5, 1.0, 100.0)
    10.0
    """
    return low * (high / low) ** place


def grid(values, knobs):
    """Return the places of all combinations of so many values of each knob, [values ** knobs, knobs].

    The values lie in the middle of equal parts of the way from 0 to 1.

    >>> grid(2, 1).tolist()
    [[0.25], [0.75]]
    """
    middles = (np.arange(values) + 0.5) / values  # [values]
    return np.array(list(product(middles, repeat=knobs)))


def gaps(places, best):
    """Return how far the nearest place is from the best one, [2]: by the first knob alone, and by all.

    places: [trials, knobs]. best: [knobs].
    """
    away = places - best
    return np.array([np.abs(away[:, 0]).min(), np.sqrt((away**2).sum(axis=1)).min()])


def best_so_far(losses):
    """Return after each trial the lowest loss until then. losses: [..., trials], the answer too.

    >>> best_so_far(np.array([3.0, 5.0, 2.0])).tolist()
    [3.0, 3.0, 2.0]
    """
    return np.minimum.accumulate(losses, axis=-1)


def closeness(here, places, width):
    """Return how close a place is to some others: the mean height at it of a bell around each of them.

    here: [knobs]. places: [trials, knobs]. width: of the bells. The answer is between 0 and 1.

    >>> float(closeness(np.array([0.0]), np.array([[0.0], [9.0]]), width=1.0).round(6))
    0.5
    """
    squares = ((places - here) ** 2).sum(axis=-1)  # [trials]
    return np.exp(-squares / (2 * width**2)).mean()


def suggest(candidates, places, losses, width=0.1, share=0.25):
    """Return the candidate that is close to good trials and far from bad ones, for the next trial.

    candidates: [many, knobs]. places: [trials, knobs] that were tried, two at least. losses: [trials].
    share: of the trials that count as good, at least one.
    """
    order = np.argsort(losses, kind="stable")
    count = max(1, int(share * len(losses)))
    good, bad = places[order[:count]], places[order[count:]]
    scores = []
    for here in candidates:
        near, far = closeness(here, good, width), closeness(here, bad, width)
        scores.append((near + 0.01) / (far + 0.01))  # so that 0 / 0 is no trouble
    return candidates[int(np.argmax(scores))]


def expected_best(guessers, questions):
    """Return the expected best score of guessers who toss a coin for each question, as a share of all.

    For a score s of the best: it is at most s if all of them have at most s.

    >>> expected_best(2, 2), round(expected_best(1, 100), 9)
    (0.6875, 0.5)
    """
    below, total = 0.0, 0.0  # below: the chance that one guesser has at most s right
    for s in range(questions):
        below += comb(questions, s) / 2**questions
        total += 1 - below**guessers  # the chance that the best has more than s
    return total / questions
