"""The exercises of chapter 03: a network of two layers, its numbers and its freedom."""

from itertools import pairwise

import numpy as np

from ..declare import chapter, exercise
from ..domain import made, number, numbers, steady, whole

chapter("network", "03 · A tiny network")


def relu(z):
    return np.maximum(z, 0)


exercise(
    "network.pencil",
    "A forward pass by pencil",
    solution=dict(h1=1, h2=0, y=-3),
    wrong={
        "This is the network without ReLU. A negative sum leaves a hidden unit as 0.": dict(
            h1=1, h2=-1, y=-6
        ),
        "The hidden units are right. The output has a bias too, and it is missing.": dict(h1=1, h2=0, y=-2),
        "The hidden units have no bias here: b₁ and b₂ join the sums before ReLU.": dict(h1=0, h2=3, y=8),
        "ReLU was applied to the output as well. Only the hidden units have it, so y may be negative.": dict(
            h1=1, h2=0, y=0
        ),
        "w₁₂ and w₂₁ have changed places. The first index is the unit that a weight goes to.": dict(
            h1=7, h2=0, y=-15
        ),
        "The hidden biases were added after ReLU. They belong to the sum, so ReLU comes after them.": dict(
            h1=3, h2=-1, y=-10
        ),
        "The output is right. h₂ is still the sum z₂, before ReLU.": dict(h1=1, h2=-1, y=-3),
        "The two inputs have changed places: x₁ is 1 and x₂ is 2.": dict(h1=5, h2=0, y=-11),
    },
    right=[dict(h1=1.0, h2=0.0, y=-3.0), dict(h1=np.float64(1), h2=np.array(0.0), y=np.int64(-3))],
    why="The hidden units of larger networks compute in this way too: products, a sum, a bias, a bend.",
)


def forward(x, W, b, V, c):
    """Return the answers of a network with one hidden layer of ReLU units."""
    return relu(x @ W.T + b) @ V.T + c


_LAYERS = (
    np.array([[2.0, -2.0], [1.0, 1.0]]),
    np.array([3.0, -4.0]),
    np.array([[-2.0, 3.0]]),
    np.array([-1.0]),
)


def _by_loops(x, W, b, V, c):
    answers = np.empty((len(x), len(V)))
    for i, row in enumerate(x):
        hidden = [max(w @ row + bias, 0.0) for w, bias in zip(W, b, strict=True)]
        answers[i] = [v @ hidden + bias for v, bias in zip(V, c, strict=True)]
    return answers


it = exercise(
    "network.forward",
    "The same for a batch",
    level=2,
    solution=forward,
    edges=[
        (np.array([[1.0, 2.0], [0.0, 0.0], [3.0, -1.0]]), *_LAYERS),
        (np.array([[-1.0, 2.0]]), *_LAYERS),
        (np.array([[1.0], [2.0]]), np.array([[1.0], [-1.0]]), np.zeros(2), np.eye(2), np.array([-1.0, 1.0])),
    ],
    domain={
        "x": numbers("m", "n", large=10),
        "W": numbers("k", "n", large=10),
        "b": numbers("k", large=10),
        "V": numbers("o", "k", large=10),
        "c": numbers("o", large=10),
    },
    where=steady(forward),
    right=[
        _by_loops,
        lambda x, W, b, V, c: (V @ relu(W @ x.T + b[:, None]) + c[:, None]).T,
        lambda x, W, b, V, c: np.einsum("mk,ok->mo", relu(np.einsum("mn,kn->mk", x, W) + b), V) + c,
    ],
    why="Two matrix products and a bend: the feed-forward layers of GPT-2 have the same form.",
)
it.mistake("There is no ReLU between the layers, so they collapse into one.")(
    lambda x, W, b, V, c: (x @ W.T + b) @ V.T + c
)
it.mistake("ReLU was applied to the output as well. The last layer is a sum and may be negative.")(
    lambda x, W, b, V, c: relu(forward(x, W, b, V, c))
)
it.mistake("The output's bias `c` is missing.")(lambda x, W, b, V, c: relu(x @ W.T + b) @ V.T)
it.mistake("The hidden units' bias `b` is missing.")(lambda x, W, b, V, c: relu(x @ W.T) @ V.T + c)
it.mistake("`b` was added after ReLU. It belongs to the sum that ReLU bends.")(
    lambda x, W, b, V, c: (relu(x @ W.T) + b) @ V.T + c
)
it.mistake("`W` is the wrong way round. It runs without an error only because this one is square.")(
    lambda x, W, b, V, c: relu(x @ W + b) @ V.T + c
)
it.mistake("The hidden units have tanh here; ReLU is asked for.")(
    lambda x, W, b, V, c: np.tanh(x @ W.T + b) @ V.T + c
)
it.mistake("ReLU was applied to the inputs. It comes after the hidden layer's sum.")(
    lambda x, W, b, V, c: (relu(x) @ W.T + b) @ V.T + c
)
it.mistake("Here each example is a column. It should be a row: `[m, o]`.")(
    lambda x, W, b, V, c: forward(x, W, b, V, c).T
)


