"""The figures of chapter 14."""

import matplotlib as mpl

from .style import INK, MUTED, WEIGHT, axes

# Light to dark, in the order of the bars.
SHADES = {
    "embedding": 0.2, "position": 0.95, "segment": 0.95, "attention": 0.55, "feed-forward": 0.8,
    "normalisation": 0.95, "output": 0.35,
}  # fmt: skip


def draw_census(counts):
    """Draw a bar of shares for each model. counts: {model: {type: parameters}}."""
    _, ax = axes(height=3.6)
    for row, (_, parts) in enumerate(counts.items()):
        total, left = sum(parts.values()), 0.0
        for kind, n in parts.items():
            share = 100 * n / total
            ax.barh(
                row, share, left=left, height=0.7, color=tint(SHADES[kind]), edgecolor="white", linewidth=0.8
            )
            if share > 6:
                color = "white" if SHADES[kind] > 0.7 else INK
                ax.text(left + share / 2, row, f"{share:.0f}", ha="center", va="center", color=color)
            if row == 0 and share > 11:  # the names stand once, above the first bar
                ax.text(left + share / 2, -0.55, kind, ha="center", color=MUTED)
            left += share
    ax.set(yticks=range(len(counts)), yticklabels=list(counts), xlim=(0, 100), xlabel="percent of parameters")
    ax.invert_yaxis()


def tint(share):
    """Return the colour of weights, mixed with white. share: how much of it, from 0 to 1."""
    return [1 - share * (1 - channel) for channel in mpl.colors.to_rgb(WEIGHT)]
