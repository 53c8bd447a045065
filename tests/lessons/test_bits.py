"""Bits and numbers: equal to NumPy's and torch's; the explorable's block is that of the file."""

import json
import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from helpers.explorables import Bits
from helpers.real_models.bits import (
    AT,
    BFLOAT16,
    FLOATS,
    KINDS,
    bits_of,
    block_of,
    flipped,
    float_of,
    whole_of,
)
from helpers.real_models.gguf import VALUES, read_blocks, read_header
from helpers.real_models.smollm import model_file

FORMATS = Bits().formats


def joined(kind):
    return "".join(bits for _, bits in FORMATS[kind]["parts"])


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_float32_is_numpys(number):
    assert float_of(bits_of(number, "<f4"), *FLOATS[32]) == number


@given(st.floats(width=16, allow_nan=False, allow_infinity=False))
def test_float16_is_numpys(number):
    assert float_of(bits_of(number, "<f2"), *FLOATS[16]) == number


@given(st.integers(0, 2**16 - 1))
def test_bfloat16_is_torchs(bits):
    theirs = torch.tensor(bits - 2**16 * (bits >= 2**15), dtype=torch.int16).view(torch.bfloat16).item()
    ours = float_of(f"{bits:016b}", *BFLOAT16)
    assert ours == theirs or not math.isfinite(theirs) and math.isnan(ours)


@given(st.integers(-128, 127))
def test_whole_numbers_of_eight_bits(number):
    assert whole_of(bits_of(number, "i1")) == number


@given(st.text("01", min_size=1, max_size=32), st.data())
def test_a_bit_that_is_turned_twice_is_as_before(bits, data):
    at = data.draw(st.integers(0, len(bits) - 1))
    once = flipped(bits, at)
    assert [i for i in range(len(bits)) if once[i] != bits[i]] == [at] and flipped(once, at) == bits


def test_the_block_is_that_of_the_file():
    _, stored = read_header(model_file())
    block = read_blocks(model_file(), stored["blk.11.ffn_down.weight"])[24_374]
    assert block.tolist() == Bits().block
    theirs = VALUES["Q4_1"](block[None])[0]
    ours = block_of("int4", FORMATS["int4"]["parts"], joined("int4"), block.tolist())
    assert np.allclose(ours, theirs, rtol=1e-6) and abs(ours[AT] - 5.876) < 0.001


@pytest.mark.parametrize("kind", KINDS)
def test_no_format_moves_the_weight_far(kind):
    """Rounding costs at most half a step: of bfloat16's 8 digits, of the 127 steps of int8."""
    given = block_of(kind, FORMATS[kind]["parts"], joined(kind), Bits().block)
    exact = block_of("float32", FORMATS["float32"]["parts"], joined("float32"), Bits().block)
    assert abs(given[AT] / exact[AT] - 1) < 2**-8
    assert np.abs(given - exact).max() <= exact.max() / 127 / 2 + 0.02


@pytest.mark.parametrize("kind", KINDS)
def test_there_is_a_recording_for_each_bit(kind):
    form = FORMATS[kind]
    assert len(form["losses"]) == len(form["says"]) == 1 + len(joined(kind))
    assert form["losses"][0] == pytest.approx(FORMATS["int4"]["losses"][0], abs=0.02)
    assert form["says"][0].startswith(" Paris")
    assert all(each == "none" or 2 < each < 40 for each in form["losses"])


@pytest.fixture(scope="module")
def probe():
    """The real model, opened once by the script that made the recordings."""
    import make_bits

    return make_bits.Probe()


@pytest.mark.parametrize(("kind", "bit"), [("float32", 1), ("float32", 32), ("int4", 1), ("int8", 10)])
def test_a_recording_is_what_the_model_says(kind, bit, probe):
    """A few of them again."""
    bits = flipped(joined(kind), bit - 1)
    loss, said = probe(block_of(kind, FORMATS[kind]["parts"], bits, Bits().block))
    assert loss == pytest.approx(FORMATS[kind]["losses"][bit], abs=0.02)
    assert said.split()[:1] == FORMATS[kind]["says"][bit].split()[:1]


def test_numbers_of_a_state():
    shown = Bits(kind="float32", bit=1.0).numbers()
    assert shown["now"] == -shown["before"] and shown["moved"] == 1
    assert Bits(kind="int4", bit=5.0).numbers()["moved"] > 20  # the sign of the scale is everybody's
    assert math.isnan(Bits(kind="int4", bit=22.0).numbers()["loss"])
    assert Bits(kind="int4", bit=40.0).numbers() == Bits(kind="int4").numbers() | {"bit": 40.0}
    assert json.loads(json.dumps(Bits().state(), allow_nan=False)) == Bits().state()
