"""The exercises of chapter 08: pairs, merges, the gradient of a table, a bigram model, neighbours, angles."""

from collections import Counter

import numpy as np

from ..copies import either
from ..declare import chapter, exercise
from ..domain import made, numbers, size, whole, wholes

chapter("embeddings", "08 · Embeddings")


def _pencil(pair="an", tokens=3, rows=1256, parameters=33_000, changed=3):
    return dict(pair=pair, tokens=tokens, rows=rows, parameters=parameters, changed=changed)


exercise(
    "embeddings.pencil",
    "Five answers by pencil",
    solution=_pencil(pair=either("an", "a+n", "a + n", "a n", "(a, n)", ("a", "n"))),
    wrong={
        "`ba` comes first in both words, and twice in all. Count every pair of neighbours.": _pencil("ba"),
        "`na` comes three times. Another pair comes once more.": _pencil("na"),
        "The word was merged with the first merge only. Its tokens can be merged again.": _pencil(tokens=5),
        "One merge of the three was left out: each is tried on what the others have made.": _pencil(tokens=4),
        "These are the merges alone. The bytes stay in the vocabulary.": _pencil(rows=1000),
        "One table and the biases were counted. There are two tables.": _pencil(parameters=17_000),
        "Both tables were counted, and the biases were not.": _pencil(parameters=32_000),
        "A token that comes twice has one row, and that row gets both gradients.": _pencil(changed=4),
        "A row that nobody looked up gets no gradient.": _pencil(changed=1000),
    },
    right=[
        _pencil(["a", "n"], tokens=3.0, rows=1256.0),
        _pencil("a+n"),
        dict(changed=len({4, 9, 2}), parameters=1000 * (16 + 16 + 1), rows=256 + 1000, tokens=3, pair="an"),
    ],
    why="A vocabulary is bytes and merges, a table has a row for each, and only rows in use learn.",
)

ALPHABETS = [[0, 1], [0, 1, 2, 3], [1, 11, 111, 2], [97, 110, 256, 50_256], list(range(97, 123))]


def _alphabet(rng):
    return np.array(ALPHABETS[rng.integers(len(ALPHABETS))])


def _counted(words, times):
    counts = Counter()
    for word, often in zip(words, times, strict=True):
        for pair in zip(word, word[1:], strict=False):
            counts[pair] += often
    return counts


def _best(counts, sign=1):
    return min(counts, key=lambda pair: (-counts[pair], sign * pair[0], sign * pair[1]))


def top_pair(words, times):
    """Return the most frequent pair of neighbours; of equals, the one with the lowest numbers."""
    return _best(_counted(words, times))


def _by_arrays(words, times):
    rows = []
    for word, n in zip(words, times, strict=True):
        rows += list(zip(word[:-1], word[1:], strict=True)) * n
    pairs, counts = np.unique(np.array(rows), axis=0, return_counts=True)  # in the order of their numbers
    return tuple(pairs[counts.argmax()].tolist())


def _text(rng):
    """Draw words and how often each comes: few letters and equal counts make ties."""
    letters, most = _alphabet(rng), rng.choice([1, 2, 6, 200])
    words = [rng.choice(letters, size=rng.integers(1, 6)).tolist() for _ in range(rng.integers(1, 6))]
    words[rng.integers(len(words))] = rng.choice(letters, size=rng.integers(2, 8)).tolist()
    return words, rng.integers(1, most + 1, size=len(words)).tolist()


