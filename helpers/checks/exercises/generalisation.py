"""The exercises of chapter 07: fair sets, an honest choice, ridge, decay, dropout, and a stop in time."""

import numpy as np

from ..declare import chapter, exercise
from ..domain import any_of, choice, made, number, numbers, order, switch, whole

chapter("generalisation", "07 · Generalisation")


def relu(z):
    return np.maximum(z, 0)


def _pencil(degree=7, penalised=9, survivor=2.5, weight=2.85):
    return dict(degree=degree, penalised=penalised, survivor=survivor, weight=weight)


exercise(
    "generalisation.pencil",
    "Four numbers by pencil",
    solution=_pencil(),
    wrong={
        "Degree 8 has nine parameters, more than the eight points need: the bias is one of them.": _pencil(
            degree=8
        ),
        "Degree 6 has seven parameters, one too few to meet eight points for certain.": _pencil(degree=6),
        "All ten parameters pay here. The bias is left out of the penalty.": _pencil(penalised=10),
        "The survivor came through as it was. It is divided by 1 − p, so that the mean stays.": _pencil(
            survivor=2
        ),
        "The survivor was divided by p. The share that survives is 1 − p.": _pencil(survivor=10),
        "The survivor was multiplied by 1 − p. It has to grow, for those that are gone.": _pencil(
            survivor=1.6
        ),
        "The weight was multiplied by 1 − decay. The rate belongs in there as well.": _pencil(weight=1.5),
        "rate · decay was taken off the weight. It is a share of the weight, not an amount.": _pencil(
            weight=2.95
        ),
        "The weight has grown. Decay makes it smaller.": _pencil(weight=3.15),
    },
    right=[
        _pencil(degree=7.0, penalised=9.0),
        dict(weight=3 * (1 - 0.1 * 0.5), survivor=2 / (1 - 0.2), penalised=9, degree=7),
    ],
    why="Small rules, and each is often remembered one off: a bias too many, a share upside down.",
)


def prepare(x, order, n_train):
    """Return the training and the test rows, both scaled with what the training rows know."""
    known, new = x[order[:n_train]], x[order[n_train:]]
    mean, spread = known.mean(axis=0), known.std(axis=0)
    return (known - mean) / spread, (new - mean) / spread


def _scaled(rows, by, **options):
    return (rows - by.mean(axis=0)) / by.std(axis=0, **options)


def _parts(x, order, n_train):
    return x[order[:n_train]], x[order[n_train:]]


def _prepare_by_loops(x, order, n_train):
    known = [x[i] for i in order[:n_train]]
    mean = sum(known) / n_train
    spread = np.sqrt(sum((row - mean) ** 2 for row in known) / n_train)
    scaled = np.array([(x[i] - mean) / spread for i in order])
    return scaled[:n_train], scaled[n_train:]


