"""The exercises of chapter 05: slopes by nudging and by hand, the way back, and a loop that learns."""

import numpy as np

from ..declare import chapter, exercise
from ..domain import any_of, made, number, numbers, whole, written

chapter("backprop", "05 · Backpropagation")


def _cubic(a, b, c):
    return written("lambda x: {a} * x**3 + {b} * x**2 + {c} * x", a=a, b=b, c=c)


CURVES = ("np.sin({a} * x) + {b}", "{a} * np.exp(-x * x) - {b} * x", "np.abs(x - {a}) * {b}", "{a} - {b}")


def _any_curve(rng, sizes):
    a, b, c = (number(large=10).draw(rng, sizes) for _ in range(3))
    if rng.random() < 0.6:
        return _cubic(a, b, c)
    return written("lambda x: " + CURVES[rng.integers(len(CURVES))], a=a, b=b)


it = exercise(
    "backprop.slope",
    "Nudge and divide",
    solution=lambda f, x, nudge: (f(x + nudge) - f(x - nudge)) / (2 * nudge),
    edges=[
        (_cubic(1.0, 0.0, 0.0), 2.0, 0.5),
        (_cubic(0.0, 1.0, 0.0), 3.0, 1.0),
        (_cubic(-1.0, 2.0, 0.5), 0.0, 0.1),
        (_cubic(0.0, 0.0, -3.0), -1.0, 0.5),
    ],
    domain={"f": made(_any_curve), "x": number(large=10), "nudge": number(0.01, 2)},
    right=[
        lambda f, x, nudge: ((f(x + nudge) - f(x)) / nudge + (f(x) - f(x - nudge)) / nudge) / 2,
        lambda f, x, nudge: np.diff([f(x - nudge), f(x + nudge)])[0] / 2 / nudge,
    ],
    why="It knows nothing of `f` but two values, so it checks any gradient that a cleverer method finds.",
)
it.mistake("This nudges to the right only. Nudge to both sides: what the curve bends then cancels.")(
    lambda f, x, nudge: (f(x + nudge) - f(x)) / nudge
)
it.mistake("This nudges to the left only. Nudge to both sides: what the curve bends then cancels.")(
    lambda f, x, nudge: (f(x) - f(x - nudge)) / nudge
)
it.mistake("From one nudge below to one nudge above the distance is two nudges.")(
    lambda f, x, nudge: (f(x + nudge) - f(x - nudge)) / nudge
)
it.mistake("This is how far `f` rises. Divide by the distance to learn how steeply.")(
    lambda f, x, nudge: f(x + nudge) - f(x - nudge)
)
it.mistake("The sign is the wrong way round: take below from above.")(
    lambda f, x, nudge: (f(x - nudge) - f(x + nudge)) / (2 * nudge)
)
it.mistake("The two values were added. A slope comes from their difference.")(
    lambda f, x, nudge: (f(x + nudge) + f(x - nudge)) / (2 * nudge)
)
it.mistake("This slope has a nudge of its own; the one that was handed over is not used.")(
    lambda f, x, nudge: (f(x + 1e-5) - f(x - 1e-5)) / 2e-5
)
it.mistake("This goes two nudges to each side. Go one, and divide by the distance between the two.")(
    lambda f, x, nudge: (f(x + 2 * nudge) - f(x - 2 * nudge)) / (4 * nudge)
)


def _five(w12, w21, w31, w32, b3):
    return {"w12": w12, "w21": w21, "w31": w31, "w32": w32, "b3": b3}


