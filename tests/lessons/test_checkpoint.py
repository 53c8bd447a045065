"""Promise: what is saved comes back bit for bit, and a file that does not fit gets a sentence."""

import json
from dataclasses import asdict, replace

import pytest
import torch
from safetensors.torch import load_file, save_file

from helpers.language import checkpoint
from helpers.language.checkpoint import fill, load, read, save
from helpers.language.training import fingerprint
from helpers.language.transformer import POSITIONS, Config, Transformer

SMALL = Config(vocabulary=11, context=8, width=8, layers=2, heads=2)
VARIANTS = [
    SMALL,
    replace(SMALL, tied=False, output_bias=True),
    replace(SMALL, norm="rms", biases=False, hidden=12, activation="relu"),
    replace(SMALL, layers=0),
    *(replace(SMALL, positions=kind) for kind in POSITIONS),
]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.safetensors"


@pytest.mark.parametrize("config", VARIANTS, ids=str)
def test_a_round_trip_changes_no_bit(config, path):
    model = Transformer(config, seed=3)
    save(model, path)
    again = load(path)
    assert again.config == config and fingerprint(again) == fingerprint(model)
    tokens = torch.arange(8)[None]
    assert torch.equal(again(tokens), model(tokens))


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16])
def test_a_round_trip_keeps_the_kind_of_number(dtype, path):
    model = Transformer(SMALL, seed=1).to(dtype)
    save(model, path)
    for name, p in load(path).named_parameters():
        assert p.dtype == dtype and torch.equal(p, model.get_parameter(name))


def test_numbers_that_are_hard_to_keep(path):
    model = Transformer(SMALL)
    odd = torch.tensor([0.0, -0.0, 1e-45, float("inf"), float("nan"), 1 / 3, 3.4e38, -1e-38])
    model.norm.bias.data.copy_(odd)
    save(model, path)
    assert load(path).norm.bias.detach().numpy().tobytes() == odd.numpy().tobytes()


def test_a_tied_matrix_is_stored_once(path):
    model = Transformer(SMALL)
    save(model, path)
    assert "output.weight" not in read(path)[0]
    again = load(path)
    assert again.output.weight is again.embedding.weight
    assert sum(t.numel() for t in read(path)[0].values()) == sum(p.numel() for p in model.parameters())


def test_a_file_of_version_0_1_still_loads(path):
    """It called the table of places `places`."""
    model = Transformer(SMALL, seed=1)
    tensors = {name: p.detach().clone() for name, p in model.named_parameters()}
    tensors["places.weight"] = tensors.pop("position_embedding.weight")
    save_file(tensors, path, metadata={"config": json.dumps(asdict(SMALL))})
    assert fingerprint(load(path)) == fingerprint(model)


def test_what_is_kept_beside_the_parameters_does_not_disturb(path):
    model = Transformer(SMALL)
    save(model, path, {"training.losses": torch.ones(3)})
    assert read(path)[0]["training.losses"].tolist() == [1, 1, 1]
    assert fingerprint(load(path)) == fingerprint(model)


def written(path, change=lambda tensors: None, notes=None):
    """Write a good file with one change."""
    tensors = {name: p.detach().clone() for name, p in Transformer(SMALL).named_parameters()}
    change(tensors)
    save_file(tensors, path, metadata={"config": json.dumps(asdict(SMALL))} if notes is None else notes)


def swapped(tensors):
    tensors["blocks.0.attention.out.weight"] = torch.zeros(8, 9)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda t: t.pop("norm.bias"), r"These tensors are missing: norm\.bias\.$"),
        (lambda t: t.clear(), "These tensors are missing: blocks.0"),
        (lambda t: t.update(extra=torch.zeros(1)), r"no place for these tensors: extra\.$"),
        (swapped, r"blocks\.0\.attention\.out\.weight has the shape \[8, 9\], and the model has \[8, 8\]\.$"),
        (lambda t: t.update({"norm.bias": torch.zeros(())}), r"norm\.bias has the shape \[\]"),
    ],
)
def test_tensors_that_do_not_fit(change, says, path):
    written(path, change)
    with pytest.raises(ValueError, match=says):
        load(path)


def test_fill_fills_all_or_nothing():
    model = Transformer(SMALL, seed=1)
    before = fingerprint(model)
    tensors = {name: p.detach() + 1 for name, p in Transformer(SMALL, seed=2).named_parameters()}
    swapped(tensors)
    with pytest.raises(ValueError, match="has the shape"):
        fill(model, tensors)
    assert fingerprint(model) == before


GOOD = asdict(SMALL)


@pytest.mark.parametrize(
    ("config", "says"),
    [
        ("{", "describes a model that we cannot build"),
        ("[]", "describes a model that we cannot build"),
        ("null", "describes a model that we cannot build"),
        (json.dumps(GOOD | {"flavour": "sweet"}), "cannot build: .*flavour"),
        (json.dumps({"width": 8}), "cannot build: .*vocabulary"),
        (json.dumps(GOOD | {"norm": "batch"}), "cannot build: norm is 'batch'"),
        (json.dumps(GOOD | {"heads": 3}), "cannot build: A width of 8"),
        (json.dumps(GOOD | {"width": "wide"}), "cannot build"),
    ],
)
def test_a_config_that_is_none(config, says, path):
    written(path, notes={"config": config})
    with pytest.raises(ValueError, match=says):
        load(path)


def test_a_file_of_somebody_else(path):
    written(path, notes={})
    with pytest.raises(ValueError, match=r"was not written by this course\.$"):
        load(path)


def test_paths_that_hold_no_file(tmp_path):
    with pytest.raises(ValueError, match=r"^There is no file .*nothing\.safetensors\.$"):
        load(tmp_path / "nothing.safetensors")
    with pytest.raises(ValueError, match=r"is a folder, not a file\.$"):
        load(str(tmp_path))


@pytest.mark.parametrize("end", [0, 4, 100, -1])
def test_a_file_that_was_cut_off(end, path):
    save(Transformer(SMALL), path)
    path.write_bytes(path.read_bytes()[:end])
    with pytest.raises(ValueError, match="is no whole .safetensors file"):
        load(path)


@pytest.mark.parametrize(
    "content", [b"hello, I am a text", bytes(200), b"PK\x03\x04" + bytes(100), b"\xff" * 64]
)
def test_a_file_of_another_kind(content, path):
    path.write_bytes(content)
    with pytest.raises(ValueError, match="is no whole .safetensors file"):
        load(path)


def test_a_failure_while_writing_leaves_the_old_file(path, monkeypatch):
    model = Transformer(SMALL, seed=1)
    save(model, path)

    def half(tensors, draft, metadata):
        draft.write_bytes(b"half of it")
        raise OSError("no space left on device")

    monkeypatch.setattr(checkpoint, "save_file", half)
    with pytest.raises(ValueError, match=r"cannot be written: no space left on device\.$"):
        save(Transformer(SMALL, seed=2), path)
    assert fingerprint(load(path)) == fingerprint(model)
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_a_place_where_nothing_can_be_written(tmp_path):
    with pytest.raises(ValueError, match="cannot be written"):
        save(Transformer(SMALL), tmp_path / "no folder" / "model.safetensors")
    with pytest.raises(ValueError, match="cannot be written"):
        save(Transformer(SMALL), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_new_save_replaces_the_old(path):
    save(Transformer(SMALL, seed=1), path)
    save(Transformer(SMALL, seed=2), path)
    assert fingerprint(load(path)) == fingerprint(Transformer(SMALL, seed=2))
    assert load_file(path).keys() == dict(Transformer(SMALL).named_parameters()).keys()
