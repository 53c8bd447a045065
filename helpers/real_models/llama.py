"""Llama-like models of GGUF files in our Transformer: the same numbers under other names, some rows moved.

It leaves out the tokenizer, experts, and rotations that are stretched afterwards.
"""

import numpy as np
import torch
from torch.overrides import TorchFunctionMode

from ..language.checkpoint import adopt, compare_shapes, shapes_of
from ..language.transformer import Config, Transformer
from .gguf import read_header, read_tensor

# The file's names on the left, ours on the right.
OUTSIDE = {
    "token_embd": "embedding",
    "output_norm": "norm",
    "output": "output",  # left away where the output is the embedding
}
IN_BLOCK = {
    "attn_norm": "norm_1",
    "attn_output": "attention.out",
    "ffn_norm": "norm_2",
    "ffn_gate": "feed_forward.gate",
    "ffn_up": "feed_forward.up",
    "ffn_down": "feed_forward.down",
}
USUAL = {"rope.scaling.type": "none", "expert_count": 0, "attention.sliding_window": 0}  # said or not


def llama_config(notes, tied=True):
    """Return our Config of the notes of a file; a ValueError says what is missing or unknown to our model."""

    def note(name, otherwise=None):
        value = notes.get(f"llama.{name}", otherwise)
        if value is None:
            raise ValueError(f"The file does not say its llama.{name}.")
        return value

    if (family := notes.get("general.architecture")) != "llama":
        raise ValueError(f"The file holds a model of the kind {family!r}, and we build 'llama'.")
    config = Config(
        vocabulary=len(notes.get("tokenizer.ggml.tokens", ())) or note("vocab_size"),
        context=note("context_length"),
        width=note("embedding_length"),
        layers=note("block_count"),
        heads=note("attention.head_count"),
        kv_heads=note("attention.head_count_kv", note("attention.head_count")),
        hidden=note("feed_forward_length"),
        base=note("rope.freq_base", 10_000.0),
        epsilon=note("attention.layer_norm_rms_epsilon"),
        activation="silu",
        gated=True,
        norm="rms",
        positions="rotary",
        biases=False,
        tied=tied,
    )
    size = config.width // config.heads
    sizes = dict.fromkeys(("rope.dimension_count", "attention.key_length", "attention.value_length"), size)
    for name, ours in (USUAL | sizes).items():
        if note(name, ours) != ours:
            raise ValueError(f"The file says llama.{name} is {note(name)}, and in our model it is {ours}.")
    return config


def shapes(c):
    """Return {the file's name: shape} of every tensor that a model needs."""
    d, h, kv = c.width, c.hidden or 4 * c.width, c.width // c.heads * c.kv_heads
    outside = {"token_embd": (c.vocabulary, d), "output_norm": (d,)}
    if not c.tied:
        outside["output"] = (c.vocabulary, d)
    attention = {"norm": (d,), "q": (d, d), "k": (kv, d), "v": (kv, d), "output": (d, d)}
    feed_forward = {"norm": (d,), "gate": (h, d), "up": (h, d), "down": (d, h)}
    found = {f"{name}.weight": shape for name, shape in outside.items()}
    for i in range(c.layers):
        found |= {f"blk.{i}.attn_{name}.weight": shape for name, shape in attention.items()}
        found |= {f"blk.{i}.ffn_{name}.weight": shape for name, shape in feed_forward.items()}
    return found


def pairs_apart(w, heads):
    """Return a matrix of queries or keys with its rows in our order: partners half a head apart.

    w: [heads · size, d]. In the file the two numbers that are turned together are neighbours.

    >>> pairs_apart(np.array([[1], [10], [2], [20]]), heads=1).ravel().tolist()
    [1, 2, 10, 20]
    """
    pairs = w.reshape(heads, -1, 2, w.shape[1])  # [heads, size / 2, 2, d]
    return pairs.swapaxes(1, 2).reshape(w.shape)


def our_tensors(c, read):
    """Return {our name: tensor}. read: a function that returns the tensor of a name of the file."""
    outside = [name for name in OUTSIDE if name != "output" or not c.tied]
    found = {f"{OUTSIDE[name]}.weight": read(f"{name}.weight") for name in outside}
    for i in range(c.layers):
        for name, ours in IN_BLOCK.items():
            found[f"blocks.{i}.{ours}.weight"] = read(f"blk.{i}.{name}.weight")
        q, k, v = (read(f"blk.{i}.attn_{name}.weight") for name in "qkv")
        qkv = [pairs_apart(q, c.heads), pairs_apart(k, c.kv_heads), v]
        found[f"blocks.{i}.attention.qkv.weight"] = np.concatenate(qkv)
    return found


class Undrawn(TorchFunctionMode):
    """Within it no tensor is filled with random numbers: on "meta" torch needs seconds to get ready."""

    def __torch_function__(self, function, types, args=(), kwargs=None):
        if function.__name__ in ("normal_", "uniform_", "kaiming_uniform_"):  # of tensors and of nn.init
            return args[0] if args else kwargs["tensor"]
        return function(*args, **(kwargs or {}))


def load_gguf(path):
    """Return our Transformer of a GGUF file of a Llama-like model. What does not fit raises a ValueError."""
    return build(path, *read_header(path))


def build(path, notes, stored):
    """Return the Transformer of a file whose header is read."""
    c = llama_config(notes, tied="output.weight" not in stored)
    compare_shapes(shapes(c), shapes_of(stored))
    with torch.device("meta"), Undrawn():  # shapes and no numbers: these come from the file
        model = Transformer(c)
    tensors = our_tensors(c, lambda name: read_tensor(path, stored[name]))
    adopt(model, {name: torch.from_numpy(w) for name, w in tensors.items()})
    return model