exercise(
    "backprop.pencil",
    "Five gradients by pencil",
    level=2,
    solution=_five(16, 0, -8, 0, -4),
    wrong={
        "These are slopes of `y`. Multiply each by the upstream gradient, ∂L/∂y.": _five(-4, 0, 2, 0, 1),
        "Everything is half as large as it should be: the slope of a square is twice the gap.": _five(
            8, 0, -4, 0, -2
        ),
        "Every sign is the wrong way round: the gap is the answer minus the target.": _five(-16, 0, 8, 0, 4),
        "Unit 2 was let through. Its sum is negative, so ReLU silences it, forward and back.": _five(
            16, -60, -8, 12, -4
        ),
        "Unit 2 is silent forward, and yet its gradient came through. The slope is 0 there.": _five(
            16, -60, -8, 0, -4
        ),
        "The way from `y` to unit 1 leads through w₃₁, which multiplies the gradient.": _five(
            8, 0, -8, 0, -4
        ),
        "This is the gradient of w₁₁. The weight w₁₂ meets the second input.": _five(-24, 0, -8, 0, -4),
        "A bias is added, so a nudge of it arrives as it is: its own value plays no part.": _five(
            16, 0, -8, 0, 4
        ),
    },
    right=[_five(16.0, -0.0, -8.0, 0.0, -4.0), _five(np.float64(16), np.int64(0), -8, 0, -4)],
    why="What comes back, times what went in: the whole of backpropagation in one sentence.",
)


def leaky_back(z, a, gradient):
    """Return the gradient of z, where the activation is z above zero and a·z elsewhere."""
    return gradient * np.where(z > 0, 1.0, a)


def _leaky_by_loops(z, a, gradient):
    back = np.zeros(z.shape)
    for at in np.ndindex(z.shape):
        back[at] = gradient[at] if z[at] > 0 else a * gradient[at]
    return back


ARRAYS = any_of(numbers("n"), numbers("m", "n"), numbers("k", "m", "n"))

it = exercise(
    "backprop.leaky_back",
    "Back through a leaky ReLU",
    solution=leaky_back,
    edges=[
        (np.array([-2.0, 0.0, 3.0]), 0.1, np.array([5.0, 7.0, -2.0])),
        (np.array([0.0, 0.0, -1.0, 4.0]), 0.0, np.array([1.0, -3.0, 2.0, 2.0])),
        (np.array([[1.5, 0.0], [-0.5, 2.0]]), 0.25, np.array([[-4.0, -8.0], [-1.0, 3.0]])),
    ],
    domain={"z": ARRAYS, "a": number(0, 1), "gradient": ARRAYS},
    where=lambda z, a, gradient: z.shape == gradient.shape,
    right=[
        _leaky_by_loops,
        lambda z, a, gradient: np.where(z > 0, gradient, a * gradient),
        lambda z, a, gradient: a * gradient + (1 - a) * gradient * (z > 0),
    ],
    why="With a leak no unit is ever quite dead: a little of the gradient always comes back.",
)
it.mistake("This is the slope of the activation. The gradient that comes from upstream has to multiply it.")(
    lambda z, a, gradient: np.where(z > 0, 1.0, a)
)
it.mistake("At exactly 0 the slope counts as the one below zero: open is what lies *above* zero.")(
    lambda z, a, gradient: gradient * np.where(z >= 0, 1.0, a)
)
it.mistake("The sign of the gradient decides here. What decides is where the sum `z` was.")(
    lambda z, a, gradient: gradient * np.where(gradient > 0, 1.0, a)
)
it.mistake("The gradient was multiplied by what the unit answers. It takes the slope, 1 or `a`.")(
    lambda z, a, gradient: gradient * np.where(z > 0, z, a * z)
)
it.mistake("This is the way forward. Back, the gradient arrives and is multiplied by the slope.")(
    lambda z, a, gradient: np.where(z > 0, z, a * z)
)
it.mistake("Below zero nothing comes through: this is ReLU. The leaky one has the slope `a` there.")(
    lambda z, a, gradient: gradient * (z > 0)
)
it.mistake("The sides have changed places: the slope is 1 above zero and `a` below.")(
    lambda z, a, gradient: gradient * np.where(z > 0, a, 1.0)
)
it.mistake("Below zero `a` stands in place of the gradient. It multiplies it.")(
    lambda z, a, gradient: np.where(z > 0, gradient, a)
)


def twice_back(a, gradient):
    """Return the gradient of a in a · tanh(a)."""
    t = np.tanh(a)
    return gradient * t + gradient * a * (1 - t**2)


