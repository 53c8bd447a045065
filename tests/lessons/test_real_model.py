"""The real model in our Transformer equals that of transformers; where it is missing, one sentence."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from gguf_files import gguf_bytes

from helpers.language.transformer import Config, Transformer
from helpers.real_models import smollm
from helpers.real_models.gguf import read_header
from helpers.real_models.llama import llama_config, load_gguf, shapes
from helpers.real_models.smollm import NAME, NotHere, model_file
from helpers.real_models.tokens import RealTokenizer
from helpers.real_models.writing import SYSTEM, answer, chat_text, new_tokens, write

TEXTS = [
    "The capital of France is",
    "def f(x):\n    return x + 1  # 12,345.67",
    " two  spaces\tand a tab\r\n",
    "Größe, naïve, 北京, 🙂🙃, مرحبا",
    "<|im_start|>user\nHello<|im_end|>\n",
    "don't we'll 2024-12-31",
    "",
]


@pytest.fixture(scope="module")
def ours():
    return smollm.load()


@pytest.fixture(scope="module")
def theirs():
    """The library's model and tokenizer, made from the same file."""
    hf = pytest.importorskip("transformers")
    hf.logging.set_verbosity_error()
    path = model_file()
    model = hf.AutoModelForCausalLM.from_pretrained(path.parent, gguf_file=path.name, dtype=torch.float32)
    return model.eval(), hf.AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name)


def test_it_has_the_parameters_of_its_label_and_no_bias(ours):
    model, tokenizer = ours
    names = [name for name, _ in model.named_parameters()]
    assert sum(p.numel() for p in model.parameters()) == 134_515_008
    assert not [name for name in names if "bias" in name]
    assert len(tokenizer) == model.config.vocabulary == 49_152 and model.config.kv_heads == 3


@pytest.mark.parametrize("text", TEXTS)
def test_tokens_are_the_librarys(ours, theirs, text):
    _, tokenizer = ours
    tokens = tokenizer.encode(text).tolist()
    assert tokens == theirs[1](text, add_special_tokens=False)["input_ids"]
    assert tokenizer.decode(tokens) == text


@pytest.mark.parametrize("text", TEXTS[:4])
def test_logits_are_the_librarys(ours, theirs, text):
    model, tokenizer = ours
    tokens = torch.tensor(tokenizer.encode(text))[None]
    with torch.inference_mode():
        difference = (model(tokens) - theirs[0](tokens).logits).abs().max()
    assert difference < 1e-4


def test_it_answers_paris(ours):
    model, tokenizer = ours
    assert next(write(model, tokenizer, TEXTS[0], 1, temperature=0)) == " Paris"


def test_what_it_writes_is_what_the_library_writes(ours, theirs):
    model, tokenizer = ours
    tokens = tokenizer.encode("Gravity is")
    said = theirs[0].generate(torch.tensor(tokens)[None], max_new_tokens=20, do_sample=False)[
        0, len(tokens) :
    ]
    assert list(new_tokens(model, tokens, 20, temperature=0)) == said.tolist()


def test_a_conversation_is_written_as_the_librarys_template_writes_it(ours, theirs):
    _, tokenizer = ours
    for messages in (
        [("user", "Hello")],
        [("system", "Be brief."), ("user", "Hi"), ("assistant", "Hi."), ("user", "Bye")],
    ):
        dicts = [{"role": role, "content": text} for role, text in messages]
        expected = theirs[1].apply_chat_template(dicts, tokenize=False, add_generation_prompt=True)
        assert chat_text(tokenizer, messages) == expected
    assert SYSTEM in chat_text(tokenizer, [("user", "Hello")])


def test_an_answer_ends_with_its_end_token(ours):
    model, tokenizer = ours
    pieces = list(
        answer(model, tokenizer, [("user", "What is 2 + 2? Say the number only.")], 60, temperature=0)
    )
    said = "".join(pieces)
    assert "4" in said and "<|im_end|>" not in said and len(tokenizer.encode(said)) < 60


def test_a_template_that_is_another_program_is_not_run(ours):
    class Other:
        chat_template = "{{ 7 * 7 }}"

    with pytest.raises(ValueError, match="we run none"):
        chat_text(Other(), [("user", "Hello")])
    with pytest.raises(ValueError, match="at least one message"):
        chat_text(ours[1], [])
    for no_pairs in ("Hello", ["Hello"], [("user", "Hello", "again")]):
        with pytest.raises(ValueError, match="is a list of pairs"):
            chat_text(ours[1], no_pairs)


class Scripted(torch.nn.Module):
    """Stands for a model that writes given tokens, whatever it reads."""

    def __init__(self, tokens, size):
        super().__init__()
        self.config, self.blocks = Config(vocabulary=size, context=64), []
        self.tokens, self.size, self.embedding = iter(tokens), size, torch.nn.Embedding(size, 1)

    def stream(self, new, memories):
        return torch.nn.functional.one_hot(torch.tensor([[next(self.tokens)]]), self.size).float()

    def output(self, x):
        return x * 100


