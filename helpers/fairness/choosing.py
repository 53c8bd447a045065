"""Circles and squares apply, and the old records are harder on squares: what a model makes of such records.

Here, and nowhere else, it is known who is good: it was drawn. It leaves out how an applicant changes by what
is decided.
"""

import numpy as np


def applicants(count, rng, lowered=0.4, noise=0.3):
    """Return {name: [count]}: square, skill, standin, good, label.

    Half are squares. Skill is spread alike in both groups; `good` is skill with some luck, above 0. `label`
    is what the records say: of the good squares a share, `lowered`, is marked as not good. `standin` is
    something harmless, such as a street, that goes with the group up to some noise.
    """
    square = (rng.random(count) < 0.5).astype(float)
    skill = rng.normal(size=count)
    good = (skill + rng.normal(0, 0.5, count) > 0).astype(float)
    lost = (square == 1) & (rng.random(count) < lowered)
    standin = square + rng.normal(0, noise, count)
    return {"square": square, "skill": skill, "standin": standin, "good": good, "label": good * ~lost}


def columns(group, names):
    """Return [count, inputs]: the named columns of a group of applicants."""
    return np.stack([group[name] for name in names], axis=1)


def fit(x, label, weights=None, steps=400, rate=1.5):
    """Return (w [inputs], b) of one neuron with a sigmoid, by gradient descent on the weighted log loss.

    x: [count, inputs]; label: [count] of 0 and 1; weights: [count], all 1 unless given.
    """
    weights = np.ones(len(label)) if weights is None else weights
    w, b = np.zeros(x.shape[1]), 0.0
    for _ in range(steps):
        error = weights * (1 / (1 + np.exp(-(x @ w + b))) - label) / len(label)  # [count]
        w, b = w - rate * error @ x, b - rate * error.sum()
    return w, b


def gap(chosen, square):
    """Return the share of the circles that is chosen minus that of the squares. Both: [count] of 0 and 1."""
    return np.mean(chosen[square == 0]) - np.mean(chosen[square == 1])


def reweigh(square, label):
    """Return [count]: for each applicant P(group) · P(label) / P(group and label).

    With these weights group and label do not go together any more.
    """
    weights = np.zeros(len(label))
    for g in (0, 1):
        for y in (0, 1):
            cell = (square == g) & (label == y)  # [count] truth values
            if cell.any():
                goal = np.mean(square == g) * np.mean(label == y)
                weights[cell] = goal / np.mean(cell)
    return weights


def log_loss(x, w, b, label):
    """Return the mean surprise of a neuron at labels, in nats."""
    sign = np.where(label == 1, 1, -1)
    return np.logaddexp(0, -sign * (x @ w + b)).mean()


def trial(seed, count=4_000):
    """Return {way: (gap, right by the records, right by the truth, log loss)} on new applicants.

    The ways: given the group, given the stand-in, given neither; and again the second, with its bias at 0,
    and trained on reweighed records, rightly or upside down.
    """
    rng = np.random.default_rng(seed)
    old, new = applicants(count, rng), applicants(count, rng)
    weights = reweigh(old["square"], old["label"])

    def judged(names, weights=None, keep_bias=True):
        w, b = fit(columns(old, names), old["label"], weights)
        x, b = columns(new, names), b * keep_bias
        chosen = (x @ w + b > 0).astype(float)
        alike = [np.mean(chosen == new[what]) for what in ("label", "good")]
        return gap(chosen, new["square"]), *alike, log_loss(x, w, b, new["label"])

    blind = ["skill", "standin"]
    return {
        "group": judged(["skill", "square"]),
        "standin": judged(blind),
        "skill": judged(["skill"]),
        "no bias": judged(blind, keep_bias=False),
        "reweighed": judged(blind, weights),
        "upside down": judged(blind, 1 / weights),
    }


def trials(count):
    """Return (ways [6], [count, 6, 4]): the numbers of `trial`, one after another for so many seeds."""
    found = [trial(seed) for seed in range(count)]
    return list(found[0]), np.array([list(each.values()) for each in found])
