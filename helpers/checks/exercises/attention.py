"""The exercises of chapter 09: weights, a mask, a head set by hand, several heads, and a bias that moves."""

from math import e, log

import numpy as np

from ..declare import chapter, exercise
from ..domain import any_of, choice, number, numbers, whole

chapter("attention", "09 · Attention")


def softmax(scores, axis=-1):
    powers = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def _pencil(weight=0.75, collected=1, computed=800, left=440, parameters=288):
    return dict(weight=weight, collected=collected, computed=computed, left=left, parameters=parameters)


exercise(
    "attention.pencil",
    "Five numbers by pencil",
    solution=_pencil(),
    wrong={
        "The weight is still the score. It goes through a softmax first.": _pencil(log(3), 2 * log(3)),
        "The score was divided by the sum of scores. A softmax takes powers of e and then divides.": _pencil(
            1, 2
        ),
        "The second value is missing. Its weight is small and not zero.": _pencil(collected=1.5),
        "Both values count the same here. Multiply each by its weight.": _pencil(collected=0),
        "The heads are missing: each has a table of its own.": _pencil(computed=200, left=110),
        "The diagonal was hidden too. Each token sees itself.": _pencil(left=360),
        "Half of all are left here, and the diagonal is in neither half. Count row by row.": _pencil(
            left=400
        ),
        "These are queries, keys and values. The output has a matrix and a bias too.": _pencil(
            parameters=216
        ),
        "Both layers were counted. Asked is one of them.": _pencil(parameters=576),
    },
    right=[
        _pencil(weight=3 / 4, collected=1.0),
        dict(parameters=4 * 8**2 + 4 * 8, left=440, computed=800, collected=1, weight=e ** log(3) / 4),
    ],
    why="What is computed grows with the square of the text. What is stored does not know the text.",
)


def weights(q, k):
    """Return what each query takes of each key, [queries, keys]."""
    return softmax(q @ k.T / np.sqrt(q.shape[1]))


def _weights_by_loops(q, k):
    rows = []
    for query in q:
        scores = [np.dot(query, key) / len(query) ** 0.5 for key in k]
        powers = [np.exp(score - max(scores)) for score in scores]
        rows.append([power / sum(powers) for power in powers])
    return np.array(rows)


it = exercise(
    "attention.weights",
    "Who listens to whom",
    solution=weights,
    edges=[
        (np.array([[2.0, 0.0, 0.0, 0.0]]), np.array([[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]])),
        (np.zeros((1, 3)), np.array([[1.0, 2.0, 3.0], [0.0, 5.0, 1.0]])),
    ],
    domain={"q": numbers("n", "d", large=30.0), "k": numbers("m", "d", large=30.0)},
    right=[
        _weights_by_loops,
        lambda q, k: softmax(np.einsum("id,jd->ij", q, k) * q.shape[1] ** -0.5),
    ],
    why="Three steps, and no parameter in them: attention weights are computed from what comes in.",
)
it.mistake("The scores went into the softmax as they are. Divide them by the root of d first.")(
    lambda q, k: softmax(q @ k.T)
)
it.mistake("The scores were divided by d. It is the root of d.")(lambda q, k: softmax(q @ k.T / q.shape[1]))
it.mistake("The root of the number of keys was taken. d is how many numbers a key has.")(
    lambda q, k: softmax(q @ k.T / np.sqrt(len(k)))
)
it.mistake("The weights were divided, and the scores should have been: these rows do not add up to 1.")(
    lambda q, k: softmax(q @ k.T) / np.sqrt(q.shape[1])
)
it.mistake("The scores were multiplied by the root of d, which makes the softmax sharper still.")(
    lambda q, k: softmax(q @ k.T * np.sqrt(q.shape[1]))
)
it.mistake("Here each column adds up to 1. It is the one who asks that shares out 1, so each row has to.")(
    lambda q, k: softmax(q @ k.T / np.sqrt(q.shape[1]), axis=0)
)
it.mistake("The whole table adds up to 1 here. Each row has to.")(
    lambda q, k: softmax((q @ k.T / np.sqrt(q.shape[1])).ravel()).reshape(len(q), len(k))
)
it.mistake("These are the scores. A softmax makes weights of them.")(
    lambda q, k: q @ k.T / np.sqrt(q.shape[1])
)
it.mistake("This goes by the distance between query and key. A score is their dot product.")(
    lambda q, k: softmax(-((q[:, None] - k) ** 2).sum(axis=-1) / np.sqrt(q.shape[1]))
)


