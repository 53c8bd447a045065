"""The figures of chapter 10."""

import numpy as np

from .style import DATA, INK, MUTED, PAPER, WEIGHT, axes, label

DASHED = (0, (4, 2))
STYLES = {  # told apart by their dashes and by the names beside them
    "table": {"color": WEIGHT, "linestyle": "-"},
    "sinusoids": {"color": INK, "linestyle": (0, (1, 1.2))},
    "buckets": {"color": WEIGHT, "linestyle": DASHED},
    "rotation": {"color": INK, "linestyle": "-"},
}


def draw_seen(words, masked=True):
    """Draw, for a sentence and the same words turned around, which words each word has seen."""
    _, panels = axes(height=2.5, columns=2)
    columns = sorted(words)
    for ax, sentence in zip(panels, (words, words[::-1]), strict=True):
        for row in range(len(sentence)):
            seen = set(sentence[: row + 1] if masked else sentence)
            for column, word in enumerate(columns):
                style = {"facecolor": DATA if word in seen else "none", "edgecolor": MUTED}
                ax.scatter(column, -row, s=230, marker="s", linewidth=1.2, zorder=2, **style)
        ax.set(xlim=(-0.6, 2.6), ylim=(-2.6, 0.6), xticks=range(3), yticks=[0, -1, -2])
        ax.set_xticklabels(columns)
        ax.set_yticklabels(sentence)
        ax.set_title(" ".join(sentence), pad=26)
        ax.xaxis.tick_top()
        ax.tick_params(length=0)
        for side in ax.spines.values():
            side.set_visible(False)


def draw_hands(turned):
    """Draw a clock for each place and each pair of numbers. turned: [places, pairs] angles."""
    _, ax = axes(height=3.5)
    places, pairs = turned.shape
    ring = np.linspace(0, 2 * np.pi, 61)
    for i, row in enumerate(turned):
        for j, angle in enumerate(row):
            ax.plot(i + 0.4 * np.sin(ring), -j + 0.4 * np.cos(ring), color=MUTED, linewidth=1)
            ax.plot([i, i + 0.37 * np.sin(angle)], [-j, -j + 0.37 * np.cos(angle)], color=INK, linewidth=2.2)
            ax.plot(i, -j, "o", color=INK, markersize=3)
    ax.set(xlabel="place", xticks=range(places), yticks=-np.arange(pairs), aspect="equal")
    ax.set_yticklabels([f"pair {j + 1}" for j in range(pairs)])
    ax.tick_params(length=0)
    for side in ax.spines.values():
        side.set_visible(False)


def draw_buckets(numbers):
    """Draw the bucket over the distance as a staircase. numbers: [distances from 0]."""
    _, ax = axes(height=3.0)
    ax.step(np.arange(len(numbers)), numbers, where="post", color=INK)
    ax.axvline(8, color=MUTED, linewidth=1.2, linestyle=DASHED)
    label(ax, "up to here, a bucket for each distance", (8, 3.5), (7, 0), DATA)
    label(ax, "beyond, ever more distances share one", (50, 12), (0, -14), DATA)
    ax.set(xlabel="words to the left", ylabel="bucket", xlim=(-2, len(numbers) - 1), ylim=(-0.5, 15.8))
    ax.set(xticks=range(0, len(numbers), 20), yticks=range(0, 16, 5))


def draw_readers(shares):
    """Draw how often each reader is right: {name: (where the numbers differ, where they are alike)}."""
    _, ax = axes(height=3.3)
    ax.axvline(0.5, color=MUTED, linewidth=1.2, linestyle=DASHED)
    for row, (differ, alike) in enumerate(shares.values()):
        ax.plot([alike, differ], [-row, -row], color=MUTED, linewidth=2, zorder=1)
        ax.plot(differ, -row, "o", color=PAPER, markeredgecolor=INK, markeredgewidth=2, markersize=10)
        ax.plot(alike, -row, "o", color=INK, markersize=6)
    label(ax, "a coin", (0.5, 0.62), (5, 0), DATA)
    lowest = min(alike for _, alike in shares.values())
    behind = {"facecolor": PAPER, "edgecolor": "none", "pad": 1}
    label(ax, "only order decides", (lowest, 0), (-2, -16), bbox=behind)
    label(ax, "the ending tells as well", (1, 0), (0, -15), ha="right")
    ax.set(xlabel="share of right answers", xlim=(0.38, 1.03), ylim=(0.4 - len(shares), 0.9))
    ax.set(xticks=[0.4, 0.6, 0.8, 1], yticks=-np.arange(len(shares)))
    ax.set_yticklabels(list(shares))
    ax.tick_params(axis="y", length=0)


def draw_lengths(title, shares):
    """Draw accuracy over the lengths 4, 6, 8 and so on, {way: [lengths]}; the training went up to 16."""
    _, ax = axes(height=3.3)
    ax.axvline(16, color=MUTED, linewidth=1.2, linestyle=DASHED)
    offsets = {"sinusoids": (0, -14), "rotation": (0, 8), "buckets": (0, -14), "table": (-6, -16)}
    for name, share in shares.items():
        lengths = range(4, 4 + 2 * len(share), 2)
        ax.plot(lengths, share, **STYLES[name])
        label(ax, name, (lengths[-1], share[-1]), offsets[name], STYLES[name]["color"], ha="right")
    if "table" in shares:
        ax.plot(16, shares["table"][-1], "s", color=WEIGHT, markersize=7)
    ax.set(title=title, xlabel="length", ylabel="share right", xlim=(4, 32.5), ylim=(0, 1.14))
    ax.set(xticks=[4, 8, 16, 24, 32], yticks=[0, 0.5, 1])