it = exercise(
    "generalisation.prepare",
    "A split that leaks nothing",
    level=2,
    solution=prepare,
    edges=[
        (np.array([[0.0, 1.0], [2.0, 5.0], [9.0, 9.0], [4.0, 3.0]]), np.array([0, 1, 2, 3]), 2),
        (np.array([[1.0], [2.0], [4.0], [8.0], [16.0]]), np.array([4, 2, 0, 3, 1]), 3),
        (np.array([[1, 5], [2, 3], [4, 4]]), np.array([2, 0, 1]), 2),
    ],
    allows="there are at least two of them, and they differ in every column",
    domain={
        "x": numbers("n", "k"),
        "order": order("n"),
        "n_train": made(lambda rng, sizes: int(rng.integers(2, sizes["n"] + 1)), "n"),
    },
    sizes={"n": (2, 7)},
    where=lambda x, order, n: bool((np.ptp(x[order[:n]], axis=0) > 0).all()),
    right=[
        lambda x, order, n: tuple(_scaled(rows, x[order[:n]]) for rows in np.split(x[order], [n])),
        _prepare_by_loops,
    ],
    why="Whatever is computed from data is a kind of training, and training is for the training set.",
)
it.mistake("Mean and spread come from all rows, so the test rows have leaked into the scale.")(
    lambda x, order, n: tuple(_scaled(rows, x) for rows in _parts(x, order, n))
)
it.mistake("The test rows were scaled by themselves. In use a row may come alone: take the training rows.")(
    lambda x, order, n: tuple(_scaled(rows, rows) for rows in _parts(x, order, n))
)
it.mistake("The test part has all rows, those of the training part too: the two sets overlap.")(
    lambda x, order, n: (_scaled(x[order[:n]], x[order[:n]]), _scaled(x[order], x[order[:n]]))
)
it.mistake("One row stands in both parts.")(
    lambda x, order, n: (
        _scaled(x[order[:n]], x[order[:n]]),
        _scaled(x[order[n - 1 :]], x[order[:n]]),
    )
)
it.mistake("The rows were split as they stand. `order` says which come first.")(
    lambda x, order, n: (_scaled(x[:n], x[:n]), _scaled(x[n:], x[:n]))
)
it.mistake("The test rows are as they were. They go through the same scale as the training rows.")(
    lambda x, order, n: (_scaled(x[order[:n]], x[order[:n]]), x[order[n:]])
)
it.mistake("There is one mean for all columns here. Each column has its own.")(
    lambda x, order, n: tuple(
        (rows - x[order[:n]].mean()) / x[order[:n]].std() for rows in _parts(x, order, n)
    )
)
it.mistake("The mean is gone, and the spread is as it was: divide by it.")(
    lambda x, order, n: tuple(rows - x[order[:n]].mean(axis=0) for rows in _parts(x, order, n))
)
it.mistake("This spread divides by one less than the number of rows. `std(axis=0)` is asked for.")(
    lambda x, order, n: tuple(_scaled(rows, x[order[:n]], ddof=1) for rows in _parts(x, order, n))
)


def _errors(X, y, X_new, y_new):
    """Return the mean squared error on the new rows for each number of columns."""
    fits = [np.linalg.lstsq(X[:, :c], y)[0] for c in range(1, X.shape[1] + 1)]
    return [np.mean((X_new[:, : len(w)] @ w - y_new) ** 2) for w in fits]


def choose(X, y, X_valid, y_valid, X_test, y_test):
    """Return (number of columns that validation likes best, its test error)."""
    best = int(np.argmin(_errors(X, y, X_valid, y_valid)))
    return best + 1, _errors(X, y, X_test, y_test)[best]


def _chosen(pick, report):
    """Return a wrong `choose`; set 0 is training, 1 validation, 2 test. `report` gets all that is known."""

    def wrong(X, y, X_valid, y_valid, X_test, y_test):
        sets = [(X, y), (X_valid, y_valid), (X_test, y_test)]
        errors = [_errors(X, y, *each) for each in sets]
        best = int(np.argmin(errors[pick]))
        return report(best, errors, sets)

    return wrong


def _test_gaps(best, sets):
    (X, y), _, (X_test, y_test) = sets
    return (X_test[:, : best + 1] @ np.linalg.lstsq(X[:, : best + 1], y)[0] - y_test) ** 2


def _choose_by_loop(X, y, X_valid, y_valid, X_test, y_test):
    lowest, answer = np.inf, None
    for c in range(1, X.shape[1] + 1):
        A = X[:, :c]
        w = np.linalg.pinv(A) @ y
        error = ((X_valid[:, :c] @ w - y_valid) ** 2).mean()
        if error < lowest:
            lowest, answer = error, (c, ((X_test[:, :c] @ w - y_test) ** 2).mean())
    return answer


def _powers(*x):
    return np.array(x)[:, None] ** np.arange(4)  # [points, 4]


