"""The exercises of chapter 12: questions from a text, a rate, a draw with two knobs, and honest measures."""

import numpy as np

from ..declare import chapter, exercise
from ..domain import number, steady

chapter("language_model", "12 · Language model")


def _pencil(windows=68, questions=1024, cold=16 / 17, passes=1.6, computations=1.2e14):
    return dict(windows=windows, questions=questions, cold=cold, passes=passes, computations=computations)


exercise(
    "language_model.pencil",
    "Five numbers by pencil",
    solution=_pencil(),
    rtol=1e-3,  # three digits
    wrong={
        "So many pieces of 32 fit. A window has one token more: the last question's answer.": _pencil(
            windows=69
        ),
        "One window is missing: the last one may end with the last token of the text.": _pencil(windows=67),
        "This is one question a window. Every place asks for the token that follows it.": _pencil(
            questions=16
        ),
        "Here all 65 tokens of a window ask. The last one has no token after it in the window.": _pencil(
            questions=1040
        ),
        "0.8 was multiplied by the temperature. A temperature works on the logits.": _pencil(cold=0.4),
        "This is temperature 2, which flattens. A temperature below 1 makes the larger one larger.": _pencil(
            cold=2 / 3
        ),
        "16 to 1 are the odds. A probability is a share of all: one part in how many?": _pencil(cold=16),
        "The text was divided by what was read. How often does the text fit into what was read?": _pencil(
            passes=0.625
        ),
        "Two for each parameter and token is the way forward alone. Training goes back, too.": _pencil(
            computations=4e13
        ),
    },
    right=[
        _pencil(cold=0.8**2 / (0.8**2 + 0.2**2), passes=1000 * 64 * 50 / 2e6),
        dict(computations=6 * 1e6 * 2e7, passes=1.6, cold=0.941, questions=1024.0, windows=68.0),
    ],
    why="Budgets, batches and draws are school sums; what goes wrong is what is counted.",
)


def questions(tokens, starts, size):
    """Return (inputs, targets), both [count, size]."""
    rows = starts[:, None] + np.arange(size)
    return tokens[rows], tokens[rows + 1]


def _shifted(first, second):
    """Return a wrong `questions` with the inputs moved by `first` and the targets by `second`."""

    def wrong(tokens, starts, size):
        rows = starts[:, None] + np.arange(size)
        return tokens[rows + first], tokens[rows + second]

    return wrong


def _questions_by_loops(tokens, starts, size):
    inputs = [[tokens[s + k] for k in range(size)] for s in starts]
    targets = [[tokens[s + k] for k in range(1, size + 1)] for s in starts]
    return np.array(inputs), np.array(targets)


def _questions_by_slices(tokens, starts, size):
    pieces = np.stack([tokens[s : s + size + 1] for s in starts])
    return pieces[:, :-1], pieces[:, 1:]


def _any_questions(rng):
    """Return tokens, starts, size: the last start may be the last possible, and starts may repeat."""
    size, more = int(rng.integers(1, 6)), int(rng.integers(1, 9))
    tokens = rng.integers(rng.choice([2, 9, 256, 50_257]), size=size + more)
    return tokens, rng.integers(rng.choice([more, more, 1]), size=rng.integers(1, 5)), size


it = exercise(
    "language_model.questions",
    "Questions and answers",
    solution=questions,
    edges=[
        (np.array([5, 3, 8, 1, 9, 2]), np.array([0, 2]), 3),
        (np.array([7, 4, 6, 0]), np.array([1]), 2),
        (np.array([97, 256, 50_256, 97]), np.array([2, 0, 2]), 1),
    ],
    allows="starts: [count] places, all far enough from the end.",
    domain=_any_questions,
    right=[_questions_by_loops, _questions_by_slices],
    why="A text is its own teacher: each token is the answer to all that stands before it.",
)
it.mistake("Each place is asked for the token that it sees: the loss falls to zero, and nothing is learned.")(
    _shifted(0, 0)
)
it.mistake("The targets are two tokens ahead. The next token is one ahead.")(
    lambda tokens, starts, size: (
        questions(tokens, starts, size)[0],
        tokens[np.minimum(starts[:, None] + np.arange(size) + 2, len(tokens) - 1)],
    )
)
it.mistake("Here the inputs are the later ones: the model is asked what came before.")(_shifted(1, 0))
it.mistake("Every window begins where the text does. Each has its own entry of `starts`.")(
    lambda tokens, starts, size: questions(tokens, 0 * starts, size)
)
it.mistake("The windows stand in columns here. Each is to be a row: [count, size].")(
    lambda tokens, starts, size: tuple(part.T for part in questions(tokens, starts, size))
)
it.mistake("One target for each window. Every place of it has a token that comes next.")(
    lambda tokens, starts, size: (
        questions(tokens, starts, size)[0],
        questions(tokens, starts, size)[1][:, -1],
    )
)