it = exercise(
    "backprop.twice_back",
    "A value that is used twice",
    level=2,
    solution=twice_back,
    edges=[
        (np.array([1.0, -2.0, 0.5]), np.array([1.0, 3.0, -2.0])),
        (np.array([0.0, 3.0]), np.array([4.0, 5.0])),
        (np.array([1, -2]), np.array([3, 1])),
    ],
    domain={"a": numbers("n", large=400), "gradient": numbers("n")},
    right=[
        lambda a, gradient: gradient * (np.tanh(a) + a / np.cosh(a) ** 2),
        lambda a, gradient: sum([gradient * np.tanh(a), a * gradient * (1 - np.tanh(a)) * (1 + np.tanh(a))]),
    ],
    why="Every value in a network is used by all units of the next layer, so adding up is the rule.",
)
it.mistake("This is the way through the factor `a` alone. What comes through tanh has to be added.")(
    lambda a, gradient: gradient * np.tanh(a)
)
it.mistake("This is the way through tanh alone: the second gradient overwrote the first. They add up.")(
    lambda a, gradient: gradient * a * (1 - np.tanh(a) ** 2)
)
it.mistake("This is the slope. The gradient that comes from upstream has to multiply it.")(
    lambda a, gradient: np.tanh(a) + a * (1 - np.tanh(a) ** 2)
)
it.mistake("The slope of tanh is 1 minus the square of what tanh *answers*, not of what goes in.")(
    lambda a, gradient: gradient * (np.tanh(a) + a * (1 - a**2))
)
it.mistake("The slope of tanh is 1 minus its *square*.")(
    lambda a, gradient: gradient * (np.tanh(a) + a * (1 - np.tanh(a)))
)
it.mistake("On its way back to tanh the gradient passes the product, and the other factor there is `a`.")(
    lambda a, gradient: gradient * (np.tanh(a) + 1 - np.tanh(a) ** 2)
)
it.mistake("The two ways were multiplied. Only steps in a row multiply; ways side by side add up.")(
    lambda a, gradient: gradient * np.tanh(a) * a * (1 - np.tanh(a) ** 2)
)
it.mistake("The way through tanh forgets the upstream gradient. Both ways begin with it.")(
    lambda a, gradient: gradient * np.tanh(a) + a * (1 - np.tanh(a) ** 2)
)


def layer_back(x, W, gradient):
    """Return the gradients of x, W and b, where the layer was x @ W.T + b."""
    return gradient @ W, gradient.T @ x, gradient.sum(axis=0)


def _layer_back_by_examples(x, W, gradient):
    dx, dW, db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(len(W))
    for i in range(len(x)):
        dx[i] = W.T @ gradient[i]
        dW += np.outer(gradient[i], x[i])
        db += gradient[i]
    return dx, dW, db


