"""The figures of chapter 04."""

import numpy as np

from ..learning.loss import squared_loss
from ..one_neuron.neuron import line
from .style import BIAS, DATA, INK, MUTED, PAPER, WEIGHT, axes, cross, label

DASHED = (0, (4, 2))


def draw_bowl(x, y, knobs):
    """Draw lines through points x, y [n], and each line's place (w, b) among the rings of equal loss."""
    _, (left, right) = axes(height=3.2, columns=2)
    cross(left)
    left.plot(x, y, "o", color=DATA, markersize=7, zorder=3)
    ends = np.array([-0.3, 5.4])
    w, b = np.meshgrid(np.linspace(-0.5, 4.5, 161), np.linspace(-4, 10, 161))  # [161, 161] each
    height = np.mean((line(x, w[..., None], b[..., None]) - y) ** 2, axis=-1)  # [161, 161]
    right.contour(w, b, height, levels=[0.5, 2, 5, 10, 17, 26, 37, 50, 70], colors=MUTED, linewidths=0.9)
    for name, (at_w, at_b), style in zip("ABC", knobs, ("-", DASHED, (0, (1, 1.4))), strict=True):
        left.plot(ends, line(ends, at_w, at_b), color=INK, linestyle=style)
        label(left, name, (ends[1], line(ends[1], at_w, at_b)), (5, 0), weight="bold")
        right.plot([at_w], [at_b], "o", color=INK, markersize=8, markerfacecolor=PAPER, markeredgewidth=2)
        text = f"{name}: loss {squared_loss(line(x, at_w, at_b), y):.4g}"
        label(right, text, (at_w, at_b), (9, 8), bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1})
    left.set(xlabel="kilometres", ylabel="euros", xlim=(-0.4, 6.1), ylim=(-1, 17))
    right.set(xlabel="weight w", ylabel="bias b", xlim=(-0.5, 4.5), ylim=(-4, 10))


def draw_surprise(marks):
    """Draw -ln p over p, with a dot at each of the probabilities in `marks`."""
    _, ax = axes(height=3.2)
    p = np.geomspace(1e-5, 1, 400)
    ax.plot(p, -np.log(p), color=INK)
    for mark in marks:
        ax.plot([mark], [-np.log(mark)], "o", color=INK, markersize=8, zorder=4)
        side = (-2, 14) if mark > 0.9 else (6, 9)
        label(
            ax,
            f"p = {mark:g}: {-np.log(mark):.2f}",
            (mark, -np.log(mark)),
            side,
            ha="center" if mark > 0.9 else "left",
        )
    cross(ax)
    ax.set(
        xlabel="probability p given to what happened",
        ylabel="surprise −ln p",
        xlim=(-0.02, 1.08),
        ylim=(-0.3, 10.4),
    )


def draw_staircase(b, wrong, loss):
    """Draw the count of wrong guesses and the loss over the bias, side by side: b, wrong, loss [n]."""
    _, (left, right) = axes(height=2.8, columns=2)
    jumps = np.flatnonzero(np.diff(wrong)) + 1
    pieces = zip(np.split(b, jumps), np.split(wrong, jumps), strict=True)
    for at, level in pieces:
        left.plot(at, level, color=INK, solid_capstyle="butt")
    right.plot(b, loss, color=INK)
    left.set(
        xlabel="bias b", title="wrong guesses", ylim=(0, wrong.max() + 0.5), yticks=range(wrong.max() + 1)
    )
    right.set(xlabel="bias b", title="cross-entropy", ylim=(0, None))


def draw_two_losses():
    """Draw squared error and surprise over the score of the right answer, when the other's is 0."""
    _, ax = axes(height=3.2)
    z = np.linspace(-8, 4, 401)
    p = 1 / (1 + np.exp(-z))
    cross(ax)
    ax.plot(z, -np.log(p), color=INK)
    ax.plot(z, (1 - p) ** 2, color=DATA, linestyle=DASHED)
    label(ax, "surprise −ln p", (-5, -np.log(p[100])), (10, 6))
    label(ax, "squared gap (1 − p)²", (-7.6, 1.0), (0, 13), DATA)
    ax.set(
        xlabel="score of the right answer (the wrong one has 0)",
        ylabel="loss",
        xlim=(-8, 4),
        ylim=(-0.3, 8.2),
    )


def draw_two_words():
    """Draw the language of two words: what follows what, how often, and at which cost."""
    _, ax = axes(height=2.5)
    places = {"ha": (0.0, 0.0), "ho": (3.0, 0.0)}
    arrow = {"arrowstyle": "-|>", "color": DATA, "linewidth": 1.8, "shrinkA": 24, "shrinkB": 24}
    for start, end in (("ha", "ho"), ("ho", "ha")):
        bent = arrow | {"connectionstyle": "arc3,rad=-0.35"}
        ax.annotate("", places[end], places[start], arrowprops=bent, zorder=1)
    loop = arrow | {"connectionstyle": "arc3,rad=2.2", "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", (-0.22, -0.3), (-0.22, 0.3), arrowprops=loop, zorder=1)
    box = {"facecolor": PAPER, "edgecolor": INK, "linewidth": 1.6, "boxstyle": "circle,pad=0.5"}
    for word, (x, y) in places.items():
        ax.text(x, y, word, ha="center", va="center", size=14, weight="bold", bbox=box, zorder=2)
    centred = {"ha": "center"}
    label(ax, "½, costs 0.693", (1.5, 0.62), (0, 12), **centred)
    label(ax, "½, costs 0.693", (-1.05, 0), (0, 0), ha="right")
    label(ax, "1, costs nothing", (1.5, -0.12), (0, 0), ha="center")
    label(ax, "two words in three", places["ha"], (0, -46), DATA, **centred)
    label(ax, "one in three", places["ho"], (0, -46), DATA, **centred)
    ax.set(xlim=(-2.6, 3.8), ylim=(-1.15, 1.1))
    ax.axis("off")


def draw_floors(losses, floors):
    """Draw the loss of each model after every step, and the level below which it cannot go.

    losses: name -> [steps + 1]. floors: name -> number.
    """
    _, ax = axes(height=3.4)
    steps = len(next(iter(losses.values()))) - 1
    for (name, level), up in zip(floors.items(), (7, -7, 0), strict=True):
        ax.plot([0, steps], [level, level], color=MUTED, linewidth=1.2, linestyle=DASHED, zorder=0)
        label(ax, f"{name} {level:.3f}", (steps, level), (6, up), DATA)
    for (name, loss), (at, offset, color) in zip(
        losses.items(), ((0.3, (0, -13), BIAS), (0.12, (9, 10), WEIGHT)), strict=True
    ):
        ax.plot(loss, color=color)
        place = int(at * steps)
        label(ax, name, (place, loss[place]), offset, color)
    ax.set(xlabel="steps", ylabel="expected loss, in nats", xlim=(0, 1.36 * steps), ylim=(0, 1.75))
    ax.set_xticks(np.linspace(0, steps, 5).astype(int))
