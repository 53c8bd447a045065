"""The exercises of chapter 13: bytes, blocks, rows, offsets and counts of the files that models lie in."""

import numpy as np

from ..declare import chapter, exercise
from ..domain import number, whole, wholes

chapter("checkpoint", "13 · The checkpoint")


def _pencil(length=300, begin=372, lower=-1.0, upper=2.0, bits=8.5):
    return dict(length=length, begin=begin, lower=lower, upper=upper, bits=bits)


exercise(
    "checkpoint.pencil",
    "Five numbers by pencil",
    solution=_pencil(),
    wrong={
        "Here the first byte counts 256 each. In a little-endian number the last ones do.": _pencil(
            length=11_265
        ),
        "The bytes were added up. The second one counts 256 each.": _pencil(length=45),
        "The header begins behind eight bytes, so these belong to the way as well.": _pencil(begin=364),
        "Offsets count from where the header ends, not from the front of the file.": _pencil(begin=64),
        "Lower and upper half are the wrong way round.": _pencil(lower=2.0, upper=-1.0),
        "The minimum is missing: a weight is d · q + m.": _pencil(lower=2.0, upper=5.0),
        "This is Q4_0, where 8 is taken from q. Here a minimum is added.": _pencil(lower=-2.0, upper=1.0),
        "The scale takes two bytes for all 32, and they count as well.": _pencil(bits=8),
        "Bytes are not bits: a byte has eight.": _pencil(bits=34 / 32),
    },
    right=[
        _pencil(length=44 + 256, begin=8 + 300 + 64, bits=34 * 8 / 32),
        dict(bits=8.5, upper=0.5 * 10 - 3, lower=0.5 * 4 - 3, begin=372.0, length=300.0),
    ],
    why="A reader of files is made of these five sums.",
)


def number_of(data):
    """Return the whole number of some bytes, the lowest first."""
    return sum(int(byte) * 256**place for place, byte in enumerate(data))


def _by_doubling(data):
    total = 0
    for byte in list(data)[::-1]:
        total = 256 * total + int(byte)
    return total


it = exercise(
    "checkpoint.little",
    "Little-endian",
    level=1,
    solution=number_of,
    domain={"data": wholes("n", low=0, high=255)},
    sizes={"n": (1, 6)},
    edges=[
        (np.array([44, 1, 0, 0, 0, 0]),),
        (np.array([7]),),
        (np.array([0, 0, 1]),),
        (np.array([255, 255]),),
    ],
    right=[_by_doubling, lambda data: int.from_bytes(bytes(int(byte) for byte in data), "little")],
    why="The first eight bytes of every .safetensors file are such a number.",
)
it.mistake("The first byte counts most here. In a little-endian number it counts least.")(
    lambda data: number_of(data[::-1])
)
it.mistake("The steps are factors of 255. A byte has 256 values, from 0 to 255.")(
    lambda data: sum(int(byte) * 255**place for place, byte in enumerate(data))
)
it.mistake("The steps are factors of 10, as in our way of writing. A byte goes up to 255.")(
    lambda data: sum(int(byte) * 10**place for place, byte in enumerate(data))
)
it.mistake("The bytes were added up, but each counts 256 times as much as the one before it.")(
    lambda data: sum(int(byte) for byte in data)
)
it.mistake("Only the first byte was read.")(lambda data: int(data[0]))
it.mistake("Each byte counts 256 times its place here. It is 256 to the power of its place.")(
    lambda data: sum(int(byte) * 256 * place for place, byte in enumerate(data))
)