it = exercise(
    "backprop.layer_back",
    "Back through a layer",
    level=2,
    solution=layer_back,
    edges=[
        (
            np.array([[1.0, 2.0], [3.0, -1.0]]),
            np.array([[2.0, 1.0], [0.0, -3.0]]),
            np.array([[1.0, 5.0], [-2.0, 3.0]]),
        ),
        (np.array([[2.0, 3.0]]), np.array([[1.0, -1.0], [4.0, 0.5]]), np.array([[10.0, -1.0]])),
        (np.array([[2, 3]]), np.array([[1, -1], [4, 2]]), np.array([[0.5, -1.25]])),
    ],
    domain={"x": numbers("k", "n"), "W": numbers("m", "n"), "gradient": numbers("k", "m")},
    # Where all of it cancels, only rounding is left, and in float32 no digit of that is right.
    where=lambda x, W, g: np.abs(g @ W).max() >= 1e-3 * (np.abs(g) @ np.abs(W)).max(),
    right=[
        _layer_back_by_examples,
        lambda x, W, gradient: (
            (W.T @ gradient.T).T,
            np.einsum("km,kn->mn", gradient, x),
            np.ones(len(x)) @ gradient,
        ),
    ],
    why="Products like the first two are most of the work of training a wide network.",
)
it.mistake("The gradient of `W` is transposed. Row j of it belongs to unit j, as in `W` itself.")(
    lambda x, W, gradient: (gradient @ W, x.T @ gradient, gradient.sum(axis=0))
)
it.mistake("The gradient of `x` went through `W.T`. That is the way forward; back, it goes through `W`.")(
    lambda x, W, gradient: (gradient @ W.T, gradient.T @ x, gradient.sum(axis=0))
)
it.mistake("This is the way back of `x @ W`. The layer here is `x @ W.T`, with a row of `W` for each unit.")(
    lambda x, W, gradient: (gradient @ W.T, x.T @ gradient, gradient.sum(axis=0))
)
it.mistake("The bias was used once for each example, so its gradients have to be summed up over them.")(
    lambda x, W, gradient: (gradient @ W, gradient.T @ x, gradient)
)
it.mistake("The gradient of the bias was averaged over the examples. They add up.")(
    lambda x, W, gradient: (gradient @ W, gradient.T @ x, gradient.mean(axis=0))
)
it.mistake("The gradient of the bias was summed over the units. The axis that was repeated is the examples.")(
    lambda x, W, gradient: (gradient @ W, gradient.T @ x, gradient.sum(axis=1))
)
it.mistake("All was summed up for the bias. Each unit has its own: sum over the examples only.")(
    lambda x, W, gradient: (gradient @ W, gradient.T @ x, gradient.sum())
)
it.mistake("This is right where the upstream gradient is 1 everywhere, and it is not.")(
    lambda x, W, gradient: layer_back(x, W, np.ones(gradient.shape))
)
it.mistake("The gradient of the bias kept an axis of length 1. It has the shape of the bias, `[m]`.")(
    lambda x, W, gradient: (gradient @ W, gradient.T @ x, gradient.sum(axis=0, keepdims=True))
)


def walk_back(made_from, output):
    """Return all names that the output was made from, itself first, each after all that use it."""
    ordered, done = [], set()

    def visit(name):
        if name not in done:
            done.add(name)
            for part in made_from.get(name, []):
                visit(part)
            ordered.append(name)

    visit(output)
    return ordered[::-1]


def _by_counting(made_from, output):
    reached, todo = set(), [output]
    while todo:
        name = todo.pop()
        if name not in reached:
            reached.add(name)
            todo += made_from.get(name, [])
    waits = {name: 0 for name in reached}
    for name in reached:
        for part in set(made_from.get(name, [])):
            waits[part] += 1
    ready, walk = [output], []
    while ready:
        name = ready.pop()
        walk.append(name)
        for part in set(made_from.get(name, [])):
            waits[part] -= 1
            if not waits[part]:
                ready.append(part)
    return walk


def _by_distance(made_from, output):
    """Sort by the longest way from the output."""
    far = {output: 0}
    for _ in range(len(made_from) + 1):
        for name in list(far):
            for part in made_from.get(name, []):
                far[part] = max(far.get(part, 0), far[name] + 1)
    return sorted(far, key=far.get)


def _uses(made_from, output):
    """Return every name as often as it is come to, breadth first."""
    walk = [output]
    for name in walk:
        walk += made_from.get(name, [])
    return walk


def _walk_faults(answer, made_from, output):
    """Return in words which names are missing, stand there too often, or stand before one that uses them."""
    walk = answer(made_from, output)
    if not isinstance(walk, (list, tuple, np.ndarray)) or not all(isinstance(name, str) for name in walk):
        raise TypeError("A list of names is asked for.")
    walk, wanted = list(walk), dict.fromkeys(_uses(made_from, output))
    extra = {name: walk.count(name) - (name in wanted) for name in walk}
    uses = {(part, name) for name in wanted for part in made_from.get(name, [])}
    early = [(a, b) for a, b in uses if a in walk and b in walk and walk.index(a) < walk.index(b)]
    return {
        "missing": ", ".join(sorted(set(wanted) - set(walk))),
        "too many": ", ".join(sorted(f"{n} × {name}" for name, n in extra.items() if n)),
        "too early": ", ".join(sorted(f"{a} before {b}" for a, b in early)),
    }


