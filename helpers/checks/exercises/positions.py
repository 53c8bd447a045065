"""The exercises of chapter 10: what order costs, who notices it, clocks, shifts, rotations and buckets."""

import math

import numpy as np

from ..declare import chapter, exercise
from ..domain import choice, numbers, order, written

chapter("positions", "10 · Positions")


def _pencil(table=1_048_576, t5=768, rotation=0, angle=0.5, later=0.5):
    return dict(table=table, t5=t5, rotation=rotation, angle=angle, later=later)


exercise(
    "positions.pencil",
    "Five numbers by pencil",
    solution=_pencil(),
    wrong={
        "The places and the width were added. Each place has a whole row of numbers.": _pencil(table=2560),
        "One number for each place is not enough: a row as wide as the word is added.": _pencil(table=2048),
        "This counts one of the two tables. The encoder has one and the decoder has one.": _pencil(t5=384),
        "The heads are missing: each bucket has a number for every head.": _pencil(t5=64),
        "Here each layer has a table. In T5 all layers of a stack use the same one.": _pencil(t5=9216),
        "The speeds of the hands were counted. Nobody learns them: a formula makes them.": _pencil(
            rotation=512
        ),
        "These are the turns of the query itself. Asked is how much further than the key.": _pencil(
            angle=5.9, later=15.9
        ),
        "The sign says that the key has turned further, and it stands before the query.": _pencil(
            angle=-0.5, later=-0.5
        ),
        "The move was given to the query only. Both are moved.": _pencil(later=10.5),
    },
    right=[
        _pencil(table=2048.0 * 512, angle=0.1 * 5),
        dict(later=0.1 * (159 - 154), angle=0.1 * (59 - 54), rotation=0, t5=2 * 32 * 12, table=2**20),
    ],
    why="What order costs does not follow from what it does: the cheapest ways are as exact as the dearest.",
)


def _changed(masked=2, masked_twice=5, open=2, open_four=2, table=5):
    return dict(masked=masked, masked_twice=masked_twice, open=open, open_four=open_four, table=table)


exercise(
    "positions.changed",
    "Who notices?",
    level=2,
    solution=_changed(),
    wrong={
        "Masked, one layer: the last three still look at the same words, in another order.": _changed(
            masked=5
        ),
        "Masked, one layer: at the first two places another word asks now.": _changed(masked=0),
        "Masked, two layers: the first two looked at others than before, and the rest see it.": _changed(
            masked_twice=2
        ),
        "Masked, two layers: do not forget the places at which another word asks.": _changed(masked_twice=3),
        "Without a mask each word keeps its vector, and at two places the words are others.": _changed(
            open=0, open_four=0
        ),
        "Without a mask, the last three words add up the same five as before.": _changed(open=5),
        "More layers see no more: without a mask each gets the same bag as the first.": _changed(open_four=5),
        "With a table both words carry another row now, and whoever looks at them sees it.": _changed(
            table=2
        ),
    },
    right=[
        _changed(masked=2.0, table=5.0),
        dict(zip(["table", "open_four", "open", "masked_twice", "masked"], [5, 2, 2, 5, 2], strict=True)),
    ],
    why="A change spreads as far as somebody's sum changes. Without places, a sum changes with its bag only.",
)


PLACED = "lambda x: x + np.arange(len(x))[:, None]"
SUMMED = "lambda x: np.cumsum(x, axis=0)"
WEIGHTED = "lambda x: x * np.cos({speed} * np.arange(len(x)))[:, None] + x.mean(axis=0)"
NEIGHBOURS = "lambda x: (x - np.roll(x, 1, axis=0)) @ {W}"
ALONE = "lambda x: np.tanh(x @ {W})"  # blind
# Attention by distance: the nearer two rows, the more weight.
OPEN = "lambda x: (lambda w: w @ x / w.sum(axis=1)[:, None])(np.exp(-((x[:, None] - x) ** 2).sum(axis=2)))"
MASKED = OPEN.replace("np.exp(", "np.tri(len(x)) * np.exp(")


