"""A transformer from parts that were taught: one model, and a Config that makes it GPT-2, BERT or a Llama.

It leaves out how it is trained and used; that is in `training` and `generation`.
"""

from dataclasses import dataclass
from functools import partial

import torch
from torch import nn
from torch.nn import functional as F

from .attention import Attention, causal_mask
from .positions import BUCKETS, angles, buckets, sinusoids, turn_pairs

ACTIVATIONS = {
    "gelu": F.gelu,
    "gelu_tanh": partial(F.gelu, approximate="tanh"),  # GPT-2's
    "relu": F.relu,
    "silu": F.silu,
}
NORMS = {"layer": nn.LayerNorm, "rms": nn.RMSNorm}
POSITIONS = ("learned", "sinusoids", "rotary", "buckets", "none")


def layer_norm(x, gain, bias, epsilon=1e-5):
    """Return x with mean 0 and spread 1 in each of its last rows, times the gain, plus the bias.

    x: [..., d]. gain, bias: [d] or numbers. The model uses torch's `nn.LayerNorm`, which computes the same.

    >>> layer_norm(torch.tensor([1.0, 3.0]), gain=10, bias=5, epsilon=0).tolist()
    [-5.0, 15.0]
    """
    x = x - x.mean(dim=-1, keepdim=True)  # [..., d] - [..., 1] -> [..., d]
    variance = (x * x).mean(dim=-1, keepdim=True)  # [..., 1]
    return gain * x / (variance + epsilon).sqrt() + bias


def rms_norm(x, gain, epsilon=1e-5):
    """Return x with a mean square of 1 in each of its last rows, times the gain. No mean is taken away.

    Source: Zhang and Sennrich 2019.
    """
    square = (x * x).mean(dim=-1, keepdim=True)  # [..., 1]
    return gain * x / (square + epsilon).sqrt()


@dataclass(frozen=True, kw_only=True)
class Config:
    """What a model is like. All that is left to decide are the values of its parameters."""

    vocabulary: int  # V, how many tokens it knows
    context: int  # n, the most tokens that it takes
    width: int = 64  # d, numbers per token
    layers: int = 2  # L, blocks
    heads: int = 4  # in each attention; they share the width out among them
    kv_heads: int | None = None  # of keys and values, as many as heads unless given
    hidden: int | None = None  # units of a feed-forward layer, 4·d unless given
    activation: str = "gelu"  # one of ACTIVATIONS
    gated: bool = False  # with a second layer up, which multiplies the first
    norm: str = "layer"  # or "rms"
    norm_first: bool = True  # in front of each part (GPT-2) or behind it (BERT)
    norm_embedding: bool = False  # one more norm before the first block (BERT)
    positions: str = "learned"  # one of POSITIONS
    base: float = 10_000.0  # of rotary positions: the larger, the slower they turn
    biases: bool = True  # in attention and feed-forward
    output_bias: bool = False  # one number for each token of the vocabulary
    tied: bool = True  # the output uses the table of the embedding
    causal: bool = True  # no token sees a later one
    scale: float | None = None  # of the scores, 1/√(d / heads) unless given
    epsilon: float = 1e-5  # what a norm adds to the variance

    def __post_init__(self):
        check_config(self)