def count(widths):
    """Return how many weights and biases a stack with these widths has."""
    return sum(n * m + m for n, m in pairwise(widths))


def _widths(rng, sizes):
    """Return two to six widths: small ones, all alike, or some as large as those of real models."""
    n = rng.integers(2, 7)
    kinds = rng.integers(1, 10, n), rng.integers(1, 60, n), [rng.integers(1, 9)] * n
    return [int(width) for width in [*kinds, rng.choice([1, 3, 256, 784, 50_257], n)][rng.integers(4)]]


it = exercise(
    "network.count",
    "Count the parameters",
    solution=count,
    edges=[([2, 2, 1],), ([784, 100, 10],), ([5, 3],), ([1, 1, 1, 1],), ([3, 7, 2, 5],)],
    domain={"widths": made(_widths)},
    right=[
        lambda widths: sum((n + 1) * m for n, m in zip(widths, widths[1:], strict=False)),
        lambda widths: int(np.dot(widths[:-1], widths[1:]) + np.sum(widths[1:])),
        lambda widths: sum(widths[1:]) + sum(widths[i] * widths[i + 1] for i in range(len(widths) - 1)),
    ],
    why="In larger networks the layers are counted in the same way, matrix by matrix.",
)
it.mistake("These are the weights. Each unit that computes has a bias as well.")(
    lambda widths: sum(n * m for n, m in pairwise(widths))
)
it.mistake("These are the biases. The weights are missing: one from each number to each unit.")(
    lambda widths: sum(widths[1:])
)
it.mistake("The biases were counted where a layer begins. They belong to the units where it ends.")(
    lambda widths: sum(n * m + n for n, m in pairwise(widths))
)
it.mistake("The inputs got biases too. They are given and not computed, so they have none.")(
    lambda widths: count(widths) + widths[0]
)
it.mistake("There is one bias per layer here. Each unit has its own.")(
    lambda widths: sum(n * m + 1 for n, m in pairwise(widths))
)
it.mistake("The output units have biases too, and they are missing.")(
    lambda widths: count(widths) - widths[-1]
)
it.mistake("The last layer is missing. Three widths are two layers.")(lambda widths: count(widths[:-1]))
it.mistake("All widths were multiplied. Weights connect neighbours only: one product for each pair.")(
    lambda widths: int(np.prod(widths))
)


def collapse(W, b, V, c):
    """Return the one matrix and the one bias that do the work of two layers."""
    return V @ W, V @ b + c


