"""Promise: the words travel. The table "Names elsewhere" is true, and the code says why and which shape."""

import inspect
import re
import tokenize
from dataclasses import fields

import pytest
import torch
import transformers as hf
from notebook_rules import ROOT, chapters, load, markdown, source
from torch.nn import functional as F

from helpers.language import attention, generation, training, transformer
from helpers.language.transformer import Config, Transformer
from helpers.learning import loss, optimisers
from helpers.real_models.gpt2 import IN_BLOCK, OUTSIDE, gpt2_config

VALUES = {"tied": True, "activation": "relu", "epsilon": 0.125}  # the other fields take a whole number


def names(cell):
    return re.findall(r"`([^`]+)`", cell)


def tables():
    """Return the three tables of the section: lists of rows, each a list of the names in its cells."""
    text = (ROOT / "chapters" / "notation.md").read_text(encoding="utf-8")
    section = text.split("\n## Names elsewhere\n")[1].split("\n## ")[0]
    found = [part.splitlines() for part in section.split("\n\n") if part.startswith("|")]
    return [[[names(cell) for cell in line.split("|")[1:-1]] for line in lines[2:]] for lines in found]


CONFIGS, TENSORS, TRAINING = tables()


def test_the_tables_are_there():
    assert (len(CONFIGS), len(TENSORS), len(TRAINING)) == (10, 11, 10)
    assert all(len(here) == 1 for here, *_ in (*CONFIGS, *TENSORS, *TRAINING))


@pytest.mark.parametrize(("here", "gpt2"), [(row[0][0], row[1][0]) for row in CONFIGS if row[1]])
def test_a_name_of_gpt2_becomes_our_name(here, gpt2):
    value = VALUES.get(here, 24)
    given = {"n_embd": 48} | {gpt2: value}
    assert getattr(gpt2_config(hf.GPT2Config(**given)), here) == value


@pytest.mark.parametrize(("here", "llama"), [(row[0][0], name) for row in CONFIGS for name in row[2]])
def test_a_name_of_llama_is_one(here, llama):
    assert here in {field.name for field in fields(Config)}
    assert llama in hf.LlamaConfig().to_dict()


def on_paper(kind, config):
    with torch.device("meta"):
        return {name.rpartition(".")[0] for name in kind(config).state_dict()}


def ends(names, end):
    return [name for name in names if name == end or name.endswith(f".{end}")]


@pytest.mark.parametrize("row", TENSORS, ids=lambda row: row[0][0])
def test_the_tensors_have_these_names(row):
    (here,), gpt2, llama, _ = row
    ours = on_paper(Transformer, Config(vocabulary=8, context=8, layers=1, gated=True))
    assert ends(ours, here)
    known = {name.removesuffix(".weight"): to.removesuffix(".weight") for name, to in OUTSIDE.items()}
    known |= IN_BLOCK | {"lm_head": "output"}
    assert [known[name] for name in gpt2] == [here] * len(gpt2)
    assert bool(gpt2) == (here in known.values())
    small = dict(vocab_size=8, hidden_size=8, num_hidden_layers=1, num_attention_heads=1)
    theirs = on_paper(hf.GPT2LMHeadModel, hf.GPT2Config(n_layer=1))
    assert all(ends(theirs, name) for name in gpt2)
    theirs = on_paper(hf.LlamaForCausalLM, hf.LlamaConfig(**small, intermediate_size=8))
    assert all(ends(theirs, name) for name in llama)


def inputs(*functions):
    return {name for function in functions for name in inspect.signature(function).parameters}


@pytest.mark.parametrize("row", TRAINING, ids=lambda row: row[0][0])
def test_torch_has_these_names(row):
    (here,), theirs, _ = row
    modules = [loss, transformer, attention, generation]
    ours = inputs(optimisers.Momentum, optimisers.Adam, training.make_optimiser)
    assert here in ours or any(hasattr(module, here) for module in modules)
    known = inputs(torch.optim.SGD, torch.optim.AdamW)
    assert all(name in known if here in ours else hasattr(F, name) for name in theirs)


@pytest.mark.parametrize("module", ["transformer", "training", "tokenizer", "generation"])
def test_one_line_in_eight_says_why_or_which_shape(module):
    path = ROOT / "helpers" / "language" / f"{module}.py"
    with path.open("rb") as file:
        said = {
            token.start[0] for token in tokenize.tokenize(file.readline) if token.type == tokenize.COMMENT
        }
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    assert 8 * len(said) >= len(lines)


@pytest.mark.parametrize("field", fields(Config), ids=lambda field: field.name)
def test_each_field_of_config_has_its_comment(field):
    lines = inspect.getsource(Config).splitlines()
    (line,) = [line for line in lines if line.strip().startswith(f"{field.name}:")]
    assert len(line.partition("  # ")[2]) > 5


TERMS = """mean squared error, standard deviation, finite differences, learning rate,
negative log-likelihood, computational graph, automatic differentiation, elements, batch size, betas, epsilon,
L2 regularisation, self-attention, multi-head attention, cross-attention, position embedding,
relative position bias, rotary position embedding, residual stream, MLP, post-norm, pre-norm, weight tying,
LM head, schedule, warm-up, gradient clipping, greedy decoding, KV cache, inference, checkpoint"""


@pytest.mark.parametrize("term", re.split(r",\s", TERMS))
def test_a_term_of_the_field_is_bold_where_it_first_appears(term):
    text = "\n".join(source(cell) for path in chapters() for cell in markdown(load(path)))
    first = re.search(rf"(?<![\w`./-]){term}(?![\w`(-])", text)
    assert first and text[first.start() - 2 : first.end() + 2] == f"**{term}**"


FUNCTIONS = [Transformer.stream, Transformer.embed, generation.generate]


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
def test_the_lines_of_the_model_say_their_shapes(function):
    body = inspect.getsource(function).split('"""')[2].splitlines()
    makes = [line for line in body if re.match(r"\s*(x|mask|text|logits|new|start|return)\b.* ", line)]
    assert len(makes) >= 4 and [line for line in makes if not re.search(r"# .*\[", line)] == []
