"""The exercises of chapter 02: decisions, the place of a boundary, and the bends that biases place."""

import numpy as np

from ..declare import chapter, exercise
from ..domain import Domain, any_of, number, numbers, steady

chapter("boundary", "02 · The boundary")


SUMS = Domain({"x": any_of(numbers("n"), numbers("m", "n")), "w": numbers("n"), "b": number()})


def _near_and_far(rng):
    """Return x, w, b; often an example lies on the boundary or hardly beside it, whatever the bias."""
    x, w, b = SUMS.draw(rng)
    if rng.random() < 0.5:
        b = float(rng.choice([0.0, 0.0, 1.0, -1.0, 1e-3, -1e-3]) - rng.choice(np.atleast_1d(x @ w)))
    return x, w, b


def _clear(x, w, b):
    """Tell whether all sums are exact or far enough from zero, so that it does not matter how one adds."""
    whole = all(np.all(np.mod(part, 1) == 0) for part in (x, w, b))
    return whole or np.all(np.abs(x @ w + b) > 1e-6)


it = exercise(
    "boundary.decide",
    "Yes or no",
    solution=lambda x, w, b: np.where(x @ w + b > 0, 1.0, 0.0),  # [..., n] @ [n] -> [...]
    edges=[
        (np.array([1.0, 2.0]), np.array([3.0, 4.0]), -5.0),
        (np.array([[1.0, 1.0], [0.0, 1.0], [2.0, 0.0]]), np.array([1.0, 1.0]), -2.0),
        (np.array([[2.0], [-2.0], [0.5]]), np.array([-1.0]), 1.0),
        (np.array([0.0, 0.0, 0.0]), np.array([1.0, 1.0, 1.0]), 0.0),
        (np.array([[-1.0, 2.0]]), np.array([2.0, 1.0]), 0.0),
        (np.array([[0.001]]), np.array([1.0]), 0.0),
    ],
    domain=_near_and_far,
    where=_clear,
    right=[
        lambda x, w, b: np.heaviside(x @ w + b, 0.0),
        lambda x, w, b: 1 * ((x * w).sum(axis=-1) > -b),
        lambda x, w, b: np.sign(np.maximum(x @ w + b, 0.0)),
    ],
    why="One comparison turns a sum into a decision, and the places where it flips form a straight line.",
)
it.mistake("A sum of exactly zero lies on the boundary, and there the answer is no: above zero means `>`.")(
    lambda x, w, b: np.where(x @ w + b >= 0, 1.0, 0.0)
)
it.mistake("The bias is missing, so the boundary always goes through the origin.")(
    lambda x, w, b: np.where(x @ w > 0, 1.0, 0.0)
)
it.mistake("Here `b` is a threshold that the sum has to pass. A bias is the negative of that: it is added.")(
    lambda x, w, b: np.where(x @ w > b, 1.0, 0.0)
)
it.mistake("Yes and no have changed places.")(lambda x, w, b: np.where(x @ w + b > 0, 0.0, 1.0))
it.mistake("A no is 0 here. With −1 for no, the decision is a sign.")(
    lambda x, w, b: np.where(x @ w + b > 0, 1.0, -1.0)
)
it.mistake("This is the sum. The decision is still to come: whether the sum is above zero.")(
    lambda x, w, b: x @ w + b
)
it.mistake("This is a ReLU: it says how much. The decision is 1 for every sum above zero, however large.")(
    lambda x, w, b: np.maximum(x @ w + b, 0.0)
)
it.mistake("True and False are the right decisions. Return them as the numbers 1 and 0.")(
    lambda x, w, b: x @ w + b > 0
)

