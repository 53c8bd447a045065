"""The exercises of chapter 16: counts, an exponent, bytes, a row in few bits, shards, a fair mean."""

import numpy as np

from ..declare import chapter, exercise
from ..domain import made, number, whole

chapter("scale", "16 · Scale")


def _pencil(exponent=0.5, cost=60_000_000, size=20, values=8):
    return dict(exponent=exponent, cost=cost, size=size, values=values)


exercise(
    "scale.pencil",
    "Four numbers by pencil",
    solution=_pencil(),
    wrong={
        "This exponent is that of the whole losses. Take the floor of 1 off first.": _pencil(exponent=0.1315),
        "This is the slope of the line. The exponent is minus that, so it is positive.": _pencil(
            exponent=-0.5
        ),
        "Four times the parameters make half the rest: four to which power is two?": _pencil(exponent=2),
        "This is 2 · N · D, the way forward only. The way back costs twice as much again.": _pencil(
            cost=20_000_000
        ),
        "This is 4 · N · D, the way back only. The way forward is missing.": _pencil(cost=40_000_000),
        "The scales are missing: a step and a minimum, 16 bits each.": _pencil(size=16),
        "This counts bits. A byte has 8.": _pencil(size=160),
        "Three bits are not three values: each bit doubles how many there are.": _pencil(values=3),
        "Steps lie between the values. Asked for are the values.": _pencil(values=7),
    },
    right=[
        _pencil(cost=6e7, size=20.0, values=2**3),
        dict(values=8, size=32 * 4 / 8 + 4, exponent=np.log(2) / np.log(4), cost=6 * 1000 * 10_000),
    ],
    why="All four can be known before anything is trained or stored.",
)


def file_bytes(weights, bits, block):
    """Return the bytes of weights with a step and a minimum of 16 bits for each block."""
    return weights * bits / 8 + weights / block * 4


it = exercise(
    "scale.bytes",
    "How large is the file?",
    level=1,
    solution=file_bytes,
    edges=[(32, 4, 32), (1024, 8, 64), (256, 2, 16)],
    domain=lambda rng: (
        (block := int(rng.choice([16, 32, 64, 128]))) * int(rng.integers(1, 50)),
        int(rng.integers(1, 9)),
        block,
    ),
    allows="The weights are a whole number of blocks.",
    right=[
        lambda weights, bits, block: weights // block * (block * bits + 32) / 8,
        lambda weights, bits, block: (bits + 32 / block) * weights / 8,
    ],
    why="The smaller the blocks, the more of the file is scales.",
)
it.mistake("The scales are missing: 32 bits for each block.")(lambda weights, bits, block: weights * bits / 8)
it.mistake("One of the two scales of a block is missing.")(
    lambda weights, bits, block: weights * bits / 8 + weights / block * 2
)
it.mistake("This counts bits. A byte has 8.")(
    lambda weights, bits, block: 8 * file_bytes(weights, bits, block)
)
it.mistake("There is one pair of scales for each block, not one for all.")(
    lambda weights, bits, block: weights * bits / 8 + 4 if weights > block else np.nan
)
it.mistake("There is one pair of scales for each block, not for each weight.")(
    lambda weights, bits, block: weights * bits / 8 + weights * 4
)


def exponent(sizes, losses, floor):
    """Return a in loss = floor + c · size^(−a), by least squares on the logarithms."""
    return -np.polyfit(np.log(sizes), np.log(np.asarray(losses) - floor), 1)[0]


def _exponent_by_sums(sizes, losses, floor):
    x = [np.log(size) for size in sizes]
    y = [np.log(loss - floor) for loss in losses]
    middle_x, middle_y = sum(x) / len(x), sum(y) / len(y)
    top = sum((a - middle_x) * (b - middle_y) for a, b in zip(x, y, strict=True))
    return -top / sum((a - middle_x) ** 2 for a in x)


def _law(rng):
    """Sizes in any order; one law in five gets worse with the size, as the fifth and sixth of the chapter."""
    sizes = rng.choice([100, 200, 400, 1000, 3000, 10_000], size=rng.integers(2, 6), replace=False)
    floor = float(rng.choice([0.5, 1.0, 1.5, 2.0]))
    a = rng.uniform(0.1, 0.9) if rng.random() < 0.8 else -rng.uniform(0.05, 0.3)
    rest = rng.uniform(2, 8) * (sizes / 100) ** -a * np.exp(0.05 * rng.normal(size=len(sizes)))
    return sizes, floor + rest, floor


