"""GPT-2 in our model: the same numbers under other names, from `transformers` or from a folder.

It leaves out its tokenizer.
"""

from types import SimpleNamespace

import torch

from ..language.checkpoint import filled
from ..language.transformer import Config, Transformer
from .folder import folder_notes, folder_tensors

# GPT-2's names on the left, ours on the right.
OUTSIDE = {
    "wte.weight": "embedding.weight",
    "wpe.weight": "position_embedding.weight",
    "ln_f.weight": "norm.weight",
    "ln_f.bias": "norm.bias",
}
IN_BLOCK = {
    "ln_1": "norm_1",
    "attn.c_attn": "attention.qkv",
    "attn.c_proj": "attention.out",
    "ln_2": "norm_2",
    "mlp.c_fc": "feed_forward.up",
    "mlp.c_proj": "feed_forward.down",
}
SIZES = {"vocab_size", "n_positions", "n_embd", "n_layer", "n_head"}  # what a config.json has to say
USUAL = {"activation_function": "gelu_new", "n_inner": None, "layer_norm_epsilon": 1e-5}  # unless it says so


def our_names(layers):
    """Return {GPT-2's name: our name} of every tensor of a GPT-2 with so many layers."""
    found = dict(OUTSIDE)
    for i in range(layers):
        for theirs, ours in IN_BLOCK.items():
            for kind in ("weight", "bias"):
                found[f"h.{i}.{theirs}.{kind}"] = f"blocks.{i}.{ours}.{kind}"
    return found


def from_gpt2(tensors, config):
    """Return our Transformer with GPT-2's tensors {name: tensor}. config: ours.

    The output is the embedding, and a file may hold it under either name or under both.
    What is missing, left over or of another shape raises a ValueError.
    """
    names, ours = our_names(config.layers), {}
    for name, t in tidy(tensors).items():
        turned = name.startswith("h.") and t.dim() == 2  # stored [inputs, outputs]
        ours[names.get(name, name)] = t.T if turned else t
    return filled(Transformer(config), ours)


def tidy(tensors):
    """Return {name: tensor} under the names of OUTSIDE and IN_BLOCK, without what holds nothing new."""
    tensors = {name.removeprefix("transformer."): t for name, t in tensors.items()}
    if "wte.weight" not in tensors and "lm_head.weight" in tensors:  # as safetensors' save_model leaves it
        tensors["wte.weight"] = tensors.pop("lm_head.weight")
    return {name: t for name, t in tensors.items() if not is_spare(name, tensors)}


def is_spare(name, tensors):
    """Tell whether a tensor holds nothing new: a mask of old files, or the output, which is the embedding."""
    if name == "lm_head.weight" and "wte.weight" in tensors:
        return torch.equal(tensors[name], tensors["wte.weight"])
    return name.endswith((".attn.bias", ".attn.masked_bias"))


def gpt2_config(c):
    """Return our Config of a `transformers.GPT2Config`; a ValueError says what of it ours has no word for."""
    activations = {"gelu_new": "gelu_tanh", "gelu": "gelu", "relu": "relu", "silu": "silu"}
    if c.activation_function not in activations:
        raise ValueError(f"Our models have no activation {c.activation_function!r}.")
    usual = {
        "scale_attn_weights": True,
        "scale_attn_by_inverse_layer_idx": False,
        "add_cross_attention": False,
        "tie_word_embeddings": True,
    }
    for name, value in usual.items():
        if getattr(c, name, value) != value:
            raise ValueError(f"Our GPT-2 has {name} {value}, and here it is {getattr(c, name)}.")
    return Config(
        vocabulary=c.vocab_size,
        context=c.n_positions,
        width=c.n_embd,
        layers=c.n_layer,
        heads=c.n_head,
        hidden=c.n_inner,
        activation=activations[c.activation_function],
        epsilon=c.layer_norm_epsilon,
    )


def load_gpt2(folder):
    """Return our Transformer of a folder with a GPT-2: config.json and .safetensors, as the library saves it.

    A ValueError says what is missing, of another kind, or a pickle, which is a program and is not run.
    """
    config = config_of(folder_notes(folder, "gpt2", "GPT-2"))
    return from_gpt2(folder_tensors(folder), config)


def config_of(said):
    """Return our Config of {name: value}, GPT-2's config.json; a ValueError says what is missing."""
    if missing := SIZES - said.keys():
        raise ValueError(f"The configuration does not say {', '.join(sorted(missing))}.")
    return gpt2_config(SimpleNamespace(**USUAL | said))
