"""The exercises of chapter 06: steps, rates, batches, momentum, Adam, starts and a whole training loop."""

import numpy as np

from ..declare import before, chapter, exercise

chapter("descent", "06 · Descent")


def slopes(loss, x, y, nudge=1e-5):
    """Return both slopes of the loss at (x, y), by nudges to both sides."""
    across = (loss(x + nudge, y) - loss(x - nudge, y)) / (2 * nudge)
    return across, (loss(x, y + nudge) - loss(x, y - nudge)) / (2 * nudge)


def step(loss, x, y, rate):
    """Return (x, y) after one step of gradient descent."""
    slope_x, slope_y = slopes(loss, x, y)
    return x - rate * slope_x, y - rate * slope_y


def _x_first(loss, x, y, rate):
    moved = step(loss, x, y, rate)[0]
    return moved, step(loss, moved, y, rate)[1]


def _y_first(loss, x, y, rate):
    moved = step(loss, x, y, rate)[1]
    return step(loss, x, moved, rate)[0], moved


def _quadratic(a, b, c, d):
    return lambda x, y: a * x * x + b * x * y + c * y * y + d


def _one_sided(loss, x, y, rate):
    here, e = loss(x, y), 1e-6
    return x - rate * (loss(x + e, y) - here) / e, y - rate * (loss(x, y + e) - here) / e


it = exercise(
    "descent.step",
    "Both knobs at once",
    solution=step,
    edges=[
        (_quadratic(1.0, 1.0, 2.0, 1.0), 1.0, 2.0, 0.1),
        (_quadratic(3.0, -2.0, 1.0, 5.0), -1.0, 1.0, 0.25),
        (_quadratic(2.0, 0.0, 5.0, 0.0), 0.0, 0.0, 0.1),
    ],
    domain=before(
        lambda rng: (
            _quadratic(*rng.uniform(1, 4, size=4).round(2).tolist()),
            float(rng.uniform(-3, 3)),
            float(rng.uniform(-3, 3)),
            float(rng.uniform(0.05, 0.4)),
        )
    ),
    rtol=1e-4,
    atol=1e-5,
    right=[
        _one_sided,
        lambda loss, x, y, rate: tuple(np.array([x, y]) - rate * np.array(slopes(loss, x, y))),
    ],
    why="All slopes are taken at one place, and only then does anything move: so it is with 337 knobs.",
)
it.mistake("The loss rises: this step goes along the slope. Go against it.")(
    lambda loss, x, y, rate: step(loss, x, y, -rate)
)
it.mistake("The slope of `y` was taken after `x` had moved. Take both slopes at the old place, then move.")(
    _x_first
)
it.mistake("The slope of `x` was taken after `y` had moved. Take both slopes at the old place, then move.")(
    _y_first
)
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


def largest_rate(w, slope, v, other):
    """Return the largest stable rate of a loss, from the slopes at two places."""
    return float(2 / np.max((other - slope) / (v - w)))


def _rate_case(rng, n):
    curvature, lowest = rng.uniform(0.5, 20, size=n).round(1), rng.normal(size=n).round(1)
    w = rng.normal(size=n).round(1)
    v = w + rng.choice([-0.5, 0.5, 0.8, 2.0], size=n)
    return w, curvature * (w - lowest), v, curvature * (v - lowest)


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
    domain=before(_rate_case, 4),
    right=[
        lambda w, slope, v, other: min(2 * (b - a) / (t - s) for a, s, b, t in zip(w, slope, v, other)),  # noqa: B905
        lambda w, slope, v, other: np.min(2 / ((slope - other) / (w - v))),
    ],
    why="One rate serves all directions, so the sharpest of them decides, and all others wait.",
)
it.mistake("This is 1 / curvature: the rate that arrives in one step. Steps may be up to twice as long.")(
    lambda w, slope, v, other: largest_rate(w, slope, v, other) / 2
)
it.mistake("This rate suits the flattest direction, and the sharpest one runs away with it.")(
    lambda w, slope, v, other: float(2 / np.min((other - slope) / (v - w)))
)
it.mistake("This rate belongs to the mean curvature. One direction that runs away is enough.")(
    lambda w, slope, v, other: float(2 / np.mean((other - slope) / (v - w)))
)
it.mistake("The curvatures were added up. Each direction shrinks by itself; the sharpest sets the limit.")(
    lambda w, slope, v, other: float(2 / np.sum((other - slope) / (v - w)))
)
it.mistake("The change of the slope was not divided by the way from `w` to `v`.")(
    lambda w, slope, v, other: float(2 / np.max(np.abs(other - slope)))
)
it.mistake("This is 2 over the change of the slope. Divide the change by the way first, sign by sign.")(
    lambda w, slope, v, other: float(2 / np.max(other - slope))
)
it.mistake("Slope over position is the curvature only if the bottom is at 0. Use the change of the slope.")(
    lambda w, slope, v, other: float(2 / np.max(np.abs(other / np.where(v == 0, 0.5, v))))
)
it.mistake("This is the largest curvature. The sharper the bend, the smaller the rate.")(
    lambda w, slope, v, other: float(np.max((other - slope) / (v - w)))
)
it.mistake("This is curvature / 2, which is upside down.")(
    lambda w, slope, v, other: float(np.max((other - slope) / (v - w)) / 2)
)


