"""The exercises of chapter 15: a recipe for masks, a loss at gaps, T5's two texts, an order, two gaps."""

import numpy as np

from ..declare import chapter, exercise

chapter("families", "15 · Families")


def _pencil(questions=19, masked=120, source=16, target=8, sees=2, both=0.5):
    return dict(questions=questions, masked=masked, source=source, target=target, sees=sees, both=both)


exercise(
    "families.pencil",
    "Six numbers by pencil",
    solution=_pencil(),
    rtol=1e-3,
    wrong={
        "Before the first token of a window stands nothing: GPT is not asked for it.": _pencil(questions=20),
        "15 % are chosen, and not all of these become [MASK].": _pencil(masked=150),
        "For each lost span one sentinel comes into the source.": _pencil(source=14),
        "A sentinel stands for a whole span, not for each of its tokens.": _pencil(source=20),
        "In the target each span follows its sentinel, and the sentinels count.": _pencil(target=6),
        "Place 1 is third in the order and sees the two in front; this is too few.": _pencil(sees=1),
        "An answer never sees its own word: this is one too many.": _pencil(sees=3),
        "This is what BERT pays for each, on average. T5 sees the first when it writes the second.": _pencil(
            both=1.0
        ),
        "This is the sum of both. The mean of the two is asked for.": _pencil(both=2.0),
    },
    right=[
        _pencil(questions=19.0, both=1 / 2),
        dict(both=0.5, sees=2, target=2 + 6, source=20 - 6 + 2, masked=1000 * 0.15 * 0.8, questions=20 - 1),
    ],
    why="What goes in, what is asked, and who sees whom: three counts tell the families apart.",
)


def recipe(tokens, places, lots, others, mask):
    """Return what BERT is shown: at each place [MASK], another token or the token itself."""
    shown = tokens.copy()
    for place, lot, other in zip(places, lots, others, strict=True):
        if lot < 0.8:
            shown[place] = mask
        elif lot < 0.9:
            shown[place] = other
    return shown


def _any_recipe(rng):
    n = int(rng.integers(1, 9))
    count = int(rng.integers(1, n + 1))
    places = rng.permutation(n)[:count]
    lots = rng.choice([0.0, 0.3, 0.79, 0.8, 0.85, 0.9, 0.95, 0.99], size=count)
    mask = int(rng.integers(50, 60))
    return rng.integers(0, 50, n), places, lots, rng.integers(0, 50, count), mask


def _changed(change):
    return lambda tokens, places, lots, others, mask: change(
        tokens.copy(), np.asarray(places), np.asarray(lots), np.asarray(others), mask
    )


def _by_arrays(shown, places, lots, others, mask):
    old = shown[places]
    shown[places] = np.where(lots < 0.8, mask, np.where(lots < 0.9, others, old))
    return shown


it = exercise(
    "families.recipe",
    "BERT's recipe",
    level=1,
    solution=recipe,
    edges=[
        (np.array([7, 3, 9, 4, 1]), np.array([1, 3]), np.array([0.5, 0.85]), np.array([20, 30]), 50),
        (np.array([7, 3, 9]), np.array([2, 0]), np.array([0.95, 0.1]), np.array([20, 30]), 50),
        (np.array([5, 6]), np.array([0, 1]), np.array([0.8, 0.9]), np.array([11, 12]), 30),
    ],
    domain=_any_recipe,
    allows="No place comes twice, and each lot is from 0 on and below 1.",
    new=True,
    right=[
        _changed(_by_arrays),
        lambda tokens, places, lots, others, mask: np.array(
            _recipe_by_lists(tokens.tolist(), places.tolist(), lots, others, mask)
        ),
    ],
    why="A tenth unchanged: so the model cannot know which words are right, and has to look at all of them.",
)


def _recipe_by_lists(shown, places, lots, others, mask):
    for k, place in enumerate(places):
        shown[place] = mask if lots[k] < 0.8 else others[k] if lots[k] < 0.9 else shown[place]
    return shown


def _put(value):
    def wrong(shown, places, lots, others, mask):
        shown[places] = value(shown[places], lots, others, mask)
        return shown

    return _changed(wrong)


