"""The exercises of chapter 06: steps, rates, batches, momentum, Adam, starts and a whole training loop."""

import numpy as np

from ..declare import chapter, exercise
from ..domain import any_of, made, number, numbers, whole, written

chapter("descent", "06 · Descent")


def slopes(loss, x, y, nudge=1e-5):
    """Return both slopes of the loss at (x, y), by nudges to both sides."""
    across = (loss(x + nudge, y) - loss(x - nudge, y)) / (2 * nudge)
    return across, (loss(x, y + nudge) - loss(x, y - nudge)) / (2 * nudge)


def step(loss, x, y, rate):
    """Return (x, y) after one step of gradient descent."""
    slope_x, slope_y = slopes(loss, x, y)
    return x - rate * slope_x, y - rate * slope_y


def _parabola(a, b, c, d):
    return written("lambda x, y: {a} * x * x + {b} * x * y + {c} * y * y + {d}", a=a, b=b, c=c, d=d)


LOSSES = (
    "{a} * x**4 + {b} * x * y**3 + {c} * y",
    "{a} * np.sin({b} * x) * y + {c} * np.cos(y)",
    "np.tanh({a} * x + {b} * y) ** 2 + {c} * y",
    "{a} * np.exp(-x * x) + {b} * y**3 + {c} * x",
)


def _any_loss(rng, sizes):
    a, b, c, d = (number(large=3).draw(rng, sizes) for _ in range(4))
    if rng.random() < 0.4:
        return _parabola(a, b, c, d)
    return written("lambda x, y: " + LOSSES[rng.integers(len(LOSSES))], a=a, b=b, c=c)


def _one_sided(e):
    def answer(loss, x, y, rate):
        here = loss(x, y)
        return x - rate * (loss(x + e, y) - here) / e, y - rate * (loss(x, y + e) - here) / e

    return answer


it = exercise(
    "descent.step",
    "Both knobs at once",
    solution=step,
    edges=[
        (_parabola(1.0, 1.0, 2.0, 1.0), 1.0, 2.0, 0.1),
        (_parabola(3.0, -2.0, 1.0, 5.0), -1.0, 1.0, 0.25),
        (_parabola(2.0, 0.0, 5.0, 0.0), 0.0, 0.0, 0.1),
        (written("lambda x, y: x**4 + x * y**3"), 1.0, 2.0, 0.1),
    ],
    domain={"loss": made(_any_loss), "x": number(large=3), "y": number(large=3), "rate": number(0, 1)},
    rtol=1e-4,
    atol=1e-3,
    right=[
        _one_sided(1e-6),
        _one_sided(-1e-5),
        lambda loss, x, y, rate: tuple(np.array([x, y]) - rate * np.array(slopes(loss, x, y))),
    ],
    why="All slopes are taken at one place, and only then does anything move: so it is with 337 knobs.",
)
it.mistake("The loss rises: this step goes along the slope. Go against it.")(
    lambda loss, x, y, rate: step(loss, x, y, -rate)
)


@it.mistake("The slope of `y` was taken after `x` had moved. Take both slopes at the old place, then move.")
def x_first(loss, x, y, rate):
    x = step(loss, x, y, rate)[0]
    return x, step(loss, x, y, rate)[1]


@it.mistake("The slope of `x` was taken after `y` had moved. Take both slopes at the old place, then move.")
def y_first(loss, x, y, rate):
    y = step(loss, x, y, rate)[1]
    return step(loss, x, y, rate)[0], y


it.mistake("This is the rate times the loss. The loss says how bad it is; the slope says where to go.")(
    lambda loss, x, y, rate: (x - rate * loss(x, y), y - rate * loss(x, y))
)
it.mistake("The whole slope was taken off. The step is the rate times the slope.")(
    lambda loss, x, y, rate: step(loss, x, y, 1.0)
)
it.mistake("The step is twice too long. Between the two nudged places lie two nudges: divide by both.")(
    lambda loss, x, y, rate: step(loss, x, y, 2 * rate)
)
it.mistake("`y` has not moved. All knobs move in one step.")(
    lambda loss, x, y, rate: (step(loss, x, y, rate)[0], y)
)
it.mistake("Each knob has moved by the slope of the other one.")(
    lambda loss, x, y, rate: (
        x - rate * slopes(loss, x, y)[1],
        y - rate * slopes(loss, x, y)[0],
    )
)


