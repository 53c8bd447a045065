"""Our transformer against torch's and transformers' parts: the same tensors give the same numbers."""

from collections import Counter
from dataclasses import replace

import pytest
import torch
import transformers as hf
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file, save_model
from torch.nn import functional as F
from torch.overrides import TorchFunctionMode

from helpers.language.generation import KeyValueCache
from helpers.language.transformer import (
    ACTIVATIONS,
    NORMS,
    POSITIONS,
    Block,
    Config,
    FeedForward,
    Transformer,
    layer_norm,
    rms_norm,
)
from helpers.real_models.counting import MODELS, count_parameters, shares
from helpers.real_models.gpt2 import from_gpt2, gpt2_config

TINY = Config(vocabulary=19, context=12, width=24, layers=2, heads=3)


def draw(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def tokens(n, vocabulary=19, batch=2, seed=0):
    return torch.randint(0, vocabulary, (batch, n), generator=torch.Generator().manual_seed(seed))


def lively(model, seed=0):
    """Return a model in float64 whose every parameter has some value that is not the first one."""
    g = torch.Generator().manual_seed(seed)
    model = model.double().eval()
    for p in model.parameters():
        p.data += 0.1 * torch.randn(p.shape, generator=g, dtype=torch.float64)
    return model


def close(ours, theirs, within=1e-10):
    return ours.shape == theirs.shape and (ours - theirs).abs().max() < within


@pytest.mark.parametrize("epsilon", [1e-5, 1e-12, 0.1])
def test_norms_equal_torch(epsilon):
    x, gain, bias = 3 * draw(2, 5, 24) + 1, draw(24, seed=1), draw(24, seed=2)
    assert close(layer_norm(x, gain, bias, epsilon), F.layer_norm(x, (24,), gain, bias, epsilon), 1e-12)
    assert close(rms_norm(x, gain, epsilon), F.rms_norm(x, (24,), gain, epsilon), 1e-12)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("gated", [False, True])
def test_feed_forward_is_its_formula_at_each_token(activation, gated):
    layer = lively(FeedForward(6, 10, activation, gated=gated))
    x = draw(2, 4, 6)
    for each, row in zip(x.reshape(8, 6), layer(x).reshape(8, 6), strict=True):
        h = layer.up.weight @ each + layer.up.bias
        act = ACTIVATIONS[activation]
        h = act(layer.gate.weight @ each + layer.gate.bias) * h if gated else act(h)
        assert close(layer.down.weight @ h + layer.down.bias, row, 1e-12)


SHAPES = [
    {"vocab_size": 61, "n_positions": 16, "n_embd": 48, "n_layer": 3, "n_head": 4},
    {"vocab_size": 10, "n_positions": 7, "n_embd": 10, "n_layer": 1, "n_head": 5, "n_inner": 17},
    {"vocab_size": 9, "n_positions": 9, "n_embd": 8, "n_layer": 1, "activation_function": "relu"},
    {"vocab_size": 9, "n_positions": 9, "n_embd": 8, "n_layer": 0, "layer_norm_epsilon": 0.1},
]


def small_gpt2(**shape):
    config = hf.GPT2Config(**{"bos_token_id": 0, "eos_token_id": 0, "n_head": 2} | shape)
    return lively(hf.GPT2LMHeadModel(config))


@pytest.mark.parametrize("shape", SHAPES)
def test_logits_equal_gpt2(shape):
    theirs = small_gpt2(**shape)
    ours = from_gpt2(theirs.state_dict(), gpt2_config(theirs.config))
    for n in (1, shape["n_positions"]):
        seen = tokens(n, shape["vocab_size"], batch=3)
        assert close(ours(seen), theirs(seen).logits)
    assert sum(p.numel() for p in ours.parameters()) == theirs.num_parameters()


def test_gradients_equal_gpt2():
    theirs = small_gpt2(**SHAPES[0])
    ours = from_gpt2(theirs.state_dict(), gpt2_config(theirs.config))
    seen = tokens(16, 61)
    for logits in (ours(seen), theirs(seen).logits):
        F.cross_entropy(logits[:, :-1].flatten(0, 1), seen[:, 1:].flatten()).backward()
    assert close(ours.embedding.weight.grad, theirs.transformer.wte.weight.grad)
    up = theirs.transformer.h[1].mlp.c_fc.weight.grad.T
    assert close(ours.blocks[1].feed_forward.up.weight.grad, up)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda t: t.pop("transformer.h.1.mlp.c_fc.bias"), "missing: blocks.1.feed_forward.up.bias"),
        (lambda t: (t.pop("transformer.wte.weight"), t.pop("lm_head.weight")), "missing: embedding.weight"),
        (lambda t: t.update({"h.0.extra.weight": torch.ones(2, 2)}), "no place for these tensors: h.0.extra"),
        (lambda t: t.update({"h.3.ln_1.bias": torch.ones(48)}), "no place for these tensors: h.3.ln_1.bias"),
        (lambda t: t.update({"lm_head.weight": torch.ones(61, 48)}), "no place .* lm_head.weight"),
        (lambda t: t.update({"transformer.ln_f.bias": torch.ones(47)}), r"norm.bias has the shape \[47\]"),
        (lambda t: t.update({"transformer.h.0.mlp.c_fc.weight": torch.ones(192, 48)}), r"\[48, 192\]"),
    ],
)
def test_tensors_that_do_not_fit_get_a_sentence(change, says):
    theirs = small_gpt2(**SHAPES[0])
    tensors = dict(theirs.state_dict())
    change(tensors)
    before = {name: t.clone() for name, t in tensors.items()}
    with pytest.raises(ValueError, match=says):
        from_gpt2(tensors, gpt2_config(theirs.config))
    assert tensors.keys() == before.keys() and all(torch.equal(t, before[n]) for n, t in tensors.items())