def _three_sets(rng):
    k = int(rng.integers(1, 6))
    rows = int(k + rng.integers(0, 6)), *rng.integers(1, 6, size=2).tolist()
    kind = rng.integers(3)
    truth = rng.normal(size=k) * rng.choice([0.3, 1.0, 3.0]) ** np.arange(k)
    case = []
    for n in rows:
        X = rng.integers(-3, 4, size=(n, k)) if kind == 0 else rng.normal(size=(n, k)).round(2)
        X = rng.uniform(-1, 1, size=n).round(2)[:, None] ** np.arange(k) if kind == 2 else X
        y = X @ truth + rng.normal(size=n) * rng.choice([0.1, 1.0, 10.0])
        case += [X, y.round().astype(int) if kind == 0 else y.round(2)]
    return tuple(case)


def _one_answer(X, y, X_valid, y_valid, *test):
    """Tell whether the columns are independent and the two lowest validation errors are not equal."""
    if np.linalg.matrix_rank(X) < X.shape[1] or np.linalg.cond(X) > 1e4:
        return False
    lowest = sorted(_errors(X, y, X_valid, y_valid))[:2]
    return len(lowest) == 1 or lowest[1] - lowest[0] > 1e-4 * (1e-3 + lowest[1])


it = exercise(
    "generalisation.choose",
    "An honest choice",
    level=3,
    solution=choose,
    edges=[
        (
            _powers(-1.0, -0.5, 0.0, 0.5, 1.0),
            np.array([-1.2, -0.4, 0.3, 0.4, 1.1]),
            _powers(-0.6, 0.6),
            np.array([-0.6, 0.6]),
            _powers(-0.9, 0.1, 0.8),
            np.array([-0.8, 0.4, 0.9]),
        ),
        (  # a constant is the best here
            _powers(-1.0, -0.5, 0.0, 0.5, 1.0),
            np.array([1.3, 0.7, 1.1, 0.8, 1.2]),
            _powers(-0.8, 0.8),
            np.array([1.0, 1.05]),
            _powers(-0.3, 0.2, 0.7),
            np.array([0.9, 1.0, 1.2]),
        ),
        (  # two errors that are nearly equal
            np.array([[1.0, 1.0], [1.0, -1.0]]),
            np.array([0.0, 4.16]),
            np.array([[1.0, 1.0]]),
            np.array([1.0404]),
            np.array([[1.0, 0.5]]),
            np.array([1.0]),
        ),
    ],
    allows="The columns of `X` are independent, and no two validation errors are equal.",
    domain=_three_sets,
    where=_one_answer,
    right=[_choose_by_loop, _chosen(1, lambda best, errors, sets: [best + 1, _test_gaps(best, sets).mean()])],
    why="Three sets, three jobs: fit, choose, report. The test set is opened once.",
)
it.mistake("The choice was made on the test set, so the error that is reported is better than the truth.")(
    _chosen(2, lambda best, errors, sets: (best + 1, errors[2][best]))
)
it.mistake("This takes the most columns every time, as the training error would.")(
    _chosen(0, lambda best, errors, sets: (best + 1, errors[2][best]))
)
it.mistake("The number of columns is right. This is the validation error, which took part in the choice.")(
    _chosen(1, lambda best, errors, sets: (best + 1, errors[1][best]))
)
it.mistake("The number of columns is right. This error was computed on the training rows.")(
    _chosen(1, lambda best, errors, sets: (best + 1, errors[0][best]))
)
it.mistake("The number of columns is right. This is the lowest of all test errors, not that of the choice.")(
    _chosen(1, lambda best, errors, sets: (best + 1, min(errors[2])))
)


@it.mistake("The number of columns is right. This fit has seen the validation rows: keep the fit you chose.")
def refit(X, y, X_valid, y_valid, X_test, y_test):
    c = choose(X, y, X_valid, y_valid, X_test, y_test)[0]
    both, targets = np.vstack([X, X_valid]), np.append(y, y_valid)
    return c, np.mean((X_test[:, :c] @ np.linalg.lstsq(both[:, :c], targets)[0] - y_test) ** 2)


