"""Promise: LoRA is peft's LoRA, a merge changes nothing, a file that does not fit changes nothing."""

from copy import deepcopy
from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from helpers.adapting.added import Added, add_biases, take_biases_out
from helpers.adapting.dialect import ask, dialect, new_homes, texts, truths
from helpers.adapting.files import fingerprint, load_lora, save_lora
from helpers.adapting.lora import LAYERS, LoRA, add_lora, found, merge, take_out, trained
from helpers.adapting.methods import batch_of, prepare
from helpers.adapting.ranks import best_of_rank, changed_ranks, cut
from helpers.adapting.record import NEWS, RECORDED, mean_and_half, small_model
from helpers.adapting.teaching import Lesson
from helpers.adapting.upper import lower, upper
from helpers.explorables import LowRank
from helpers.language.small_language import small_language
from helpers.language.training import evaluate
from helpers.language.transformer import Config, Transformer
from helpers.real_models.smollm import load
from helpers.sentences import Sentence

TINY = Config(vocabulary=20, context=8, width=12, heads=2, positions="rotary")
TOKENS = torch.tensor([[3, 1, 4, 1, 5], [9, 2, 6, 5, 3]])


def tiny(seed=0):
    return Transformer(TINY, seed).double()


def moved(model, seed=1):
    """Give every B of a model numbers, so that its LoRA does something."""
    rng = torch.Generator().manual_seed(seed)
    for each in found(model).values():
        each.b.data = torch.randn(each.b.shape, generator=rng).to(each.b)
    return model


@pytest.mark.parametrize(("rank", "alpha"), [(1, 1), (3, 6), (2, 16)])
def test_lora_is_that_of_peft(rank, alpha):
    peft = pytest.importorskip("peft")
    ours, theirs = moved(add_lora(tiny(), rank, alpha)), tiny()
    assert (peft.LoraConfig().r, peft.LoraConfig().lora_alpha) == (8, 8)  # unless given
    config = peft.LoraConfig(
        r=rank, lora_alpha=alpha, target_modules=[name.split(".")[1] for name in LAYERS], lora_dropout=0.0
    )
    peft.inject_adapter_in_model(config, theirs)
    layers = dict(theirs.named_modules())
    for name, each in found(ours).items():
        layers[name].lora_A["default"].weight.data = each.a.detach().clone()
        layers[name].lora_B["default"].weight.data = each.b.detach().clone()
    with torch.no_grad():
        assert torch.allclose(ours(TOKENS), theirs(TOKENS), atol=1e-12)
        assert not torch.allclose(ours(TOKENS), tiny()(TOKENS), atol=1e-2)


def test_a_lora_begins_as_nothing_and_only_its_halves_move():
    model = add_lora(tiny(), 2)
    assert torch.equal(model(TOKENS), tiny()(TOKENS))
    assert trained(model).keys() == {f"{name}.{half}" for name in found(model) for half in "ab"}
    model(TOKENS).square().sum().backward()
    for each in found(model).values():
        assert each.b.grad.abs().max() > 0 and each.a.grad.abs().max() == 0


def test_merged_is_unmerged_and_taken_out_is_untouched():
    model = moved(add_lora(tiny(), 3, alpha=5))
    with torch.no_grad():
        before = model(TOKENS)
        merged = merge(deepcopy(model))
        assert (merged(TOKENS) - before).abs().max() < 1e-12
    assert not found(merged) and fingerprint(merged) != fingerprint(tiny())
    assert fingerprint(take_out(model)) == fingerprint(tiny())
    assert torch.equal(model(TOKENS), tiny()(TOKENS))


@pytest.mark.parametrize("rank", [0, -1, 13, 1.5, True])
def test_a_rank_that_makes_no_sense_is_refused_and_nothing_has_changed(rank):
    model = tiny()
    for refused in (lambda: LoRA(torch.nn.Linear(12, 12), rank), lambda: add_lora(model, rank)):
        with pytest.raises(Sentence, match=r"^A rank of .* makes no sense here: .* from 1 to 12\.$"):
            refused()
    assert not found(model) and all(p.requires_grad for p in model.parameters())


def test_a_block_that_is_not_there_is_refused_and_nothing_has_changed():
    model = tiny()
    with pytest.raises(Sentence, match=r"^There is no block 2: this model has 2, from 0 on\.$"):
        add_lora(model, 1, blocks=[0, 2])
    assert not found(model) and all(p.requires_grad for p in model.parameters())


def test_two_loras_are_refused():
    with pytest.raises(Sentence, match="already"):
        add_lora(add_lora(tiny(), 1), 1)