@it.mistake("A nudge of 1 suits a parabola and no other loss. Nudge by about 1e-5.")
def by_one(loss, x, y, rate):
    slope_x, slope_y = slopes(loss, x, y, nudge=1.0)
    return x - rate * slope_x, y - rate * slope_y


def largest_rate(w, slope, v, other):
    """Return the largest stable rate of a loss, from the slopes at two places."""
    return 2 / np.max((other - slope) / (v - w))


def _rate_case(rng):
    """Draw the slopes at two places, and what they come from: curvatures and where the bottom is."""
    n = int(rng.integers(1, 6))
    sizes = {"n": n}
    whole_numbers = bool(rng.random() < 0.4)
    kind = numbers("n", low=1 if whole_numbers else 0.1)
    curvature = kind.draw(rng, sizes, "whole" if whole_numbers else None)
    w, lowest = (numbers("n").draw(rng, sizes, "whole" if whole_numbers else None) for _ in range(2))
    way = rng.choice([1, -1, 2, -3], size=n) * (1 if whole_numbers else rng.choice([0.25, 1.0, 50.0]))
    return w, curvature * (w - lowest), w + way, curvature * (w + way - lowest)


it = exercise(
    "descent.rate",
    "The largest stable rate",
    level=2,
    solution=largest_rate,
    edges=[
        (np.array([0.0]), np.array([0.0]), np.array([2.0]), np.array([20.0])),
        (np.array([1.0, 1.0]), np.array([3.0, -8.0]), np.array([3.0, 0.0]), np.array([5.0, -12.0])),
        (
            np.array([0.0, 2.0, 1.0]),
            np.array([1.0, 2.0, 0.0]),
            np.array([1.0, 0.0, 3.0]),
            np.array([9.0, -8.0, 1.0]),
        ),
    ],
    allows="`w` and `v` differ in every knob, and the curvatures are above 0",
    domain=_rate_case,
    right=[
        lambda w, slope, v, other: min(
            2 * (b - a) / (t - s) for a, s, b, t in zip(w, slope, v, other, strict=True)
        ),
        lambda w, slope, v, other: np.min(2 / ((slope - other) / (w - v))),
    ],
    why="One rate serves all directions, so the sharpest of them decides, and all others wait.",
)
it.mistake("With this rate the sharpest knob arrives in one step. It may be larger: a step may jump across.")(
    lambda w, slope, v, other: largest_rate(w, slope, v, other) / 2
)
it.mistake("This rate suits the flattest direction, and the sharpest one runs away with it.")(
    lambda w, slope, v, other: 2 / np.min((other - slope) / (v - w))
)
it.mistake("This rate belongs to the mean curvature. One direction that runs away is enough.")(
    lambda w, slope, v, other: 2 / np.mean((other - slope) / (v - w))
)
it.mistake("The curvatures were added up. Each direction shrinks by itself; the sharpest sets the limit.")(
    lambda w, slope, v, other: 2 / np.sum((other - slope) / (v - w))
)
for change in (lambda slope: np.max(np.abs(slope)), np.max):
    it.mistake("The change of the slope was not divided by the way from `w` to `v`.")(
        lambda w, slope, v, other, change=change: 2 / change(other - slope)
    )
it.mistake("Slope over position is the curvature only if the bottom is at 0. Use the change of the slope.")(
    lambda w, slope, v, other: 2 / np.max(other / v)
)
for share in (1, 2):
    it.mistake("This grows with the curvature. The sharper the bend, the smaller the rate has to be.")(
        lambda w, slope, v, other, share=share: np.max((other - slope) / (v - w)) / share
    )


def batches(x, y, size, seed):
    """Return a list of pairs: the inputs and targets of each batch of one epoch."""
    order = np.random.default_rng(seed).permutation(len(x))
    return _cut(x, y, order, order, size)


def _cut(x, y, one, two, size):
    """Return the pairs when the inputs come in one order and the targets in another."""
    return [(x[one[at : at + size]], y[two[at : at + size]]) for at in range(0, len(x), size)]


SEEDS = 8  # epochs that are looked at: enough to tell a random order from another
FEW, MANY = 3, 8  # examples: below the first nothing shows, from the second on every order that is not random


