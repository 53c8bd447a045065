"""A GGUF file: its header, its notes, where its tensors lie, and what their bytes are as numbers.

It reads version 3 and six kinds of numbers, and runs nothing of what it reads. It leaves out writing,
big-endian files and the other kinds of blocks. Source: `docs/gguf.md` and `ggml-quants.c` of ggml.
"""

import math
import os
from typing import NamedTuple

import numpy as np

KINDS = {  # number in the file: name, weights in a block, bytes of a block
    0: ("F32", 1, 4),
    1: ("F16", 1, 2),
    2: ("Q4_0", 32, 18),
    3: ("Q4_1", 32, 20),
    8: ("Q8_0", 32, 34),
    30: ("BF16", 1, 2),
}
NOTES = {0: "u1", 1: "i1", 2: "<u2", 3: "<i2", 4: "<u4", 5: "<i4", 6: "<f4", 7: "?"}  # as NumPy says
NOTES |= {10: "<u8", 11: "<i8", 12: "<f8"}
TEXT, ARRAY = 8, 9  # the two other kinds of notes


class Stored(NamedTuple):
    """A tensor in a file: what it is, and where it lies."""

    kind: str  # such as "Q4_1"
    shape: tuple  # rows first, as NumPy and torch have it
    block: int  # bytes of a block
    begin: int  # its first byte, from the front of the file
    size: int  # bytes


class Front:
    """Reads a file from its front, piece by piece, and never past its end."""

    def __init__(self, file):
        self.file, self.left = file, os.fstat(file.fileno()).st_size  # bytes that are not read yet

    def need(self, count):
        """Raise a ValueError if fewer bytes are left. Asked before any memory is taken for them."""
        if count > self.left:
            follow = f"{count:,} bytes should follow, and {self.left:,} do"
            raise ValueError(f"it is cut short or altered: {follow}")

    def take(self, count):
        """Return the next bytes, so many."""
        self.need(count)
        self.left -= count
        return self.file.read(count)

    def number(self, size=8):
        """Return the next whole number, of so many bytes. Thousands come, so NumPy would be slow."""
        return int.from_bytes(self.take(size), "little")

    def array(self, kind, count=1):
        """Return the next numbers, [count]; kind: as NumPy says it."""
        return np.frombuffer(self.take(count * np.dtype(kind).itemsize), kind)

    def text(self):
        """Return the next text: how many bytes it has, then these."""
        return self.take(self.number()).decode()

    def note(self, kind):
        """Return the next value: a text, a number, a list of texts or an array of numbers."""
        if kind == TEXT:
            return self.text()
        if kind != ARRAY:
            return self.array(known(NOTES, kind, "a note"))[0].item()
        kind, count = self.number(4), self.number()
        if kind == TEXT:
            self.need(8 * count)  # each begins with 8 bytes
            return [self.text() for _ in range(count)]
        return self.array(known(NOTES, kind, "an array"), count)

    def tensor(self):
        """Return (name, (shape, kind, offset)) of the next tensor. The file has columns before rows."""
        name, axes = self.text(), self.number(4)
        self.need(8 * axes)
        shape = tuple(self.number() for _ in range(axes))[::-1]
        return name, (shape, self.number(4), self.number())


def known(kinds, kind, what):
    """Return kinds[kind]; a ValueError says which ones there are."""
    if kind not in kinds:
        ours = ", ".join(map(str, kinds))
        raise ValueError(f"{what} is of the kind {kind}, and we read {ours}")
    return kinds[kind]


def read_front(file):
    """Return ({key: note}, {name: Stored}) of an open file."""
    front = Front(file)
    if front.take(4) != b"GGUF":
        raise ValueError("it does not begin with GGUF")
    version = front.number(4)
    if version != 3:
        raise ValueError(f"it has version {version}, and we read 3")
    tensors, notes = front.number(), front.number()
    notes = once((front.text(), front.note(front.number(4))) for _ in range(notes))
    tensors = once(front.tensor() for _ in range(tensors))
    step, whole = notes.get("general.alignment", 32), file.tell() + front.left  # bytes
    if type(step) is not int or step < 8 or step % 8:
        raise ValueError(f"its alignment is {step!r}, which is no multiple of 8")
    start = -(-file.tell() // step) * step  # the next multiple: here the data begin
    placed = {name: place(name, *e, start, whole) for name, e in tensors.items()}
    return notes, placed


def once(pairs):
    """Return {name: value} of (name, value); a name that comes twice raises a ValueError."""
    found = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"the name {name!r} comes twice")
        found[name] = value
    return found


def place(name, shape, kind, offset, start, whole):
    """Return the Stored of a tensor. start: where all data begin; whole: bytes of the file."""
    kind, weights, block = known(KINDS, kind, name)
    row = shape[-1] if shape else 1
    if row % weights:
        wrong = f"{row} numbers, no multiple of the {weights} in a block"
        raise ValueError(f"a row of {name} has {wrong}")
    size = math.prod(shape) // weights * block
    begin = start + offset
    if begin + size > whole:
        end = f"{name} should end at byte {begin + size:,}"
        raise ValueError(f"it is cut short or altered: {end}")
    return Stored(kind, shape, block, begin, size)


def read_header(path):
    """Return ({key: note}, {name: Stored}) of a GGUF file; a ValueError says what is wrong with it."""
    try:
        with open(path, "rb") as file:
            return read_front(file)
    except UnicodeDecodeError:
        wrong = "a text in it is no UTF-8"
    except OSError as error:
        wrong = error.strerror
    except ValueError as error:
        wrong = error
    raise ValueError(f"{path} cannot be read as GGUF: {wrong}.")


def read_blocks(path, stored):
    """Return the bytes of a tensor, [blocks, bytes of a block]."""
    numbers = np.fromfile(path, np.uint8, stored.size, offset=stored.begin)
    return numbers.reshape(-1, stored.block)


def half(pairs):
    """Return float32 [n, 1] of the two bytes [n, 2] of each float16."""
    return pairs.view("<f2").astype(np.float32)


def halves(packed):
    """Return float32 from 0 to 15, [n, 32], of bytes [n, 16]: all low halves, then all high ones."""
    each = [packed & 15, packed >> 4]
    return np.concatenate(each, axis=1, dtype=np.float32)


def q4_1(blocks):
    """Return the weights [n, 32] of blocks [n, 20]. Each step works in place: a model has 100 million."""
    weights = halves(blocks[:, 4:])
    weights *= half(blocks[:, :2])
    weights += half(blocks[:, 2:4])
    return weights


VALUES = {  # kind: bytes [n, bytes of a block] -> float32 [n, weights in a block]
    "F32": lambda b: b.view("<f4"),
    "F16": half,
    "BF16": lambda b: (b.view("<u2").astype(np.uint32) << 16).view(np.float32),  # float32's upper half
    "Q4_0": lambda b: half(b[:, :2]) * (halves(b[:, 2:]) - 8),
    "Q4_1": q4_1,
    "Q8_0": lambda b: half(b[:, :2]) * b[:, 2:].view(np.int8),
}


def read_tensor(path, stored):
    """Return a tensor of a file as float32, in its shape."""
    return VALUES[stored.kind](read_blocks(path, stored)).reshape(stored.shape)