def causal(q, k, v):
    """Return what each token collects of itself and of those before it, [n, m]."""
    scores = q @ k.T / np.sqrt(q.shape[1])
    return softmax(np.where(np.tri(len(q)) > 0, scores, -np.inf)) @ v


def _causal(mask, hidden=-np.inf):
    """Return a `causal` with another mask. mask: n -> [n, n] truth values."""

    def wrong(q, k, v):
        scores = q @ k.T / np.sqrt(q.shape[1])
        return softmax(np.where(mask(len(q)), scores, hidden)) @ v

    return wrong


def _causal_by_rows(q, k, v):
    rows = [weights(q[i : i + 1], k[: i + 1]) @ v[: i + 1] for i in range(len(q))]
    return np.concatenate(rows)


def _causal_added(q, k, v):
    return softmax(q @ k.T / np.sqrt(q.shape[1]) + np.triu(np.full((len(q), len(q)), -np.inf), 1)) @ v


it = exercise(
    "attention.causal",
    "Hide the future",
    level=2,
    solution=causal,
    edges=[
        (np.zeros((3, 2)), np.zeros((3, 2)), np.array([[6.0], [0.0], [3.0]])),
        (np.array([[1.0, 0.0, 0.0, 0.0]]), np.array([[1.0, 0.0, 0.0, 0.0]]), np.array([[5.0, 7.0]])),
        (np.array([[1.0], [1.0]]), np.array([[0.0], [1000.0]]), np.array([[5.0], [7.0]])),
        (np.array([[100.0], [100.0]]), np.array([[-100.0], [-100.0]]), np.array([[5.0], [7.0]])),
    ],
    domain={
        "q": numbers("n", "d", large=30.0),
        "k": numbers("n", "d", large=30.0),
        "v": numbers("n", "m"),
    },
    right=[_causal_by_rows, _causal_added],
    why="With the mask, one pass over a text fills all its gaps, and none of them saw its answer.",
)
it.mistake("Every token sees every other here. Those that come later have to be hidden.")(
    _causal(lambda n: np.ones((n, n)) > 0)
)
it.mistake("The weights were set to 0 after the softmax, so a row no longer adds up to 1.")(
    lambda q, k, v: np.tril(weights(q, k)) @ v
)
it.mistake("Hidden scores were set to 0, and a softmax makes e⁰ = 1 of that: the future is still heard.")(
    _causal(lambda n: np.tri(n) > 0, hidden=0.0)
)
it.mistake("Each token sees itself and what comes after: the mask is the wrong way round.")(
    _causal(lambda n: np.tri(n).T > 0)
)
it.mistake("A token does not see itself here, only what came before, and the first sees nobody.")(
    _causal(lambda n: np.tri(n, k=-1) > 0)
)
it.mistake("Each token sees one step into the future.")(_causal(lambda n: np.tri(n, k=1) > 0))
it.mistake("This is the plain mean of the past. The scores decide how much each counts.")(
    lambda q, k, v: np.tril(np.ones((len(q), len(q)))) @ v / np.arange(1, len(q) + 1)[:, None]
)
it.mistake("The mask is right. The scores were not divided by the root of d.")(
    lambda q, k, v: causal(q * np.sqrt(q.shape[1]), k, v)
)


def strength(n, share):
    """Return the score that gives one of n keys this share, if all others score 0."""
    return log(share * (n - 1) / (1 - share))


