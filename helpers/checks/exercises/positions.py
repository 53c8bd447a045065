"""The exercises of chapter 10: what order costs, who notices it, clocks, shifts, rotations and buckets."""

import math

import numpy as np

from ..declare import before, chapter, exercise

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
        "Here every layer has a table of its own. In T5 all layers of a stack use the same one.": _pencil(
            t5=9216
        ),
        "The speeds of the hands were counted. Nobody learns them: a formula makes them.": _pencil(
            rotation=32
        ),
        "This is how far the query itself has turned. Asked is how much further than the key.": _pencil(
            angle=5.9
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
        "Under the mask, one layer: the last three still look at the same words, in another order.": _changed(
            masked=5
        ),
        "Under the mask, one layer: at the first two places there is another word now.": _changed(masked=0),
        "Two layers: what became of the first two depends on who came first, and the others see it.": _changed(
            masked_twice=2
        ),
        "Two layers: the three later places are right, and the first two have changed as well.": _changed(
            masked_twice=3
        ),
        "Without a mask each word keeps its vector. But at the first two places the words are others.": _changed(
            open=0, open_four=0
        ),
        "Without a mask, the last three words add up the same five as before.": _changed(open=5),
        "More layers see no more: without a mask each of them gets the same bag as the first.": _changed(
            open_four=5
        ),
        "With a table both words carry another row now, and whoever looks at them sees other vectors.": _changed(
            table=2
        ),
    },
    right=[
        _changed(masked=2.0, table=5.0),
        dict(zip(["table", "open_four", "open", "masked_twice", "masked"], [5, 2, 2, 5, 2], strict=True)),
    ],
    why="A change spreads as far as somebody's sum changes. Without places, a sum changes with its bag only.",
)


def _softmax(scores):
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def _open(x):
    return _softmax(x @ x.T) @ x


def _masked(x):
    return _softmax(np.where(np.tri(len(x)) == 1, x @ x.T, -np.inf)) @ x


def _summed(x):
    return np.cumsum(x, axis=0)


def _placed(x):
    return x + np.arange(len(x))[:, None]


