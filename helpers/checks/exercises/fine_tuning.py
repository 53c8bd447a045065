"""The exercises of chapter 18: LoRA counted, put beside and merged, the best bias, and what has moved."""

import numpy as np

from ..declare import chapter, exercise
from ..domain import made, number, numbers, whole

chapter("fine_tuning", "18 · Fine-tuning")


def _pencil(numbers=640, scale=0.25, answer=11.0, forgotten=0.3):
    return dict(numbers=numbers, scale=scale, answer=answer, forgotten=forgotten)


exercise(
    "fine_tuning.pencil",
    "Four numbers by pencil",
    solution=_pencil(),
    wrong={
        "This is what the whole matrix holds. A has 4 rows of 60, and B has 4 columns of 100.": _pencil(
            numbers=6000
        ),
        "A and B are counted one by one, not multiplied: one has 4 · 60 numbers, the other 100 · 4.": _pencil(
            numbers=24_000
        ),
        "Only A was counted. B has 4 columns of 100.": _pencil(numbers=240),
        "The scale is α divided by r, not r by α.": _pencil(scale=4),
        "α itself is not the scale. It is divided by the rank.": _pencil(scale=2),
        "This is the change alone. The layer adds it to what it gave before.": _pencil(answer=6.0),
        "The change was added twice.": _pencil(answer=17.0),
        "This is what was gained on the new text. Forgetting is counted on the old one.": _pencil(
            forgotten=0.5
        ),
        "This is how far the old text is above its floor now. A part of that was there before.": _pencil(
            forgotten=0.4
        ),
    },
    right=[
        _pencil(numbers=640.0, answer=11),
        dict(forgotten=1.5 - 1.2, answer=5 + 3 * 2, scale=2 / 8, numbers=4 * (100 + 60)),
    ],
    why="Count before you train: how many numbers move, how strongly, and what will be measured afterwards.",
)


def counted(shapes, rank):
    """Return how many numbers A and B hold for layers of these shapes [(outputs, inputs), ...]."""
    return sum(rank * (m + n) for m, n in shapes)


def _shapes(rng, sizes):
    pairs = [tuple(pair) for pair in rng.integers(1, 40, size=(sizes["k"], 2)).tolist()]
    return [pairs[i] for i in rng.integers(len(pairs), size=len(pairs))]  # models have layers of one shape


it = exercise(
    "fine_tuning.count",
    "How many numbers?",
    level=1,
    solution=counted,
    edges=[
        ([(100, 60)], 4),
        ([(144, 48), (48, 48), (192, 48), (48, 192)], 1),
        ([(3, 2), (2, 5)], 2),
        ([(4, 4), (4, 4), (4, 4)], 2),
    ],
    domain={"shapes": made(_shapes, "k"), "rank": whole(1, 16)},
    right=[
        lambda shapes, rank: rank * int(np.sum(shapes)),
        lambda shapes, rank: sum(rank * n for _, n in shapes) + sum(m * rank for m, _ in shapes),
    ],
    why="The count grows with the sides of the matrices, where the matrices grow with their product.",
)
it.mistake("The sides were multiplied. B has a column of `outputs` and A a row of `inputs` for each rank.")(
    lambda shapes, rank: sum(rank * m * n for m, n in shapes)
)
it.mistake("These are the numbers of the matrices themselves, which stay.")(
    lambda shapes, rank: sum(m * n for m, n in shapes)
)
it.mistake("Only A was counted. B has numbers too.")(lambda shapes, rank: sum(rank * n for _, n in shapes))
it.mistake("Only B was counted. A has numbers too.")(lambda shapes, rank: sum(rank * m for m, _ in shapes))
it.mistake("Only the first layer was counted.")(lambda shapes, rank: counted(shapes[:1], rank))
it.mistake("Each rank has a row in A and a column in B: multiply by the rank.")(
    lambda shapes, rank: sum(m + n for m, n in shapes)
)
it.mistake("Layers of one shape were counted once. Each has an A and a B of its own.")(
    lambda shapes, rank: counted(set(shapes), rank)
)
it.mistake("A square of the rank is counted as well. Nothing stands between B and A.")(
    lambda shapes, rank: sum(rank * (m + n) + rank * rank for m, n in shapes)
)


