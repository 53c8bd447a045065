"""A transformer from parts that were taught: one model, and a Config that makes it GPT-2, BERT or a Llama.

It leaves out how it is trained and used; that is in `training` and `generation`.
"""

from dataclasses import dataclass
from functools import partial

import torch
from torch import nn
from torch.nn import functional as F

from .attention import Attention, causal_mask
from .positions import buckets, rotate, sinusoids

ACTIVATIONS = {
    "gelu": F.gelu,
    "gelu_tanh": partial(F.gelu, approximate="tanh"),  # GPT-2's
    "relu": F.relu,
}
NORMS = {"layer": nn.LayerNorm, "rms": nn.RMSNorm}
POSITIONS = ("learned", "sinusoids", "rotary", "buckets", "none")


@dataclass(frozen=True, kw_only=True)
class Config:
    """What a model is like. All that is left to decide are the values of its parameters.

    vocabulary: tokens. context: the most tokens it takes. width: d, numbers per token. hidden: units of the
    feed-forward layer, 4·d unless given. norm: "layer" or "rms"; norm_first: in front of a part (GPT-2) or
    behind (BERT). positions: see POSITIONS. biases: in attention and feed-forward. output_bias: one number
    for each token of the vocabulary. tied: the output uses the embedding. causal: no token sees a later one.
    scale: of the scores, 1/√(d / heads) unless given. epsilon: what a norm adds to the variance.
    """

    vocabulary: int
    context: int
    width: int = 64
    layers: int = 2
    heads: int = 4
    hidden: int | None = None
    norm: str = "layer"
    norm_first: bool = True
    positions: str = "learned"
    activation: str = "gelu"
    biases: bool = True
    output_bias: bool = False
    tied: bool = True
    causal: bool = True
    scale: float | None = None
    epsilon: float = 1e-5

    def __post_init__(self):
        for name in ("vocabulary", "context", "width", "layers", "heads"):
            if getattr(self, name) < (0 if name == "layers" else 1):
                raise ValueError(f"{name} is {getattr(self, name)}, and that is no model.")
        choices = {"norm": NORMS, "positions": POSITIONS, "activation": ACTIVATIONS}
        for name, known in choices.items():
            if getattr(self, name) not in known:
                raise ValueError(f"{name} is {getattr(self, name)!r}; there are {', '.join(known)}.")
        if self.width % self.heads:
            raise ValueError(f"A width of {self.width} does not divide into {self.heads} heads.")


class FeedForward(nn.Module):
    """A hidden layer for each token by itself: up to `hidden` units, an activation, and down again."""

    def __init__(self, width, hidden, activation, biases=True):
        super().__init__()
        self.up = nn.Linear(width, hidden, bias=biases)
        self.down = nn.Linear(hidden, width, bias=biases)
        self.activation = ACTIVATIONS[activation]

    def forward(self, x):
        return self.down(self.activation(self.up(x)))  # [..., d] -> [..., hidden] -> [..., d]


class Block(nn.Module):
    """Attention, then a feed-forward layer; each adds to the stream that runs past it."""

    def __init__(self, c):
        super().__init__()
        self.norm_1 = NORMS[c.norm](c.width, eps=c.epsilon)
        self.attention = Attention(c.width, c.heads, c.biases, c.scale)
        self.norm_2 = NORMS[c.norm](c.width, eps=c.epsilon)
        self.feed_forward = FeedForward(c.width, c.hidden or 4 * c.width, c.activation, c.biases)
        self.norm_first = c.norm_first

    def forward(self, x, **options):
        """Return the stream [batch, n, d] after the block. options: as in `Attention.forward`."""
        if self.norm_first:
            x = x + self.attention(self.norm_1(x), **options)
            return x + self.feed_forward(self.norm_2(x))
        x = self.norm_1(x + self.attention(x, **options))
        return self.norm_2(x + self.feed_forward(x))


class Transformer(nn.Module):
    """Tokens in, logits of the next token out, one row for each place.

    seed: of the values that the parameters start with, normal with a spread of 0.02 as in GPT-2.
    """

    def __init__(self, config, seed=0):
        super().__init__()
        self.config = c = config
        self.embedding = nn.Embedding(c.vocabulary, c.width)
        if c.positions == "learned":
            self.places = nn.Embedding(c.context, c.width)
        if c.positions == "buckets":
            self.distances = nn.Embedding(32, c.heads)
        self.blocks = nn.ModuleList(Block(c) for _ in range(c.layers))
        self.norm = NORMS[c.norm](c.width, eps=c.epsilon) if c.norm_first else nn.Identity()
        self.output = nn.Linear(c.width, c.vocabulary, bias=c.output_bias)
        if c.tied:
            self.output.weight = self.embedding.weight
        self.initialise(torch.Generator().manual_seed(seed))

    @torch.no_grad()
    def initialise(self, generator):
        """Give every parameter its first value: weights at random, biases 0, gains 1."""
        for name, p in self.named_parameters():
            if p.dim() == 2:
                into_stream = name.endswith(("out.weight", "down.weight"))
                p.normal_(0, 0.02 / (2 * self.config.layers) ** (0.5 * into_stream), generator=generator)
            else:
                p.fill_(float("norm" in name and name.endswith("weight")))

    def forward(self, tokens, memories=None, mask=None):
        """Return logits [batch, n, vocabulary].

        tokens: [batch, n] whole numbers. memories: a `generation.Memory` for each block, if earlier tokens
        went before. mask: who may look at whom, if not what the Config says.
        """
        x, start = self.embed(tokens, memories)
        options = self.looking(tokens.shape[1], start, mask)
        for i, block in enumerate(self.blocks):
            x = block(x, memory=memories and memories[i], **options)
        return self.output(self.norm(x))

    def embed(self, tokens, memories=None):
        """Return (stream [batch, n, d], place of the first token)."""
        start = memories[0].length if memories else 0
        end = start + tokens.shape[1]
        if end > self.config.context:
            raise ValueError(f"{end} tokens are more than the {self.config.context} that this model takes.")
        x = self.embedding(tokens)
        if self.config.positions == "learned":
            x = x + self.places.weight[start:end]
        if self.config.positions == "sinusoids":
            x = x + sinusoids(end, self.config.width)[start:].to(x)
        return x, start

    def looking(self, n, start, mask=None):
        """Return what every attention is told: {mask, turn}. n: new tokens. start: those before them."""
        end, turn = start + n, None
        if mask is None and self.config.causal and n > 1:
            mask = causal_mask(n, end).to(self.embedding.weight.device)
        if self.config.positions == "buckets":
            rows = self.distances(buckets(n, end, causal=self.config.causal).to(self.embedding.weight.device))
            bias = rows.permute(2, 0, 1)  # [heads, n, end]
            mask = bias if mask is None else bias.masked_fill(~mask, float("-inf"))
        if self.config.positions == "rotary":
            turn = partial(rotate, places=torch.arange(start, end, device=self.embedding.weight.device))
        return {"mask": mask, "turn": turn}