def test_a_sign_of_several_tokens_comes_whole(ours):
    tokenizer = ours[1]
    tokens = tokenizer.encode("a🙂b").tolist()
    assert len(tokens) > 3
    pieces = list(write(Scripted(tokens, len(tokenizer)), tokenizer, "x", len(tokens), temperature=0))
    assert "".join(pieces) == "a🙂b" and "🙂" in pieces and "�" not in "".join(pieces)


def test_it_stops_where_the_context_is_full(ours):
    model, _ = ours
    small = Transformer(Config(vocabulary=20, context=6, width=8, layers=1, heads=2, positions="rotary"))
    written = list(new_tokens(small, [1, 2, 3], 50, temperature=0))
    assert len(written) == 4  # three places are left, and the last of them foretells one more
    assert model.config.context == 8192


@pytest.mark.parametrize("what", ["missing", "short", "altered"])
def test_a_file_that_is_missing_or_another_is_one_sentence(what, tmp_path, monkeypatch):
    monkeypatch.setenv("EVERY_KNOB_MODELS", str(tmp_path))
    path = tmp_path / NAME
    if what == "short":
        path.write_bytes(b"GGUF")
    if what == "altered":
        with path.open("wb") as file:
            file.truncate(smollm.SIZE)
    with pytest.raises(NotHere) as stopped:
        smollm.load()
    said = str(stopped.value)
    assert "helpers.real_models" in said and "\n" not in said
    assert {"missing": "is not there", "short": "4 bytes", "altered": "was altered"}[what] in said


LLAMA = {
    "general.architecture": "llama",
    "llama.vocab_size": 12,
    "llama.context_length": 16,
    "llama.embedding_length": 32,
    "llama.block_count": 2,
    "llama.attention.head_count": 4,
    "llama.attention.head_count_kv": 2,
    "llama.feed_forward_length": 64,
    "llama.rope.freq_base": 500.0,
    "llama.attention.layer_norm_rms_epsilon": 1e-5,
}


def llama_file(folder, notes=LLAMA, less=(), more=(), other=None):
    """Write a tiny Llama of random float32 tensors; return its path. other: {name: another shape}."""
    draw = torch.Generator().manual_seed(0)
    wanted = shapes(llama_config(LLAMA)) | (other or {}) | {name: (2,) for name in more}
    tensors = []
    for name in wanted.keys() - set(less):
        body = torch.randn(wanted[name], generator=draw).numpy().astype("<f4").tobytes()
        tensors.append((name, "F32", wanted[name], body))
    path = folder / "llama.gguf"
    path.write_bytes(gguf_bytes(tensors=tensors, notes=notes))
    return path


def test_any_llama_of_these_kinds_is_built(tmp_path):
    model = load_gguf(llama_file(tmp_path))
    assert model.config.tied and model.config.kv_heads == 2 and model.config.base == 500
    assert model(torch.zeros(1, 5, dtype=torch.long)).shape == (1, 5, 12)


WRONG = {
    "missing": ({"less": ["blk.1.attn_q.weight"]}, "These tensors are missing: blk.1.attn_q.weight"),
    "extra": ({"more": ["blk.0.attn_q.bias"]}, "no place for these tensors: blk.0.attn_q.bias"),
    "shape": ({"other": {"output_norm.weight": (31,)}}, r"output_norm.weight has the shape \[31\]"),
    "family": ({"notes": LLAMA | {"general.architecture": "phi"}}, "kind 'phi', and we build 'llama'"),
    "silent": (
        {"notes": {k: v for k, v in LLAMA.items() if "count_kv" not in k and "block" not in k}},
        "llama.block_count",
    ),
    "experts": ({"notes": LLAMA | {"llama.expert_count": 8}}, "llama.expert_count is 8"),
    "heads": ({"notes": LLAMA | {"llama.attention.head_count": 5}}, "does not divide into 5 heads"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_our_model_cannot_be_is_said(what, tmp_path):
    made, said = WRONG[what]
    with pytest.raises(ValueError, match=said):
        load_gguf(llama_file(tmp_path, **made))


def test_notes_of_another_tokenizer_are_refused():
    with pytest.raises(ValueError, match="cuts its text by"):
        RealTokenizer({"tokenizer.ggml.model": "llama"})
    notes, _ = read_header(model_file())
    with pytest.raises(ValueError, match="There is no token 49152"):
        RealTokenizer(notes).decode([49_152])


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Linux tells the peak of a process there")
def test_opening_it_takes_little_more_than_its_numbers():
    """538 MB of float32, Python and torch: 1.1 GB at the peak."""
    code = "from helpers.real_models.smollm import load; load(); print(open('/proc/self/status').read())"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    peak = int(re.search(r"VmHWM:\s+(\d+) kB", run.stdout)[1]) * 1024
    assert 0.5e9 < peak < 1.1e9
