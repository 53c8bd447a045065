"""The figures of the page on tables of numbers."""

from matplotlib.patches import Rectangle

from .numpy_page import draw_table
from .style import DATA, INK, WEIGHT, axes, label


def written(number):
    """Return a number as it stands in a product: a negative one in parentheses."""
    return f"{number:g}" if number >= 0 else f"(−{-number:g})"


def draw_product(left, right, row=0, column=0):
    """Draw left [m, n] @ right [n, k], left beside it and right above, and frame what makes one number."""
    _, ax = axes(height=3.6)
    (m, n), k = left.shape, right.shape[1]
    draw_table(ax, left, 0, m, WEIGHT)
    draw_table(ax, right, n + 0.4, m + 0.4 + n, WEIGHT)
    draw_table(ax, left @ right, n + 0.4, m)
    frames = [(0, m - row - 1, n, 1), (n + 0.4 + column, m + 0.4, 1, n)]
    for x, y, wide, high in [*frames, (n + 0.4 + column, m - row - 1, 1, 1)]:
        ax.add_patch(Rectangle((x, y), wide, high, fill=False, edgecolor=INK, linewidth=2.4, zorder=3))
    pairs = zip(left[row], right[:, column], strict=True)
    terms = " + ".join(f"{written(a)} · {written(b)}" for a, b in pairs)
    label(
        ax,
        f"{terms} = {left[row] @ right[:, column]:g}".replace("-", "−"),
        (n + 0.4 + k, m - row - 0.5),
        (12, 0),
    )
    label(ax, f"[{m}, {n}]", (n / 2, 0), (0, -11), DATA, ha="center")
    label(ax, f"[{n}, {k}]", (n + 0.4 + k, m + 0.4 + n / 2), (9, 0), DATA)
    label(ax, f"[{m}, {k}]", (n + 0.4 + k / 2, 0), (0, -11), DATA, ha="center")
    ax.set(xlim=(-0.2, 9), ylim=(-0.6, m + n + 0.6), aspect="equal")
    ax.axis("off")
