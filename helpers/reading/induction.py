"""Random tokens, repeated: which heads look at what followed last time, and what it costs without them.

It leaves out other kinds of copying. Source: Elhage et al. 2021; Olsson et al. 2022.
"""

import numpy as np
import torch
from torch.nn import functional as F

from .inside import recorded, run, unchanged


def repeated(count, texts, low=1000, high=8000):
    """Return [texts, 2 · count]: random tokens from low to high, and the same once more."""
    rows = [np.random.default_rng(seed).integers(low, high, count) for seed in range(texts)]
    return torch.from_numpy(np.concatenate([rows, rows], axis=1))


def looks_back(weights, distance):
    """Return [heads]: how much each head gives, on average, to the token so far back.

    weights: [batch, heads, n, n]. Only places count that have such a token.

    >>> looks_back(torch.eye(3)[None, None], 0).tolist()
    [1.0]
    """
    n = weights.shape[-1]
    if not 0 <= distance < n:
        raise ValueError(f"In a text of {n} tokens nothing lies {distance} back.")
    return weights.diagonal(-distance, dim1=-2, dim2=-1).mean(dim=(0, 2))


def scores(model, tokens, change=unchanged):
    """Return [layers, heads]: the attention to the token behind the last occurrence, in `repeated` texts."""
    count, seen = tokens.shape[1] // 2, recorded(model, tokens, ["weights"], change)
    second = [seen["weights", i][:, :, count:] for i in range(len(model.blocks))]  # [batch, heads, count, n]
    rows = torch.arange(count)
    return torch.stack([each[:, :, rows, rows + 1].mean(dim=(0, 2)) for each in second])


def both_losses(model, tokens, change=unchanged):
    """Return (nats a token on the first copy, on the second), each [texts]."""
    logits, half = run(model, tokens[:, :-1], change), tokens.shape[1] // 2
    each = F.cross_entropy(logits.transpose(1, 2), tokens[:, 1:], reduction="none")  # [texts, 2 count - 1]
    return each[:, : half - 1].mean(dim=1), each[:, half - 1 :].mean(dim=1)
