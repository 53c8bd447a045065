"""The exercises of chapter 20: paired associations, shares of a choice, weights, a quota, a direction."""

import numpy as np

from ..declare import chapter, exercise
from ..domain import made, numbers

chapter("fairness", "20 · Fairness")


def _pencil(times=3, right=0.3, weight=0.75, left=(0.0, 5.0)):
    return dict(times=times, right=right, weight=weight, left=list(left))


exercise(
    "fairness.pencil",
    "Four by pencil",
    solution=_pencil(),
    wrong={
        "This is the distance of the two shares. Log-odds ask how many times as often.": _pencil(times=0.5),
        "These are the odds of *he*. Divide the share of *she* by the share of *he*.": _pencil(times=1 / 3),
        "The base rate is missing: of ten who qualify or not, fewer are qualified.": _pencil(right=1.5),
        "Found and right are not the same: one is of the qualified, the other of the chosen.": _pencil(
            right=0.6
        ),
        "The base rate and the chosen share have changed places.": _pencil(right=1.2),
        "The weight is upside down: there are more of these records than there should be.": _pencil(
            weight=4 / 3
        ),
        "This is the share that there should be. Divide it by the share that there is.": _pencil(weight=0.3),
        "This is what the state has of the direction. Take it away from the state.": _pencil(left=(3.0, 0.0)),
        "The direction was taken away once. It has to go as often as the state has it.": _pencil(
            left=(2.0, 5.0)
        ),
    },
    right=[_pencil(times=3.0, right=3 / 10), dict(left=[0, 5], weight=3 / 4, right=0.6 * 0.2 / 0.4, times=3)],
    why="Odds, shares, weights and a direction: that is all the arithmetic of the chapter.",
)


def association(job, neutral):
    """Return the mean over sentences of a job's log-odds, less what neutral nouns get there."""
    return np.mean(job - neutral.mean(axis=0))


def _associated_by_loops(job, neutral):
    total = 0.0
    for i in range(len(job)):
        total += job[i] - sum(row[i] for row in neutral) / len(neutral)
    return total / len(job)


it = exercise(
    "fairness.association",
    "Less what is neutral",
    level=1,
    solution=association,
    edges=[
        (np.array([2.0, 3.0]), np.array([[1.0, 0.0], [3.0, 2.0]])),
        (np.array([1.0, -1.0, 0.0]), np.array([[0.5, 0.5, 0.5]])),
    ],
    domain={"job": numbers("s"), "neutral": numbers("w", "s")},
    right=[_associated_by_loops, lambda job, neutral: np.mean([job - row for row in neutral])],
    why="What a sentence adds, it adds to every noun; taken off, it cannot be mistaken for the job's.",
)
it.mistake("Nothing was taken off: zero is not what neutral nouns get.")(lambda job, neutral: job.mean())
it.mistake("Neutral nouns were taken off the wrong way round.")(
    lambda job, neutral: neutral.mean() - job.mean()
)
it.mistake("Only the first neutral noun was taken off. Take the mean over all of them.")(
    lambda job, neutral: np.mean(job - neutral[0])
)
it.mistake("The neutral nouns were added up. Take their mean.")(
    lambda job, neutral: np.mean(job - neutral.sum(axis=0))
)
it.mistake("The sum over the sentences is asked for its mean.")(
    lambda job, neutral: np.sum(job - neutral.mean(axis=0))
)
it.mistake("This is one sentence only. Take the mean over all.")(
    lambda job, neutral: job[0] - neutral[:, 0].mean()
)


def shares(chosen, qualified):
    """Return the shares [3]: chosen of all, found of the qualified, right of the chosen."""
    both = np.sum(chosen * qualified)
    return np.array([np.mean(chosen), both / np.sum(qualified), both / np.sum(chosen)])


def _shares_by_loops(chosen, qualified):
    both = sum(c * q for c, q in zip(chosen.tolist(), qualified.tolist(), strict=True))
    picked, fit = sum(chosen.tolist()), sum(qualified.tolist())
    return [picked / len(chosen), both / fit, both / picked]


def _people(rng):
    n = int(rng.integers(2, 9))
    chosen, qualified = (rng.random(n) < 0.5).astype(int), (rng.random(n) < 0.5).astype(int)
    chosen[rng.integers(n)] = qualified[rng.integers(n)] = 1
    return chosen, qualified