it = exercise(
    "network.collapse",
    "Two layers into one",
    level=2,
    solution=collapse,
    edges=[
        (
            np.array([[1.0, 2.0], [0.0, 1.0]]),
            np.array([1.0, -2.0]),
            np.array([[3.0, 1.0], [1.0, -1.0]]),
            np.array([5.0, 0.0]),
        ),
        (
            np.array([[1.0, -1.0], [2.0, 0.0]]),
            np.array([0.5, -1.0]),
            np.array([[3.0, -2.0]]),
            np.array([1.0]),
        ),
    ],
    domain={
        "W": numbers("k", "n"),
        "b": numbers("k"),
        "V": numbers("o", "k"),
        "c": numbers("o"),
    },
    where=steady(collapse),
    right=[
        lambda W, b, V, c: ((W.T @ V.T).T, (b[None] @ V.T)[0] + c),
        lambda W, b, V, c: (np.einsum("ok,kn->on", V, W), c + np.einsum("ok,k->o", V, b)),
        lambda W, b, V, c: (
            np.stack([V @ (W @ e + b) - V @ b for e in np.eye(W.shape[1])], axis=1),
            V @ (W @ np.zeros(W.shape[1]) + b) + c,
        ),
    ],
    why="Depth without a bend is one layer, whatever it costs in parameters.",
)
it.mistake("The matrix is right. The first bias passes through the second layer, so `V` multiplies it.")(
    lambda W, b, V, c: (V @ W, b + c)
)
it.mistake("The matrix is right. The second layer's own bias is missing.")(lambda W, b, V, c: (V @ W, V @ b))
it.mistake("The matrix is right. The first layer's bias got lost on the way.")(lambda W, b, V, c: (V @ W, c))
it.mistake("The matrix is right. `c` joins after `V`, so `V` does not multiply it.")(
    lambda W, b, V, c: (V @ W, V @ (b + c))
)
it.mistake("The product is the wrong way round. `W` meets the input first, so it stands on the right.")(
    lambda W, b, V, c: (W @ V, V @ b + c)
)
it.mistake("The matrices were added. One layer is applied to the answers of the other, so they multiply.")(
    lambda W, b, V, c: (V + W, V @ b + c)
)
it.mistake("The matrix is transposed: a row for each output, a column for each input.")(
    lambda W, b, V, c: ((V @ W).T, V @ b + c)
)
it.mistake("`b` went through `W` again. It has left the first layer; the second one is ahead of it.")(
    lambda W, b, V, c: (V @ W, W @ b + c)
)


def _answer(knobs, x1, x2):
    """Return the output of a 2-2-1 network with ReLU whose nine parameters stand in a dict."""
    h1 = relu(knobs["w11"] * x1 + knobs["w12"] * x2 + knobs["b1"])
    h2 = relu(knobs["w21"] * x1 + knobs["w22"] * x2 + knobs["b2"])
    return knobs["w31"] * h1 + knobs["w32"] * h2 + knobs["b3"]


KNOBS = ["w11", "w12", "b1", "w21", "w22", "b2", "w31", "w32", "b3"]


def _knobs(*values):
    return dict(zip(KNOBS, values, strict=True))


