"""T5 from the parts of `transformer`: a stack that reads, and a stack that writes and looks across.

It leaves out T5's tokenizer, heads whose sizes do not add up to the width (T5-3B, 11B), and version 1.1.
"""

from dataclasses import replace

import torch
from torch import nn

from ..language.attention import Attention
from ..language.checkpoint import filled
from ..language.transformer import Block, Config, Transformer, make_norm

LIKE_T5 = {"norm": "rms", "positions": "buckets", "biases": False, "activation": "relu",
           "causal": False, "scale": 1.0, "epsilon": 1e-6}  # fmt: skip


class CrossBlock(Block):
    """A Block with a second attention between its parts: queries from here, all else from the source."""

    def __init__(self, c):
        super().__init__(c)
        self.norm_cross = make_norm(c)
        self.cross = Attention(c.width, c.heads, c.biases, c.scale)

    def forward(self, x, mask, source):
        """Return the stream [batch, n, d] after the block. source: [batch, m, d], what the encoder made."""
        x = x + self.attention(self.norm_1(x), mask)
        x = x + self.cross(self.norm_cross(x), source=source)  # no mask: all of the source is there
        return x + self.feed_forward(self.norm_2(x))  # [batch, n, d]


class T5(nn.Module):
    """Two texts in, logits of the next token of the second out.

    config: with all of LIKE_T5; both stacks have its layers. seed: as in Transformer.
    """

    def __init__(self, config, seed=0):
        super().__init__()
        self.config = c = config
        encoder, decoder = Transformer(c), Transformer(replace(c, causal=True, layers=0))
        self.embedding = encoder.embedding  # one table [V, d] for both ends of both stacks
        self.encoder, self.decoder = encoder, decoder
        self.decoder.blocks = nn.ModuleList(CrossBlock(c) for _ in range(c.layers))
        self.decoder.embedding = self.embedding
        self.encoder.output.weight = self.decoder.output.weight = self.embedding.weight
        self.initialise(torch.Generator().manual_seed(seed))

    @torch.no_grad()
    def initialise(self, generator):
        """Give every parameter its first value, as in T5: W_Q has the scale that the scores lack."""
        d, size = self.config.width, self.config.width // self.config.heads
        for name, p in self.named_parameters():
            if p.dim() == 1:
                p.fill_(1.0)  # a gain
            else:  # spread by the number of inputs; rows of the token table have a spread of 1
                spread = 1.0 if name == "embedding.weight" else p.shape[-1] ** -0.5
                p.normal_(0, d**-0.5 if "distances" in name else spread, generator=generator)
            if name.endswith("qkv.weight"):
                p[:d] *= size**-0.5  # the queries' third

    def forward(self, source, target):
        """Return logits [batch, n, V] of what follows each token of target: [batch, n].

        source: [batch, m], the text that the encoder reads as a whole.
        """
        return self.write(self.encoder.stream(source), target)

    def write(self, seen, target):
        """Return logits [batch, n, V]. seen: [batch, m, d], the encoder's stream; target: [batch, n]."""
        x, (mask, _) = self.decoder.embed(target), self.decoder.mask_and_rotation(target.shape[1])
        for block in self.decoder.blocks:
            x = block(x, mask, seen)  # [batch, n, d]
        return self.decoder.output(self.decoder.norm(x) * self.config.width**-0.5)  # [..., V]


def our_tensors(tensors, layers):
    """Return {our name: tensor} of T5's {name: tensor}."""
    ours = {}
    given = {k: t for k, t in tensors.items() if k not in ("lm_head.weight",) and "embed_tokens" not in k}
    if "shared.weight" in given:
        ours["embedding.weight"] = given.pop("shared.weight")
    for stack, last in (("encoder", 1), ("decoder", 2)):
        first = f"{stack}.block.0.layer.0.SelfAttention.relative_attention_bias.weight"
        names = {first: f"{stack}.distances.weight",
                 f"{stack}.final_layer_norm.weight": f"{stack}.norm.weight"}  # fmt: skip
        for i in range(layers):
            theirs, mine = f"{stack}.block.{i}.layer.", f"{stack}.blocks.{i}."
            parts = [("0.SelfAttention", "attention", 0, "norm_1")]
            if stack == "decoder":
                parts.append(("1.EncDecAttention", "cross", 1, "norm_cross"))
            for part, our, k, norm in parts:
                qkv = [f"{theirs}{part}.{letter}.weight" for letter in "qkv"]
                if all(name in given for name in qkv):
                    ours[f"{mine}{our}.qkv.weight"] = torch.cat([given.pop(name) for name in qkv])
                names[f"{theirs}{part}.o.weight"] = f"{mine}{our}.out.weight"
                names[f"{theirs}{k}.layer_norm.weight"] = f"{mine}{norm}.weight"
            names[f"{theirs}{last}.DenseReluDense.wi.weight"] = f"{mine}feed_forward.up.weight"
            names[f"{theirs}{last}.DenseReluDense.wo.weight"] = f"{mine}feed_forward.down.weight"
            names[f"{theirs}{last}.layer_norm.weight"] = f"{mine}norm_2.weight"
        for name in names.keys() & given.keys():
            ours[names[name]] = given.pop(name)
    return ours | given


def from_t5(tensors, config):
    """Return our T5 with T5's tensors {name: tensor}. What is missing or left over raises a ValueError."""
    ours = our_tensors(tensors, config.layers)
    return filled(T5(config), ours)


def t5_config(c, context):
    """Return our Config of a `transformers.T5Config`. context: the most tokens that ours shall take."""
    ours = {"d_kv": c.d_model // c.num_heads, "num_decoder_layers": c.num_layers, "dense_act_fn": "relu",
            "relative_attention_num_buckets": 32, "relative_attention_max_distance": 128,
            "is_gated_act": False, "tie_word_embeddings": True}  # fmt: skip
    for name, value in ours.items():
        if getattr(c, name, value) != value:
            raise ValueError(f"Our T5 has {name} {value}, and here it is {getattr(c, name)}.")
    shape = {"vocabulary": c.vocab_size, "width": c.d_model, "layers": c.num_layers, "heads": c.num_heads}
    return Config(**shape, context=context, hidden=c.d_ff, **LIKE_T5 | {"epsilon": c.layer_norm_epsilon})