it = exercise(
    "boundary.sigmoid",
    "A sigmoid for any sum",
    level=2,
    solution=lambda z: np.exp(-np.logaddexp(0.0, -z)),
    edges=[
        (np.array([0.0, 2.0, -2.0]),),
        (np.array([1000.0, -1000.0, 0.5]),),
        (np.array([-40.0, 40.0]),),
    ],
    domain={"z": any_of(numbers("n", large=10), numbers("n", large=1000))},
    right=[
        lambda z: (1 + np.tanh(z / 2)) / 2,
        lambda z: 1 / (1 + np.exp(-z)),
        lambda z: np.where(z >= 0, 1.0, np.exp(-np.abs(z))) / (1 + np.exp(-np.abs(z))),
    ],
    rtol=1e-10,
    atol=1e-12,
    why="Training meets sums of any size, and one `nan` spreads to every parameter.",
)
it.mistake("For ordinary sums this is right. At 1000 it divides infinity by infinity, and `nan` comes out.")(
    lambda z: np.exp(z) / (1 + np.exp(z))
)
it.mistake("This falls where the sigmoid rises. Look at the sign in the exponent.")(
    lambda z: 1 / (1 + np.exp(z))
)
it.mistake("This is tanh, from −1 to 1. A sigmoid stays between 0 and 1.")(lambda z: np.tanh(z))
it.mistake("The height is right, and the curve is twice as steep as a sigmoid.")(
    lambda z: (1 + np.tanh(z)) / 2
)
it.mistake("There is a minus where a plus belongs: at 0 this divides by zero.")(
    lambda z: 1 / (1 - np.exp(-z))
)
it.mistake("This is the step. A sigmoid takes its time: it has values between 0 and 1.")(
    lambda z: np.where(z > 0, 1.0, 0.0)
)
it.mistake("A straight ramp with the right slope at 0. The sigmoid bends and never quite arrives.")(
    lambda z: np.clip(0.5 + z / 4, 0, 1)
)
it.mistake("The sum was cut off at 10, so all sums beyond it give the same answer.")(
    lambda z: 1 / (1 + np.exp(-np.clip(z, -10, 10)))
)

it = exercise(
    "boundary.crossing",
    "Where the curve is one half",
    solution=lambda w, b: -b / w,
    edges=[(2.0, 1.0), (-2.0, 1.0), (4.0, 0.0), (0.5, -3.0)],
    allows="The weight is never zero.",
    domain={"w": number(zero=False), "b": number()},
    right=[
        lambda w, b: (0.0 - b) / w,
        lambda w, b: b / -w,
        lambda w, b: np.linalg.solve([[w]], [-b])[0],
    ],
    rtol=1e-9,
    why="A bias slides a curve by `-b / w`, so the same bias goes left or right with the sign of the weight.",
)
it.mistake("The size is right and the side is not: at this input the sum is `2 * b`. It has to be zero.")(
    lambda w, b: b / w
)
it.mistake("The fraction stands on its head: solve `w * x + b = 0` for `x`.")(
    lambda w, b: np.inf if b == 0 else -w / b
)
it.mistake("The bias moves the sum by `b`. The input has to make up for it through the weight.")(
    lambda w, b: -b
)
it.mistake("Multiplied instead of divided: a larger weight needs a smaller step of the input.")(
    lambda w, b: -b * w
)
it.mistake("Here the sum is one half. The sigmoid is one half where the sum is zero.")(
    lambda w, b: (0.5 - b) / w
)
it.mistake("This is how far from zero the place is, without the side. A place has a sign.")(
    lambda w, b: abs(b / w)
)
it.mistake("The sign of the weight is lost. With a negative weight the curve moves the other way.")(
    lambda w, b: -b / abs(w)
)

it = exercise(
    "boundary.distance",
    "How far from the origin",
    level=2,
    solution=lambda w, b: abs(b) / np.linalg.norm(w),
    edges=[
        (np.array([3.0, 4.0]), 5.0),
        (np.array([3.0, 4.0]), -10.0),
        (np.array([30.0, 40.0]), 50.0),
        (np.array([1.0, -2.0, 2.0]), 6.0),
        (np.array([-2.0]), 3.0),
        (np.array([3.0, 4.0]), 0.0),
    ],
    allows="Not all weights are zero.",
    domain={"w": numbers("n"), "b": number()},
    where=lambda w, b: w.any(),
    right=[
        lambda w, b: np.sqrt(b * b / (w @ w)),
        lambda w, b: np.linalg.norm(-b * w / (w @ w)),
        lambda w, b: max(b, -b) / np.hypot.reduce(w),
    ],
    rtol=1e-9,
    why="The bias places a boundary, in units that the weights set.",
)
it.mistake("The size is right. A distance is never negative.")(lambda w, b: b / np.linalg.norm(w))
it.mistake("The bias counts in units of the arrow's length: divide by that length.")(lambda w, b: abs(b))
it.mistake("This divides by the square of the length. The length is its root.")(
    lambda w, b: abs(b) / np.sum(w * w)
)
it.mistake("The sizes of the weights were added. The length of an arrow is the root of the sum of squares.")(
    lambda w, b: abs(b) / np.sum(np.abs(w))
)
it.mistake("Only the largest weight was used. All of them make the length of the arrow.")(
    lambda w, b: abs(b) / np.max(np.abs(w))
)
it.mistake("The fraction stands on its head: a longer arrow brings the boundary nearer.")(
    lambda w, b: np.linalg.norm(w) / abs(b)
)
it.mistake("Multiplied instead of divided. Scaling all parameters by ten must not move the boundary.")(
    lambda w, b: abs(b) * np.linalg.norm(w)
)
it.mistake("The root of the mean of the squares is not the length: add the squares.")(
    lambda w, b: abs(b) / np.sqrt(np.mean(w * w))
)