it = exercise(
    "embeddings.top_pair",
    "The pair to merge",
    level=2,
    solution=top_pair,
    edges=[
        ([[1, 2, 3], [2, 3]], [1, 1]),
        ([[1, 2], [3, 4], [3, 4]], [5, 1, 1]),
        ([[7, 8], [5, 6]], [2, 2]),
        ([[1, 2, 1, 2], [3, 4], [3, 4, 5]], [2, 1, 2]),
        ([[9, 1], [1, 9], [9, 1], [2, 2]], [1, 1, 1, 3]),
        ([[4, 4, 4]], [1]),
        ([[5, 0], [1, 7]], [1, 1]),
        ([[2, 9], [2, 5]], [1, 1]),
        ([[3], [97, 256]], [8, 1]),
    ],
    allows="At least one word has two tokens or more.",
    domain=_text,
    right=[_by_arrays, lambda words, times: max(sorted(c := _counted(words, times)), key=c.get)],
    why="Count pairs within words, weigh them by the words, and settle ties: that is one step of training.",
)
it.mistake("Every word was counted once. `times` says how often each stands in the text.")(
    lambda words, times: top_pair(words, [1] * len(words))
)
it.mistake("Of pairs that are equally frequent, the one with the lowest numbers is asked for.")(
    lambda words, times: _best(_counted(words, times), -1)
)
it.mistake("On a tie the pair that was seen first came back. The lowest numbers decide.")(
    lambda words, times: _counted(words, times).most_common(1)[0][0]
)
it.mistake("Of pairs with the same left token, the one seen first came back. The right token decides.")(
    lambda words, times: min(c := _counted(words, times), key=lambda pair: (-c[pair], pair[0]))
)
it.mistake("This is the rarest pair.")(
    lambda words, times: min((often, pair) for pair, often in _counted(words, times).items())[1]
)


@it.mistake("A pair that stands twice in a word was counted once.")
def in_how_many_words(words, times):
    counts = Counter()
    for word, often in zip(words, times, strict=True):
        for pair in set(zip(word, word[1:], strict=False)):
            counts[pair] += often
    return _best(counts)


@it.mistake("The end of a word and the beginning of the next were taken for a pair.")
def across_words(words, times):
    text = [token for word, often in zip(words, times, strict=True) for token in word * often]
    return _best(_counted([text], [1]))


@it.mistake("(1, 9) and (9, 1) were counted together. Left and right are not the same.")
def without_order(words, times):
    counts = Counter()
    for pair, often in _counted(words, times).items():
        counts[tuple(sorted(pair))] += often
    return _best(counts)


@it.mistake("These are the two most frequent tokens. Asked for is a pair that stands side by side.")
def two_commonest(words, times):
    counts = Counter()
    for word, often in zip(words, times, strict=True):
        for token in word:
            counts[token] += often
    first, second, *_ = [*sorted(counts, key=lambda token: (-counts[token], token)), -1]
    return first, second


def _merged(parts, pair, token):
    merged = []
    for part in parts:
        if merged and (merged[-1], part) == pair:
            merged[-1] = token
        else:
            merged.append(part)
    return merged


def encode(parts, merges):
    """Return the tokens of a word after all merges, in the order in which they were learned."""
    for pair, token in merges.items():
        parts = _merged(parts, pair, token)
    return list(parts)


def _lowest_first(parts, merges):
    parts = list(parts)
    while pairs := merges.keys() & zip(parts, parts[1:], strict=False):
        first = min(pairs, key=list(merges).index)
        parts = _merged(parts, first, merges[first])
    return parts


def _replaced(parts, merges):
    for pair, token in merges.items():
        i, parts = 0, list(parts)
        while i < len(parts) - 1:
            if (parts[i], parts[i + 1]) == pair:
                parts[i : i + 2] = [token]
            i += 1
    return list(parts)


def _tokenizer(rng):
    """Draw a word and merges: mostly of pairs that can come up in it, their numbers not always in order."""
    letters = _alphabet(rng)[: rng.integers(1, 5)].tolist()
    word = rng.choice(letters, size=rng.integers(1, 14)).tolist()
    new = (50_257 + rng.permutation(9)).tolist() if rng.random() < 0.5 else list(range(50_257, 50_266))
    merges, parts, known = {}, word, letters
    for token in new[: rng.integers(0, 7)]:
        pairs = list(zip(parts, parts[1:], strict=False))
        pair = (
            pairs[rng.integers(len(pairs))] if pairs and rng.random() < 0.6 else tuple(rng.choice(known, 2))
        )
        pair = int(pair[0]), int(pair[1])
        if pair not in merges:
            merges[pair], parts, known = token, _merged(parts, pair, token), [*known, token]
    return word, merges