def batches(x, y, size, seed):
    """Return a list of pairs: the inputs and targets of each batch of one epoch."""
    order = np.random.default_rng(seed).permutation(len(x))
    return _cut(x, y, order, order, size)


def _cut(x, y, one, two, size):
    """Return the pairs when the inputs come in one order and the targets in another."""
    return [(x[one[at : at + size]], y[two[at : at + size]]) for at in range(0, len(x), size)]


def _sorted(rows):
    return np.array(sorted(map(tuple, rows.tolist())))


def _epochs(f, x, y, size, seed):
    """Return what an epoch is like: sizes, which examples came, with which targets, in which order."""
    pairs, others = (list(f(x.copy(), y.copy(), size, each)) for each in (seed, seed + 1))
    inputs, targets = (np.concatenate([pair[i] for pair in pairs]) for i in (0, 1))
    again = np.concatenate([pair[1] for pair in others])
    return {
        "sizes": [len(pair[0]) for pair in pairs],
        "inputs": _sorted(inputs),
        "targets": np.sort(targets),
        "together": _sorted(np.column_stack([inputs, targets])),
        "shuffled": not np.array_equal(targets, y) and not np.array_equal(inputs, x),
        "new_order": not np.array_equal(targets, again),
    }


def _with_replacement(x, y, size, seed):
    order = np.random.default_rng(seed).integers(len(x), size=len(x))
    return _cut(x, y, order, order, size)


def _apart(x, y, size, seed):
    rng = np.random.default_rng(seed)
    return _cut(x, y, rng.permutation(len(x)), rng.permutation(len(x)), size)


def _by_count(x, y, size, seed):
    order = np.random.default_rng(seed).permutation(len(x))
    return [(x[part], y[part]) for part in np.array_split(order, min(size, len(x)))]


def _overlapping(x, y, size, seed):
    order = np.random.default_rng(seed).permutation(len(x))
    parts = [order[at : at + size + 1] for at in range(0, len(x), size)]
    return [(x[part], y[part]) for part in parts]


def _by_split(x, y, size, seed):
    order = np.random.default_rng(seed).permutation(len(x))
    return [(x[part], y[part]) for part in np.split(order, range(size, len(x), size))]


def _from_a_list(x, y, size, seed):
    left, made = np.random.default_rng(seed + 7).permutation(len(x)).tolist(), []
    while left:
        part, left = left[:size], left[size:]
        made.append((x[part], y[part]))
    return made


def _epoch_case(rng, n):
    examples = int(rng.integers(20, 40))
    return (
        rng.normal(size=(examples, n)),
        np.arange(examples) * 1.0,
        int(rng.integers(3, 9)),
        int(rng.integers(999)),
    )