it.mistake("Every chosen place became [MASK]. Look at its lot first.")(
    _put(lambda old, lots, others, mask: mask + 0 * old)
)
it.mistake("From 0.9 on the token stays as it is; here it became another one.")(
    _put(lambda old, lots, others, mask: np.where(lots < 0.8, mask, others))
)
it.mistake("Between 0.8 and 0.9 another token comes; here the old one stayed.")(
    _put(lambda old, lots, others, mask: np.where(lots < 0.8, mask, old))
)
it.mistake("The two tenths are swapped: from 0.8 another token, from 0.9 on the token itself.")(
    _put(lambda old, lots, others, mask: np.where(lots < 0.8, mask, np.where(lots < 0.9, old, others)))
)
it.mistake("A lot of exactly 0.8 is no longer one of the lower eight tenths: use <.")(
    _put(lambda old, lots, others, mask: np.where(lots <= 0.8, mask, np.where(lots < 0.9, others, old)))
)


@it.mistake("The first places were changed, and not those that were chosen.")
def first_places(tokens, places, lots, others, mask):
    return recipe(tokens, np.arange(len(places)), lots, others, mask)


def gap_loss(costs, places):
    """Return the mean surprise at the places that are asked for."""
    return costs[places].mean()


def _any_gaps(rng):
    n = int(rng.integers(2, 9))
    return np.round(rng.exponential(1.0, n), 3) + 0.001, rng.permutation(n)[: int(rng.integers(1, n))]


it = exercise(
    "families.gap_loss",
    "The loss at the gaps",
    level=1,
    solution=gap_loss,
    edges=[
        (np.array([0.01, 1.5, 0.02, 0.5]), np.array([1, 3])),
        (np.array([2.0, 0.1, 0.1]), np.array([0])),
        (np.array([1.0, 2.0, 3.0, 4.0, 5.0]), np.array([4, 0, 2])),
    ],
    domain=_any_gaps,
    allows="No place comes twice; there is at least one, and at least one token is not asked for.",
    right=[
        lambda costs, places: sum(costs[place] for place in places) / len(places),
        lambda costs, places: np.mean([costs[place] for place in places]),
    ],
    why="A mean over all places would reward a model for copying what it sees.",
)
it.mistake("This is the mean over all places. What stands in plain sight is no question.")(
    lambda costs, places: costs.mean()
)
it.mistake("This is the sum. The mean of the answers is asked for.")(
    lambda costs, places: costs[places].sum()
)
it.mistake("The right ones were added up, and divided by all places.")(
    lambda costs, places: costs[places].sum() / len(costs)
)
it.mistake("This is the mean over the places that are not asked for.")(
    lambda costs, places: np.delete(costs, places).mean()
)
it.mistake("These are the first places of the window, as many as were asked for.")(
    lambda costs, places: costs[: len(places)].mean()
)


def decoder_input(target, start):
    """Return what T5's decoder reads while it is asked for target."""
    return np.concatenate([[start], target[:-1]])


it = exercise(
    "families.decoder_input",
    "What the decoder reads",
    level=1,
    solution=decoder_input,
    edges=[
        (np.array([50, 1, 2, 51, 4, 5]), 52),
        (np.array([7, 8]), 9),
        (np.array([3]), 0),
    ],
    domain=lambda rng: (rng.integers(0, 60, int(rng.integers(1, 9))), int(rng.integers(60, 70))),
    right=[
        lambda target, start: [start, *target[:-1]],
        lambda target, start: np.array([start, *target])[: len(target)],
    ],
    why="Unshifted, each answer stands in the input: the loss falls to 0, and the model can only copy.",
)
it.mistake("This is the target itself: each answer stands where it is asked for, and the loss falls to 0.")(
    lambda target, start: target.copy()
)
it.mistake("The input has to be as long as the target. Behind the last token nothing is asked for.")(
    lambda target, start: np.concatenate([[start], target])
)
it.mistake("This is moved the other way: each place would see the token after next.")(
    lambda target, start: np.concatenate([target[1:], [start]])
)
it.mistake("The start has replaced the first token. The first token has to be seen, one place later.")(
    lambda target, start: np.concatenate([[start], target[1:]])
)
it.mistake("The last token was moved to the front. In front comes the start.")(
    lambda target, start: np.roll(target, 1)
)