NAMES = ["x", "w", "b", "z", "h", "y", "t", "gap", "loss", "w1", "w2", "u", "sum"]


def _any_graph(rng):
    """Draw what values were made from: each from one to three earlier ones; some are not needed."""
    names = rng.permutation(NAMES)[: rng.integers(1, 11)].tolist()
    made_from, near = {}, rng.random() < 0.4  # near: a deep graph
    for i in range(int(rng.integers(1, 4)), len(names)):
        first = max(0, i - 2) if near else 0
        made_from[names[i]] = rng.choice(names[first:i], size=int(rng.integers(1, 4))).tolist()
    order = rng.permutation(list(made_from)).tolist()
    return {name: made_from[name] for name in order}, names[-1]


it = exercise(
    "backprop.order",
    "The order of the walk",
    level=3,
    solution=walk_back,
    outcome=_walk_faults,
    edges=[
        ({"y": ["p", "b"], "p": ["w", "x"], "loss": ["gap", "gap"], "gap": ["y", "t"]}, "loss"),
        ({"loss": ["skip", "deep"], "deep": ["skip"], "skip": ["w"]}, "loss"),
        ({"loss": ["deep", "skip"], "deep": ["skip"], "skip": ["w"]}, "loss"),
        ({"loss": ["deep", "w"], "deep": ["mid"], "mid": ["w", "b"], "other": ["w", "mid"]}, "loss"),
        ({}, "w"),
    ],
    domain=_any_graph,
    right=[_by_counting, _by_distance],
    why="In this order every gradient is whole before it is handed on, in a network of any shape.",
)


def _depth_first(turn):
    def walk(made_from, output):
        seen, todo = [], [output]
        while todo:
            name = todo.pop()
            if name not in seen:
                seen.append(name)
                todo += made_from.get(name, [])[::turn]
        return seen

    return walk


for turn in (1, -1):  # from the last part or from the first
    it.mistake(
        "This follows one way to its end before the next, so a value goes on before all have reported."
    )(_depth_first(turn))


@it.mistake("This goes by the *shortest* way from the output. A longer way may still bring a gradient.")
def breadth_first(made_from, output):
    return list(dict.fromkeys(_uses(made_from, output)))


it.mistake("This is an order for the way forward. Turned round, it is one for the way back.")(
    lambda made_from, output: walk_back(made_from, output)[::-1]
)


@it.mistake("Values that are used twice stand here twice. Each hands its gradient on once, when it is whole.")
def each_use_in_depth(made_from, output):
    ordered = []

    def visit(name):
        for part in made_from.get(name, []):
            visit(part)
        ordered.append(name)

    visit(output)
    return ordered[::-1]


it.mistake("Values that are used twice stand here twice. Each hands its gradient on once, when it is whole.")(
    _uses
)


@it.mistake("There are names here that the output was not made from.")
def everything(made_from, output):
    walk = walk_back(made_from, output)
    return walk + [name for name in made_from if name not in walk]


it.mistake("The values that were not made from others are missing: the parameters and the data.")(
    lambda made_from, output: [n for n in walk_back(made_from, output) if n in made_from]
)
it.mistake("The output is missing. The walk begins there.")(
    lambda made_from, output: walk_back(made_from, output)[1:]
)
it.mistake("This stops after one step. What those values were made from belongs to the walk too.")(
    lambda made_from, output: [output, *dict.fromkeys(made_from.get(output, []))]
)


def train(x, target, w, b, rate, steps):
    """Return w and b after some steps of gradient descent on the mean squared gap of a neuron."""
    for _ in range(steps):
        gap = x @ w + b - target  # [examples]
        dw, db = 2 * gap @ x / len(x), 2 * gap.mean()
        w, b = w - rate * dw, b - rate * db
    return w, b


