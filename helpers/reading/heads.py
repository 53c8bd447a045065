"""Which heads look at a place, and which carry an answer: a patch of each head of a model in turn.

It leaves out heads that only work together; each is tried by itself.
"""

import torch

from .changes import patch, share
from .inside import recorded, run


def head_table(model, plain, other, answer, place):
    """Return [layers · heads, 2]: what each head gives a place at the last word, and what it carries there.

    plain, other: tokens [texts, n] of two kinds of text. answer: a function from logits to [texts] numbers.
    What a head collects at the last word of the one text comes from the other, and its share of the answer
    is a mean over the texts.
    """
    kept, rows = recorded(model, other), []
    a, b = answer(run(model, plain)), answer(run(model, other))
    for i in range(len(model.blocks)):
        for head in range(model.config.heads):
            put = patch(kept, "heads", i, heads=[head], places=[-1])
            moved = share(a, answer(run(model, plain, put)), b).mean()
            rows.append(torch.stack([kept["weights", i][:, head, -1, place].mean(), moved]))
    return torch.stack(rows).numpy()