def _epoch_facts(f, x, y, size, seed):
    """Return what the epochs are like, on numbered examples, and whether those of the case come likewise."""
    n, given = len(x), (x.copy(), y.copy())
    epochs = [_numbered(f, n, size, seed + more) for more in range(SEEDS)]
    orders = [[a for pair in epoch for a in pair[0]] for epoch in epochs]
    targets = [[b for pair in epoch for b in pair[1]] for epoch in epochs]
    pairs = _pairs(f(x, y, size, seed))
    each_once = all(sorted(order) == list(range(n)) for order in orders + targets)
    return {
        "sizes": np.array([len(inputs) for inputs, _ in pairs], int),
        "each once": each_once,
        "own targets": orders == targets,
        "order": _kind_of_order(orders, [inputs for epoch in epochs for inputs, _ in epoch], n, size),
        "same seed, same order": all(
            _numbered(f, n, size, seed + more) == epochs[more] for more in range(3 if n >= MANY else 0)
        ),
        "rows as they were": not each_once or _same_examples(pairs, given, orders == targets),
        "new arrays": not any(np.may_share_memory(a, old) for pair in pairs for a in pair for old in (x, y)),
    }


def _pairs(answer):
    if not isinstance(answer, (list, tuple)) or any(
        not isinstance(pair, (list, tuple)) or len(pair) != 2 for pair in answer
    ):
        raise TypeError("A list of pairs is asked for.")
    return [(np.asarray(inputs), np.asarray(targets)) for inputs, targets in answer]


def _numbered(f, n, size, seed):
    """Return [(numbers of the inputs, numbers of the targets)] for the batches of an epoch of n examples."""
    pairs = _pairs(f(np.arange(n)[:, None] * 1.0, np.arange(n) * 1.0, size, seed))
    return [
        (inputs.reshape(-1).astype(int).tolist(), targets.astype(int).tolist()) for inputs, targets in pairs
    ]


