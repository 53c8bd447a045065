"""The exercises of chapter 14: counts by pencil, by kind and by convention, and two networks that are one."""

import numpy as np

from ..declare import chapter, exercise
from ..domain import numbers, order, switch, whole

chapter("parameter_types", "14 · Parameter types")


def _pencil(attention=80, feed_forward=148, total=316, biases=48, untied=356):
    found = dict(attention=attention, feed_forward=feed_forward, total=total, biases=biases, untied=untied)
    return found


exercise(
    "parameter_types.pencil",
    "A whole model by pencil",
    solution=_pencil(),
    wrong={
        "The biases of attention are missing: queries, keys, values and the way out have 4 each.": _pencil(
            attention=64
        ),
        "Two heads share the width out among them. They do not double the matrices.": _pencil(attention=160),
        "The biases of the feed-forward layer are missing: 16 and 4.": _pencil(feed_forward=128),
        "The positions are missing: 6 rows of 4.": _pencil(total=292),
        "A block has two norms, and behind the last block stands a third.": _pencil(total=308),
        "The table was counted twice. Tied means that the output uses it again.": _pencil(total=356),
        "Norms have biases as well, 4 each.": _pencil(biases=36),
        "Gains are no biases: they multiply.": _pencil(biases=60),
        "Untied, the output has a table of its own: 40 more.": _pencil(untied=316),
    },
    right=[
        _pencil(attention=4 * 16 + 4 * 4, feed_forward=2 * 4 * 16 + 16 + 4, untied=316 + 10 * 4),
        dict(
            untied=356.0, biases=16 + 20 + 12, total=40 + 24 + 80 + 148 + 24, feed_forward=148, attention=80
        ),
    ],
    why="Every total of a real model is this sum with larger numbers.",
)


def kinds(shapes):
    """Return [numbers in matrices and tables, gains, biases] of {name: shape}."""
    found = [0, 0, 0]
    for name, shape in shapes.items():
        found[2 if name.endswith(".bias") else 0 if len(shape) == 2 else 1] += int(np.prod(shape))
    return found


def _kinds_by_sums(shapes):
    size = {name: int(np.prod(shape)) for name, shape in shapes.items()}
    added = sum(n for name, n in size.items() if name[-5:] == ".bias")
    flat = sum(n for name, n in size.items() if len(shapes[name]) == 1)
    return np.array([sum(size.values()) - flat, flat - added, added])


def _any_shapes(rng):
    """Return ({name: shape},): a table of scores named bias, norms with and without biases, layers."""
    width = int(rng.integers(1, 12))
    found = {"table.weight": [int(rng.integers(1, 40)), width]}
    if rng.random() < 0.6:
        found["relative_bias.weight"] = [int(rng.integers(1, 9)), int(rng.integers(1, 5))]
    for i in range(int(rng.integers(0, 4))):
        found[f"{i}.norm.weight"] = [width]
        hidden = int(rng.integers(1, 30))
        found[f"{i}.up.weight"] = [hidden, width]
        if rng.random() < 0.7:
            found[f"{i}.norm.bias"] = [width]
            found[f"{i}.up.bias"] = [hidden]
    return (found,)


_BLOCK = {"0.norm.weight": [3], "0.norm.bias": [3], "0.up.weight": [7, 3]}

