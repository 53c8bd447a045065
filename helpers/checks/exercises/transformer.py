"""The exercises of chapter 11: a norm, what undoes it, a block, a fold, terms of a sum, and counting."""

import numpy as np

from ..copies import plain
from ..declare import chapter, exercise
from ..domain import any_of, choice, made, number, numbers, switch, whole, written

chapter("transformer", "11 · The transformer")


def _pencil(norm=200, ratio=4, idle=5, tripled=9):
    return dict(norm=norm, ratio=ratio, idle=idle, tripled=tripled)


exercise(
    "transformer.pencil",
    "Four numbers by pencil",
    solution=_pencil(),
    wrong={
        "The norm has 100 parameters here. A layer norm learns a second number for each of the 100.": _pencil(
            norm=100
        ),
        "The norm has one gain and one bias for all numbers here. Each of the numbers has its own.": _pencil(
            norm=2
        ),
        "Mean and variance were counted as parameters. They are computed anew for each token.": _pencil(
            norm=400
        ),
        "The ratio is that of 4d hidden units, or of one matrix. Here are 8d, up and down.": _pencil(ratio=2),
        "The feed-forward layer was compared with one matrix of attention, which has four.": _pencil(
            ratio=16
        ),
        "The stream is lost here. What a part adds is zero, and the stream runs past it.": _pencil(idle=0),
        "The blocks have grown like a table. Both sides of their matrices are made longer.": _pencil(
            tripled=3
        ),
        "The width was counted three times over. A matrix has two sides.": _pencil(tripled=27),
    },
    right=[_pencil(norm=2 * 100.0, ratio=16 / 4), dict(tripled=3**2, idle=5.0, ratio=4, norm=100 + 100)],
    why="Norms are small, matrices grow with the square, and a part that adds zero changes nothing.",
)


def norm(x, gain, bias, epsilon):
    """Return x [n, d] with mean 0 and spread 1 in each row, times the gain, plus the bias."""
    centred = x - x.mean(axis=1, keepdims=True)
    spread = np.sqrt((centred**2).mean(axis=1, keepdims=True) + epsilon)
    return gain * centred / spread + bias


def _normed(x, axis=1, inside=0.0, outside=0.0, ddof=0):
    """Return x normalised, with slips: epsilon inside or outside the root, other statistics."""
    spread = np.sqrt(x.var(axis=axis, ddof=ddof, keepdims=True) + inside) + outside
    return (x - x.mean(axis=axis, keepdims=True)) / spread


def _norm_by_loops(x, gain, bias, epsilon):
    out = np.empty(x.shape)
    for i, row in enumerate(x):
        mean = sum(row) / len(row)
        variance = sum((value - mean) ** 2 for value in row) / len(row)
        for j, value in enumerate(row):
            out[i, j] = gain[j] * (value - mean) / (variance + epsilon) ** 0.5 + bias[j]
    return out


it = exercise(
    "transformer.norm",
    "A layer norm",
    solution=norm,
    edges=[
        (np.array([[1.0, 3.0, 5.0], [2.0, 2.0, 8.0]]), np.array([1.0, 1.0, 1.0]), np.zeros(3), 1.0),
        (
            np.array([[1.0, 3.0, 5.0], [2.0, 2.0, 8.0]]),
            np.array([1.0, 2.0, 3.0]),
            np.array([1.0, 0.0, -1.0]),
            0.5,
        ),
        (np.array([[4.0, 4.0, 4.0, 4.0]]), np.ones(4), np.arange(4.0), 0.1),
    ],
    domain={
        "x": numbers("n", "d"),
        "gain": numbers("d"),
        "bias": numbers("d"),
        "epsilon": number(1e-5, 1),
    },
    right=[
        _norm_by_loops,
        lambda x, g, b, e: (g * ((x.T - x.mean(axis=1)) / np.sqrt(x.var(axis=1) + e)).T) + b,
    ],
    why="Each token is normalised by itself, so a token's answer does not depend on who stands beside it.",
)
it.mistake("Mean and variance run down the columns, over all tokens. Each row has its own.")(
    lambda x, g, b, e: g * _normed(x, axis=0, inside=e) + b
)
it.mistake("One mean and one variance serve all tokens here. Each row has its own.")(
    lambda x, g, b, e: g * (x - x.mean()) / np.sqrt(x.var() + e) + b
)
it.mistake("The mean is still in there: this is nearly an RMS norm.")(
    lambda x, g, b, e: g * x / np.sqrt((x * x).mean(axis=1, keepdims=True) + e) + b
)
it.mistake("epsilon was added to the spread. It is added to the variance, before the root.")(
    lambda x, g, b, e: g * _normed(x, outside=e) + b
)
it.mistake("epsilon is missing: it is added to the variance.")(lambda x, g, b, e: g * _normed(x) + b)
it.mistake("This divides by the variance. The spread is its root.")(
    lambda x, g, b, e: g * (x - x.mean(axis=1, keepdims=True)) / (x.var(axis=1, keepdims=True) + e) + b
)
it.mistake("The variance was divided by d − 1. A norm divides by d: it estimates nothing.")(
    lambda x, g, b, e: g * _normed(x, inside=e, ddof=1) + b
)
it.mistake("Gain and bias came before the computation, which undoes a part of them. They come after it.")(
    lambda x, g, b, e: _normed(g * x + b, inside=e)
)
it.mistake("The computation is right, and the learned gain and bias are missing.")(
    lambda x, g, b, e: _normed(x, inside=e)
)


