"""The figures of chapter 16."""

import numpy as np

from ..real_models.scaling import PRINTED, REFIT, best_size, fit, forecast, law
from .style import DATA, INK, MUTED, WEIGHT, axes, label

DASHED = (0, (4, 2))


def draw_law(sizes, losses, floor, sixth=None, new=None):
    """Draw losses above the floor against sizes, the fitted line, and a sixth size with its interval.

    losses: [n, seeds]; new: [seeds] of the sixth size, once they are known.
    """
    _, ax = axes()
    c, a = fit(np.repeat(sizes, losses.shape[1]), losses.ravel(), floor)
    ends = np.array([min(sizes) * 0.8, (sixth or max(sizes)) * 1.25])
    ax.plot(ends, c * ends**-a, color=INK, linewidth=1.6)
    ax.scatter(np.repeat(sizes, losses.shape[1]), losses.ravel() - floor, s=14, color=DATA, zorder=3)
    if sixth:
        low, middle, high = (each - floor for each in forecast(sizes, losses, floor, sixth))
        ax.errorbar(
            sixth, middle, [[middle - low], [high - middle]], color=INK, capsize=5, fmt="none", linewidth=1.6
        )
        label(ax, "foretold", (sixth, high), (0, 9), ha="center")
    if new is not None:
        ax.scatter(np.full(len(new), sixth) * 1.06, new - floor, s=22, color=WEIGHT, zorder=4)
        label(ax, "trained", (sixth * 1.06, np.max(new) - floor), (8, 0), WEIGHT)
    ax.set(
        xscale="log", yscale="log", xlabel="parameters", ylabel="loss above the floor, nats", ylim=(0.03, 1)
    )
    ticks = [*sizes, *([sixth] if sixth else [])]
    ax.set_xticks(ticks, [f"{size:,}" for size in ticks], rotation=25)
    ax.set_yticks([0.05, 0.1, 0.2, 0.5], ["0.05", "0.1", "0.2", "0.5"])
    ax.minorticks_off()


def draw_budget(compute):
    """Draw the loss over the size for one amount of computing, by both sets of constants."""
    _, ax = axes()
    n = np.logspace(9, 12.2, 200)
    for constants, color, style, text, offset in (
        (PRINTED, DATA, DASHED, "printed 2022", (-8, -13)),
        (REFIT, INK, "-", "refit 2024", (0, 12)),
    ):
        ax.plot(n, law(n, compute / (6 * n), constants), color=color, linestyle=style)
        best, tokens = best_size(compute, constants)
        least = law(best, tokens, constants)
        ax.scatter(best, least, color=color, zorder=3)
        label(ax, f"{text}: {best / 1e9:.0f} billion", (best, least), offset, color, ha="center")
    ax.set(xscale="log", xlabel="parameters", ylabel="foretold loss", ylim=(1.88, 2.3))


def draw_outlier(errors):
    """Draw the rounding error of a block's other weights against its outlier. errors: {bits: (x, y)}."""
    _, ax = axes()
    for bits, (x, y) in errors.items():
        ax.plot(x, y, color=WEIGHT)
        label(ax, f"{bits} bits", (x[-1], y[-1]), (6, 0), MUTED)
    ax.set(xlabel="size of the outlier", ylabel="error of the others")