it = exercise(
    "scale.exponent",
    "The exponent",
    level=2,
    solution=exponent,
    edges=[
        (np.array([1000, 4000]), np.array([1.4, 1.2]), 1.0),
        (np.array([100, 1000, 10_000]), np.array([3.0, 2.1, 2.01]), 2.0),
        (np.array([1000, 100]), np.array([1.4, 1.2]), 1.0),
    ],
    domain=_law,
    allows="All losses are above the floor, and there are two sizes or more, all different and positive, "
    "in any order.",
    right=[
        _exponent_by_sums,
        lambda sizes, losses, floor: -np.polyfit(np.log10(sizes), np.log10(losses - floor), 1)[0],
    ],
    why="The exponent says what ten times the parameters buy, and only of what is above the floor.",
)
it.mistake("The floor is still in: take it off before the logarithm.")(
    lambda sizes, losses, floor: exponent(sizes, losses, 0.0)
)
it.mistake("The sign is turned round: the slope is minus the exponent.")(
    lambda sizes, losses, floor: -exponent(sizes, losses, floor)
)
it.mistake("The sizes need a logarithm, too.")(
    lambda sizes, losses, floor: -np.polyfit(sizes, np.log(losses - floor), 1)[0]
)
it.mistake("The losses need a logarithm, too.")(
    lambda sizes, losses, floor: -np.polyfit(np.log(sizes), losses - floor, 1)[0]
)
it.mistake("This is where the line starts. Asked for is its slope.")(
    lambda sizes, losses, floor: np.polyfit(np.log(sizes), np.log(losses - floor), 1)[1]
)
it.mistake("The two logarithms changed places: the loss is a function of the size.")(
    lambda sizes, losses, floor: -np.polyfit(np.log(losses - floor), np.log(sizes), 1)[0]
)


def rounded_row(w, bits):
    """Return a row of weights on 2^bits even values from the lowest to the highest."""
    w = np.asarray(w, dtype=float)
    step = (w.max() - w.min()) / (2**bits - 1)
    return w.min() + step * np.round((w - w.min()) / step)


def _rounded_by_search(w, bits):
    steps = np.linspace(min(w), max(w), 2**bits)
    return [min(steps, key=lambda s: abs(s - weight)) for weight in w]


def _row(rng):
    """Weights of size 1, as small as those of a trained model, or large; now and then with an outlier."""
    bits = int(rng.integers(1, 9))
    scale = rng.choice([1.0, 1.0, 0.02, 20.0])
    while True:
        w = rng.normal(size=rng.integers(2, 9)).round(3)
        if rng.random() < 0.3:
            w[rng.integers(len(w))] = rng.choice([-8.0, 8.0])
        place = (w - w.min()) / np.ptp(w) * (2**bits - 1) if np.ptp(w) > 0.01 else np.array([0.5])
        if (np.abs(place % 1 - 0.5) > 0.01).all():
            return (w * scale).round(6), bits


it = exercise(
    "scale.rounded",
    "A row in few bits",
    level=2,
    solution=rounded_row,
    edges=[
        (np.array([0.0, 0.4, 0.6, 3.0]), 2),
        (np.array([-1.0, 0.2, 1.0]), 1),
        (np.array([0.0, 0.1, 0.2, 0.7]), 3),
    ],
    domain=_row,
    allows="There are two different weights or more, and none lies halfway between two values.",
    right=[
        _rounded_by_search,
        lambda w, bits: (
            np.floor((w - min(w)) / np.ptp(w) * (2**bits - 1) + 0.5) * np.ptp(w) / (2**bits - 1) + min(w)
        ),
    ],
    why="Both ends come back as they were; all others move by half a step at most.",
)
it.mistake("The notes came back, not the weights: multiply by the step and add the minimum.")(
    lambda w, bits: np.round((w - w.min()) / (np.ptp(w) / (2**bits - 1)))
)
it.mistake("The minimum was not added back.")(lambda w, bits: rounded_row(w, bits) - w.min())
it.mistake(
    "There is one step too many: 2 to the power of bits counts the values, and between them lies one less."
)(lambda w, bits: w.min() + np.ptp(w) / 2**bits * np.round((w - w.min()) / (np.ptp(w) / 2**bits)))
it.mistake("This cuts off instead of rounding: each weight goes to the value below it.")(
    lambda w, bits: (
        w.min() + np.ptp(w) / (2**bits - 1) * np.floor((w - w.min()) / np.ptp(w) * (2**bits - 1) + 1e-9)
    )
)
it.mistake("These values begin at 0, and not at the lowest weight.")(
    lambda w, bits: np.ptp(w) / (2**bits - 1) * np.round(w / (np.ptp(w) / (2**bits - 1)))
)
it.mistake("The weights came back unchanged.")(lambda w, bits: w + 0.0)


def whole_mean(means, counts):
    """Return the mean over all tokens, from the mean and the count of each shard."""
    return np.dot(means, counts) / np.sum(counts)


