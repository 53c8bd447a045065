"""The figures of chapter 18."""

import numpy as np

from .style import BIAS, DATA, GRADIENT, INK, MUTED, WEIGHT, axes, label

DASHED = (0, (4, 2))
RULES = ("how often", "where a word stands", "who lives where")


def draw_trade(recorded, floors):
    """Draw how far above two floors each method ends. recorded: {name: [seeds, 5]}; floors: (new, old)."""
    _, ax = axes(6.6, 4.2)
    means = {name: rows[:, :2].mean(axis=0) - floors for name, rows in recorded.items()}
    ranks = [f"lora {r}" for r in (1, 2, 4, 8, 16)]
    shares = ["full", *[f"full replay {share}" for share in (0.125, 0.25, 0.5)]]
    for names, color, style in ((ranks, GRADIENT, "-"), (shares, WEIGHT, DASHED)):
        ax.plot(*np.array([means[name] for name in names]).T, color=color, linestyle=style, linewidth=1.4)
    kinds = {"lora": GRADIENT, "biases": BIAS, "full": WEIGHT, "head": INK, "before": DATA}
    texts = {
        "before": ("before", (-10, 0)),
        "biases": ("biases", (8, 0)),
        "head": ("head", (8, 4)),
        "full": ("all", (-4, 13)),
        "lora 1": ("LoRA, rank 1", (-4, -14)),
        "lora 16": ("rank 16", (-9, -2)),
        "full replay 0.125": ("replay ⅛", (8, 0)),
        "full replay 0.25": ("¼", (8, 4)),
        "full replay 0.5": ("½", (8, 6)),
        "lora 2 attention": ("rank 2, attention only", (8, 0)),
    }
    for name, (x, y) in means.items():
        if name.startswith(("lora 8 replay", "cut", "last")) or name in ("lora 5", "biases 800"):
            continue
        color = kinds[name.split()[0]]
        hollow = {"markerfacecolor": "none"} if "replay" in name else {}
        ax.plot(x, y, "o", color=color, markersize=6.5, **hollow)
        if name in texts:
            text, offset = texts[name]
            label(ax, text, (x, y), offset, color, ha="right" if name in ("before", "lora 16") else "left")
    ax.set(xlabel="nats above the floor of the dialect", ylabel="nats above the floor of the old language")
    ax.set(xscale="log", yscale="log", xlim=(0.0045, 0.5), ylim=(0.005, 0.6))
    ticks = [0.01, 0.03, 0.1, 0.3]
    ax.set(xticks=ticks, xticklabels=ticks, yticks=ticks, yticklabels=ticks)
    ax.minorticks_off()


def draw_answers(recorded, truths):
    """Draw how much of the way to the dialect each method has gone, one group for each changed rule.

    recorded: {name: [seeds, 5]}. truths: the three answers of the dialect.
    """
    _, ax = axes(6.6, 3.2)
    before = recorded["before"][:, 2:].mean(axis=0)
    looks = (
        ("biases", BIAS, "biases, 1,104"),
        ("lora 1", GRADIENT, "rank 1, 1,536"),
        ("full", WEIGHT, "all, 64,464"),
    )
    for k, (name, color, text) in enumerate(looks):
        gone = (recorded[name][:, 2:] - before) / (np.array(truths) - before)  # [seeds, 3]
        at = np.arange(3) + 0.26 * (k - 1)
        ax.bar(at, gone.mean(axis=0), 0.22, color=color)
        for x, seeds in zip(at, gone.T, strict=True):
            ax.plot([x, x], [seeds.min(), seeds.max()], color=INK, linewidth=1.2)
        ax.bar([0], [0], color=color, label=text)
    ax.axhline(1, color=MUTED, linewidth=1, linestyle=DASHED)
    ax.set(xticks=range(3), xticklabels=RULES, ylabel="share of the way", ylim=(0, 1.35))
    ax.legend(ncols=3, loc="upper left", fontsize=9)


def draw_ranks(ranks, kept, trained, whole, floor):
    """Draw the loss on the dialect over the rank: of the full change cut down, and of LoRA.

    kept: {rank: nats}, of the cut change. trained: {rank: nats}. whole: nats of the full change.
    """
    _, ax = axes()
    for losses, color, text in (
        (kept, WEIGHT, "the full change, cut to this rank"),
        (trained, GRADIENT, "LoRA, trained at this rank"),
    ):
        ax.plot(ranks, [losses[r] - floor for r in ranks], "o-", color=color, markersize=5.5)
        label(ax, text, (ranks[0], losses[ranks[0]] - floor), (9, 9), color)
    ax.axhline(whole - floor, color=DATA, linewidth=1.2, linestyle=DASHED)
    label(ax, "the full change", (ranks[0], whole - floor), (0, -9), DATA)
    ax.set(xlabel="rank", ylabel="nats above the floor", xscale="log", ylim=(0, None))
    ax.set(xticks=ranks, xticklabels=[str(r) for r in ranks])
    ax.minorticks_off()
