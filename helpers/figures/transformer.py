"""The figures of chapter 11."""

import numpy as np
from matplotlib.patches import FancyBboxPatch

from ..real_models.counting import MODELS, count_parameters, shares
from .parts import draw_parts
from .style import BIAS, DATA, INK, MUTED, PAPER, WEIGHT, axes, label

DASHED = (0, (4, 2))


def draw_block():
    """Draw a block: the stream as one line, two detours that read a copy and add their answer to it."""
    _, ax = axes(height=2.7)
    ax.annotate("", (10.3, 0), (-0.4, 0), arrowprops={"arrowstyle": "-|>", "color": INK, "lw": 4})
    for left, part, size in ((0.7, "attention", 1.9), (5.5, "feed-forward", 2.3)):
        out = left + 1.9 + size
        ax.plot([left, left, out], [0, 1.5, 1.5], color=DATA, linewidth=1.6, zorder=1)
        ax.annotate("", (out, 0.22), (out, 1.52), arrowprops={"arrowstyle": "-|>", "color": DATA, "lw": 1.6})
        for x, width, text in ((left + 0.3, 1.1, "norm"), (left + 1.65, size, part)):
            _box(ax, x, width, text)
        ax.plot(out, 0, "o", markersize=15, color=PAPER, markeredgecolor=INK, markeredgewidth=1.6, zorder=3)
        ax.text(out, -0.02, "+", ha="center", va="center", fontsize=14, zorder=4)
        ax.plot(left, 0, "o", markersize=6, color=INK, zorder=3)
    ax.text(-0.4, -0.5, "stream in", color=DATA, va="center")
    ax.text(10.3, -0.5, "stream out", color=DATA, ha="right", va="center")
    ax.set(xlim=(-0.5, 10.4), ylim=(-0.8, 2.1))
    ax.axis("off")


def _box(ax, x, width, text):
    style = "round,pad=0,rounding_size=0.12"
    ax.add_patch(FancyBboxPatch((x, 1.1), width, 0.8, style, facecolor=PAPER, edgecolor=WEIGHT, zorder=2))
    ax.text(x + width / 2, 1.49, text, ha="center", va="center", zorder=3)


def draw_norm(stages):
    """Draw the numbers of one token at three stages as histograms. stages: {title: [d]}."""
    _, panels = axes(height=2.3, columns=3, sharex=True, sharey=True)
    for ax, (title, values) in zip(panels, stages.items(), strict=True):
        ax.hist(values, bins=np.arange(-8, 15.1, 1), color=DATA)
        ax.axvline(values.mean(), color=INK, linewidth=1.6)
        ax.set(title=title, xlim=(-7, 13), xticks=[-5, 0, 5, 10], yticks=[])
        ax.spines["left"].set_visible(False)
    for ax in panels:
        ax.set_xlabel("value")


def draw_rates(rates, plain, normed):
    """Draw the last loss of trainings against the rate, without and with a norm. None: it was no number."""
    _, ax = axes()
    for losses, color, name, up in ((plain, DATA, "without a norm", 16), (normed, INK, "with a norm", -13)):
        kept = [(rate, loss) for rate, loss in zip(rates, losses, strict=True) if loss is not None]
        ax.plot(*np.array(kept).T, "o-", color=color, markersize=5)
        label(ax, name, kept[-2], (0, up), color, ha="center")
    lost = [rate for rate, loss in zip(rates, plain, strict=True) if loss is None]
    ax.plot(lost, [1.25] * len(lost), "x", color=DATA, markersize=9, markeredgewidth=2)
    label(ax, "no number any more", (lost[0], 1.25), (0, -14), DATA)
    ax.set(xlabel="rate of the matrix in front", ylabel="loss after 60 steps", xscale="log", ylim=(0, 1.4))
    ax.set(xticks=[1, 10, 100, 1000], xticklabels=["1", "10", "100", "1,000"])


def draw_shares(names):
    """Draw where the parameters of models are, a bar for each. names: keys of `counting.MODELS`."""
    _, ax = axes(height=0.62 * len(names) + 0.8)
    bars = {}
    for row, name in enumerate(names):
        part = shares(count_parameters(**MODELS[name]))
        table = part["embedding"] + part["output"]
        bars[name] = {
            "embedding": table, "attention": part["attention"], "feed-forward": part["feed-forward"],
        }  # fmt: skip
        left = sum(bars[name].values())
        ax.barh(row, 100 - left, left=left, color=MUTED, height=0.62)
        ax.text(101.5, row, _percent(part["biases"]), color=BIAS, va="center")
    ax.text(101.5, -0.52, "biases", color=BIAS, va="bottom")
    draw_parts(ax, bars)
    ax.set(xlim=(0, 115))


def _percent(share):
    return f"{share:.1g} %" if share else "none"


def draw_growth(vocabulary, layers, marked):
    """Draw the weights of the embedding and of the blocks over the width. marked: widths to point at."""
    _, ax = axes()
    width = np.geomspace(40, 16_000, 60)
    ax.plot(width, vocabulary * width, color=WEIGHT, linestyle=DASHED)
    ax.plot(width, 12 * layers * width**2, color=WEIGHT)
    equal = vocabulary / (12 * layers)
    ax.vlines(equal, 1e5, vocabulary * equal, color=MUTED, linewidth=1.2, linestyle=DASHED)
    label(ax, f"equal at {equal:.0f}", (equal, 2e5), (6, 0), DATA)
    for d in marked:
        ax.plot(d, 12 * layers * d**2, "o", color=WEIGHT, markersize=7)
    label(ax, "GPT-2 small", (marked[0], 12 * layers * marked[0] ** 2), (-9, 8), ha="right")
    label(ax, "12 blocks", (5000, 12 * layers * 5000**2), (-8, 4), WEIGHT, ha="right")
    label(ax, "embedding", (5000, vocabulary * 5000), (0, -15), WEIGHT)
    ax.set(
        xlabel="width d", ylabel="weights", xscale="log", yscale="log", xlim=(40, 20_000), ylim=(1e5, None)
    )
    ax.set(xticks=[100, 1000, 10_000], xticklabels=["100", "1,000", "10,000"])
    ax.set(yticks=[1e6, 1e8, 1e10], yticklabels=["a million", "100 million", "10 billion"])
