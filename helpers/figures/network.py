"""The figures of chapter 03."""

import numpy as np

from ..one_neuron.activations import relu
from .style import BIAS, DATA, INK, PAPER, WEIGHT, axes, cross, label

DASHED = (0, (4, 2))
PLACES = {"x1": (0, 2), "x2": (0, 0), "h1": (2, 2), "h2": (2, 0), "y": (4, 1)}
EDGES = {  # where on the way its name stands
    "w11": ("x1", "h1", 0.5),
    "w12": ("x2", "h1", 0.28),
    "w21": ("x1", "h2", 0.28),
    "w22": ("x2", "h2", 0.5),
    "w31": ("h1", "y", 0.5),
    "w32": ("h2", "y", 0.5),
}


def _subscript(name):
    return name.translate(str.maketrans("123", "₁₂₃"))


def draw_names():
    """Draw the 2-2-1 network with the name of every weight on its edge and of every bias at its unit."""
    _, ax = axes(height=3.0)
    for name, (start, end, part) in EDGES.items():
        (x0, y0), (x1, y1) = PLACES[start], PLACES[end]
        ax.plot([x0, x1], [y0, y1], color=WEIGHT, zorder=1)
        at = (x0 + part * (x1 - x0), y0 + part * (y1 - y0))
        box = {"facecolor": PAPER, "edgecolor": "none", "pad": 1.5}
        ax.text(*at, _subscript(name), color=WEIGHT, ha="center", va="center", bbox=box, fontsize=12)
    for name, at in PLACES.items():
        ax.plot(*at, "o", markersize=30, color=PAPER, markeredgecolor=INK, markeredgewidth=1.6, zorder=2)
        ax.text(*at, _subscript(name), ha="center", va="center", fontsize=12, zorder=3)
    for bias, unit in {"b1": "h1", "b2": "h2", "b3": "y"}.items():
        label(ax, _subscript(bias), PLACES[unit], (0, 25), BIAS, ha="center", fontsize=12)
    for x, text in ((0, "inputs"), (2, "hidden units"), (4, "output")):
        ax.text(x, -0.75, text, color=DATA, ha="center")
    ax.set(xlim=(-0.5, 4.5), ylim=(-0.9, 2.8))
    ax.axis("off")


def draw_tent():
    """Draw both hidden units' shares and their sum, against the sum of the inputs."""
    _, ax = axes()
    s = np.array([-0.5, 0.0, 1.0, 2.0, 2.6])  # every bend lies at 0 or 1
    cross(ax)
    ax.plot(s, relu(s), color=DATA, linestyle=DASHED)
    ax.plot(s, -2 * relu(s - 1), color=WEIGHT, linestyle=DASHED)
    ax.plot(s, relu(s) - 2 * relu(s - 1), color=INK)
    for at, answer in ((0, 0), (1, 1), (2, 0)):
        ax.plot(at, answer, "o", color=INK, markersize=8, markerfacecolor=INK if answer else PAPER, zorder=4)
    label(ax, "1 · relu(x₁ + x₂)", (1.6, 1.6), (-14, 6), DATA, ha="right")
    label(ax, "−2 · relu(x₁ + x₂ − 1)", (1.5, -1.0), (-14, -6), WEIGHT, ha="right")
    label(ax, "their sum, y", (0.5, 0.5), (-12, 8), ha="right")
    ax.set(xlabel="x₁ + x₂", xlim=(-0.9, 2.7), ylim=(-2.4, 2.4), xticks=[0, 1, 2], yticks=[-2, -1, 0, 1, 2])


def draw_two_planes(inputs, hidden, target):
    """Draw the four points where they are, and where the hidden layer puts them: inputs, hidden [4, 2]."""
    _, panels = axes(height=3.1, columns=2)
    for ax, points in zip(panels, (inputs, hidden), strict=True):
        cross(ax)
        for (x, y), t in zip(points, target, strict=True):
            ax.plot(x, y, "o", color=INK, markersize=13, markerfacecolor=INK if t else PAPER, zorder=3)
        ax.set(xlim=(-0.6, 2.6), ylim=(-0.6, 1.6), xticks=[0, 1, 2], yticks=[0, 1])
        ax.set_aspect("equal")
    panels[0].set(title="as they come in", xlabel="x₁", ylabel="x₂")
    panels[1].set(title="in the hidden layer", xlabel="h₁", ylabel="h₂")
    h1 = np.array([-0.6, 2.6])
    panels[1].plot(h1, (h1 - 0.5) / 2, color=INK)  # h1 - 2 h2 = 0.5
    label(panels[1], "both 1s", (1, 0), (0, -15), DATA, ha="center")


def draw_descents(heights):
    """Draw the misfit after every step on a log scale; heights: name -> [steps + 1]."""
    _, ax = axes()
    looks = [(DATA, DASHED, 8), (INK, DASHED, 0), (INK, "-", 0), (DATA, "-", -8)]
    for (name, height), (color, style, up) in zip(heights.items(), looks, strict=True):
        ax.plot(height, color=color, linestyle=style)
        label(ax, name, (len(height) - 1, height[-1]), (6, up), color)
    ax.set(xlabel="steps", ylabel="misfit", yscale="log", xlim=(-10, 720), xticks=range(0, 501, 100))