def test_a_file_that_keeps_the_tied_tensor_under_its_other_name(tmp_path):
    theirs = small_gpt2(**SHAPES[0])
    save_model(theirs, tmp_path / "gpt2.safetensors")
    tensors = load_file(tmp_path / "gpt2.safetensors")
    assert "lm_head.weight" in tensors and "transformer.wte.weight" not in tensors
    ours, seen = from_gpt2(tensors, gpt2_config(theirs.config)), tokens(16, 61)
    assert close(ours(seen), theirs(seen).logits)
    assert ours.output.weight is ours.embedding.weight and "lm_head.weight" in tensors


def test_masks_of_old_files_are_no_parameters():
    theirs = small_gpt2(**SHAPES[0])
    old = {"h.0.attn.bias": torch.ones(1, 1, 16, 16), "h.0.attn.masked_bias": torch.tensor(-1e4)}
    seen = tokens(16, 61)
    ours = from_gpt2(theirs.state_dict() | old, gpt2_config(theirs.config))
    assert close(ours(seen), theirs(seen).logits)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"activation_function": "tanh"}, "no activation 'tanh'"),
        ({"scale_attn_by_inverse_layer_idx": True}, "scale_attn_by_inverse_layer_idx False"),
        ({"tie_word_embeddings": False}, "tie_word_embeddings True"),
    ],
)
def test_another_gpt2_gets_a_sentence(options, says):
    with pytest.raises(ValueError, match=says):
        gpt2_config(hf.GPT2Config(**options))


LLAMA = Config(
    vocabulary=19, context=12, width=24, layers=2, heads=3, hidden=40, norm="rms", positions="rotary",
    activation="silu", gated=True, biases=False, tied=False, epsilon=1e-6,
)  # fmt: skip


@pytest.mark.parametrize(("kv_heads", "base"), [(3, 10_000.0), (1, 500.0)])
def test_logits_equal_a_llama(kv_heads, base):
    config = hf.LlamaConfig(
        vocab_size=19, hidden_size=24, intermediate_size=40, num_hidden_layers=2, num_attention_heads=3,
        max_position_embeddings=12, bos_token_id=0, eos_token_id=0, rms_norm_eps=1e-6,
        num_key_value_heads=kv_heads,
        rope_theta=base, rope_parameters={"rope_type": "default", "rope_theta": base},  # old, new
    )  # fmt: skip
    shape = replace(LLAMA, kv_heads=kv_heads, base=base)
    theirs, ours = lively(hf.LlamaForCausalLM(config)), Transformer(shape).double()
    t = theirs.state_dict()
    new = {"embedding.weight": t["model.embed_tokens.weight"], "output.weight": t["lm_head.weight"]}
    new["norm.weight"] = t["model.norm.weight"]
    for i in range(2):
        at = f"model.layers.{i}."
        qkv = [t[f"{at}self_attn.{name}_proj.weight"] for name in "qkv"]
        new |= {
            f"blocks.{i}.attention.qkv.weight": torch.cat(qkv),
            f"blocks.{i}.attention.out.weight": t[f"{at}self_attn.o_proj.weight"],
            f"blocks.{i}.norm_1.weight": t[f"{at}input_layernorm.weight"],
            f"blocks.{i}.norm_2.weight": t[f"{at}post_attention_layernorm.weight"],
        }
        for name in ("up", "gate", "down"):
            new[f"blocks.{i}.feed_forward.{name}.weight"] = t[f"{at}mlp.{name}_proj.weight"]
    ours.load_state_dict(new)
    # Their angles are float32 numbers, ours are exact to the last digit.
    assert close(ours(tokens(12)), theirs(tokens(12)).logits, 1e-5)
    assert sum(p.numel() for p in ours.parameters()) == theirs.num_parameters()


