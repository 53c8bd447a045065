"""The figure of chapter 15."""

from .style import DATA, INK, MUTED, axes, label


def draw_floors(recorded):
    """Draw each family's losses beside its floor. recorded: {family: floor, short [seeds], long}."""
    _, ax = axes(height=3.0)
    for y, found in enumerate(reversed(recorded.values())):
        low, long, short = found["floor"], found["long"], max(found["short"])
        ax.plot([low, short], [y, y], color=MUTED, linewidth=1.2)
        ax.plot([low, low], [y - 0.28, y + 0.28], color=INK, linewidth=3)
        ax.plot(found["short"], [y] * len(found["short"]), "o", color=DATA, markersize=7)
        ax.plot(long, y, "D", color=INK, markersize=6)
        if not y:
            label(ax, "floor", (low, y), (-6, 0), ha="right")
            label(ax, "long", (long, y), (0, 14), ha="center")
            label(ax, "short", (short, y), (10, 0), DATA)
    ax.set(xlabel="nats for each word asked", yticks=range(len(recorded)), ylim=(-0.6, len(recorded) - 0.4))
    ax.set(yticklabels=list(reversed(recorded)), xlim=(0.3, None))
