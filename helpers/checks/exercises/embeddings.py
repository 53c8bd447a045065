"""The exercises of chapter 08: pairs, merges, the gradient of a table, a bigram model, neighbours, angles."""

from collections import Counter

import numpy as np

from ..declare import before, chapter, exercise

chapter("embeddings", "08 · Embeddings")


def _pencil(pair="an", tokens=3, rows=1256, parameters=33_000, changed=3):
    return dict(pair=pair, tokens=tokens, rows=rows, parameters=parameters, changed=changed)


exercise(
    "embeddings.pencil",
    "Five answers by pencil",
    solution=_pencil(),
    wrong={
        "`ba` comes first in both words, and twice in all. Count every pair of neighbours.": _pencil(
            pair="ba"
        ),
        "`na` comes three times. Another pair comes once more.": _pencil(pair="na"),
        "The word was merged with the first merge only. Its tokens can be merged again.": _pencil(tokens=5),
        "One merge of the three was left out: each is tried on what the others have made.": _pencil(tokens=4),
        "These are the merges alone. The bytes stay in the vocabulary.": _pencil(rows=1000),
        "One table and the biases were counted. There are two tables.": _pencil(parameters=17_000),
        "Both tables were counted, and the biases were not.": _pencil(parameters=32_000),
        "A token that comes twice has one row, and that row gets both gradients.": _pencil(changed=4),
        "A row that nobody looked up gets no gradient.": _pencil(changed=1000),
    },
    right=[
        _pencil(tokens=3.0, rows=1256.0),
        dict(changed=len({4, 9, 2}), parameters=1000 * (16 + 16 + 1), rows=256 + 1000, tokens=3, pair="an"),
    ],
    why="A vocabulary is bytes and merges, a table has a row for each, and only rows in use learn.",
)


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


def _in_how_many_words(words, times):
    counts = Counter()
    for word, often in zip(words, times, strict=True):
        for pair in set(zip(word, word[1:], strict=False)):
            counts[pair] += often
    return _best(counts)


def _across_words(words, times):
    text = [token for word, often in zip(words, times, strict=True) for token in list(word) * often]
    return _best(_counted([text], [1]))


def _without_order(words, times):
    counts = Counter()
    for pair, often in _counted(words, times).items():
        counts[tuple(sorted(pair))] += often
    return _best(counts)


def _two_commonest(words, times):
    counts = Counter()
    for word, often in zip(words, times, strict=True):
        for token in word:
            counts[token] += often
    first, second, *_ = [*sorted(counts, key=lambda token: (-counts[token], token)), -1]
    return first, second


def _by_arrays(words, times):
    rows = []
    for word, n in zip(words, times, strict=True):
        rows += list(zip(word[:-1], word[1:], strict=True)) * n
    pairs, counts = np.unique(np.array(rows), axis=0, return_counts=True)  # in the order of their numbers
    return tuple(pairs[counts.argmax()].tolist())


def _draw_words(rng, n, m):
    words = [rng.integers(0, 4, size=int(rng.integers(2, m + 4))).tolist() for _ in range(n + 2)]
    return words, rng.integers(1, 6, size=n + 2).tolist()


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
    ],
    domain=before(_draw_words),
    right=[
        _by_arrays,
        lambda words, times: max(sorted(_counted(words, times)), key=_counted(words, times).get),
    ],
    why="Count pairs within words, weigh them by the words, and settle ties: that is one step of training.",
)
it.mistake("Every word was counted once. `times` says how often each stands in the text.")(
    lambda words, times: top_pair(words, [1] * len(words))
)
it.mistake("A pair that stands twice in a word was counted once.")(_in_how_many_words)
it.mistake("Of pairs that are equally frequent, the one with the lowest numbers is asked for.")(
    lambda words, times: _best(_counted(words, times), -1)
)
it.mistake("On a tie the pair that was seen first came back. The lowest numbers decide.")(
    lambda words, times: _counted(words, times).most_common(1)[0][0]
)
it.mistake("The end of a word and the beginning of the next were taken for a pair.")(_across_words)
it.mistake("(1, 9) and (9, 1) were counted together. Left and right are not the same.")(_without_order)
it.mistake("These are the two most frequent tokens. Asked for is a pair that stands side by side.")(
    _two_commonest
)
it.mistake("This is the rarest pair.")(
    lambda words, times: min(_counted(words, times).items(), key=lambda item: (item[1], item[0]))[0]
)


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
        parts = _merged(list(parts), pair, token)
    return list(parts)


def _lowest_first(parts, merges):
    parts = list(parts)
    while pairs := merges.keys() & zip(parts, parts[1:], strict=False):
        first = min(pairs, key=list(merges).index)
        parts = _merged(parts, first, merges[first])
    return parts


def _leftmost_first(parts, merges):
    parts, i = list(parts), 0
    while i + 1 < len(parts):
        token = merges.get((parts[i], parts[i + 1]))
        if token is None:
            i += 1
        else:
            parts, i = [*parts[:i], token, *parts[i + 2 :]], max(i - 1, 0)
    return parts


