"""The rank that a change has: what is left of it when only its largest directions are kept.

It leaves out randomised decompositions, which large matrices need.
"""

from copy import deepcopy

import torch


def best_of_rank(change, rank):
    """Return the matrix of this rank that is closest to a change [m, n]: its largest directions.

    >>> best_of_rank(torch.tensor([[3.0, 0.0], [0.0, 1.0]]), 1).tolist()
    [[3.0, 0.0], [0.0, 0.0]]
    """
    u, sizes, v = torch.linalg.svd(change, full_matrices=False)
    return (u[:, :rank] * sizes[:rank]) @ v[:rank]  # [m, rank] @ [rank, n]


@torch.no_grad()
def cut(before, after, rank):
    """Return a copy of `after` in which the change of every matrix since `before` is cut down to a rank.

    Biases and gains keep their whole change.
    """
    model, first = deepcopy(after), dict(before.named_parameters())
    for name, p in model.named_parameters():
        if p.dim() == 2:
            p.copy_(first[name] + best_of_rank(p - first[name], rank))
    return model


def changed_ranks(before, after):
    """Return {name: rank} of the change of every matrix between two models of one shape."""
    first = dict(before.named_parameters())
    changes = {name: (p - first[name]).detach() for name, p in after.named_parameters() if p.dim() == 2}
    return {name: int(torch.linalg.matrix_rank(change)) for name, change in changes.items()}
