"""The figures of chapter 05."""

import numpy as np

from ..learning.backprop import relu_slope
from ..one_neuron.activations import relu, tanh
from .style import BIAS, DATA, GRADIENT, INK, MUTED, PAPER, WEIGHT, axes, cross, label

DASHED = (0, (4, 2))


def draw_secants():
    """Draw x² with two lines through (3, 9) and a second point, and the line that touches it there."""
    _, ax = axes()
    x = np.linspace(0, 5.2, 200)
    cross(ax)
    ax.plot(x, x**2, color=INK)
    for nudge in (2.0, 1.0):
        slope = 6 + nudge  # (3 + n)² − 9, over n
        ends = np.array([1.6, 5.2])
        ax.plot(ends, 9 + slope * (ends - 3), color=DATA, linestyle=DASHED, linewidth=1.6)
        ax.plot(3 + nudge, (3 + nudge) ** 2, "o", color=DATA, markersize=7, zorder=4)
        text = f"nudge {nudge:g}: slope {slope:g}"
        label(ax, text, (3 + nudge, (3 + nudge) ** 2), (-10, 4), DATA, ha="right")
    ends = np.array([1.4, 5.2])
    ax.plot(ends, 9 + 6 * (ends - 3), color=GRADIENT)
    ax.plot(3, 9, "o", color=INK, markersize=8, zorder=5)
    label(ax, "slope 6", (4.6, 18.6), (6, -12), GRADIENT)
    label(ax, "x²", (1.2, 1.44), (-4, 13), ha="right")
    ax.set(xlabel="x", ylabel="x²", xlim=(0, 5.6), ylim=(-1, 27))


STOPS = {"loss": 1, "gap = y − 5": 2, "y": 3, "w · 2": 4}  # of a walk back that passes each piece once


def draw_graph(stops=None):
    """Draw what (w·2 + b − 5)² is made of at w = 3 and b = 1: the value and the gradient of each piece.

    stops: when a walk back passes a piece, {name: number}, for example STOPS; written below its box.
    """
    _, ax = axes(height=2.9)
    pieces = {  # place, value, gradient, colour
        "w": ((0, 1), 3, 8, WEIGHT),
        "b": ((1, -1), 1, 4, BIAS),
        "w · 2": ((1, 1), 6, 4, INK),
        "y": ((2, 0), 7, 4, INK),
        "gap = y − 5": ((3, 0), 2, 4, INK),
        "loss": ((4, 0), 4, 1, INK),
    }
    arrow = {"arrowstyle": "-|>", "color": MUTED, "linewidth": 1.6, "shrinkA": 27, "shrinkB": 30}
    links = (("w", "w · 2", 0), ("w · 2", "y", 0), ("b", "y", 0), ("y", "gap = y − 5", 0))
    for start, end, bend in (*links, ("gap = y − 5", "loss", 0.5), ("gap = y − 5", "loss", -0.5)):
        curved = arrow | {"connectionstyle": f"arc3,rad={bend}"}
        ax.annotate("", pieces[end][0], pieces[start][0], arrowprops=curved, zorder=1)
    for name, ((x, y), value, gradient, color) in pieces.items():
        box = {"facecolor": PAPER, "edgecolor": color, "linewidth": 1.5, "boxstyle": "round,pad=0.5"}
        ax.text(x, y, "        \n", ha="center", va="center", bbox=box, zorder=2)
        ax.text(x - 0.03, y, f"{value}", ha="right", va="center", color=color, zorder=3)
        ax.text(x + 0.06, y, f"{gradient}", ha="left", va="center", color=GRADIENT, weight="bold", zorder=3)
        label(ax, name, (x, y), (0, 29), color, ha="center")
        if name in (stops or {}):
            label(ax, f"stop {stops[name]}", (x, y), (0, -33), GRADIENT, ha="center")
    ax.text(0.05, -1.75, "values →", color=INK)
    ax.text(4.3, -1.75, "← gradients", color=GRADIENT, ha="right", weight="bold")
    ax.set(xlim=(-0.4, 4.4), ylim=(-1.9, 1.8))
    ax.axis("off")


def draw_nudges(nudges, errors):
    """Draw the error of slopes found by nudging over the size of the nudge. nudges, errors: [n]."""
    _, ax = axes()
    ax.plot(nudges, errors, "o-", color=INK, markersize=5)
    best = int(np.argmin(errors))
    ax.plot(nudges[best], errors[best], "o", color=GRADIENT, markersize=10, zorder=4)
    label(ax, "the bend", (nudges[1], errors[1]), (16, 0), DATA)
    label(ax, "rounding", (nudges[10], errors[10]), (-14, -4), DATA, ha="right")
    label(ax, "best", (nudges[best], errors[best]), (0, -16), GRADIENT, ha="center")
    ax.set(xscale="log", yscale="log", xlabel="nudge", ylabel="largest error", ylim=(1e-11, 3))
    ax.invert_xaxis()


def draw_flat():
    """Draw ReLU and tanh, each with its slope."""
    _, panels = axes(columns=2, height=3.0)
    z = np.linspace(-5, 5, 1001)
    for ax, name, f, slope in (
        (panels[0], "ReLU", relu, relu_slope),
        (panels[1], "tanh", tanh, lambda z: 1 - np.tanh(z) ** 2),
    ):
        cross(ax)
        ax.plot(z, f(z), color=INK)
        ax.plot(z, slope(z), color=GRADIENT, linestyle=DASHED)
        ax.set(xlabel="sum z", xlim=(-5, 5), ylim=(-1.3, 2.2), title=name)
    label(panels[0], "ReLU", (1.7, 1.7), (-8, 4), ha="right")
    label(panels[1], "tanh", (-2.4, -0.98), (0, 12), ha="center")
    for ax, at in zip(panels, ((3.4, 1.0), (0.9, 0.5)), strict=True):
        label(ax, "slope", at, (6, -11) if at[0] > 1 else (9, 4), GRADIENT)
    panels[0].set_ylabel("answer, and slope")