def _backwards(parts, merges):
    return encode(parts, dict(reversed(merges.items())))


def _one_pass(parts, merges):
    out, i = [], 0
    while i < len(parts):
        token = merges.get(tuple(parts[i : i + 2]))
        out.append(parts[i] if token is None else token)
        i += 1 if token is None else 2
    return out


def _first_place_only(parts, merges):
    parts = list(parts)
    for pair, token in merges.items():
        for i in range(len(parts) - 1):
            if (parts[i], parts[i + 1]) == pair:
                parts[i : i + 2] = [token]
                break
    return parts


def _overlapping(parts, merges):
    parts = list(parts)
    for pair, token in merges.items():
        hits = [pair == both for both in zip(parts, parts[1:], strict=False)] + [False]
        follows = [False, *hits[:-1]]
        parts = [
            token if hit else part
            for part, hit, after in zip(parts, hits, follows, strict=True)
            if hit or not after
        ]
    return parts


def _spelled(merges):
    spelled = {}
    for (left, right), token in merges.items():
        spelled[token] = spelled.get(left, (left,)) + spelled.get(right, (right,))
    return spelled


def _longest_piece(parts, merges):
    spelled = sorted(_spelled(merges).items(), key=lambda item: (-len(item[1]), item[0]))
    out, i = [], 0
    while i < len(parts):
        fit = [token for token, piece in spelled if tuple(parts[i : i + len(piece)]) == piece]
        out.append(fit[0] if fit else parts[i])
        i += len(dict(spelled)[fit[0]]) if fit else 1
    return out


def _draw_merges(rng, n, m):
    merges = {}
    while len(merges) < m + 2:
        pair = tuple(rng.integers(0, 3 + len(merges), size=2).tolist())
        merges.setdefault(pair, 3 + len(merges))
    return rng.integers(0, 3, size=n + 12).tolist(), merges


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
    ],
    domain=before(_draw_merges),
    right=[_lowest_first, lambda parts, merges: _lowest_first(tuple(parts), dict(merges.items()))],
    why="The order of learning is the whole rule: the same merges in another order are another tokenizer.",
)
it.mistake(
    "The leftmost pair that has a merge was taken. The merge that was learned first goes first, "
    "wherever it stands."
)(_leftmost_first)
it.mistake("The merges were applied from the last to the first.")(_backwards)
it.mistake("One walk over the word is not enough: a merge can make a pair for another.")(_one_pass)
it.mistake("Each merge was applied at one place. It applies to every pair in the word.")(_first_place_only)
it.mistake("In three of the same, two pairs overlap, and both were merged. A token belongs to one pair.")(
    _overlapping
)
it.mistake("The longest piece that fits was taken each time. Merges go by the order of learning.")(
    _longest_piece
)
it.mistake("Only the first merge was applied.")(
    lambda parts, merges: encode(parts, dict(list(merges.items())[:1]))
)


def table_gradient(tokens, gradient, V):
    """Return the gradient of a table [V, d] from the gradients [n, d] of the rows that were taken."""
    table = np.zeros((V, gradient.shape[1]))
    np.add.at(table, tokens, gradient)
    return table


def _assigned(tokens, gradient, V):
    table = np.zeros((V, gradient.shape[1]))
    table[tokens] = gradient
    return table


def _first_wins(tokens, gradient, V):
    return _assigned(tokens[::-1], gradient[::-1], V)


def _averaged(tokens, gradient, V):
    counts = np.bincount(tokens, minlength=V)
    return table_gradient(tokens, gradient, V) / np.maximum(counts, 1)[:, None]


def _by_loop(tokens, gradient, V):
    rows = [gradient[tokens == token].sum(axis=0) for token in range(V)]
    return np.array(rows)


it = exercise(
    "embeddings.table_gradient",
    "The gradient of a table",
    level=2,
    solution=table_gradient,
    edges=[
        (np.array([1, 0]), np.array([[1.0, 2.0], [3.0, 4.0]]), 3),
        (np.array([1, 1, 0]), np.array([[1.0, 2.0], [10.0, 20.0], [5.0, 5.0]]), 4),
        (np.array([2, 2, 2]), np.array([[1.0], [2.0], [4.0]]), 3),
    ],
    domain=before(
        lambda rng, n, d, V: (rng.integers(0, V, size=n + V + 1), rng.normal(size=(n + V + 1, d)), V)
    ),
    right=[lambda tokens, gradient, V: np.eye(V)[tokens].T @ gradient, _by_loop],
    why="Taking rows is a product with one-hot rows, so the way back is a product with them turned over.",
)
it.mistake("A token that was taken twice has the last gradient only. Both count: add them.")(_assigned)
it.mistake("A token that was taken twice has the first gradient only. Both count: add them.")(_first_wins)
it.mistake("Gradients of the same row were averaged. They add up.")(_averaged)
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
        total += np.log(np.exp(z - z[there]).sum())
    return total / (len(tokens) - 1)


