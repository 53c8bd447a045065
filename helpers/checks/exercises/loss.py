"""The exercises of chapter 04: a slice of the bowl, softmax, cross-entropy, targets, and the floors."""

import numpy as np

from ..declare import chapter, exercise
from ..domain import any_of, made, number, numbers, steady, wholes

chapter("loss", "04 · The loss")


def _gaps(x, y, w, biases):
    return w * x + biases[:, None] - y  # [m, n]


it = exercise(
    "loss.cut",
    "A cut through the bowl",
    solution=lambda x, y, w, biases: (_gaps(x, y, w, biases) ** 2).mean(axis=1),
    edges=[
        (np.array([1.0, 2.0, 3.0]), np.array([2.0, 3.0, 5.0]), 1.0, np.array([0.0, 1.0])),
        (np.array([0.0, 2.0]), np.array([1.0, -1.0]), 0.0, np.array([0.0, 1.0, -1.0])),
        (np.array([2.0]), np.array([7.0]), 3.0, np.array([1.0])),
    ],
    domain={
        "x": numbers("n", large=10),
        "y": numbers("n", large=10),
        "w": number(large=10),
        "biases": numbers("m", large=10),
    },
    where=steady(lambda x, y, w, biases: (_gaps(x, y, w, biases) ** 2).mean(axis=1)),
    right=[
        lambda x, y, w, biases: np.array([np.mean((w * x + b - y) ** 2) for b in biases]),
        lambda x, y, w, biases: np.var(w * x - y) + (biases + np.mean(w * x - y)) ** 2,
    ],
    why="Every straight cut through this bowl is a parabola. Gradient descent lives on that shape.",
)
it.mistake("These are mean gaps. Without a square, gaps above and below the line cancel.")(
    lambda x, y, w, biases: _gaps(x, y, w, biases).mean(axis=1)
)
it.mistake("This is the mean size of the gaps. Asked for is the squared loss.")(
    lambda x, y, w, biases: np.abs(_gaps(x, y, w, biases)).mean(axis=1)
)
it.mistake("Every loss is half as large as it should be. Some texts divide by 2; this one does not.")(
    lambda x, y, w, biases: (_gaps(x, y, w, biases) ** 2).mean(axis=1) / 2
)
it.mistake("The squares were added up. The loss is their mean, so that more rides do not make a worse line.")(
    lambda x, y, w, biases: (_gaps(x, y, w, biases) ** 2).sum(axis=1)
)
it.mistake("This is the root of the loss. The lowest place is the same, the height is not.")(
    lambda x, y, w, biases: np.sqrt((_gaps(x, y, w, biases) ** 2).mean(axis=1))
)
it.mistake("The mean was squared. First square each gap, then take the mean.")(
    lambda x, y, w, biases: _gaps(x, y, w, biases).mean(axis=1) ** 2
)
it.mistake("This is a number for each ride, a mean over the biases. The mean runs over the rides.")(
    lambda x, y, w, biases: (_gaps(x, y, w, biases) ** 2).mean(axis=0)
)
it.mistake("One number came out for all biases together. Each bias is a line of its own.")(
    lambda x, y, w, biases: (_gaps(x, y, w, biases) ** 2).mean()
)


