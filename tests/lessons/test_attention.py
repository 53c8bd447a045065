"""Attention against torch's own, the masks, the heads, and the gap that a head fills."""

from functools import partial

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from helpers.language.attention import (
    Attention,
    Head,
    attention,
    attention_weights,
    causal_mask,
    join_heads,
    split_heads,
)
from helpers.language.generation import KeyValueCache
from helpers.language.positions import rotate
from helpers.language.small_language import small_language
from helpers.language.verb_agreement import gaps, word_features, word_lists


def draw(seed, *shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def random_layer(width=24, heads=3, **options):
    layer = Attention(width, heads, **options).double()
    for i, p in enumerate(layer.parameters()):
        p.data.copy_(0.3 * draw(i, *p.shape))
    return layer


@given(st.integers(0, 10**6), st.integers(1, 6), st.integers(1, 6), st.integers(1, 5), st.integers(1, 4))
def test_weights_collect_what_torch_collects(seed, n, m, d, out):
    q, k, v = draw(seed, 2, n, d), draw(seed + 1, 2, m, d), draw(seed + 2, 2, m, out)
    weights = attention_weights(q, k)
    assert torch.allclose(weights.sum(-1), torch.ones(2, n, dtype=torch.float64)) and (weights >= 0).all()
    assert torch.allclose(weights @ v, attention(q, k, v))


@pytest.mark.parametrize("scale", [None, 1.0, 0.0, 0.3])
@pytest.mark.parametrize("kind", ["none", "truth", "numbers"])
def test_masks_and_scales_are_torchs(scale, kind):
    q, k, v = draw(0, 5, 4), draw(1, 7, 4), draw(2, 7, 3)
    mask = {"none": None, "truth": causal_mask(5, 7), "numbers": draw(3, 5, 7)}[kind]
    assert torch.allclose(attention_weights(q, k, mask, scale) @ v, attention(q, k, v, mask, scale))
    if kind == "truth":
        assert (attention_weights(q, k, mask, scale)[~mask] == 0).all()


def test_large_scores_do_not_overflow():
    q, k = torch.tensor([[1e4, 0.0]]), torch.tensor([[1e4, 0.0], [0.0, 1.0]])
    assert attention_weights(q, k).tolist() == [[1.0, 0.0]]


def test_who_may_look_at_nothing():
    q, k, mask = draw(0, 2, 3), draw(1, 4, 3), torch.tensor([[True] * 4, [False] * 4])
    assert attention_weights(q, k, mask).isnan().all(dim=1).tolist() == [False, True]
    assert (attention(q, k, k, mask)[1] == 0).all()


@given(st.integers(1, 9), st.integers(0, 9))
def test_the_causal_mask_shows_the_past_and_oneself(queries, earlier):
    mask = causal_mask(queries, queries + earlier)
    places = torch.arange(queries)[:, None] + earlier, torch.arange(queries + earlier)
    assert torch.equal(mask, places[1] <= places[0])


def test_the_future_has_no_gradient():
    x = draw(0, 8, 4).requires_grad_()
    out = attention(x, x, x, causal_mask(8))
    for t in range(8):
        (gradient,) = torch.autograd.grad(out[t].sum(), x, retain_graph=True)
        assert (gradient != 0).any(dim=1).tolist() == (t + 1) * [True] + (7 - t) * [False]


@given(st.integers(1, 3), st.integers(1, 4), st.integers(1, 4), st.integers(1, 5))
def test_heads_are_pieces_of_columns(batch, n, heads, size):
    x = draw(0, batch, n, heads * size)
    cut = split_heads(x, heads)
    assert cut.shape == (batch, heads, n, size)
    for h in range(heads):
        assert torch.equal(cut[:, h], x[:, :, h * size : (h + 1) * size])
    assert torch.equal(join_heads(cut), x)


@pytest.mark.parametrize("biases", [True, False])
@pytest.mark.parametrize("heads", [1, 3])
def test_the_layer_is_torchs_layer(biases, heads):
    ours = random_layer(heads=heads, biases=biases)
    theirs = nn.MultiheadAttention(24, heads, bias=biases, batch_first=True).double()
    names = [name for name, _ in theirs.named_parameters()]
    parts = [ours.qkv.weight, ours.qkv.bias, ours.out.weight, ours.out.bias]
    theirs.load_state_dict(dict(zip(names, [p for p in parts if p is not None], strict=True)))
    x, other, mask = draw(8, 2, 6, 24), draw(9, 2, 5, 24), causal_mask(6)
    assert torch.allclose(ours(x), theirs(x, x, x)[0])
    assert torch.allclose(ours(x, mask), theirs(x, x, x, attn_mask=~mask)[0])
    assert torch.allclose(ours(x, source=other), theirs(x, other, other)[0])
    ours(x, mask).square().sum().backward()
    theirs(x, x, x, attn_mask=~mask)[0].square().sum().backward()
    grads = [p.grad for p in parts if p is not None]
    for mine, (_, p) in zip(grads, theirs.named_parameters(), strict=True):
        assert torch.allclose(mine, p.grad)


def test_the_layer_with_a_memory_goes_on_where_it_was():
    layer, x, memory = random_layer(), draw(5, 2, 7, 24), KeyValueCache()
    parts = [layer(x[:, a:b], causal_mask(b - a, b), memory=memory) for a, b in ((0, 4), (4, 5), (5, 7))]
    assert torch.allclose(torch.cat(parts, dim=1), layer(x, causal_mask(7)))


@pytest.mark.parametrize("heads", [0, -1, 5])
def test_a_width_that_does_not_divide_is_told(heads):
    with pytest.raises(ValueError, match=f"A width of 24 does not divide into {heads} heads."):
        Attention(24, heads)


@pytest.mark.parametrize("turned", [False, True])
def test_which_biases_act(turned):
    layer, x = random_layer(), draw(6, 1, 9, 24)
    rotation = partial(rotate, places=torch.arange(9)) if turned else None
    before = layer(x, rotation=rotation).detach()
    for part, dead in enumerate([False, not turned, False]):
        other = random_layer()
        other.qkv.bias.data.chunk(3)[part].add_(5 * draw(7, 24))
        far = (other(x, rotation=rotation) - before).abs().max()
        assert far < 1e-12 if dead else far > 0.1
    layer(x, rotation=rotation).square().sum().backward()
    assert (layer.qkv.bias.grad.chunk(3)[1].abs().max() < 1e-11) != turned


def test_only_the_product_of_queries_and_keys_acts():
    head, mixed, x, m = Head(6, 3, 2).double(), Head(6, 3, 2).double(), draw(0, 5, 6), draw(1, 3, 3)
    mixed.load_state_dict(head.state_dict())
    mixed.query.weight.data.copy_(m @ head.query.weight)
    mixed.key.weight.data.copy_(torch.linalg.inv(m).T @ head.key.weight)
    assert torch.allclose(mixed(x), head(x)) and not torch.allclose(mixed.query.weight, head.query.weight)


def test_features_say_what_the_grammar_says():
    language, table = small_language(), word_features()
    of = dict(zip(language.words, table.tolist(), strict=True))
    assert of["dogs"] == [1, 0, 0, 1] and of["gate"] == [0, 1, 0, -1] and of["near"] == [0, 0, 1, 0]
    assert of["the"] == of["runs"] == of["Ada"] == [0, 0, 0, 0]
    assert table.sum(axis=0)[:2].tolist() == [40, 24]
    assert {key: len(words) for key, words in word_lists().items() if key[0] == "act"} == {
        ("act", "one"): 16,
        ("act", "many"): 16,
    }


def test_gaps_are_the_sentences_with_a_place():
    language = small_language()
    text = "the dogs near the gate run . Ada lives in Paris . the cat shops . the cat near the market shops ."
    found = gaps(language.encode(text))
    assert list(found) == [5]
    before, number = found[5]
    assert [language.decode(row) for row in before] == ["the dogs near the gate", "the cat near the market"]
    assert number.tolist() == [1, -1]


def test_every_gap_of_a_long_text_is_found():
    language = small_language()
    tokens, _ = language.sample(3000, np.random.default_rng(1))
    found = gaps(tokens)
    sentences = language.decode(tokens).split(" .")
    verbs = {w: n for (kind, n), words in word_lists().items() if kind == "act" for w in words}
    wanted = sum(" near " in s and any(w in verbs for w in s.split()) for s in sentences)
    assert sum(len(number) for _, number in found.values()) == wanted > 300
    for n, (before, number) in found.items():
        assert before.shape == (len(number), n) and set(number) <= {1.0, -1.0}
        nouns = word_features()[before]  # the first noun decides
        first = nouns[np.arange(len(number)), nouns[:, :, 0].argmax(axis=1), 3]
        assert (first == number).all()


@pytest.mark.parametrize("kv_heads", [1, 2, 3, 6])
def test_heads_that_share_are_heads_whose_keys_and_values_are_alike(kv_heads):
    shared = random_layer(heads=6, kv_heads=kv_heads)
    apart = Attention(24, 6).double()
    parts = []
    for (weight, bias), count in zip(shared.pieces(), (6, kv_heads, kv_heads), strict=True):
        rows = torch.cat([weight, bias[:, None]], dim=1).unflatten(0, (count, 4))  # [heads, 4, 25]
        parts.append(torch.cat([rows[h * count // 6] for h in range(6)]))
    both = torch.cat(parts).detach()
    apart.qkv.load_state_dict({"weight": both[:, :24], "bias": both[:, 24]})
    apart.out.load_state_dict(shared.out.state_dict())
    x, other, mask = draw(8, 2, 6, 24), draw(9, 2, 5, 24), causal_mask(6)
    assert torch.allclose(shared(x, mask), apart(x, mask))
    assert torch.allclose(shared(x, source=other), apart(x, source=other))
    memory = KeyValueCache()
    steps = [shared(x[:, i : i + 1], memory=memory) for i in range(6)]
    assert torch.allclose(torch.cat(steps, dim=1), shared(x, mask))
    assert memory.k.shape[1] == kv_heads  # what sharing is for


@pytest.mark.parametrize("kv_heads", [0, -1, 4, 12])
def test_heads_that_cannot_share_are_told(kv_heads):
    with pytest.raises(ValueError, match=f"6 heads cannot share {kv_heads} evenly."):
        Attention(24, 6, kv_heads=kv_heads)
