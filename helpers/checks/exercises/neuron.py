"""The exercises of chapter 01: one neuron, its weights and its bias."""

import numpy as np

from ..declare import chapter, exercise
from ..domain import any_of, made, number, numbers, size, whole, written

chapter("neuron", "01 · One neuron")

it = exercise(
    "neuron.line",
    "One input",
    solution=lambda x, w, b: w * x + b,
    edges=[(2.0, 3.0, 1.0), (-5.0, 1.0, 3.0), (0.0, 3.0, 1.0), (4.0, 0.0, 2.0)],
    domain={"x": any_of(number(), numbers("n")), "w": number(), "b": number()},
    right=[
        lambda x, w, b: b + x * w,
        lambda x, w, b: np.multiply(x, w) - (-b),
        lambda x, w, b: np.polyval([w, b], x),
    ],
    why="Two numbers describe every line that is not vertical: `w` its slope, `b` its height at zero.",
)
it.mistake("This is `w * x`. The bias is missing, so every line goes through the origin.")(
    lambda x, w, b: w * x
)
it.mistake("The weight and the bias have changed places: the weight is the one that meets the input.")(
    lambda x, w, b: b * x + w
)
it.mistake("The bias was added to the input, so the weight multiplied it too. It joins after the product.")(
    lambda x, w, b: w * (x + b)
)
it.mistake("Here the bias is a smallest value. It is a term: a negative `w * x` pulls the sum below it.")(
    lambda x, w, b: np.maximum(w * x, b)
)
it.mistake("Answers below zero were cut off. A neuron without an activation may be negative.")(
    lambda x, w, b: np.maximum(w * x + b, 0)
)
it.mistake("The weight was added. It is a factor: it says how strongly the input counts.")(
    lambda x, w, b: x + w + b
)
it.mistake("The bias was taken away. It is added, and it may itself be negative.")(lambda x, w, b: w * x - b)
it.mistake("The bias multiplies here, so a bias of zero would silence the neuron. It is added.")(
    lambda x, w, b: w * x * b
)

it = exercise(
    "neuron.output",
    "Many inputs",
    solution=lambda x, w, b: x @ w + b,  # [..., n] @ [n] -> [...]
    edges=[
        (np.array([1.0, 2.0]), np.array([3.0, 4.0]), 5.0),
        (np.array([[1.0, 2.0], [0.0, 0.0], [-1.0, 1.0]]), np.array([3.0, 4.0]), 5.0),
        (np.array([[2.0, -1.0, 3.0]]), np.array([1.0, 0.5, 0.0]), -1.0),
        (np.array([-2.0]), np.array([3.0]), 0.0),
    ],
    domain={"x": any_of(numbers("n"), numbers("m", "n")), "w": numbers("n"), "b": number()},
    right=[
        lambda x, w, b: (x * w).sum(axis=-1) + b,
        lambda x, w, b: np.einsum("...n,n->...", x, w) + b,
        lambda x, w, b: (
            np.array([sum(a * c for a, c in zip(row, w, strict=True)) + b for row in np.atleast_2d(x)])
            if x.ndim == 2
            else float(np.dot(w, x)) + b
        ),
    ],
    why="One `@` does a neuron's work for a whole batch, and the same line will do a whole layer's.",
)
it.mistake("This is the weighted sum alone. The bias is missing.")(lambda x, w, b: x @ w)
it.mistake("The bias was added once per input. A neuron has one: add it once, after the sum.")(
    lambda x, w, b: (x * w + b).sum(axis=-1)
)
it.mistake("These are the products, one for each input. A neuron adds them up: one number per example.")(
    lambda x, w, b: x * w + b
)
it.mistake("This is the mean of the products. A neuron takes their sum.")(
    lambda x, w, b: (x * w).mean(axis=-1) + b
)
it.mistake("All examples were added into one number. Sum over the last axis only: `axis=-1`.")(
    lambda x, w, b: (x * w).sum() + b
)
it.mistake("The inputs were added before the weights came in. Each input has a weight of its own.")(
    lambda x, w, b: x.sum(axis=-1) * w.sum() + b
)
it.mistake("The bias was added to every input, so the weights multiplied it. It joins after the sum.")(
    lambda x, w, b: (x + b) @ w
)
it.mistake("The bias was taken away. It is added.")(lambda x, w, b: x @ w - b)