def put_back(source, target, first):
    """Return the text that T5's source and target come from: spans stand where their sentinels stood."""
    text = []
    for token in source.tolist():
        if token < first:
            text.append(token)
        else:
            at = target.tolist().index(token) + 1
            while at < len(target) and target[at] < first:
                text.append(int(target[at]))
                at += 1
    return np.array(text)


def _put_back_by_dict(source, target, first):
    spans, now = {}, None
    for token in target.tolist():
        if token >= first:
            now = spans.setdefault(token, [])
        else:
            now.append(token)
    found = []
    for token in source.tolist():
        found += spans[token] if token >= first else [token]
    return found


def _put_back_by_split(source, target, first):
    at = [*np.flatnonzero(target >= first), len(target)]
    found = []
    for token in source:
        k = token - first
        found += target[at[k] + 1 : at[k + 1]].tolist() if k >= 0 else [int(token)]
    return np.array(found)


def _any_spans(rng):
    first, count = int(rng.integers(50, 60)), int(rng.integers(1, 4))
    source, target = rng.integers(0, 50, int(rng.integers(0, 3))).tolist(), []
    for k in range(count):
        span = rng.integers(0, 50, int(rng.integers(1, 4))).tolist()
        source += [first + k, *rng.integers(0, 50, int(rng.integers(1, 4))).tolist()]
        target += [first + k, *span]
    return np.array(source), np.array(target), first


it = exercise(
    "families.put_back",
    "Put the spans back",
    level=2,
    solution=put_back,
    edges=[
        (np.array([0, 50, 3, 51, 6]), np.array([50, 1, 2, 51, 4, 5]), 50),
        (np.array([20, 8, 9]), np.array([20, 7]), 20),
        (np.array([5, 5, 50, 5]), np.array([50, 5, 4, 3]), 50),
    ],
    domain=_any_spans,
    allows="Sentinels are `first`, `first + 1` and so on, in this order; each has one token or more.",
    right=[_put_back_by_dict, _put_back_by_split],
    why="Source and target hold the whole text, each token once: nothing is lost, and nothing twice.",
)
it.mistake("The sentinels are still there. A span takes the place of its sentinel.")(
    lambda source, target, first: np.concatenate(
        [[t, *_spans(target, first)[t - first]] if t >= first else [t] for t in source]
    )
)
it.mistake("The spans were put behind the text. Each goes where its sentinel stands.")(
    lambda source, target, first: np.concatenate([source[source < first], target[target < first]])
)
it.mistake("Of each span only the first token came back.")(
    lambda source, target, first: np.array(
        [_spans(target, first)[t - first][0] if t >= first else t for t in source]
    )
)
it.mistake("Only the first span came back. Each sentinel has a span of its own.")(
    lambda source, target, first: np.concatenate(
        [_spans(target, first)[0] if t >= first else [t] for t in source]
    )
)
it.mistake("The sentinels were taken out, and what they stand for is missing.")(
    lambda source, target, first: source[source < first]
)
it.mistake("A span came back the wrong way round.")(
    lambda source, target, first: np.concatenate(
        [_spans(target, first)[t - first][::-1] if t >= first else [t] for t in source]
    )
)


def _spans(target, first):
    at = [*np.flatnonzero(target >= first), len(target)]
    return [target[a + 1 : b].tolist() for a, b in zip(at[:-1], at[1:], strict=True)]


def query_mask(order):
    """Return [n, n], 1 where the answer at a row's place may see the column's place."""
    rank = np.argsort(order)
    return (rank[None, :] < rank[:, None]).astype(int)


def _query_by_loops(order):
    n = len(order)
    mask = np.zeros((n, n), dtype=int)
    for turn, place in enumerate(order):
        for earlier in order[:turn]:
            mask[place, earlier] = 1
    return mask