it.mistake("All columns together are never tried: `range(1, k)` ends at k − 1.")(
    lambda X, y, X_valid, y_valid, X_test, y_test: choose(
        X[:, :-1], y, X_valid[:, :-1], y_valid, X_test[:, :-1], y_test
    )
)
it.mistake("The error is right. The count of columns is one off: the first entry of a list has the index 0.")(
    _chosen(1, lambda best, errors, sets: (best, errors[2][best]))
)
it.mistake("The number of columns is right. The squared gaps were summed; take their mean.")(
    _chosen(1, lambda best, errors, sets: (best + 1, _test_gaps(best, sets).sum()))
)


def ridge(X, y, ridge):
    """Return the parameters with the least mean squared error + ridge · (sum of squared weights)."""
    n, k = X.shape
    price = n * ridge * np.eye(k)
    price[0, 0] = 0
    return np.linalg.solve(X.T @ X + price, X.T @ y)


def _ridge(price):
    """Return a ridge whose price matrix is made from n, k and the ridge."""
    return lambda X, y, ridge: np.linalg.solve(X.T @ X + price(*X.shape, ridge), X.T @ y)


def _free(k):
    return np.diag([0.0] + [1.0] * (k - 1))


def _ridge_by_rows(X, y, ridge):
    n, k = X.shape
    rows = np.sqrt(n * ridge) * np.eye(k)[1:]
    return np.linalg.lstsq(np.vstack([X, rows]), np.append(y, np.zeros(k - 1)))[0]


def _ridge_centred(X, y, ridge):
    A, middle = X[:, 1:], X[:, 1:].mean(axis=0)
    w = (
        np.linalg.inv((A - middle).T @ (A - middle) + len(y) * ridge * np.eye(A.shape[1]))
        @ (A - middle).T
        @ y
    )
    return np.append(y.mean() - middle @ w, w)


def _with_ones(rows):
    return np.column_stack([np.ones(len(rows), rows.dtype), rows])


def _any_features(rng, sizes):
    return _with_ones(numbers(sizes["n"], sizes["k"] - 1).draw(rng, sizes))


it = exercise(
    "generalisation.ridge",
    "Ridge in one line",
    level=2,
    solution=ridge,
    edges=[
        (_with_ones(np.array([[-1.0], [0.0], [1.0], [2.0]])), np.array([5.0, 7.0, 9.0, 11.0]), 1.25),
        (_with_ones(np.array([[1.0, 0.0], [0.0, 1.0], [2.0, 2.0]])), np.array([1.0, 2.0, 4.0]), 0.5),
    ],
    domain={"X": made(_any_features, "n", "k"), "y": numbers("n"), "ridge": number(0.01, 10)},
    right=[_ridge_by_rows, _ridge_centred],
    why="A price on the diagonal has one more use: there is one answer even where two columns are alike.",
)
it.mistake("The price has the wrong sign: here large weights are rewarded.")(
    _ridge(lambda n, k, r: -n * r * _free(k))
)
it.mistake("The error is a mean over n examples, and the price was added to a sum: it needs the factor n.")(
    _ridge(lambda n, k, r: r * _free(k))
)
it.mistake("The price was divided by n. Multiply the whole loss by n and look where the factor lands.")(
    _ridge(lambda n, k, r: r / n * _free(k))
)
it.mistake("The bias pays as well, and it must not: the first diagonal entry is 0.")(
    _ridge(lambda n, k, r: n * r * np.eye(k))
)
it.mistake("Only the bias pays here. It is the one that must not.")(
    _ridge(lambda n, k, r: n * r * (np.eye(k) - _free(k)))
)
for fit in (np.linalg.lstsq, lambda X, y: [np.linalg.solve(X.T @ X, X.T @ y)]):
    it.mistake("This is least squares without a price on the weights.")(
        lambda X, y, ridge, fit=fit: fit(X, y)[0]
    )
