"""Which type a parameter is of, read from its tensor's name, and the census of a whole model.

A model is a dict {name: shape}. It comes from a model in torch, from a configuration of transformers, built
on torch's meta device, which has shapes and no numbers, or from the header of a file.
"""

import tomllib
from math import prod
from pathlib import Path

NINE = tomllib.loads((Path(__file__).parent / "nine.toml").read_text(encoding="utf-8"))

# {type: pieces of names}. The first type with a piece in the name is the tensor's: the order matters.
PIECES = {
    "segment": ("token_type", "seg_embed", "r_s_bias"),
    "position": ("position_embedding", "wpe", "relative_attention_bias", "distances"),
    "normalisation": ("norm", "ln_"),
    "attention": ("attn", "attention"),
    "feed-forward": ("mlp", "ffn", ".ff.", "feed_forward", "densereludense", "intermediate", ".output.dense"),
    "output": ("lm_head", "lm_loss", "pooler", "output."),
    "embedding": ("embed", "embd", "wte", "shared", "mask_emb"),
}
TYPES = ("embedding", "position", "segment", "attention", "feed-forward", "normalisation", "output")


def type_of(name):
    """Return the type of a tensor by its name; a ValueError if no rule fits.

    Knows the names of BERT, GPT-2, T5, XLNet, Llama and its kin in transformers, of GGUF files, and ours.

    >>> type_of("transformer.h.0.attn.c_proj.bias")
    'attention'
    """
    for kind, pieces in PIECES.items():
        if any(piece in name.lower() for piece in pieces):
            return kind
    raise ValueError(f"No rule says what type {name!r} is of.")


def is_bias(name):
    """Tell whether a tensor is added, whatever the input. T5's table of position scores is not.

    XLNet's three vectors that are added to every query are.
    """
    return name.endswith("bias")


def shapes_of(model):
    """Return {name: shape} of the parameters of a model in torch, a shared tensor once. Buffers are none."""
    return {name: tuple(p.shape) for name, p in model.named_parameters()}


def published(name):
    """Return {name: shape} of one of the nine, from its class on the meta device: nothing is downloaded."""
    import torch
    import transformers

    from .llama import Undrawn

    if name not in NINE:
        raise ValueError(f"There is no {name!r}; there are {', '.join(NINE)}.")
    entry = NINE[name]
    config = getattr(transformers, entry["kind"] + "Config")(**entry.get("config", {}))
    with torch.device("meta"), Undrawn():
        return shapes_of(getattr(transformers, entry["kind"] + entry["head"])(config))


def census(shapes):
    """Return {type: parameters} of {name: shape}, with every type, in the order of TYPES."""
    found = dict.fromkeys(TYPES, 0)
    for name, shape in shapes.items():
        found[type_of(name)] += prod(shape)
    return found


def count_biases(shapes):
    """Return how many parameters of {name: shape} are biases, of whatever type."""
    return sum(prod(shape) for name, shape in shapes.items() if is_bias(name))