it = exercise(
    "transformer.undo",
    "Undo a norm",
    level=2,
    solution=lambda x: (x.std(), x.mean()),
    edges=[(np.array([1.0, 3.0]),), (np.array([2.0, 4.0, 9.0]),), (np.array([-6.0, 0.0, 0.0, 6.0]),)],
    allows="its numbers not all the same",
    domain={"x": numbers("d")},
    sizes={"d": (2, 7)},
    # A mean that is only rounding has no right digit in float32; a whole one of zero is among the edges.
    where=lambda x: x.min() < x.max() and abs(x.mean()) > 1e-3 * np.abs(x).max(),
    right=[
        lambda x: (np.linalg.norm(x - x.mean()) / len(x) ** 0.5, np.sum(x) / len(x)),
        lambda x: [((x - sum(x) / len(x)) ** 2).mean() ** 0.5, sum(x) / len(x)],
    ],
    why="For one token the learned numbers can put everything back. For all tokens at once they cannot.",
)
it.mistake("The gain is the variance here. The norm divided by its root.")(lambda x: (x.var(), x.mean()))
it.mistake("The gain divides once more. It has to multiply by what the norm divided by.")(
    lambda x: (1 / x.std(), x.mean())
)
it.mistake("The mean is taken away a second time. It has to come back.")(lambda x: (x.std(), -x.mean()))
it.mistake("The bias was divided by the spread. It is added after the gain, so it comes as it is.")(
    lambda x: (x.std(), x.mean() / x.std())
)
it.mistake("The bias was multiplied by the spread. It is added after the gain, so it comes as it is.")(
    lambda x: (x.std(), x.mean() * x.std())
)
it.mistake("The spread is back, and the mean is not.")(lambda x: (x.std(), 0.0))
it.mistake("The mean is back, and the spread is not.")(lambda x: (1.0, x.mean()))
it.mistake("Gain and bias have changed places: the gain comes first.")(lambda x: (x.mean(), x.std()))
it.mistake("The spread was divided by d − 1. The norm divides by d.")(lambda x: (x.std(ddof=1), x.mean()))


def block(x, attend, feed, norm_1, norm_2):
    """Return the stream after a block whose norms stand in front."""
    x = x + attend(norm_1(x))
    return x + feed(norm_2(x))


ATTEND = ("lambda x: {a} * x.mean(axis=0) + {b} * x", "lambda x: np.cumsum({a} * np.tanh(x), axis=0) + {b}")
FEED = ("lambda x: {a} * np.maximum(x, 0) + {b}", "lambda x: {a} * np.tanh({b} * x)")
SPREAD = "np.sqrt(x.var(axis=1, keepdims=True) + 0.1)"
NORM = (
    "lambda x: {a} * (x - x.mean(axis=1, keepdims=True)) / " + SPREAD + " + {b}",
    "lambda x: {a} * x / (1 + np.abs(x)) + {b}",
)


def _part(codes):
    """Return a part of a block as an input: one of these functions, with any numbers in it."""

    def make(rng, sizes):
        a, b = number(large=10).draw(rng, sizes), number(large=10).draw(rng, sizes)
        return written(codes[rng.integers(len(codes))], a=a, b=b)

    return made(make)