exercise(
    "network.xor",
    "XOR by hand",
    level=3,
    solution=_knobs(1, -1, 0, -1, 1, 0, 1, 1, 0),
    outcome=_answer,
    edges=[(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)],
    wrong={
        "This answers 0 to everything.": _knobs(0, 0, 0, 0, 0, 0, 0, 0, 0),
        "This answers one half to everything, as near as a network without an activation comes.": _knobs(
            0, 0, 0, 0, 0, 0, 0, 0, 0.5
        ),
        "This is x₁ + x₂. Three answers are right; (1, 1) gets a 2 and needs a 0.": _knobs(
            1, 1, 0, 0, 0, 0, 1, 0, 0
        ),
        "This is OR. Three answers are right; (1, 1) gets a 1 and needs a 0.": _knobs(
            1, 1, 0, 1, 1, -1, 1, -1, 0
        ),
        "This is AND: it says 1 only where both inputs are on.": _knobs(0, 0, 0, 1, 1, -1, 0, 1, 0),
        "This answers 1 where the inputs are equal: the opposite of XOR.": _knobs(
            1, -1, 0, -1, 1, 0, -1, -1, 1
        ),
        "This is x₁ − x₂. Three answers are right; (0, 1) gets a −1 and needs a 1.": _knobs(
            1, 0, 0, 0, 1, 0, 1, -1, 0
        ),
        "(1, 0) gets a 2, and the other three get 0. (0, 1) needs as much as (1, 0).": _knobs(
            1, -1, 0, 1, -1, 0, 1, 1, 0
        ),
        "(1, 0) is right, and the other three get 0. Who speaks up for (0, 1)?": _knobs(
            1, -1, 0, 0, 0, 0, 1, 0, 0
        ),
    },
    right=[
        _knobs(1, 1, 0, 1, 1, -1, 1, -2, 0),
        _knobs(-1, -1, 2, -1, -1, 1, 1, -2, 0),
        _knobs(100, -100, 0, -0.5, 0.5, 0, 0.01, 2, 0),
        _knobs(-1, -1, 1, 1, 1, -1, -1, -1, 1),
    ],
    why="Nine numbers do what one neuron's three cannot. There are endlessly many such nines: you found one.",
)


def swap(W, b, V, i, j):
    """Return W, b, V with the hidden units i and j in each other's place."""
    order = np.arange(len(b))
    order[[i, j]] = j, i
    return W[order], b[order], V[:, order]


def _swap_by_permutation_matrix(W, b, V, i, j):
    P = np.eye(len(b))
    P[[i, j]] = P[[j, i]]
    return P @ W, P @ b, V @ P.T


def _swap_in_copies(W, b, V, i, j):
    W, b, V = W.copy(), b.copy(), V.copy()
    for rows in (W, b, V.T):
        rows[[i, j]] = rows[[j, i]]
    return W, b, V


_SQUARE = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([5.0, 6.0]), np.array([[7.0, 8.0], [9.0, 10.0]])

it = exercise(
    "network.swap",
    "Swap two hidden units",
    level=2,
    solution=swap,
    edges=[
        (*_SQUARE, 0, 1),
        (np.array([[1.0], [2.0], [3.0]]), np.array([4.0, 5.0, 6.0]), np.array([[7.0, 8.0, 9.0]]), 2, 0),
    ],
    new=True,
    domain={
        "W": numbers("k", "n"),
        "b": numbers("k"),
        "V": numbers("o", "k"),
        "i": whole(0, "k"),
        "j": whole(0, "k"),
    },
    right=[_swap_by_permutation_matrix, _swap_in_copies],
    why="However many hidden units there are, they may stand in any order: no unit has a place of its own.",
)
it.mistake("`V` still expects the units in the old order. Its columns have to follow.")(
    lambda W, b, V, i, j: (*swap(W, b, V, i, j)[:2], V)
)
it.mistake("The biases stayed behind. A unit takes its bias along.")(
    lambda W, b, V, i, j: (swap(W, b, V, i, j)[0], b, swap(W, b, V, i, j)[2])
)
it.mistake("Only the weights into the units moved. Their biases and what leaves them belong to them too.")(
    lambda W, b, V, i, j: (swap(W, b, V, i, j)[0], b, V)
)
it.mistake("The weights into the units stayed behind: the rows of `W`.")(
    lambda W, b, V, i, j: (W, *swap(W, b, V, i, j)[1:])
)
it.mistake("Only the weights out of the units moved. Their rows of `W` and their biases belong to them too.")(
    lambda W, b, V, i, j: (W, b, swap(W, b, V, i, j)[2])
)
it.mistake("The rows of `V` were swapped. They are the outputs; the hidden units stand in its columns.")(
    lambda W, b, V, i, j: (*swap(W, b, V, i, j)[:2], swap(V, V[:, 0], V.T, i, j)[0])
)
it.mistake("The columns of `W` were swapped. They are the inputs; the hidden units stand in its rows.")(
    lambda W, b, V, i, j: (swap(W.T, W[0], W, i, j)[0].T, *swap(W, b, V, i, j)[1:])
)
it.mistake("Nothing has moved: these are the arrays that came in.")(lambda W, b, V, i, j: (W, b, V))


