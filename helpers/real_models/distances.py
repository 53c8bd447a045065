"""Attention that asks of a token what it is, and of its distance how far it is: XLNet's, from Transformer-XL.

It leaves out segments. Source: Yang et al. 2019 and the authors' code.
"""

import torch
from torch import nn

from ..language.attention import attention, join_heads, split_heads


def distance_table(n, before, width):
    """Return [before + 2n - 1, width]: sines and cosines of the distances n + before - 1 down to -(n - 1)."""
    ahead = torch.arange(n + before - 1, -n, -1.0, dtype=torch.float64)[:, None]  # query - key
    angle = ahead / 10_000 ** (torch.arange(0, width, 2, dtype=torch.float64) / width)
    return torch.cat([angle.sin(), angle.cos()], dim=-1)


class RelativeAttention(nn.Module):
    """Attention whose scores have two parts: what a token asks of a token, and of a distance."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        parts = ("query", "key", "value", "distance", "out")
        for part in parts:
            setattr(self, part, nn.Linear(width, width, bias=False))
        self.ask_token = nn.Parameter(torch.zeros(width))  # added to queries for tokens
        self.ask_distance = nn.Parameter(torch.zeros(width))  # and to queries for distances

    def forward(self, x, content, table, mask):
        """Return [batch, n, d]: what each of x: [batch, n, d] collects from content: [batch, m + n, d].

        table: `distance_table`; mask: [..., n, m + n] truth values that fit [batch, heads, n, m + n].
        """
        n, keys = x.shape[1], content.shape[1]
        q = self.query(x)
        k, v = (split_heads(part(content), self.heads) for part in (self.key, self.value))
        r = split_heads(self.distance(table)[None], self.heads)  # [1, heads, distances, size]
        far = split_heads(q + self.ask_distance, self.heads) @ r.transpose(-1, -2)
        place = torch.arange(n)[:, None], torch.arange(keys)[None]  # query, key
        column = n - 1 - place[0] + place[1]  # of the table, for query and key
        far = far.gather(-1, column.expand(*far.shape[:2], n, keys).to(far.device))
        far = (far * k.shape[-1] ** -0.5).masked_fill(~mask, float("-inf"))
        return self.out(join_heads(attention(split_heads(q + self.ask_token, self.heads), k, v, far)))
