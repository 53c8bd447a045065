"""The figures of chapter 17."""

import numpy as np

from .style import DATA, INK, MUTED, axes, label

DASHED = (0, (4, 2))
LOOKS = {"grid": (MUTED, "-"), "random": (DATA, DASHED), "TPE": (INK, "-")}


def mean_and_half(rows):
    """Return the mean of each column and half of its interval of 95 %. rows: [runs, n]."""
    return rows.mean(axis=0), 1.96 * rows.std(axis=0, ddof=1) / np.sqrt(len(rows))


def draw_contest(curves):
    """Draw the mean best loss so far of each search, with intervals. curves: {name: [runs, trials]}."""
    _, ax = axes()
    for name, rows in curves.items():
        color, style = LOOKS[name]
        mean, half = mean_and_half(rows)
        trials = np.arange(1, len(mean) + 1)
        ax.fill_between(trials, mean - half, mean + half, color=color, alpha=0.18, linewidth=0)
        ax.plot(trials, mean, color=color, linestyle=style)
    ends = {name: rows.mean(axis=0)[-1] for name, rows in curves.items()}
    last = len(mean)
    label(ax, "grid", (last, ends["grid"]), (6, 8), DATA)
    label(ax, "random", (last, ends["random"]), (6, -5), DATA)
    label(ax, "TPE", (last, ends["TPE"]), (6, 0), INK)
    ax.axvline(10, color=MUTED, linewidth=1.2, linestyle=DASHED)
    label(ax, "TPE begins to learn", (10, 0.31), (6, 0), DATA)
    ax.set(xlabel="trials", ylabel="best validation loss so far", ylim=(0.2, 0.33), xlim=(1, last + 13))
    ax.set(xticks=[1, 10, 30, 50, 81])


def draw_leak(counts, foretold, measured):
    """Draw how good the best of many guessers looks, and how good it is. measured: [counts, runs, 2]."""
    _, ax = axes()
    ax.plot(counts, foretold, color=INK, linestyle=DASHED)
    for j, color in ((0, INK), (1, DATA)):
        mean, half = mean_and_half(measured[:, :, j].T)
        ax.errorbar(counts, mean, half, fmt="o", color=color, markersize=6, capsize=3)
    end = counts[-1]
    label(ax, "on the test set\nit was chosen by", (end, measured[-1, :, 0].mean()), (10, -6), INK)
    label(ax, "on new examples", (end, measured[-1, :, 1].mean()), (10, 0), DATA)
    label(ax, "foretold", (counts[1], foretold[1]), (0, 16), ha="right")
    ax.set(xlabel="networks tried", ylabel="share right", xscale="log", ylim=(0.46, 0.7), xlim=(0.8, 12_000))
    ax.set(xticks=counts, xticklabels=[f"{count:,}" for count in counts])


def draw_widths(exponents, narrow, wide, shared):
    """Draw the loss over the rate for two widths, the wide one twice. All: [seeds, rates]."""
    _, ax = axes()
    rows = (("16 units", narrow, DATA, "-"), ("64 units", wide, INK, "-"))
    for text, losses, color, style in (*rows, ("64 units, a quarter of the rate", shared, INK, DASHED)):
        mean = losses.mean(axis=0)
        ax.plot(exponents, mean, color=color, linestyle=style, marker="o", markersize=4.5)
        at = int(mean.argmin())
        label(ax, text, (exponents[at], mean[at]), (0, -13), color, ha="center")
    ax.set(
        xlabel="rate",
        ylabel="loss",
        yscale="log",
        ylim=(1.5e-3, 4),
        xlim=(exponents[0] - 0.3, exponents[-1] + 0.6),
    )
    ax.set(xticks=exponents[::2], xticklabels=[f"1/{2**-each:,}" for each in exponents[::2].tolist()])