def test_a_file_gives_the_same_answers(tmp_path):
    model = moved(add_lora(tiny(), 2, alpha=6))
    save_lora(model, tmp_path / "it.safetensors")
    read = load_lora(tiny(), tmp_path / "it.safetensors", rank=2)
    # The scale is kept in float32, and 6 / 2 is exact in it.
    assert torch.allclose(read(TOKENS), model(TOKENS), atol=1e-12)


def test_a_file_that_cannot_be_written_is_said_in_a_sentence(tmp_path):
    with pytest.raises(Sentence, match="no LoRA to write"):
        save_lora(tiny(), tmp_path / "it.safetensors")
    (tmp_path / "it.safetensors").mkdir()
    with pytest.raises(ValueError, match="cannot be written"):
        save_lora(add_lora(tiny(), 1), tmp_path / "it.safetensors")
    assert [each.name for each in tmp_path.iterdir()] == ["it.safetensors"]


def damaged(tensors, how):
    """Return the tensors of a LoRA's file with one of them gone, of another shape, or under another name."""
    first, *others = tensors
    a, b, scale = (f"blocks.0.attention.qkv.{half}" for half in ("a", "b", "scale"))
    return {
        "half": {name: tensors[name] for name in others},
        "no lora": {},
        "of two ranks": tensors | {a: tensors[a][:1].clone()},
        "no rank": tensors | {a: tensors[a][:0].clone(), b: tensors[b][:, :0].clone()},
        "a bare number": tensors | {a: torch.tensor(1.0)},
        "two scales": tensors | {scale: torch.ones(2)},
    }[how]


BAD = {
    "another model": "its blocks.0.attention.out has [12, 12], and this model's has [16, 16].",
    "fewer blocks": "was made for another model: this one has no layer blocks.1.attention.out.",
    "other weights": "was made for another model: its shapes fit, but the weights are others.",
    "another rank": "has the rank 2, and 4 was asked for.",
    "half": "is no whole LoRA: it lacks blocks.0.attention.out.a.",
    "no lora": "is no whole LoRA: it lacks every tensor.",
    "of two ranks": "the halves of blocks.0.attention.qkv have the ranks 1 and 2.",
    "no rank": "A rank of 0 makes no sense here: it is a whole number from 1 to 12.",
    "a bare number": "is no LoRA: of blocks.0.attention.qkv it has no two matrices and one number.",
    "two scales": "is no LoRA: of blocks.0.attention.qkv it has no two matrices and one number.",
    "cut": "is no whole .safetensors file",
    "gone": "There is no file",
}


@pytest.mark.parametrize("bad", BAD)
def test_a_file_that_does_not_fit_gives_one_sentence_and_changes_nothing(tmp_path, bad):
    path = tmp_path / "it.safetensors"
    save_lora(moved(add_lora(tiny(), 2)), path)
    into = {
        "another model": Transformer(replace(TINY, width=16)).double(),
        "fewer blocks": Transformer(replace(TINY, layers=1)).double(),
        "other weights": tiny(seed=1),
    }.get(bad, tiny())
    if bad == "cut":
        path.write_bytes(path.read_bytes()[:-7])
    elif bad == "gone":
        path.unlink()
    elif into.config == TINY and bad not in ("another rank", "other weights"):
        save_file(damaged(load_file(path), bad), path)
    stood = fingerprint(into)
    with pytest.raises(ValueError) as error:
        load_lora(into, path, rank=4 if bad == "another rank" else None)
    said = str(error.value)
    assert BAD[bad] in said and "\n" not in said and said.endswith(".")
    assert fingerprint(into) == stood and not found(into)
    assert all(p.requires_grad for p in into.parameters())


def test_the_best_of_a_rank_is_numpys():
    change = torch.from_numpy(np.random.default_rng(0).normal(size=(5, 8)))
    u, sizes, v = np.linalg.svd(change.numpy(), full_matrices=False)
    for rank in range(1, 6):
        wanted = (u[:, :rank] * sizes[:rank]) @ v[:rank]
        assert np.allclose(best_of_rank(change, rank), wanted)
        left = np.linalg.norm(change - best_of_rank(change, rank))
        assert np.isclose(left, np.sqrt((sizes[rank:] ** 2).sum()))


def test_a_change_of_rank_two_is_left_whole_by_rank_two():
    after = merge(moved(add_lora(tiny(), 2)))
    ranks = changed_ranks(tiny(), after)
    assert {ranks[f"blocks.0.{name}.weight"] for name in LAYERS} == {2} and ranks["embedding.weight"] == 0
    assert torch.allclose(cut(tiny(), after, 2)(TOKENS), after(TOKENS), atol=1e-10)
    assert not torch.allclose(cut(tiny(), after, 1)(TOKENS), after(TOKENS), atol=1e-3)


