"""Promise: every parameter of nine models has one type, nothing is left over, and the sums are exact."""

from math import prod

import pytest

from helpers.language import positions
from helpers.language.transformer import Config, Transformer
from helpers.real_models import census as biases_only
from helpers.real_models.gguf import read_header
from helpers.real_models.layout import BUCKETS, PRESETS, layout
from helpers.real_models.parameter_types import (
    NINE,
    PIECES,
    TYPES,
    census,
    count_biases,
    is_bias,
    published,
    shapes_of,
    type_of,
)
from helpers.real_models.smollm import NotHere, model_file

TOTALS = {  # counted elsewhere: from the papers' shapes, or by others
    "BERT-base": 109_482_240,
    "GPT-2 small": 124_439_808,
    "GPT-3": 174_604_259_328,
    "T5-base": 222_903_552,
    "XLNet-base": 116_750_336,
    "Llama-2-7B": 6_738_415_616,
    "Mistral-7B": 7_241_732_096,
    "Qwen2-7B": 7_615_616_512,
    "SmolLM2-135M": 134_515_008,
}


@pytest.mark.parametrize("model", TOTALS)
def test_every_tensor_has_a_type_and_the_sum_is_exact(model):
    shapes = published(model)
    counts = census(shapes)
    assert tuple(counts) == TYPES and sum(counts.values()) == TOTALS[model]
    if model in biases_only.MODELS:
        assert count_biases(shapes) == biases_only.biases(model)


@pytest.mark.parametrize("model", PRESETS)
def test_the_formula_counts_what_the_classes_have(model):
    shapes = published(model)
    formula = layout(**PRESETS[model])
    assert {kind: total for kind, (total, _) in formula.items()} == census(shapes)
    for kind in TYPES:
        biases = sum(prod(s) for name, s in shapes.items() if is_bias(name) and type_of(name) == kind)
        assert formula[kind][1] == biases, kind


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"kv_heads": 2, "gated": True, "norm": "rms", "positions": "rotary"},
        {"positions": "buckets", "biases": False, "tied": False},
        {"positions": "none", "output_bias": True, "hidden": 10},
        {"tied": False, "output_bias": True, "layers": 3},
    ],
)
def test_the_formula_counts_our_own_model(fields):
    config = {"vocabulary": 11, "context": 6, "width": 8, "layers": 2, "heads": 4} | fields
    shapes = shapes_of(Transformer(Config(**config)))
    formula = layout(**({"kv_heads": 4, "hidden": 32} | config))
    assert {kind: total for kind, (total, _) in formula.items()} == census(shapes)
    assert sum(biases for _, biases in formula.values()) == count_biases(shapes)


def test_the_real_file_has_what_its_configuration_says():
    try:
        path = model_file()
    except NotHere:
        pytest.skip("the real model is not on this machine")
    shapes = {name: stored.shape for name, stored in read_header(path)[1].items()}
    assert census(shapes) == census(published("SmolLM2-135M"))
    assert count_biases(shapes) == 0 and len(shapes) == 272


def test_the_rules_are_needed_and_say_so_where_none_fits():
    assert set(PIECES) == set(TYPES) and tuple(NINE) == tuple(PRESETS) == tuple(TOTALS)
    names = [name.lower() for model in NINE for name in published(model)]
    names += shapes_of(Transformer(Config(vocabulary=3, context=2, width=4, layers=1, positions="buckets")))
    names += ["token_embd.weight", "blk.0.ffn_up.weight"]
    for pieces in PIECES.values():
        assert all(any(piece in name for name in names) for piece in pieces)
    with pytest.raises(ValueError, match="No rule"):
        type_of("h.0.dropout.p")
    with pytest.raises(ValueError, match="There is no 'GPT-4'; there are BERT-base"):
        published("GPT-4")


def test_a_name_with_bias_in_it_need_not_be_one():
    table = "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight"
    assert type_of(table) == "position" and not is_bias(table)
    assert published("T5-base")[table] == (32, 12)


def test_the_formula_has_as_many_buckets_as_our_positions():
    assert positions.BUCKETS == BUCKETS  # not imported there: an explorable needs no torch