it = exercise(
    "embeddings.encode",
    "A word through its merges",
    level=3,
    solution=encode,
    edges=[
        ([0, 1, 2], {(1, 2): 3, (0, 1): 4}),
        ([0, 1, 2], {(0, 1): 3, (3, 2): 4}),
        ([1, 1, 1, 1, 1], {(1, 1): 3}),
        ([0, 1, 2, 0, 1], {(0, 1): 3, (1, 2): 4, (2, 3): 5}),
        ([0, 1, 2, 1, 2], {(1, 2): 3, (0, 1): 4, (0, 3): 5}),
        ([2], {(0, 1): 3}),
        ([0, 2, 0, 1], {}),
        ([97, 110, 97], {(110, 97): 300, (97, 110): 299}),
    ],
    allows="a list of one token or more",
    domain=_tokenizer,
    right=[_lowest_first, _replaced],
    why="The order of learning is the whole rule: the same merges in another order are another tokenizer.",
)
it.mistake("The merges were applied from the last to the first.")(
    lambda parts, merges: encode(parts, dict(reversed(merges.items())))
)
it.mistake("Only the first merge was applied.")(
    lambda parts, merges: encode(parts, dict(list(merges.items())[:1]))
)
it.mistake("The merges went by the numbers of their tokens. The order of the dictionary counts.")(
    lambda parts, merges: encode(parts, dict(sorted(merges.items(), key=lambda item: item[1])))
)


@it.mistake("The leftmost pair with a merge was taken each time. What was learned first goes first.")
def leftmost_first(parts, merges):
    parts, i = list(parts), 0
    while i + 1 < len(parts):
        token = merges.get((parts[i], parts[i + 1]))
        if token is None:
            i += 1
        else:
            parts, i = [*parts[:i], token, *parts[i + 2 :]], max(i - 1, 0)
    return parts


@it.mistake("One walk over the word is not enough: a merge can make a pair for another.")
def one_pass(parts, merges):
    out, i = [], 0
    while i < len(parts):
        token = merges.get(tuple(parts[i : i + 2]))
        out.append(parts[i] if token is None else token)
        i += 1 if token is None else 2
    return out


@it.mistake("Each merge was applied at one place. It applies to every pair in the word.")
def first_place_only(parts, merges):
    parts = list(parts)
    for pair, token in merges.items():
        for i in range(len(parts) - 1):
            if (parts[i], parts[i + 1]) == pair:
                parts[i : i + 2] = [token]
                break
    return parts


@it.mistake("In three of the same, two pairs overlap, and both were merged. A token belongs to one pair.")
def overlapping(parts, merges):
    parts = list(parts)
    for pair, token in merges.items():
        hits = [pair == both for both in zip(parts, parts[1:], strict=False)] + [False]
        follows = [False, *hits[:-1]]
        kept = zip(parts, hits, follows, strict=True)
        parts = [token if hit else part for part, hit, after in kept if hit or not after]
    return parts


@it.mistake("The longest piece that fits was taken each time. Merges go by the order of learning.")
def longest_piece(parts, merges):
    spelled = {}
    for (left, right), token in merges.items():
        spelled[token] = spelled.get(left, (left,)) + spelled.get(right, (right,))
    pieces = sorted(spelled.items(), key=lambda item: (-len(item[1]), item[0]))
    out, i = [], 0
    while i < len(parts):
        fit = [(token, len(piece)) for token, piece in pieces if tuple(parts[i : i + len(piece)]) == piece]
        token, length = fit[0] if fit else (parts[i], 1)
        out.append(token)
        i += length
    return out


def table_gradient(tokens, gradient, V):
    """Return the gradient of a table [V, d] from the gradients [n, d] of the rows that were taken."""
    table = np.zeros((V, gradient.shape[1]))
    np.add.at(table, tokens, gradient)
    return table


def _assigned(tokens, gradient, V):
    table = np.zeros((V, gradient.shape[1]))
    table[tokens] = gradient
    return table