def _kind_of_order(orders, batches, n, size):
    """Return in words how random the orders of many epochs are."""
    if n < FEW:
        return "too few to tell"
    if all(order == sorted(order) for order in orders):
        return "as it was"
    different = len(set(map(tuple, orders)))
    if different < (0.75 * SEEDS if n >= MANY else 2):
        return "the same for several seeds"
    neighbours = [abs(a - b) == 1 for order in orders for a, b in zip(order, order[1:], strict=False)]
    groups = len(set(map(frozenset, batches)))
    together = 1 < size < n and groups <= -(-n // size)  # the same ones in every epoch
    return "hardly shuffled" if n >= MANY and (together or np.mean(neighbours) > 0.6) else "random"


def _same_examples(pairs, given, together):
    """Tell whether these batches hold the given rows, each with its target if they belong together."""
    if any(inputs.ndim != 2 or targets.shape != inputs.shape[:1] for inputs, targets in pairs):
        return False
    found = [np.concatenate(parts) for parts in zip(*pairs, strict=True)]
    tables = [[np.column_stack(both)] if together else both for both in (found, given)]
    return all(
        a.shape == b.shape and np.allclose(sorted(a.tolist()), sorted(b.tolist()), rtol=1e-5)
        for a, b in zip(*tables, strict=True)
    )


def _by_split(x, y, size, seed):
    order = np.random.default_rng(seed).permutation(len(x))
    return [(x[part], y[part]) for part in np.split(order, range(size, len(x), size))]


def _from_a_list(x, y, size, seed):
    left, made = np.random.default_rng(seed + 7).permutation(len(x)).tolist(), []
    while left:
        part, left = left[:size], left[size:]
        made.append((x[part], y[part]))
    return made


it = exercise(
    "descent.epoch",
    "The batches of an epoch",
    level=2,
    solution=batches,
    outcome=_epoch_facts,
    edges=[
        (np.arange(20.0).reshape(10, 2), np.arange(10.0), 4, 0),
        (np.arange(24.0).reshape(12, 2), np.arange(12.0), 4, 1),
        (np.arange(27.0).reshape(9, 3), np.arange(9.0), 20, 2),
        (np.arange(22.0).reshape(11, 2), np.arange(11.0), 1, 3),
        (np.array([[5.0]]), np.array([7.0]), 2, 4),
    ],
    domain={"x": numbers("m", "n"), "y": numbers("m"), "size": whole(1, 13), "seed": whole(0, 1000)},
    sizes={"m": (1, 14), "n": (1, 3)},
    right=[_by_split, _from_a_list],
    why="Once each, in a new order, and inputs with their targets: that is all an epoch promises.",
)
it.mistake("The last, shorter batch is missing, so some examples were skipped.")(
    lambda x, y, size, seed: [pair for pair in batches(x, y, size, seed) if len(pair[0]) == size]
)


@it.mistake("Some examples come twice and others not at all. Shuffle, and hand out each of them once.")
def with_replacement(x, y, size, seed):
    order = np.random.default_rng(seed).integers(len(x), size=len(x))
    return _cut(x, y, order, order, size)


@it.mistake("Inputs and targets were shuffled each in its own order. One order has to serve both.")
def apart(x, y, size, seed):
    rng = np.random.default_rng(seed)
    return _cut(x, y, rng.permutation(len(x)), rng.permutation(len(x)), size)


it.mistake("The examples come in the order they had. Shuffle them.")(
    lambda x, y, size, seed: _cut(x, y, np.arange(len(x)), np.arange(len(x)), size)
)
it.mistake("All epochs come in the same order. Let `seed` decide the order.")(
    lambda x, y, size, seed: batches(x, y, size, 0)
)


@it.mistake("`size` was taken for the number of batches. It is the number of examples in one.")
def by_count(x, y, size, seed):
    order = np.random.default_rng(seed).permutation(len(x))
    return [(x[part], y[part]) for part in np.array_split(order, min(size, len(x)))]


it.mistake("This is one batch. An epoch goes on until every example has come.")(
    lambda x, y, size, seed: batches(x, y, size, seed)[:1]
)


@it.mistake("The batches overlap: the first example of each is the last one of the batch before.")
def overlapping(x, y, size, seed):
    order = np.random.default_rng(seed).permutation(len(x))
    parts = [order[at : at + size + 1] for at in range(0, len(x), size)]
    return [(x[part], y[part]) for part in parts]


@it.mistake("The order is random, and not by `seed`: the same seed has to give the same order again.")
def without_seed(x, y, size, seed):
    order = np.random.permutation(len(x))
    return _cut(x, y, order, order, size)


def momentum(w, gradients, rate, keep):
    """Return where w stands after a step with momentum for each row of gradients."""
    velocity = np.zeros_like(w)
    for g in gradients:
        velocity = keep * velocity + g
        w = w - rate * velocity
    return w


def _momentum(old=1.0, new=lambda keep, rate: 1.0, length=lambda rate: rate):
    """Return momentum with other factors: of the old velocity, of the gradient, of the step."""

    def wrong(w, gradients, rate, keep):
        velocity = np.zeros_like(w)
        for g in gradients:
            velocity = old * keep * velocity + new(keep, rate) * g
            w = w - length(rate) * velocity
        return w

    return wrong


def _unrolled(w, gradients, rate, keep):
    steps = len(gradients)
    share = [rate * sum(keep**k for k in range(steps - t)) for t in range(steps)]
    return w - sum(s * g for s, g in zip(share, gradients, strict=True))


it = exercise(
    "descent.momentum",
    "Momentum",
    level=2,
    solution=momentum,
    edges=[
        (np.array([1.0]), np.array([[2.0]]), 0.1, 0.9),
        (np.array([0.0, 1.0]), np.array([[1.0, -1.0], [1.0, 1.0], [2.0, -1.0]]), 0.1, 0.9),
        (np.array([0.0]), np.array([[1.0], [0.0], [0.0]]), 1.0, 0.5),
        (np.array([1.0, 2.0]), np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), 0.5, 0.0),
    ],
    domain={
        "w": numbers("n"),
        "gradients": numbers("steps", "n"),
        "rate": number(0, 1),
        "keep": number(0, 1),
    },
    new=True,
    right=[_unrolled, _momentum(new=lambda keep, rate: rate, length=lambda rate: 1.0)],
    why="What agrees from step to step adds up, and what changes its sign cancels.",
)
it.mistake("The gradient came in times (1 − keep), as in a running mean. Here it is added whole.")(
    _momentum(new=lambda keep, rate: 1 - keep)
)
it.mistake("The rate was used twice: on the way into the velocity and again in the step.")(
    _momentum(new=lambda keep, rate: rate)
)
it.mistake("This is plain gradient descent: the old velocity is lost.")(_momentum(old=0.0))
it.mistake("The old velocity was kept whole. Only the part `keep` of it stays.")(
    lambda w, gradients, rate, keep: momentum(w, gradients, rate, 1.0)
)
it.mistake("The step goes along the gradient. It should go against it.")(
    lambda w, gradients, rate, keep: momentum(w, gradients, -rate, keep)
)
LATE = "The last gradient has no part in this. Each one goes into the velocity first; then `w` moves."