it = exercise(
    "attention.strength",
    "How loud to be heard",
    level=2,
    solution=strength,
    edges=[(2, 0.5), (2, 0.75), (11, 0.5), (1001, 0.99)],
    allows="2 or more; share: between 0 and 1",
    domain={
        "n": any_of(whole(2, 12), choice(1000, 50_257, 1_000_000)),
        "share": any_of(number(0.01, 0.99), choice(0.5, 1e-12, 1e-4, 1 - 1e-4)),
    },
    right=[
        lambda n, share: log(share) + log(n - 1) - log(1 - share),
        lambda n, share: float(np.log((n - 1) / (1 / share - 1))),
    ],
    why="Each time the text grows tenfold, the score has to grow by about 2.3 to keep its share.",
)
it.mistake("The key was counted among its own rivals: there are n − 1 others.")(
    lambda n, share: log(share * n / (1 - share))
)
it.mistake("This holds against one other key. The more there are, the louder it has to be.")(
    lambda n, share: log(share / (1 - share))
)
it.mistake("This is e to the power of the score. Take the logarithm.")(
    lambda n, share: share * (n - 1) / (1 - share)
)
it.mistake("This would be a score if all powers together were 1. Here the others add n − 1.")(
    lambda n, share: log(share)
)
it.mistake("This makes the key louder than the mean by its share. Put e to the score over the sum of all.")(
    lambda n, share: log(share * n)
)
it.mistake("The key itself is missing from the sum below: e to the score stands there too.")(
    lambda n, share: log(share * (n - 1))
)
it.mistake("This logarithm has the base 10. The softmax takes powers of e.")(
    lambda n, share: log(share * (n - 1) / (1 - share)) / log(10)
)
it.mistake("The share of the key and that of the others have changed places.")(
    lambda n, share: log((1 - share) * (n - 1) / share)
)


def _look(query=(8, 0, 0, 0), key=(0, 1, 0, 0), value=(0, 0, 0, 1)):
    rows = dict(W_Q=query, W_K=key, W_V=value)
    return {name: np.array([row], dtype=float) for name, row in rows.items()}


WORDS = {
    "a noun": [1, 0, 0, 1],
    "a noun of -1": [1, 0, 0, -1],
    "a place": [0, 1, 0, 1],
    "a place of -1": [0, 1, 0, -1],
    "near": [0, 0, 1, 0],
    "another": [0, 0, 0, 0],
}
OTHERS = ["a noun", "a noun of -1", "near", "another"]


def _rows(*words):
    return (np.array([WORDS[word] for word in words], dtype=float),)


def _sentence(rng):
    """Draw a sentence of one to ten words, one of them a place."""
    length = rng.choice([0, 1, 2, 3, 4, 6, 9, 9])
    words = [*rng.choice(OTHERS, size=length), rng.choice(["a place", "a place of -1"])]
    return _rows(*rng.permutation(words))


def _heard(matrices, x):
    """Return a text for each word: to whom it listens, and for a noun what it gets."""
    q, k, v = (x @ np.asarray(matrices[name], dtype=float).T for name in ("W_Q", "W_K", "W_V"))
    table = weights(q, k)
    place = int(x[:, 1].argmax())
    collected = (table @ v)[:, 0] * x[place, 3]  # 1 is what it should be
    said = []
    for word, row, got in zip(x, table, collected, strict=True):
        if word[0] != 1:
            said.append(_to_whom(row, x, place))
        elif row[place] > 0.9:
            said.append("noun: to the place, " + _gets(got, x[place, 3]))
        else:
            said.append("noun: " + _to_whom(row, x, place))
    return said


def _to_whom(row, x, place):
    """Return in words who gets more than an even share of a row of weights."""
    if not np.isfinite(row).all():
        return "its weights are no numbers"
    if np.ptp(row) < 0.01:
        return "to all alike"
    more = row > 1 / len(row)
    if more[place] and not np.delete(more, place).any():
        return "more to the place than to others" + " (0.9 or less)" * bool(row[place] <= 0.9)
    if (more == (np.arange(len(row)) != place)).all():
        return "to all but the place"
    if (more == x[:, 0]).all():
        return "more to nouns"
    return f"more to word {' and '.join(map(str, np.flatnonzero(more)))}"


def _gets(share, number):
    """Return in words what a noun gets that listens to the place; share: of the sign of the place."""
    if abs(share - 1) < 0.25:
        return "gets its sign"
    if abs(share + 1) < 0.25:
        return "gets 1 for a place of -1" if number < 0 else "gets -1 for a place of 1"
    return "gets nothing" if abs(share) < 0.25 else f"gets {share * number:.2g} for a place of {number:g}"