@it.mistake("Unit `j` is there twice: `W[i], W[j] = W[j], W[i]` writes over a row before it is read.")
def row_by_row(W, b, V, i, j):
    W, b, V = W.copy(), b.copy(), V.copy()
    W[i], W[j] = W[j], W[i]
    b[i], b[j] = b[j], b[i]
    V[:, i], V[:, j] = V[:, j], V[:, i]
    return W, b, V


def rescale(W, b, V, j, a):
    """Return W, b, V with ReLU unit j made a times as large and its outgoing weights divided by a."""
    W, b, V = W.copy(), b.copy(), V.copy()
    W[j] *= a
    b[j] *= a
    V[:, j] /= a
    return W, b, V


def _rescaled(into=1.0, bias=1.0, out=1.0):
    """Return rescale with the factor raised to other powers than 1, 1 and -1."""
    return lambda W, b, V, j, a: (
        np.where(np.arange(len(b))[:, None] == j, W * a**into, W),
        np.where(np.arange(len(b)) == j, b * a**bias, b),
        np.where(np.arange(len(b)) == j, V * a**out, V),
    )


it = exercise(
    "network.rescale",
    "Rescale a ReLU unit",
    level=3,
    solution=rescale,
    edges=[(*_SQUARE, 0, 2.0), (*_SQUARE, 1, 10.0), (*_SQUARE, 0, 0.5), (*_SQUARE, 1, 1.0)],
    new=True,
    allows="The factor `a` is positive.",
    domain={
        "W": numbers("k", "n", floats=True),
        "b": numbers("k", floats=True),
        "V": numbers("o", "k", floats=True),
        "j": whole(0, "k"),
        "a": number(low=0.0, zero=False),
    },
    right=[
        lambda W, b, V, j, a: (lambda s: (s[:, None] * W, s * b, V / s))(
            np.where(np.arange(len(b)) == j, a, 1.0)
        ),
        _rescaled(1, 1, -1),
        lambda W, b, V, j, a: (lambda D: (D @ W, D @ b, V @ np.linalg.inv(D)))(
            np.diag([a if k == j else 1.0 for k in range(len(b))])
        ),
    ],
    why="In a ReLU network the size of one weight can be anything, so it says nothing by itself.",
)
it.mistake("The bias stayed as it was, so the unit bends somewhere else. The whole sum is scaled.")(
    _rescaled(bias=0, out=-1)
)
it.mistake("The unit has changed and nothing makes up for it: what leaves it has to be divided.")(
    _rescaled(out=0)
)
it.mistake("The outgoing weights were multiplied too, so the factor counts twice. Divide them.")(
    _rescaled(out=1)
)
it.mistake(
    "The answers are the same, but the unit is 1 / `a` times as large. It should be `a` times as large."
)(_rescaled(-1, -1, 1))
it.mistake("Only what leaves the unit was divided. The way into it is not scaled yet.")(_rescaled(0, 0, -1))
it.mistake("Every unit was rescaled. That leaves the answers alone, but only unit `j` was asked for.")(
    lambda W, b, V, j, a: (W * a, b * a, V / a)
)
it.mistake("A row of `V` was divided. That is an output; what leaves hidden unit `j` is a column.")(
    lambda W, b, V, j, a: (
        *rescale(W, b, V, j, a)[:2],
        np.where(np.arange(len(V))[:, None] == j, V / a, V),
    )
)
it.mistake("A column of `W` was multiplied. That is an input; what goes into hidden unit `j` is a row.")(
    lambda W, b, V, j, a: (
        np.where(np.arange(W.shape[1]) == j, W * a, W),
        *rescale(W, b, V, j, a)[1:],
    )
)