it = exercise(
    "parameter_types.kinds",
    "Multiplied, scaled, added",
    level=2,
    solution=kinds,
    domain=_any_shapes,
    edges=[
        ({"table.weight": [5, 3]} | _BLOCK | {"0.up.bias": [7]},),
        ({"table.weight": [5, 3], "relative_bias.weight": [4, 2]} | _BLOCK,),
        ({"table.weight": [2, 2]},),
    ],
    right=[_kinds_by_sums, lambda shapes: tuple(kinds(shapes))],
    why="With these three sums GPT-2 is 124,318,464 + 19,200 + 102,144.",
)
it.mistake("A table named bias is none: its name ends with .weight, and it has two axes.")(
    lambda shapes: [
        sum(int(np.prod(s)) for n, s in shapes.items() if len(s) == 2 and "bias" not in n),
        sum(int(np.prod(s)) for n, s in shapes.items() if len(s) == 1 and "bias" not in n),
        sum(int(np.prod(s)) for n, s in shapes.items() if "bias" in n),
    ]
)
it.mistake("All that has one axis was taken as a bias. A gain has one axis, too, and multiplies.")(
    lambda shapes: [kinds(shapes)[0], 0, kinds(shapes)[1] + kinds(shapes)[2]]
)
it.mistake("Gains and biases are exchanged.")(lambda shapes: [kinds(shapes)[i] for i in (0, 2, 1)])
it.mistake("These are how many tensors there are. How many numbers do they hold?")(
    lambda shapes: kinds({name: [1] * len(shape) for name, shape in shapes.items()})
)
it.mistake("The sides of the shapes were added. A table of 5 rows and 3 columns has 15 numbers.")(
    lambda shapes: [sum(int(np.sum(s)) for s in shapes.values() if len(s) == 2), *kinds(shapes)[1:]]
)
it.mistake("The gains went with the matrices. They stand in the middle.")(
    lambda shapes: [kinds(shapes)[0] + kinds(shapes)[1], 0, kinds(shapes)[2]]
)


def attention(size, heads, shared, biases):
    """Return the parameters of an attention layer; `shared` heads use one pair of keys and values."""
    d, kv = size * heads * shared, size * heads
    return 2 * d * d + 2 * d * kv + (2 * d + 2 * kv) * bool(biases)


def _attention_by_parts(size, heads, shared, biases):
    width, total = size * heads * shared, 0
    for rows, columns in ((width, width), (size * heads, width), (size * heads, width), (width, width)):
        total += rows * columns + (rows if biases else 0)
    return total


it = exercise(
    "parameter_types.attention",
    "Keys and values that are shared",
    level=2,
    solution=attention,
    domain={"size": whole(1, 64), "heads": whole(1, 8), "shared": whole(1, 6), "biases": switch()},
    edges=[(2, 1, 1, False), (2, 2, 3, False), (2, 2, 3, True), (64, 3, 3, False)],
    right=[
        _attention_by_parts,
        lambda size, heads, shared, biases: (
            2 * size * heads * (size * heads * shared + (1 if biases else 0)) * (1 + shared)
        ),
    ],
    why="At full width the real model would have 147,786,048 parameters in place of 134,515,008.",
)
it.mistake("Keys and values have the full width here. They have a part of it.")(
    lambda size, heads, shared, biases: (
        4 * (size * heads * shared) ** 2 + 4 * size * heads * shared * bool(biases)
    )
)
it.mistake("The biases are missing, or they are there where there are none.")(
    lambda size, heads, shared, biases: attention(size, heads, shared, not biases)
)
it.mistake("The way out is missing: a matrix from all heads back to the width.")(
    lambda size, heads, shared, biases: (
        attention(size, heads, shared, biases)
        - (size * heads * shared) ** 2
        - size * heads * shared * bool(biases)
    )
)
it.mistake("Only the keys are shared here. The values are, too.")(
    lambda size, heads, shared, biases: (
        attention(size, heads, shared, biases)
        + (size * heads * shared + bool(biases)) * size * heads * (shared - 1)
    )
)
it.mistake("The matrices were counted once for each head. The heads share them out.")(
    lambda size, heads, shared, biases: attention(size, heads, shared, biases) * heads * shared
)
it.mistake("All keys of a token were given the size of one head. Each of `heads` has its own.")(
    lambda size, heads, shared, biases: (
        2 * (size * heads * shared) ** 2
        + 2 * size * heads * shared * size
        + (2 * size * heads * shared + 2 * size) * bool(biases)
    )
)