def beside(x, w, a, b, alpha):
    """Return what a layer w gives with a LoRA beside it. x: [k, n], w: [m, n], a: [r, n], b: [m, r]."""
    return x @ w.T + alpha / len(a) * (x @ a.T @ b.T)


def _beside_by_loops(x, w, a, b, alpha):
    rows = []
    for row in x:
        inner = [sum(v * c for v, c in zip(row, line, strict=True)) for line in a]
        rows.append(
            [
                sum(v * c for v, c in zip(row, w[i], strict=True))
                + alpha / len(a) * sum(h * b[i][j] for j, h in enumerate(inner))
                for i in range(len(w))
            ]
        )
    return rows


SIDES = {"k": (1, 3), "m": (1, 4), "n": (1, 4), "r": (1, 3)}
FACTORS = {"w": numbers("m", "n"), "a": numbers("r", "n"), "b": numbers("m", "r")}
ALPHA = {"alpha": number(0.25, 16.0)}
FIRST = (np.array([[1.0, 1.0]]), np.array([[3.0], [0.0]]))  # a and b of an edge
SECOND = (np.array([[1.0, 0.0], [1.0, 2.0]]), np.array([[1.0, 1.0], [0.0, 2.0], [2.0, 0.0]]))

it = exercise(
    "fine_tuning.beside",
    "A change beside a layer",
    level=2,
    solution=beside,
    edges=[
        (np.array([[1.0, 1.0]]), np.array([[1.0, 4.0], [2.0, 0.0]]), *FIRST, 1.0),
        (np.array([[1.0, 0.0], [2.0, 1.0]]), np.zeros((3, 2)), *SECOND, 4.0),
        (np.array([[1.0, 2.0]]), np.array([[1.0, 1.0]]), np.array([[2.0, 1.0]]), np.array([[0.0]]), 2.0),
    ],
    domain={"x": numbers("k", "n"), **FACTORS, **ALPHA},
    sizes=SIDES,
    allows="`alpha` lies between 0.25 and 16.",
    right=[_beside_by_loops, lambda x, w, a, b, alpha: x @ (w + alpha * (b @ a) / a.shape[0]).T],
    why="With B at zero this is the layer as it was, whatever A holds.",
)
it.mistake("The scale is alpha itself here. Divide it by the rank, the number of rows of `a`.")(
    lambda x, w, a, b, alpha: x @ w.T + alpha * (x @ a.T @ b.T)
)
it.mistake("The scale is turned round. It is alpha divided by the rank.")(
    lambda x, w, a, b, alpha: x @ w.T + len(a) / alpha * (x @ a.T @ b.T)
)
it.mistake("The scale is missing.")(lambda x, w, a, b, alpha: x @ w.T + x @ a.T @ b.T)
it.mistake("This is the change alone. What the layer gives is missing.")(
    lambda x, w, a, b, alpha: alpha / len(a) * (x @ a.T @ b.T)
)
it.mistake("This is the layer without the change.")(lambda x, w, a, b, alpha: x @ w.T)
it.mistake("The scale was put on the layer too. It belongs to the change alone.")(
    lambda x, w, a, b, alpha: alpha / len(a) * (x @ w.T + x @ a.T @ b.T)
)
it.mistake("The change is taken away here. It is added.")(
    lambda x, w, a, b, alpha: x @ w.T - alpha / len(a) * (x @ a.T @ b.T)
)
it.mistake("Alpha is divided by the number of inputs. Divide it by the rank.")(
    lambda x, w, a, b, alpha: x @ w.T + alpha / a.shape[1] * (x @ a.T @ b.T)
)


def merged(w, a, b, alpha):
    """Return the one weight that does what w and the LoRA beside it do."""
    return w + alpha / len(a) * (b @ a)


def _merged_by_ranks(w, a, b, alpha):
    whole = np.array(w, dtype=float)
    for j in range(len(a)):
        whole += alpha / len(a) * np.outer(b[:, j], a[j])
    return whole


