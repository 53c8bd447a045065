"""Fewer bits for each weight: a row or a block of weights on a scale of evenly spaced steps, and its bytes.

It leaves out searches for better steps, steps of uneven size and activations in few bits.
"""

import copy

import torch

SCALE_BITS = 32  # a step and a minimum for each group, 16 bits each, as in GGUF's Q4_1


def groups(w, block=None):
    """Return w [rows, columns] as [groups, weights of a group]; a group is a row unless a block is given.

    A block that does not divide a row raises a ValueError.
    """
    block = w.shape[-1] if block is None else block
    if block < 1 or w.shape[-1] % block:
        raise ValueError(f"A row of {w.shape[-1]} weights does not divide into blocks of {block}.")
    return w.reshape(-1, block)


def quantise(w, bits, block=None):
    """Return (whole numbers, step, minimum) of the groups of w; step and minimum are [groups, 1].

    bits: from 1 to 8, which give 2^bits values; otherwise a ValueError, as for a weight that is not finite.
    """
    if bits not in range(1, 9):
        raise ValueError(f"A weight takes 1 to 8 bits here, and {bits} is none of these.")
    g = groups(w, block)
    if not torch.isfinite(g).all():
        raise ValueError("A weight that is infinite or no number has no step to stand on.")
    low = g.amin(dim=1, keepdim=True)
    step = (g.amax(dim=1, keepdim=True) - low) / (2**bits - 1)
    step = torch.where(step > 0, step, 1.0)  # all alike: any step will do
    return torch.round((g - low) / step), step, low


def rounded(w, bits, block=None):
    """Return w as it comes back from so few bits, in its shape: each weight on the nearest step."""
    q, step, low = quantise(w, bits, block)
    return (q * step + low).reshape(w.shape)


def clipped(w, limit):
    """Return w with what is larger than limit, in size, brought to it."""
    return w.clamp(-limit, limit)


def stored_bytes(weights, bits, block):
    """Return the bytes of so many weights with a scale and a minimum for each block.

    >>> stored_bytes(32, 4, 32)
    20.0
    """
    return weights * bits / 8 + weights / block * SCALE_BITS / 8


def matrices(model):
    """Return {name: parameter} of the matrices of a model's blocks; its tables stay as they are."""
    return {name: p for name, p in model.named_parameters() if name.startswith("blocks.") and p.dim() == 2}


@torch.no_grad()
def changed(model, change, *settings):
    """Return a copy of a model in which each matrix w of its blocks is change(w, *settings)."""
    other = copy.deepcopy(model)
    for p in matrices(other).values():
        p.copy_(change(p, *settings))
    return other