it = exercise(
    "fairness.shares",
    "Three shares of a choice",
    level=1,
    solution=shares,
    edges=[
        (np.array([1, 1, 1, 0, 0]), np.array([1, 0, 0, 1, 0])),
        (np.array([1, 0]), np.array([1, 1])),
        (np.array([1, 0, 1, 0]), np.array([0, 1, 0, 1])),
    ],
    domain=_people,
    allows="At least one person is chosen and at least one is qualified.",
    right=[
        _shares_by_loops,
        lambda chosen, qualified: np.array(
            [np.mean(chosen), chosen[qualified == 1].mean(), qualified[chosen == 1].mean()]
        ),
    ],
    why="Whoever calls a choice fair means one of these three; say which.",
)
it.mistake("Found and right have changed places.")(
    lambda chosen, qualified: shares(chosen, qualified)[[0, 2, 1]]
)
it.mistake("The first share is that of the qualified: the base rate. It asks for who is chosen.")(
    lambda chosen, qualified: np.array([np.mean(qualified), *shares(chosen, qualified)[1:]])
)
it.mistake("Found and right are shares of everybody here. One is of the qualified, the other of the chosen.")(
    lambda chosen, qualified: np.array([np.mean(chosen), *[np.mean(chosen * qualified)] * 2])
)
it.mistake("The last share counts who is chosen and not qualified. Count who is right.")(
    lambda chosen, qualified: np.array([*shares(chosen, qualified)[:2], 1 - shares(chosen, qualified)[2]])
)
it.mistake("Whoever was rightly passed over was counted as well. Found and right are about the chosen.")(
    lambda chosen, qualified: np.array([np.mean(chosen), *[np.mean(chosen == qualified)] * 2])
)


def weights(counts):
    """Return [groups, labels]: the weight of a record in each cell of a table of counts."""
    all_of_them = counts.sum()
    return counts.sum(axis=1)[:, None] * counts.sum(axis=0) / all_of_them / counts


def _weights_by_loops(counts):
    rows = []
    for row in counts:
        rows.append([sum(row) * sum(counts[:, j]) / (counts.sum() * row[j]) for j in range(len(row))])
    return rows


def _counts(rng, sizes):
    return rng.integers(1, 10, size=(sizes["g"], sizes["l"]))


it = exercise(
    "fairness.weights",
    "Weights from a table",
    level=2,
    solution=weights,
    edges=[(np.array([[4, 1], [2, 3]]),), (np.array([[2, 2], [2, 2]]),), (np.array([[1, 2, 3], [3, 2, 1]]),)],
    domain={"counts": made(_counts, "g", "l")},
    sizes={"g": (2, 4), "l": (2, 3)},
    allows="Every count is 1 or more.",
    right=[
        _weights_by_loops,
        lambda counts: np.outer(counts.sum(axis=1), counts.sum(axis=0)) / (counts * counts.sum()),
    ],
    why="With these weights every group has the same share of each label, and the total stays.",
)
it.mistake("The weights are upside down: they widen the gap. What should be is divided by what is.")(
    lambda counts: 1 / weights(counts)
)
it.mistake("These are the counts that there should be. Divide them by those that there are.")(
    lambda counts: np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
)
it.mistake("The total is missing: as shares, all three numbers are divided by it.")(
    lambda counts: np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts
)
it.mistake("This makes every cell count the same. Groups and labels may keep their sizes.")(
    lambda counts: counts.sum() / counts.size / counts
)
it.mistake("Rows and columns are mixed up here: each cell needs the sum of its own row and column.")(
    lambda counts: (
        np.resize(np.outer(counts.sum(axis=0), counts.sum(axis=1)), counts.shape) / counts / counts.sum()
    )
)


def best_of_each(scores, square, share):
    """Return [n] of 0 and 1: of each group the best are chosen, the same share of both, rounded down."""
    chosen = np.zeros(len(scores), dtype=int)
    for g in (0, 1):
        members = np.flatnonzero(square == g)
        count = int(share * len(members) + 1e-9)
        chosen[members[np.argsort(-scores[members])[:count]]] = 1
    return chosen


def _best_by_ranks(scores, square, share):
    chosen = []
    for score, g in zip(scores.tolist(), square.tolist(), strict=True):
        group = [other for other, h in zip(scores.tolist(), square.tolist(), strict=True) if h == g]
        above = sum(other > score for other in group)
        chosen.append(int(above < int(share * len(group) + 1e-9)))
    return chosen