def unpack(d, m, packed):
    """Return the weights of a block, twice as many as there are bytes."""
    return d * np.concatenate([packed % 16, packed // 16]) + m


def _unpack_by_loop(d, m, packed):
    lower, upper = [], []
    for byte in packed:
        q = int(byte)
        lower.append(d * (q - 16 * (q // 16)) + m)
        upper.append(d * (q // 16) + m)
    return lower + upper


it = exercise(
    "checkpoint.unpack",
    "A block of weights",
    level=2,
    solution=unpack,
    domain={"d": number(zero=False), "m": number(), "packed": wholes("n", low=0, high=255)},
    sizes={"n": (2, 16)},
    edges=[
        (0.5, -3.0, np.array([164, 15])),
        (1.0, 0.0, np.array([16, 1, 255])),
        (2.0, 1.0, np.array([240, 15])),
    ],
    allows="`d` is never zero.",
    right=[_unpack_by_loop, lambda d, m, packed: np.append(d * (packed & 15) + m, d * (packed >> 4) + m)],
    why="Five bits a weight: four for the number, one for its share of `d` and `m`.",
)
it.mistake("Low and high halves alternate here. First come all lower halves, then all upper ones.")(
    lambda d, m, packed: d * np.stack([packed % 16, packed // 16], axis=1).ravel() + m
)
it.mistake("The upper halves come first here. The lower ones are the first weights.")(
    lambda d, m, packed: d * np.concatenate([packed // 16, packed % 16]) + m
)
it.mistake("This is another kind of block, with q − 8 and no minimum. Here `m` is added.")(
    lambda d, m, packed: d * (np.concatenate([packed % 16, packed // 16]) - 8.0)
)
it.mistake("The minimum is missing.")(lambda d, m, packed: d * np.concatenate([packed % 16, packed // 16]))
it.mistake("The minimum was added before multiplying. The scale multiplies q alone.")(
    lambda d, m, packed: d * (np.concatenate([packed % 16, packed // 16]) + m)
)
it.mistake("A byte was taken as one number from 0 to 255. It holds two from 0 to 15.")(
    lambda d, m, packed: d * packed + m
)
it.mistake("Only the lower halves are here. Each byte has an upper half, too.")(
    lambda d, m, packed: d * (packed % 16) + m
)


def places(front, sizes, step):
    """Return where each tensor begins: the next multiple of step behind the one before it."""
    begins, at = [], -(-front // step) * step
    for size in sizes:
        begins.append(at)
        at = -(-(at + int(size)) // step) * step
    return np.array(begins)


def _places(front, sizes, step, first=True, between=True, up=lambda at, step: -(-at // step) * step):
    """Return the places of a reader that rounds up first, between, both or neither, by its own rule."""
    begins, at = [], up(front, step) if first else front
    for size in sizes:
        begins.append(at)
        at = up(at + int(size), step) if between else at + int(size)
    return np.array(begins)


def _places_by_steps(front, sizes, step):
    at, begins = front, []
    for size in sizes:
        while at % step:
            at += 1
        begins.append(at)
        at += size
    return begins


it = exercise(
    "checkpoint.places",
    "Where the tensors lie",
    level=2,
    solution=places,
    domain={"front": whole(1, 200), "sizes": wholes("n", low=1, high=150), "step": whole(1, 40)},
    edges=[
        (100, np.array([20, 40, 64]), 32),
        (64, np.array([32, 10]), 32),
        (5, np.array([1, 1, 1]), 8),
    ],
    right=[
        _places_by_steps,
        lambda front, sizes, step: _places(front, sizes, step, up=lambda a, s: (a + s - 1) // s * s),
    ],
    why="A file with gaps is read faster, and one with a wrong gap is read wrongly without a word.",
)
it.mistake("These places count from where the data begin. Count from the front of the file.")(
    lambda front, sizes, step: places(front, sizes, step) - places(front, sizes, step)[0]
)
it.mistake("The first tensor begins where the header ends. It begins at the next multiple of `step`.")(
    lambda front, sizes, step: _places(front, sizes, step, first=False)
)
it.mistake("Each tensor begins where the one before it ends. It begins at the next multiple of `step`.")(
    lambda front, sizes, step: _places(front, sizes, step, between=False)
)
it.mistake("A place that is a multiple already was moved on by a whole step. It stays.")(
    lambda front, sizes, step: _places(front, sizes, step, up=lambda at, s: (at // s + 1) * s)
)
it.mistake("The places were rounded down, into the bytes of what stands before.")(
    lambda front, sizes, step: _places(front, sizes, step, up=lambda at, s: at // s * s)
)
it.mistake("This is where each tensor ends. Where does it begin?")(
    lambda front, sizes, step: places(front, sizes, step) + sizes
)


def counts(shapes):
    """Return how many parameters there are: all, those without the embedding, and with an untied output."""
    every = sum(int(np.prod(shape)) for shape in shapes.values())
    table = int(np.prod(shapes["embedding"]))
    return [every, every - table, every + table * ("output" not in shapes)]


def _counts_by_loop(shapes):
    every, table = 0, 0
    for name, shape in shapes.items():
        numbers = 1
        for axis in shape:
            numbers = numbers * int(axis)
        every += numbers
        if name == "embedding":
            table = numbers
    return every, every - table, every if "output" in shapes else every + table


def _any_shapes(rng):
    """Return ({name: shape},): a table, some gains and matrices; in half of the cases each of the others.

    Two names only contain "embedding" and "output", as names of real files do.
    """
    vocabulary, width = (int(each) for each in rng.integers(1, [60, 12]))
    found = {"embedding": [vocabulary, width]}
    if rng.random() < 0.5:
        found["position embedding"] = [int(rng.integers(1, 20)), width]
    for i in range(int(rng.integers(0, 4))):
        found[f"block {i} norm"] = [width]
        found[f"block {i} gate"] = [int(rng.integers(1, 30)), width]
    if rng.random() < 0.5:
        found["output norm"] = [width]
    if rng.random() < 0.5:
        found["output"] = [vocabulary, width]
    return (found,)


it = exercise(
    "checkpoint.counts",
    "One model, three counts",
    level=2,
    solution=counts,
    domain=_any_shapes,
    edges=[
        ({"embedding": [10, 4], "norm": [4], "up": [8, 4]},),
        ({"embedding": [10, 4], "norm": [4], "output": [10, 4]},),
        ({"embedding": [3, 2]},),
        ({"embedding": [10, 4], "position embedding": [6, 4], "output norm": [4]},),
    ],
    right=[
        _counts_by_loop,
        lambda shapes: np.array(counts(shapes)),
    ],
    why="A label with one number on it does not say which of these it is.",
)
it.mistake("The sides of the shapes were added. A table of 10 rows and 4 columns has 40 numbers.")(
    lambda shapes: [
        sum(int(np.sum(s)) for s in shapes.values()),
        sum(int(np.sum(s)) for s in shapes.values()) - int(np.sum(shapes["embedding"])),
        sum(int(np.sum(s)) for s in shapes.values())
        + int(np.sum(shapes["embedding"])) * ("output" not in shapes),
    ]
)
it.mistake("The output was counted again although the file holds one of its own.")(
    lambda shapes: [*counts(shapes)[:2], counts(shapes)[0] + counts(shapes)[0] - counts(shapes)[1]]
)
it.mistake("A tied output is missing in the last count: input and output are two tables there.")(
    lambda shapes: [*counts(shapes)[:2], counts(shapes)[0]]
)
it.mistake("Only the rows of the embedding were left out. Leave out all of its numbers.")(
    lambda shapes: [
        counts(shapes)[0],
        counts(shapes)[0] - int(shapes["embedding"][0]),
        counts(shapes)[2],
    ]
)
it.mistake("Without the embedding, an output of its own is still there.")(
    lambda shapes: [
        counts(shapes)[0],
        sum(int(np.prod(s)) for name, s in shapes.items() if name not in ("embedding", "output")),
        counts(shapes)[2],
    ]
)
it.mistake("Another tensor was left out as well. Only the one that is called just `embedding` is.")(
    lambda shapes: [
        counts(shapes)[0],
        sum(int(np.prod(s)) for name, s in shapes.items() if "embedding" not in name),
        counts(shapes)[2],
    ]
)
it.mistake("A norm at the end is no output table. Only a tensor that is called just `output` is.")(
    lambda shapes: [*counts(shapes)[:2], counts(shapes)[0 if any("output" in name for name in shapes) else 2]]
)
it.mistake("These are how many tensors there are. How many numbers do they hold?")(
    lambda shapes: [len(shapes), len(shapes) - 1, len(shapes) + ("output" not in shapes)]
)


def pairs_apart(w, heads):
    """Return the rows of w with partners half a head apart; in w they are neighbours."""
    size = len(w) // heads
    firsts = [np.concatenate([np.arange(0, size, 2), np.arange(1, size, 2)]) + h * size for h in range(heads)]
    return w[np.concatenate(firsts)]


def _pairs_by_loop(w, heads):
    size, rows = len(w) // heads, []
    for h in range(heads):
        head = w[h * size : (h + 1) * size]
        rows += [*head[0::2], *head[1::2]]
    return np.array(rows)


def _any_rows(rng):
    """Return w, heads: one to four heads, each of two to eight rows, and one to three columns."""
    heads, pairs = int(rng.integers(1, 5)), int(rng.integers(1, 5))
    return rng.normal(size=(2 * heads * pairs, int(rng.integers(1, 4)))).round(2), heads


it = exercise(
    "checkpoint.rows",
    "Rows in another order",
    level=3,
    solution=pairs_apart,
    domain=_any_rows,
    edges=[
        (np.array([[1.0], [2.0], [3.0], [4.0]]), 1),
        (np.arange(1.0, 9.0)[:, None], 2),
        (np.arange(1.0, 13.0).reshape(6, 2), 1),
    ],
    allows="Each head has an even number of rows.",
    right=[
        _pairs_by_loop,
        lambda w, heads: w.reshape(heads, -1, 2, w.shape[1]).swapaxes(1, 2).reshape(w.shape),
    ],
    why="A file in another order loads without an error and still says Paris.",
)
it.mistake("These are the rows as they stand in the file.")(lambda w, heads: w.copy())
it.mistake("This is the way back: from partners half a head apart to neighbours.")(
    lambda w, heads: w.reshape(heads, 2, -1, w.shape[1]).swapaxes(1, 2).reshape(w.shape)
)
it.mistake("The rows of all heads were sorted together. Each head keeps its own rows.")(
    lambda w, heads: np.concatenate([w[0::2], w[1::2]])
)
it.mistake("The second partners come first here.")(
    lambda w, heads: pairs_apart(w.reshape(-1, 2, w.shape[1])[:, ::-1].reshape(w.shape), heads)
)
it.mistake("The heads have changed places, or their rows run backwards. Head 0 stays in front.")(
    lambda w, heads: pairs_apart(w, heads)[::-1]
)
it.mistake("Rows 0 and 2, 1 and 3 are no pairs in the file: neighbours are.")(
    lambda w, heads: np.concatenate([w[len(w) // 2 :], w[: len(w) // 2]])
)
