"""XLNet: two streams, of which one may not see its own token, and places that are distances.

It leaves out segments, dropout and XLNet's tokenizer. Source: Yang et al. 2019 and the authors' code.
"""

import torch
from torch import nn

from ..language.checkpoint import filled
from ..language.transformer import Config, FeedForward, initialise
from .distances import RelativeAttention, distance_table

LIKE_XLNET = {"norm_first": False, "positions": "none", "causal": False, "output_bias": True}


def order_masks(order):
    """Return (content, query), each [n, n] or [batch, n, n] truth values: who may look at whom.

    order: [n] or [batch, n], the places in the order in which they are foreseen. Content sees itself and
    what is earlier in the order, the query sees only what is earlier.

    >>> order_masks(torch.tensor([2, 0, 1]))[1].int().tolist()
    [[0, 0, 1], [1, 0, 1], [0, 0, 0]]
    """
    rank = order.argsort(dim=-1)  # when is each place's turn?
    mine, other = rank[..., :, None], rank[..., None, :]
    return other <= mine, other < mine


class TwoStreamBlock(nn.Module):
    """Attention and a feed-forward layer, a norm behind each; both streams go through the same."""

    def __init__(self, c):
        super().__init__()
        self.attention = RelativeAttention(c.width, c.heads)
        self.norm_1 = nn.LayerNorm(c.width, eps=c.epsilon)
        self.feed_forward = FeedForward(c.width, c.hidden or 4 * c.width, c.activation)
        self.norm_2 = nn.LayerNorm(c.width, eps=c.epsilon)

    def forward(self, x, content, table, mask):
        """Return x: [batch, n, d] after the block; the others as in RelativeAttention."""
        x = self.norm_1(x + self.attention(x, content, table, mask))
        return self.norm_2(x + self.feed_forward(x))


class XLNet(nn.Module):
    """Tokens and an order in, logits of every place out, each from the places that come earlier in the order.

    config: with all of LIKE_XLNET. seed: as in Transformer.
    """

    def __init__(self, config, seed=0):
        super().__init__()
        self.config = c = config
        self.embedding = nn.Embedding(c.vocabulary, c.width)
        self.blank = nn.Parameter(torch.zeros(c.width))  # where every query begins
        self.blocks = nn.ModuleList(TwoStreamBlock(c) for _ in range(c.layers))
        self.output = nn.Linear(c.width, c.vocabulary)
        self.output.weight = self.embedding.weight
        initialise(self, torch.Generator().manual_seed(seed))

    def forward(self, tokens, order, memory=None):
        """Return logits [batch, n, V]. tokens: [batch, n]; order: [n] or [batch, n], a permutation of places.

        memory: what `remember` returned for the piece of text in front. The place that comes first in the
        order sees the memory alone; without one, it sees nothing.
        """
        return self.output(self.streams(tokens, order, memory)[0])

    def streams(self, tokens, order, memory=None):
        """Return (query, below): [batch, n, d], and for each block [batch, m + n, d], the contents below it.

        The content above the last block is left out: nobody looks at it.
        """
        n, below = tokens.shape[1], []
        before = memory[0].shape[1] if memory else 0
        masks = [torch.nn.functional.pad(m, (before, 0), value=True) for m in order_masks(order)]
        seen, asked = (m[:, None] if m.dim() == 3 else m for m in masks)  # for every head
        content = self.embedding(tokens)
        query = self.blank.expand_as(content)
        table = distance_table(n, before, self.config.width).to(content)
        for i, block in enumerate(self.blocks):
            both = torch.cat([memory[i], content], dim=1) if memory else content
            below.append(both)
            query = block(query, both, table, asked)
            if i + 1 < len(self.blocks):
                content = block(content, both, table, seen)
        return query, below

    def remember(self, tokens, order, memory=None):
        """Return what the next piece may look at: the contents below each block. No gradient goes back."""
        return [x.detach() for x in self.streams(tokens, order, memory)[1]]


def our_tensors(tensors, layers):
    """Return {our name: tensor} of XLNet's {name: tensor}, without its segments."""
    ours = {}
    for name, t in tensors.items():
        name, matrix = name.removeprefix("transformer."), t.dim() == 3
        if name.endswith(("seg_embed", "r_s_bias")) or name == "lm_loss.weight":
            continue
        ours[name] = t.flatten(1) if matrix and name != "mask_emb" else t  # [d, heads, size] -> [d, d]
    names = {"word_embedding.weight": "embedding.weight", "mask_emb": "blank", "lm_loss.bias": "output.bias"}
    for i in range(layers):
        a, b = f"layer.{i}.rel_attn.", f"blocks.{i}."
        letters = {"q": "query", "k": "key", "v": "value", "r": "distance", "o": "out"}
        names |= {a + letter: f"{b}attention.{part}.weight" for letter, part in letters.items()}
        names |= {f"{a}r_w_bias": f"{b}attention.ask_token", f"{a}r_r_bias": f"{b}attention.ask_distance"}
        parts = {"rel_attn.layer_norm": "norm_1", "ff.layer_norm": "norm_2",
                 "ff.layer_1": "feed_forward.up", "ff.layer_2": "feed_forward.down"}  # fmt: skip
        for kind in ("weight", "bias"):
            names |= {f"layer.{i}.{t}.{kind}": f"{b}{our}.{kind}" for t, our in parts.items()}
    found = {}
    for name, t in ours.items():
        new = names.get(name, name)
        turned = new.endswith(("query.weight", "key.weight", "value.weight", "distance.weight"))
        flat = new.endswith((".ask_token", ".ask_distance")) or new == "blank"
        found[new] = t.T if turned else t.flatten() if flat else t  # out stays: [d, heads · size]
    return found


def from_xlnet(tensors, config):
    """Return our XLNet with XLNet's tensors {name: tensor}. What is missing or left over: a ValueError."""
    ours = our_tensors(tensors, config.layers)
    return filled(XLNet(config), ours)


def xlnet_config(c, context):
    """Return our Config of a `transformers.XLNetConfig`. context: the most tokens that ours shall take."""
    if c.ff_activation != "gelu" or c.d_head * c.n_head != c.d_model:
        raise ValueError("Our XLNet has a gelu, and heads whose sizes add up to the width.")
    shape = {"vocabulary": c.vocab_size, "width": c.d_model, "layers": c.n_layer, "heads": c.n_head}
    return Config(**shape, context=context, hidden=c.d_inner, epsilon=c.layer_norm_eps, **LIKE_XLNET)
