"""The explorable of chapter 20: a threshold for each of two groups, and three definitions of fair."""

from functools import cache
from math import nan

import numpy as np
import traitlets

from ..fairness.counts import rates
from .base import Explorable, knob

BINS, WIDTH = 20, 5  # of scores from 0 to 100
PEOPLE = 10_000  # of each group, nearly: whole people in each bin
SPREADS = {"circles": (1.2, 1.2), "squares": (0.5, 2.6)}  # powers of score and of 1 − score
LAST = 90.0  # the highest threshold: there are people above it in both groups
NAMES = ("chosen", "found", "right")
LEAST, MEET = 0.1, 0.005  # a share that is worth looking at; shares that are called equal


@cache
def group(shape):
    """Return [qualified [20], others [20]]: people by score. A score of 70 means that 70 of 100 qualify."""
    middle = (np.arange(BINS) + 0.5) / BINS
    up, down = SPREADS[shape]
    density = middle**up * (1 - middle) ** down
    people = np.floor(PEOPLE * density / density.sum() + 0.5)
    qualified = np.floor(people * middle + 0.5)
    return [qualified.tolist(), (people - qualified).tolist()]


def shares(people, threshold):
    """Return (counts, (base, chosen, found, right)) of a group; within a bin, people are spread evenly."""
    above = np.clip((WIDTH * (np.arange(BINS) + 1) - threshold) / WIDTH, 0, 1)  # [20]
    qualified, others = (np.array(each) for each in people)
    tp, fp = float(above @ qualified), float(above @ others)
    fn, tn = float(qualified.sum() - tp), float(others.sum() - fp)
    return (tp, fp, fn, tn), rates(tp, fp, fn, tn)


def partner(people, name, goal):
    """Return the threshold at which a share of a group is what it should be, nan where there is none."""
    which, rises = 1 + NAMES.index(name), name == "right"
    low, high = 0.0, LAST
    first, last = shares(people, low)[1][which], shares(people, high)[1][which]
    if not min(first, last) <= goal <= max(first, last):
        return nan
    for _ in range(50):
        middle = (low + high) / 2
        if (shares(people, middle)[1][which] < goal) == rises:
            low = middle
        else:
            high = middle
    return (low + high) / 2


@cache
def closest(squares):
    """Return how near all three pairs of shares come at once, where each group has a tenth chosen or more."""
    one, two = (
        np.array([shares(group(shape), t)[1][1:] for t in range(0, 91, 2)]) for shape in ("circles", squares)
    )
    one, two = (each[each[:, 0] >= LEAST] for each in (one, two))
    return float(np.abs(one[:, None] - two[None]).max(axis=-1).min())


class Fairness(Explorable):
    """Two groups of people with scores, and a threshold for each: who is above it is chosen.

    circles, squares: the thresholds. base: whether as many squares qualify as circles, "other" or "same".
    groups: people by score, {base: {group: [qualified, others]}}; rules: what the page has to know.
    `numbers()` returns the counts and shares of both groups, their differences, the squares' thresholds at
    which each difference is 0, and how near all three come to 0 at once.
    """

    view = "fairness"
    summary = "Two groups, two thresholds, and three definitions of a fair choice that do not hold at once."

    circles, squares = knob(50.0), knob(50.0)
    base = traitlets.Enum(["other", "same"], "other").tag(sync=True)
    groups = traitlets.Dict(
        {
            "other": {"circles": group("circles"), "squares": group("squares")},
            "same": {"circles": group("circles"), "squares": group("circles")},
        }
    ).tag(sync=True)
    rules = traitlets.Dict(dict(names=list(NAMES), width=WIDTH, last=LAST, least=LEAST, meet=MEET)).tag(
        sync=True
    )
    controls = traitlets.List(["circles", "squares", "base"]).tag(sync=True)

    def numbers(self):
        people = self.groups[self.base]
        shown = {"circles": self.circles, "squares": self.squares}
        found = {}
        for name in ("circles", "squares"):
            counts, found[name] = shares(people[name], getattr(self, name))
            shown |= {f"{name}_{what}": n for what, n in zip(("tp", "fp", "fn", "tn"), counts, strict=True)}
            shown |= {f"{name}_{w}": v for w, v in zip(("base", *NAMES), found[name], strict=True)}
        for i, name in enumerate(NAMES, 1):
            shown[f"gap_{name}"] = found["circles"][i] - found["squares"][i]
            shown[f"at_{name}"] = partner(people["squares"], name, found["circles"][i])
        shown["held"] = sum(abs(shown[f"gap_{name}"]) < MEET for name in NAMES)
        shown["closest"] = closest("squares" if self.base == "other" else "circles")
        return {name: float(value) for name, value in shown.items()}