def _ranked(rng):
    n = int(rng.integers(4, 13))
    square = (rng.random(n) < 0.5).astype(int)
    square[:2] = [0, 1]
    scores = rng.permutation(100)[:n] / 4
    return scores, rng.permutation(square), float(rng.choice([0.0, 0.25, 0.5, 0.75, 1.0]))


it = exercise(
    "fairness.best",
    "The same share of both",
    level=2,
    solution=best_of_each,
    edges=[
        (np.array([9.0, 8.0, 7.0, 6.0]), np.array([0, 0, 1, 1]), 0.5),
        (np.array([1.0, 2.0, 3.0, 4.0, 5.0]), np.array([1, 0, 1, 0, 0]), 0.5),
        (np.array([3.0, 1.0, 2.0, 4.0, 6.0, 5.0]), np.array([0, 0, 0, 0, 1, 1]), 0.25),
    ],
    domain=_ranked,
    allows="No two scores are equal, and in both groups there is somebody.",
    right=[_best_by_ranks, lambda scores, square, share: best_of_each(scores, square, share).astype(float)],
    why="This is demographic parity, by two thresholds; what it does to found and right, the base rates say.",
)
it.mistake("One threshold was used for all. Each group has a threshold of its own here.")(
    lambda scores, square, share: (np.argsort(np.argsort(-scores)) < int(share * len(scores) + 1e-9)).astype(
        int
    )
)
it.mistake("The lowest scores were chosen. Take the highest.")(
    lambda scores, square, share: best_of_each(-scores, square, share)
)
it.mistake("Half are chosen, whatever the share is.")(
    lambda scores, square, share: best_of_each(scores, square, 0.5)
)
it.mistake("The count was rounded up. Whoever is only half a place stays out.")(
    lambda scores, square, share: _rounded_up(scores, square, share)
)
it.mistake("Only one of the groups was chosen from.")(
    lambda scores, square, share: best_of_each(scores, square, share) * (square == 0)
)
it.mistake("Squares get the share of circles that is left over. Both get the same share.")(
    lambda scores, square, share: np.where(
        square == 0, best_of_each(scores, square, share), best_of_each(scores, square, 1 - share)
    )
)


def _rounded_up(scores, square, share):
    chosen = np.zeros(len(scores), dtype=int)
    for g in (0, 1):
        members = np.flatnonzero(square == g)
        count = int(np.ceil(share * len(members) - 1e-9))
        chosen[members[np.argsort(-scores[members])[:count]]] = 1
    return chosen


def without(h, u):
    """Return h without what its rows have of a direction u, of whatever length."""
    return h - (h @ u)[:, None] * u / (u @ u)


it = exercise(
    "fairness.without",
    "Take a direction out",
    level=3,
    solution=without,
    edges=[
        (np.array([[3.0, 4.0], [1.0, 0.0]]), np.array([1.0, 0.0])),
        (np.array([[3.0, 4.0]]), np.array([0.0, 2.0])),
        (np.array([[1.0, 1.0, 1.0], [0.0, 2.0, 0.0]]), np.array([1.0, 1.0, 0.0])),
    ],
    domain={"h": numbers("n", "d"), "u": numbers("d", low=0.5)},
    sizes={"d": (2, 5)},
    allows="Every number of `u` is at least 0.5.",
    right=[
        lambda h, u: np.array([row - (row @ u) / (u @ u) * u for row in h]),
        lambda h, u: h - np.outer(h @ (u / np.linalg.norm(u)), u / np.linalg.norm(u)),
    ],
    new=True,
    why="Whatever is read through this direction is now the same for all, wanted or not.",
)
it.mistake("`u` need not have length 1: divide by its square, `u @ u`.")(
    lambda h, u: h - (h @ u)[:, None] * u
)
it.mistake("It was divided by the length of `u` and not by its square.")(
    lambda h, u: h - (h @ u)[:, None] * u / np.sqrt(u @ u)
)
it.mistake("This is what the rows have of the direction. Take it away from them.")(
    lambda h, u: (h @ u)[:, None] * u / (u @ u)
)
it.mistake("The part was added. Take it away.")(lambda h, u: h + (h @ u)[:, None] * u / (u @ u))
it.mistake("It was taken away twice: the rows are mirrored.")(
    lambda h, u: h - 2 * (h @ u)[:, None] * u / (u @ u)
)
it.mistake("Every row lost the part of the first row. Each has a part of its own.")(
    lambda h, u: h - (h[0] @ u) * u / (u @ u)
)
it.mistake("The direction itself was taken away, as if every row had it once.")(lambda h, u: h - u)