it = exercise(
    "fine_tuning.merge",
    "Into one matrix",
    level=2,
    solution=merged,
    edges=[
        (np.array([[1.0, 4.0], [2.0, 0.0]]), *FIRST, 1.0),
        (np.ones((3, 2)), *SECOND, 4.0),
        (np.array([[1.0, 1.0]]), np.array([[2.0, 1.0]]), np.array([[0.0]]), 2.0),
    ],
    domain={**FACTORS, **ALPHA},
    sizes=SIDES,
    allows="`alpha` lies between 0.25 and 16.",
    new=True,
    right=[_merged_by_ranks, lambda w, a, b, alpha: w + (alpha * (a.T @ b.T) / b.shape[1]).T],
    why="Whoever gets the merged matrix cannot tell that it ever had a LoRA, and pays nothing for it.",
)
it.mistake("The change is in it twice: that is what a merge does when the LoRA stays in place.")(
    lambda w, a, b, alpha: w + 2 * alpha / len(a) * (b @ a)
)
it.mistake("The scale is alpha itself here. Divide it by the rank.")(
    lambda w, a, b, alpha: w + alpha * (b @ a)
)
it.mistake("The scale is missing.")(lambda w, a, b, alpha: w + b @ a)
it.mistake("This is the change alone. Add it to the weight.")(lambda w, a, b, alpha: alpha / len(a) * (b @ a))
it.mistake("The change was taken out. That is the way back, from the merged matrix to the weight.")(
    lambda w, a, b, alpha: w - alpha / len(a) * (b @ a)
)
it.mistake("The scale was put on the weight too. The weight stays as it is.")(
    lambda w, a, b, alpha: alpha / len(a) * (w + b @ a)
)
it.mistake("Only the first column of `b` and the first row of `a` are in it. Every rank counts.")(
    lambda w, a, b, alpha: w + alpha / len(a) * np.outer(b[:, 0], a[0])
)
it.mistake(
    "The product is transposed. Only a square `w` has its shape, and there too its numbers stand elsewhere."
)(lambda w, a, b, alpha: w + alpha / len(a) * (b @ a).T)


def best_bias(given, wanted):
    """Return (bias [m], what it leaves): the bias to add to answers [n, m], and the mean squared gap left."""
    bias = (wanted - given).mean(axis=0)
    return bias, ((given + bias - wanted) ** 2).mean()


def _best_bias_by_loops(given, wanted):
    bias = [
        sum(w[j] - g[j] for g, w in zip(given, wanted, strict=True)) / len(given)
        for j in range(len(given[0]))
    ]
    gaps = [
        (g[j] + bias[j] - w[j]) ** 2 for g, w in zip(given, wanted, strict=True) for j in range(len(bias))
    ]
    return bias, sum(gaps) / len(gaps)


it = exercise(
    "fine_tuning.bias",
    "The best that a bias can do",
    level=2,
    solution=best_bias,
    edges=[
        (np.array([[1.0], [2.0]]), np.array([[4.0], [5.0]])),
        (np.array([[1.0], [1.0]]), np.array([[3.0], [-1.0]])),
        (np.array([[0.0, 1.0], [2.0, 3.0]]), np.array([[1.0, 1.0], [3.0, 7.0]])),
    ],
    domain={"given": numbers("n", "m"), "wanted": numbers("n", "m")},
    sizes={"n": (1, 5), "m": (1, 4)},
    right=[
        _best_bias_by_loops,
        lambda given, wanted: (
            np.mean(wanted, axis=0) - np.mean(given, axis=0),
            np.mean(np.var(wanted - given, axis=0)),
        ),
    ],
    why="What differs from example to example stays: it is the spread of what was to be added.",
)
it.mistake("This bias has the wrong sign: it is added to what is given.")(
    lambda given, wanted: (-best_bias(given, wanted)[0], best_bias(given, wanted)[1])
)
it.mistake("This is what was wrong before. The bias has to be added before the gap is measured.")(
    lambda given, wanted: (best_bias(given, wanted)[0], ((given - wanted) ** 2).mean())
)
it.mistake("One number for all outputs. A bias has a number for each of them.")(
    lambda given, wanted: (
        np.full(given.shape[1], (wanted - given).mean()),
        ((given + (wanted - given).mean() - wanted) ** 2).mean(),
    )
)
it.mistake("The bias is right, and what it leaves was added up. Take the mean.")(
    lambda given, wanted: (best_bias(given, wanted)[0], best_bias(given, wanted)[1] * given.size)
)
it.mistake("A bias for each example: nobody can add that. It is the same for all of them.")(
    lambda given, wanted: (wanted - given, 0.0)
)
it.mistake("The mean of what is wanted forgets what the layer gives already.")(
    lambda given, wanted: (wanted.mean(axis=0), ((given + wanted.mean(axis=0) - wanted) ** 2).mean())
)
it.mistake("The gap is not squared: this is its mean size.")(
    lambda given, wanted: (
        best_bias(given, wanted)[0],
        np.abs(given + best_bias(given, wanted)[0] - wanted).mean(),
    )
)
it.mistake("The bias is right, and of what it leaves the root was taken. The gap stays squared.")(
    lambda given, wanted: (best_bias(given, wanted)[0], np.sqrt(best_bias(given, wanted)[1]))
)
it.mistake("The bias is right. The gap is a mean over the outputs too, and here they were added up.")(
    lambda given, wanted: (best_bias(given, wanted)[0], best_bias(given, wanted)[1] * given.shape[1])
)