def check_config(c):
    """Raise a ValueError with a sentence if a Config describes no model."""
    for name in ("vocabulary", "context", "width", "layers", "heads", "kv_heads", "hidden"):
        value, least = getattr(c, name), 0 if name == "layers" else 1
        left_away = value is None and name in ("hidden", "kv_heads")
        if not left_away and (type(value) is not int or value < least):
            raise ValueError(f"{name} is {value!r}; it takes a whole number from {least} on.")
    choices = {"norm": NORMS, "positions": POSITIONS, "activation": ACTIVATIONS}
    for name, known in choices.items():
        if getattr(c, name) not in known:
            raise ValueError(f"{name} is {getattr(c, name)!r}; there are {', '.join(known)}.")
    if c.width % c.heads:
        raise ValueError(f"A width of {c.width} does not divide into {c.heads} heads.")
    if c.kv_heads and c.heads % c.kv_heads:
        raise ValueError(f"{c.heads} heads cannot share {c.kv_heads} evenly.")
    if type(c.epsilon) not in (int, float) or not 0 <= c.epsilon < 1:
        raise ValueError(f"epsilon is {c.epsilon!r}; it takes a small number, 0 or above.")
    if not 0 < c.base < float("inf"):
        raise ValueError(f"base is {c.base!r}; it takes a number above 0.")
    pairs = {"sinusoids": c.width, "rotary": c.width // c.heads}.get(c.positions, 0)
    if pairs % 2:
        raise ValueError(f"Positions of the kind {c.positions} come in pairs, and {pairs} numbers are odd.")


def make_norm(c):
    """Return the norm that a Config asks for, its gains at 1 and its biases, if it has any, at 0."""
    return NORMS[c.norm](c.width, eps=c.epsilon)


class FeedForward(nn.Module):
    """A hidden layer for each token by itself: up to `hidden` units, an activation, and down again."""

    def __init__(self, width, hidden, activation, biases=True, gated=False):
        super().__init__()
        self.up = nn.Linear(width, hidden, bias=biases)  # its weight: [hidden, d]
        self.gate = nn.Linear(width, hidden, bias=biases) if gated else None
        self.down = nn.Linear(hidden, width, bias=biases)  # its weight: [d, hidden]
        self.activation = ACTIVATIONS[activation]

    def forward(self, x):
        """Return [..., d]: what the layer makes of each token of x: [..., d]."""
        h, bend = self.up(x), self.activation  # [..., d] -> [..., hidden]
        h = bend(h) if self.gate is None else bend(self.gate(x)) * h  # [..., hidden]
        return self.down(h)  # [..., hidden] -> [..., d]


class Block(nn.Module):
    """Attention, then a feed-forward layer; each adds to the stream that runs past it."""

    def __init__(self, c):
        super().__init__()
        self.norm_1 = make_norm(c)
        self.attention = Attention(c.width, c.heads, c.biases, c.scale, c.kv_heads)
        self.norm_2 = make_norm(c)
        h = c.hidden or 4 * c.width
        self.feed_forward = FeedForward(c.width, h, c.activation, c.biases, c.gated)
        self.norm_first = c.norm_first

    def forward(self, x, mask=None, rotation=None, memory=None):
        """Return the stream [batch, n, d] after the block. The other inputs go to `Attention.forward`."""
        if self.norm_first:  # the parts see it normed, the stream stays
            x = x + self.attention(self.norm_1(x), mask, rotation, memory)
            return x + self.feed_forward(self.norm_2(x))  # [batch, n, d]
        x = self.norm_1(x + self.attention(x, mask, rotation, memory))
        return self.norm_2(x + self.feed_forward(x))  # [batch, n, d]


class Transformer(nn.Module):
    """Tokens in, logits of the next token out, one row for each place.

    seed: of the values that the parameters start with.
    """

    def __init__(self, config, seed=0):
        super().__init__()
        self.config = c = config
        self.embedding = nn.Embedding(c.vocabulary, c.width)  # its weight: [V, d]
        if c.positions == "learned":
            self.position_embedding = nn.Embedding(c.context, c.width)  # rows [n, d]
        if c.positions == "buckets":
            self.distances = nn.Embedding(BUCKETS, c.heads)  # [32, heads]
        self.norm_0 = make_norm(c) if c.norm_embedding else nn.Identity()
        self.blocks = nn.ModuleList(Block(c) for _ in range(c.layers))
        self.norm = make_norm(c) if c.norm_first else nn.Identity()
        self.output = nn.Linear(c.width, c.vocabulary, bias=c.output_bias)  # [V, d]
        if c.tied:
            self.output.weight = self.embedding.weight  # one tensor for both ends
        initialise(self, torch.Generator().manual_seed(seed))

    def forward(self, tokens, memories=None, mask=None):
        """Return logits [batch, n, vocabulary]. The inputs are those of `stream`."""
        return self.output(self.stream(tokens, memories, mask))  # [..., d] -> [..., V]

    def stream(self, tokens, memories=None, mask=None):
        """Return what the output layer sees, [batch, n, d]: the stream after all blocks and the last norm.

        tokens: [batch, n] whole numbers. memories: a `generation.KeyValueCache` for each block, if earlier
        tokens went before. mask: who may look at whom, if not what the Config says.
        """
        n, start = tokens.shape[1], memories[0].length if memories else 0  # new, before
        x = self.embed(tokens, start)  # [batch, n] -> [batch, n, d]
        mask, rotation = self.mask_and_rotation(n, start, mask)  # [n, start + n]
        for i, block in enumerate(self.blocks):
            x = block(x, mask, rotation, memories[i] if memories else None)  # [batch, n, d]
        return self.norm(x)  # [batch, n, d]

    def embed(self, tokens, start=0):
        """Return the stream [batch, n, d] before the first block.

        tokens: [batch, n] whole numbers; start: the place of the first.
        """
        c, end = self.config, start + tokens.shape[1]
        if end > c.context:
            raise ValueError(f"{end} tokens are too many: this model takes {c.context}.")
        x = self.embedding(tokens)  # [batch, n] -> [batch, n, d]
        if c.positions == "learned":
            x = x + self.position_embedding.weight[start:end]  # + [n, d], for each text
        if c.positions == "sinusoids":
            x = x + sinusoids(end, c.width)[start:].to(x)  # + [n, d]
        return self.norm_0(x)  # [batch, n, d]

    def mask_and_rotation(self, n, start=0, mask=None):
        """Return what every attention is told: a mask, which may be None, and a rotation or None.

        n: new tokens; start: how many went before. mask: [n, start + n], if not what the Config says.
        """
        c, end, rotation = self.config, start + n, None
        device = self.embedding.weight.device
        if mask is None and c.causal and n > 1:  # a single token sees all
            mask = causal_mask(n, end).to(device)  # [n, end] truth values
        if c.positions == "buckets":
            rows = buckets(n, end, causal=c.causal).to(device)  # [n, end] whole numbers
            added = self.distances(rows).permute(2, 0, 1)  # [heads, n, end]
            mask = added if mask is None else torch.where(mask, added, float("-inf"))
        if c.positions == "rotary":
            turned = angles(torch.arange(start, end), c.width // c.heads, c.base)
            rotation = partial(turn_pairs, cos=turned.cos(), sin=turned.sin())
        return mask, rotation


@torch.no_grad()
def initialise(model, generator):
    """Give every parameter its first value: gains 1, biases 0, weights normal with a spread of 0.02.

    What is added to the stream begins smaller, the more parts add to it, as the report on
    GPT-2 has it and `transformers` builds it. The code that OpenAI published does not.
    """
    for name, p in model.named_parameters():
        if p.dim() == 1:  # a gain or a bias
            p.fill_(1.0 if "norm" in name and name.endswith("weight") else 0.0)
        else:
            adds = name.endswith(("out.weight", "down.weight"))  # two in each block
            spread = 0.02 / (2 * model.config.layers) ** 0.5 if adds else 0.02
            p.normal_(0, spread, generator=generator)