def longer(context, new, width, layers, heads):
    """Return [more parameters with learned positions, with rotary ones, more scores] of a longer context."""
    return [(new - context) * width, 0, layers * heads * (new**2 - context**2)]


it = exercise(
    "parameter_types.longer",
    "A longer context",
    level=1,
    solution=longer,
    domain={
        "context": whole(1, 500),
        "new": whole(501, 2000),
        "width": whole(1, 100),
        "layers": whole(1, 12),
        "heads": whole(1, 12),
    },
    edges=[(2, 4, 3, 1, 1), (2, 4, 3, 2, 5), (1024, 2048, 768, 12, 12)],
    right=[
        lambda context, new, width, layers, heads: (
            new * width - context * width,
            0.0,
            layers * heads * new * new - layers * heads * context * context,
        ),
        lambda context, new, width, layers, heads: np.array(
            [(new - context) * width, 0, layers * heads * (new - context) * (new + context)]
        ),
    ],
    why="What a text needs is computed, and what a place needs may be learned.",
)
it.mistake("This is all that there is afterwards. How much more is it?")(
    lambda context, new, width, layers, heads: [new * width, 0, layers * heads * new**2]
)
it.mistake("Rotary positions are computed. They have no table.")(
    lambda context, new, width, layers, heads: [
        (new - context) * width,
        (new - context) * width,
        layers * heads * (new**2 - context**2),
    ]
)
it.mistake("The scores were taken as one for each token. There is one for each pair.")(
    lambda context, new, width, layers, heads: [(new - context) * width, 0, layers * heads * (new - context)]
)
it.mistake("The difference was squared. Take the difference of the squares.")(
    lambda context, new, width, layers, heads: [
        (new - context) * width,
        0,
        layers * heads * (new - context) ** 2,
    ]
)
it.mistake("Each head of each layer has scores of its own.")(
    lambda context, new, width, layers, heads: [(new - context) * width, 0, new**2 - context**2]
)
it.mistake("The table of positions stands once in a model, in front of the first block.")(
    lambda context, new, width, layers, heads: [
        (new - context) * width * layers,
        0,
        layers * heads * (new**2 - context**2),
    ]
)


def reordered(up, bias, down, places):
    """Return [up, bias, down] with the hidden units in another order: the same network."""
    return [up[places], bias[places], down[:, places]]


it = exercise(
    "parameter_types.reorder",
    "The same network in another order",
    level=2,
    solution=reordered,
    domain={"up": numbers("h", "d"), "bias": numbers("h"), "down": numbers("e", "h"), "places": order("h")},
    sizes={"h": (2, 6)},
    edges=[
        (np.array([[3.0], [5.0]]), np.array([1.0, 2.0]), np.array([[4.0, 6.0]]), np.array([1, 0])),
        (
            np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]),
            np.array([7.0, 8.0, 9.0]),
            np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]),
            np.array([1, 2, 0]),
        ),
        (
            np.array([[1.0], [2.0], [3.0], [4.0]]),
            np.array([5.0, 6.0, 7.0, 8.0]),
            np.array([[1.0, 2.0, 3.0, 4.0]]),
            np.array([3, 0, 1, 2]),
        ),
    ],
    right=[
        lambda up, bias, down, places: (
            np.array([up[i] for i in places]),
            np.array([bias[i] for i in places]),
            np.array([down[:, i] for i in places]).T,
        ),
        lambda up, bias, down, places: [
            np.take(up, places, axis=0),
            np.take(bias, places),
            np.take(down, places, axis=1),
        ],
    ],
    why="So two models cannot be compared number by number, and their average means nothing.",
)
it.mistake("The bias stayed where it was. It belongs to its unit.")(
    lambda up, bias, down, places: [up[places], bias, down[:, places]]
)
it.mistake("The way down stayed where it was: now each unit speaks with the voice of another.")(
    lambda up, bias, down, places: [up[places], bias[places], down]
)
it.mistake("The way down was ordered back. It takes the same order as the way up.")(
    lambda up, bias, down, places: [up[places], bias[places], down[:, np.argsort(places)]]
)
it.mistake("This is the order backwards: unit `places[0]` has to come first.")(
    lambda up, bias, down, places: reordered(up, bias, down, np.argsort(places))
)
it.mistake("Only the way down has moved. The rows of `up` move with its columns.")(
    lambda up, bias, down, places: [up, bias, down[:, places]]
)


