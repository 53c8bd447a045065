"""The exercises of chapter 19: a forecast, flat directions, induction, one weight, and a bias."""

import numpy as np

from ..declare import chapter, exercise
from ..domain import numbers

chapter("interpretability", "19 · Interpretability")


def _pencil(share=0.75, forecast=-0.06, directions=2, looks=4):
    return dict(share=share, forecast=forecast, directions=directions, looks=looks)


exercise(
    "interpretability.pencil",
    "Four numbers by pencil",
    solution=_pencil(),
    wrong={
        "That is how far the patched answer is from the other one. Count from the plain one.": _pencil(
            share=0.25
        ),
        "This is the way that was gone, in log-odds. Divide by the whole way.": _pencil(share=6),
        "The step goes down, and the slope is positive: the loss falls.": _pencil(forecast=0.06),
        "This is the slope divided by the step. A forecast multiplies.": _pencil(forecast=-1.5),
        "This is the rank, the directions that move answers. The others were asked for.": _pencil(
            directions=1
        ),
        "The columns are not all idle: one direction does move the answers.": _pencil(directions=3),
        "That is where the same token stood before. An induction head looks one further.": _pencil(looks=3),
        "That is one in front of the earlier token. It looks at what came behind it.": _pencil(looks=2),
    },
    right=[_pencil(share=6 / 8, forecast=0.3 * -0.2), _pencil(directions=2.0, looks=4.0)],
    why="A share, a forecast, a rank and a place: the four measures of this chapter.",
)


def zero_forecast(w, g):
    """Return what the gradient foretells for each weight set to zero."""
    return -g * w


it = exercise(
    "interpretability.forecast",
    "What zero will cost",
    level=1,
    solution=zero_forecast,
    edges=[(np.array([2.0, -1.0, 0.0]), np.array([0.5, 0.25, 3.0]))],
    domain={"w": numbers("n"), "g": numbers("n")},
    right=[lambda w, g: [(0 - a) * b for a, b in zip(w, g, strict=True)], lambda w, g: g * (0 - w)],
    why="It is right for small steps. For the one weight it foretells less than a fortieth of what happens.",
)
it.mistake("The step goes from the weight to zero, so it is minus the weight.")(lambda w, g: g * w)
it.mistake("This is a step of one downwards. The step to zero is as long as the weight.")(lambda w, g: -g)
it.mistake("The slope is missing: this is the step alone.")(lambda w, g: -w)
it.mistake("A forecast has a sign: some weights at zero make the loss smaller.")(lambda w, g: np.abs(g * w))
it.mistake("Each weight is set to zero by itself, so there is one forecast for each.")(
    lambda w, g: -np.sum(g * w)
)


def unused_directions(table):
    """Return how many directions of parameter space move no answer. table: [answers, parameters]."""
    return table.shape[1] - np.linalg.matrix_rank(table)


def _table(rng, sizes):
    rows, columns, rank = int(rng.integers(1, 7)), int(rng.integers(1, 7)), int(rng.integers(1, 4))
    return rng.integers(-3, 4, (rows, rank)) @ rng.integers(-3, 4, (rank, columns)) * 1.0


it = exercise(
    "interpretability.directions",
    "How many move nothing?",
    level=2,
    solution=unused_directions,
    edges=[(np.array([[3.0, 2.0], [6.0, 4.0]]),), (np.array([[1.0, 0.0, 0.0]]),), (np.zeros((2, 3)),)],
    domain=lambda rng: (_table(rng, {}),),
    right=[
        lambda table: len(table[0]) - int((np.linalg.svd(table)[1] > 1e-9).sum()),
        lambda table: float(table.shape[1] - np.linalg.matrix_rank(table.T)),
    ],
    why="Formula and measured rank agree in the chapter, and that is the test of the formula.",
)
it.mistake("This is the rank, the number of directions that do move answers.")(
    lambda table: np.linalg.matrix_rank(table)
)
it.mistake("Directions are counted among the parameters, which are the columns. These are rows minus rank.")(
    lambda table: len(table) - np.linalg.matrix_rank(table)
)
it.mistake("This counts parameters that move nothing by themselves. Several together may cancel out.")(
    lambda table: int((table == 0).all(axis=0).sum())
)
it.mistake("More parameters than answers is not the whole story: some answers say the same.")(
    lambda table: max(table.shape[1] - len(table), 0)
)