it = exercise(
    "descent.epoch",
    "The batches of an epoch",
    level=2,
    solution=batches,
    outcome=_epochs,
    edges=[
        (np.arange(20.0).reshape(10, 2), np.arange(10.0), 4, 0),
        (np.arange(24.0).reshape(12, 2), np.arange(12.0), 4, 1),
        (np.arange(27.0).reshape(9, 3), np.arange(9.0), 20, 2),
        (np.arange(22.0).reshape(11, 2), np.arange(11.0), 1, 3),
    ],
    domain=before(_epoch_case),
    right=[_by_split, _from_a_list],
    why="Once each, in a new order, and inputs with their targets: that is all an epoch promises.",
)
it.mistake("The last, shorter batch is missing, so some examples were skipped.")(
    lambda x, y, size, seed: [p for p in batches(x, y, size, seed) if len(p[0]) in (size, len(x))]
)
it.mistake("Some examples come twice and others not at all. Shuffle, and hand out each of them once.")(
    _with_replacement
)
it.mistake("Inputs and targets were shuffled each in its own order. One order has to serve both.")(_apart)
it.mistake("The examples come in the order they had. Shuffle them.")(
    lambda x, y, size, seed: _cut(x, y, np.arange(len(x)), np.arange(len(x)), size)
)
it.mistake("Two epochs come in the same order. Let `seed` decide the order.")(
    lambda x, y, size, seed: batches(x, y, size, 0)
)
it.mistake("`size` was taken for the number of batches. It is the number of examples in one.")(_by_count)
it.mistake("This is one batch. An epoch goes on until every example has come.")(
    lambda x, y, size, seed: batches(x, y, size, seed)[:1]
)
it.mistake("The batches overlap: the first example of each is the last one of the batch before.")(
    _overlapping
)


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


def _late(w, gradients, rate, keep):
    velocity = np.zeros_like(w)
    for g in gradients:
        w = w - rate * velocity
        velocity = keep * velocity + g
    return w


