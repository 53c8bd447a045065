"""Positions against their published formulas and against the code of real models."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers.models.llama.modeling_llama import LlamaConfig, LlamaRotaryEmbedding
from transformers.models.llama.modeling_llama import apply_rotary_pos_emb as llama_turn
from transformers.models.qwen2.modeling_qwen2 import apply_rotary_pos_emb as qwen_turn
from transformers.models.t5.modeling_t5 import T5Attention

from helpers.language.attention import Attention, causal_mask
from helpers.language.positions import angles, bucket, buckets, rotate, rows, sinusoids

WIDTHS = [2, 6, 64]


def normal(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.mark.parametrize("d", WIDTHS)
def test_sinusoids_are_those_of_the_paper(d):
    made = sinusoids(200, d)
    for place in (0, 1, 17, 199):
        for i in range(d // 2):
            angle = place / 10_000 ** (2 * i / d)
            assert math.isclose(made[place, 2 * i], math.sin(angle), abs_tol=1e-12)
            assert math.isclose(made[place, 2 * i + 1], math.cos(angle), abs_tol=1e-12)


@pytest.mark.parametrize("d", WIDTHS)
def test_the_first_hand_turns_by_one_and_the_last_almost_by_a_ten_thousandth(d):
    step = angles(torch.tensor([1]), d)[0]
    assert step[0] == 1
    assert math.isclose(step[-1], 10_000 ** -((d - 2) / d), rel_tol=1e-12)
    assert (step.diff() < 0).all() and len(step) == d // 2


@pytest.mark.parametrize("turn", [llama_turn, qwen_turn], ids=["llama", "qwen"])
@pytest.mark.parametrize("d", WIDTHS)
@pytest.mark.parametrize("base", [10_000.0, 1_000_000.0])
def test_rotation_is_that_of_llama_and_qwen(turn, d, base):
    q, k = normal(2, 3, 40, d), normal(2, 3, 40, d, seed=1)  # [batch, heads, n, d]
    places = torch.arange(5, 45)
    # their tables in float64: the angles of each pair, twice side by side
    pairs = torch.arange(0, d, 2, dtype=torch.float64)
    freqs = places.double()[:, None] / base ** (pairs / d)
    table = torch.cat([freqs, freqs], dim=-1)[None]
    theirs = turn(q, k, table.cos(), table.sin())
    for ours, other in zip((rotate(q, places, base), rotate(k, places, base)), theirs, strict=True):
        assert (ours - other).abs().max() < 1e-12


def test_the_speeds_are_those_that_llama_holds():
    config = LlamaConfig(hidden_size=64, num_attention_heads=2, intermediate_size=8, num_hidden_layers=1)
    held = LlamaRotaryEmbedding(config)
    assert not list(held.parameters())
    assert torch.allclose(held.inv_freq.double(), angles(torch.tensor([1]), 32)[0], rtol=1e-6)


@settings(max_examples=60, deadline=None)
@given(
    i=st.integers(0, 5000),
    j=st.integers(0, 5000),
    shift=st.integers(-4000, 4000),
    pairs=st.integers(1, 16),
    seed=st.integers(0, 99),
)
def test_rotation_keeps_lengths_and_the_score_knows_the_distance_only(i, j, shift, pairs, seed):
    q, k = normal(2, 1, 2 * pairs, seed=seed)

    def score(i, j):
        return (rotate(q, torch.tensor([i])) * rotate(k, torch.tensor([j]))).sum()

    assert abs(rotate(q, torch.tensor([i])).norm() - q.norm()) < 1e-9
    assert abs(score(i, j) - score(i + shift, j + shift)) < 1e-9
    assert abs(score(i, j) - score(0, j - i)) < 1e-9


def test_place_0_turns_nothing_and_two_turns_add_up():
    x = normal(5, 8)
    assert torch.equal(rotate(x, torch.zeros(5)), x)
    twice = rotate(rotate(x, torch.arange(5)), torch.full((5,), 3))
    assert (twice - rotate(x, torch.arange(3, 8))).abs().max() < 1e-12


@pytest.mark.parametrize("kind", [torch.int64, torch.int32, torch.uint8, torch.bool])
def test_whole_numbers_turn_as_floats_do(kind):
    x = torch.tensor([[1, 0], [0, 1], [1, 1]])
    turned, wanted = rotate(x.to(kind), torch.arange(3)), rotate(x.float(), torch.arange(3))
    assert turned.dtype == torch.float32 and torch.equal(turned, wanted)
    assert turned[1].tolist() == pytest.approx([-0.841471, 0.540302], rel=1e-5)


def test_rotation_keeps_the_type_and_a_gradient():
    x = normal(1, 4, 6).float().requires_grad_()
    turned = rotate(x, torch.arange(4))
    assert turned.dtype == torch.float32
    turned.pow(2).sum().backward()  # the length does not change, so its gradient is that of x
    assert torch.allclose(x.grad, 2 * x, atol=1e-5)


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize(("count", "furthest"), [(32, 128), (16, 64), (64, 1000)])
def test_buckets_are_those_of_t5(count, furthest, causal):
    distances = torch.arange(-1500, 1501)  # key minus query
    theirs = T5Attention._relative_position_bucket(distances, not causal, count, furthest)
    ours = buckets(1501, count=count, furthest=furthest, causal=causal)  # its first row and first column
    assert torch.equal(theirs[1500:], ours[0])
    assert torch.equal(theirs[:1501].flip(0), ours[:, 0])


@pytest.mark.parametrize("causal", [False, True])
def test_the_last_queries_of_more_keys_are_the_last_rows(causal):
    whole = buckets(50, causal=causal)
    assert torch.equal(buckets(3, 50, causal=causal), whole[-3:])
    assert torch.equal(buckets(1, 1, causal=causal), torch.tensor([[0]]))


def test_buckets_use_every_number():
    assert set(buckets(300).flatten().tolist()) == set(range(32)) - {16}  # 16 would be 0 steps to the right
    assert set(buckets(300, causal=True).flatten().tolist()) == set(range(32))
    assert (bucket(torch.arange(1000), 32, 128).diff() >= 0).all()


def test_attention_is_blind_without_positions_and_not_with_rotation():
    layer = Attention(8, 2).double()
    x, order = normal(1, 5, 8), torch.tensor([3, 0, 4, 1, 2])

    def rotation(q):
        return rotate(q, torch.arange(5))

    with torch.no_grad():
        assert (layer(x[:, order]) - layer(x)[:, order]).abs().max() < 1e-12
        assert (
            layer(x[:, order], rotation=rotation) - layer(x, rotation=rotation)[:, order]
        ).abs().max() > 1e-3
        masked = layer(x[:, order], causal_mask(5)) - layer(x, causal_mask(5))[:, order]
        assert masked.abs().max() > 1e-3


def test_rows():
    table = normal(8, 3)
    assert torch.equal(rows(table, 8), table) and torch.equal(rows(table, 5, 4), table[4:5])
    assert len(rows(table, 0)) == 0


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: rows(torch.zeros(8, 3), 9), "Place 8 has no row; the last is 7."),
        (lambda: rotate(torch.zeros(4, 5), torch.arange(4)), "A width of 5 is odd"),
        (lambda: sinusoids(4, 7), "A width of 7 is odd"),
        (lambda: angles(torch.arange(3), 1), "one number has no partner"),
    ],
)
def test_bad_input_gets_a_sentence(call, says):
    with pytest.raises(ValueError, match=says):
        call()
