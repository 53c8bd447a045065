"""The figures of chapter 19."""

import numpy as np

from .style import DATA, GRADIENT, INK, MUTED, WEIGHT, axes, label


def draw_heads(weights, words):
    """Draw how much each head looks at each word. weights: [heads, words], those of the first block first."""
    weights = np.asarray(weights)
    _, ax = axes(height=3.6)
    ax.imshow(weights, cmap="Greys", vmin=0, vmax=1.6, aspect="auto")
    for (head, place), share in np.ndenumerate(weights):
        if share > 0.05:
            ax.text(place, head, f"{share:.2f}", ha="center", va="center", color=INK, fontsize=9)
    half = len(weights) // 2
    ax.axhline(half - 0.5, color=MUTED, linewidth=1)
    ax.set_xticks(range(len(words)), words)
    ax.set_yticks(range(len(weights)), [f"block {k // half}, head {k % half}" for k in range(len(weights))])
    ax.tick_params(length=0)


def draw_forecast(steps, told, came):
    """Draw the change of the loss that the slope foretells, and the measured one, against the step."""
    _, ax = axes()
    ax.axhline(0, color=MUTED, linewidth=0.8)
    ax.plot(steps, told, color=GRADIENT)
    ax.plot(steps, came, color=WEIGHT, marker="o", markersize=4)
    label(ax, "foretold", (steps[-1], told[-1]), (-2, -14), GRADIENT, ha="right")
    label(ax, "measured", (steps[-1], came[-1]), (-22, 8), WEIGHT, ha="right")
    ax.set(xlabel="step of the parameter", ylabel="change of the loss, nats")


def draw_costs(costs):
    """Draw what each intervention costs, with 95 % intervals. costs: {name: [texts] nats}."""
    from ..reading.first_token import spread

    _, ax = axes(height=3.2)
    ax.axvline(0, color=MUTED, linewidth=0.8)
    for row, each in enumerate(costs.values()):
        mean, half = spread(each)
        color = WEIGHT if abs(mean) < 0.1 else DATA
        ax.errorbar(mean, -row, xerr=half, fmt="o", color=color, capsize=4, linewidth=1.8)
    ax.set_yticks([-row for row in range(len(costs))], list(costs))
    ax.tick_params(axis="y", length=0)
    ax.set(xlabel="more than the intact model, nats a token", ylim=(-len(costs) + 0.4, 0.6))
