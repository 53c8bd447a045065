"""Attention: every token asks, every token answers, and softmax decides how much of each answer is taken.

One function serves every model of the course. It leaves out order; that is in `positions`.
"""

import torch
from torch import nn
from torch.nn import functional as F


def attention_weights(q, k, mask=None, scale=None):
    """Return how much each query takes of each key, [..., queries, keys]: every row adds up to 1.

    q: [..., queries, d], k: [..., keys, d]. scale: what the products are multiplied by, 1/√d unless given.
    mask: [..., queries, keys], truth values (False: not this key) or numbers that are added to the scores.
    A query that may look at no key at all has nothing to share out: its row is NaN.
    Source: Vaswani et al. 2017, equation 1.

    >>> attention_weights(torch.zeros(1, 4), torch.zeros(2, 4)).tolist()
    [[0.5, 0.5]]
    """
    scores = q @ k.transpose(-1, -2)  # [..., queries, d] @ [..., d, keys]
    scores = scores * (q.shape[-1] ** -0.5 if scale is None else scale)
    if mask is not None and mask.dtype == torch.bool:
        scores = scores.masked_fill(~mask, float("-inf"))
    elif mask is not None:
        scores = scores + mask
    return scores.softmax(dim=-1)


def attention(q, k, v, mask=None, scale=None):
    """Return what each query collects, [..., queries, d_v]: `attention_weights` times v.

    v: [..., keys, d_v]; the others as in `attention_weights`. torch does both in one go and never writes
    the table of weights down. A query that may look at no key collects zeros.
    """
    return F.scaled_dot_product_attention(q, k, v, attn_mask=mask, scale=scale)


def causal_mask(queries, keys=None):
    """Return [queries, keys]: True where a query may look, at itself and at what came before it.

    With more keys than queries, the queries are the last of them.

    >>> causal_mask(2, 3).tolist()
    [[True, True, False], [True, True, True]]
    """
    keys = queries if keys is None else keys
    return torch.ones(queries, keys, dtype=torch.bool).tril(keys - queries)


class Head(nn.Module):
    """One head without biases: three matrices, and what they make of tokens.

    width: numbers per token. size: numbers in a query and in a key. out: numbers in a value.
    """

    def __init__(self, width, size, out):
        super().__init__()
        self.query = nn.Linear(width, size, bias=False)  # its weight: [size, width]
        self.key = nn.Linear(width, size, bias=False)
        self.value = nn.Linear(width, out, bias=False)

    def forward(self, x, mask=None):
        """Return [..., n, out]: what each token of x: [..., n, width] collects."""
        return attention(self.query(x), self.key(x), self.value(x), mask)


def split_heads(x, heads):
    """Return [batch, heads, n, d / heads] of x: [batch, n, d]. Head h has the columns from h · d/heads on."""
    batch, n, d = x.shape
    return x.view(batch, n, heads, d // heads).transpose(1, 2)


def join_heads(x):
    """Return [batch, n, d] of x: [batch, heads, n, d / heads], the inverse of `split_heads`."""
    return x.transpose(1, 2).flatten(start_dim=2)


class Attention(nn.Module):
    """Multi-head attention with its learned matrices: queries, keys and values in one, and the output.

    width: d of the tokens, a multiple of heads. biases: whether all four have one.
    scale: as in `attention_weights`. kv_heads: heads of keys and values, a divisor of heads; as many as there
    are heads unless given. Neighbouring heads share one (Ainslie et al. 2023, grouped-query attention).
    """

    def __init__(self, width, heads, biases=True, scale=None, kv_heads=None):
        super().__init__()
        kv_heads = heads if kv_heads is None else kv_heads
        if heads < 1 or width % heads:
            raise ValueError(f"A width of {width} does not divide into {heads} heads.")
        if kv_heads < 1 or heads % kv_heads:
            raise ValueError(f"{heads} heads cannot share {kv_heads} evenly.")
        self.heads, self.kv_heads, self.scale = heads, kv_heads, scale
        kv_width = width // heads * kv_heads
        self.widths = [width, kv_width, kv_width]  # of all queries, keys and values of a token
        self.qkv = nn.Linear(width, sum(self.widths), bias=biases)  # W_Q, W_K and W_V, one below the other
        self.out = nn.Linear(width, width, bias=biases)

    def project(self, x, source=None):
        """Return q [batch, heads, n, d / heads], and k and v [batch, kv_heads, n, d / heads].

        k and v come from `source` where it is given.
        """
        if source is None:
            parts = self.qkv(x).split(self.widths, dim=-1)  # [batch, n, d], three times
        else:
            pieces = zip((x, source, source), self.pieces(), strict=True)
            parts = [F.linear(tokens, *piece) for tokens, piece in pieces]
        counts = (self.heads, self.kv_heads, self.kv_heads)
        return tuple(map(split_heads, parts, counts))

    def pieces(self):
        """Return (weight [d, d], bias [d] or None) of the queries, of the keys and of the values.

        With fewer kv_heads, those of keys and values have fewer rows.
        """
        biases = 3 * [None] if self.qkv.bias is None else self.qkv.bias.split(self.widths)
        return list(zip(self.qkv.weight.split(self.widths), biases, strict=True))

    def forward(self, x, mask=None, rotation=None, memory=None, source=None):
        """Return [batch, n, d]: what each token of x: [batch, n, d] collects.

        rotation: a function that q and k go through (rotary positions). memory: the keys and values of
        earlier tokens, a `generation.KeyValueCache`. source: [batch, m, d], other tokens to look at.
        """
        q, k, v = self.project(x, source)  # [batch, heads, n, d / heads]
        if rotation is not None:
            q, k = rotation(q), rotation(k)
        if memory is not None:
            k, v = memory.add(k, v)
        times = self.heads // self.kv_heads
        if times > 1:  # heads that share
            k, v = k.repeat_interleave(times, 1), v.repeat_interleave(times, 1)
        return self.out(join_heads(attention(q, k, v, mask, self.scale)))