@it.mistake(LATE)
def late(w, gradients, rate, keep):
    velocity = np.zeros_like(w)
    for g in gradients:
        w = w - rate * velocity
        velocity = keep * velocity + g
    return w


it.mistake(LATE)(lambda w, gradients, rate, keep: momentum(w, gradients[:-1], rate, keep))


@it.mistake("The gradient was added once more in the step. `w` moves by the rate times the velocity alone.")
def ahead(w, gradients, rate, keep):
    velocity = np.zeros_like(w)
    for g in gradients:
        velocity = keep * velocity + g
        w = w - rate * (keep * velocity + g)
    return w


it.mistake("The rate is missing from the step.")(
    lambda w, gradients, rate, keep: momentum(w, gradients, 1.0, keep)
)


def adam(w, gradients, rate, means=(0.9, 0.999), fix=(True, True), inside=False):
    """Return where w stands after a step of Adam for each row of gradients. The options are slips."""
    keep, hold = means
    mean, square = np.zeros_like(w), np.zeros_like(w)
    for t, g in enumerate(gradients, start=1):
        mean = keep * mean + (1 - keep) * g
        square = hold * square + (1 - hold) * g**2
        m = mean / (1 - keep**t) if fix[0] else mean
        s = square / (1 - hold**t) if fix[1] else square
        w = w - rate * m / (np.sqrt(s + 1e-8) if inside else np.sqrt(s) + 1e-8)
    return w


def _slip(**options):
    return lambda w, gradients, rate: adam(w, gradients, rate, **options)


def _adam_by_sums(w, gradients, rate):
    w = w * 1.0
    for t in range(1, len(gradients) + 1):
        age = np.arange(t)[::-1, None]  # [t, 1] how many steps ago
        seen = gradients[:t]
        mean = (0.9**age * seen).sum(0) / (0.9**age).sum()
        square = (0.999**age * seen**2).sum(0) / (0.999**age).sum()
        w -= rate * mean / (square**0.5 + 1e-8)
    return w


def _adam_by_numbers(w, gradients, rate):
    moved = []
    for i, place in enumerate(w.tolist()):
        m = s = 0.0
        for t, row in enumerate(gradients.tolist(), start=1):
            m, s = 0.9 * m + 0.1 * row[i], 0.999 * s + 0.001 * row[i] ** 2
            place -= rate * (m / (1 - 0.9**t)) / ((s / (1 - 0.999**t)) ** 0.5 + 1e-8)
        moved.append(place)
    return np.array(moved)


def _tiny(rng, sizes):
    return 1e-8 * rng.normal(size=(sizes["steps"], sizes["n"])).round(1)


it = exercise(
    "descent.adam",
    "Adam",
    level=3,
    solution=lambda w, gradients, rate: adam(w, gradients, rate),
    edges=[
        (np.array([0.0]), np.array([[2.0]]), 0.1),
        (np.array([0.0, 0.0]), np.array([[1.0, -3.0], [2.0, 1.0], [-1.0, 0.5]]), 0.1),
        (np.array([0.0, 0.0]), np.array([[0.0001, 0.00000001], [0.0002, -0.00000003]]), 1.0),
        (np.array([0.0, 5.0]), np.array([[0.0, 1.0], [0.0, 1.0]]), 0.5),
    ],
    domain={
        "w": numbers("n"),
        "gradients": any_of(numbers("steps", "n"), made(_tiny, "steps", "n")),
        "rate": number(0, 1),
    },
    new=True,
    right=[_adam_by_sums, _adam_by_numbers],
    why="With the correction the first step is as long as the rate, unless the gradient is tiny or 0.",
)
it.mistake("Neither mean was corrected. Both start at 0, so the first steps have the wrong length.")(
    _slip(fix=(False, False))
)
it.mistake("The mean was corrected and the mean square was not. It starts at 0 too.")(
    _slip(fix=(True, False))
)
it.mistake("The mean square was corrected and the mean was not. It starts at 0 too.")(
    _slip(fix=(False, True))
)


@it.mistake("Every step divided by 1 − 0.9 and 1 − 0.999. The power is the number of the step.")
def constant_power(w, gradients, rate):
    mean, square = np.zeros_like(w), np.zeros_like(w)
    for g in gradients:
        mean, square = 0.9 * mean + 0.1 * g, 0.999 * square + 0.001 * g**2
        w = w - rate * (mean / 0.1) / (np.sqrt(square / 0.001) + 1e-8)
    return w