def induction_score(weights):
    """Return the mean attention of the second copy to the token behind the first. weights: [2n, 2n]."""
    n = len(weights) // 2
    return np.mean([weights[n + i, i + 1] for i in range(n)])


def _attention(rng, sizes):
    n = 2 * sizes["n"]
    raw = np.exp(3 * rng.normal(size=(n, n))) * np.tri(n)
    return raw / raw.sum(axis=1, keepdims=True)


it = exercise(
    "interpretability.induction",
    "Is it an induction head?",
    level=2,
    solution=induction_score,
    domain=lambda rng: (_attention(rng, {"n": int(rng.integers(2, 7))}),),
    allows="`weights` has as many rows as columns, an even number of at least 4.",
    right=[
        lambda weights: (
            sum(row[i + 1] for i, row in enumerate(weights[len(weights) // 2 :])) * 2 / len(weights)
        ),
        lambda weights: np.diagonal(weights[len(weights) // 2 :], 1).mean(),
    ],
    why="The name of such a head is a definition, and this is it.",
)
it.mistake("This looks at the same token in the first copy. An induction head looks at the one behind it.")(
    lambda weights: np.mean([weights[len(weights) // 2 + i, i] for i in range(len(weights) // 2)])
)
it.mistake("This looks at the token right before each. The distance is one less than a copy is long.")(
    lambda weights: np.mean([weights[i, i - 1] for i in range(len(weights) // 2, len(weights))])
)
it.mistake("A row is the token that looks, and a column what it looks at. They are swapped here.")(
    lambda weights: np.mean([weights[i + 1, len(weights) // 2 + i] for i in range(len(weights) // 2)])
)
it.mistake("This is divided by all tokens. Only those of the second copy look.")(
    lambda weights: induction_score(weights) / 2
)
it.mistake("This is a sum. The score is the mean over the second copy.")(
    lambda weights: induction_score(weights) * (len(weights) // 2)
)


def find_weight(before, after, h, down):
    """Return (row, column) of the weight that makes the largest leap in the stream."""
    place, row = np.unravel_index(np.abs(after - before).argmax(), before.shape)
    return int(row), int(np.abs(h[place] * down[row]).argmax())


def _layer(h, down):
    h, down = np.array(h), np.array(down)
    before = np.zeros((len(h), len(down)))
    return before, before + h @ down.T, h, down


def _leap(rng, sizes):
    n, d, k = (int(rng.integers(2, 6)) for _ in range(3))
    before, h, down = rng.normal(size=(n, d)) * 5, rng.normal(size=(n, k)), rng.normal(size=(d, k))
    return before, before + h @ down.T, h, down


it = exercise(
    "interpretability.find",
    "Find the weight",
    level=3,
    solution=find_weight,
    edges=[
        _layer([[1.0]], [[1.0005], [-1.0]]),  # close calls: of leaps, then of products
        _layer([[1.0, -1.0003]], [[1.0, 1.0]]),
        _layer([[1.0, 1.0]], [[1.0, -1.0003]]),
    ],
    domain=lambda rng: _leap(rng, {}),
    allows="`after` is `before` plus what the layer adds, and no two leaps are the same.",
    right=[
        lambda before, after, h, down: list(find_weight(before, after, h, down)),
        lambda before, after, h, down: np.array(find_weight(before, after, h, down)),
    ],
    why="One forward pass finds it here; in another model use the method, not the address.",
)
it.mistake("This is the largest weight of the layer. Size does not find it: look for the largest product.")(
    lambda before, after, h, down: np.unravel_index(np.abs(down).argmax(), down.shape)
)
it.mistake("This row is the largest number behind the block. Look for the largest leap.")(
    lambda before, after, h, down: (
        int(np.abs(after).max(axis=0).argmax()),
        int(
            np.abs(h[np.abs(after).max(axis=1).argmax()] * down[np.abs(after).max(axis=0).argmax()]).argmax()
        ),
    )
)
it.mistake(
    "The row is right. The column is where hidden unit times weight is largest, not the weight alone."
)(
    lambda before, after, h, down: (
        find_weight(before, after, h, down)[0],
        int(np.abs(down[find_weight(before, after, h, down)[0]]).argmax()),
    )
)
it.mistake("This is (column, row). The row of the layer down comes first.")(
    lambda before, after, h, down: find_weight(before, after, h, down)[::-1]
)
it.mistake("Leaps go down as well as up: take absolute values.")(
    lambda before, after, h, down: (
        int((after - before).max(axis=0).argmax()),
        int(
            (h[(after - before).max(axis=1).argmax()] * down[(after - before).max(axis=0).argmax()]).argmax()
        ),
    )
)


def left_over(fit, other):
    """Return the share of the squares of some vectors that the mean of other vectors leaves over."""
    return np.sum((other - fit.mean(axis=0)) ** 2) / np.sum(other**2)


def _handed(rng, sizes):
    constant, size = rng.normal(size=sizes["size"]) * 3, sizes["size"]
    return tuple(constant + rng.normal(size=(sizes[rows], size)) for rows in ("n", "m"))


it = exercise(
    "interpretability.constant",
    "Is it a bias?",
    level=2,
    solution=left_over,
    edges=[
        (np.array([[1.0, 4.0], [3.0, 4.0]]), np.array([[2.0, 3.0]])),
        (np.array([[2.0, 0.0]]), np.array([[2.0, 0.0], [2.0, 0.0]])),
        (np.array([[-5.0, 5.0]]), np.array([[1.0, 1.0]])),  # worse than zero
    ],
    domain=lambda rng: _handed(
        rng, {"size": int(rng.integers(1, 5)), "n": int(rng.integers(1, 7))} | {"m": int(rng.integers(1, 7))}
    ),
    allows="Both tables have rows of one length, and `other` is not all zeros.",
    right=[
        lambda fit, other: float(
            sum(((row - np.mean(fit, 0)) ** 2).sum() for row in other) / (other * other).sum()
        ),
        lambda fit, other: np.mean((other - fit.mean(axis=0)) ** 2) / np.mean(other**2),
    ],
    why="For the real model a constant fitted like this costs nothing that can be measured.",
)
it.mistake("The constant comes from `fit`. Fitted on the texts that it is judged on, it looks too good.")(
    lambda fit, other: left_over(other, other)
)
it.mistake("This is one number for the whole table. A bias has a number of its own for each column.")(
    lambda fit, other: np.sum((other - fit.mean()) ** 2) / np.sum(other**2)
)
it.mistake("This is divided by what is left around the mean of `other`. Compare with a constant of zero.")(
    lambda fit, other: (
        np.sum((other - fit.mean(axis=0)) ** 2) / max(np.sum((other - other.mean(axis=0)) ** 2), 1e-12)
    )
)
it.mistake("This is the share that the constant explains. What it leaves over was asked for.")(
    lambda fit, other: 1 - left_over(fit, other)
)
it.mistake("These are sizes, not squares: take no square root.")(
    lambda fit, other: np.sqrt(left_over(fit, other))
)
it.mistake("This is what is left, not yet divided by the squares of `other`.")(
    lambda fit, other: np.sum((other - fit.mean(axis=0)) ** 2)
)
it.mistake("The two tables are swapped: fit on `fit`, and judge on `other`.")(
    lambda fit, other: left_over(other, fit) if np.any(fit) else 0.0
)