def rate_at(step, steps, peak, turn):
    """Return the rate of a step, counted from 0."""
    if step < turn:
        return peak * (step + 1) / turn
    return peak * (1 + np.cos(np.pi * (step - turn) / (steps - turn))) / 2


def _falling(down):
    """Return a `rate_at` that falls as `down` says, from 1 at a part of 0 to its end at 1."""

    def wrong(step, steps, peak, turn):
        if step < turn:
            return peak * (step + 1) / turn
        return peak * down((step - turn) / (steps - turn))

    return wrong


def _any_step(rng):
    """Return step, steps, peak, turn; often a step at the turn or at an end, and short ways up or down."""
    steps = int(rng.choice([rng.integers(2, 8), rng.integers(8, 3000)]))
    turn = int(rng.choice([1, steps - 1, rng.integers(1, steps)]))
    step = int(rng.choice([0, turn - 1, turn, min(turn + 1, steps - 1), steps - 1, rng.integers(steps)]))
    return step, steps, number(low=0.0, zero=False, large=3).draw(rng, {}), turn


def _rate_by_half_angle(step, steps, peak, turn):
    if step >= turn:
        return peak * np.cos(np.pi / 2 * (step - turn) / (steps - turn)) ** 2
    return (1 + step) / turn * peak


it = exercise(
    "language_model.rate",
    "Up in a line, down along a cosine",
    level=2,
    solution=rate_at,
    edges=[
        (0, 100, 1.0, 10),
        (9, 100, 1.0, 10),
        (10, 100, 1.0, 10),
        (55, 100, 2.0, 10),
        (99, 100, 1.0, 10),
        (1, 2, 1.0, 1),
    ],
    allows="step: 0 to steps - 1; turn: from 1, below steps; peak: above 0.",
    domain=_any_step,
    atol=1e-12,
    right=[
        _rate_by_half_angle,
        lambda step, steps, peak, turn: (
            peak * min((step + 1) / turn, 0.5 + 0.5 * np.cos(np.pi * max(0, step - turn) / (steps - turn)))
        ),
    ],
    why="Large steps find the valley, small ones its floor, and the first few are young Adam's.",
)
it.mistake("At step 0 the rate is 0 here, so the first batch is wasted. It should be `peak / turn` there.")(
    lambda step, steps, peak, turn: peak * step / turn if step < turn else rate_at(step, steps, peak, turn)
)
it.mistake("It begins at the peak. For the first `turn` steps the rate has to climb.")(
    lambda step, steps, peak, turn: peak * (1 + np.cos(np.pi * step / steps)) / 2
)
it.mistake("It falls in a straight line. A cosine leaves the peak slowly and arrives slowly.")(
    _falling(lambda part: 1 - part)
)
it.mistake("It ends at minus the peak, and the model would climb. The way down should end at 0.")(
    _falling(lambda part: np.cos(np.pi * part))
)
it.mistake("This is a quarter of a turn: it arrives at 0 at full speed. Half a turn is asked for.")(
    _falling(lambda part: np.cos(np.pi / 2 * part))
)
it.mistake("After the turn it jumps to twice the peak: 1 plus a cosine reaches 2.")(
    _falling(lambda part: 1 + np.cos(np.pi * part))
)
it.mistake("The way down was counted from step 0. It begins at the turn, so the rate jumps there.")(
    lambda step, steps, peak, turn: (
        peak * (step + 1) / turn if step < turn else peak * (1 + np.cos(np.pi * step / steps)) / 2
    )
)
it.mistake("It stays at the peak. After the turn it has to fall, or the last steps are too large to settle.")(
    _falling(lambda part: 1.0)
)


def _softmax(z):
    powers = np.exp(z - z.max())
    return powers / powers.sum()


def next_probabilities(logits, temperature, top_k):
    """Return [n]: what the next token is drawn with."""
    kept = np.where(logits >= np.sort(logits)[-top_k], logits, -np.inf)
    return _softmax(kept / temperature)