def _by_pairs(tokens, E, W, b):
    counts = np.zeros((len(b), len(b)))
    np.add.at(counts, (tokens[:-1], tokens[1:]), 1)
    return -(counts * _log_softmax(E @ W.T + b)).sum() / counts.sum()


def _draw_bigram(rng, n, V, d):
    V = V + 6
    return (
        rng.integers(0, V, size=n + 5),
        rng.normal(size=(V, d)),
        rng.normal(size=(V, d)),
        rng.normal(size=V),
    )


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
    ],
    domain=before(_draw_bigram),
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
it.mistake("W was not used: the logits are products of rows of E with rows of E.")(
    lambda tokens, E, W, b: bigram_loss(tokens, E, E, b)
)
it.mistake("These are minus the logits of the targets. Softmax makes probabilities of all logits first.")(
    lambda tokens, E, W, b: -np.mean((E[tokens[:-1]] * W[tokens[1:]]).sum(axis=1) + b[tokens[1:]])
)
it.mistake("The probabilities were averaged before the logarithm. Average the surprises.")(
    lambda tokens, E, W, b: -np.log(np.exp(-_surprise(E[tokens[:-1]] @ W.T + b, tokens[1:])).mean())
)


def _cosines(table, token):
    return table @ table[token] / (np.linalg.norm(table, axis=1) * np.linalg.norm(table[token]))


def _best_but(scores, token):
    return int(np.argmax(np.where(np.arange(len(scores)) == token, -np.inf, scores)))


def _with_cosine(pick):
    """Return a function of (table, token): the token that `pick` takes, and its cosine."""

    def answer(table, token):
        chosen = pick(table, token)
        return chosen, float(_cosines(table, token)[chosen])

    return answer


def nearest(table, token):
    """Return the other token whose row has the highest cosine with this one's, and that cosine."""
    cosines = _cosines(table, token)
    best = _best_but(cosines, token)
    return best, cosines[best]


def _nearest_by_loop(table, token):
    unit = [row / np.sqrt((row**2).sum()) for row in table]
    others = [i for i in range(len(table)) if i != token]
    best = max(others, key=lambda i: float(unit[i] @ unit[token]))
    return best, float(unit[best] @ unit[token])


def _nearest_of_units(table, token):
    unit = table / np.linalg.norm(table, axis=1, keepdims=True)
    squares = ((unit - unit[token]) ** 2).sum(axis=1)
    best = int(np.argsort(squares)[1])
    return best, 1 - squares[best] / 2


def _product(table, token):
    return _best_but(table @ table[token], token)


def _draw_table(rng, n, d):
    rows = rng.normal(size=(n + 6, d)) * rng.uniform(0.3, 3, size=(n + 6, 1))
    return rows + 0.01, int(rng.integers(n))


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
    ],
    domain=before(_draw_table),
    right=[_nearest_by_loop, _nearest_of_units],
    why="A cosine compares directions, and the length of a row plays no part in it.",
)
it.mistake("A word is nearest to itself, with a cosine of 1. Another one is asked for.")(
    _with_cosine(lambda table, token: token)
)
it.mistake("This goes by the product, so a long row wins wherever it points. Divide by both lengths.")(
    _with_cosine(_product)
)
it.mistake("This is a plain product and no cosine: nothing was divided by the lengths.")(
    lambda table, token: (_product(table, token), (table @ table[token])[_product(table, token)])
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
        nearest(table, token)[0],
        nearest(table, token)[1] * np.linalg.norm(table[token]),
    )
)


def _tables(count):
    """Return that many pairs (W, A), A far from what cannot be undone."""
    rng = np.random.default_rng(0)
    sizes = [(5, 2), (4, 3), (7, 4), (6, 5)][:count]
    return [
        (rng.normal(size=(V, d)).round(2), (rng.normal(size=(d, d)) + 3 * np.eye(d)).round(2))
        for V, d in sizes
    ]


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
        *_tables(4),  # drawn here and not by `draw`: A is square
    ],
    right=[
        lambda W, A: np.linalg.solve(A, W.T).T,
        lambda W, A: W @ np.linalg.inv(A.T),
        lambda W, A: (np.linalg.inv(A) @ W.T).T,
    ],
    why="Many pairs of tables are one and the same model, and the angles between rows differ among them.",
)
it.mistake("W is as it was, so the logits are those of other rows.")(lambda W, A: W.copy())
it.mistake("W went through A as well. That turns the logits twice instead of undoing it.")(lambda W, A: W @ A)
it.mistake("A turned over undoes A only where A is a rotation.")(lambda W, A: W @ A.T)
it.mistake("The inverse is right, and its side is not: in the logits W stands turned over.")(
    lambda W, A: W @ np.linalg.inv(A)
)
it.mistake("All logits come out half as large.")(lambda W, A: W @ np.linalg.inv(A).T / 2)
