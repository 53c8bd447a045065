"""Changes for `inside.run`: a part of one run put into another, or held at its mean.

It leaves out changes of parameters; those are in `surgery`.
"""

import torch


def patch(kept, name, block, heads=slice(None), places=slice(None)):
    """Return a change that puts a value of another run in: all of it, or some heads, or some places.

    kept: {(name, block): value}, as `recorded` returns it, of a run with texts of the same length. A value
    that was not kept raises a ValueError.
    """
    if (name, block) not in kept:
        raise ValueError(f"Nothing was kept of {name!r} in block {block}.")
    other = kept[name, block]
    at = (slice(None), heads, places) if other.dim() == 4 else (slice(None), places)

    def change(now, i, value):
        if (now, i) != (name, block):
            return value
        value = value.clone()
        value[at] = other[at]
        return value

    return change


def without(heads, means=None):
    """Return a change that takes what some heads collect away, or holds it at a mean.

    heads: [(block, head)]. means: {block: [heads, n, size]}, what they collect on average; 0 unless given.
    """

    def change(name, i, value):
        chosen = [head for block, head in heads if block == i]
        if name != "heads" or not chosen:
            return value
        value = value.clone()
        value[:, chosen] = 0.0 if means is None else means[i][chosen]
        return value

    return change


def mean_heads(*runs):
    """Return {block: [heads, n, size]}: what each head collects at each place, a mean over the texts.

    runs: dicts of `recorded`, their texts all of one length.
    """
    blocks = [block for name, block in runs[0] if name == "heads"]
    return {i: torch.cat([each["heads", i] for each in runs]).mean(dim=0) for i in blocks}


def share(plain, patched, other):
    """Return how much of the way from one answer to another a patch goes: 0 for nothing, 1 for all of it.

    Numbers or tensors. Where both answers are the same there is no way to go, and it is NaN or infinite.

    >>> share(-6.0, 4.0, 5.0)
    0.9090909090909091
    """
    return (patched - plain) / (other - plain)
