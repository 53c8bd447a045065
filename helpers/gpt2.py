"""GPT-2's tensors in our model: the same numbers under other names.

It leaves out its tokenizer.
"""

import torch

from .checkpoint import fill
from .transformer import Config, Transformer

# Ours on the left. GPT-2 stores its matrices the other way round, [inputs, outputs].
NAMES = {
    "embedding.weight": "wte.weight",
    "places.weight": "wpe.weight",
    "norm.weight": "ln_f.weight",
    "norm.bias": "ln_f.bias",
}
IN_BLOCK = {
    "norm_1": "ln_1",
    "attention.qkv": "attn.c_attn",
    "attention.out": "attn.c_proj",
    "norm_2": "ln_2",
    "feed_forward.up": "mlp.c_fc",
    "feed_forward.down": "mlp.c_proj",
}


def gpt2_config(c):
    """Return our Config of a `transformers.GPT2Config`."""
    return Config(
        vocabulary=c.vocab_size,
        context=c.n_positions,
        width=c.n_embd,
        layers=c.n_layer,
        heads=c.n_head,
        hidden=c.n_inner,
        activation={"gelu_new": "gelu_tanh", "gelu": "gelu", "relu": "relu"}[c.activation_function],
        epsilon=c.layer_norm_epsilon,
    )


def from_gpt2(tensors, config):
    """Return our Transformer with GPT-2's tensors {name: tensor}. config: ours.

    What is missing, left over or of another shape raises a ValueError.
    """
    tensors = {name.removeprefix("transformer."): t for name, t in tensors.items()}
    ours = {mine: tensors.pop(theirs) for mine, theirs in NAMES.items() if theirs in tensors}
    for i in range(config.layers):
        for mine, theirs in IN_BLOCK.items():
            for kind in ("weight", "bias"):
                name = f"h.{i}.{theirs}.{kind}"
                if name in tensors:
                    t = tensors.pop(name)
                    ours[f"blocks.{i}.{mine}.{kind}"] = t.T if t.dim() == 2 else t
    # The tied output, and the masks that old files hold: no parameters.
    rest = {
        n: t
        for n, t in tensors.items()
        if n != "lm_head.weight" and not n.endswith(("attn.bias", "masked_bias"))
    }
    model = Transformer(config).to(next(iter(ours.values())).dtype if ours else torch.float32)
    fill(model, ours | rest)
    return model