exercise(
    "attention.look",
    "A head by hand",
    level=3,
    solution=_look(),
    outcome=_heard,
    edges=[
        _rows("another", "a noun", "near", "another", "a place of -1"),
        _rows("a noun of -1", "near", "a place"),
        _rows("a noun", *["another"] * 5, "near", "a noun of -1", "a noun", "a place"),
    ],
    allows="in sentences of up to ten words with one place in them",
    domain=_sentence,
    wrong={
        "Every word listens to all alike: all scores of a row are the same.": _look(*[(0, 0, 0, 0)] * 3),
        "Nouns listen more to the place than to others, and too softly. Who asks is right.": _look(
            (1, 0, 0, 0)
        ),
        "Here the place listens to nouns. It is to be the other way round.": _look(
            (0, 8, 0, 0), (1, 0, 0, 0)
        ),
        "The nouns are right. Places and `near` are to listen to all alike.": _look((8, 8, 8, 0)),
        "Nouns listen to nouns. Whose key has to fit?": _look(key=(1, 0, 0, 0)),
        "Nouns listen to everybody but the place: its score is the lowest.": _look((-8, 0, 0, 0)),
        "The listening is right. A noun gets 1 for each place, whatever its sign.": _look(value=(0, 1, 0, 0)),
        "The listening is right. What a noun gets is the sign turned around.": _look(value=(0, 0, 0, -1)),
        "Words of sign 1 listen to the place, places too, and those of sign −1 shun it.": _look((0, 0, 0, 8)),
    },
    right=[
        _look((2, 0, 0, 0), (0, 5, 0, 0)),
        _look((-9, 0, 0, 0), (0, -1, 0, 0)),
        _look((4, 0, 0, 0), (0, 4, 1, 0), (0, 0, 0, 1)),
        dict(W_Q=[[30, 0, 0, 0]], W_K=[[0, 1, 0, 0]], W_V=[[0, 0, 0, 1]]),
    ],
    why="Other numbers do the same: only the product of what asks and what answers acts.",
)


def heads_of(x, W_Q, W_K, W_V, heads):
    """Return what each token collects, the heads side by side, [n, m]."""
    parts = [np.split(x @ W.T, heads, axis=1) for W in (W_Q, W_K, W_V)]
    return np.concatenate([weights(q, k) @ v for q, k, v in zip(*parts, strict=True)], axis=1)


def _heads_by_axes(x, W_Q, W_K, W_V, heads):
    cut = lambda W: (x @ W.T).reshape(len(x), heads, -1).transpose(1, 0, 2)  # noqa: E731
    q, k, v = cut(W_Q), cut(W_K), cut(W_V)
    table = softmax(q @ k.transpose(0, 2, 1) / np.sqrt(q.shape[-1]))
    return (table @ v).transpose(1, 0, 2).reshape(len(x), -1)


def _heads_from_rows(x, W_Q, W_K, W_V, heads):
    size = len(W_Q) // heads
    rows = [slice(h * size, (h + 1) * size) for h in range(heads)]
    return np.hstack([weights(x @ W_Q[r].T, x @ W_K[r].T) @ (x @ W_V[r].T) for r in rows])


def _layer(rng):
    """Draw inputs of one to three heads, each of one to three numbers."""
    heads, size, n, d = rng.integers(1, 4, size=4).tolist()
    m, far = heads * size, {"large": 8.0}
    tables = [numbers(m, d, **far).draw(rng, {}) for _ in range(3)]
    return numbers(n, d, **far).draw(rng, {}), *tables, heads


_SMALL = (
    np.array([[1.0, 0.0, 2.0], [0.0, 3.0, 1.0]]),
    np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]),
    np.array([[0.0, 1.0, 0.0], [0.0, 1.0, 1.0]]),
    np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]),
)

