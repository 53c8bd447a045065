"""The figures of the page on NumPy."""

from matplotlib.patches import Rectangle

from .style import DATA, INK, MUTED, axes, label


def draw_table(ax, table, left, top, color=INK):
    """Draw a table of numbers, in cells of size 1; its upper left corner is at (left, top)."""
    for i, row in enumerate(table):
        for j, number in enumerate(row):
            ax.add_patch(Rectangle((left + j, top - i - 1), 1, 1, fill=False, edgecolor=MUTED, linewidth=1.2))
            text = f"{number:g}".replace("-", "−")
            ax.text(left + j + 0.5, top - i - 0.5, text, color=color, ha="center", va="center")


def draw_axes(rides):
    """Draw a table of rides [m, 2], what is left along axis 0 below it, and along axis 1 beside it."""
    _, ax = axes(height=3.0)
    m, n = rides.shape
    draw_table(ax, rides, 0, m)
    draw_table(ax, [rides.sum(axis=0)], 0, -0.9, DATA)
    draw_table(ax, rides.sum(axis=1)[:, None], n + 0.9, m, DATA)
    arrow = {"arrowstyle": "->", "color": INK, "linewidth": 1.6}
    for j in range(n):
        ax.annotate("", (j + 0.5, -0.85), (j + 0.5, -0.05), arrowprops=arrow)
    for i in range(m):
        ax.annotate("", (n + 0.85, i + 0.5), (n + 0.05, i + 0.5), arrowprops=arrow)
    label(ax, "axis=0: down, the rows disappear", (n, -1.4), (9, 0))
    label(ax, "axis=1: across,\nthe columns disappear", (n + 1.9, m / 2), (9, 0))
    for j, name in enumerate(("km", "euros")):
        label(ax, name, (j + 0.5, m), (0, 9), DATA, ha="center")
    ax.set(xlim=(-0.2, 7), ylim=(-2.1, m + 0.5), aspect="equal")
    ax.axis("off")