def _layer(rng):
    """Draw a layer, words of one number or more, and an order, now and then the old one."""
    sizes = {"n": int(rng.integers(1, 8)), "k": int(rng.integers(1, 4))}
    W = rng.normal(size=(sizes["k"], rng.integers(1, 4))).round(1)
    code = rng.choice([PLACED, SUMMED, WEIGHTED, NEIGHBOURS, ALONE, OPEN, MASKED])
    layer = written(str(code), speed=round(float(rng.uniform(0.2, 3)), 1), W=W)
    return layer, numbers("n", "k").draw(rng, sizes), order("n").draw(rng, sizes)


def gap(layer, x, order):
    """Return the largest difference between the layer of the reordered rows and its reordered answer."""
    return np.abs(layer(x[order]) - layer(x)[order]).max()


def _gap_by_rows(layer, x, order):
    after, before = layer(np.array([x[i] for i in order])), layer(x)
    return max(float(np.max(np.abs(after[row] - before[i]))) for row, i in enumerate(order))


def _back(order):
    return np.argsort(order)


_FOUR = np.array([[1.0, 0.0], [0.0, 1.0], [2.0, -1.0], [-1.0, 0.5]])
_ROUND = np.array([1, 2, 3, 0])

it = exercise(
    "positions.gap",
    "How blind is a layer?",
    level=2,
    solution=gap,
    edges=[
        (written(PLACED), _FOUR, _ROUND),
        (written(SUMMED), _FOUR, np.array([2, 0, 1, 3])),
        (written(MASKED), _FOUR, np.array([1, 2, 0, 3])),
        (written(OPEN), _FOUR, _ROUND),
        (written(PLACED), np.array([[5.0]]), np.array([0])),
    ],
    domain=_layer,
    right=[
        _gap_by_rows,
        lambda layer, x, order: np.abs(layer(x[order])[_back(order)] - layer(x)).max(),
    ],
    why="A layer is blind if this is 0 for every order, up to rounding. One gap is proof enough.",
)
it.mistake("Two orders are compared here. A blind layer moves its answers along with the words.")(
    lambda layer, x, order: np.abs(layer(x[order]) - layer(x)).max()
)
it.mistake("The answer was put into the order that leads back. Take the same order as for the words.")(
    lambda layer, x, order: np.abs(layer(x[order]) - layer(x)[_back(order)]).max()
)
it.mistake("The layer has not seen the new order: these are its old answers, in two orders.")(
    lambda layer, x, order: np.abs(layer(x)[order] - layer(x)).max()
)
it.mistake("The largest difference may be negative: take sizes first.")(
    lambda layer, x, order: (layer(x[order]) - layer(x)[order]).max()
)
it.mistake("This is the mean difference. Asked is the largest.")(
    lambda layer, x, order: np.abs(layer(x[order]) - layer(x)[order]).mean()
)
it.mistake("This is the sum of all differences. Asked is the largest.")(
    lambda layer, x, order: np.abs(layer(x[order]) - layer(x)[order]).sum()
)
it.mistake("This compares the means of all words. Compare word by word.")(
    lambda layer, x, order: np.abs(layer(x[order]).mean(axis=0) - layer(x).mean(axis=0)).max()
)
it.mistake("The reordered words did not go through the layer.")(
    lambda layer, x, order: np.abs(x[order] - layer(x)[order]).max()
)


BASES = choice(2.0, 10, 100.0, 10_000, 10_000.0, 500_000.0, 137.5)
PLACES = choice(1, 2, 3, 5, 8, 40)


def _angles(places, d, base):
    return np.asarray(places)[..., None] * base ** (-np.arange(0, d, 2) / d)  # [..., d / 2]


def _clocks(angles):
    """Return [n, d]: the sine and the cosine of each angle side by side."""
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(len(angles), -1)


def sinusoids(n, d, base):
    """Return the sine and the cosine of each pair at each place."""
    return _clocks(_angles(np.arange(n), d, base))