def _trained(dw=lambda gap, x: 2 * gap @ x / len(x), db=lambda gap: 2 * gap.mean(), kept=False):
    """Return train with other gradients, or with gradients that are kept from step to step."""

    def answer(x, target, w, b, rate, steps):
        sum_w, sum_b = 0.0, 0.0
        for _ in range(steps):
            gap = x @ w + b - target
            sum_w, sum_b = (sum_w + dw(gap, x), sum_b + db(gap)) if kept else (dw(gap, x), db(gap))
            w, b = w - rate * sum_w, b - rate * sum_b
        return w, b

    return answer


def _with_a_column_of_ones(x, target, w, b, rate, steps):
    ones, knobs = np.column_stack([x, np.ones(len(x))]), np.append(w, b)
    for _ in range(steps):
        knobs = knobs - rate * 2 / len(x) * ones.T @ (ones @ knobs - target)
    return knobs[:-1], knobs[-1]


def _by_single_examples(x, target, w, b, rate, steps):
    w = w * 1.0
    for _ in range(steps):
        dw, db = np.zeros(len(w)), 0.0
        for row, wanted in zip(x, target, strict=True):
            slope = 2 * (row @ w + b - wanted) / len(x)
            dw, db = dw + slope * row, db + slope
        w -= rate * dw
        b -= rate * db
    return w, b


it = exercise(
    "backprop.train",
    "A loop that learns",
    level=3,
    solution=train,
    edges=[
        (np.array([[1.0], [2.0]]), np.array([3.0, 5.0]), np.array([0.0]), 0.0, 0.1, 1),
        (np.array([[1.0], [2.0], [4.0]]), np.array([1.0, 0.0, 2.0]), np.array([1.0]), 1.0, 0.05, 2),
        (np.array([[1.0, -1.0], [0.0, 2.0]]), np.array([1.0, 4.0]), np.array([0.5, 2.0]), -1.0, 0.1, 3),
        (np.array([[1.0], [2.0]]), np.array([3.0, 5.0]), np.array([2.0]), 1.0, 0.1, 0),
        (np.array([[1.0]]), np.array([0.0]), np.array([0.0]), 1.1, 0.5, 1),
    ],
    domain={
        "x": numbers("k", "n", large=30),
        "target": numbers("k"),
        "w": numbers("n"),
        "b": number(),
        "rate": number(0, 1),
        "steps": whole(0, 3),
    },
    right=[_with_a_column_of_ones, _by_single_examples],
    why="Forward, back, step, and gradients afresh: a language model is trained by this loop.",
)
it.mistake("From the second step on it goes wrong: the old gradients were not cleared before each step.")(
    _trained(kept=True)
)
it.mistake("These are the gradients of the *sum* of the squares. The loss is their mean.")(
    _trained(lambda gap, x: 2 * gap @ x, lambda gap: 2 * gap.sum())
)
it.mistake("The slope of a square is twice the gap, and the two is missing.")(
    _trained(lambda gap, x: gap @ x / len(x), lambda gap: gap.mean())
)
it.mistake("Only the last example counts: each gradient overwrote the one before, and they should add up.")(
    _trained(lambda gap, x: 2 * gap[-1] * x[-1] / len(x), lambda gap: 2 * gap[-1] / len(gap))
)
it.mistake("This goes uphill. A gradient says where the loss rises, so step against it.")(
    _trained(lambda gap, x: -2 * gap @ x / len(x), lambda gap: -2 * gap.mean())
)


@it.mistake("`b` was moved with a gap that the new `w` had changed already. All gradients come first.")
def one_after_the_other(x, target, w, b, rate, steps):
    for _ in range(steps):
        w = w - rate * 2 * (x @ w + b - target) @ x / len(x)
        b = b - rate * 2 * (x @ w + b - target).mean()
    return w, b


it.mistake("The bias stays where it was. It is a parameter and has a gradient too.")(
    _trained(db=lambda gap: 0.0)
)
it.mistake("The gap plays no part here. It is in the upstream gradient, which multiplies what went in.")(
    _trained(lambda gap, x: x.mean(axis=0), lambda gap: 1.0)
)
it.mistake("The gradient of `b` was summed over the examples. The loss is a mean, and so is its gradient.")(
    _trained(db=lambda gap: 2 * gap.sum())
)