def _probabilities_by_places(logits, temperature, top_k):
    best = np.argsort(logits)[::-1][:top_k]
    p = np.zeros(len(logits))
    p[best] = np.exp((logits[best] - logits[best].max()) / temperature)
    return p / p.sum()


def _any_logits(rng):
    """Return logits that differ, of any sign and size and whole now and then, a temperature and top_k."""
    n = int(rng.choice([1, 2, 3, 4, 5, 6, 97], p=[0.1, 0.1, 0.2, 0.2, 0.2, 0.15, 0.05]))
    logits = rng.permutation(3 * n)[:n] - rng.integers(3 * n)
    kinds = (
        logits,
        logits * 0.7,
        logits * 0.01,
        logits * 300.0,
        logits + 1000.0,
        -1.0 - abs(logits.min()) - logits,
    )
    return kinds[rng.integers(6)], number(low=0.0, zero=False).draw(rng, {}), int(rng.integers(1, n + 1))


def _masked(logits, top_k, value):
    return np.where(logits >= np.sort(logits)[-top_k], logits, value)


it = exercise(
    "language_model.probabilities",
    "Temperature and top-k",
    level=2,
    solution=next_probabilities,
    edges=[
        (np.array([2.0, 1.0, 0.0]), 1.0, 3),
        (np.array([2.0, 1.0, 0.0]), 0.5, 3),
        (np.array([0.0, 3.0, 1.0, 2.0]), 2.0, 2),
        (np.array([1000.0, 999.0, 998.0]), 1.0, 2),
        (np.array([0, 2, 1]), 1.0, 1),
        (np.array([0.002, 0.001, 0.0]), 0.001, 2),
    ],
    allows="No two logits are equal, and the temperature is above 0.",
    domain=_any_logits,
    where=steady(next_probabilities),
    atol=1e-300,  # "exactly 0"
    right=[
        _probabilities_by_places,
        lambda logits, temperature, top_k: (lambda p: p / p.sum())(
            _softmax(logits / temperature) * (logits >= np.partition(logits, -top_k)[-top_k])
        ),
    ],
    why="Both knobs turn after the model has spoken: they change the draw and no parameter.",
)
it.mistake("The logits were multiplied by the temperature, so cold and hot are swapped.")(
    lambda logits, temperature, top_k: _softmax(_masked(logits, top_k, -np.inf) * temperature)
)
it.mistake("The temperature changes nothing here.")(
    lambda logits, temperature, top_k: _softmax(_masked(logits, top_k, -np.inf))
)
it.mistake("All tokens stay in the draw: `top_k` changes nothing here.")(
    lambda logits, temperature, top_k: _softmax(logits / temperature)
)
it.mistake("A logit of 0 is no ban: e⁰ is 1. Which logit has a probability of exactly 0?")(
    lambda logits, temperature, top_k: _softmax(_masked(logits, top_k, 0.0) / temperature)
)
it.mistake("The kept ones do not add up to 1: what was banned has to be shared out among them.")(
    lambda logits, temperature, top_k: _softmax(logits / temperature) * (logits >= np.sort(logits)[-top_k])
)
it.mistake("The smallest logits were kept, and the largest banned.")(
    lambda logits, temperature, top_k: _softmax(
        np.where(logits <= np.sort(logits)[top_k - 1], logits, -np.inf) / temperature
    )
)
it.mistake("One token too many stays in the draw.")(
    lambda logits, temperature, top_k: next_probabilities(logits, temperature, min(top_k + 1, len(logits)))
)
it.mistake("The probabilities were divided. The temperature belongs to the logits, before the softmax.")(
    lambda logits, temperature, top_k: _softmax(_masked(logits, top_k, -np.inf)) / temperature
)
it.mistake("Right for small logits. At 1000 the power is infinite, and infinity by infinity is no number.")(
    lambda logits, temperature, top_k: (lambda powers: powers / powers.sum())(
        np.exp(_masked(logits, top_k, -np.inf) / temperature)
    )
)


def land(p, u):
    """Return the token that a draw lands on."""
    return int(np.searchsorted(np.cumsum(p), u, side="right"))


def _land_by_loop(p, u):
    for token, share in enumerate(p):
        u = u - share
        if u < 0:
            return token
    return len(p) - 1


