"""The exercises of chapter 17: log scales, combinations, a fair comparison, survivors, and luck."""

from itertools import product

import numpy as np

from ..declare import chapter, exercise
from ..domain import made, numbers, whole

chapter("tuning", "17 · Tuning")


def _pencil(trials=64, middle=0.01, steps=80, best=0.75):
    return dict(trials=trials, middle=middle, steps=steps, best=best)


exercise(
    "tuning.pencil",
    "Four numbers by pencil",
    solution=_pencil(),
    wrong={
        "Four values of three knobs are not 4 · 3: each value of one goes with all of the others.": _pencil(
            trials=12
        ),
        "This is three values of four knobs. There are four values of three.": _pencil(trials=81),
        "This middle is halfway in steps, not in factors: the lower powers of ten get nothing.": _pencil(
            middle=0.50005
        ),
        "This is the low end. Halfway is ten to the power that lies between −4 and 0.": _pencil(
            middle=0.0001
        ),
        "That is what 16 whole trainings of 16 steps cost. Those that are thrown out stop earlier.": _pencil(
            steps=256
        ),
        "Each round pays only for the steps that are new: who goes on keeps what it has learned.": _pencil(
            steps=128
        ),
        "Only the first round was counted. Those that go on take more steps.": _pencil(steps=32),
        "One guesser alone has a half. The better of two has more.": _pencil(best=0.5),
        "The chances of two guessers do not add up to certainty: both may be wrong.": _pencil(best=1.0),
    },
    right=[
        _pencil(trials=64.0, steps=80.0),
        dict(best=3 / 4, steps=32 + 16 + 16 + 16, middle=10**-2, trials=4**3),
    ],
    why="A search is counted before it is started: how many trials, where, how long, and what luck gives.",
)


def place_of(value, low, high):
    """Return where a value stands between low and high on a log scale, from 0 to 1."""
    return np.log(value / low) / np.log(high / low)


def _values(rng, sizes):
    low = float(rng.choice([1e-5, 0.001, 0.25, 1.0, 10.0]))
    high = low * float(rng.choice([2.0, 10.0, 1000.0, 1e6]))
    places = rng.choice([0.0, 0.5, 1.0], size=sizes["n"]) if rng.random() < 0.3 else rng.random(sizes["n"])
    return low * (high / low) ** places, low, high


it = exercise(
    "tuning.place",
    "Where is it on the scale?",
    level=1,
    solution=place_of,
    edges=[
        (np.array([0.001, 0.01, 0.1]), 0.001, 0.1),
        (np.array([2.0, 4.0, 8.0, 32.0]), 2.0, 32.0),
        (np.array([0.5]), 0.1, 1000.0),
    ],
    domain=lambda rng: _values(rng, {"n": int(rng.integers(1, 6))}),
    allows="All numbers are above zero, `low` is below `high`, and the values lie between them.",
    right=[
        lambda value, low, high: (np.log10(value) - np.log10(low)) / (np.log10(high) - np.log10(low)),
        lambda value, low, high: [np.log2(each / low) / np.log2(high / low) for each in value],
    ],
    why="A picture of a search over rates uses these places, or most of its dots fall on one spot.",
)
it.mistake("This is the place on an even scale. Go by factors: take logarithms.")(
    lambda value, low, high: (value - low) / (high - low)
)
it.mistake("This counts from the high end. `low` itself has the place 0.")(
    lambda value, low, high: np.log(high / value) / np.log(high / low)
)
it.mistake("This is by how many factors of e the value is above `low`. Divide by how many there are in all.")(
    lambda value, low, high: np.log(value / low)
)
it.mistake("The range was left in factors. It needs a logarithm as well.")(
    lambda value, low, high: np.log(value / low) / (high / low)
)
it.mistake("The logarithm was taken last. The differences have to be differences of logarithms.")(
    lambda value, low, high: np.log(1 + (value - low) / (high - low))
)
it.mistake("This is what stands at a place. Here the value is given, and the place is asked for.")(
    lambda value, low, high: low * (high / low) ** value
)


def combinations(values):
    """Return all combinations of values of some knobs, the last knob changing fastest."""
    return np.array(list(product(*values)))


def _combined_by_loops(values):
    rows = [[]]
    for some in values:
        longer = []
        for row in rows:
            for value in some:
                longer.append([*row, value])
        rows = longer
    return rows


def _knobs(rng, sizes):
    return [rng.integers(0, 20, size=rng.integers(1, 5)) / 4 for _ in range(sizes["k"])]


