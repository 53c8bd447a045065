"""A landscape of two knobs and the paths of optimisers over it: what the explorable of chapter 06 shows.

It leaves out landscapes that are not quadratic: there a path can hang on the last digit of a number.
"""

import numpy as np

from .autograd import Tensor
from .optimisers import Adam, GradientDescent, Momentum

LANDSCAPES = {  # the curvature along the first direction and along the second; turned by 45 degrees or not
    "bowl": (20.0, 20.0, False),
    "valley": (0.2, 20.0, False),
    "tilted": (0.2, 20.0, True),
}
RULES = {"descent": GradientDescent, "momentum": Momentum, "adam": Adam}
HALF = float(np.sqrt(0.5))
EDGE = 20.0  # who gets farther out than this has run away


def height(x, y, along, across, tilted):
    """Return the loss at (x, y); numbers, arrays and tensors will do.

    along, across: the two curvatures. tilted: whether the directions they belong to are turned by 45 degrees.

    >>> height(1.0, 2.0, 1.0, 20.0, tilted=False)
    40.5
    """
    if tilted:
        x, y = (x + y) * HALF, (x - y) * HALF
    return (x * x * along + y * y * across) * 0.5


def path(rule, landscape, start, rate, steps):
    """Return the positions [k + 1, 2] and the gradients there [k + 1, 2] of an optimiser.

    rule: a name in RULES. landscape: a name in LANDSCAPES. start: (x, y). k is the number of steps; it is
    smaller for one that ran away, which stops at the first position beyond EDGE.
    """
    position = Tensor(np.array(start, dtype=float))  # [2]
    optimiser = RULES[rule]([position], rate)
    positions, gradients = [], []
    for _ in range(steps + 1):
        optimiser.zero_grad()
        height(position[0], position[1], *LANDSCAPES[landscape]).backward()
        positions.append(position.data)
        gradients.append(position.grad)
        if np.abs(position.data).max() > EDGE:
            break
        optimiser.step()
    return np.array(positions), np.array(gradients)
