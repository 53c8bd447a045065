"""Power laws of the loss: fitted above a floor, foretold with an interval, and the best size for a budget.

It leaves out fits in which the floor is unknown, or in which data and size vary together.
"""

import tomllib
from pathlib import Path

import numpy as np

RECORDED = tomllib.loads((Path(__file__).parent / "scaling.toml").read_text(encoding="utf-8"))
# E, A, B, alpha, beta of L = E + A / N^alpha + B / D^beta
PRINTED = (1.69, 406.4, 410.7, 0.34, 0.28)  # Hoffmann et al. 2022, appendix D.2
# The same with the digits in the source of that paper, as Besiroglu et al. 2024 tell them
MORE_DIGITS = (np.exp(0.5267228), np.exp(6.0073404), np.exp(6.0179186), 0.33917084, 0.2849083)
REFIT = (1.8172, 482.01, 2085.43, 0.3478, 0.3658)  # Besiroglu et al. 2024


def fit(sizes, losses, floor):
    """Return (c, a) with loss ≈ floor + c · size^(−a), by least squares on the logarithms.

    sizes, losses: [n]. A loss that is not above the floor, or a single size, raises a ValueError.
    """
    if len(set(np.ravel(sizes))) < 2:
        raise ValueError("A line needs trainings of at least two sizes.")
    if not np.all(np.asarray(losses) > floor):
        raise ValueError(f"A loss of {np.min(losses):.4g} is not above the floor of {floor:.4g}.")
    slope, start = np.polyfit(np.log(sizes), np.log(np.asarray(losses) - floor), 1)
    return np.exp(start), -slope


def forecast(sizes, losses, floor, size):
    """Return (low, middle, high): the losses between which a new training of another size ends, 95 in 100.

    losses: [n, seeds]. On a log scale the errors of the line and of a single training add up. Fewer than
    three trainings say nothing about errors, and raise a ValueError.
    """
    if np.size(losses) < 3:
        raise ValueError(f"An interval needs at least three trainings, and there are {np.size(losses)}.")
    x = np.log(np.repeat(sizes, losses.shape[1]))
    y = np.log(losses.ravel() - floor)
    slope, start = np.polyfit(x, y, 1)
    errors = y - (slope * x + start)
    spread = np.sqrt((errors**2).sum() / (len(x) - 2))
    away = (np.log(size) - x.mean()) ** 2 / ((x - x.mean()) ** 2).sum()
    half = 2 * spread * np.sqrt(1 + 1 / len(x) + away)  # 2: nearly Student's t for 30 trainings or more
    middle = slope * np.log(size) + start
    return tuple(float(floor + np.exp(middle + k * half)) for k in (-1, 0, 1))


def law(n, d, constants):
    """Return the loss, in nats a token, that such a law gives n parameters after d tokens."""
    e, a, b, alpha, beta = constants
    return e + a / n**alpha + b / d**beta


def best_size(compute, constants=PRINTED):
    """Return (parameters, tokens) with the lowest loss where 6 · parameters · tokens is the compute."""
    _, a, b, alpha, beta = constants
    n = (alpha * a / (beta * b) * (compute / 6) ** beta) ** (1 / (alpha + beta))
    return n, compute / (6 * n)
