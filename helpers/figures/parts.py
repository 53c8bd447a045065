"""Bars of where a model's parameters are, for the figures of chapters 11 and 14."""

from .style import DATA, INK, PAPER, WEIGHT

# How much of the colour of weights a part has. A number has to be read on it, in light and in dark.
SHADES = {"embedding": 0.25, "output": 0.25, "attention": 0.45, "feed-forward": 1.0}
THIN = 0.7  # of every other part


def draw_parts(ax, models):
    """Draw a bar for each of {model: {part: percent}}, with a number in each part that is wide enough.

    The names of the parts stand once, above the first bar.
    """
    for row, parts in enumerate(models.values()):
        left = 0.0
        for part, share in parts.items():
            shade = SHADES.get(part, THIN)
            ax.barh(row, max(share - 0.4, 0), left=left, color=WEIGHT, alpha=shade, height=0.62)
            if share > 8:
                ink = PAPER if shade == 1.0 else INK
                ax.text(left + share / 2 - 0.2, row, f"{share:.0f} %", ha="center", va="center", color=ink)
            if row == 0 and share > 11:
                ax.text(left, -0.52, part, color=DATA, va="bottom")
            left += share
    ax.set(yticks=range(len(models)), yticklabels=list(models), xticks=[])
    ax.set_ylim(len(models) - 0.6, -0.95)
    ax.tick_params(axis="y", length=0, labelcolor=INK)
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)
