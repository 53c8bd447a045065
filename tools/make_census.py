"""Write helpers/real_models/census.toml: how many parameters, and which additive ones, real models have.

Every model is built from its published configuration on torch's meta device, which gives shapes and no
values: nothing is downloaded and a model of seven billion parameters takes a second.

    python tools/make_census.py
"""

import re
from collections import Counter
from pathlib import Path

import torch
import transformers as hf

TARGET = Path(__file__).parent.parent / "helpers" / "real_models" / "census.toml"

GROUPED = {"num_key_value_heads": 8, "num_attention_heads": 32}
MODELS = {
    "GPT-2 small": (hf.GPT2LMHeadModel, hf.GPT2Config()),
    "BERT-base": (hf.BertModel, hf.BertConfig()),
    "T5-base": (
        hf.T5ForConditionalGeneration,
        hf.T5Config(d_model=768, d_ff=3072, num_layers=12, num_heads=12),
    ),
    "Llama-2-7B": (hf.LlamaForCausalLM, hf.LlamaConfig()),
    "Mistral-7B": (hf.MistralForCausalLM, hf.MistralConfig(intermediate_size=14336, **GROUPED)),
    "Qwen2-7B": (
        hf.Qwen2ForCausalLM,
        hf.Qwen2Config(
            vocab_size=152064,
            hidden_size=3584,
            intermediate_size=18944,
            num_hidden_layers=28,
            num_attention_heads=28,
            num_key_value_heads=4,
            tie_word_embeddings=False,
        ),
    ),
}


def count(kind, config):
    """Return (parameters, {name without layer number: (how many tensors, numbers in each)}) of the biases."""
    with torch.device("meta"):
        model = kind(config)
    total = sum(p.numel() for p in model.parameters())  # a tied tensor is listed once
    biases = [(re.sub(r"\.\d+\.", ".*.", name), p.numel()) for name, p in model.named_parameters()]
    return total, Counter((name, size) for name, size in biases if name.endswith("bias"))


def census():
    """Return the text of census.toml."""
    lines = ["# Made by tools/make_census.py from the model classes of transformers; not edited by hand.", ""]
    for model, (kind, config) in MODELS.items():
        total, biases = count(kind, config)
        lines += [f'["{model}"]', f"parameters = {total}", "biases = ["]
        lines += [
            f'    {{ name = "{name}", tensors = {n}, numbers = {size} }},'
            for (name, size), n in biases.items()
        ]
        lines += ["]", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    TARGET.write_text(census(), encoding="utf-8")
    print(f"wrote {TARGET.name}: {len(MODELS)} models")