it.mistake("1e-8 stands inside the root. It is added after the root; for small gradients that matters.")(
    _slip(inside=True)
)
it.mistake("The two decays have changed places: 0.9 is for the mean, 0.999 for the mean square.")(
    _slip(means=(0.999, 0.9))
)
it.mistake("The step goes along the gradient. It should go against it.")(
    lambda w, gradients, rate: adam(w, gradients, -rate)
)


@it.mistake("The corrected means were carried into the next step. Keep the uncorrected ones too.")
def feeds_back(w, gradients, rate):
    mean, square = np.zeros_like(w), np.zeros_like(w)
    for t, g in enumerate(gradients, start=1):
        mean = (0.9 * mean + 0.1 * g) / (1 - 0.9**t)
        square = (0.999 * square + 0.001 * g**2) / (1 - 0.999**t)
        w = w - rate * mean / (np.sqrt(square) + 1e-8)
    return w


@it.mistake("The newest gradient stands above the root. It should be the corrected running mean.")
def gradient_on_top(w, gradients, rate):
    square = np.zeros_like(w)
    for t, g in enumerate(gradients, start=1):
        square = 0.999 * square + 0.001 * g**2
        w = w - rate * g / (np.sqrt(square / (1 - 0.999**t)) + 1e-8)
    return w


exercise(
    "descent.start",
    "What moves first",
    level=2,
    solution=dict(all_zero=1, last_zero=17, middle_zero=273, first_zero=65),
    wrong={
        "These are all. A weight moves only if what comes in and what comes back are not 0.": dict(
            all_zero=337, last_zero=337, middle_zero=337, first_zero=337
        ),
        "With all at 0 something still moves: does anything need neither an input nor a way back?": dict(
            all_zero=0, last_zero=17, middle_zero=273, first_zero=65
        ),
        "These are the parameters outside the matrix of zeros. A zero does not stop the weight itself.": dict(
            all_zero=0, last_zero=321, middle_zero=81, first_zero=305
        ),
        "With one matrix at 0, some weights get both an input and a gradient.": dict(
            all_zero=1, last_zero=1, middle_zero=1, first_zero=1
        ),
        "The weights are right. Biases count too: each has an input that is always 1.": dict(
            all_zero=0, last_zero=16, middle_zero=256, first_zero=32
        ),
        "Something gets a gradient whatever the matrices hold, and it is missing everywhere.": dict(
            all_zero=0, last_zero=16, middle_zero=272, first_zero=64
        ),
        "With the first at 0 some are missing: a bias needs no input, only what comes back.": dict(
            all_zero=1, last_zero=17, middle_zero=273, first_zero=49
        ),
        "The last matrix was counted each time. It stays where its inputs, the hidden answers, are 0.": dict(
            all_zero=17, last_zero=17, middle_zero=289, first_zero=81
        ),
        "A gradient does not get back through a matrix of zeros: the layers before it get nothing.": dict(
            all_zero=1, last_zero=337, middle_zero=321, first_zero=65
        ),
    },
    right=[
        dict(first_zero=65, middle_zero=273, last_zero=17, all_zero=1),
        dict(all_zero=1.0, last_zero=np.int64(17), middle_zero=np.array(273), first_zero=65),
    ],
    why="A weight's gradient is what comes in times what comes back. One of the two at 0, and it stays.",
)


def fit(x, y, rate, steps):
    """Return (w, b) of a line after steps of gradient descent on the squared loss, from w = 0 and b = 0."""
    from ...learning.autograd import Tensor

    w, b = Tensor(0.0), Tensor(0.0)
    for _ in range(steps):
        w.grad = b.grad = None
        ((w * x + b - y) ** 2).mean().backward()
        w.data, b.data = w.data - rate * w.grad, b.data - rate * b.grad
    return float(w.data), float(b.data)


def _fresh_tensors(x, y, rate, steps):
    from ...learning.autograd import Tensor

    w = b = 0.0
    for _ in range(steps):
        knobs = Tensor(w), Tensor(b)
        gap = y - (knobs[0] * x + knobs[1])
        (gap * gap).mean().backward()
        w, b = (float(knob.data - rate * knob.grad) for knob in knobs)
    return [w, b]