def test_stream_equals_a_bert():
    config = hf.BertConfig(
        vocab_size=19, hidden_size=24, num_hidden_layers=2, num_attention_heads=3, intermediate_size=40,
        max_position_embeddings=12,
    )  # fmt: skip
    theirs = lively(hf.BertModel(config, add_pooling_layer=False))
    c = replace(TINY, hidden=40, norm_first=False, norm_embedding=True, causal=False, epsilon=1e-12)
    ours, t = Transformer(c).double(), theirs.state_dict()
    # Every token here is of type 0: its row goes into the table of places.
    places = t["embeddings.position_embeddings.weight"] + t["embeddings.token_type_embeddings.weight"][0]
    new = {"embedding.weight": t["embeddings.word_embeddings.weight"], "position_embedding.weight": places}
    new["output.weight"] = new["embedding.weight"]
    for kind in ("weight", "bias"):
        new[f"norm_0.{kind}"] = t[f"embeddings.LayerNorm.{kind}"]
        for i in range(2):
            at, to = f"encoder.layer.{i}.", f"blocks.{i}."
            parts = [t[f"{at}attention.self.{name}.{kind}"] for name in ("query", "key", "value")]
            new[f"{to}attention.qkv.{kind}"] = torch.cat(parts)
            new[f"{to}attention.out.{kind}"] = t[f"{at}attention.output.dense.{kind}"]
            new[f"{to}norm_1.{kind}"] = t[f"{at}attention.output.LayerNorm.{kind}"]
            new[f"{to}feed_forward.up.{kind}"] = t[f"{at}intermediate.dense.{kind}"]
            new[f"{to}feed_forward.down.{kind}"] = t[f"{at}output.dense.{kind}"]
            new[f"{to}norm_2.{kind}"] = t[f"{at}output.LayerNorm.{kind}"]
    ours.load_state_dict(new)
    assert close(ours.stream(tokens(12)), theirs(tokens(12)).last_hidden_state)
    padded = torch.arange(12) < torch.tensor([[9], [12]])  # [2, 12] the first text is shorter
    shown = theirs(tokens(12), attention_mask=padded.long()).last_hidden_state
    assert close(ours.stream(tokens(12), mask=padded[:, None, None])[padded], shown[padded])


def test_stream_equals_the_encoder_of_t5():
    config = hf.T5Config(vocab_size=19, d_model=24, d_kv=8, d_ff=40, num_layers=2, num_heads=3)
    theirs = lively(hf.T5EncoderModel(config))
    c = Config(
        vocabulary=19, context=200, width=24, layers=2, heads=3, hidden=40, norm="rms", positions="buckets",
        activation="relu", biases=False, causal=False, scale=1.0, epsilon=1e-6,
    )  # fmt: skip
    ours, t = Transformer(c).double(), theirs.state_dict()
    new = {"embedding.weight": t["shared.weight"], "output.weight": t["shared.weight"]}
    new["norm.weight"] = t["encoder.final_layer_norm.weight"]
    for i in range(2):
        at, to = f"encoder.block.{i}.layer.", f"blocks.{i}."
        qkv = [t[f"{at}0.SelfAttention.{name}.weight"] for name in "qkv"]
        new |= {
            f"{to}attention.qkv.weight": torch.cat(qkv),
            f"{to}attention.out.weight": t[f"{at}0.SelfAttention.o.weight"],
            f"{to}norm_1.weight": t[f"{at}0.layer_norm.weight"],
            f"{to}norm_2.weight": t[f"{at}1.layer_norm.weight"],
            f"{to}feed_forward.up.weight": t[f"{at}1.DenseReluDense.wi.weight"],
            f"{to}feed_forward.down.weight": t[f"{at}1.DenseReluDense.wo.weight"],
        }
    new["distances.weight"] = t["encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight"]
    ours.load_state_dict(new)
    # T5's norm computes its mean square in float32.
    assert close(ours.stream(tokens(200)), theirs(tokens(200)).last_hidden_state, 1e-5)