it = exercise(
    "boundary.bias_through",
    "A boundary through a point",
    level=2,
    solution=lambda w, p: -(w @ p),
    edges=[
        (np.array([2.0, 1.0]), np.array([3.0, 4.0])),
        (np.array([1.0, -1.0]), np.array([0.0, 0.0])),
        (np.array([-3.0]), np.array([2.0])),
    ],
    allows="Not all weights are zero.",
    domain={"w": numbers("n"), "p": numbers("n")},
    where=lambda w, p: w.any() and steady(np.dot)(w, p),
    right=[
        lambda w, p: -np.sum(w * p),
        lambda w, p: 0.0 - np.dot(p, w),
        lambda w, p: -np.einsum("i,i->", w, p),
    ],
    why="With the direction given, one bias puts the boundary through any point you like.",
)
it.mistake("With this bias the sum at `p` is twice `w @ p`. It has to be zero there.")(lambda w, p: w @ p)
it.mistake("With this bias the sum at `p` is 1. On the boundary it is zero.")(lambda w, p: 1 - w @ p)
it.mistake("This is right for an arrow of length 1. The weights are as they are: do not divide.")(
    lambda w, p: -(w @ p) / np.linalg.norm(w)
)
it.mistake("How far `p` is from the origin does not settle it: the weights have a say.")(
    lambda w, p: -np.linalg.norm(p)
)
it.mistake("These are the products, one for each input. There is one bias: add them up.")(lambda w, p: -w * p)
it.mistake("The weights are missing: each coordinate counts as often as its weight says.")(
    lambda w, p: -np.sum(p)
)
it.mistake("The bias may be negative. It has to cancel `w @ p`, whatever its sign.")(lambda w, p: abs(w @ p))


def _fires(gates, x1, x2):
    """Return what each gate of a dict of parameters answers: 1 where its sum is above zero."""
    (a1, a2, a_bias), (o1, o2, o_bias), (w, bias) = (gates[name] for name in ("and", "or", "not"))
    sums = {"and": a1 * x1 + a2 * x2 + a_bias, "or": o1 * x1 + o2 * x2 + o_bias, "not": w * x1 + bias}
    return {name: int(value > 0) for name, value in sums.items()}


def _gates(**changed):
    return {"and": (1.0, 1.0, -1.5), "or": (1.0, 1.0, -0.5), "not": (-1.0, 0.5)} | changed


