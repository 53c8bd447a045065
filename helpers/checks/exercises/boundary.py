"""The exercises of chapter 02: decisions, the place of a boundary, and the bends that biases place."""

import numpy as np

from ..declare import before, chapter, exercise

chapter("boundary", "02 · The boundary")

it = exercise(
    "boundary.decide",
    "Yes or no",
    solution=lambda x, w, b: np.where(x @ w + b > 0, 1.0, 0.0),  # [..., n] @ [n] -> [...]
    edges=[
        (np.array([1.0, 2.0]), np.array([3.0, 4.0]), -5.0),
        (np.array([[1.0, 1.0], [0.0, 1.0], [2.0, 0.0]]), np.array([1.0, 1.0]), -2.0),
        (np.array([[2.0], [-2.0], [0.5]]), np.array([-1.0]), 1.0),
        (np.array([0.0, 0.0, 0.0]), np.array([1.0, 1.0, 1.0]), 0.0),
    ],
    domain=before(lambda rng, m, n: (rng.normal(size=(m, n)), rng.normal(size=n), rng.normal())),
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
    domain=before(lambda rng, n: (rng.normal(0, 3, size=n),)),
    right=[
        lambda z: (1 + np.tanh(z / 2)) / 2,
        lambda z: 1 / (1 + np.exp(-z)),
        lambda z: np.where(z >= 0, 1.0, np.exp(-np.abs(z))) / (1 + np.exp(-np.abs(z))),
    ],
    rtol=1e-5,
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
    domain=before(lambda rng: (rng.normal() + 3.0, rng.normal())),
    right=[
        lambda w, b: (0.0 - b) / w,
        lambda w, b: b / -w,
        lambda w, b: np.linalg.solve([[w]], [-b])[0],
    ],
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
    ],
    domain=before(lambda rng, n: (rng.normal(size=n) + 0.1, rng.normal())),
    right=[
        lambda w, b: np.sqrt(b * b / (w @ w)),
        lambda w, b: np.linalg.norm(-b * w / (w @ w)),
        lambda w, b: max(b, -b) / np.hypot.reduce(w),
    ],
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
    domain=before(lambda rng, n: (rng.normal(size=n), rng.normal(size=n))),
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
    sums = {name: values[-1] + x1 * values[0] for name, values in gates.items()}
    sums = {name: sums[name] + (x2 * gates[name][1] if len(gates[name]) == 3 else 0) for name in sums}
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
        "Your NOT repeats its input. A 1 has to push the sum down, so the weight is negative.": _gates(
            **{"not": (1.0, -0.5)}
        ),
        "Without biases every boundary goes through the origin, and NOT can never say yes to a 0.": _gates(
            **{"and": (1.0, 1.0, 0.0), "not": (-1.0, 0.0)}
        ),
        "Your AND never says yes: its sum reaches zero and does not get above it.": _gates(
            **{"and": (1.0, 1.0, -2.0)}
        ),
        "Your OR says yes to two zeros. There the sum is the bias, so the bias must not be positive.": _gates(
            **{"or": (1.0, 1.0, 0.5)}
        ),
        "All signs of your AND are turned round, so it says the opposite: NAND.": _gates(
            **{"and": (-1.0, -1.0, 1.5)}
        ),
        "Your NOT says yes to both. The weight has to outweigh the bias.": _gates(**{"not": (-1.0, 1.5)}),
    },
    right=[
        _gates(**{"and": (1.0, 1.0, -1.0), "or": (1.0, 1.0, 0.0), "not": (-1.0, 1.0)}),
        {"and": (20, 20, -30), "or": (20, 20, -10), "not": (-20, 10)},
        {"and": (0.4, 0.7, -0.9), "or": (3.0, 0.2, -0.1), "not": (-5.0, 0.1)},
    ],
    why="From AND, OR and NOT every logical function can be built, and each of them is one neuron.",
)


def _bends(w, b):
    return np.unique(-b[w != 0] / w[w != 0])


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
    ],
    domain=before(lambda rng, n: (rng.normal(size=n), rng.normal(size=n))),
    right=[
        lambda w, b: np.array(
            sorted({-q / p for p, q in zip(w.tolist(), b.tolist(), strict=True) if p != 0})
        ),
        lambda w, b: np.unique([np.roots([p, q])[0] for p, q in zip(w, b, strict=True) if p != 0]),
        lambda w, b: np.unique(b[np.nonzero(w)] / -w[np.nonzero(w)]),
    ],
    why="Each unit brings one bend. Without biases all of them would fall on zero.",
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