it = exercise(
    "embeddings.table_gradient",
    "The gradient of a table",
    level=2,
    solution=table_gradient,
    edges=[
        (np.array([1, 0]), np.array([[1.0, 2.0], [3.0, 4.0]]), 3),
        (np.array([1, 1, 0]), np.array([[1.0, 2.0], [10.0, 20.0], [5.0, 5.0]]), 4),
        (np.array([2, 2, 2]), np.array([[1.0], [2.0], [4.0]]), 3),
        (np.array([97, 256, 97]), np.array([[1.0], [2.0], [4.0]]), 257),
    ],
    domain={"tokens": wholes("n", high="V"), "gradient": numbers("n", "d"), "V": size("V")},
    sizes={"n": (1, 7), "V": (1, 6)},
    right=[
        lambda tokens, gradient, V: np.eye(V)[tokens].T @ gradient,
        lambda tokens, gradient, V: np.array([gradient[tokens == i].sum(axis=0) for i in range(V)]),
    ],
    why="Taking rows is a product with one-hot rows, so the way back is a product with them turned over.",
)
it.mistake("A token that was taken twice has the last gradient only. Both count: add them.")(_assigned)
it.mistake("A token that was taken twice has the first gradient only. Both count: add them.")(
    lambda tokens, gradient, V: _assigned(tokens[::-1], gradient[::-1], V)
)
it.mistake("Gradients of the same row were averaged. They add up.")(
    lambda tokens, gradient, V: (
        table_gradient(tokens, gradient, V) / np.bincount(tokens, minlength=V).clip(1)[:, None]
    )
)
it.mistake("Everything was divided by the number of tokens. Where that is due, `gradient` has it already.")(
    lambda tokens, gradient, V: table_gradient(tokens, gradient, V) / len(tokens)
)
it.mistake("These are counts: every row that was taken got 1. It gets its own gradient.")(
    lambda tokens, gradient, V: table_gradient(tokens, np.ones_like(gradient), V)
)
it.mistake("Every row got all gradients. A row gets those of the places where it was taken.")(
    lambda tokens, gradient, V: np.tile(gradient.sum(axis=0), (V, 1))
)
it.mistake("The gradients went to other rows than they came from: the tokens were put into order.")(
    lambda tokens, gradient, V: table_gradient(np.sort(tokens), gradient, V)
)
it.mistake("The table ends with the highest token that was taken. It has `V` rows.")(
    lambda tokens, gradient, V: table_gradient(tokens, gradient, tokens.max() + 1)
)


def _log_softmax(z):
    z = z - z.max(axis=1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))


def _surprise(z, targets):
    return -_log_softmax(z)[np.arange(len(targets)), targets]


def bigram_loss(tokens, E, W, b):
    """Return the mean surprise of a bigram model at the tokens of a text from the second on."""
    return _surprise(E[tokens[:-1]] @ W.T + b, tokens[1:]).mean()


def _one_at_a_time(tokens, E, W, b):
    total = 0.0
    for here, there in zip(tokens[:-1], tokens[1:], strict=True):
        z = W @ E[here] + b
        total += np.log(np.exp(z - z.max()).sum()) + z.max() - z[there]
    return total / (len(tokens) - 1)


def _by_pairs(tokens, E, W, b):
    counts = np.zeros((len(b), len(b)))
    np.add.at(counts, (tokens[:-1], tokens[1:]), 1)
    return -(counts * _log_softmax(E @ W.T + b)).sum() / counts.sum()


