"""The figures of chapter 07."""

import numpy as np

from ..learning.generalisation import curve, fit, polynomial
from .style import DATA, INK, MUTED, WEIGHT, axes, label

DASHED = (0, (4, 2))


def draw_fits(x, y, degrees):
    """Draw the points and the least-squares fit of three degrees beside each other. x, y: [n]."""
    _, panels = axes(height=2.7, columns=3, sharey=True)
    grid = np.linspace(-1, 1, 401)
    for ax, degree in zip(panels, degrees, strict=True):
        w = fit(polynomial(x, degree), y)
        ax.plot(grid, curve(grid), color=MUTED, linestyle=DASHED, linewidth=1.4)
        ax.plot(grid, polynomial(grid, degree) @ w, color=WEIGHT)
        ax.plot(x, y, "o", color=DATA, markersize=5, zorder=3)
        ax.set(title=f"degree {degree}", xlabel="x", ylim=(-2.6, 2.6), xticks=[-1, 0, 1], yticks=[-2, 0, 2])


def draw_sweep(train, test, floor):
    """Draw both errors of every degree on a log scale. train, test: [degrees]. floor: the noise alone."""
    _, ax = axes()
    degrees = np.arange(len(train))
    ax.axhline(floor, color=MUTED, linewidth=1.2, linestyle=DASHED)
    ax.plot(degrees, np.maximum(train, 1e-9), "o-", color=DATA, markersize=5)
    ax.plot(degrees, test, "o-", color=INK, markersize=5)
    label(ax, "test", (12, test[12]), (-6, 13), ha="right")
    label(ax, "training", (8, train[8]), (0, -15), DATA, ha="right")
    label(ax, "the noise alone", (13.2, floor), (0, -10), DATA, ha="right")
    ax.set(xlabel="degree", ylabel="error", yscale="log", ylim=(3e-3, 400), xticks=range(0, 15, 2))


def draw_places(even, dense, seed):
    """Draw two sets of points with the same noise, and the curve of the highest degree through each.

    even, dense: [n] the places of the points. seed: of the noise.
    """
    _, panels = axes(height=2.9, columns=2, sharey=True)
    grid = np.linspace(-1, 1, 801)
    for ax, x, title in zip(panels, (even, dense), ("evenly spaced", "denser near the ends"), strict=True):
        y = curve(x) + 0.3 * np.random.default_rng(seed).normal(size=len(x))
        w = fit(polynomial(x, len(x) - 1), y)
        ax.plot(grid, curve(grid), color=MUTED, linestyle=DASHED, linewidth=1.4)
        ax.plot(grid, polynomial(grid, len(x) - 1) @ w, color=WEIGHT)
        ax.plot(x, y, "o", color=DATA, markersize=5, zorder=3)
        ax.set(title=title, xlabel="x", ylim=(-2.6, 2.6), xticks=[-1, 0, 1], yticks=[-2, 0, 2])


def draw_stopping(train, valid):
    """Draw the training and validation losses after every step, and the best step. train, valid: [steps]."""
    _, ax = axes()
    best = int(valid.argmin())
    ax.axvline(best, color=MUTED, linewidth=1.2, linestyle=DASHED)
    ax.plot(train, color=DATA)
    ax.plot(valid, color=INK)
    ax.plot(best, valid[best], "o", color=INK, markersize=8)
    end = len(train) - 1
    label(ax, "validation", (end, valid[-1]), (6, 0))
    label(ax, "training", (end, train[-1]), (6, 0), DATA)
    label(ax, "stop here", (best, valid[best]), (9, -13))
    ax.set(
        xlabel="step", ylabel="loss", xlim=(-3, 1.28 * end), ylim=(-0.05, None), xticks=range(0, end + 2, 50)
    )


def draw_second_descent(counts, test, examples):
    """Draw the test errors of three tasks against the number of features. test: [sizes, 3]."""
    _, ax = axes()
    ax.axvline(examples, color=MUTED, linewidth=1.2, linestyle=DASHED)
    for j, (task, style) in enumerate(zip(("sum", "product", "wave"), ("o-", "s-", "^-"), strict=True)):
        ax.plot(counts, test[:, j], style, color=INK, markersize=4.5, linewidth=1.6)
        label(ax, task, (counts[-1], test[-1, j]))
    label(ax, "as many features\nas examples", (examples, test.max()), (10, -4), DATA)
    ax.set(xlabel="features", ylabel="test error", xscale="log", yscale="log", xlim=(8, 5000))
    ax.set(xticks=[10, 100, 1000], xticklabels=["10", "100", "1,000"])
