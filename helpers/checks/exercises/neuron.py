"""The exercises of chapter 01: one neuron, its weights and its bias."""

import numpy as np

from ..declare import chapter, exercise

chapter("neuron", "01 · One neuron")

exercise(
    "neuron.line",
    "One input",
    solution=lambda x, w, b: w * x + b,
    edges=[(2.0, 3.0, 1.0), (-5.0, 1.0, 3.0), (0.0, 3.0, 1.0), (4.0, 0.0, 2.0)],
    draw=lambda rng, n: (rng.normal(size=n), rng.normal(), rng.normal()),
    wrong={
        "without_bias": (
            lambda x, w, b: w * x,
            "This is `w * x`. The bias is missing, so every line goes through the origin.",
        ),
        "swapped": (
            lambda x, w, b: b * x + w,
            "The weight and the bias have changed places: the weight is the one that meets the input.",
        ),
        "bias_first": (
            lambda x, w, b: w * (x + b),
            "The bias was added to the input, so the weight multiplied it too. It joins after the product.",
        ),
        "floor": (
            lambda x, w, b: np.maximum(w * x, b),
            "Here the bias is a smallest value. It is a term: a negative `w * x` pulls the sum below it.",
        ),
        "clipped": (
            lambda x, w, b: np.maximum(w * x + b, 0),
            "Answers below zero were cut off. A neuron without an activation may be negative.",
        ),
        "all_added": (
            lambda x, w, b: x + w + b,
            "The weight was added. It is a factor: it says how strongly the input counts.",
        ),
        "minus_bias": (
            lambda x, w, b: w * x - b,
            "The bias was taken away. It is added, and it may itself be negative.",
        ),
        "all_multiplied": (
            lambda x, w, b: w * x * b,
            "The bias multiplies here, so a bias of zero would silence the neuron. It is added.",
        ),
    },
    right=[
        lambda x, w, b: b + x * w,
        lambda x, w, b: np.multiply(x, w) - (-b),
        lambda x, w, b: np.polyval([w, b], x),
    ],
    why="Two numbers describe every line that is not vertical: `w` its slope, `b` its height at zero.",
)