def total(vocabulary, context, width, layers, tied, positions, biases):
    """Return the parameters of a model laid out as GPT-2, under three switches."""
    found = vocabulary * width * (1 if tied else 2) + context * width * bool(positions)
    return (
        found + 12 * layers * width**2 + (2 * layers + 1) * width + (11 * layers + 1) * width * bool(biases)
    )


def _total_by_parts(vocabulary, context, width, layers, tied, positions, biases):
    on = 1 if biases else 0
    norm = width + on * width
    layer = lambda inputs, outputs: outputs * (inputs + on)  # noqa: E731
    block = layer(width, 3 * width) + layer(width, width) + layer(width, 4 * width) + layer(4 * width, width)
    tables = [vocabulary] + [vocabulary] * (not tied) + [context] * bool(positions)
    return sum(tables) * width + layers * (block + 2 * norm) + norm


def _total_without(part):
    """Return a count that forgets a part: a function of (width, layers, biases)."""
    return lambda v, c, d, n, tied, positions, biases: (
        total(v, c, d, n, tied, positions, biases) - part(d, n, biases)
    )


it = exercise(
    "parameter_types.board",
    "A board of switches",
    level=3,
    solution=total,
    domain={
        "vocabulary": whole(1, 60_000),
        "context": whole(1, 2048),
        "width": whole(1, 1600),
        "layers": whole(1, 48),
        "tied": switch(),
        "positions": switch(),
        "biases": switch(),
    },
    edges=[
        (10, 6, 4, 1, True, True, True),
        (10, 6, 4, 1, False, True, True),
        (10, 6, 4, 1, True, False, True),
        (10, 6, 4, 1, True, True, False),
        (50_257, 1024, 768, 12, True, True, True),
    ],
    right=[
        _total_by_parts,
        lambda vocabulary, context, width, layers, tied, positions, biases: (
            width
            * (
                vocabulary * (2 - bool(tied))
                + context * bool(positions)
                + layers * (12 * width + 2 + 11 * bool(biases))
                + 1
                + bool(biases)
            )
        ),
    ],
    why="Now every published total of GPT-2 says what it counts.",
)
it.mistake("Tied is the wrong way round: a tied model has one table, an untied one has two.")(
    lambda v, c, d, n, tied, positions, biases: total(v, c, d, n, not tied, positions, biases)
)
it.mistake("The positions are missing where the switch is on.")(
    lambda v, c, d, n, tied, positions, biases: total(v, c, d, n, tied, False, biases)
)
it.mistake("The biases are missing where the switch is on.")(
    lambda v, c, d, n, tied, positions, biases: total(v, c, d, n, tied, positions, False)
)
it.mistake("The last norm is missing: it stands behind all blocks.")(
    _total_without(lambda d, n, biases: d + d * bool(biases))
)
it.mistake("The gains are missing. They count whatever the switches say.")(
    _total_without(lambda d, n, biases: (2 * n + 1) * d)
)
it.mistake("A block has two norms, and one of them is missing.")(
    _total_without(lambda d, n, biases: n * d * (1 + bool(biases)))
)
it.mistake("The norms have biases as well, and the switch turns them on.")(
    _total_without(lambda d, n, biases: (2 * n + 1) * d * bool(biases))
)
it.mistake("The feed-forward layer has two matrices, up and down.")(
    _total_without(lambda d, n, biases: 4 * n * d * d)
)
