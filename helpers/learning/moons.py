"""Two moons, the data set of chapters 06 and 07."""

import numpy as np


def moons(n, noise, rng):
    """Return n points on two half circles that reach into each other, and which of them each belongs to.

    noise: the spread that is added to both coordinates. The answers are points [n, 2] and target [n], whose
    whole numbers are 0 and 1 in turn.

    >>> points, target = moons(4, noise=0.0, rng=np.random.default_rng(0))
    >>> points.shape, target.tolist()
    ((4, 2), [0, 1, 0, 1])
    """
    target = np.arange(n) % 2  # [n]
    angle = rng.uniform(0, np.pi, size=n)  # [n]
    upper = np.column_stack([np.cos(angle), np.sin(angle)])  # [n, 2]
    points = np.where(target[:, None] == 1, [1.0, 0.5] - upper, upper)  # [n, 2]
    return points + rng.normal(scale=noise, size=(n, 2)), target