exercise(
    "boundary.gates",
    "AND, OR, NOT by hand",
    level=2,
    solution=_gates(),
    outcome=_fires,
    edges=[(0, 0), (0, 1), (1, 0), (1, 1)],
    wrong={
        "Your AND says yes to one input alone. Lower its bias: one weight must not be enough.": _gates(
            **{"and": (1.0, 1.0, -0.5)}
        ),
        "Your OR asks for both inputs. Raise its bias: one weight has to be enough.": _gates(
            **{"or": (1.0, 1.0, -1.5)}
        ),
        "Your NOT repeats its input. A 1 has to push the sum down, not up.": _gates(**{"not": (1.0, -0.5)}),
        "Your NOT never says yes. When its input is 0, its sum is the bias alone.": _gates(
            **{"not": (-1.0, 0.0)}
        ),
        "Your NOT says yes to both. A 1 has to pull the sum down, to zero or below.": _gates(
            **{"not": (-1.0, 1.5)}
        ),
        "Your AND never says yes. With both inputs on, its sum has to get above zero.": _gates(
            **{"and": (1.0, 1.0, -2.0)}
        ),
        "Your AND says no only where it should say yes: this is NAND, its opposite.": _gates(
            **{"and": (-1.0, -1.0, 1.5)}
        ),
        "Your AND always says what x₁ says. x₂ has to count as well.": _gates(**{"and": (1.0, 0.0, -0.5)}),
        "Your OR says yes to two zeros. There the sum is the bias, so the bias must not be positive.": _gates(
            **{"or": (1.0, 1.0, 0.5)}
        ),
    },
    right=[
        _gates(**{"and": (1.0, 1.0, -1.0), "or": (1.0, 1.0, 0.0), "not": (-1.0, 1.0)}),
        {"and": (20, 20, -30), "or": (20, 20, -10), "not": (-20, 10)},
        {"and": (0.4, 0.7, -0.9), "or": (3.0, 0.2, -0.1), "not": (-5.0, 0.1)},
    ],
    why="AND, OR and NOT are one neuron each, and every logical function can be built from such neurons.",
)


def _bends(w, b):
    return np.unique(-b[w != 0] / w[w != 0])


def _apart(w, b):
    """Tell whether units bend at one place only where every way to divide says so, and else far apart."""
    if all(np.all((np.mod(part, 1) == 0) & (np.abs(part) < 4)) for part in (w, b)):
        return True
    units = np.unique(np.stack([w, b])[:, (w != 0) & (b != 0)], axis=1)  # [2, k]
    places = np.sort(-units[1] / units[0])
    return np.all(np.diff(places) > 1e-5 * (1 + np.abs(places[1:])))


it = exercise(
    "boundary.bends",
    "Where a sum of ReLUs bends",
    level=3,
    solution=_bends,
    edges=[
        (np.array([1.0, -1.0, 2.0]), np.array([-1.0, 1.0, 4.0])),
        (np.array([2.0, 0.0, -3.0, 1.0]), np.array([0.0, 5.0, 0.0, -3.0])),
        (np.array([0.0]), np.array([1.0])),
        (np.array([4.0, 1.0]), np.array([2.0, 2.0])),
        (np.array([1.0, 2.0, -1.0]), np.array([-3.0, 1.0, 3.0])),
    ],
    domain={"w": numbers("n"), "b": numbers("n")},
    where=_apart,
    right=[
        lambda w, b: np.array(
            sorted({-q / p for p, q in zip(w.tolist(), b.tolist(), strict=True) if p != 0})
        ),
        lambda w, b: np.unique([np.roots([p, q])[0] for p, q in zip(w, b, strict=True) if p != 0]),
        lambda w, b: np.unique(b[np.nonzero(w)] / -w[np.nonzero(w)]),
    ],
    why="A unit brings one bend unless its weight is zero. Without biases all of them would fall on zero.",
)
it.mistake("The places are mirrored: a unit bends where `w * x + b` is zero.")(
    lambda w, b: np.unique(b[w != 0] / w[w != 0])
)
it.mistake("The weights are missing: the larger a weight, the nearer to zero its bend.")(
    lambda w, b: np.unique(-b[w != 0])
)
it.mistake("The fraction stands on its head: solve `w * x + b = 0` for `x`.")(
    lambda w, b: np.unique(-w[b != 0] / b[b != 0])
)
it.mistake("Two units that bend at one place make one bend: name each place once.")(
    lambda w, b: np.sort(-b[w != 0] / w[w != 0])
)
it.mistake("A unit with weight 0 is flat and bends nowhere. Leave it out before you divide.")(
    lambda w, b: np.unique(-b / w)
)
it.mistake("The places are right. Return them from the smallest to the largest.")(
    lambda w, b: np.array(list(dict.fromkeys((-b[w != 0] / w[w != 0]).tolist())))
)
it.mistake("A unit with bias 0 bends too, at zero.")(
    lambda w, b: np.unique(-b[(w != 0) & (b != 0)] / w[(w != 0) & (b != 0)])
)
it.mistake("Units with a negative weight bend as well: they fall first and are flat after.")(
    lambda w, b: np.unique(-b[w > 0] / w[w > 0])
)