it = exercise(
    "families.query_mask",
    "A mask from an order",
    level=2,
    solution=query_mask,
    edges=[(np.array([2, 0, 1]),), (np.array([0, 1, 2, 3]),), (np.array([3, 1, 0, 2]),)],
    domain=lambda rng: (rng.permutation(int(rng.integers(1, 7))),),
    right=[
        _query_by_loops,
        lambda order: 1 * np.less.outer(np.argsort(order), np.argsort(order)).T,
    ],
    why="With this mask one pass through the model foresees every word, each from the earlier ones.",
)
it.mistake("Rows and columns are swapped: a row is the place that asks.")(lambda order: query_mask(order).T)
it.mistake("An answer sees its own word here, and the loss falls to 0: leave the diagonal out.")(
    lambda order: query_mask(order) + np.eye(len(order), dtype=int)
)
it.mistake("`order[k]` is the place whose turn is k. It was taken for the turn of place k.")(
    lambda order: (order[None, :] < order[:, None]).astype(int)
)
it.mistake("This is the causal mask of the sentence: the order makes no difference in it.")(
    lambda order: np.tril(np.ones((len(order), len(order)), dtype=int), -1)
)
it.mistake("Rows and columns are in the order of turns. They are in the order of places.")(
    lambda order: np.tril(np.ones((len(order), len(order)), dtype=int), -1)[:, order]
)
it.mistake("Only the place right before in the order is seen. All earlier ones may be.")(
    lambda order: (np.argsort(order)[None, :] == np.argsort(order)[:, None] - 1).astype(int)
)


def two_gaps(joint, a, b):
    """Return (what BERT pays for both gaps, what T5 pays), in nats."""
    row, column = joint.sum(axis=1)[a], joint.sum(axis=0)[b]
    return -np.log(row) - np.log(column), -np.log(joint[a, b])


def _any_joint(rng):
    shape = (int(rng.integers(1, 5)), int(rng.integers(1, 5)))
    joint = rng.integers(1, 9, shape) * 1.0
    return joint / joint.sum(), int(rng.integers(shape[0])), int(rng.integers(shape[1]))


it = exercise(
    "families.two_gaps",
    "Two gaps at once",
    level=3,
    solution=two_gaps,
    edges=[
        (np.array([[0.5, 0.125], [0.125, 0.25]]), 0, 0),
        (np.array([[0.25, 0.25], [0.25, 0.25]]), 1, 0),
        (np.array([[0.125, 0.5, 0.125], [0.125, 0.0625, 0.0625]]), 1, 2),
    ],
    domain=_any_joint,
    allows="All probabilities are above zero and add up to 1.",
    right=[
        lambda joint, a, b: [
            -np.log(sum(joint[a])) - np.log(sum(joint[:, b])),
            -np.log(sum(joint[a])) - np.log(joint[a, b] / sum(joint[a])),
        ],
        lambda joint, a, b: (
            -np.log(joint[a].sum() * joint[:, b].sum()),
            -np.log(joint[:, b].sum()) - np.log(joint[a, b] / joint[:, b].sum()),
        ),
    ],
    why="The difference is what the two words tell about each other; it is 0 where they tell nothing.",
)
it.mistake("The two are swapped: BERT's comes first.")(lambda joint, a, b: two_gaps(joint, a, b)[::-1])
it.mistake("BERT does not see the other word, so it cannot pay what both cost together.")(
    lambda joint, a, b: (-np.log(joint[a, b]), -np.log(joint[a, b]))
)
it.mistake("T5 sees the first word when it writes the second. Here it does not.")(
    lambda joint, a, b: (two_gaps(joint, a, b)[0], two_gaps(joint, a, b)[0])
)
it.mistake("Rows belong to the first gap: sums over rows and columns are swapped.")(
    lambda joint, a, b: (
        -np.log(joint.sum(axis=0)[min(a, joint.shape[1] - 1)])
        - np.log(joint.sum(axis=1)[min(b, joint.shape[0] - 1)]),
        two_gaps(joint, a, b)[1],
    )
)
it.mistake("These are the means of the two gaps. The sums are asked for.")(
    lambda joint, a, b: tuple(each / 2 for each in two_gaps(joint, a, b))
)
it.mistake("These are logarithms to base 2, so bits. Nats are asked for.")(
    lambda joint, a, b: tuple(each / np.log(2) for each in two_gaps(joint, a, b))
)
it.mistake("T5's second word alone: the first one costs something, too.")(
    lambda joint, a, b: (two_gaps(joint, a, b)[0], -np.log(joint[a, b] / joint[a].sum()))
)