def _ahead(w, gradients, rate, keep):
    velocity = np.zeros_like(w)
    for g in gradients:
        velocity = keep * velocity + g
        w = w - rate * (keep * velocity + g)
    return w


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
    domain=before(
        lambda rng, n, steps: (
            rng.normal(size=n),
            rng.normal(size=(steps, n)),
            float(rng.uniform(0.05, 0.5)),
            float(rng.uniform(0.3, 0.95)),
        )
    ),
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
it.mistake("`w` moved before the velocity had taken in the new gradient, so each step is one gradient late.")(
    _late
)
it.mistake("The gradient was added once more in the step. `w` moves by the rate times the velocity alone.")(
    _ahead
)
it.mistake("The rate is missing from the step.")(
    lambda w, gradients, rate, keep: momentum(w, gradients, 1.0, keep)
)
it.mistake("One step is missing: every row of `gradients` is a step, the last one too.")(
    lambda w, gradients, rate, keep: momentum(w, gradients[:-1], rate, keep)
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
    w = w.copy()
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
    domain=before(
        lambda rng, n, steps: (
            rng.normal(size=n),
            rng.normal(size=(steps, n)),
            float(rng.uniform(0.05, 0.5)),
        )
    ),
    right=[_adam_by_sums, _adam_by_numbers],
    why="With the correction the first step is as long as the rate, whatever the size of the gradient.",
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
it.mistake("Every step divided by 1 − 0.9 and 1 − 0.999. The power is the number of the step.")(
    lambda w, gradients, rate: adam(w, gradients, rate) * 0 + _constant_power(w, gradients, rate)
)
it.mistake("1e-8 stands inside the root. It is added after the root; for small gradients that matters.")(
    _slip(inside=True)
)
it.mistake("The two decays have changed places: 0.9 is for the mean, 0.999 for the mean square.")(
    _slip(means=(0.999, 0.9))
)
it.mistake("The step goes along the gradient. It should go against it.")(
    lambda w, gradients, rate: adam(w, gradients, -rate)
)
it.mistake("The corrected means were carried into the next step. Keep the uncorrected ones too.")(
    lambda w, gradients, rate: _feeds_back(w, gradients, rate)
)
it.mistake("The newest gradient stands above the root. It should be the corrected running mean.")(
    lambda w, gradients, rate: _gradient_on_top(w, gradients, rate)
)


def _constant_power(w, gradients, rate):
    mean, square = np.zeros_like(w), np.zeros_like(w)
    for g in gradients:
        mean, square = 0.9 * mean + 0.1 * g, 0.999 * square + 0.001 * g**2
        w = w - rate * (mean / 0.1) / (np.sqrt(square / 0.001) + 1e-8)
    return w


def _feeds_back(w, gradients, rate):
    mean, square = np.zeros_like(w), np.zeros_like(w)
    for t, g in enumerate(gradients, start=1):
        mean = (0.9 * mean + 0.1 * g) / (1 - 0.9**t)
        square = (0.999 * square + 0.001 * g**2) / (1 - 0.999**t)
        w = w - rate * mean / (np.sqrt(square) + 1e-8)
    return w


def _gradient_on_top(w, gradients, rate):
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
        "With all at 0 there is one that moves: what does the output do with its bias?": dict(
            all_zero=0, last_zero=17, middle_zero=273, first_zero=65
        ),
        "These are the parameters outside the matrix of zeros. A zero does not stop the weight itself.": dict(
            all_zero=0, last_zero=321, middle_zero=81, first_zero=305
        ),
        "That is right for all zeros. In the other three, some weights get both an input and a gradient.": dict(
            all_zero=1, last_zero=1, middle_zero=1, first_zero=1
        ),
        "The weights are right. Biases count too: each has an input that is always 1.": dict(
            all_zero=0, last_zero=16, middle_zero=256, first_zero=32
        ),
        "One is missing in each: the bias of the output always gets a gradient.": dict(
            all_zero=0, last_zero=16, middle_zero=272, first_zero=64
        ),
        "With the first at 0, 16 are missing: the biases of the second hidden layer get what comes back.": dict(
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
    w = b = 0.0
    for _ in range(steps):
        gap = w * x + b - y
        w, b = w - rate * 2 * np.mean(gap * x), b - rate * 2 * np.mean(gap)
    return float(w), float(b)


def _not_zeroed(x, y, rate, steps):
    w = b = into_w = into_b = 0.0
    for _ in range(steps):
        gap = w * x + b - y
        into_w, into_b = into_w + 2 * np.mean(gap * x), into_b + 2 * np.mean(gap)
        w, b = w - rate * into_w, b - rate * into_b
    return float(w), float(b)


def _one_after_the_other(x, y, rate, steps):
    w = b = 0.0
    for _ in range(steps):
        w = w - rate * 2 * np.mean((w * x + b - y) * x)
        b = b - rate * 2 * np.mean(w * x + b - y)
    return float(w), float(b)


def _rate_times_loss(x, y, rate, steps):
    w = b = 0.0
    for _ in range(steps):
        loss = np.mean((w * x + b - y) ** 2)
        w, b = w - rate * loss, b - rate * loss
    return float(w), float(b)


def _weight_alone(x, y, rate, steps):
    w = 0.0
    for _ in range(steps):
        w = w - rate * 2 * np.mean((w * x - y) * x)
    return float(w), 0.0


def _as_matrix(x, y, rate, steps):
    X = np.column_stack([x, np.ones(len(x))])
    knobs = np.zeros(2)
    for _ in range(steps):
        knobs = knobs - rate * 2 / len(x) * X.T @ (X @ knobs - y)
    return tuple(knobs.tolist())


def _as_power(x, y, rate, steps):
    X = np.column_stack([x, np.ones(len(x))])
    M, m = np.eye(2) - rate * 2 / len(x) * X.T @ X, rate * 2 / len(x) * X.T @ y
    knobs = sum((np.linalg.matrix_power(M, k) @ m for k in range(steps)), start=np.zeros(2))
    return float(knobs[0]), float(knobs[1])


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
    ],
    domain=before(
        lambda rng, n: (
            rng.normal(size=n),
            rng.normal(size=n),
            float(rng.uniform(0.02, 0.1)),
            int(rng.integers(2, 12)),
        )
    ),
    right=[_as_matrix, _as_power],
    why="Forget, loss, backward, step: every model in this book is trained by these four moves.",
)
it.mistake("From the second step on it goes wrong: `backward` adds to the old gradients. Forget them first.")(
    _not_zeroed
)
it.mistake("The loss rises: the step goes along the gradient, not against it.")(
    lambda x, y, rate, steps: fit(x, y, -rate, steps)
)
it.mistake("The squares were added up. The loss is their mean: more examples do not make longer steps.")(
    lambda x, y, rate, steps: fit(x, y, rate * len(x), steps)
)
it.mistake("This is one step too many.")(lambda x, y, rate, steps: fit(x, y, rate, steps + 1))
it.mistake("This is one step too few.")(lambda x, y, rate, steps: fit(x, y, rate, max(steps - 1, 0)))
it.mistake("`w` had moved already when the gradient of `b` was taken. One `backward` gives both.")(
    _one_after_the_other
)
it.mistake("The step is the rate times the loss here. It should be the rate times each knob's gradient.")(
    _rate_times_loss
)
it.mistake("The bias has not moved. It is a parameter like `w`.")(_weight_alone)
it.mistake("Each step is half as long as it should be: the loss is the mean square, without a half.")(
    lambda x, y, rate, steps: fit(x, y, rate / 2, steps)
)
