"""What becomes of the best ridge of chapter 7 when there are more examples.

It leaves out other degrees and other noise.
"""

import numpy as np

from ..learning.generalisation import curve, fit, polynomial


def ridge_trial(points, ridge, runs=40):
    """Return the mean squared miss of chapter 7's sine by a polynomial of degree 14 with a ridge.

    points: evenly spaced, with noise. runs: draws of the noise.
    """
    x, new = np.linspace(-1, 1, points), np.linspace(-1, 1, 401)
    features, answers = polynomial(x, 14), polynomial(new, 14)
    missed = []
    for seed in range(runs):
        y = curve(x) + 0.3 * np.random.default_rng(seed).normal(size=points)
        missed.append(np.mean((answers @ fit(features, y, ridge) - curve(new)) ** 2))
    return float(np.mean(missed))
