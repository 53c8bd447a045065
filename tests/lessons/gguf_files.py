"""Tiny GGUF files for the tests, written byte by byte after the format's description."""

import struct

import numpy as np

TYPES = {str: 8, int: 4, float: 6, bool: 7}
NUMBERS = {"F32": 0, "F16": 1, "Q4_0": 2, "Q4_1": 3, "Q8_0": 8, "BF16": 30}


def text(value):
    """Return a text as the format has it: 8 bytes for its length, then its bytes."""
    data = value if isinstance(value, bytes) else value.encode()
    return struct.pack("<Q", len(data)) + data


def note(value):
    """Return the kind and the value of a note: a text, a whole number, a float, a truth value or a list."""
    if isinstance(value, list):
        kind = TYPES[type(value[0])]
        return struct.pack("<IIQ", 9, kind, len(value)) + b"".join(note(item)[4:] for item in value)
    kind = TYPES[type(value)]
    body = {8: lambda: text(value), 4: lambda: struct.pack("<I", value)}
    body |= {6: lambda: struct.pack("<f", value), 7: lambda: struct.pack("<?", value)}
    return struct.pack("<I", kind) + body[kind]()


def gguf_bytes(tensors=(), notes=None, magic=b"GGUF", version=3, counts=None, step=32, repeat=1):
    """Return a file's bytes. tensors: [(name, kind, shape with rows first, bytes), …].

    counts: (tensors, notes) to be claimed in place of the true ones. repeat: how often each tensor is named.
    """
    notes, tensors = notes or {}, list(tensors) * repeat
    claimed = counts or (len(tensors), len(notes))
    front = magic + struct.pack("<IQQ", version, *claimed)
    front += b"".join(text(key) + note(value) for key, value in notes.items())
    offset, data = 0, b""
    for name, kind, shape, body in tensors:
        axes = struct.pack(f"<{len(shape)}Q", *shape[::-1])
        number = NUMBERS.get(kind, kind)
        front += text(name) + struct.pack("<I", len(shape)) + axes + struct.pack("<IQ", number, offset)
        body += b"\0" * (-len(body) % step)
        data, offset = data + body, offset + len(body)
    return front + b"\0" * (-len(front) % step) + data


def blocks(kind, rng, rows, columns):
    """Return the bytes of a tensor [rows, columns] of a kind, with random numbers in it."""
    numbers = rng.normal(size=(rows, columns)).astype("<f4")
    if kind == "F32":
        return numbers.tobytes()
    if kind == "F16":
        return numbers.astype("<f2").tobytes()
    if kind == "BF16":
        return (numbers.view("<u4") >> 16).astype("<u2").tobytes()
    count = rows * columns // 32
    scales = rng.normal(size=(count, 2)).astype("<f2").view("u1").reshape(count, 4)
    packed = rng.integers(0, 256, size=(count, 16), dtype=np.uint8)
    body = {
        "Q4_0": [scales[:, :2], packed],
        "Q4_1": [scales, packed],
        "Q8_0": [scales[:, :2], rng.integers(0, 256, size=(count, 32), dtype=np.uint8)],
    }[kind]
    return np.concatenate(body, axis=1).tobytes()