it = exercise(
    "tuning.combinations",
    "Every combination",
    level=2,
    solution=combinations,
    edges=[
        ([np.array([1.0, 2.0]), np.array([3.0, 4.0, 5.0])],),
        ([np.array([0.5]), np.array([1.0, 2.0]), np.array([7.0, 8.0])],),
        ([np.array([1.0, 2.0, 3.0])],),
    ],
    domain={"values": made(_knobs, "k")},
    sizes={"k": (1, 4)},
    right=[
        _combined_by_loops,
        lambda values: np.stack([m.ravel() for m in np.meshgrid(*values, indexing="ij")], axis=1),
    ],
    why="The counts multiply: one more knob with three values makes the list three times as long.",
)
it.mistake("The first knob changes fastest here. Let the last one do.")(
    lambda values: np.array([row[::-1] for row in product(*values[::-1])])
)
it.mistake(
    "First goes with first and second with second, as in `zip`. Each value goes with all of the others."
)(lambda values: np.array(list(zip(*values, strict=False))))
it.mistake("One knob moves at a time, and the others stay at their first value. Combinations are missing.")(
    lambda values: np.array(
        [
            [value if i == j else other[0] for j, other in enumerate(values)]
            for i, some in enumerate(values)
            for value in some
        ]
    )
)
it.mistake("The last combination is missing.")(lambda values: combinations(values)[:-1])
it.mistake("The rows and columns are swapped: one row for each combination.")(
    lambda values: combinations(values).T
)
it.mistake("Each knob has as many values as the first one here. Take all that it has.")(
    lambda values: np.array(list(product(*[some[: len(values[0])] for some in values])))
)


def compare(a, b):
    """Return (mean of a − b, half of its interval) for two settings from the same seeds."""
    gaps = a - b
    return gaps.mean(), 1.96 * gaps.std(ddof=1) / np.sqrt(len(gaps))


def _compare_by_loops(a, b):
    gaps = [x - y for x, y in zip(a, b, strict=True)]
    mean = sum(gaps) / len(gaps)
    variance = sum((gap - mean) ** 2 for gap in gaps) / (len(gaps) - 1)
    return mean, 1.96 * (variance / len(gaps)) ** 0.5


it = exercise(
    "tuning.compare",
    "Is it better, or lucky?",
    level=2,
    solution=compare,
    edges=[
        (np.array([0.5, 0.7, 0.9]), np.array([0.4, 0.5, 0.6])),
        (np.array([1.0, 2.0, 3.0, 4.0]), np.array([2.0, 1.0, 4.0, 3.0])),
        (np.array([3.0, 1.0]), np.array([1.0, 0.0])),
    ],
    domain={"a": numbers("n"), "b": numbers("n")},
    sizes={"n": (2, 7)},
    right=[
        _compare_by_loops,
        lambda a, b: (a.mean() - b.mean(), 1.96 * np.sqrt(np.var(a - b, ddof=1) / len(a))),
    ],
    why="The same seed makes both lucky or unlucky together, and the difference does not care.",
)
it.mistake("The difference is turned round: take a − b.")(lambda a, b: (-compare(a, b)[0], compare(a, b)[1]))
it.mistake("This spread divides by n. Of a sample it divides by n − 1: `ddof=1`.")(
    lambda a, b: ((a - b).mean(), 1.96 * (a - b).std() / np.sqrt(len(a)))
)
it.mistake("This is the spread of single differences. The mean of n scatters less: divide by the root of n.")(
    lambda a, b: ((a - b).mean(), 1.96 * (a - b).std(ddof=1))
)
it.mistake("The spread was divided by n. Divide by its root.")(
    lambda a, b: ((a - b).mean(), 1.96 * (a - b).std(ddof=1) / len(a))
)
it.mistake("The 1.96 is missing.")(lambda a, b: ((a - b).mean(), (a - b).std(ddof=1) / np.sqrt(len(a))))
it.mistake("This takes the two for independent. They have their seeds in common: use the spread of a − b.")(
    lambda a, b: ((a - b).mean(), 1.96 * np.sqrt((a.var(ddof=1) + b.var(ddof=1)) / len(a)))
)
it.mistake("This is the whole interval from end to end. Half of it is asked for.")(
    lambda a, b: ((a - b).mean(), 2 * compare(a, b)[1])
)