def drift(before, after):
    """Return how far predictions have moved, in nats: the mean KL from `before`, both [places, V]."""
    return (before * np.log(before / after)).sum(axis=1).mean()


def _drift_by_loops(before, after):
    total = 0.0
    for p, q in zip(before, after, strict=True):
        total += sum(x * (np.log(x) - np.log(y)) for x, y in zip(p, q, strict=True))
    return total / len(before)


def _two_predictions(rng):
    places, words = int(rng.integers(1, 5)), int(rng.integers(2, 6))
    tables = np.exp(rng.normal(0, rng.choice([0.3, 1.0, 2.0]), size=(2, places, words)))
    before, after = tables / tables.sum(axis=-1, keepdims=True)
    return before, (before.copy() if rng.random() < 0.1 else after)


it = exercise(
    "fine_tuning.drift",
    "What else has moved",
    level=3,
    solution=drift,
    edges=[
        (np.array([[0.5, 0.5]]), np.array([[0.25, 0.75]])),
        (np.array([[0.5, 0.5], [0.25, 0.75]]), np.array([[0.5, 0.5], [0.5, 0.5]])),
        (np.array([[0.1, 0.2, 0.7]]), np.array([[0.1, 0.2, 0.7]])),
    ],
    domain=_two_predictions,
    allows="All probabilities are above zero, and each row adds up to 1.",
    right=[
        _drift_by_loops,
        lambda before, after: np.mean(
            np.sum(-before * np.log(after), axis=1) - np.sum(-before * np.log(before), axis=1)
        ),
    ],
    why="It is zero as long as nothing moves, and it needs no right answers: only those from before.",
)
it.mistake("The two are swapped. Weigh by what the model said before: it is what shall be kept.")(
    lambda before, after: drift(after, before)
)
it.mistake("This is the cross-entropy. Take away the entropy of `before`, and nothing moved gives zero.")(
    lambda before, after: -(before * np.log(after)).sum(axis=1).mean()
)
it.mistake("The places were added up. Take their mean.")(
    lambda before, after: drift(before, after) * len(before)
)
it.mistake("These are bits. In nats the logarithm is `np.log`.")(
    lambda before, after: drift(before, after) / np.log(2)
)
it.mistake("The mean over all words as well: the words of a place are added up.")(
    lambda before, after: (before * np.log(before / after)).mean()
)
it.mistake("The logarithms are not weighed. Each counts as often as `before` says.")(
    lambda before, after: np.log(before / after).sum(axis=1).mean()
)
it.mistake("Only the word that was likeliest before was looked at. All words count.")(
    lambda before, after: np.mean(
        [np.log(p[p.argmax()] / q[p.argmax()]) for p, q in zip(before, after, strict=True)]
    )
)
it.mistake("This has the sign of the opposite: the ratio is before divided by after.")(
    lambda before, after: -drift(before, after)
)