def _any_draw(rng):
    """Return p and u. Dyadic numbers, so that a u on a border is exactly there; empty pieces anywhere."""
    n = int(rng.choice([1, 2, 3, 4, 5, 6, 97]))
    p = rng.multinomial(64, rng.dirichlet(np.full(n, rng.choice([0.2, 1.0, 20.0])))) / 64
    if p.max() == 1 and rng.random() < 0.5:  # one token has it all
        p = p.astype(int)
    elif rng.random() < 0.4:  # one has next to nothing
        p[p.argmax()] -= 2.0**-23
        p = np.insert(p, rng.integers(n + 1), 2.0**-23)
    borders = np.append(0.0, np.cumsum(p))
    u = rng.choice([0.0, rng.choice(borders[borders < 1]), rng.uniform(0, 0.999), 0.999])
    return p, float(u)


it = exercise(
    "language_model.land",
    "Where a draw lands",
    level=2,
    solution=land,
    edges=[
        (np.array([0.5, 0.25, 0.25]), 0.0),
        (np.array([0.5, 0.25, 0.25]), 0.5),
        (np.array([0.125, 0.625, 0.25]), 0.9),
        (np.array([0.25, 0.25, 0.5]), 0.3),
        (np.array([0.0, 0.75, 0.25]), 0.0),
        (np.array([0.0, 0.5, 0.0, 0.5, 0.0]), 0.5),
    ],
    allows="u: from 0 to 0.999",
    domain=_any_draw,
    right=[_land_by_loop, lambda p, u: int((np.cumsum(p) <= u).sum())],
    why="One random number and a running sum: that is all the creativity there is in a draw.",
)
it.mistake("Always the most probable token: that is a temperature of 0, and `u` plays no part.")(
    lambda p, u: int(np.argmax(p))
)
it.mistake("A draw on a border belongs to the next piece. Try u = 0 with a first token of probability 0.")(
    lambda p, u: int(np.searchsorted(np.cumsum(p), u, side="left"))
)
it.mistake("This is the token whose probability is nearest to `u`. The pieces lie one after another.")(
    lambda p, u: int(np.argmin(np.abs(p - u)))
)
it.mistake("All tokens have the same length here. Each has a piece as long as its probability.")(
    lambda p, u: int(u * len(p))
)
it.mistake("The line was read from its other end: token 0 comes first, at 0.")(
    lambda p, u: len(p) - 1 - land(p[::-1], u)
)
it.mistake("One too far: count the pieces that end at or before `u`.")(
    lambda p, u: min(land(p, u) + 1, len(p) - 1)
)
it.mistake("This is the probability of the token. Asked for is the token, its place in `p`.")(
    lambda p, u: p[land(p, u)]
)


def floor_and_excess(truth, model):
    """Return (floor, excess): the entropy of the truth, and what the model pays above it."""
    seen = truth > 0
    floor = -(truth[seen] * np.log(truth[seen])).sum()
    return floor, -(truth[seen] * np.log(model[seen])).sum() - floor


def _excess_by_ratio(truth, model):
    pairs = [(p, q) for p, q in zip(truth, model, strict=True) if p > 0]
    return sum(p * np.log(1 / p) for p, _ in pairs), sum(p * np.log(p / q) for p, q in pairs)


def _excess_with_where(truth, model):
    logs = np.log(np.where(truth > 0, truth, 1))
    return -(truth @ logs), truth @ (logs - np.log(model))


def _any_pair(rng):
    """Return truth and model: with and without zeros, far apart or alike, down to a probability of 1e-12."""
    n = int(rng.integers(1, 7))
    spread = np.full(n, rng.choice([0.2, 1.0, 20.0]))
    truth = rng.multinomial(16, rng.dirichlet(spread)) / 16 if rng.random() < 0.5 else rng.dirichlet(spread)
    truth = truth.astype(int) if truth.max() == 1 and rng.random() < 0.5 else truth
    model = rng.choice([truth, np.roll(truth, 1), rng.dirichlet(spread), np.full(n, 1 / n)]) + rng.choice(
        [1e-12, 1e-3, 0.1]
    )
    return truth, model / model.sum()


def _floor(p):
    return floor_and_excess(p, p)[0]


