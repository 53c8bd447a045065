"""A folder with a GPT-2 becomes our model, and one that is wrong gets a sentence."""

import json

import pytest
import torch
import transformers as hf
from safetensors.torch import load_file, save_file

from helpers.real_models.gpt2 import load_gpt2

SIZES = dict(vocab_size=19, n_positions=12, n_embd=24, n_layer=2, n_head=3, bos_token_id=0, eos_token_id=0)


@pytest.fixture
def folder(tmp_path):
    torch.manual_seed(0)
    hf.GPT2LMHeadModel(hf.GPT2Config(**SIZES)).save_pretrained(tmp_path)
    return tmp_path


def refused(folder):
    with pytest.raises(ValueError) as stopped:
        load_gpt2(folder)
    assert "\n" not in str(stopped.value)
    return str(stopped.value)


def test_logits_are_the_librarys(folder):
    theirs, tokens = hf.GPT2LMHeadModel.from_pretrained(folder).eval(), torch.arange(12)[None]
    with torch.inference_mode():
        assert torch.allclose(load_gpt2(folder)(tokens), theirs(tokens).logits, atol=1e-6)


def test_a_model_in_several_files(folder):
    tensors = load_file(folder / "model.safetensors")
    (folder / "model.safetensors").unlink()
    names = sorted(tensors)
    for i, part in enumerate((names[:5], names[5:])):
        save_file({name: tensors[name] for name in part}, folder / f"model-{i}.safetensors")
    assert load_gpt2(folder).config.layers == 2


def test_without_its_config(folder):
    (folder / "config.json").unlink()
    assert "There is no config.json" in refused(folder)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "cannot be read"),
        ("[]", "does not describe a GPT-2"),
        ('{"model_type": "llama"}', "does not describe a GPT-2"),
        ('{"model_type": "gpt2"}', "does not say n_embd, n_head, n_layer, n_positions, vocab_size"),
    ],
)
def test_a_config_that_says_something_else(folder, text, said):
    (folder / "config.json").write_text(text)
    assert said in refused(folder)


def test_other_shapes_than_its_config_says(folder):
    said = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(said | {"n_positions": 13}))
    assert "position_embedding.weight has the shape [12, 24], and the model has [13, 24]" in refused(folder)


def test_a_pickle_is_not_opened(folder):
    """The file would print, if it were loaded."""
    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_bytes(b"cbuiltins\nprint\n(S'opened'\ntR.")
    assert "only pytorch_model.bin, a pickle: that is a program, and we run none" in refused(folder)
    (folder / "pytorch_model.bin").unlink()
    assert "there is none" in refused(folder)


def test_a_folder_that_is_none(tmp_path):
    assert "There is no folder" in refused(tmp_path / "nowhere")