def _sinusoids_by_loops(n, d, base):
    out = np.empty((n, d))
    for place in range(n):
        for column in range(d):
            angle = place / base ** (2 * (column // 2) / d)
            out[place, column] = math.cos(angle) if column % 2 else math.sin(angle)
    return out


def _sinusoids_by_columns(n, d, base):
    out, angles = np.zeros((n, d)), _angles(np.arange(n), d, base)
    out[:, 0::2], out[:, 1::2] = np.sin(angles), np.cos(angles)
    return out


it = exercise(
    "positions.sinusoids",
    "A clock for each place",
    level=2,
    solution=sinusoids,
    edges=[(3, 2, 100.0), (4, 4, 100.0), (1, 6, 10_000.0), (6, 4, 10_000.0), (3, 4, 100)],
    allows="d: an even width; base: above 1",
    domain={"n": PLACES, "d": choice(2, 4, 6, 8, 12), "base": BASES},
    right=[_sinusoids_by_loops, _sinusoids_by_columns],
    why="No number here was learned, and there is a row for every place that a text can reach.",
)
it.mistake("The cosine stands before the sine. The sines are in the even columns, 0, 2, 4 and so on.")(
    lambda n, d, base: _clocks(np.pi / 2 - _angles(np.arange(n), d, base))
)
it.mistake("All sines stand first and all cosines after them. Here the two of a pair stand side by side.")(
    lambda n, d, base: np.hstack([f(_angles(np.arange(n), d, base)) for f in (np.sin, np.cos)])
)
it.mistake("The first place has been turned already. Places are counted from 0.")(
    lambda n, d, base: _clocks(_angles(np.arange(1, n + 1), d, base))
)
it.mistake("The hands slow down too slowly: the exponent of pair i is −2i / d.")(
    lambda n, d, base: _clocks(np.arange(n)[:, None] * base ** (-np.arange(d // 2) / d))
)
it.mistake("The hands get faster from pair to pair. They get slower.")(
    lambda n, d, base: _clocks(np.arange(n)[:, None] * base ** (np.arange(0, d, 2) / d))
)
it.mistake("All hands turn at the same speed, so they say the same thing.")(
    lambda n, d, base: _clocks(np.repeat(np.arange(n)[:, None], d // 2, axis=1))
)
it.mistake("Each column has a speed of its own. The sine and the cosine of a pair share one.")(
    lambda n, d, base: np.where(
        np.arange(d) % 2,
        np.cos(np.arange(n)[:, None] * base ** (-np.arange(d) / d)),
        np.sin(np.arange(n)[:, None] * base ** (-np.arange(d) / d)),
    )
)
it.mistake("The angles were taken for degrees. They are radians already.")(
    lambda n, d, base: _clocks(np.radians(_angles(np.arange(n), d, base)))
)


def shift(row, steps, base):
    """Return the row of sinusoids that stands `steps` places later."""
    turned = _angles(steps, len(row), base)
    s, c = row[0::2], row[1::2]
    out = np.empty(len(row))
    out[0::2] = s * np.cos(turned) + c * np.sin(turned)
    out[1::2] = c * np.cos(turned) - s * np.sin(turned)
    return out


def _shifted(change):
    """Return a wrong shift: change(sines, cosines, angles) gives the new sines and cosines."""

    def wrong(row, steps, base):
        pairs = change(row[0::2], row[1::2], _angles(steps, len(row), base))
        return np.stack(pairs, axis=-1).ravel()

    return wrong


def _shift_by_angle(row, steps, base):
    angle = np.arctan2(row[0::2], row[1::2]) + _angles(steps, len(row), base)
    return np.stack([np.sin(angle), np.cos(angle)], axis=-1).ravel()


def _shift_by_matrices(row, steps, base):
    out = []
    for i in range(len(row) // 2):
        b = steps * base ** (-2 * i / len(row))
        turn = np.array([[np.cos(b), np.sin(b)], [-np.sin(b), np.cos(b)]])
        out.extend(turn @ row[2 * i : 2 * i + 2])
    return np.array(out)


def _later(rng):
    """Draw the row of a place, how far to go, and the base."""
    base, d = BASES.draw(rng, {}), 2 * int(rng.integers(1, 6))
    place, steps = rng.choice([0, 1, 7, 97, 1000]), rng.choice([0, 1, 2, 5, 30, 101])
    return sinusoids(place + 1, d, base)[-1], int(steps), base


it = exercise(
    "positions.shift",
    "Later, from anywhere",
    level=3,
    solution=shift,
    edges=[
        (np.array([0.0, 1.0, 0.0, 1.0]), 1, 100.0),
        (np.array([1.0, 0.0]), 2, 10_000.0),
        (np.array([0.0, 1.0]), 0, 10_000),
        (sinusoids(4, 4, 100.0)[3], 7, 100.0),
        (sinusoids(600, 6, 10_000.0)[500], 7, 10_000.0),
    ],
    allows="steps: a whole number from 0 on",
    domain=_later,
    right=[_shift_by_angle, _shift_by_matrices],
    why="Where the row stood was not needed: a shift is the same turn everywhere, so one matrix can do it.",
)
it.mistake("The hands were turned back: this is the row that many places earlier.")(
    _shifted(lambda s, c, b: (s * np.cos(b) - c * np.sin(b), c * np.cos(b) + s * np.sin(b)))
)
it.mistake("The sines are right. In the formula of the cosine there is a minus.")(
    _shifted(lambda s, c, b: (s * np.cos(b) + c * np.sin(b), c * np.cos(b) + s * np.sin(b)))
)
it.mistake("The new sine and the new cosine have changed places.")(
    _shifted(lambda s, c, b: (c * np.cos(b) - s * np.sin(b), s * np.cos(b) + c * np.sin(b)))
)
it.mistake("The two rows were added. The sine of a sum is not the sum of the sines.")(
    _shifted(lambda s, c, b: (s + np.sin(b), c + np.cos(b)))
)
it.mistake("Sine was multiplied by sine and cosine by cosine. Each new number takes both old ones.")(
    _shifted(lambda s, c, b: (s * np.sin(b), c * np.cos(b)))
)
it.mistake("All pairs were turned as far as the first. Each pair has its own speed.")(
    _shifted(lambda s, c, b: (s * np.cos(b[0]) + c * np.sin(b[0]), c * np.cos(b[0]) - s * np.sin(b[0])))
)
it.mistake("This is the row of place `steps`. Asked is the row `steps` places after the given one.")(
    lambda row, steps, base: sinusoids(steps + 1, len(row), base)[steps]
)
it.mistake("This is one step on, whatever `steps` is.")(lambda row, steps, base: shift(row, 1, base))


def rotate(x, place, base):
    """Return x with number i and number i + d/2 turned together by the angle of the place."""
    turned = _angles(place, len(x), base)
    first, second = np.split(x, 2)
    cos, sin = np.cos(turned), np.sin(turned)
    return np.concatenate([first * cos - second * sin, first * sin + second * cos])


def _rotated(change):
    """Return a wrong rotation: change(first half, second half, angles) gives the new halves."""
    return lambda x, place, base: np.concatenate(change(*np.split(x, 2), _angles(place, len(x), base)))


def _rotate_complex(x, place, base):
    half = len(x) // 2
    z = (x[:half] + 1j * x[half:]) * np.exp(1j * _angles(place, len(x), base))
    return np.concatenate([z.real, z.imag])


def _rotate_by_loop(x, place, base):
    out, half = np.empty(len(x)), len(x) // 2
    for i in range(half):
        a = place * base ** (-2 * i / len(x))
        out[i] = x[i] * math.cos(a) - x[i + half] * math.sin(a)
        out[i + half] = x[i] * math.sin(a) + x[i + half] * math.cos(a)
    return out


def _query(rng):
    """Draw a query of an even width, its place and the base."""
    d, place = 2 * int(rng.integers(1, 6)), choice(0, 1, 2, 7, 33, 101).draw(rng, {})
    return numbers(d).draw(rng, {}), place, BASES.draw(rng, {})


it = exercise(
    "positions.rotate",
    "Turn a query",
    level=2,
    solution=rotate,
    edges=[
        (np.array([1.0, 0.0]), 1, 100.0),
        (np.array([1.0, 2.0, 3.0, 4.0]), 0, 100.0),
        (np.array([1.0, 2.0, 3.0, 4.0]), 1, 100.0),
        (np.array([1.0, 0.0, -1.0, 0.0, 2.0, 0.5]), 7, 10_000.0),
    ],
    allows="[d] with an even d; place: a whole number from 0 on",
    domain=_query,
    right=[_rotate_complex, _rotate_by_loop],
    why="Turn both a query and a key, and their dot product knows the way between them, not the places.",
)


@it.mistake("Neighbours were made pairs. Here number i goes with number i + d/2.")
def neighbours(x, place, base):
    turned = _angles(place, len(x), base)
    first, second = x[0::2], x[1::2]
    pairs = [
        first * np.cos(turned) - second * np.sin(turned),
        first * np.sin(turned) + second * np.cos(turned),
    ]
    return np.stack(pairs, axis=-1).ravel()


it.mistake("The arrows were turned the other way: look at the two signs.")(
    _rotated(lambda x, y, a: (x * np.cos(a) + y * np.sin(a), y * np.cos(a) - x * np.sin(a)))
)
it.mistake("One sign is wrong, so the lengths change. A turn keeps them.")(
    _rotated(lambda x, y, a: (x * np.cos(a) + y * np.sin(a), x * np.sin(a) + y * np.cos(a)))
)
it.mistake("The two halves of the result have changed places.")(
    _rotated(lambda x, y, a: (x * np.sin(a) + y * np.cos(a), x * np.cos(a) - y * np.sin(a)))
)
it.mistake("All pairs were turned by the angle of the first. Later pairs turn more slowly.")(
    _rotated(lambda x, y, a: (x * np.cos(a[0]) - y * np.sin(a[0]), x * np.sin(a[0]) + y * np.cos(a[0])))
)
it.mistake("The slowest speed went to the first pair. The first pair is the fastest.")(
    _rotated(
        lambda x, y, a: (x * np.cos(a[::-1]) - y * np.sin(a[::-1]), x * np.sin(a[::-1]) + y * np.cos(a[::-1]))
    )
)
it.mistake("The hand of the clock was added. Here the arrow itself is turned.")(
    _rotated(lambda x, y, a: (x + np.sin(a), y + np.cos(a)))
)
it.mistake("Every place is turned alike, so no distance can show.")(lambda x, place, base: rotate(x, 1, base))
it.mistake("This multiplies by the cosine only: an arrow is made shorter and not turned.")(
    _rotated(lambda x, y, a: (x * np.cos(a), y * np.cos(a)))
)


def bucket(distance, count, furthest):
    """Return T5's bucket of each distance to the left."""
    exact = count // 2
    share = np.log(np.maximum(distance, 1) / exact) / np.log(furthest / exact)
    far = exact + np.floor(share * (count - exact))
    return np.where(distance < exact, distance, np.minimum(far, count - 1)).astype(int)


def _bucket(far):
    """Return a wrong bucket: far(distance, exact, count, furthest) is what distances from `exact` on get."""

    def wrong(distance, count, furthest):
        exact = count // 2
        shared = np.minimum(far(np.maximum(distance, 1), exact, count, furthest), count - 1)
        return np.where(distance < exact, distance, shared).astype(int)

    return wrong


def _log_share(distance, exact, furthest):
    return np.log(distance / exact) / np.log(furthest / exact)


def _bucket_by_loop(distance, count, furthest):
    exact, out = count // 2, []
    for d in distance:
        if d >= exact:
            share = math.log(d / exact) / math.log(furthest / exact)
            d = min(exact + int(share * (count - exact)), count - 1)
        out.append(int(d))
    return np.array(out)


def _bucket_by_edges(distance, count, furthest):
    exact = count // 2
    steps = np.arange(1, count - exact)
    edges = exact * (furthest / exact) ** (steps / (count - exact))  # where bucket exact + 1, + 2, ... begin
    return np.where(distance < exact, distance, exact + np.searchsorted(edges, distance, side="right"))


def _distances(rng):
    """Draw distances, many of them beside an edge, how many buckets there are, and where the last begins."""
    count = 2 * int(rng.choice([1, 2, 3, 4, 6, 8, 16]))
    exact = count // 2
    furthest = exact + int(rng.choice([1, 5, 23, 61, 112, 8000]))
    edges = exact * (furthest / exact) ** (np.arange(exact + 1) / exact)
    beside = np.concatenate([edges, edges + 1]).astype(int)
    some = [
        *rng.choice(beside, 6),
        *rng.integers(0, 2 * count, size=4),
        *rng.integers(0, 2 * furthest, size=4),
    ]
    distance = rng.permutation([0, exact - 1, 100_000, *some])[: rng.choice([1, 2, 5, 15])]
    return np.where(_on_an_edge(distance, exact, furthest), exact, distance), count, furthest


def _on_an_edge(distance, exact, furthest):
    """Tell which distances lie on the edge between two far buckets, where rounding would decide."""
    share = _log_share(np.maximum(distance, 1), exact, furthest) * exact
    return (distance > exact) & (distance < furthest) & (np.abs(share - np.round(share)) < 3e-5)


it = exercise(
    "positions.bucket",
    "T5's buckets",
    level=3,
    solution=bucket,
    edges=[
        (np.array([0, 1, 3, 4, 5, 20, 60, 61, 500]), 8, 61),
        (np.array([2, 7, 8, 9, 30, 90, 126, 127, 128, 5000]), 16, 127),
        (np.array([0, 1, 15, 16, 40, 80, 126, 128]), 32, 128),
        (np.array([0, 1, 2, 3]), 2, 3),
        (np.array([4, 11, 83]), 8, 229),  # close to the edges of buckets
        (np.array([8, 33, 47, 67]), 16, 136),
    ],
    allows="No distance lies on the edge between two far buckets.",
    domain=_distances,
    right=[_bucket_by_loop, _bucket_by_edges],
    why="Near, one word more or less matters; far away, only about how far. A few numbers are enough for it.",
)
it.mistake("The far buckets are all equally wide. They grow: a logarithm belongs there.")(
    _bucket(lambda d, e, n, f: e + np.floor((d - e) / (f - e) * (n - e)))
)


@it.mistake("Beyond the furthest distance the numbers go on rising. The last bucket takes in all the rest.")
def no_limit(distance, count, furthest):
    exact = count // 2
    far = exact + np.floor(_log_share(np.maximum(distance, 1), exact, furthest) * (count - exact))
    return np.where(distance < exact, distance, far).astype(int)


it.mistake("The share was rounded to the nearest whole number. Cut off what stands behind the point.")(
    _bucket(lambda d, e, n, f: e + np.round(_log_share(d, e, f) * (n - e)))
)
it.mistake("The share was rounded up. Cut off what stands behind the point.")(
    _bucket(lambda d, e, n, f: e + np.ceil(_log_share(d, e, f) * (n - e)))
)
it.mistake("The far buckets begin again at 0, where the near ones are.")(
    _bucket(lambda d, e, n, f: np.floor(_log_share(d, e, f) * (n - e)))
)
it.mistake("The logarithm starts at distance 1. It starts where the sharing starts, at `exact`.")(
    _bucket(lambda d, e, n, f: e + np.floor(np.log(d) / np.log(f) * (n - e)))
)
it.mistake("Every distance has a bucket of its own until they run out. Half of them are for sharing.")(
    lambda distance, count, furthest: np.minimum(distance, count - 1)
)
it.mistake("The far distances were spread over `count` buckets. Half of those are taken.")(
    _bucket(lambda d, e, n, f: e + np.floor(_log_share(d, e, f) * n))
)