it = exercise(
    "loss.best_bias",
    "The lowest place of a cut",
    solution=lambda x, y, w: np.mean(y - w * x),
    edges=[
        (np.array([1.0, 2.0, 4.0]), np.array([2.0, 3.0, 9.0]), 1.0),
        (np.array([1.0, 2.0, 3.0, 6.0]), np.array([5.0, 5.0, 5.0, 1.0]), 0.0),
        (np.array([3.0]), np.array([1.0]), 2.0),
    ],
    domain={"x": numbers("n", large=10), "y": numbers("n", large=10), "w": number(large=10)},
    where=steady(lambda x, y, w: np.mean(y - w * x)),
    right=[
        lambda x, y, w: np.mean(y) - w * np.mean(x),
        lambda x, y, w: float(np.linalg.lstsq(np.ones((len(x), 1)), y - w * x)[0][0]),
        lambda x, y, w: sum(t - w * a for a, t in zip(x, y, strict=True)) / len(x),
    ],
    why="At the lowest place the gaps add up to zero: that is what a slope of zero in the bias says.",
)
it.mistake("This is the middle one of the remainders: the lowest place of the absolute loss.")(
    lambda x, y, w: np.median(y - w * x)
)
it.mistake("This is halfway between the extremes: it makes the largest gap small, not the mean square.")(
    lambda x, y, w: ((y - w * x).min() + (y - w * x).max()) / 2
)
it.mistake("This is the mean target. The weight has already explained a part of each target: `w * x`.")(
    lambda x, y, w: np.mean(y)
)
it.mistake("`w * x` was added to the targets. What is left for the bias is the target without it.")(
    lambda x, y, w: np.mean(y + w * x)
)
it.mistake("This is the mean gap of the line without a bias. The bias has to undo it.")(
    lambda x, y, w: np.mean(w * x - y)
)
it.mistake("This is the slope at a bias of 0. Asked for is the bias at which the slope is zero.")(
    lambda x, y, w: 2 * np.mean(w * x - y)
)
it.mistake("The remainders were added up. One bias serves all rides: take the mean.")(
    lambda x, y, w: np.sum(y - w * x)
)
it.mistake("This line passes through the first point and forgets the others.")(
    lambda x, y, w: y[0] - w * x[0]
)


@it.mistake("This is the bias of the best of all lines, whose weight is another. Here the weight is given.")
def of_best_line(x, y, w):
    from_middle = x - x.mean()
    best_w = (from_middle @ y) / max(from_middle @ from_middle, 1e-9)
    return y.mean() - best_w * x.mean()