def test_the_dialect_has_the_words_of_the_language_and_other_rules():
    assert dialect().words == small_language().words
    old, new = truths(small_language()), truths(dialect())
    assert np.allclose(old, [3 / 17, 0, 0]) and np.allclose(new[2], 1) and new[0] == 9 / 17
    assert len(set(new_homes().values())) == 8
    for which, language in (("old", small_language()), ("new", dialect())):
        assert abs(texts(which)[2] - language.entropy()) < 0.01


@pytest.mark.parametrize(
    ("method", "count"),
    [
        ("full", 64_464),
        ("head", 163 * 48),
        ("biases", 1104),
        ("last bias", 48),
        ("lora 3", 3 * 1536),
        ("lora 2 attention", 1152),
    ],
)
def test_what_a_method_may_move(method, count):
    student = prepare(small_model(), method)
    assert sum(p.numel() for p in trained(student).values()) == count
    piece = batch_of(0, 0)[:2, :-1]
    assert torch.allclose(student(piece), small_model()(piece), atol=1e-6)


@pytest.mark.parametrize("method", ["prefix", "lora", "lora two", "lora 2 attentions", "full 2", ""])
def test_an_unknown_method_is_refused(method):
    with pytest.raises(Sentence, match=f"There is no method '{method}'"):
        prepare(small_model(), method)


def test_without_its_file_the_real_model_says_what_to_type(tmp_path, monkeypatch):
    monkeypatch.setenv("EVERY_KNOB_MODELS", str(tmp_path))
    with pytest.raises(Sentence, match="The real model is not there .* once and with a network"):
        Lesson(*load())


@pytest.mark.parametrize(("share", "old"), [(0.0, 0), (0.125, 4), (0.5, 16)])
def test_replay_is_a_share_of_the_windows(share, old):
    batch = batch_of(3, 7, share)
    assert batch.shape == (32, 33)
    heads = texts("old")[0]
    joined = " ".join(map(str, heads.tolist()))
    inside = [f" {' '.join(map(str, row.tolist()))} " in f" {joined} " for row in batch]
    assert inside[32 - old :] == [True] * old and not all(inside[: 32 - old])


def test_the_record_begins_with_the_model_in_hand():
    model = small_model()
    now = [evaluate(model, texts(which)[1]) for which in ("new", "old")] + ask(model)
    assert np.allclose(now, RECORDED["before"][0], atol=2e-3)
    mean, half = mean_and_half(RECORDED["full"][:, 0])
    assert np.isclose(mean, RECORDED["full"][:, 0].mean()) and 0 < half < 0.01
    ways = "before, plain 12, plain, replay 4, replay 10, replay all, rehearsal, biases"
    assert ", ".join(NEWS) == ways and (NEWS["rehearsal"][:, :2] == [10, 0]).all()


def test_upper_blocks_on_kept_streams_are_the_whole_model():
    model = tiny()
    with torch.no_grad():
        for blocks in range(3):
            seen = upper(model, lower(model, TOKENS, blocks), model.blocks[blocks:])
            assert torch.allclose(model.output(seen), model(TOKENS), atol=1e-12)


def test_added_biases_shift_and_come_out_again():
    model = Transformer(TINY)
    biases = add_biases(model, [1])
    assert [tuple(b.shape) for b in biases] == [(12,), (12,)]
    assert torch.equal(model(TOKENS), Transformer(TINY)(TOKENS))
    biases[0].data[0] += 1.0  # one alone: the norm takes away what all have in common
    assert not torch.allclose(model(TOKENS), Transformer(TINY)(TOKENS), atol=1e-4)
    take_biases_out(model)
    assert torch.equal(model(TOKENS), Transformer(TINY)(TOKENS))
    assert not [each for each in model.modules() if isinstance(each, Added)]


def test_the_explorable_reaches_the_wanted_change_at_its_rank():
    left = {
        k: [LowRank(kind=k, rank=float(r)).numbers()["error"] for r in range(7)] for k in ("one", "three")
    }
    assert left["one"][0] == left["three"][0] == 100 and left["one"][1] < 0.1 > left["three"][3]
    assert all(a > b + 1 for a, b in zip(left["three"][:3], left["three"][1:4], strict=True))
    beside, once, twice = (LowRank(rank=2.0, merged=m).numbers() for m in ("beside", "once", "twice"))
    assert beside["answer"] == once["answer"] != twice["answer"]
