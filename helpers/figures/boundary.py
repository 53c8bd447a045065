"""The figures of chapter 02."""

import numpy as np
from matplotlib.patches import Rectangle

from ..one_neuron.activations import gelu, relu, sigmoid, step, tanh
from ..one_neuron.boundary import crossing, decide, foot, kinks, normal, relu_sum
from .style import BIAS, DATA, INK, MUTED, PAPER, WEIGHT, axes, cross, label

DASHED = (0, (4, 2))
DOTTED = (0, (1, 1.4))


def _points(ax, x, target):
    """Draw discs where the target is yes and rings where it is no."""
    for yes, face in ((1, INK), (0, PAPER)):
        style = {"color": INK, "markerfacecolor": face, "markersize": 8, "markeredgewidth": 1.6}
        ax.plot(*x[target == yes].T, "o", zorder=4, **style)


def _level(ax, w, b, value=0.0, **options):
    """Draw the line on which w·x + b has a value. w: [2]."""
    middle, along = foot(w, b - value), normal(w)[::-1] * [-1, 1]
    ends = np.array([middle - 20 * along, middle + 20 * along])
    ax.plot(*ends.T, **({"color": INK} | options))


def _square(ax, reach):
    ax.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal", xlabel="x₁")
    cross(ax)


def draw_boundary(w, b):
    """Draw the boundary of w [2] and b, the arrow w at a right angle to it, and its distance."""
    _, ax = axes(width=4.4, height=4.0)
    _square(ax, 2.5)
    ax.set(xlim=(-1.3, 2.5), ylim=(-1.3, 2.5))
    near, out = foot(w, b), normal(w)
    along = out[::-1] * [-1, 1]
    _level(ax, w, b)
    arrow = {"arrowstyle": "-|>", "color": WEIGHT, "linewidth": 3, "shrinkB": 0}
    ax.annotate("", w, (0, 0), arrowprops=arrow)
    ax.plot(*np.array([[0, 0], near]).T, color=BIAS, linewidth=7, solid_capstyle="butt", zorder=3)
    ax.plot(*(near + 0.17 * np.array([out, out + along, along])).T, color=INK, linewidth=1.2)  # a right angle
    label(ax, "w", w, (9, 0), WEIGHT, weight="bold")
    label(ax, f"|b| / ‖w‖ = {abs(b):g} / {np.linalg.norm(w):g}", (0, 0), (6, -11), BIAS)
    label(ax, "yes", near + 0.7 * out - 1.4 * along, (0, 0), ha="center")
    label(ax, "no", near - 1.9 * out, (0, 0), ha="center")
    ax.set_ylabel("x₂")


def draw_scaling(w, b, factor):
    """Draw where a sigmoid neuron answers 0.1, 0.5 and 0.9: for w and b, and for a factor times both."""
    _, panels = axes(columns=2, height=3.6, sharey=True)
    for ax, scale in zip(panels, (1, factor), strict=True):
        _square(ax, 3.2)
        for answer, style, beside in ((0.1, DASHED, (-11, -8)), (0.5, "-", None), (0.9, DASHED, (13, 8))):
            z = np.log(answer / (1 - answer))  # the sum at which a sigmoid gives this answer
            _level(ax, scale * w, scale * b, z, linestyle=style, color=INK if answer == 0.5 else DATA)
            if beside:
                at = foot(scale * w, scale * b - z) + [0.5, -0.5]
                label(ax, f"{answer}", at, beside, DATA, ha="center")
        size = ", ".join(f"{scale * part:g}" for part in w)
        ax.set_title(f"w = ({size}), b = {scale * b:g}".replace("-", "−"))
    panels[0].set_ylabel("x₂")


