"""The figure of chapter 14."""

from .parts import draw_parts
from .style import axes


def draw_census(counts):
    """Draw a bar of shares for each model. counts: {model: {type: parameters}}."""
    _, ax = axes(height=0.4 * len(counts) + 0.6)
    shares = {
        model: {kind: 100 * n / sum(parts.values()) for kind, n in parts.items()}
        for model, parts in counts.items()
    }
    draw_parts(ax, shares)
    ax.set(xlim=(0, 100))
