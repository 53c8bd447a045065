"""The reader of GGUF files: equal to the package gguf, and one sentence for each file that is wrong."""

import resource
import struct

import gguf
import numpy as np
import pytest
from gguf_files import NUMBERS, blocks, gguf_bytes, note, text

from helpers.real_models.gguf import read_header, read_tensor

NOTES = {"general.name": "tiny", "a.count": 3, "a.share": 0.25, "a.truth": True, "a.words": ["one", "zwei"]}
NOTES |= {"a.numbers": [1, 2, 3]}


def written(folder, **options):
    """Write a file made of options; return its path."""
    path = folder / "tiny.gguf"
    path.write_bytes(gguf_bytes(**options))
    return path


def refused(folder, **options):
    """Return the sentence with which a file is refused."""
    with pytest.raises(ValueError) as stopped:
        read_header(written(folder, **options))
    said = str(stopped.value)
    assert said.startswith(f"{folder / 'tiny.gguf'} cannot be read as GGUF: ") and "\n" not in said
    return said


@pytest.mark.parametrize("kind", NUMBERS)
def test_every_kind_of_numbers_is_read_as_the_package_reads_it(kind, tmp_path):
    body = blocks(kind, np.random.default_rng(0), 3, 64)
    path = written(tmp_path, tensors=[("w", kind, (3, 64), body), ("v", "F32", (2,), b"\0" * 8)])
    _, stored = read_header(path)
    ours = read_tensor(path, stored["w"])
    theirs = gguf.GGUFReader(path).tensors[0]
    assert ours.dtype == np.float32 and ours.shape == (3, 64) and stored["w"].kind == kind
    expected = gguf.dequantize(theirs.data, theirs.tensor_type)
    assert np.array_equal(ours, expected.reshape(3, 64), equal_nan=True) and np.ptp(ours) > 1


def test_notes_come_back(tmp_path):
    notes, stored = read_header(written(tmp_path, notes=NOTES))
    assert stored == {} and notes.pop("a.numbers").tolist() == [1, 2, 3]
    assert notes == {key: value for key, value in NOTES.items() if key != "a.numbers"}


def test_an_alignment_of_its_own(tmp_path):
    two = [("a", "F32", (1,), struct.pack("<f", 3)), ("b", "F32", (1,), struct.pack("<f", 4))]
    path = written(tmp_path, tensors=two, notes={"general.alignment": 64}, step=64)
    _, stored = read_header(path)
    assert [read_tensor(path, stored[name])[0] for name in "ab"] == [3, 4]
    assert stored["b"].begin - stored["a"].begin == 64
    assert "its alignment is 12" in refused(tmp_path, notes={"general.alignment": 12})


ONE = ("w", "Q4_1", (2, 32), b"\1" * 40)
WRONG = {  # what is wrong: (how the file is made, what is said)
    "magic": ({"magic": b"GGML"}, "does not begin with GGUF"),
    "version": ({"version": 2}, "version 2, and we read 3"),
    "kind": ({"tensors": [("w", 39, (1, 32), b"\0" * 17)]}, "w is of the kind 39, and we read"),
    "row": ({"tensors": [("w", "Q8_0", (1, 33), b"\0" * 64)]}, "33 numbers, no multiple of the 32"),
    "twice": ({"tensors": [ONE], "repeat": 2}, "the name 'w' comes twice"),
    "end": ({"tensors": [("w", "F32", (9, 9), b"\0" * 8)]}, "w should end at byte"),
    "tensors": ({"counts": (2**60, 0)}, "cut short or altered"),
    "notes": ({"counts": (0, 2**60)}, "cut short or altered"),
    "utf": ({"notes": {b"\xff": 1}}, "no UTF-8"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_file_is_refused_in_one_sentence(what, tmp_path):
    made, said = WRONG[what]
    assert said in refused(tmp_path, **made)


def test_one_bit_of_a_front_turned_over_is_one_sentence_or_nothing(tmp_path):
    """Whichever bit it is: no other error, and no absurd reading that takes a while."""
    tensors = [ONE, ("v", "F32", (2,), b"\0" * 8)]
    path, whole = tmp_path / "tiny.gguf", gguf_bytes(tensors=tensors, notes=NOTES)
    path.write_bytes(whole)
    front, said = min(each.begin for each in read_header(path)[1].values()), set()
    for place in range(8 * front):
        spoiled = bytearray(whole)
        spoiled[place // 8] ^= 1 << place % 8
        path.write_bytes(spoiled)
        try:
            read_header(path)
        except ValueError as error:
            sentence = str(error).removeprefix(f"{path} cannot be read as GGUF: ")
            assert len(sentence) < 200 and sentence.endswith(".") and "\n" not in sentence, place
            said.add(sentence.split(":")[0])
    assert len(said) > 20


def test_a_file_that_is_cut_anywhere_in_its_front_is_refused(tmp_path):
    whole = gguf_bytes(tensors=[ONE], notes=NOTES)
    path = tmp_path / "tiny.gguf"
    for end in range(len(whole) - 24):  # the last 24 bytes only fill up
        path.write_bytes(whole[:end])
        with pytest.raises(ValueError, match="cannot be read as GGUF"):
            read_header(path)
    path.write_bytes(whole)
    assert read_header(path)[1]["w"].shape == (2, 32)


def test_absurd_counts_take_no_memory(tmp_path):
    """An array, a text and a tensor of 2⁵⁰ items: refused before anything is allocated."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    head = b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + text("a")
    for front in (
        head + struct.pack("<IIQ", 9, 4, 2**50),
        head + struct.pack("<IIQ", 9, 8, 2**50),
        head + struct.pack("<IQ", 8, 2**50),
        b"GGUF" + struct.pack("<IQQ", 3, 1, 0) + text("w") + struct.pack("<I", 2**31),
    ):
        path = tmp_path / "tiny.gguf"
        path.write_bytes(front + b"\0" * 64)
        with pytest.raises(ValueError, match="cut short or altered"):
            read_header(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # kB


def test_a_missing_file_and_a_folder(tmp_path):
    """Said in words, without the number of the system's error."""
    for path, why in ((tmp_path / "none.gguf", "No such file or directory"), (tmp_path, "Is a directory")):
        with pytest.raises(ValueError) as said:
            read_header(path)
        assert str(said.value) == f"{path} cannot be read as GGUF: {why}."


def test_an_unknown_kind_of_note(tmp_path):
    path = tmp_path / "tiny.gguf"
    path.write_bytes(b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + text("a") + struct.pack("<I", 77) + b"\0" * 64)
    with pytest.raises(ValueError, match="a note is of the kind 77"):
        read_header(path)
    assert note(3)[:4] == struct.pack("<I", 4)
