"""Promise: a memory changes the speed and not the text, and the draw follows the probabilities."""

import math
from dataclasses import replace

import pytest
import torch

from helpers.language.generation import KeyValueCache, first_seen, generate, next_probabilities
from helpers.language.transformer import POSITIONS, Config, Transformer

SMALL = Config(vocabulary=13, context=8, width=8, layers=2, heads=2)
VARIANTS = [
    *(replace(SMALL, positions=kind) for kind in POSITIONS),
    replace(SMALL, context=1),
    replace(SMALL, context=2),
    replace(SMALL, context=7, positions="rotary"),
    replace(SMALL, layers=0),
    replace(SMALL, norm="rms", biases=False, norm_first=False, tied=False),
]


def drawn(seed=0):
    return torch.Generator().manual_seed(seed)


def wild(config):
    """Return a model with large random values, so that every draw depends on all that came before."""
    model = Transformer(config, seed=5).double()
    for p in model.parameters():
        p.data.add_(0.7 * torch.randn(p.shape, generator=drawn(7), dtype=p.dtype))
    return model


@pytest.mark.parametrize("config", VARIANTS, ids=str)
@pytest.mark.parametrize("n", [1, 5, 8, 9, 20])
def test_cached_is_uncached_beyond_the_context_too(config, n):
    model, begin = wild(config), torch.arange(n) % config.vocabulary
    texts = [generate(model, begin, 40, drawn(), cached=cached) for cached in (True, False)]
    assert torch.equal(*texts) and len(texts[0]) == n + 40 and torch.equal(texts[0][:n], begin)


@pytest.mark.parametrize("config", VARIANTS[:5], ids=str)
def test_logits_with_a_memory_are_those_without(config):
    model, tokens = wild(config), torch.randint(0, 13, (3, 8), generator=drawn())
    memories = [KeyValueCache() for _ in model.blocks]
    pieces = [model(tokens[:, a:b], memories) for a, b in ((0, 3), (3, 4), (4, 8))]
    assert torch.allclose(torch.cat(pieces, dim=1), model(tokens), rtol=0, atol=1e-12)


@pytest.mark.parametrize("context", [1, 2, 3, 8, 31])
def test_what_is_seen_fits_and_is_at_least_half(context):
    for n in range(1, 5 * context):
        seen = n - first_seen(n, context)
        assert 1 <= seen <= context
        assert seen == n or seen > context / 2 - 1
        assert first_seen(n, context) <= first_seen(n + 1, context)


def test_without_a_memory_the_text_of_transformers():
    transformers = pytest.importorskip("transformers")
    from helpers.real_models.gpt2 import from_gpt2, gpt2_config

    c = transformers.GPT2Config(vocab_size=29, n_positions=32, n_embd=16, n_layer=2, n_head=2)
    theirs = transformers.GPT2LMHeadModel(c).eval()
    for p in theirs.parameters():
        p.data.normal_(0, 0.5, generator=drawn(1))
    ours = from_gpt2(theirs.state_dict(), gpt2_config(c)).eval()
    begin = torch.tensor([3, 1, 4])
    expected = theirs.generate(
        begin[None], max_new_tokens=25, do_sample=False, pad_token_id=0, eos_token_id=None
    )
    assert torch.equal(generate(ours, begin, 25, temperature=0), expected[0])


def test_a_batch_is_its_rows():
    model, begin = wild(SMALL), torch.tensor([[1, 2, 3], [4, 5, 6]])
    both = generate(model, begin, 20, temperature=0)
    assert both.shape == (2, 23)
    for row, text in zip(begin, both, strict=True):
        assert torch.equal(generate(model, row, 20, temperature=0), text)


def test_rows_of_a_batch_are_drawn_apart():
    rows = generate(Transformer(SMALL), torch.ones(500, 1, dtype=int), 1, drawn())
    assert len(set(rows[:, 1].tolist())) == 13


def test_the_same_seed_gives_the_same_text_and_another_another():
    texts = [generate(wild(SMALL), [1], 30, drawn(seed)).tolist() for seed in (0, 0, 1)]
    assert texts[0] == texts[1] != texts[2]


