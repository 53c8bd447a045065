"""The figures of chapter 20."""

import numpy as np

from .style import DATA, INK, MUTED, axes, label

DASHED = (0, (4, 2))


def draw_planted(strengths, found, zeroed):
    """Draw what models measure over what was planted, and with every bias at 0. [strengths, seeds]."""
    _, ax = axes(5.2, 3.6)
    ax.plot([0.45, 0.95], [0.45, 0.95], color=MUTED, linewidth=1.2, linestyle=DASHED)
    for rows, color, marker, aside in ((found, INK, "o", -0.006), (zeroed, DATA, "s", 0.006)):
        for strength, row in zip(strengths, rows, strict=True):
            ax.plot([strength + aside] * len(row), row, marker, color=color, markersize=5, fillstyle="none")
    label(ax, "equal", (0.54, 0.54), (2, -16))
    label(ax, "circles: as trained\nsquares: every bias at zero", (0.47, 0.85), (0, 0))
    ax.set(xlabel="planted", ylabel="measured in the model", xlim=(0.45, 0.95), ylim=(0.45, 0.95))
    ax.set(xticks=strengths, yticks=strengths)


def draw_gaps(ways, means, halves):
    """Draw the gap in selection of each way to train, with intervals. ways: texts; the others: [ways]."""
    _, ax = axes(6.2, 2.9)
    places = np.arange(len(ways))[::-1]
    ax.axvline(0, color=MUTED, linewidth=1)
    ax.errorbar(means, places, xerr=halves, fmt="o", color=INK, markersize=6, capsize=3)
    ax.set(yticks=places, yticklabels=ways, ylim=(-0.6, len(ways) - 0.4), xlim=(-0.05, 0.35))
    ax.set(xlabel="share of circles chosen minus share of squares")
    ax.tick_params(axis="y", length=0, labelcolor=INK)


def draw_jobs(words, means, halves):
    """Draw the association of each word with its interval, the lowest first. means, halves: [words]."""
    _, ax = axes(6.2, 5.2)
    places = np.argsort(np.argsort(means))
    ax.axvline(0, color=MUTED, linewidth=1)
    ax.errorbar(means, places, xerr=halves, fmt="o", color=INK, markersize=5, capsize=3)
    ax.set(yticks=places, yticklabels=words, ylim=(-0.8, len(words) - 0.2), xlim=(-2.6, 3.6))
    ax.set(xlabel="log-odds of she against he, minus that of neutral nouns")
    ax.tick_params(axis="y", length=0, labelcolor=INK)


def draw_contexts(groups, interval):
    """Draw the distance from carpenter to nurse behind some openings, with intervals.

    groups: {text: [openings, templates]}; interval: a function of such rows that returns their half-widths.
    """
    _, ax = axes(6.2, 4.6)
    top, middles = 0, []
    for text, rows in groups.items():
        at = top - np.arange(len(rows))
        color = INK if text == "nothing" else DATA
        ax.errorbar(rows.mean(axis=1), at, xerr=interval(rows), fmt="o", color=color, markersize=4)
        middles.append(at.mean())
        top -= len(rows) + 1
    ax.set(yticks=middles, yticklabels=list(groups), ylim=(top + 0.5, 1))
    ax.set(xlabel="from carpenter to nurse, in log-odds", xlim=(0, 8))
    ax.tick_params(axis="y", length=0, labelcolor=INK)