it = exercise(
    "neuron.nudge",
    "A nudge to one input",
    solution=lambda x, w, b, i, d: w[i] * d,
    edges=[
        (np.array([1.0, 2.0]), np.array([3.0, 4.0]), 5.0, 0, 1.0),
        (np.array([1.0, 2.0, 3.0]), np.array([3.0, 4.0, -5.0]), 5.0, 2, 0.5),
        (np.array([1.0, 2.0]), np.array([3.0, 0.0]), 5.0, 1, 2.0),
    ],
    domain={"x": numbers("n"), "w": numbers("n"), "b": number(), "i": whole(0, "n"), "d": number()},
    right=[
        lambda x, w, b, i, d: ((x + d * (np.arange(len(x)) == i)) @ w + b) - (x @ w + b),
        lambda x, w, b, i, d: float(np.take(w, i) * d),
        lambda x, w, b, i, d: (np.eye(len(w))[i] * d) @ w,
    ],
    why="The weight is the slope in its input, everywhere the same. Gradients will be built from that.",
)
it.mistake("This is the answer after the nudge. Asked for is by how much it moved: after minus before.")(
    lambda x, w, b, i, d: x @ w + b + w[i] * d
)
it.mistake("This is before minus after. A move is counted as after minus before.")(
    lambda x, w, b, i, d: -w[i] * d
)
it.mistake("The output does not move as far as the input does: the weight stands in between.")(
    lambda x, w, b, i, d: d
)
it.mistake("This is the move for a nudge of 1. The nudge here is `d`.")(lambda x, w, b, i, d: w[i])
it.mistake("The input was multiplied in. Where it started does not matter, only how far it moved.")(
    lambda x, w, b, i, d: w[i] * x[i] * d
)
it.mistake("The bias is in both answers, before and after, so it is not in their difference.")(
    lambda x, w, b, i, d: w[i] * d + b
)
it.mistake("Every input was moved. Only input `i` moves here.")(lambda x, w, b, i, d: w.sum() * d)
it.mistake("This is the neighbour's weight. Python counts from zero: input `i` has the weight `w[i]`.")(
    lambda x, w, b, i, d: w[i - 1] * d
)


def two_points(x1, y1, x2, y2):
    """Return (w, b) of the line through two observations."""
    if x1 == x2:
        raise ValueError("two observations at the same x do not fix a slope")
    w = (y2 - y1) / (x2 - x1)
    return w, y1 - w * x1


def _other_slope(slope):
    """Return two_points with another idea of the slope, and a height that fits it."""

    def wrong(x1, y1, x2, y2):
        two_points(x1, y1, x2, y2)
        w = slope(x1, y1, x2, y2)
        return w, y1 - w * x1

    return wrong


def _other_height(height):
    """Return two_points with the right slope and another idea of the bias."""
    return lambda x1, y1, x2, y2: (w := two_points(x1, y1, x2, y2)[0], height(w, x1, y1, x2, y2))