def _shards(rng):
    counts = rng.integers(1, 9, size=rng.integers(2, 5))
    return rng.normal(size=len(counts)).round(2), counts


it = exercise(
    "scale.shards",
    "The mean of all shards",
    level=2,
    solution=whole_mean,
    edges=[
        (np.array([2.0, 6.0]), np.array([2, 1])),
        (np.array([1.0, 3.0]), np.array([4, 4])),
        (np.array([0.0, 1.0, 2.0]), np.array([1, 2, 5])),
    ],
    domain=_shards,
    allows="There are two shards or more, each with one token or more.",
    right=[
        lambda means, counts: sum(m * n for m, n in zip(means, counts, strict=True)) / sum(counts),
        lambda means, counts: np.average(means, weights=counts),
    ],
    why="A token counts the same, whichever process has it.",
)
it.mistake("This is the mean of means: a token of a small shard counts more than one of a large shard.")(
    lambda means, counts: np.mean(means)
)
it.mistake("This adds the shards. A mean divides by the number of all tokens.")(
    lambda means, counts: np.dot(means, counts)
)
it.mistake("This divides by the number of shards, not of tokens.")(
    lambda means, counts: np.dot(means, counts) / len(counts)
)
it.mistake("The means were only added: two processes would take twice the step.")(
    lambda means, counts: np.sum(means)
)
it.mistake("The shares are turned round: a shard with more tokens counts more.")(
    lambda means, counts: np.average(means, weights=1 / np.asarray(counts))
)
it.mistake("This takes the largest shard for all.")(lambda means, counts: means[np.argmax(counts)])


def clip_or_round(w, limit, bits):
    """Return (largest error of clipping to the limit, largest error that rounding to bits may make)."""
    return max(0.0, float(np.max(np.abs(w)) - limit)), np.ptp(w) / (2**bits - 1) / 2


def _with_outliers(rng, n):
    """Return [n] weights; one of them is an outlier, to either side, in two rows of five."""
    w = rng.normal(0, 1 + 3 * rng.random(), size=n).round(2)
    if rng.random() < 0.4:
        w[rng.integers(n)] = rng.choice([-1, 1]) * round(rng.uniform(8, 40), 2)
    return w


it = exercise(
    "scale.harm",
    "Clipping or rounding",
    level=3,
    solution=clip_or_round,
    edges=[
        (np.array([-1.0, 0.0, 0.5, 6.0]), 1.0, 3),
        (np.array([-4.0, 1.0, 3.0]), 2.0, 1),
        (np.array([0.2, -0.1, 0.4]), 1.0, 2),
    ],
    domain={
        "w": made(lambda rng, sizes: _with_outliers(rng, sizes["n"]), "n"),
        "limit": number(0.1, 5.0),
        "bits": whole(1, 8),
    },
    sizes={"n": (2, 7)},
    where=lambda w, limit, bits: np.ptp(w) > 0.1,
    allows="The weights are not all alike, `limit` lies between 0.1 and 5 and `bits` between 1 and 8.",
    right=[
        lambda w, limit, bits: (
            np.abs(w - np.clip(w, -limit, limit)).max(),
            (max(w) - min(w)) / (2 * (2**bits - 1)),
        ),
        lambda w, limit, bits: (
            max(max(abs(each) - limit, 0) for each in w),
            0.5 * (np.max(w) - np.min(w)) / (2**bits - 1),
        ),
    ],
    why="More bits shrink the harm of rounding; that of clipping they do not touch.",
)
it.mistake("Rounding moves a weight by half a step at most, to the nearest. This is a whole step.")(
    lambda w, limit, bits: (clip_or_round(w, limit, bits)[0], 2 * clip_or_round(w, limit, bits)[1])
)
it.mistake("Clipping cuts on both sides: a weight far below zero is cut as well.")(
    lambda w, limit, bits: (max(0.0, w.max() - limit), clip_or_round(w, limit, bits)[1])
)
it.mistake("A limit beyond all weights changes nothing, so the harm is 0 and never negative.")(
    lambda w, limit, bits: (np.abs(w).max() - limit, clip_or_round(w, limit, bits)[1])
)
it.mistake("Between 2^bits values lie 2^bits − 1 steps.")(
    lambda w, limit, bits: (clip_or_round(w, limit, bits)[0], np.ptp(w) / 2**bits / 2)
)
it.mistake("The two came in the other order.")(lambda w, limit, bits: clip_or_round(w, limit, bits)[::-1])
it.mistake("The steps go from the lowest to the highest weight, not from zero to the largest size.")(
    lambda w, limit, bits: (clip_or_round(w, limit, bits)[0], np.abs(w).max() / (2**bits - 1) / 2)
)