it.mistake("The ridge was squared. It is the weights that are squared in the loss.")(
    _ridge(lambda n, k, r: n * r**2 * _free(k))
)
it.mistake("The price was added to every entry of the matrix. It belongs on the diagonal.")(
    _ridge(lambda n, k, r: n * r)
)
it.mistake("The price is twice as high as it should be: the 2 of both slopes cancels.")(
    _ridge(lambda n, k, r: 2 * n * r * _free(k))
)


def decay(w, b, grad_w, grad_b, rate, decay):
    """Return w and b after one step of gradient descent with weight decay."""
    return w * (1 - rate * decay) - rate * grad_w, b - rate * grad_b


it = exercise(
    "generalisation.decay",
    "A step with weight decay",
    level=1,
    solution=decay,
    edges=[
        (np.array([2.0, -4.0]), 3.0, np.array([1.0, 0.0]), -2.0, 0.1, 0.5),
        (np.array([1.0]), -1.0, np.array([0.0]), 0.0, 0.5, 0.2),
        (np.array([1, -3]), 2, np.array([4, 1]), 1, 0.1, 0.5),
    ],
    domain={
        "w": numbers("n"),
        "b": number(),
        "grad_w": numbers("n"),
        "grad_b": number(),
        "rate": number(0, 1),
        "decay": number(0, 1),
    },
    right=[
        lambda w, b, g, h, r, d: (w - r * (g + d * w), b - r * h),
        lambda w, b, g, h, r, d: (w - r * d * w - r * g, -(r * h - b)),
    ],
    why="A small share is lost in each step, so a weight lives as long as the gradient renews it.",
)
it.mistake("The weights are right. The bias has decayed too, and it must not.")(
    lambda w, b, g, h, r, d: (w * (1 - r * d) - r * g, b * (1 - r * d) - r * h)
)
it.mistake("The rate is in the decay twice: once on the penalty, and again on the gradient that holds it.")(
    lambda w, b, g, h, r, d: (w - r * (g + r * d * w), b - r * h)
)
it.mistake("The weights decay twice as much. The 2 of the slope is in the decay already: it is 2 · ridge.")(
    lambda w, b, g, h, r, d: (w * (1 - 2 * r * d) - r * g, b - r * h)
)
it.mistake("The decay is in there without the rate. A shorter step decays less.")(
    lambda w, b, g, h, r, d: (w * (1 - d) - r * g, b - r * h)
)
it.mistake("The weights grow. The price pulls them towards 0.")(
    lambda w, b, g, h, r, d: (w * (1 + r * d) - r * g, b - r * h)
)
it.mistake("The step was shrunk along with the weight. Only the weight shrinks, before the step.")(
    lambda w, b, g, h, r, d: ((w - r * g) * (1 - r * d), b - r * h)
)
it.mistake("This is a plain step: nothing decays.")(lambda w, b, g, h, r, d: (w - r * g, b - r * h))
it.mistake("The weights decay, and the step against the gradient is missing.")(
    lambda w, b, g, h, r, d: (w * (1 - r * d), b)
)
it.mistake("Every weight lost the same amount. It is a share of the weight itself that it loses.")(
    lambda w, b, g, h, r, d: (w - r * g - r * d, b - r * h)
)


def dropout(x, W, b, u, p, training):
    """Return a layer of ReLU units, its activations dropped in training."""
    h = relu(x @ W.T + b)
    return h * (u >= p) / (1 - p) if training else h


def _dropped(change):
    """Return a wrong layer: `change(h, u, p)` in training, and no dropout in use."""

    def wrong(x, W, b, u, p, training):
        h = relu(x @ W.T + b)
        return change(h, u, p) if training else h

    return wrong


def _dropped_by_loops(x, W, b, u, p, training):
    h = np.empty((len(x), len(b)))
    for i, j in np.ndindex(h.shape):
        h[i, j] = max(x[i] @ W[j] + b[j], 0.0)
        if training:
            h[i, j] = 0.0 if u[i, j] < p else h[i, j] / (1 - p)
    return h


