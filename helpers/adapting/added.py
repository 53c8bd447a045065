"""Biases for layers that have none: a vector added to what a part of a block gives, the same for every token.

It leaves out biases inside attention; those of the output add up to one of these.
"""

import torch
from torch import nn


class Added(nn.Module):
    """A part of a block, frozen, and a bias [d] that is added to all that it gives. It begins at zero."""

    def __init__(self, part, width):
        super().__init__()
        self.part = part.requires_grad_(False)
        self.bias = nn.Parameter(torch.zeros(width))

    def forward(self, *inputs):
        """Return what the part gives, [..., d], plus the bias."""
        return self.part(*inputs) + self.bias


def add_biases(model, blocks):
    """Freeze a Transformer and give attention and feed-forward of some blocks a bias; return the biases."""
    model.requires_grad_(False)
    biases = []
    for i in blocks:
        for name in ("attention", "feed_forward"):
            part = Added(getattr(model.blocks[i], name), model.config.width)
            setattr(model.blocks[i], name, part)
            biases.append(part.bias)
    return biases


def take_biases_out(model):
    """Put the parts back as they were, without the biases."""
    for block in model.blocks:
        for name in ("attention", "feed_forward"):
            part = getattr(block, name)
            if isinstance(part, Added):
                setattr(block, name, part.part)
