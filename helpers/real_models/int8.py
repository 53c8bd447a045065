"""Layers whose weights are whole numbers of 8 bits, multiplied by torch's own product where it has one.

The product wants bfloat16 for what comes in. It leaves out graphics cards and training.
"""

import copy

import torch
from torch import nn
from torch.nn import functional as F


def has_product():
    """Say whether this torch multiplies by int8 weights on a processor: a private operation, not promised."""
    try:
        one = torch.ones(32, 32)
        torch.ops.aten._weight_int8pack_mm(one.bfloat16(), one.to(torch.int8), one[0].bfloat16())
    except (AttributeError, RuntimeError, NotImplementedError):
        return False
    return True


class Int8Linear(nn.Module):
    """A linear layer of int8 weights [out, in] with a scale for each row; its bias stays float32."""

    def __init__(self, weight, bias=None, product=None):
        super().__init__()
        scale = weight.detach().abs().amax(dim=1).clamp(min=1e-30) / 127  # [out]
        self.register_buffer("q", torch.round(weight.detach() / scale[:, None]).to(torch.int8))
        self.register_buffer("scale", scale)
        self.bias = bias
        self.product = has_product() if product is None else product

    def forward(self, x):
        """Return [..., out] of x [..., in], float32."""
        if not self.product:  # the same numbers in float32, and slower
            return F.linear(x, self.q * self.scale[:, None], self.bias)
        flat = x.reshape(-1, x.shape[-1]).bfloat16()
        y = torch.ops.aten._weight_int8pack_mm(flat, self.q, self.scale.bfloat16()).float()
        y = y.reshape(*x.shape[:-1], -1)
        return y if self.bias is None else y + self.bias


class Int8Embedding(nn.Module):
    """A table whose rows are those of an Int8Linear: one tensor for both ends of a model."""

    def __init__(self, linear):
        super().__init__()
        self.register_buffer("q", linear.q)
        self.register_buffer("scale", linear.scale)

    @property
    def weight(self):
        """Return the whole numbers [V, d]; a model asks its table where it lives."""
        return self.q

    def forward(self, tokens):
        """Return rows [..., d], float32, of tokens [...]."""
        return self.q[tokens] * self.scale[tokens, None]


def to_int8(model, product=None):
    """Return a copy of a model with an Int8Linear for each linear layer, and such a table if it is tied."""
    other = copy.deepcopy(model)
    for module in list(other.modules()):
        for name, child in list(module.named_children()):
            if isinstance(child, nn.Linear):
                setattr(module, name, Int8Linear(child.weight, child.bias, product))
    if model.config.tied:
        other.embedding = Int8Embedding(other.output)
    return other


def memory(model):
    """Return the bytes of all parameters and buffers, each tensor once."""
    tensors = [*model.parameters(), *model.buffers()]
    held = {t.data_ptr(): t for t in tensors}
    return sum(t.numel() * t.element_size() for t in held.values())