@pytest.mark.parametrize("options", [{}, {"temperature": 0.5}, {"temperature": 2.0}, {"top_k": 5}])
def test_samples_follow_the_distribution(options):
    """Chi-square: the sum of (seen - expected)² / expected, for a seed that is fixed."""
    model = Transformer(SMALL, seed=2)
    model.embedding.weight.data.mul_(30)
    logits = model(torch.tensor([[1, 2]]))[0, -1]
    expected = 20_000 * next_probabilities(logits, **options)
    rows = generate(model, torch.tensor([[1, 2]]).expand(20_000, 2), 1, drawn(), **options)
    seen = torch.bincount(rows[:, 2], minlength=13)
    kept = expected > 0
    assert (seen[~kept] == 0).all()
    kept &= expected > 5
    chi = ((seen[kept] - expected[kept]) ** 2 / expected[kept]).sum()
    freedom = int(kept.sum()) - 1
    assert freedom >= 4 and chi < freedom + 4 * math.sqrt(2 * freedom)
    assert chi > 0.05 * freedom  # nor are they too good to be drawn


def test_temperature_divides_the_logits():
    logits = torch.tensor([[2.0, 0.0, -1.0], [0.0, 0.0, 5.0]])
    for temperature in (0.25, 1.0, 3.0):
        expected = (logits / temperature).exp()
        p = next_probabilities(logits, temperature)
        assert torch.allclose(p, expected / expected.sum(-1, keepdim=True))


def test_temperature_zero_takes_the_largest():
    logits = torch.tensor([[2.0, 3.0, -1.0], [4.0, 4.0, 0.0]])
    assert next_probabilities(logits, 0).tolist() == [[0, 1, 0], [1, 0, 0]]
    small = next_probabilities(torch.tensor([1000.0, 999.0, -1e30]), 1e-38)
    assert small.tolist() == [1, 0, 0]


def test_top_k_keeps_the_largest():
    logits = torch.tensor([1.0, 4.0, 2.0, 3.0])
    p = next_probabilities(logits, top_k=2)
    assert torch.allclose(p, torch.tensor([0, 1, 0, math.exp(-1)]) / (1 + math.exp(-1)))
    assert torch.equal(next_probabilities(logits, top_k=4), next_probabilities(logits))
    assert torch.equal(next_probabilities(logits, top_k=99), next_probabilities(logits))
    assert next_probabilities(logits, top_k=1).tolist() == [0, 1, 0, 0]
    assert (next_probabilities(torch.tensor([1.0, 1.0, 0.0]), top_k=1) > 0).tolist() == [True, True, False]


GOOD = {"tokens": [1], "count": 3}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"tokens": []}, "give at least one token"),
        ({"tokens": torch.zeros(2, 0, dtype=int)}, "give at least one token"),
        ({"tokens": 3}, "give at least one token"),
        ({"tokens": [1.5]}, "whole numbers"),
        ({"tokens": [True]}, "whole numbers"),
        ({"tokens": [13]}, "are 0 to 12"),
        ({"tokens": [-1]}, "are 0 to 12"),
        ({"count": -1}, "-1 tokens cannot be written"),
        ({"generator": None}, "needs a generator"),
        ({"temperature": -0.1}, "temperature is -0.1"),
        ({"temperature": math.nan}, "temperature is nan"),
        ({"temperature": math.inf}, "temperature is inf"),
        ({"top_k": 0}, "top_k is 0"),
        ({"top_k": -2}, "top_k is -2"),
    ],
)
def test_bad_arguments_get_a_sentence(change, says):
    with pytest.raises(ValueError, match=says):
        generate(Transformer(SMALL), **GOOD | {"generator": drawn()} | change)


def test_a_model_that_looks_ahead_writes_nothing():
    with pytest.raises(ValueError, match="looks ahead"):
        generate(Transformer(replace(SMALL, causal=False)), [1], 3, drawn())


def test_no_new_tokens_is_no_mistake():
    assert generate(Transformer(SMALL), [1, 2], 0, drawn()).tolist() == [1, 2]


def test_writing_leaves_no_gradient_and_no_trace():
    model = wild(SMALL)
    before = {name: p.clone() for name, p in model.named_parameters()}
    text = generate(model, [1], 30, drawn())
    assert not text.requires_grad and not text.is_inference()
    assert all(torch.equal(p, before[name]) and p.grad is None for name, p in model.named_parameters())


def test_what_was_written_can_be_learned_from():
    model = wild(SMALL)
    model(generate(model, [1, 2], 3, temperature=0)[None]).sum().backward()
    assert all(p.grad is not None for p in model.parameters())