it = exercise(
    "transformer.block",
    "A block",
    level=2,
    solution=block,
    edges=[
        (
            np.array([[1.0, 2.0], [3.0, 0.0]]),
            written("lambda x: x.mean(axis=0) + x"),
            written("lambda x: np.maximum(x, 0)"),
            written("lambda x: 2 * x"),
            written("lambda x: x - 3"),
        ),
        (
            np.array([[1.0, 2.0], [3.0, 0.0], [0.0, 1.0]]),
            written("lambda x: np.cumsum(x, axis=0)"),
            written("lambda x: np.maximum(3 - x, 0)"),
            written("lambda x: x - x.mean(axis=1, keepdims=True)"),
            written("lambda x: x / 2"),
        ),
    ],
    domain={
        "x": numbers("n", "d"),
        "attend": _part(ATTEND),
        "feed": _part(FEED),
        "norm_1": _part(NORM),
        "norm_2": _part(NORM),
    },
    right=[
        lambda x, attend, feed, one, two: (
            (heard := attend(one(x))),
            sum([x, heard, feed(two(heard + x))]),
        )[1],
        lambda x, attend, feed, one, two: np.add(
            np.add(x, attend(one(x))), feed(two(np.add(x, attend(one(x)))))
        ),
    ],
    why="Two additions. If both parts answered zero, the block would hand on what it got.",
)
it.mistake("The parts replace the stream here. They add to it.")(
    lambda x, attend, feed, one, two: feed(two(attend(one(x))))
)
it.mistake("Attention adds to the stream, and then the feed-forward layer replaces it. It adds as well.")(
    lambda x, attend, feed, one, two: feed(two(x + attend(one(x))))
)
it.mistake("The stream that came in is lost at attention: it has to run past it.")(
    lambda x, attend, feed, one, two: attend(one(x)) + feed(two(attend(one(x))))
)
it.mistake("Both parts read what came in. The second one reads the stream that attention has added to.")(
    lambda x, attend, feed, one, two: x + attend(one(x)) + feed(two(x))
)
it.mistake("The norm went into the stream itself. It is for the copy that a part reads.")(
    lambda x, attend, feed, one, two: (
        (h := one(x) + attend(one(x))),
        two(h) + feed(two(h)),
    )[1]
)
it.mistake("The norms stand behind the additions, as in BERT. Here they stand in front of the parts.")(
    lambda x, attend, feed, one, two: (h := one(x + attend(x)), two(h + feed(h)))[1]
)
it.mistake("norm_1 was used twice. The second part has a norm of its own.")(
    lambda x, attend, feed, one, two: (h := x + attend(one(x)), h + feed(one(h)))[1]
)
it.mistake("Both parts read the stream without a norm.")(
    lambda x, attend, feed, one, two: (h := x + attend(x), h + feed(h))[1]
)
it.mistake("The feed-forward layer came first. Attention stands before it.")(
    lambda x, attend, feed, one, two: (h := x + feed(two(x)), h + attend(one(h)))[1]
)


def fold(W, b, gain, bias):
    """Return (W, b) of a layer that does after a bare norm what W and b do after gain and bias."""
    return W * gain, b + W @ bias


def _folded(answer, W, b, gain, bias):
    """Return what the folded layer makes of tokens that a bare norm has computed, one in each row."""
    both = plain(answer(W, b, gain, bias))
    if not isinstance(both, (tuple, list)) or len(both) != 2:
        raise TypeError("a new `W` and a new `b` are asked for.")
    new_W, new_b = map(np.asarray, both)
    if new_W.shape != W.shape or new_b.shape != b.shape:
        raise TypeError(f"the shapes are {new_W.shape} and {new_b.shape}, not those of `W` and `b`.")
    bare = np.eye(len(gain)) - 1 / len(gain)  # mean 0
    tokens = bare / np.maximum(bare.std(axis=1, keepdims=True), 1e-9)
    out = tokens @ new_W.T + new_b
    return out.astype(np.float32) if np.float32 in (new_W.dtype, new_b.dtype) else out