exercise(
    "neuron.output",
    "Many inputs",
    solution=lambda x, w, b: x @ w + b,  # [..., n] @ [n] -> [...]
    edges=[
        (np.array([1.0, 2.0]), np.array([3.0, 4.0]), 5.0),
        (np.array([[1.0, 2.0], [0.0, 0.0], [-1.0, 1.0]]), np.array([3.0, 4.0]), 5.0),
        (np.array([[2.0, -1.0, 3.0]]), np.array([1.0, 0.5, 0.0]), -1.0),
        (np.array([-2.0]), np.array([3.0]), 0.0),
    ],
    draw=lambda rng, m, n: (
        rng.normal(size=(m, n) if rng.random() < 0.5 else n),
        rng.normal(size=n),
        rng.normal(),
    ),
    wrong={
        "without_bias": (
            lambda x, w, b: x @ w,
            "This is the weighted sum alone. The bias is missing.",
        ),
        "bias_per_input": (
            lambda x, w, b: (x * w + b).sum(axis=-1),
            "The bias was added once per input. A neuron has one: add it once, after the sum.",
        ),
        "not_summed": (
            lambda x, w, b: x * w + b,
            "These are the products, one for each input. A neuron adds them up: one number per example.",
        ),
        "mean": (
            lambda x, w, b: (x * w).mean(axis=-1) + b,
            "This is the mean of the products. A neuron takes their sum.",
        ),
        "batch_summed": (
            lambda x, w, b: (x * w).sum() + b,
            "All examples were added into one number. Sum over the last axis only: `axis=-1`.",
        ),
        "sums_multiplied": (
            lambda x, w, b: x.sum(axis=-1) * w.sum() + b,
            "The inputs were added before the weights came in. Each input has a weight of its own.",
        ),
        "bias_first": (
            lambda x, w, b: (x + b) @ w,
            "The bias was added to every input, so the weights multiplied it. It joins after the sum.",
        ),
        "minus_bias": (
            lambda x, w, b: x @ w - b,
            "The bias was taken away. It is added.",
        ),
    },
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

exercise(
    "neuron.nudge",
    "A nudge to one input",
    solution=lambda x, w, b, i, d: w[i] * d,
    edges=[
        (np.array([1.0, 2.0]), np.array([3.0, 4.0]), 5.0, 0, 1.0),
        (np.array([1.0, 2.0, 3.0]), np.array([3.0, 4.0, -5.0]), 5.0, 2, 0.5),
        (np.array([1.0, 2.0]), np.array([3.0, 0.0]), 5.0, 1, 2.0),
    ],
    draw=lambda rng, n: (
        rng.normal(size=n),
        rng.normal(size=n),
        rng.normal(),
        int(rng.integers(n)),
        rng.normal(),
    ),
    wrong={
        "new_output": (
            lambda x, w, b, i, d: x @ w + b + w[i] * d,
            "This is the answer after the nudge. Asked for is by how much it moved: after minus before.",
        ),
        "backwards": (
            lambda x, w, b, i, d: -w[i] * d,
            "This is before minus after. A move is counted as after minus before.",
        ),
        "step_only": (
            lambda x, w, b, i, d: d,
            "The output does not move as far as the input does: the weight stands in between.",
        ),
        "weight_only": (
            lambda x, w, b, i, d: w[i],
            "This is the move for a nudge of 1. The nudge here is `d`.",
        ),
        "input_counted": (
            lambda x, w, b, i, d: w[i] * x[i] * d,
            "The input was multiplied in. Where it started does not matter, only how far it moved.",
        ),
        "bias_counted": (
            lambda x, w, b, i, d: w[i] * d + b,
            "The bias is in both answers, before and after, so it is not in their difference.",
        ),
        "all_moved": (
            lambda x, w, b, i, d: w.sum() * d,
            "Every input was moved. Only input `i` moves here.",
        ),
        "counted_from_one": (
            lambda x, w, b, i, d: w[i - 1] * d,
            "This is the neighbour's weight. Python counts from zero: input `i` has the weight `w[i]`.",
        ),
    },
    right=[
        lambda x, w, b, i, d: ((x + d * (np.arange(len(x)) == i)) @ w + b) - (x @ w + b),
        lambda x, w, b, i, d: float(np.take(w, i) * d),
        lambda x, w, b, i, d: (np.eye(len(w))[i] * d) @ w,
    ],
    why="The weight is the slope in its input, everywhere the same. Gradients will be built from that.",
)


def two_points(x1, y1, x2, y2):
    """Return (w, b) of the line through two observations."""
    if x1 == x2:
        raise ValueError("two observations at the same x do not fix a slope")
    w = (y2 - y1) / (x2 - x1)
    return w, y1 - w * x1


def _by_equations(x1, y1, x2, y2):
    try:
        return np.linalg.solve(np.array([[x1, 1], [x2, 1]]), np.array([y1, y2]))
    except np.linalg.LinAlgError as error:
        raise ValueError("same x") from error


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


exercise(
    "neuron.two_points",
    "Two observations",
    level=2,
    solution=two_points,
    edges=[(1.0, 5.0, 3.0, 1.0), (0.0, 1.0, 1.0, 3.0), (1.0, 2.0, 4.0, 2.0), (2.0, 1.0, 2.0, 3.0)],
    draw=lambda rng: tuple(rng.normal(size=4).tolist()),
    wrong={
        "swapped": (
            lambda *points: two_points(*points)[::-1],
            "Both numbers are right and in the other order: first the weight, then the bias.",
        ),
        "upside_down": (
            _other_slope(lambda x1, y1, x2, y2: (x2 - x1) / (y2 - y1) if y2 != y1 else 0.0),
            "The slope is upside down: it is the change of y for one step of x, so the change of x divides.",
        ),
        "added": (
            _other_slope(lambda x1, y1, x2, y2: (y2 + y1) / (x2 + x1)),
            "The slope was made of sums. It compares the two observations, so it needs differences.",
        ),
        "negative": (
            _other_slope(lambda x1, y1, x2, y2: (y2 - y1) / (x1 - x2)),
            "The slope has the wrong sign: take both differences in the same order.",
        ),
        "first_height": (
            _other_height(lambda w, x1, y1, x2, y2: y1),
            "The bias is the height at x = 0, and `y1` is the height at `x1`. Walk back along the line.",
        ),
        "backwards": (
            _other_height(lambda w, x1, y1, x2, y2: w * x1 - y1),
            "The bias has the wrong sign: solve `y1 = w * x1 + b` for `b`.",
        ),
        "mixed_up": (
            _other_height(lambda w, x1, y1, x2, y2: y1 - w * x2),
            "The bias was made of the height of one observation and the place of the other.",
        ),
        "divided_by_zero": (
            lambda x1, y1, x2, y2: (w := (y2 - y1) / (x2 - x1), y1 - w * x1),
            "Right, except for equal x: that divides by zero. Look for it first and raise a `ValueError`.",
        ),
        "flat_for_equal_x": (
            lambda x1, y1, x2, y2: two_points(x1, y1, x2, y2) if x1 != x2 else (0.0, y1),
            "Right, except for equal x: this flat line misses a point. Raise a `ValueError` instead.",
        ),
    },
    right=[lambda x1, y1, x2, y2: two_points(x2, y2, x1, y1), _by_equations],
    why="Two parameters, two observations, one answer. A third one makes most lines miss: learning begins.",
)


def _box(w, b):
    """Return a neuron whose parameters can be found by asking only."""

    def ask(x):
        x = np.asarray(x, dtype=float)
        if x.shape[-1:] != w.shape:
            raise ValueError(f"this neuron has {w.size} inputs, and it was given an x of shape {x.shape}")
        return x @ w + b

    ask.__name__ = f"a neuron with {w.size} inputs"
    return ask


def _weights(f, n):
    return f(np.eye(n)) - f(np.zeros(n))


exercise(
    "neuron.probe",
    "The zero input",
    level=2,
    solution=lambda f, n: (_weights(f, n), f(np.zeros(n))),
    edges=[
        (_box(np.array([3.0, 4.0]), 5.0), 2),
        (_box(np.array([0.0, -1.0, 2.0]), -0.5), 3),
        (_box(np.array([7.0]), 0.0), 1),
    ],
    draw=lambda rng, n: (_box(rng.normal(size=n), rng.normal()), n),
    wrong={
        "swapped": (
            lambda f, n: (f(np.zeros(n)), _weights(f, n)),
            "Both are right and in the other order: first the weights, then the bias.",
        ),
        "bias_left_in": (
            lambda f, n: (f(np.eye(n)), f(np.zeros(n))),
            "Every weight is too large by the bias: an answer is a weight plus the bias. Take it away.",
        ),
        "bias_added": (
            lambda f, n: (f(np.eye(n)) + f(np.zeros(n)), f(np.zeros(n))),
            "The bias was added to the answers; it is in them already. Take it away.",
        ),
        "asked_with_ones": (
            lambda f, n: (_weights(f, n), f(np.ones(n))),
            "With ones as inputs the weights speak too. Which input keeps all of them silent?",
        ),
        "no_bias": (
            lambda f, n: (f(np.eye(n)), 0.0),
            "The bias was taken to be zero. Ask: what does the neuron answer when all inputs are zero?",
        ),
        "one_weight": (
            lambda f, n: (np.full(n, _weights(f, n)[0]), f(np.zeros(n))),
            "All weights came out equal: move the 1 to another input for each of them.",
        ),
        "all_at_once": (
            lambda f, n: (np.full(n, (f(np.ones(n)) - f(np.zeros(n))) / n), f(np.zeros(n))),
            "With ones everywhere you hear all weights together. Let one input be 1 and the others 0.",
        ),
    },
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


def _ones(x):
    return np.ones((len(x), 1))


exercise(
    "neuron.constant_one",
    "The bias as a weight",
    level=2,
    solution=lambda x, w, b: (np.hstack([x, _ones(x)]), np.append(w, b)),
    edges=[
        (np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), np.array([7.0, 8.0]), 9.0),
        (np.array([[2.0]]), np.array([3.0]), 0.0),
    ],
    draw=lambda rng, m, n: (rng.normal(size=(m, n)), rng.normal(size=n), rng.normal()),
    wrong={
        "roles_swapped": (
            lambda x, w, b: (np.hstack([x, b * _ones(x)]), np.append(w, 1.0)),
            "The sums agree, but the bias is no parameter now. Put the 1 to the inputs, `b` to the weights.",
        ),
        "in_front": (
            lambda x, w, b: (np.hstack([_ones(x), x]), np.append(b, w)),
            "The sums agree. Here the 1 and the bias are to come last.",
        ),
        "zeros": (
            lambda x, w, b: (np.hstack([x, 0 * _ones(x)]), np.append(w, b)),
            "A weight on a constant 0 never speaks. The constant has to be 1.",
        ),
        "inputs_only": (
            lambda x, w, b: (np.hstack([x, _ones(x)]), w),
            "The inputs have a new column, the weights no new entry. The bias becomes the weight of it.",
        ),
        "weights_only": (
            lambda x, w, b: (x, np.append(w, b)),
            "The bias has become a weight, but its input is missing: every example needs a 1.",
        ),
        "added_to_all": (
            lambda x, w, b: (np.hstack([x, _ones(x)]), np.append(w + b, b)),
            "The bias was added to the other weights too. They stay as they are.",
        ),
        "new_row": (
            lambda x, w, b: (np.vstack([x, np.ones(x.shape[1])]), np.append(w, b)),
            "This is a new example made of ones. What is needed is a new input: a column, not a row.",
        ),
    },
    right=[
        lambda x, w, b: (np.column_stack([x, np.ones(len(x))]), np.array([*w, b])),
        lambda x, w, b: (np.pad(x, ((0, 0), (0, 1)), constant_values=1), np.concatenate([w, [b]])),
    ],
    why="With a constant 1 among the inputs the bias is a weight, and what holds for weights holds for it.",
)

exercise(
    "neuron.units",
    "A change of unit",
    level=3,
    solution=lambda w, b, scale, shift: (w / scale, b - (w / scale) @ shift),
    edges=[
        (np.array([3.0]), 1.0, np.array([1000.0]), np.array([0.0])),
        (np.array([3.6]), 2.0, np.array([1.8]), np.array([32.0])),
        (np.array([3.0, 0.0]), 0.0, np.array([1.0, 2.0]), np.array([1.0, 5.0])),
    ],
    draw=lambda rng, n: (rng.normal(size=n), rng.normal(), rng.uniform(0.5, 2.0, size=n), rng.normal(size=n)),
    wrong={
        "unchanged": (
            lambda w, b, scale, shift: (w, b),
            "These are the old parameters. They take every input for one in the old unit.",
        ),
        "multiplied": (
            lambda w, b, scale, shift: (w * scale, b - (w * scale) @ shift),
            "Where larger numbers come in, each of them has to count for less: the scale divides.",
        ),
        "bias_kept": (
            lambda w, b, scale, shift: (w / scale, b),
            "The weights are right. The new unit also moved the zero: the bias has to make up for it.",
        ),
        "bias_wrong_way": (
            lambda w, b, scale, shift: (w / scale, b + (w / scale) @ shift),
            "The weights are right. The bias moved the wrong way: it takes away what the shift brings in.",
        ),
        "old_weights": (
            lambda w, b, scale, shift: (w / scale, b - w @ shift),
            "The weights are right. The shift reaches the sum through the new weights, not the old ones.",
        ),
        "shift_unweighted": (
            lambda w, b, scale, shift: (w / scale, b - shift.sum()),
            "The weights are right. Each shift reaches the sum through its weight: multiply by it.",
        ),
        "bias_scaled": (
            lambda w, b, scale, shift: (w / scale, (b - (w / scale) @ shift) / scale.mean()),
            "The weights are right. The bias was divided by the scale; it never meets an input.",
        ),
        "bias_per_input": (
            lambda w, b, scale, shift: (w / scale, b - w / scale * shift),
            "The weights are right. There is a bias per input now; a neuron has one: add the corrections.",
        ),
    },
    right=[
        lambda w, b, scale, shift: (np.divide(w, scale), b + np.sum(w * (-shift / scale))),
        lambda w, b, scale, shift: (w * scale**-1, float(((0 - shift) / scale) @ w + b)),
    ],
    why="Same neuron, other numbers: the size of a weight says nothing without the unit of its input.",
)
