"""LoRA: a frozen layer with a change of low rank beside it, put in, counted, taken into the weights.

It leaves out dropout in front of the change, and layers other than linear ones. Source: Hu et al. 2021.
"""

import torch
from torch import nn

from ..sentences import Sentence

LAYERS = ("attention.qkv", "attention.out", "feed_forward.up", "feed_forward.down")  # of a block
HALVES = ("a", "b")


class LoRA(nn.Module):
    """A linear layer W x + bias, frozen, and beside it scale · B A x, of which B and A are trained.

    rank: r, the rows of A and the columns of B. alpha: the scale is alpha / r; r unless given.
    A is drawn, B is zero: before the first step the change is exactly zero.
    """

    def __init__(self, linear, rank, alpha=None, generator=None):
        super().__init__()
        inputs, outputs = linear.in_features, linear.out_features
        check_rank(rank, linear)
        self.linear = linear.requires_grad_(False)
        self.scale = (rank if alpha is None else alpha) / rank
        start = torch.randn(rank, inputs, generator=generator) / inputs**0.5
        self.a = nn.Parameter(start.to(linear.weight))  # [r, inputs]
        self.b = nn.Parameter(linear.weight.new_zeros(outputs, rank))  # [outputs, r]

    def forward(self, x):
        """Return [..., outputs] of x: [..., inputs]."""
        return self.linear(x) + self.scale * (x @ self.a.T) @ self.b.T

    def change(self):
        """Return what is added to the weight, [outputs, inputs]."""
        return self.scale * self.b @ self.a


def check_rank(rank, linear):
    """Raise a Sentence unless a rank is a whole number that makes sense beside a layer."""
    most = min(linear.in_features, linear.out_features)
    if type(rank) is not int or not 1 <= rank <= most:
        raise Sentence(f"A rank of {rank!r} makes no sense here: it is a whole number from 1 to {most}.")


def add_lora(model, rank, alpha=None, layers=LAYERS, blocks=None, seed=0):
    """Freeze a Transformer and put a LoRA around layers of its blocks; return it.

    blocks: their numbers, all unless given. What makes no sense raises a Sentence, and nothing has changed.
    """
    refuse_a_second(model)
    blocks = list(range(len(model.blocks)) if blocks is None else blocks)
    if unknown := [i for i in blocks if i not in range(len(model.blocks))]:
        raise Sentence(f"There is no block {unknown[0]}: this model has {len(model.blocks)}, from 0 on.")
    places = [(model.blocks[i].get_submodule(part), layer) for i in blocks for part, layer in split(layers)]
    for inside, layer in places:
        check_rank(rank, getattr(inside, layer))
    model.requires_grad_(False)
    generator = torch.Generator().manual_seed(seed)
    for inside, layer in places:
        setattr(inside, layer, LoRA(getattr(inside, layer), rank, alpha, generator))
    return model


def split(names):
    """Return [(part, layer)] of names such as "attention.out"."""
    return [tuple(name.split(".")) for name in names]


def refuse_a_second(model):
    """Raise a Sentence if a model has a LoRA."""
    if found(model):
        raise Sentence("This model has a LoRA already: merge it first, or take it out.")


def found(model):
    """Return {name: LoRA} of a model, in its order."""
    return {name: each for name, each in model.named_modules() if isinstance(each, LoRA)}


def trained(model):
    """Return {name: parameter} of those that a training would move."""
    return {name: p for name, p in model.named_parameters() if p.requires_grad}


@torch.no_grad()
def merge(model):
    """Add every change to its weight and take the LoRA away; return the model, which has its old shape."""
    for name, each in found(model).items():
        each.linear.weight += each.change()
        put_back(model, name, each)
    return model


def take_out(model):
    """Take every LoRA away and leave the weights as they were; return the model."""
    for name, each in found(model).items():
        put_back(model, name, each)
    return model


def put_back(model, name, each):
    """Put the linear layer of a LoRA where the LoRA stands."""
    inside, _, layer = name.rpartition(".")
    setattr(model.get_submodule(inside), layer, each.linear)