it = exercise(
    "transformer.fold",
    "Fold a norm away",
    level=3,
    solution=fold,
    outcome=_folded,
    edges=[
        (
            np.array([[1.0, 2.0], [3.0, 4.0], [0.0, 1.0]]),
            np.array([1.0, 0.0, -1.0]),
            np.array([2.0, 5.0]),
            np.array([1.0, 3.0]),
        ),
        (
            np.array([[1.0, 0.0, 2.0], [0.0, 1.0, 1.0]]),
            np.zeros(2),
            np.array([1.0, 2.0, 3.0]),
            np.array([1.0, -2.0, 0.5]),
        ),
        (np.array([[1, 2], [3, 4]]), np.array([0, 1]), np.array([0.5, 2.25]), np.array([1.5, 0.0])),
    ],
    domain={"W": numbers("m", "d"), "b": numbers("m"), "gain": numbers("d"), "bias": numbers("d")},
    right=[
        lambda W, b, gain, bias: (W @ np.diag(gain), W @ bias + b),
        lambda W, b, gain, bias: (np.einsum("ij,j->ij", W, gain), b + (W * bias).sum(axis=1)),
    ],
    why="In front of a matrix, the learned part of a norm adds no function. It changes how learning goes.",
)
it.mistake("Nothing has been folded in: the gain and the bias of the norm are lost.")(
    lambda W, b, gain, bias: (W, b)
)
it.mistake("The gain is folded in, and the bias of the norm is lost.")(lambda W, b, gain, bias: (W * gain, b))
it.mistake("The bias is folded in, and the gain of the norm is lost.")(
    lambda W, b, gain, bias: (W, b + W @ bias)
)
it.mistake("The bias went through the gain. It is added after it.")(
    lambda W, b, gain, bias: (W * gain, b + W @ (gain * bias))
)
it.mistake("The columns were divided by the gain. What the norm no longer multiplies, the matrix has to.")(
    lambda W, b, gain, bias: (W / gain, b + W @ bias)
)
it.mistake("The bias of the norm was taken off. It was added, and goes on being added.")(
    lambda W, b, gain, bias: (W * gain, b - W @ bias)
)
it.mistake("The layer's own bias is gone.")(lambda W, b, gain, bias: (W * gain, W @ bias))
it.mistake("The bias of the norm was added as it is. It goes through the matrix first.")(
    lambda W, b, gain, bias: (W * gain, b + bias.sum())
)
it.mistake("One gain serves all columns here. Each number of the token has its own.")(
    lambda W, b, gain, bias: (W * gain.mean(), b + W @ bias)
)


def contributions(terms, gain, row, epsilon):
    """Return what each term adds to one logit, [terms]."""
    stream = terms.sum(axis=0)
    size = np.sqrt((stream * stream).mean() + epsilon)
    return terms @ (gain * row) / size


def _contributions_by_loops(terms, gain, row, epsilon):
    stream = [sum(column) for column in terms.T]
    size = (sum(value**2 for value in stream) / len(stream) + epsilon) ** 0.5
    return np.array([sum(t * g * r for t, g, r in zip(term, gain, row)) / size for term in terms])  # noqa: B905


it = exercise(
    "transformer.contributions",
    "Whose logit is it?",
    level=3,
    solution=contributions,
    edges=[
        (np.array([[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]]), np.ones(2), np.array([1.0, 2.0]), 0.5),
        (
            np.array([[1.0, 2.0, 0.0], [-1.0, 1.0, 3.0]]),
            np.array([1.0, 2.0, 0.5]),
            np.array([2.0, -1.0, 4.0]),
            0.1,
        ),
        (np.array([[1, 2], [3, -1]]), np.array([1, 2]), np.array([2, 1]), 0.5),
    ],
    domain={
        "terms": numbers("k", "d"),
        "gain": numbers("d"),
        "row": numbers("d"),
        "epsilon": number(1e-5, 1),
    },
    # Where all of it cancels, only rounding is left, and in float32 no digit of that is right.
    where=lambda terms, gain, row, epsilon: (
        np.abs(terms @ (gain * row)).max() >= 1e-3 * (np.abs(terms) @ np.abs(gain * row)).max()
    ),
    right=[
        _contributions_by_loops,
        lambda terms, gain, row, e: np.array(
            [t @ np.diag(gain) @ row for t in terms / np.sqrt(np.mean(terms.sum(axis=0) ** 2) + e)]
        ),
    ],
    why="A logit is a sum over all that was ever added to the stream, and the norm scales all of it alike.",
)
it.mistake("Each term went through a norm of its own. There is one norm, and it sees the sum.")(
    lambda terms, gain, row, e: (terms / np.sqrt((terms**2).mean(axis=1, keepdims=True) + e)) @ (gain * row)
)
it.mistake("The norm is missing: it divides what all of them add up to.")(
    lambda terms, gain, row, e: terms @ (gain * row)
)
it.mistake("The gain is missing.")(
    lambda terms, gain, row, e: terms @ row / np.sqrt((terms.sum(axis=0) ** 2).mean() + e)
)
it.mistake("epsilon is missing from the mean square.")(
    lambda terms, gain, row, e: terms @ (gain * row) / np.sqrt((terms.sum(axis=0) ** 2).mean())
)
it.mistake("This divides by the length of the stream. An RMS norm takes the mean of the squares.")(
    lambda terms, gain, row, e: terms @ (gain * row) / np.sqrt((terms.sum(axis=0) ** 2).sum() + e)
)
it.mistake("The stream is the sum of the terms, not their mean.")(
    lambda terms, gain, row, e: terms @ (gain * row) / np.sqrt((terms.mean(axis=0) ** 2).mean() + e)
)
it.mistake("The mean square was taken over all terms. Add them up first: the norm sees the stream.")(
    lambda terms, gain, row, e: terms @ (gain * row) / np.sqrt((terms**2).mean() + e)
)
it.mistake("These are shares of the logit. Asked is how much of it, in the units of the logit.")(
    lambda terms, gain, row, e: terms @ (gain * row) / (terms.sum(axis=0) @ (gain * row))
)
it.mistake("This divides by the mean square. The norm divides by its root.")(
    lambda terms, gain, row, e: terms @ (gain * row) / ((terms.sum(axis=0) ** 2).mean() + e)
)