@pytest.mark.parametrize("norm_first", [True, False])
@pytest.mark.parametrize("norm", NORMS)
def test_a_block_is_the_stream_and_two_terms(norm, norm_first):
    block, x = lively(Block(replace(TINY, norm=norm, norm_first=norm_first))), draw(2, 5, 24)
    one, two = block.norm_1, block.norm_2
    if norm_first:
        middle = x + block.attention(one(x))
        assert close(block(x), middle + block.feed_forward(two(middle)), 1e-14)
        for last in (block.attention.out, block.feed_forward.down):
            last.weight.data.zero_(), last.bias.data.zero_()
        assert torch.equal(block(x), x)
    else:
        middle = one(x + block.attention(x))
        assert close(block(x), two(middle + block.feed_forward(middle)), 1e-14)


@pytest.mark.parametrize("kind", POSITIONS)
def test_no_output_feels_a_later_token(kind):
    model = lively(Transformer(replace(TINY, positions=kind)))
    x = model.embed(tokens(9, batch=1)).detach().requires_grad_()
    y = x
    for block in model.blocks:
        y = block(y, *model.mask_and_rotation(9))
    y = model.output(model.norm(y))
    for t in range(9):
        (gradient,) = torch.autograd.grad(y[0, t].square().sum(), x, retain_graph=True)
        felt = gradient[0].abs().sum(dim=-1)  # [9]
        assert (felt[t + 1 :] == 0).all() and (felt[: t + 1] > 0).all()


@pytest.mark.parametrize("kind", POSITIONS)
@pytest.mark.parametrize("pieces", [[9], [1] * 9, [4, 1, 3, 1]])
def test_with_a_memory_the_logits_are_the_same(kind, pieces):
    model, seen = lively(Transformer(replace(TINY, positions=kind))), tokens(9)
    memories = [KeyValueCache() for _ in model.blocks]
    parts = [model(piece, memories) for piece in seen.split(pieces, dim=1)]
    assert close(torch.cat(parts, dim=1), model(seen), 1e-12)


class Counted(TorchFunctionMode):
    """Within it the calls of torch's functions are counted, by name."""

    def __init__(self):
        super().__init__()
        self.calls = Counter()

    def __torch_function__(self, function, types, args=(), kwargs=None):
        self.calls[function.__name__] += 1
        return function(*args, **(kwargs or {}))


def test_all_layers_share_the_cosines_and_sines_of_a_pass():
    model = Transformer(replace(TINY, positions="rotary", layers=5))
    with Counted() as counted:
        model(tokens(9))
    assert counted.calls["cos"] == counted.calls["sin"] == 1


@pytest.mark.parametrize("kind", POSITIONS)
def test_without_a_mask_every_token_feels_every_other(kind):
    model = lively(Transformer(replace(TINY, positions=kind, causal=False)))
    x = model.embed(tokens(5, batch=1)).detach().requires_grad_()
    y = model.blocks[0](x, *model.mask_and_rotation(5))
    (gradient,) = torch.autograd.grad(y[0, 0].square().sum(), x)
    assert (gradient[0].abs().sum(dim=-1) > 0).all()


def test_a_tied_matrix_is_stored_once():
    tied, own = Transformer(TINY), Transformer(replace(TINY, tied=False))
    assert tied.output.weight is tied.embedding.weight
    names = dict(tied.named_parameters()), dict(own.named_parameters())
    assert names[1].keys() - names[0].keys() == {"output.weight"}
    assert sum(p.numel() for p in own.parameters()) - sum(p.numel() for p in tied.parameters()) == 19 * 24


def test_the_same_seed_gives_the_same_model():
    one, same, other = (Transformer(TINY, seed=seed).state_dict() for seed in (0, 0, 1))
    assert all(torch.equal(one[name], same[name]) for name in one)
    assert not torch.equal(one["embedding.weight"], other["embedding.weight"])