_LAYER = (
    np.array([[1.0, 2.0], [3.0, -1.0], [0.5, 0.5]]),
    np.array([[1.0, 1.0], [2.0, 1.0]]),
    np.array([1.0, 0.5]),
    np.array([[0.9, 0.1], [0.5, 0.7], [0.2, 0.6]]),
)

_WHOLE = (
    np.array([[1, -2]]),
    np.array([[3, 1], [1, 1]]),
    np.array([0, 2]),
    np.array([[0.45, 0.4496]]),
    0.45,
    True,
)

it = exercise(
    "generalisation.dropout",
    "A layer with dropout",
    level=2,
    solution=dropout,
    edges=[(*_LAYER, 0.5, True), (*_LAYER, 0.5, False), (*_LAYER, 0.2, True), (*_LAYER, 0.0, True), _WHOLE],
    domain={
        "x": numbers("m", "n"),
        "W": numbers("k", "n"),
        "b": numbers("k"),
        "u": numbers("m", "k", low=0, high=1),
        "p": any_of(number(0, 0.9), choice(0.0, 0.5)),
        "training": switch(),
    },
    right=[
        _dropped_by_loops,
        _dropped(lambda h, u, p: np.where(u < p, 0, h / (1 - p))),
        lambda x, W, b, u, p, training: relu(
            (x @ W.T + b) * (np.where(u < p, 0, 1 / (1 - p)) if training else 1)
        ),
    ],
    why="In training the mean stays, so in use there is nothing to correct: leave the mask out, that is all.",
)
it.mistake("The survivors are as they were, so the mean sinks. Divide them by 1 − p.")(
    _dropped(lambda h, u, p: h * (u >= p))
)
it.mistake("The share p was kept, and 1 − p was dropped: it is the wrong way round.")(
    _dropped(lambda h, u, p: h * (u < p) / (1 - p))
)
it.mistake("Here p is the share that stays. In this exercise, as in torch, p is the share that is dropped.")(
    _dropped(lambda h, u, p: h * (u < p) / p)
)
it.mistake("The survivors were multiplied by 1 − p and got smaller. They have to grow.")(
    _dropped(lambda h, u, p: h * (u >= p) * (1 - p))
)
it.mistake("Dropout is on in use as well. Where `training` is False, nothing is dropped.")(
    lambda x, W, b, u, p, training: dropout(x, W, b, u, p, True)
)
it.mistake("Nothing is dropped in training either.")(
    lambda x, W, b, u, p, training: dropout(x, W, b, u, p, False)
)


@it.mistake("Weights were set to zero, for all examples at once. Dropout zeroes activations.")
def weights_dropped(x, W, b, u, p, training):
    if not training:
        return relu(x @ W.T + b)
    return relu(x @ np.where(u[0] < p, 0, W.T) + b) / (1 - p)


it.mistake("Whole rows were dropped. Every activation of every example has a number in `u` of its own.")(
    _dropped(lambda h, u, p: h * (u[:, :1] >= p) / (1 - p))
)
it.mistake("The scale is applied in use here, as in the first paper. Apply it in training instead.")(
    lambda x, W, b, u, p, training: relu(x @ W.T + b) * (u >= p) if training else relu(x @ W.T + b) * (1 - p)
)


def stop(train, valid, patience):
    """Return (best step, last step) of a training that gives up after `patience` steps without a new low."""
    best = step = 0
    while step < len(valid) - 1 and step - best < patience:
        step += 1
        if valid[step] < valid[best]:
            best = step
    return best, step


def _stop_by_list(train, valid, patience):
    for last in range(len(valid)):
        lowest = list(valid[: last + 1]).index(min(valid[: last + 1]))
        if last - lowest == patience:
            break
    return lowest, last


def _stop_with_counter(train, valid, patience):
    lowest, best, waited = valid[0], 0, 0
    for step, loss in enumerate(valid):
        if step and loss >= lowest:
            waited += 1
        elif step:
            lowest, best, waited = loss, step, 0
        if waited == patience:
            return best, step
    return best, len(valid) - 1


