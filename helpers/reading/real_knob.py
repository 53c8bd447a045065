"""The real model on the passages: its loss, with a constant added to the stream, from any block on.

It leaves out how the weight is found that the constant stands for; the chapter does that.
"""

import torch
from torch.nn import functional as F

from .inside import run, unchanged

BLOCK, ROW, COLUMN = 11, 507, 1229  # where the chapter finds it, in the layer down of the block
NAME = f"blocks.{BLOCK}.feed_forward.down.weight"


def added(constant, row=ROW, block=BLOCK, places=slice(0, 1)):
    """Return a change for `run`: a constant is added to one number of the stream behind a block.

    places: where, the first token unless given.
    """

    def change(name, i, value):
        if (name, i) == ("feed_forward", block):
            value = value.clone()
            value[:, places, row] += constant
        return value

    return change


def losses(model, batch, change=unchanged, start=0, x=None):
    """Return [texts]: the mean surprise of each text in nats a token. batch: [texts, n + 1] tokens.

    change, start, x: as in `run`. Texts with fewer than two tokens raise a ValueError.
    """
    if batch.dim() != 2 or batch.shape[1] < 2:
        raise ValueError("A text of fewer than two tokens is too short: no token of it can be foreseen.")
    logits = run(model, batch[:, :-1], change, start, x)  # [texts, n, V]
    return F.cross_entropy(logits.transpose(1, 2), batch[:, 1:], reduction="none").mean(dim=1)


def written(model, tokenizer, text, count, change=unchanged):
    """Return a text with so many tokens more, each the likeliest one."""
    tokens = tokenizer.encode(text).tolist()
    for _ in range(count):
        tokens.append(int(run(model, torch.tensor([tokens]), change)[0, -1].argmax()))
    return tokenizer.decode(tokens)