def softmax(z, temperature):
    """Return softmax of z over temperature along the last axis."""
    z = z / temperature
    powers = np.exp(z - z.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def _far_apart(rng, sizes):
    """Return scores [examples, classes] that are near to each other within a row and not between rows."""
    near = numbers("examples", "classes", large=5).draw(rng, sizes)
    return near + rng.choice([-1000.0, 0.0, 1000.0], size=(len(near), 1))


SCORES = (
    numbers("examples", "classes", large=1000),
    numbers("examples", "classes", large=5),
    made(_far_apart, "examples", "classes"),
)


def _naive(z, axis=-1):
    return np.exp(z) / np.exp(z).sum(axis=axis, keepdims=True)


def _safe(z, axis):
    powers = np.exp(z - z.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def _by_scalars(z, temperature):
    rows = []
    for row in np.atleast_2d(z):
        top = max(row)
        powers = [np.exp((each - top) / temperature) for each in row]
        rows.append([power / sum(powers) for power in powers])
    return np.array(rows).reshape(z.shape)


it = exercise(
    "loss.softmax",
    "A softmax with a temperature",
    level=2,
    solution=softmax,
    edges=[
        (np.array([2.0, 1.0, 0.0]), 1.0),
        (np.array([2.0, 1.0, 0.0]), 2.0),
        (np.array([[1000.0, 999.0, -1000.0], [0.0, 1.0, 3.0]]), 0.5),
        (np.array([[-1000.0, -1001.0], [1000.0, 1002.0], [0.0, 0.0]]), 2.0),
        (np.array([1000.0, 999.0]), 1.25),
        (np.array([[-1000.0]]), 1.0),
        (np.array([0.002, 0.001, 0.0]), 0.001),
    ],
    allows="temperature: a number above zero",
    domain={
        "z": any_of(numbers("classes", large=1000), *SCORES),
        "temperature": number(low=0.0, zero=False),
    },
    where=steady(softmax),
    right=[
        lambda z, temperature: 1 / np.exp((z[..., None, :] - z[..., :, None]) / temperature).sum(axis=-1),
        _by_scalars,
        lambda z, temperature: np.exp(
            z / temperature - np.logaddexp.reduce(z / temperature, axis=-1, keepdims=True)
        ),
    ],
    why="The temperature is the knob that makes a chat program more or less daring; chapter 12 turns it.",
)
it.mistake(
    "Right for small scores. At 1000 the power is infinite and the answer no number: subtract the "
    "largest score first."
)(lambda z, temperature: _naive(z / temperature))
it.mistake("The columns add up to 1. An example is a row: divide by the sum along the last axis.")(
    lambda z, temperature: _safe(z / temperature, 0)
)
it.mistake("All examples together add up to 1. Each row should.")(
    lambda z, temperature: _safe(z / temperature, None)
)
it.mistake(
    "One number was subtracted from all rows. A row far below it has only zeros left, and 0/0 is "
    "no number: subtract the largest score of each row."
)(lambda z, temperature: _naive((z - z.max()) / temperature))
it.mistake("The temperature has no effect. The scores are divided by it, before the powers.")(
    lambda z, temperature: softmax(z, 1.0)
)
it.mistake("The probabilities were divided by the temperature, so they do not add up to 1.")(
    lambda z, temperature: softmax(z, 1.0) / temperature
)
it.mistake("The scores were multiplied by the temperature. Divide: a high temperature brings them together.")(
    lambda z, temperature: softmax(z, 1 / temperature)
)
it.mistake("These are the powers alone. Divide them by their sum, so that each row adds up to 1.")(
    lambda z, temperature: np.exp((z - z.max(axis=-1, keepdims=True)) / temperature)
)
it.mistake(
    "The largest score was subtracted after the others were divided, and it was not: divide all scores, "
    "then subtract the largest of the quotients."
)(lambda z, temperature: _naive(z / temperature - z.max(axis=-1, keepdims=True)))


def _log_p(z):
    z = z - z.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


def cross_entropy(z, target):
    """Return the mean surprise at the targets; a target of -1 does not count."""
    keep = target >= 0
    return -_log_p(z[keep])[np.arange(keep.sum()), target[keep]].mean()


def _entries(log_p, target):
    """Return what stands at the targets that count."""
    keep = target >= 0
    return log_p[keep][np.arange(keep.sum()), target[keep]]


def _one_hot(z, target):
    hot = np.equal.outer(target, np.arange(z.shape[1]))  # [n, V] a row of zeros for -1
    return -(np.where(hot, _log_p(z), 0)).sum() / hot.sum()


def _some_count(z, target):
    return (target >= 0).any() and steady(cross_entropy)(z, target)


it = exercise(
    "loss.cross_entropy",
    "Cross-entropy with gaps",
    level=3,
    solution=cross_entropy,
    edges=[
        (np.array([[2.0, 1.0, 0.0], [0.0, 0.0, 0.0]]), np.array([0, 2])),
        (np.array([[2.0, 1.0, 0.0], [5.0, 5.0, 0.0], [0.0, 0.0, 0.0]]), np.array([1, -1, 2])),
        (np.array([[1000.0, -1000.0], [0.0, 1000.0], [-1000.0, -1000.0]]), np.array([1, 1, 0])),
        (np.array([[1.0, 2.0, 3.0, 4.0]]), np.array([3])),
        (np.array([[0.0, 1.0], [3.0, 0.0]]), np.array([-1, 0])),
        (np.array([[1000.0, 999.0], [-1000.0, -1000.0]]), np.array([1, 0])),
    ],
    allows="At least one target counts.",
    domain={
        "z": any_of(*SCORES),
        "target": wholes("examples", low=-1, high="classes"),
    },
    where=_some_count,
    right=[
        _one_hot,
        lambda z, target: np.mean([-_log_p(row)[t] for row, t in zip(z, target, strict=True) if t != -1]),
        lambda z, target: (
            np.logaddexp.reduce(z, axis=1)[target >= 0]
            - np.take_along_axis(z, np.maximum(target, 0)[:, None], axis=1)[target >= 0, 0]
        ).mean(),
    ],
    why="Padding and questions are masked like this: one number per place says whether it counts.",
)
it.mistake("The minus is missing. The logarithm of a probability is negative, and a surprise is not.")(
    lambda z, target: _entries(_log_p(z), target).mean()
)
it.mistake("The surprises were added up. The loss is their mean, so that long texts do not look worse.")(
    lambda z, target: -_entries(_log_p(z), target).sum()
)
it.mistake(
    "Right until a probability is too small for a float: the logarithm of 0 is infinite. Take the "
    "logarithm before it gets that small."
)(lambda z, target: -_entries(np.log(softmax(z, 1.0)), target).mean())
it.mistake(
    "A tiny number was added to the probabilities. It hides how wrong a sure model is: the charge "
    "for a gap of 2000 is 2000."
)(lambda z, target: -_entries(np.log(softmax(z, 1.0) + 1e-12), target).mean())
it.mistake("The places with target −1 were counted. As an index, −1 is the last class: no error.")(
    lambda z, target: -_log_p(z)[np.arange(len(target)), target].mean()
)
it.mistake("This is the surprise at the mean probability. First the surprise of each place, then the mean.")(
    lambda z, target: -np.log(np.exp(_entries(_log_p(z), target)).mean())
)
it.mistake("The gaps cost nothing, but they were counted in the mean. Divide by the places that count.")(
    lambda z, target: -_entries(_log_p(z), target).sum() / len(target)
)
it.mistake("Each row met the targets of all rows: `[:, target]` takes columns. Row i needs `target[i]`.")(
    lambda z, target: -_log_p(z[target >= 0])[:, target[target >= 0]].mean()
)
it.mistake("This is the share of wrong guesses. Asked for is the mean surprise.")(
    lambda z, target: np.mean(z[target >= 0].argmax(axis=1) != target[target >= 0])
)


def next_tokens(ids, length):
    """Return inputs and targets, [rows, length] each: the target is the token that follows."""
    rows = (len(ids) - 1) // length
    end = rows * length
    return ids[:end].reshape(rows, length), ids[1 : end + 1].reshape(rows, length)


def _by_loop(ids, length):
    inputs, targets = [], []
    at = 0
    while at + length < len(ids):
        inputs.append(ids[at : at + length])
        targets.append(ids[at + 1 : at + length + 1])
        at += length
    return np.array(inputs), np.array(targets)


def _by_places(ids, length):
    rows = (len(ids) - 1) // length
    places = np.arange(rows * length).reshape(rows, length)
    return np.take(ids, places), np.take(ids, places + 1)


def _first(ids, length):
    return next_tokens(ids, length)[0]


def _any_text(rng):
    """Return ids and a length: one row or more, with nothing left over or up to length - 1 tokens."""
    length = int(rng.integers(1, 6))
    n = length * int(rng.integers(1, 5)) + int(rng.integers(1, length + 1))
    return rng.integers(rng.choice([1, 2, 9, 50_257]), size=n), length


it = exercise(
    "loss.next_tokens",
    "Inputs and targets",
    level=2,
    solution=next_tokens,
    edges=[
        (np.array([5, 6, 7, 8, 9, 10, 11]), 3),
        (np.array([5, 6, 7, 8, 9, 10]), 3),
        (np.array([3, 1, 4, 1, 5, 9, 2, 6]), 2),
        (np.array([7, 8]), 1),
        (np.array([97, 256, 50_256, 97]), 3),
    ],
    allows="ids: [n], n > length.",
    domain=_any_text,
    right=[_by_loop, _by_places],
    why="This is all the labelling that pretraining needs: the text is its own answer.",
)
it.mistake("Each target is its own input. A model would learn to repeat what it reads.")(
    lambda ids, length: (_first(ids, length), _first(ids, length))
)
it.mistake("The targets are the tokens before. They should be the ones that follow.")(
    lambda ids, length: next_tokens(ids, length)[::-1]
)
it.mistake("The targets are two places ahead. The next token is one ahead.")(
    lambda ids, length: (_first(ids, length), next_tokens(np.roll(ids, -1), length)[1])
)
it.mistake("The last target of each row is the row's own first token. The text goes on in the next row.")(
    lambda ids, length: (_first(ids, length), np.roll(_first(ids, length), -1, axis=1))
)
it.mistake("The text runs down the columns. It should run along the rows: `reshape(rows, length)`.")(
    lambda ids, length: tuple(part.reshape(length, -1).T for part in next_tokens(ids, length))
)


@it.mistake("The last token of the text has no next one, and the first of the text was taken for it.")
def round_in_a_circle(ids, length):
    end = len(ids) // length * length
    return ids[:end].reshape(-1, length), np.roll(ids, -1)[:end].reshape(-1, length)


@it.mistake("The rows are too short, and the targets at their ends are lost: shift before you cut into rows.")
def cut_then_shifted(ids, length):
    rows = ids[: len(ids) // length * length].reshape(-1, length)
    return rows[:, :-1], rows[:, 1:]


@it.mistake("The rows overlap: each begins one token after the last. Here each token is an input once.")
def overlapping(ids, length):
    places = np.arange(len(ids) - length)[:, None] + np.arange(length)
    return ids[places], ids[places + 1]


def _entropy(p):
    return -(p * np.log(np.where(p > 0, p, 1))).sum(axis=-1)


def _shares(ids, V):
    return np.bincount(ids, minlength=V) / len(ids)


def _words(rng):
    """Return a text of a few different words, and how many there are in all."""
    V = int(rng.choice([1, 2, 3, 5, 9, 97, 257, 50_257], p=[0.08, *[0.15] * 6, 0.02]))
    return rng.choice(rng.integers(V, size=rng.integers(1, 6)), size=rng.integers(1, 13)), V


def _with_entropy(other):
    """Return two_floors with another idea of the second number."""
    return lambda ids, V: (np.log(V), other(_shares(ids, V)))


it = exercise(
    "loss.two_floors",
    "Two guesses without looking",
    level=2,
    solution=lambda ids, V: (np.log(V), _entropy(_shares(ids, V))),
    edges=[
        (np.array([0, 1, 1, 1]), 2),
        (np.array([0, 0, 3, 1]), 5),
        (np.array([2, 2, 2]), 3),
        (np.array([3, 2, 1, 0]), 4),
    ],
    allows="ids: [n] whole numbers below V.",
    domain=_words,
    right=[
        lambda ids, V: (-np.log(1 / V), np.mean([-np.log(np.mean(ids == i)) for i in ids])),
        lambda ids, V: [
            float(np.log(V)),
            float(
                np.log(len(ids))
                - sum(c * np.log(c) for c in np.unique(ids, return_counts=True)[1]) / len(ids)
            ),
        ],
    ],
    why="Far above the first a model is sure without a reason; at the second it knows frequencies alone.",
)
it.mistake("Both numbers are right and in the other order: first the uniform guess.")(
    lambda ids, V: (_entropy(_shares(ids, V)), np.log(V))
)
it.mistake("These are bits: the logarithm was taken to base 2. Here the unit is the nat, with `np.log`.")(
    lambda ids, V: (np.log2(V), _entropy(_shares(ids, V)) / np.log(2))
)
it.mistake("The logarithm was taken to base 10. Here the unit is the nat, with `np.log`.")(
    lambda ids, V: (np.log10(V), _entropy(_shares(ids, V)) / np.log(10))
)
it.mistake("The uniform guess knows all V words, also those that this text does not use.")(
    lambda ids, V: (np.log(len(np.unique(ids))), _entropy(_shares(ids, V)))
)
it.mistake("A word that never comes adds nothing. Here it gave 0 times the logarithm of 0, no number.")(
    _with_entropy(lambda p: -(p * np.log(p)).sum())
)
it.mistake("The second number has the wrong sign: the logarithm of a share is negative, a surprise is not.")(
    _with_entropy(lambda p: -_entropy(p))
)
it.mistake("Every word counts the same here. A frequent word is met more often: weigh by the shares.")(
    _with_entropy(lambda p: -np.log(p[p > 0]).mean())
)
it.mistake("These are perplexities, $e$ to the loss. Asked for are the losses.")(
    lambda ids, V: (float(V), np.exp(_entropy(_shares(ids, V))))
)


def _settled(P):
    n = len(P)
    return np.linalg.lstsq(np.vstack([P.T - np.eye(n), np.ones(n)]), np.eye(n + 1)[n])[0]


def context_worth(P):
    """Return the entropy of a source's words less its entropy rate."""
    shares = _settled(P)
    return _entropy(shares) - shares @ _entropy(P)


def _with_shares(shares):
    """Return context_worth with another idea of how often each word comes up."""
    return lambda P: _entropy(shares(P)) - shares(P) @ _entropy(P)


def _uniform(P):
    return np.full(len(P), 1 / len(P))


def _by_rounds(P):
    shares = _uniform(P)
    for _ in range(200):
        shares = shares @ P
    return shares


def _by_walking(P):
    shares = np.eye(len(P))[0] @ np.linalg.matrix_power(P, 5000)
    pairs = shares[:, None] * P  # [n, n]
    apart = np.outer(shares, shares)
    seen = pairs > 0
    return float((pairs[seen] * np.log(pairs[seen] / apart[seen])).sum())


def _by_eigenvector(P):
    values, vectors = np.linalg.eig(P.T)
    shares = np.real(vectors[:, np.argmin(np.abs(values - 1))])
    shares = shares / shares.sum()
    return _entropy(shares) - sum(
        share * -sum(p * np.log(p) for p in row if p > 0) for share, row in zip(shares, P, strict=True)
    )


def _source(rng):
    """Return a table of sixteenths: with or without zeros, or all rows alike."""
    n = int(rng.integers(1, 6))
    weights = rng.dirichlet(np.full(n, rng.choice([0.3, 1.0, 20.0])), size=n)
    weights = np.broadcast_to(weights[:1], weights.shape) if rng.random() < 0.2 else weights
    weights = weights + 1e-9
    return (np.array([rng.multinomial(16, row / row.sum()) for row in weights]) / 16,)


def _connected(P):
    """Tell whether every word leads to every word, soon enough for those who follow the source 200 rounds."""
    sizes = np.sort(np.abs(np.linalg.eigvals(P)))  # 1 for the shares, then the slowest
    return (len(P) == 1 or sizes[-2] < 0.85) and _settled(P).min() > 1e-3


it = exercise(
    "loss.context",
    "What one word of context is worth",
    level=3,
    solution=context_worth,
    edges=[
        (np.array([[0.5, 0.5], [1.0, 0.0]]),),
        (np.array([[0.8, 0.2], [0.8, 0.2]]),),
        (np.array([[0.9, 0.1, 0.0], [0.0, 0.5, 0.5], [0.2, 0.0, 0.8]]),),
        (np.array([[0.1, 0.6, 0.3], [0.7, 0.2, 0.1], [0.25, 0.25, 0.5]]),),
        (np.array([[0.0, 0.9, 0.1, 0.0], [0.0, 0.0, 0.5, 0.5], [1.0, 0.0, 0.0, 0.0], [0.6, 0.4, 0.0, 0.0]]),),
        (np.array([[1.0]]),),
    ],
    allows="After some steps every word leads to every word, and the shares settle within 200 rounds.",
    domain=_source,
    where=_connected,
    right=[_by_walking, _by_eigenvector, _with_shares(_by_rounds)],
    why="This gap is what attention is for: the more text a model can use, the lower its floor can be.",
)
it.mistake("Every word was taken to be equally frequent. Find the shares that a step leaves as they are.")(
    _with_shares(_uniform)
)
it.mistake("These are the shares after a single step from equal ones. They have not settled yet.")(
    _with_shares(lambda P: _uniform(P) @ P)
)
it.mistake("The rows were averaged with equal weights. A row counts as often as its word comes up.")(
    lambda P: _entropy(_settled(P)) - _entropy(P).mean()
)
it.mistake("This is the floor without context. Take away the floor with it, the entropy rate.")(
    lambda P: _entropy(_settled(P))
)
it.mistake("This is the entropy rate, the floor with context. How much lower is it than the one without?")(
    lambda P: _settled(P) @ _entropy(P)
)
it.mistake("The difference is the other way round. Context is never worth less than nothing.")(
    lambda P: -context_worth(P)
)
it.mistake("This is in bits: the logarithm was taken to base 2. Here the unit is the nat, with `np.log`.")(
    lambda P: context_worth(P) / np.log(2)
)
it.mistake("What never happens has the logarithm of 0, and 0 times infinite is no number. It adds nothing.")(
    lambda P: _entropy(_settled(P)) - _settled(P) @ -(P * np.log(P)).sum(axis=1)
)