it = exercise(
    "neuron.two_points",
    "Two observations",
    level=2,
    solution=two_points,
    edges=[
        (1.0, 5.0, 3.0, 1.0),
        (0.0, 1.0, 1.0, 3.0),
        (1.0, 2.0, 4.0, 2.0),
        (2.0, 1.0, 2.0, 3.0),
        (0.1, 1.0, 0.1, 3.0),
        (0.3, 1.0, 0.34, 3.0),
        (0.34, 1.0, 0.3, 3.0),
        (-2.0, 1.0, 2.0, 5.0),
    ],
    words=True,
    domain={"x1": number(), "y1": number(), "x2": number(), "y2": number()},
    right=[
        lambda x1, y1, x2, y2: two_points(x2, y2, x1, y1),
        lambda x1, y1, x2, y2: (
            two_points(x1, y1, x2, y2) if x1 == x2 else np.linalg.solve([[x1, 1], [x2, 1]], [y1, y2])
        ),
    ],
    why="Two parameters, two observations, one answer. A third one makes most lines miss: learning begins.",
)
it.mistake("Both numbers are right and in the other order: first the weight, then the bias.")(
    lambda *points: two_points(*points)[::-1]
)
it.mistake("The slope is upside down: it is the change of y for one step of x, so the change of x divides.")(
    _other_slope(lambda x1, y1, x2, y2: (x2 - x1) / (y2 - y1) if y2 != y1 else 0.0)
)
it.mistake("The slope was made of sums. It compares the two observations, so it needs differences.")(
    _other_slope(lambda x1, y1, x2, y2: (y2 + y1) / (x2 + x1))
)
it.mistake("The slope has the wrong sign: take both differences in the same order.")(
    _other_slope(lambda x1, y1, x2, y2: (y2 - y1) / (x1 - x2))
)
it.mistake("The bias is the height at x = 0, and `y1` is the height at `x1`. Walk back along the line.")(
    _other_height(lambda w, x1, y1, x2, y2: y1)
)
it.mistake("The bias has the wrong sign: solve `y1 = w * x1 + b` for `b`.")(
    _other_height(lambda w, x1, y1, x2, y2: w * x1 - y1)
)
it.mistake("The bias was made of the height of one observation and the place of the other.")(
    _other_height(lambda w, x1, y1, x2, y2: y1 - w * x2)
)
it.mistake("Right, except for equal x: that divides by zero. Look for it first and raise a `ValueError`.")(
    lambda x1, y1, x2, y2: (w := (y2 - y1) / (x2 - x1), y1 - w * x1)
)
it.mistake("Right, except for equal x: this flat line misses a point. Raise a `ValueError` instead.")(
    lambda x1, y1, x2, y2: two_points(x1, y1, x2, y2) if x1 != x2 else (0.0, y1)
)


def _neuron(w, b):
    """Return a neuron whose parameters can be found by asking only."""
    return written("lambda x: x @ {w} + {b}", w=w, b=b)


def _any_neuron(rng, sizes):
    return _neuron(numbers("n").draw(rng, sizes), number().draw(rng, sizes))


def _weights(f, n):
    return f(np.eye(n)) - f(np.zeros(n))


it = exercise(
    "neuron.probe",
    "The zero input",
    level=2,
    solution=lambda f, n: (_weights(f, n), f(np.zeros(n))),
    edges=[
        (_neuron(np.array([3.0, 4.0]), 5.0), 2),
        (_neuron(np.array([0.0, -1.0, 2.0]), -0.5), 3),
        (_neuron(np.array([7.0]), 0.0), 1),
    ],
    domain={"f": made(_any_neuron, "n"), "n": size("n")},
    right=[
        lambda f, n: (-_weights(lambda x: f(-x), n), f([0] * n)),
        lambda f, n: (np.array([f(2.0 * row) - f(row) for row in np.eye(n)]), f(np.zeros(n))),
        lambda f, n: [
            np.array([float(f(row)) for row in np.eye(n)]) - float(f(np.zeros(n))),
            float(f(np.zeros(n))),
        ],
    ],
    why="A neuron with n inputs hides nothing from n + 1 questions. After an activation it takes more care.",
)
it.mistake("Both are right and in the other order: first the weights, then the bias.")(
    lambda f, n: (f(np.zeros(n)), _weights(f, n))
)
it.mistake("Every weight is too large by the bias: an answer is a weight plus the bias. Take it away.")(
    lambda f, n: (f(np.eye(n)), f(np.zeros(n)))
)
it.mistake("The bias was added to the answers; it is in them already. Take it away.")(
    lambda f, n: (f(np.eye(n)) + f(np.zeros(n)), f(np.zeros(n)))
)
it.mistake("With ones as inputs the weights speak too. Which input keeps all of them silent?")(
    lambda f, n: (_weights(f, n), f(np.ones(n)))
)
it.mistake("The bias was taken to be zero. Ask: what does the neuron answer when all inputs are zero?")(
    lambda f, n: (f(np.eye(n)), 0.0)
)
it.mistake("All weights came out equal: move the 1 to another input for each of them.")(
    lambda f, n: (np.full(n, _weights(f, n)[0]), f(np.zeros(n)))
)
it.mistake("With ones everywhere you hear all weights together. Let one input be 1 and the others 0.")(
    lambda f, n: (np.full(n, (f(np.ones(n)) - f(np.zeros(n))) / n), f(np.zeros(n)))
)


def _ones(x):
    return np.ones((len(x), 1))