def survivors(losses, part):
    """Return the numbers of the trials that go on, the lowest loss first: one of so many, one at least."""
    return np.argsort(losses, kind="stable")[: max(1, len(losses) // part)]


def _survivors_by_loop(losses, part):
    left, chosen = list(range(len(losses))), []
    for _ in range(max(1, len(losses) // part)):
        best = min(left, key=lambda i: losses[i])
        left.remove(best)
        chosen.append(best)
    return chosen


def _survivors(change):
    return lambda losses, part: change(losses, np.argsort(losses, kind="stable"), part)


it = exercise(
    "tuning.survivors",
    "Who goes on",
    level=2,
    solution=survivors,
    edges=[
        (np.array([0.9, 0.4, 0.7, 0.8, 0.5, 0.6]), 2),
        (np.array([3.0, 1.0, 2.0, 0.5, 4.0, 2.5, 1.5]), 3),
        (np.array([2.0, 1.0]), 3),
    ],
    domain={"losses": numbers("n"), "part": whole(2, 4)},
    sizes={"n": (1, 60)},
    where=lambda losses, part: len(set(losses.tolist())) == len(losses),
    allows="No two losses are equal.",
    right=[_survivors_by_loop, lambda losses, part: losses.argsort()[: len(losses) // part or 1]],
    why="The rest is never trained again, so what it would have become is not known.",
)
it.mistake("These are the highest losses. The lowest go on.")(
    _survivors(lambda losses, order, part: order[::-1][: max(1, len(order) // part)])
)
it.mistake("These are the losses themselves. Return the numbers of the trials.")(
    _survivors(lambda losses, order, part: losses[order[: max(1, len(order) // part)]])
)
it.mistake("The right ones, in the order of their numbers. The lowest loss comes first.")(
    _survivors(lambda losses, order, part: np.sort(order[: max(1, len(order) // part)]))
)
it.mistake("So many were kept as `part` says. It says one of how many goes on.")(
    _survivors(lambda losses, order, part: order[:part])
)
it.mistake("Here `part` says how many of all go out: one of so many. It says who stays.")(
    _survivors(lambda losses, order, part: order[: max(1, len(order) - len(order) // part)])
)
it.mistake("Where the trials do not divide evenly, this keeps one more. Round down.")(
    _survivors(lambda losses, order, part: order[: -(-len(order) // part)])
)
it.mistake("Where there are fewer trials than `part`, nobody is left. One goes on at least.")(
    _survivors(lambda losses, order, part: order[: len(order) // part])
)
it.mistake(
    "These are the places of the trials in the order of losses. Asked for is which trial comes first."
)(_survivors(lambda losses, order, part: np.argsort(order)[: max(1, len(order) // part)]))


def luck(scores, k):
    """Return the expected best of k scores, each drawn from `scores` with equal chances."""
    n, total = len(scores), 0.0
    for i, score in enumerate(np.sort(scores), start=1):
        total += score * ((i / n) ** k - ((i - 1) / n) ** k)
    return total


def _luck_by_steps(scores, k):
    ordered = sorted(scores)
    below = [(i / len(ordered)) ** k for i in range(len(ordered))]
    total = ordered[0]
    for i in range(1, len(ordered)):
        total += (ordered[i] - ordered[i - 1]) * (1 - below[i])
    return total


it = exercise(
    "tuning.luck",
    "How much is luck",
    level=3,
    solution=luck,
    edges=[
        (np.array([0.0, 1.0]), 2),
        (np.array([0.0, 1.0, 2.0]), 2),
        (np.array([0.5, 0.25, 0.75, 0.5]), 3),
    ],
    domain={"scores": numbers("n"), "k": whole(1, 12)},
    sizes={"n": (1, 8)},
    right=[
        _luck_by_steps,
        lambda scores, k: float(np.diff((np.arange(len(scores) + 1) / len(scores)) ** k) @ np.sort(scores)),
    ],
    why="Take from a reported best what this says of chance alone, and see what is left.",
)
it.mistake("This is the mean of one draw. The best of k is better.")(lambda scores, k: np.mean(scores))
it.mistake("This is the best score there is. The best of k draws reaches it only sometimes.")(
    lambda scores, k: np.max(scores)
)
it.mistake("This is the worst of k draws. The best has to be at most a score, with all of them.")(
    lambda scores, k: -luck(-np.asarray(scores), k)
)
it.mistake("The scores were taken as they stand. Sort them: the chance is that of all lower ones.")(
    lambda scores, k: sum(
        score * ((i / len(scores)) ** k - ((i - 1) / len(scores)) ** k)
        for i, score in enumerate(scores, start=1)
    )
)
it.mistake("This draws one score fewer than it should.")(
    lambda scores, k: luck(scores, k - 1) if k > 1 else 0.0
)
it.mistake(
    "These chances do not add up to 1: take the chance of at most this score minus that of the one before."
)(lambda scores, k: sum(score * (i / len(scores)) ** k for i, score in enumerate(np.sort(scores), start=1)))
it.mistake("This draws without putting back, so the same score cannot come twice. Here it can.")(
    lambda scores, k: _without_putting_back(scores, k)
)


def _without_putting_back(scores, k):
    from math import comb

    n, k = len(scores), min(k, len(scores))
    return sum(score * comb(i, k - 1) for i, score in enumerate(np.sort(scores))) / comb(n, k)
