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


def draw_stopping(train, valid, best):
    """Draw the training and validation losses after every step, and the best step. train, valid: [steps]."""
    _, ax = axes()
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
    """Draw the test error against the number of features on log scales. counts, test: [sizes]."""
    _, ax = axes()
    ax.axvline(examples, color=MUTED, linewidth=1.2, linestyle=DASHED)
    ax.plot(counts, test, "o-", color=INK, markersize=5)
    label(ax, "as many features\nas examples", (examples, max(test)), (10, -4), DATA)
    ax.set(xlabel="features", ylabel="test error", xscale="log", yscale="log")
    ax.set(xticks=[10, 100, 1000], xticklabels=["10", "100", "1,000"])