it = exercise(
    "embeddings.bigram_loss",
    "The loss of a bigram model",
    level=2,
    solution=bigram_loss,
    edges=[
        (np.array([0, 1, 2]), np.zeros((3, 2)), np.zeros((3, 2)), np.zeros(3)),
        (np.array([0, 1, 0]), np.array([[1.0], [2.0]]), np.array([[0.0], [3.0]]), np.array([0.5, 0.0])),
        (
            np.array([2, 0]),
            np.eye(3),
            np.array([[1.0, 0, 2], [0, 1, 0], [3, 0, 1]]),
            np.array([0.0, 1.0, 2.0]),
        ),
        (np.array([0, 1, 1]), np.array([[0.0], [0.0]]), np.array([[0.0], [0.0]]), np.array([1000.0, 0.0])),
        (np.array([0, 1, 0]), np.array([[0.0], [1.0]]), np.array([[1000.0], [0.0]]), np.array([0.0, 0.0])),
        (np.array([1, 0, 0]), np.array([[0.0], [0.0]]), np.array([[0.0], [0.0]]), np.array([-1e3, -1001.0])),
    ],
    allows="The text has two tokens or more.",
    domain={
        "tokens": wholes("n", high="V"),
        "E": numbers("V", "d"),
        "W": numbers("V", "d"),
        "b": numbers("V"),
    },
    sizes={"n": (2, 8), "V": (1, 6)},
    atol=3e-6,  # of a surprise, which float32 has to about seven digits of the logits
    right=[_one_at_a_time, _by_pairs],
    why="Two rows, a product, a bias, a softmax: with that a text of any length has a loss.",
)
it.mistake("The bias is missing.")(lambda tokens, E, W, b: bigram_loss(tokens, E, W, 0 * b))
it.mistake("The tables have changed places: E is for the token that is there, W for the one to come.")(
    lambda tokens, E, W, b: bigram_loss(tokens, W, E, b)
)
it.mistake("The model was asked for the token before. It predicts the next one.")(
    lambda tokens, E, W, b: bigram_loss(tokens[::-1], E, W, b)
)
it.mistake("Each token is its own target. The target is the token that follows.")(
    lambda tokens, E, W, b: _surprise(E[tokens] @ W.T + b, tokens).mean()
)
it.mistake("The last token has no next one, and the first was taken for it.")(
    lambda tokens, E, W, b: _surprise(E[tokens] @ W.T + b, np.roll(tokens, -1)).mean()
)
it.mistake("This is the surprise of all places together. Take the mean.")(
    lambda tokens, E, W, b: bigram_loss(tokens, E, W, b) * (len(tokens) - 1)
)
it.mistake("These are minus the logits of the targets. Softmax makes probabilities of all logits first.")(
    lambda tokens, E, W, b: -np.mean((E[tokens[:-1]] * W[tokens[1:]]).sum(axis=1) + b[tokens[1:]])
)
it.mistake("The probabilities were averaged before the logarithm. Average the surprises.")(
    lambda tokens, E, W, b: -np.log(np.exp(-_surprise(E[tokens[:-1]] @ W.T + b, tokens[1:])).mean())
)
it.mistake("A small probability became 0, and its logarithm infinite. Stay with logarithms.")(
    lambda tokens, E, W, b: -np.log(np.exp(-_surprise(E[tokens[:-1]] @ W.T + b, tokens[1:]))).mean()
)


def _cosines(table, token):
    return table @ table[token] / (np.linalg.norm(table, axis=1) * np.linalg.norm(table[token]))


def _best_but(scores, token, instead=-np.inf):
    return int(np.argmax(np.where(np.arange(len(scores)) == token, instead, scores)))


def _with_cosine(pick):
    """Return a function of (table, token): the token that `pick` takes, and its cosine."""

    def answer(table, token):
        chosen = pick(table, token)
        return chosen, float(_cosines(table, token)[chosen])

    return answer


nearest = _with_cosine(lambda table, token: _best_but(_cosines(table, token), token))


def _nearest_by_loop(table, token):
    unit = [row / np.sqrt((row**2).sum()) for row in table]
    others = [i for i in range(len(table)) if i != token]
    best = max(others, key=lambda i: float(unit[i] @ unit[token]))
    return best, float(unit[best] @ unit[token])


def _nearest_of_units(table, token):
    unit = table / np.linalg.norm(table, axis=1, keepdims=True)
    squares = ((unit - unit[token]) ** 2).sum(axis=1)
    squares[token] = np.inf
    return int(squares.argmin()), 1 - squares.min() / 2


def _product(table, token):
    return _best_but(table @ table[token], token)


def _one_is_nearest(table, token):
    """Tell whether no row is zero and one other row has a clearly higher cosine than all the rest."""
    if not table.any(axis=1).all():
        return False
    order = np.sort(np.delete(_cosines(table, token), token))
    return len(order) == 1 or order[-1] - order[-2] > 1e-3


def _some_parallel(rng, sizes):
    """Draw a table of which one row now and then is a multiple of another, longer or shorter."""
    table = numbers("V", "d").draw(rng, sizes)
    if rng.random() < 0.4:
        i, j = rng.choice(len(table), 2, replace=False)
        table[i] = table[j] * rng.choice([1, 2, 5, -1, -3])
    return table


it = exercise(
    "embeddings.nearest",
    "The nearest word",
    level=2,
    solution=nearest,
    edges=[
        (np.array([[1.0, 0.0], [5.0, 5.0], [0.2, 0.1], [1.0, -0.9]]), 0),
        (np.array([[1.0, 0.0], [0.0, 1.0], [-3.0, 0.1], [0.5, 1.0]]), 0),
        (np.array([[2.0, 1.0], [1.0, 2.0], [4.0, 2.5], [1.9, 1.2]]), 3),
        (np.array([[0.0, 1.0, 0.0], [1.0, 0.1, 0.0], [9.0, 0.0, 9.0], [2.0, 0.0, 0.1]]), 1),
        (np.array([[1.0, 0.0], [2.0, 0.0], [0.0, 1.0]]), 1),
        (np.array([[2.0, 1.0], [-2.0, -1.0]]), 0),
        (np.array([[1.0, 0.0], [-1.0, 1.0], [-1.0, -2.0]]), 0),
    ],
    allows="two rows or more, none of them zero, and one other row is nearest",
    domain={"table": made(_some_parallel, "V", "d"), "token": whole(0, "V")},
    sizes={"V": (2, 7), "d": (1, 4)},
    where=_one_is_nearest,
    right=[_nearest_by_loop, _nearest_of_units],
    why="A cosine compares directions, and the length of a row plays no part in it.",
)