def _one_tensor(x, y, rate, steps):
    from ...learning.autograd import Tensor

    knobs, ones = Tensor(np.zeros(2)), np.column_stack([x, np.ones(len(x))])
    for _ in range(steps):
        knobs.grad = None
        (((knobs * ones).sum(axis=1) - y) ** 2).mean().backward()
        knobs.data = knobs.data - rate * knobs.grad
    return tuple(knobs.data.tolist())


def _uses_tensor(answer):
    """Return a sentence where an answer finds its gradients or takes its steps in another way than asked."""
    from ...learning.autograd import Tensor
    from ...learning.optimisers import GradientDescent

    called, before = set(), (Tensor.backward, GradientDescent.step)

    def noted(name, function):
        return lambda *inputs: called.add(name) or function(*inputs)

    Tensor.backward, GradientDescent.step = noted("backward", before[0]), noted("step", before[1])
    try:
        answer(np.array([1.0, 2.0]), np.array([3.0, 5.0]), 0.1, 2)
    finally:
        Tensor.backward, GradientDescent.step = before
    if "step" in called:
        return "The numbers are right. Write the step yourself, without `GradientDescent`."
    return "" if called else "The numbers are right. Use `Tensor` and its `backward` for the gradients."


it = exercise(
    "descent.loop",
    "A whole training loop",
    level=3,
    solution=fit,
    edges=[
        (np.array([1.0, 2.0]), np.array([3.0, 5.0]), 0.1, 1),
        (np.array([0.0, 1.0, 2.0]), np.array([1.0, 3.0, 5.0]), 0.1, 3),
        (np.array([-1.0, 0.0, 1.0, 3.0]), np.array([2.0, 1.0, 0.5, -1.0]), 0.1, 200),
        (np.array([1.0, 2.0]), np.array([3.0, 5.0]), 0.1, 0),
        (np.array([-10.0, -13.0, 48.0, 27.0]), np.array([0.91, 0.55, 1.07, -1.3]), 1.0, 1),  # nearly cancels
    ],
    domain={"x": numbers("n", large=30), "y": numbers("n"), "rate": number(0, 1), "steps": whole(0, 3)},
    asks=_uses_tensor,
    right=[_fresh_tensors, _one_tensor],
    why="Forget, loss, backward, step: every network of the chapters that follow is trained by these moves.",
)


@it.mistake("From the second step on it goes wrong: `backward` adds to the old gradients. Forget them first.")
def not_zeroed(x, y, rate, steps):
    w = b = into_w = into_b = 0.0
    for _ in range(steps):
        gap = w * x + b - y
        into_w, into_b = into_w + 2 * np.mean(gap * x), into_b + 2 * np.mean(gap)
        w, b = w - rate * into_w, b - rate * into_b
    return float(w), float(b)


it.mistake("The loss rises: the step goes along the gradient, not against it.")(
    lambda x, y, rate, steps: fit(x, y, -rate, steps)
)
it.mistake("The squares were added up. The loss is their mean: more examples do not make longer steps.")(
    lambda x, y, rate, steps: fit(x, y, rate * len(x), steps)
)
it.mistake("This is one step too many.")(lambda x, y, rate, steps: fit(x, y, rate, steps + 1))
it.mistake("This is one step too few.")(lambda x, y, rate, steps: fit(x, y, rate, max(steps - 1, 0)))


@it.mistake("`w` had moved already when the gradient of `b` was taken. One `backward` gives both.")
def one_after_the_other(x, y, rate, steps):
    w = b = 0.0
    for _ in range(steps):
        w = w - rate * 2 * np.mean((w * x + b - y) * x)
        b = b - rate * 2 * np.mean(w * x + b - y)
    return float(w), float(b)


@it.mistake("The step is the rate times the loss here. It should be the rate times each knob's gradient.")
def rate_times_loss(x, y, rate, steps):
    w = b = 0.0
    for _ in range(steps):
        loss = np.mean((w * x + b - y) ** 2)
        w, b = w - rate * loss, b - rate * loss
    return float(w), float(b)


@it.mistake("The bias has not moved. It is a parameter like `w`.")
def weight_alone(x, y, rate, steps):
    w = 0.0
    for _ in range(steps):
        w = w - rate * 2 * np.mean((w * x - y) * x)
    return float(w), 0.0


it.mistake("Each step is half as long as it should be: the loss is the mean square, without a half.")(
    lambda x, y, rate, steps: fit(x, y, rate / 2, steps)
)