def draw_activations():
    """Draw the five activations: three that level off beside two that grow."""
    _, (left, right) = axes(columns=2, height=3.2)
    z = np.linspace(-4, 4, 801)
    for ax, curves in (
        (left, (("step", step, DOTTED), ("sigmoid", sigmoid, "-"), ("tanh", tanh, DASHED))),
        (right, (("ReLU", relu, DASHED), ("GELU", gelu, "-"))),
    ):
        cross(ax)
        for _, f, style in curves:
            ax.plot(z, f(z), color=INK, linestyle=style)
        ax.set(xlabel="sum z", xlim=(-4, 4))
    left.set(ylabel="answer", ylim=(-1.25, 1.45))
    right.set_ylim(-0.5, 4.2)
    label(left, "step", (-0.1, 1.0), (-4, 8), ha="right")
    label(left, "sigmoid", (-1.0, 0.27), (-8, 8), ha="right")
    label(left, "tanh", (-1.2, -0.83), (-4, 9), ha="right")
    label(right, "ReLU", (2.6, 2.6), (-8, 6), ha="right")
    label(right, "GELU", (1.0, 0.84), (12, -4))


def draw_slide(cases):
    """Draw a sigmoid of w·x + b for each (w, b), and where each is one half."""
    _, ax = axes(height=3.2)
    x = np.linspace(-3, 3, 301)
    cross(ax)
    ax.axhline(0.5, color=MUTED, linewidth=0.8, linestyle=DOTTED)
    beside = ((0.12, (9, 0)), (0.5, (-9, 10)), (0.4, (9, 6)))  # at what height a name stands, and where
    for (w, b), style, (height, offset) in zip(cases, (DASHED, "-", DOTTED), beside, strict=True):
        ax.plot(x, sigmoid(w * x + b), color=INK, linestyle=style)
        ax.plot([crossing(w, b)], [0.5], "o", color=BIAS, markersize=8, zorder=4)
        at = crossing(w, b - np.log(height / (1 - height)))
        text = f"w = {w:g}, b = {b:g}".replace("-", "−")
        label(ax, text, (at, height), offset, ha="left" if offset[0] > 0 else "right")
    ax.set(xlabel="input x", ylabel="answer", xlim=(-3, 3), ylim=(-0.05, 1.08))


def draw_kinks(w, b, v):
    """Draw a sum of ReLU units without their biases and with them, and mark the bends. w, b, v: [units]."""
    _, panels = axes(columns=2, height=3.2, sharey=True)
    x = np.linspace(-4, 4, 1601)
    for ax, biases, title in zip(panels, (0 * b, b), ("without biases", "with biases"), strict=True):
        y = relu_sum(x, w, biases, v)
        at = kinks(w, biases, v, -4, 4)
        cross(ax)
        ax.plot(x, y, color=INK)
        ax.plot(at, relu_sum(at, w, biases, v), "o", color=BIAS, markersize=4, zorder=4)
        ax.set(xlabel="input x", xlim=(-4, 4), title=title)
    panels[0].set_ylabel("sum of 64 ReLUs")


def draw_xor():
    """Draw XOR three times, each with another line and the corner that it leaves on the wrong side."""
    _, panels = axes(columns=3, height=2.5, sharey=True)
    corners, target = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])
    cuts = (  # w, b, and free places for the words yes and no
        ((1.0, 1.0), -0.5, (0.5, 0.5), (0.1, -0.3)),
        ((-1.0, -1.0), 1.5, (0.5, 0.5), (0.95, 1.3)),
        ((-1.0, 1.0), -0.5, (0.4, 1.3), (0.5, 0.4)),
    )
    for ax, (w, b, yes, no) in zip(panels, cuts, strict=True):
        _level(ax, np.array(w), b)
        _points(ax, corners, target)
        for corner in corners[decide(corners, np.array(w), b) != target]:
            ax.add_patch(Rectangle(corner - 0.17, 0.34, 0.34, fill=False, edgecolor=INK, linewidth=1.6))
        label(ax, "yes", yes, (0, 0), DATA, ha="center")
        label(ax, "no", no, (0, 0), DATA, ha="center")
        ax.set(xlim=(-0.5, 1.5), ylim=(-0.5, 1.5), aspect="equal", xticks=[0, 1], yticks=[0, 1], xlabel="x₁")
    panels[0].set_ylabel("x₂")