def test_first_values():
    model = Transformer(Config(vocabulary=500, context=100, width=128, layers=8))
    for name, p in model.named_parameters():
        if p.dim() == 1:
            assert (p == float("norm" in name and name.endswith("weight"))).all(), name
        else:
            spread = 0.005 if name.endswith(("out.weight", "down.weight")) else 0.02
            assert abs(p.std() / spread - 1) < 0.05, name


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"width": 25}, "A width of 25 does not divide into 3 heads."),
        ({"vocabulary": 0}, "vocabulary is 0; it takes a whole number from 1 on."),
        ({"context": -1}, "context is -1"),
        ({"layers": -1}, "layers is -1; it takes a whole number from 0 on."),
        ({"kv_heads": 0}, "kv_heads is 0; it takes a whole number from 1 on."),
        ({"kv_heads": 2}, "3 heads cannot share 2 evenly."),
        ({"base": 0.0}, "base is 0.0; it takes a number above 0."),
        ({"base": float("inf")}, "base is inf; it takes a number above 0."),
        ({"layers": 2.0}, "layers is 2.0"),
        ({"heads": True}, "heads is True"),
        ({"hidden": 0}, "hidden is 0"),
        ({"norm": "batch"}, "norm is 'batch'; there are layer, rms."),
        ({"positions": "absolute"}, "positions is 'absolute'; there are learned, sinusoids"),
        ({"activation": "step"}, "activation is 'step'"),
        ({"positions": "rotary", "width": 9}, "3 numbers are odd"),
        ({"positions": "sinusoids", "width": 9}, "9 numbers are odd"),
    ],
)
def test_a_config_of_no_model_gets_a_sentence(change, says):
    with pytest.raises(ValueError, match=says):
        replace(TINY, **change)


@pytest.mark.parametrize("kind", POSITIONS)
def test_too_many_tokens_get_a_sentence(kind):
    model = Transformer(replace(TINY, positions=kind))
    assert model(tokens(12)).shape == (2, 12, 19)
    with pytest.raises(ValueError, match="13 tokens are too many: this model takes 12."):
        model(tokens(13))
    memories = [KeyValueCache() for _ in model.blocks]
    model(tokens(12), memories)
    with pytest.raises(ValueError, match="13 tokens are too many"):
        model(tokens(1), memories)


def on_paper(config):
    """Return a model of shapes without values."""
    with torch.device("meta"):
        return Transformer(config)


@given(
    st.integers(1, 70), st.integers(1, 5), st.integers(0, 3), st.integers(1, 50),
    st.none() | st.integers(1, 40), st.booleans(), st.sampled_from(sorted(NORMS)),
    st.booleans(), st.booleans(),
)  # fmt: skip
@settings(max_examples=40, deadline=None)
def test_the_count_is_that_of_the_model(vocabulary, d, layers, context, hidden, gated, norm, biases, tied):
    options = {"hidden": hidden, "gated": gated, "norm": norm, "biases": biases, "tied": tied}
    shape = {"vocabulary": vocabulary, "width": 2 * d, "layers": layers, "context": context}
    model = on_paper(Config(heads=2, **shape, **options))
    counts = count_parameters(**shape, **options)
    kinds = dict.fromkeys(counts, 0)
    for name, p in model.named_parameters():
        kinds[kind_of(name)] += p.numel()
    assert kinds == counts


def kind_of(name):
    """Return which of the kinds of `count_parameters` a parameter is, by its name."""
    if name.endswith("bias"):
        return "biases"
    if "norm" in name:
        return "gains"
    words = {
        "attention": "attention",
        "feed_forward": "feed-forward",
        "position_embedding": "places",
        "output": "output",
    }
    return next((kind for word, kind in words.items() if word in name), "embedding")


@pytest.mark.parametrize("name", [name for name in MODELS if name.startswith("GPT")])
def test_counts_of_the_gpts(name):
    shape = MODELS[name]
    V, n, d, L = (shape[key] for key in ("vocabulary", "context", "width", "layers"))
    total = sum(count_parameters(**shape).values())
    assert total == V * d + n * d + L * (12 * d**2 + 13 * d) + 2 * d
    assert total == sum(p.numel() for p in on_paper(Config(heads=d // 64, **shape)).parameters())
    with torch.device("meta"):
        theirs = hf.GPT2LMHeadModel(hf.GPT2Config(n_positions=n, n_embd=d, n_layer=L, n_head=d // 64))
    assert total == theirs.num_parameters()
    assert name != "GPT-2 small" or total == 124_439_808


@pytest.mark.parametrize(
    ("name", "kind", "options"),
    [
        ("Llama-2-7B", hf.LlamaForCausalLM, hf.LlamaConfig()),
        ("Mistral-7B", hf.MistralForCausalLM, hf.MistralConfig(intermediate_size=14_336)),
    ],
)
def test_counts_of_the_llamas(name, kind, options):
    with torch.device("meta"):
        theirs = kind(options)
    counts = count_parameters(**MODELS[name])
    assert sum(counts.values()) == theirs.num_parameters()
    attention = [p.numel() for n, p in theirs.named_parameters() if "attn" in n]
    assert counts["attention"] == sum(attention) and counts["biases"] == 0
    assert sum(shares(counts).values()) == pytest.approx(100)