it = exercise(
    "neuron.constant_one",
    "The bias as a weight",
    level=2,
    solution=lambda x, w, b: (np.hstack([x, _ones(x)]), np.append(w, b)),
    edges=[
        (np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), np.array([7.0, 8.0]), 9.0),
        (np.array([[2.0]]), np.array([3.0]), 0.0),
    ],
    domain={"x": numbers("m", "n"), "w": numbers("n"), "b": number()},
    right=[
        lambda x, w, b: (np.column_stack([x, np.ones(len(x))]), np.array([*w, b])),
        lambda x, w, b: (np.pad(x, ((0, 0), (0, 1)), constant_values=1), np.concatenate([w, [b]])),
    ],
    why="With a constant 1 among the inputs the bias is a weight, and what holds for weights holds for it.",
)
it.mistake("The sums agree, but the bias is no parameter now. Put the 1 to the inputs, `b` to the weights.")(
    lambda x, w, b: (np.hstack([x, b * _ones(x)]), np.append(w, 1.0))
)
it.mistake("The sums agree. Here the 1 and the bias are to come last.")(
    lambda x, w, b: (np.hstack([_ones(x), x]), np.append(b, w))
)
it.mistake("A weight on a constant 0 never speaks. The constant has to be 1.")(
    lambda x, w, b: (np.hstack([x, 0 * _ones(x)]), np.append(w, b))
)
it.mistake("The inputs have a new column, the weights no new entry. The bias becomes the weight of it.")(
    lambda x, w, b: (np.hstack([x, _ones(x)]), w)
)
it.mistake("The bias has become a weight, but its input is missing: every example needs a 1.")(
    lambda x, w, b: (x, np.append(w, b))
)
it.mistake("The bias was added to the other weights too. They stay as they are.")(
    lambda x, w, b: (np.hstack([x, _ones(x)]), np.append(w + b, b))
)
it.mistake("This is a new example made of ones. What is needed is a new input: a column, not a row.")(
    lambda x, w, b: (np.vstack([x, np.ones(x.shape[1])]), np.append(w, b))
)

it = exercise(
    "neuron.units",
    "A change of unit",
    level=3,
    solution=lambda w, b, scale, shift: (w / scale, b - (w / scale) @ shift),
    edges=[
        (np.array([3.0]), 1.0, np.array([1000.0]), np.array([0.0])),
        (np.array([3.6]), 2.0, np.array([1.8]), np.array([32.0])),
        (np.array([3.0, 0.0]), 0.0, np.array([1.0, 2.0]), np.array([1.0, 5.0])),
    ],
    allows="The scale $s_i$ is never zero.",
    domain={
        "w": numbers("n"),
        "b": number(),
        "scale": numbers("n", zero=False),
        "shift": numbers("n"),
    },
    right=[
        lambda w, b, scale, shift: (np.divide(w, scale), b + np.sum(w * (-shift / scale))),
        lambda w, b, scale, shift: (w * (1 / scale), float(((0 - shift) / scale) @ w + b)),
    ],
    why="Same neuron, other numbers: the size of a weight says nothing without the unit of its input.",
)
it.mistake("These are the old parameters. They take every input for one in the old unit.")(
    lambda w, b, scale, shift: (w, b)
)
it.mistake("Where larger numbers come in, each of them has to count for less: the scale divides.")(
    lambda w, b, scale, shift: (w * scale, b - (w * scale) @ shift)
)
it.mistake("The weights are right. The new unit also moved the zero: the bias has to make up for it.")(
    lambda w, b, scale, shift: (w / scale, b)
)
it.mistake("The weights are right. The bias moved the wrong way: it takes away what the shift brings in.")(
    lambda w, b, scale, shift: (w / scale, b + (w / scale) @ shift)
)
it.mistake("The weights are right. The shift reaches the sum through the new weights, not the old ones.")(
    lambda w, b, scale, shift: (w / scale, b - w @ shift)
)
it.mistake("The weights are right. Each shift reaches the sum through its weight: multiply by it.")(
    lambda w, b, scale, shift: (w / scale, b - shift.sum())
)
it.mistake("The weights are right. The bias was divided by the scale; it never meets an input.")(
    lambda w, b, scale, shift: (w / scale, (b - (w / scale) @ shift) / scale.mean())
)
it.mistake("The weights are right. There is a bias per input now; a neuron has one: add the corrections.")(
    lambda w, b, scale, shift: (w / scale, b - w / scale * shift)
)
