"""The figures of chapter 01."""

import numpy as np

from ..one_neuron.activations import relu
from ..one_neuron.neuron import line, misfit
from ..real_models.census import MODELS, biases, parameters
from .style import BIAS, DATA, INK, MUTED, WEIGHT, axes, cross, label

DASHED = (0, (4, 2))


def draw_parts(w=2.0, b=3.0):
    """Draw a line whose height at zero is b and whose rise for each step to the right is w."""
    _, ax = axes()
    x = np.array([-1.0, 5.6])
    cross(ax)
    ax.plot(x, line(x, w, b), color=INK)
    ax.plot([0, 0], [0, b], color=BIAS, linewidth=5, zorder=3)
    label(ax, f"b = {b:g}", (0, b / 2), color=BIAS)
    for start in (1.0, 3.0):
        low, high = line(start, w, b), line(start + 1, w, b)
        ax.plot([start, start + 1], [low, low], color=MUTED, linewidth=1.4)
        ax.plot([start + 1, start + 1], [low, high], color=WEIGHT, linewidth=5, zorder=3)
        label(ax, f"w = {w:g}", (start + 1, (low + high) / 2), color=WEIGHT)
        label(ax, "1", (start + 0.5, low), (0, -11), DATA, ha="center")
    ax.set(xlabel="input x", ylabel="answer", xlim=(-1, 5.6), ylim=(-1, 14))


def draw_two_fits(x, y, free, w_through_zero):
    """Draw the points x, y [n], the best line `free` = (w, b), and the best line through zero."""
    _, ax = axes()
    grid = np.array([0.0, 5.6])
    cross(ax)
    ax.plot(grid, line(grid, *free), color=INK)
    ax.plot(grid, line(grid, w_through_zero, 0), color=WEIGHT, linestyle=DASHED)
    ax.plot(x, y, "o", color=DATA, markersize=7, zorder=3)
    ax.plot([0], [free[1]], "o", color=BIAS, markersize=9, zorder=4)
    label(ax, "b", (0, free[1]), (-9, 0), BIAS, ha="right")
    label(ax, f"with a bias: misfit {misfit(line(x, *free), y):.2f}", (0.3, 9.5), (0, 0))
    below = f"without: misfit {misfit(line(x, w_through_zero, 0), y):.2f}"
    label(ax, below, (1.6, 1.5 * w_through_zero), (12, -14), WEIGHT)
    ax.set(xlabel="kilometres", ylabel="euros", xlim=(-0.6, 5.8), ylim=(-1, 16))


def draw_hidden_bias(b=3.0, marks=(-5.0, -1.0, 2.0)):
    """Draw relu(x) and relu(x + b), and how far b moved the answer at each mark."""
    _, ax = axes()
    x = np.linspace(-6, 4, 201)
    cross(ax)
    ax.plot(x, relu(x), color=DATA, linestyle=DASHED)
    ax.plot(x, relu(x + b), color=INK)
    label(ax, "relu(x)", (3.4, 3.4), (6, -10), DATA)
    label(ax, f"relu(x + {b:g})", (3.6, 6.6), (-10, 4), ha="right")
    for mark in marks:
        low, high = relu(mark), relu(mark + b)
        ax.plot([mark, mark], [low, high], color=BIAS, linewidth=5, solid_capstyle="butt")
        ax.plot([mark], [high], "o", color=BIAS)
        label(ax, f"+{high - low:g}", (mark, high), (-6, 12), BIAS, ha="right")
    ax.set(xlabel="input x", ylabel="answer", xlim=(-6, 5), ylim=(-0.6, 8))


def draw_volume_knob(b=3.0):
    """Draw x·w + b for a weight of 0 and of 1: the second goes below the supposed minimum b."""
    _, ax = axes()
    x = np.linspace(-6, 4, 101)
    cross(ax)
    ax.fill_between(x, line(x, 1, b), b, where=x <= 0, color=DATA, alpha=0.25, linewidth=0)
    ax.plot(x, line(x, 0, b), color=BIAS, linestyle=DASHED)
    ax.plot(x, line(x, 1, b), color=INK)
    ax.plot([-5], [line(-5, 1, b)], "o", color=INK)
    label(ax, f"w = 0: always b = {b:g}", (-6, b), (2, 11), BIAS)
    label(ax, "w = 1", (2.2, line(2.2, 1, b)), (-8, 6), ha="right")
    label(ax, "below the “minimum”", (-5, line(-5, 1, b)), (14, -2))
    ax.set(xlabel="input x", ylabel="answer", xlim=(-6, 4), ylim=(-3.5, 7.5))


def draw_units(metres, millimetres):
    """Draw two panels of bars: the weights of length and mass in two units, and the spread each contributes.

    metres, millimetres: pairs of arrays (weights [2], contributed spreads [2]), one pair per unit of length.
    """
    _, (left, right) = axes(columns=2, height=2.9, sharey=True)
    rows = ["length in metres", "mass", "length in millimetres", "mass"]
    place = np.array([0, 1, 2.6, 3.6])
    for ax, part, color, title in ((left, 0, WEIGHT, "weight"), (right, 1, DATA, "spread it contributes")):
        values = np.concatenate([metres[part], millimetres[part]])  # [4]
        ax.barh(place, values, height=0.7, color=color)
        for at, value in zip(place, values, strict=True):
            label(ax, f"{value:.2g}", (value, at), (5, 0))
        ax.set_title(title)
        ax.set(xlim=(0, 1.25 * max(values)), xticks=[])
        ax.spines["bottom"].set_visible(False)
        ax.tick_params(length=0)
    left.set_yticks(place, rows)
    left.invert_yaxis()


def draw_bias_share():
    """Draw how many of 100,000 parameters are biases, in every model of the census."""
    _, ax = axes(height=2.9)
    share = {model: 1e5 * biases(model) / parameters(model) for model in MODELS}
    order = sorted(share, key=share.get)
    ax.barh(order, [share[model] for model in order], color=BIAS, height=0.6)
    for place, model in enumerate(order):
        label(ax, f"{share[model]:.1f}" if share[model] else "0", (share[model], place), (5, 0))
    ax.set(xlabel="biases in every 100,000 parameters", xlim=(0, 108))
    ax.tick_params(length=0)
