"""What the first token hands over to later ones: replaced by constants, taken away, or kept from being seen.

Changes for `inside.run`. They leave the first token's own row as it is.
"""

import torch

from ..real_models.intervals import half_interval
from .inside import recorded


def handed_over(kept, block):
    """Return [batch, heads, n - 1, size]: what the heads of a block get from the first token, later on.

    kept: a dict of `recorded` with weights and values.
    """
    return kept["weights", block][:, :, 1:, :1] * kept["values", block][:, :, :1]


def fit_constants(model, tokens, blocks):
    """Return {block: [heads, size]}: the mean of what is handed over, over texts and places.

    tokens: [texts, n]; texts of one token raise a ValueError.
    """
    if tokens.shape[1] < 2:
        raise ValueError("A text of one token hands nothing over: give texts of two tokens or more.")
    kept = recorded(model, tokens, ["weights", "values"])
    return {i: handed_over(kept, i).mean(dim=(0, 2)) for i in blocks}


def constants_instead(constants):
    """Return a change: in these blocks a constant comes in place of what the first token hands over.

    constants: {block: [heads, size]}. The attention weights stay as they are.
    """
    kept = {}

    def change(name, i, value):
        if i in constants and name in ("weights", "values"):
            kept[name, i] = value
        if i in constants and name == "heads":
            value = value.clone()
            value[:, :, 1:] += constants[i][:, None] - handed_over(kept, i)
        return value

    return change


def hidden(blocks, constants=None):
    """Return a change: in these blocks later tokens cannot look at the first, and share out among the others.

    constants: {block: [heads, size]}, added to what they collect.
    """

    def change(name, i, value):
        if i not in blocks or name not in ("weights", "heads"):
            return value
        value = value.clone()
        if name == "weights":
            value[:, :, 1:, 0] = 0
            return value / value.sum(dim=-1, keepdim=True)
        if constants is not None:
            value[:, :, 1:] += constants[i][:, None]
        return value

    return change


def spread(values):
    """Return (mean, half of the 95 % interval) of some numbers. values: [n], four or more."""
    values = torch.as_tensor(values, dtype=torch.float64).numpy()
    return float(values.mean()), float(half_interval(values))
