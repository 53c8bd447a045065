"""The figures of chapter 06."""

import numpy as np

from .style import DATA, GRADIENT, INK, MUTED, PAPER, axes, cross, label

LOOKS = [(INK, "-"), (DATA, (0, (5, 2))), (INK, (0, (1, 1.5)))]  # told apart without colour


def draw_rates(rates, steps=6):
    """Draw the first steps of gradient descent on 5 w² from w = 1, a panel for each of three rates."""
    _, panels = axes(height=2.9, columns=3, sharey=True)
    w = np.linspace(-1.9, 1.9, 200)
    for ax, rate in zip(panels, rates, strict=True):
        ax.plot(w, 5 * w**2, color=MUTED, linewidth=1.2)
        way = (1 - 10 * rate) ** np.arange(steps + 1)  # [steps + 1] each step multiplies w by this
        ax.plot(way, 5 * way**2, "o-", color=INK, markersize=4.5, linewidth=1.2)
        ax.plot(1, 5, "o", color=INK, markersize=8, markerfacecolor=PAPER)
        ax.set(title=f"rate {rate}", xlabel="w", xlim=(-1.95, 1.95), ylim=(-0.9, 17), xticks=[-1, 0, 1])
    panels[0].set_ylabel("loss")
    label(panels[0], "start", (1, 5), (-9, 3), ha="right")


def _rings(ax, curvatures, levels):
    """Draw lines of equal loss of a quadratic whose lowest point is 0, 0."""
    turn = np.linspace(0, 2 * np.pi, 200)
    for level in levels:
        along, across = np.sqrt(2 * level / np.asarray(curvatures))
        ax.plot(along * np.cos(turn), across * np.sin(turn), color=MUTED, linewidth=0.9, zorder=0)


def draw_valley(curvatures, at):
    """Draw a valley with lines of equal loss, and at one place the way downhill and the way to the bottom."""
    _, ax = axes(height=2.5)
    _rings(ax, curvatures, levels=(2, 10, 30, 60, 100))
    at = np.asarray(at)
    downhill = -np.asarray(curvatures) * at
    downhill = 1.7 * downhill / np.linalg.norm(downhill)
    for tip, color in ((downhill, GRADIENT), (-at, INK)):
        ax.annotate(
            "", at + tip, at, arrowprops=dict(arrowstyle="-|>", color=color, lw=2, shrinkA=0, shrinkB=0)
        )
    ax.plot(*at, "o", color=INK, markersize=7)
    ax.plot(0, 0, "+", color=INK, markersize=11, markeredgewidth=2)
    box = {"facecolor": PAPER, "edgecolor": "none", "pad": 1}
    label(ax, "minus the gradient", at + downhill, (10, 0), GRADIENT, bbox=box)
    label(ax, "the way to the bottom", at * 0.5, (-10, 13), ha="right", bbox=box)
    ax.set(xlabel="first knob", ylabel="second knob", xlim=(-2, 15), ylim=(-2, 2), yticks=[-1, 0, 1])
    ax.set_aspect("equal")


def draw_race(rates, ends):
    """Draw the loss at the end against the rate, both on log scales; ends: name of a rule -> [rates]."""
    _, ax = axes()
    for (name, values), (color, style) in zip(ends.items(), LOOKS, strict=True):
        ax.plot(rates, values, color=color, linestyle=style, marker="o", markersize=4)
        lowest = int(np.argmin(values))
        label(ax, name, (rates[lowest], values[lowest]), (8, -10), color)
    ax.set(xlabel="rate", ylabel="loss after 30 epochs", xscale="log", yscale="log", ylim=(6e-5, 1.5))
    ax.set_xlim(rates[0] / 1.4, rates[-1] * 2.2)
    ax.set_xticks(rates, [f"{rate:g}" for rate in rates])
    ax.minorticks_off()


def draw_moons(points, target, answer=None):
    """Draw two moons, points [n, 2] and target [n]; answer: the points' side, a function of [m, 2] to [m]."""
    _, ax = axes(height=3.2)
    if answer is not None:
        x, y = np.meshgrid(np.linspace(-1.5, 2.5, 160), np.linspace(-1, 1.5, 120))
        side = answer(np.column_stack([x.ravel(), y.ravel()])).reshape(x.shape)
        ax.contour(x, y, side, levels=[0], colors=INK, linewidths=2)
    for kind, text, at in ((0, "0", (-1.05, 1.2)), (1, "1", (2.0, -0.7))):
        face = INK if kind else PAPER
        ax.plot(*points[target == kind].T, "o", color=INK, markersize=6, markerfacecolor=face)
        label(ax, f"target {text}", at, (0, 0), ha="center", va="center")
    ax.set(xlabel="first input", ylabel="second input", xlim=(-1.5, 2.5), ylim=(-1, 1.5))
    ax.set_aspect("equal")


def draw_spreads(spreads):
    """Draw the spread of the answers of each layer on a log scale; spreads: name -> [layers]."""
    _, ax = axes()
    for (name, values), (color, style) in zip(spreads.items(), LOOKS, strict=True):
        layers = np.arange(1, len(values) + 1)
        ax.plot(layers, values, color=color, linestyle=style, marker="o", markersize=4)
        label(ax, name, (layers[-1], values[-1]), (8, 0), color)
    ax.set(xlabel="layer", ylabel="spread of its answers", yscale="log", xlim=(0.5, 14), xticks=range(1, 11))


def draw_batches(small, large):
    """Draw the full loss against the epochs: steps by small batches [n + 1], by the whole set [m + 1]."""
    _, ax = axes()
    epochs = len(large) - 1
    ax.plot(np.linspace(0, epochs, len(small)), small, color=INK, linewidth=1.4)
    ax.plot(large, "o--", color=DATA, markersize=3.5, linewidth=1.4)
    label(ax, f"{len(small) - 1} small steps", (epochs, small[-1]), (6, 0))
    label(ax, f"{epochs} large steps", (epochs, large[-1]), (6, 0), DATA)
    cross(ax)
    ax.set(xlabel="epochs", ylabel="loss on all examples", xlim=(-0.5, 1.36 * epochs), ylim=(0, None))
    ax.set_xticks(range(0, epochs + 1, 10))