def _falling(rng, sizes):
    n = sizes["n"]
    return (
        rng.integers(0, 4, size=n) + np.abs(np.arange(n) - rng.integers(n)) * rng.choice([0.5, 1.0])
    ).round(1)


it = exercise(
    "generalisation.stop",
    "Stop in time",
    level=3,
    solution=stop,
    edges=[
        (np.array([9.0, 7.0, 5.0, 3.0, 2.0, 1.0]), np.array([9.0, 8.0, 6.0, 7.0, 8.0, 5.0]), 2),
        (np.array([5.0, 4.0, 3.0, 2.0]), np.array([5.0, 4.0, 3.0, 2.0]), 2),
        (np.array([5.0, 4.0, 3.0, 2.0, 1.0]), np.array([5.0, 3.0, 3.0, 3.0, 1.0]), 2),
        (np.array([6.0, 5.0, 4.0, 3.0, 2.0, 1.0]), np.array([6.0, 7.0, 5.0, 6.0, 4.0, 5.0]), 2),
        (np.array([6.0, 5.0, 4.0, 3.0, 2.0, 1.0]), np.array([4.0, 7.0, 6.0, 5.0, 3.0, 8.0]), 3),
        (np.array([2.0, 1.0, 3.0]), np.array([1.0, 2.0, 0.0]), 1),
        (np.array([3.0]), np.array([4.0]), 1),
        (np.array([4.0, 3.0, 2.0, 1.0]), np.array([1.0, 0.9995, 2.0, 3.0]), 2),
        (np.arange(14.0), np.arange(14.0)[::-1], 2),
    ],
    domain={
        "train": any_of(numbers("n"), made(_falling, "n")),
        "valid": any_of(numbers("n"), made(_falling, "n")),
        "patience": whole(1, 5),
    },
    sizes={"n": (1, 16)},
    right=[_stop_by_list, _stop_with_counter],
    why="The optimiser would go on. Stopping it is a choice about generalisation, made on a set of its own.",
)
it.mistake("The last step was returned as the best. The parameters to keep are those of the lowest loss.")(
    lambda t, v, p: (stop(t, v, p)[1], stop(t, v, p)[1])
)
it.mistake("This watches the training loss, which goes on falling while the model learns noise.")(
    lambda t, v, p: stop(v, t, p)
)
it.mistake("It waits one step too long: `patience` steps without a new low are enough.")(
    lambda t, v, p: stop(t, v, p + 1)
)
it.mistake("The best step is looked for in the whole curve. After the stop, nothing more is known.")(
    lambda t, v, p: (int(np.argmin(v)), stop(t, v, p)[1])
)
it.mistake("The lowest loss of the whole curve was looked for first. Go step by step and stop on the way.")(
    lambda t, v, p: (int(np.argmin(v)), min(int(np.argmin(v)) + p, len(v) - 1))
)
it.mistake("This trains to the end whatever the patience is.")(
    lambda t, v, p: (int(np.argmin(v)), len(v) - 1)
)


@it.mistake("A loss that equals the lowest counts as a new low here. It has to be lower.")
def with_ties(train, valid, patience):
    best = step = 0
    while step < len(valid) - 1 and step - best < patience:
        step += 1
        best = step if valid[step] <= valid[best] else best
    return best, step


@it.mistake("All steps without a new low are counted together. A new low starts the count again.")
def without_reset(train, valid, patience):
    best = step = waited = 0
    while step < len(valid) - 1 and waited < patience:
        step += 1
        if valid[step] < valid[best]:
            best = step
        else:
            waited += 1
    return best, step


@it.mistake("This compares each loss with the one before. Compare it with the lowest so far.")
def at_rises(train, valid, patience):
    best = step = waited = 0
    while step < len(valid) - 1 and waited < patience:
        step += 1
        waited = 0 if valid[step] < valid[step - 1] else waited + 1
        best = step if valid[step] < valid[best] else best
    return best, step