def count(V, n, d, L, biases, tied):
    """Return the parameters of a transformer of GPT-2's kind, with layer norms."""
    tables = V * d + n * d + (0 if tied else V * d)
    block = 12 * d * d + 4 * d + (9 * d if biases else 0)
    return tables + L * block + 2 * d


def _count(V, n, d, L, biases, tied, **slip):
    """Return the count with slips."""
    s = {"places": 1, "last": 2, "norms": 4, "square": 12, "biases": 9, "extra": 0, "output": 1, "times": L}
    s |= slip
    tables = V * d + s["places"] * n * d + s["output"] * (not tied) * V * d + s["extra"] * tied * V * d
    return (
        tables
        + s["times"] * (s["square"] * d * d + s["norms"] * d + s["biases"] * d * biases)
        + s["last"] * d
    )


def _count_by_shapes(V, n, d, L, biases, tied):
    matrices = [(d, d)] * 4 + [(4 * d, d), (d, 4 * d)]
    vectors = [d] * 4 + ([d] * 4 + [4 * d, d]) * bool(biases)
    one = sum(a * b for a, b in matrices) + sum(vectors)
    return sum([one] * L) + (V + n + 2) * d + (not tied) * V * d


it = exercise(
    "transformer.count",
    "Count a transformer",
    level=2,
    solution=count,
    edges=[
        (10, 4, 2, 1, True, True),
        (50_257, 1024, 768, 12, True, True),
        (10, 4, 2, 3, False, True),
        (10, 4, 2, 3, True, False),
        (7, 5, 3, 0, True, True),
    ],
    domain={
        "V": any_of(whole(1, 90), choice(256, 50_257)),
        "n": any_of(whole(1, 20), choice(1024)),
        "d": any_of(whole(1, 12), choice(768, 1000, 12_288)),
        "L": whole(0, 12),
        "biases": switch(),
        "tied": switch(),
    },
    right=[
        _count_by_shapes,
        lambda V, n, d, L, biases, tied: (
            d * (V * (1 if tied else 2) + n + 2 + L * (12 * d + (13 if biases else 4)))
        ),
    ],
    why="Six matrices, two norms, two tables: nothing else is in there, however large it is.",
)
it.mistake("A tied output was counted. It is the embedding under another name.")(
    lambda *a: _count(*a, extra=1)
)
it.mistake("An output that is not tied has a table of its own.")(lambda *a: _count(*a, output=0))
it.mistake("The table of the places is missing.")(lambda *a: _count(*a, places=0))
it.mistake("The norm after the last block is missing.")(lambda *a: _count(*a, last=0))
it.mistake("The last norm has a gain and a bias; one of them is missing.")(lambda *a: _count(*a, last=1))
it.mistake("A block has two norms, and each has a gain and a bias.")(lambda *a: _count(*a, norms=2))
it.mistake("Attention has four matrices: queries, keys, values, and one for its output.")(
    lambda *a: _count(*a, square=11)
)
it.mistake("Without `biases` the norms have lost theirs as well. A layer norm keeps its own.")(
    lambda V, n, d, L, biases, tied: _count(V, n, d, L, biases, tied) - (0 if biases else (2 * L + 1) * d)
)
it.mistake("Only one block was counted.")(lambda *a: _count(*a, times=1))