it = exercise(
    "language_model.excess",
    "The floor, and what lies above it",
    level=3,
    solution=floor_and_excess,
    edges=[
        (np.array([0.9, 0.1]), np.array([0.9, 0.1])),
        (np.array([0.9, 0.1]), np.array([0.5, 0.5])),
        (np.array([1.0, 0.0]), np.array([0.75, 0.25])),
        (np.array([0.5, 0.25, 0.25, 0.0]), np.array([0.25, 0.25, 0.25, 0.25])),
        (np.array([1.0]), np.array([1.0])),
        (np.array([0.0, 1.0]), np.array([0.999999999999, 1e-12])),
    ],
    allows="no entry of model is 0",
    domain=_any_pair,
    where=steady(floor_and_excess),
    right=[_excess_by_ratio, _excess_with_where],
    why="Training can only push down the second number; the first belongs to the text.",
)
it.mistake("The second number is all that the model pays. Take away what anybody has to pay.")(
    lambda truth, model: (_floor(truth), floor_and_excess(truth, model)[1] + _floor(truth))
)
it.mistake("Truth and model have changed places: what happens is weighed by the truth.")(
    lambda truth, model: (_floor(truth), floor_and_excess(model[truth > 0], truth[truth > 0])[1])
)
it.mistake("The first number is the model's own uncertainty. The floor belongs to the truth.")(
    lambda truth, model: (_floor(model), floor_and_excess(truth, model)[1])
)
it.mistake("These are bits. Nats are asked for: `np.log`.")(
    lambda truth, model: tuple(part / np.log(2) for part in floor_and_excess(truth, model))
)
it.mistake("A mean over the tokens was taken. The probabilities are the weights already: add up.")(
    lambda truth, model: tuple(part / len(truth) for part in floor_and_excess(truth, model))
)
it.mistake("The second number compares two uncertainties. What does the model pay for what really happens?")(
    lambda truth, model: (_floor(truth), _floor(model) - _floor(truth))
)
it.mistake("Both signs are turned: a surprise is minus a logarithm.")(
    lambda truth, model: tuple(-part for part in floor_and_excess(truth, model))
)


def bits_per_byte(p, n_bytes):
    """Return the bits that a model needs for each byte of a text."""
    return -np.log2(p).sum() / n_bytes


def _any_text(rng):
    """Return p and n_bytes: from one token to many, sure ones and hardly possible ones."""
    n = int(rng.choice([rng.integers(1, 6), rng.integers(20, 60)]))
    kinds = (
        rng.uniform(0.001, 1, n).round(3),
        rng.choice([0.5, 0.25, 1.0], n),
        10.0 ** -rng.integers(0, 13, n),
    )
    p = [*kinds, np.ones(n), np.ones(n, dtype=int), np.full(n, rng.choice([0.01, 1e-12]))][rng.integers(6)]
    return p, int(rng.choice([1, 2, n, rng.integers(1, 400)]))


it = exercise(
    "language_model.bits",
    "Bits per byte",
    level=2,
    solution=bits_per_byte,
    edges=[(np.array([0.5, 0.25, 0.125]), 6), (np.array([1.0, 1.0]), 5), (np.array([0.01, 0.9]), 3)],
    allows="n_bytes: a whole number above 0",
    domain=_any_text,
    right=[
        lambda p, n_bytes: -np.log(p).sum() / np.log(2) / n_bytes,
        lambda p, n_bytes: sum(np.log2(1 / each) for each in p) / n_bytes,
    ],
    why="It is the one number that compares models whose tokens differ, and it is the size of a packed file.",
)
it.mistake("These are nats for each byte. A bit is a choice of two: `np.log2`, or divide by ln 2.")(
    lambda p, n_bytes: -np.log(p).sum() / n_bytes
)
it.mistake("Bits for each token. A tokenizer with longer tokens would look worse and be no worse.")(
    lambda p, n_bytes: -np.log2(p).mean()
)
it.mistake("A mean was taken and then divided again: the surprise of the whole text is a sum.")(
    lambda p, n_bytes: -np.log2(p).mean() / n_bytes
)
it.mistake("It is below zero: a surprise is minus a logarithm.")(
    lambda p, n_bytes: np.log2(p).sum() / n_bytes
)
it.mistake("These are the bits for the whole text. How many is that for each byte?")(
    lambda p, n_bytes: -np.log2(p).sum()
)
it.mistake("From nats to bits one divides by ln 2: a bit is smaller than a nat, so there are more of them.")(
    lambda p, n_bytes: -np.log(p).sum() * np.log(2) / n_bytes
)
it.mistake("The logarithm of a mean was taken. Each token has a surprise of its own; add those.")(
    lambda p, n_bytes: -np.log2(p.mean()) * len(p) / n_bytes
)
