"""How order gets in: a learned table, sinusoids, T5's buckets of distances, rotation.

It leaves out XLNet's relative positions, and what others do to read longer texts than in training.
"""

import math

import torch

BUCKETS = 32  # T5's number of them


def rows(table, end, start=0):
    """Return [end - start, d]: the rows of a learned table for the places from `start` up to `end`.

    table: [places, d]. A place that has no row raises a ValueError.

    >>> rows(torch.tensor([[1.0], [2.0], [3.0]]), 3, start=1).tolist()
    [[2.0], [3.0]]
    """
    if end > len(table):
        raise ValueError(f"Place {end - 1} has no row; the last is {len(table) - 1}.")
    return table[start:end]


def angles(places, d, base=10_000.0):
    """Return [places, d / 2]: the angle of each pair of numbers at each place, fast pairs first.

    places: numbers. d: a width; an odd one raises a ValueError. Pair i turns by base ** (-2i / d) a step.

    >>> angles(torch.tensor([0, 7]), 4).tolist()
    [[0.0, 0.0], [7.0, 0.07]]
    """
    if d % 2:
        raise ValueError(f"A width of {d} is odd: one number has no partner.")
    pairs = torch.arange(0, d, 2, dtype=torch.float64, device=places.device)  # [d / 2] 0, 2, 4 and so on
    return places.double()[:, None] * base ** (-pairs / d)  # [places, 1] · [d / 2] -> [places, d / 2]


def sinusoids(n, d):
    """Return [n, d] in float64, a row for each place: sines in the even columns, cosines in the odd ones.

    Source: Vaswani et al. 2017, section 3.5.

    >>> sinusoids(2, 4).round(decimals=2).tolist()
    [[0.0, 1.0, 0.0, 1.0], [0.84, 0.54, 0.01, 1.0]]
    """
    turned = angles(torch.arange(n), d)  # [n, d / 2]
    return torch.stack([turned.sin(), turned.cos()], dim=-1).flatten(1)  # [n, d / 2, 2] -> [n, d]


def rotate(x, places, base=10_000.0):
    """Return x with every pair of numbers turned by the angle of its place; lengths stay as they are.

    x: [..., n, d], whole numbers are taken as floats. places: [n]. Source: Su et al. 2021, RoFormer.

    >>> rotate(torch.tensor([[1, 0]]), torch.tensor([1]))
    tensor([[0.5403, 0.8415]])
    """
    x = x.to(torch.result_type(x, 1.0))  # a whole number would cut the cosines off to 0
    turned = angles(places, x.shape[-1], base)  # [n, d / 2]
    return turn_pairs(x, turned.cos(), turned.sin())


def turn_pairs(x, cos, sin):
    """Return `rotate` of floats x [..., n, d]. cos, sin: [n, d / 2], of the angles, which layers share.

    Number i makes a pair with number i + d/2, as `transformers` does for Llama and Qwen.
    """
    cos, sin = cos.to(x), sin.to(x)  # as precise as x, and on its device
    first, second = x.chunk(2, dim=-1)  # [..., n, d / 2] each
    return torch.cat([first * cos - second * sin, first * sin + second * cos], dim=-1)


def bucket(distance, count, furthest):
    """Return the bucket of each distance, a whole number below count; distance: whole numbers from 0 up.

    The lower half of the buckets is for one distance each. In the upper half a bucket takes in ever more of
    them, in steps that grow like a logarithm; the last takes in `furthest` and all beyond.

    >>> bucket(torch.tensor([0, 7, 8, 20, 500]), 16, 128).tolist()
    [0, 7, 8, 10, 15]
    """
    exact = count // 2
    share = (distance.clamp(min=1) / exact).log() / math.log(furthest / exact)  # 0 at exact, 1 at furthest
    far = (exact + (share * (count - exact)).long()).clamp(max=count - 1)
    return torch.where(distance < exact, distance, far)


def buckets(queries, keys=None, count=BUCKETS, furthest=128, causal=False):
    """Return [queries, keys]: the bucket of the distance from each query to each key.

    With more keys than queries, the queries are the last of them. Unless causal, the upper half of the
    buckets is for keys to the right. Source: Raffel et al. 2020, section 2.1, and T5's code.

    >>> buckets(3).tolist()
    [[0, 17, 18], [1, 0, 17], [2, 1, 0]]
    """
    keys = queries if keys is None else keys
    ahead = torch.arange(keys) - torch.arange(keys - queries, keys)[:, None]  # [queries, keys]
    if causal:
        return bucket((-ahead).clamp(min=0), count, furthest)
    right = (ahead > 0) * (count // 2)
    return right + bucket(ahead.abs(), count // 2, furthest)