it = exercise(
    "attention.heads",
    "Several heads",
    level=3,
    solution=heads_of,
    edges=[
        (*_SMALL, 2),
        (*_SMALL, 1),
        (np.eye(2) / 10, *[np.array([[20.0, 0.0], [0.0, -20.0]])] * 3, 2),
        (np.array([[20.0, -20.0]]), np.eye(2), np.eye(2), np.eye(2), 2),
    ],
    allows="heads: a number that divides m",
    domain=_layer,
    right=[_heads_by_axes, _heads_from_rows],
    why="Heads cost no parameter: they cut the same matrices, so that a token can ask several questions.",
)
it.mistake("This is one head with all numbers. Each head has its own part of the queries, keys and values.")(
    lambda x, Q, K, V, heads: heads_of(x, Q, K, V, 1)
)
it.mistake("The scores were divided by the root of all numbers. A key of one head is shorter.")(
    lambda x, Q, K, V, heads: heads_of(x, Q / np.sqrt(heads), K, V, heads)
)
it.mistake("The heads were added up. What they collect stands side by side.")(
    lambda x, Q, K, V, heads: sum(np.split(heads_of(x, Q, K, V, heads), heads, axis=1))
)
it.mistake("The heads stand in the wrong order: the first one comes first.")(
    lambda x, Q, K, V, heads: np.hstack(np.split(heads_of(x, Q, K, V, heads), heads, axis=1)[::-1])
)
it.mistake("Queries and keys have changed places: the rows of the table are those who ask.")(
    lambda x, Q, K, V, heads: heads_of(x, K, Q, V, heads)
)


@it.mistake("Each head took every so-many-th number. The pieces are cut one after another.")
def interleaved(x, W_Q, W_K, W_V, heads):
    collected = np.empty((len(x), len(W_V)))
    for h in range(heads):
        q, k, v = (x @ W[h::heads].T for W in (W_Q, W_K, W_V))
        collected[:, h::heads] = weights(q, k) @ v
    return collected


@it.mistake("Tokens and heads were mixed up: a reshape alone cuts through the rows. Cut the columns.")
def reshaped(x, W_Q, W_K, W_V, heads):
    q, k, v = ((x @ W.T).reshape(heads, len(x), -1) for W in (W_Q, W_K, W_V))
    table = softmax(q @ k.transpose(0, 2, 1) / np.sqrt(q.shape[-1]))
    return (table @ v).transpose(1, 0, 2).reshape(len(x), -1)


@it.mistake("All heads use the weights of the first one. Each computes its own table.")
def first_table(x, W_Q, W_K, W_V, heads):
    q, k = (np.split(x @ W.T, heads, axis=1)[0] for W in (W_Q, W_K))
    return weights(q, k) @ (x @ W_V.T)


def fold(W_O, b_O, b_V):
    """Return the output bias that does the work of both biases, [m]."""
    return b_O + W_O @ b_V


it = exercise(
    "attention.fold",
    "A bias that moves out",
    level=2,
    solution=fold,
    edges=[
        (np.array([[2.0, 0.0, 1.0], [0.0, 1.0, 1.0]]), np.array([10.0, 20.0]), np.array([1.0, 2.0, 3.0])),
        (np.array([[1.0, 2.0]]), np.array([5.0]), np.array([0.0, 0.0])),
    ],
    domain={"W_O": numbers("m", "d"), "b_O": numbers("m"), "b_V": numbers("d")},
    right=[
        lambda W, b, v: np.column_stack([W, b]) @ np.append(v, 1),
        lambda W, b, v: np.array([b[j] + sum(W[j, i] * v[i] for i in range(len(v))) for j in range(len(b))]),
    ],
    why="Two biases, one effect. Half of the attention biases of GPT-2 could be dropped without a trace.",
)
it.mistake("The bias of the values was dropped. It reaches every output, so its work has to be done.")(
    lambda W, b, v: b
)
it.mistake("The output had a bias before. It stays, and the other one joins it.")(lambda W, b, v: W @ v)
it.mistake("The bias of the values was taken away from the outputs. It has to be put in.")(
    lambda W, b, v: b - W @ v
)
it.mistake("The bias of the values counts twice. The weights of a row add up to 1, whatever they are.")(
    lambda W, b, v: b + 2 * W @ v
)
it.mistake("Each number of the bias has a column of its own in the output matrix; here all use the mean.")(
    lambda W, b, v: b + W.mean(axis=1) * v.sum()
)
it.mistake("The output bias was multiplied as well. It is added after the matrix.")(
    lambda W, b, v: b * W.sum(axis=1) + W @ v
)
it.mistake("The bias was shared out over its numbers. Every token collects the whole of it.")(
    lambda W, b, v: b + W @ v / len(v)
)
it.mistake("The output matrix was turned over. It is [m, d] and meets the d numbers of a value.")(
    lambda W, b, v: b + v @ W
)