@it.mistake("A word is nearest to itself, with a cosine of 1. Another one is asked for.")
def _itself(table, token):
    """The word's own row; where another points the same way, rounding decides which of the two is taken."""
    found = nearest(table, token)
    return (token, 1.0) if found[1] < 1 - 1e-9 else either((token, 1.0), found)


it.mistake("This goes by the product, so a long row wins wherever it points. Divide by both lengths.")(
    _with_cosine(_product)
)
it.mistake("This is a plain product and no cosine: nothing was divided by the lengths.")(
    lambda table, token: (best := _product(table, token), table[best] @ table[token])
)
it.mistake("This goes by distance. A long row that points the same way counts as far there.")(
    _with_cosine(lambda table, token: _best_but(-((table - table[token]) ** 2).sum(axis=1), token))
)
it.mistake("This row points away more than any other.")(
    _with_cosine(lambda table, token: _best_but(-_cosines(table, token), token))
)
it.mistake("The sign was dropped: a row that points the opposite way is not near.")(
    _with_cosine(lambda table, token: _best_but(np.abs(_cosines(table, token)), token))
)
it.mistake("The word's own row was taken out first, and all later rows moved up by one.")(
    lambda table, token: (
        int(np.argmax(np.delete(_cosines(table, token), token))),
        nearest(table, token)[1],
    )
)
it.mistake("The product was divided by the length of one row. A cosine needs both.")(
    lambda table, token: (
        best := nearest(table, token)[0],
        table[best] @ table[token] / np.linalg.norm(table[best]),
    )
)
it.mistake("The word's own cosine became 0, and wins where all other rows point away.")(
    lambda table, token: (
        best := _best_but(_cosines(table, token), token, 0.0),
        0.0 if best == token else _cosines(table, token)[best],
    )
)


def same_answers(W, A):
    """Return the W2 with which E @ A gives the logits that E gives with W."""
    return W @ np.linalg.inv(A).T


it = exercise(
    "embeddings.same_answers",
    "Other angles, same answers",
    level=3,
    solution=same_answers,
    edges=[
        (np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), np.array([[2.0, 0.0], [0.0, 1.0]])),
        (np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([[1.0, 1.0], [0.0, 1.0]])),
        (np.array([[1.0, 2.0]]), np.array([[0.0, -2.0], [1.0, 0.0]])),
        (np.array([[3.0]]), np.array([[-2.0]])),
    ],
    allows="which can be undone",
    domain={"W": numbers("V", "d"), "A": numbers("d", "d")},
    sizes={"d": (1, 4)},
    where=lambda W, A: np.linalg.cond(A) < 100,
    right=[
        lambda W, A: np.linalg.solve(A, W.T).T,
        lambda W, A: W @ np.linalg.inv(A.T),
        lambda W, A: (np.linalg.inv(A) @ W.T).T,
    ],
    why="Many pairs of tables are one and the same model, and the angles between rows differ among them.",
)
it.mistake("W is as it was, so the logits are those of other rows.")(lambda W, A: W.copy())
it.mistake("W went through A as well. That turns the logits twice instead of undoing it.")(lambda W, A: W @ A)
it.mistake("A turned over undoes A only where A is a rotation or a mirror image.")(lambda W, A: W @ A.T)
it.mistake("The inverse is right, and its side is not: in the logits W stands turned over.")(
    lambda W, A: W @ np.linalg.inv(A)
)
it.mistake("This is the inverse of A alone. Where is W?")(lambda W, A: np.linalg.inv(A))
it.mistake("`1 / A` divides by each number for itself. That does not undo a matrix.")(
    lambda W, A: W @ (1 / A).T
)