def _weighted(speed):
    """Return a layer that is not blind: it takes each row times a number that depends on its place."""
    return lambda x: x * np.cos(speed * np.arange(len(x)))[:, None] + x.mean(axis=0)


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
        (_placed, _FOUR, _ROUND),
        (_summed, _FOUR, np.array([2, 0, 1, 3])),
        (_masked, _FOUR, np.array([1, 2, 0, 3])),
        (_open, _FOUR, _ROUND),
        (_weighted(0.3), _FOUR, np.array([2, 0, 1, 3])),
    ],
    domain=before(
        lambda rng, n, k: (
            _weighted(float(rng.uniform(0.2, 0.9))),
            rng.normal(size=(n + 6, k)),
            np.roll(np.arange(n + 6), int(rng.integers(1, 3))),
        )
    ),
    right=[
        _gap_by_rows,
        lambda layer, x, order: np.abs(layer(x[order])[_back(order)] - layer(x)).max(),
    ],
    why="A layer is blind if this is 0 for every order, up to rounding. One gap is proof enough.",
)
it.mistake("The answer was left in the old order. A blind layer moves its answers along with the words.")(
    lambda layer, x, order: np.abs(layer(x[order]) - layer(x)).max()
)
it.mistake("The answer was put into the order that leads back. Take the same order as for the words.")(
    lambda layer, x, order: np.abs(layer(x[order]) - layer(x)[_back(order)]).max()
)
it.mistake("The reordered words were reordered again after the layer.")(
    lambda layer, x, order: np.abs(layer(x[order])[order] - layer(x)[order]).max()
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


def _angles(places, d, base):
    return np.asarray(places)[..., None] * base ** (-np.arange(0, d, 2) / d)  # [..., d / 2]


def sinusoids(n, d, base):
    """Return the sine and the cosine of each pair at each place, side by side."""
    angles = _angles(np.arange(n), d, base)
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(n, d)


def _made(angles, n, d):
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(n, d)


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
    edges=[(3, 2, 100.0), (4, 4, 100.0), (1, 6, 10_000.0), (6, 4, 10_000.0)],
    domain=before(lambda rng, n, m: (n + 2, 2 * m + 2, float(rng.uniform(20, 10_000)))),
    right=[_sinusoids_by_loops, _sinusoids_by_columns],
    why="No number here was learned, and there is a row for every place that a text can reach.",
)
it.mistake("The cosine stands before the sine. The sines are in the even columns, 0, 2, 4 and so on.")(
    lambda n, d, base: _made(np.pi / 2 - _angles(np.arange(n), d, base), n, d)
)
it.mistake("All sines stand first and all cosines after them. Here the two of a pair stand side by side.")(
    lambda n, d, base: np.hstack([f(_angles(np.arange(n), d, base)) for f in (np.sin, np.cos)])
)
it.mistake("The first place has been turned already. Places are counted from 0.")(
    lambda n, d, base: _made(_angles(np.arange(1, n + 1), d, base), n, d)
)
it.mistake("The hands slow down too slowly: the exponent of pair i is −2i / d.")(
    lambda n, d, base: _made(np.arange(n)[:, None] * base ** (-np.arange(d // 2) / d), n, d)
)
it.mistake("The hands get faster from pair to pair. They get slower.")(
    lambda n, d, base: _made(np.arange(n)[:, None] * base ** (np.arange(0, d, 2) / d), n, d)
)
it.mistake("All hands turn at the same speed, so they say the same thing.")(
    lambda n, d, base: _made(np.repeat(np.arange(n)[:, None], d // 2, axis=1), n, d)
)
it.mistake("Each column has a speed of its own. The sine and the cosine of a pair share one.")(
    lambda n, d, base: np.where(
        np.arange(d) % 2,
        np.cos(np.arange(n)[:, None] * base ** (-np.arange(d) / d)),
        np.sin(np.arange(n)[:, None] * base ** (-np.arange(d) / d)),
    )
)
it.mistake("The angles were taken for degrees. They are radians already.")(
    lambda n, d, base: _made(np.radians(_angles(np.arange(n), d, base)), n, d)
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


def _draw_shift(rng, m, n):
    base, place = round(float(rng.uniform(20, 900)), 1), int(rng.integers(1, 40))
    return sinusoids(40, 2 * m, base)[place], n + 1, base


it = exercise(
    "positions.shift",
    "Later, from anywhere",
    level=3,
    solution=shift,
    edges=[
        (np.array([0.0, 1.0, 0.0, 1.0]), 1, 100.0),
        (np.array([1.0, 0.0]), 2, 10_000.0),
        (sinusoids(4, 4, 100.0)[3], 7, 100.0),
        (sinusoids(600, 6, 10_000.0)[500], 7, 10_000.0),
    ],
    domain=before(_draw_shift, None),
    right=[_shift_by_angle, _shift_by_matrices],
    why="Where the row stood was not needed: a shift is the same turn everywhere, so one matrix can do it.",
)
it.mistake("The hands were turned back: this is the row that many places earlier.")(
    _shifted(
        lambda s, c, b: (s * np.cos(b) - c * np.sin(b), c * np.cos(b) + s * np.sin(b)),
    )
)
it.mistake("The sines are right. In the formula of the cosine there is a minus.")(
    _shifted(
        lambda s, c, b: (s * np.cos(b) + c * np.sin(b), c * np.cos(b) + s * np.sin(b)),
    )
)
it.mistake("The new sine and the new cosine have changed places.")(
    _shifted(
        lambda s, c, b: (c * np.cos(b) - s * np.sin(b), s * np.cos(b) + c * np.sin(b)),
    )
)
it.mistake("The two rows were added. The sine of a sum is not the sum of the sines.")(
    _shifted(lambda s, c, b: (s + np.sin(b), c + np.cos(b)))
)
it.mistake("Sine was multiplied by sine and cosine by cosine. Each new number takes both old ones.")(
    _shifted(lambda s, c, b: (s * np.sin(b), c * np.cos(b)))
)
it.mistake("All pairs were turned as far as the first. Each pair has its own speed.")(
    _shifted(
        lambda s, c, b: (
            s * np.cos(b[0]) + c * np.sin(b[0]),
            c * np.cos(b[0]) - s * np.sin(b[0]),
        )
    )
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


def _rotate_neighbours(x, place, base):
    turned = _angles(place, len(x), base)
    first, second = x[0::2], x[1::2]
    pairs = [
        first * np.cos(turned) - second * np.sin(turned),
        first * np.sin(turned) + second * np.cos(turned),
    ]
    return np.stack(pairs, axis=-1).ravel()


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
    domain=before(lambda rng, m, n: (rng.normal(size=2 * m), n + 1, float(rng.uniform(20, 900)))),
    right=[_rotate_complex, _rotate_by_loop],
    why="Turn both a query and a key, and their dot product knows how far apart they are, and no more.",
)
it.mistake("Neighbours were made pairs. Here number i goes with number i + d/2.")(_rotate_neighbours)
it.mistake("The arrows were turned the other way: look at the two signs.")(
    _rotated(
        lambda x, y, a: (x * np.cos(a) + y * np.sin(a), y * np.cos(a) - x * np.sin(a)),
    )
)
it.mistake("One sign is wrong, so the lengths change. A turn keeps them.")(
    _rotated(
        lambda x, y, a: (x * np.cos(a) + y * np.sin(a), x * np.sin(a) + y * np.cos(a)),
    )
)
it.mistake("The two halves of the result have changed places.")(
    _rotated(
        lambda x, y, a: (x * np.sin(a) + y * np.cos(a), x * np.cos(a) - y * np.sin(a)),
    )
)
it.mistake("All pairs were turned by the angle of the first. Later pairs turn more slowly.")(
    _rotated(
        lambda x, y, a: (
            x * np.cos(a[0]) - y * np.sin(a[0]),
            x * np.sin(a[0]) + y * np.cos(a[0]),
        )
    )
)
it.mistake("The slowest speed went to the first pair. The first pair is the fastest.")(
    _rotated(
        lambda x, y, a: (
            x * np.cos(a[::-1]) - y * np.sin(a[::-1]),
            x * np.sin(a[::-1]) + y * np.cos(a[::-1]),
        )
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


def _no_limit(distance, count, furthest):
    exact = count // 2
    far = exact + np.floor(_log_share(np.maximum(distance, 1), exact, furthest) * (count - exact))
    return np.where(distance < exact, distance, far).astype(int)


_PRIMES = [61, 89, 97, 101, 127]  # so that no distance lies exactly on the edge of two buckets

it = exercise(
    "positions.bucket",
    "T5's buckets",
    level=3,
    solution=bucket,
    edges=[
        (np.array([0, 1, 3, 4, 5, 20, 60, 61, 500]), 8, 61),
        (np.array([2, 7, 8, 9, 30, 90, 126, 127, 128, 5000]), 16, 127),
        (np.array([0, 1, 15, 16, 40, 80, 126]), 32, 127),
    ],
    domain=before(
        lambda rng, n: (
            rng.integers(0, 160, size=n + 9),
            2 * int(rng.integers(4, 12)),
            int(rng.choice(_PRIMES)),
        )
    ),
    right=[_bucket_by_loop, _bucket_by_edges],
    why="Near, one word more or less matters; far away, only about how far. A few numbers are enough for it.",
)
it.mistake("The far buckets are all equally wide. They grow: a logarithm belongs there.")(
    _bucket(lambda d, e, n, f: e + np.floor((d - e) / (f - e) * (n - e)))
)
it.mistake("Beyond the furthest distance the numbers go on rising. The last bucket takes in all the rest.")(
    _no_limit
)
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
