"""How order gets in: sinusoids, rotation, and T5's buckets. A learned table is an `nn.Embedding`.

It leaves out XLNet's relative positions.
"""

import math

import torch


def angles(places, d, base=10_000.0):
    """Return [n, d / 2]: the angle of each pair of numbers at each place, fast pairs first.

    places: [n] numbers. Pair i turns by base ** (-2i / d) at each step.
    """
    speeds = base ** (-torch.arange(0, d, 2, dtype=torch.float64) / d)  # [d / 2]
    return places.double()[:, None] * speeds  # [n, 1] · [d / 2] -> [n, d / 2]


def sinusoids(n, d):
    """Return [n, d], a vector for each place: sines in the even columns and cosines in the odd ones.

    Source: Vaswani et al. 2017, section 3.5.
    """
    turned = angles(torch.arange(n), d)  # [n, d / 2]
    return torch.stack([turned.sin(), turned.cos()], dim=-1).flatten(1).to(torch.get_default_dtype())


def rotate(x, places, base=10_000.0):
    """Return x with every pair of numbers turned by the angle of its place; lengths stay as they are.

    x: [..., n, d]. places: [n]. Number i makes a pair with number i + d/2, as in Llama and Qwen.
    Source: Su et al. 2021, RoFormer.
    """
    turned = angles(places, x.shape[-1], base)  # [n, d / 2]
    cos, sin = turned.cos().to(x.dtype), turned.sin().to(x.dtype)
    first, second = x.chunk(2, dim=-1)  # [..., n, d / 2] each
    return torch.cat([first * cos - second * sin, first * sin + second * cos], dim=-1)


def buckets(queries, keys=None, count=32, furthest=128, causal=False):
    """Return [queries, keys]: the bucket of each distance, a whole number below count.

    Small distances have a bucket each, larger ones share it in steps that grow like a logarithm, and all from
    `furthest` on are in the last. Unless causal, half the buckets are for keys to the right.
    Source: Raffel et al. 2020, section 2.1, and T5's code.
    """
    keys = queries if keys is None else keys
    ahead = torch.arange(keys)[None] - torch.arange(keys - queries, keys)[:, None]  # [queries, keys]
    shift = 0
    if causal:
        distance = (-ahead).clamp(min=0)
    else:
        count //= 2
        shift, distance = (ahead > 0) * count, ahead.abs()
    exact = count // 2
    share = (distance.clamp(min=1).float() / exact).log() / math.log(furthest / exact)
    far = (exact + (share * (count - exact)).long()).clamp(max=count - 1)
    return shift + torch.where(distance < exact, distance, far)
