"""One weight as its bits: float32, bfloat16, 8 bits with a scale, 4 bits with a scale and a minimum.

Bits are texts such as "1011", the highest first. It leaves out infinities and what is not a number but for
this: a number of only ones in its exponent comes out as NaN.
"""

import numpy as np

FLOATS = {32: (8, 23), 16: (5, 10)}  # bits of a number: how many for the exponent, how many behind it
BFLOAT16 = (8, 7)
KINDS = ("float32", "bfloat16", "int8", "int4")
AT = 13  # the place in a block of 32 of the weight that is looked at


def bits_of(number, kind):
    """Return the bits of a number as NumPy keeps it. kind: as NumPy says it, such as "<f4" or "i1".

    >>> bits_of(-2, "i1"), bits_of(1.5, "<f2")
    ('11111110', '0011111000000000')
    """
    raw = np.array(number, kind).tobytes()[::-1]  # the highest byte first
    return "".join(f"{byte:08b}" for byte in raw)


def float_of(bits, exponent, fraction):
    """Return the number of the bits of a float: a sign, `exponent` bits, `fraction` bits.

    >>> float_of("0011111000000000", 5, 10)
    1.5
    """
    sign = -1.0 if bits[0] == "1" else 1.0
    power, rest = int(bits[1 : 1 + exponent], 2), int(bits[1 + exponent :], 2) / 2**fraction
    bias = 2 ** (exponent - 1) - 1
    if power == 2**exponent - 1:
        return float("nan")
    if power == 0:  # the smallest numbers have no 1 in front of the point
        return sign * rest * 2.0 ** (1 - bias)
    return sign * (1 + rest) * 2.0 ** (power - bias)


def whole_of(bits):
    """Return the whole number of 8 bits, half of which are below zero, or of fewer, from zero up.

    >>> whole_of("11111110"), whole_of("1110")
    (-2, 14)
    """
    return int(bits, 2) - 256 * (len(bits) == 8 and bits[0] == "1")


def flipped(bits, at):
    """Return bits with the one at a place turned over.

    >>> flipped("0000", 1)
    '0100'
    """
    return bits[:at] + ("0" if bits[at] == "1" else "1") + bits[at + 1 :]


def block_of(kind, parts, bits, block):
    """Return the 32 weights of a block, [32], with the weight at AT as its bits say.

    kind: of KINDS. parts: [[what, bits], …]. bits: all of them joined, one of them perhaps turned.
    block: its 20 bytes in the file.
    """
    d, m = np.array(block[:4], np.uint8).view("<f2").astype(float)
    q = np.array([byte % 16 for byte in block[4:]] + [byte // 16 for byte in block[4:]], float)
    weights = d * q + m
    if kind in ("float32", "bfloat16"):
        weights[AT] = float_of(bits, *(FLOATS[32] if kind == "float32" else BFLOAT16))
        return weights
    ends = np.cumsum([len(text) for _, text in parts])
    own, *shared = (bits[end - len(text) : end] for end, (_, text) in zip(ends, parts, strict=True))
    scale, *minimum = (float_of(text, *FLOATS[16]) for text in shared)
    if kind == "int8":
        q = np.floor(weights / float_of(parts[1][1], *FLOATS[16]) + 0.5)
    q[AT] = whole_of(own)
    return scale * q + (minimum[0] if minimum else 0.0)
