"""The figures of chapter 12."""

import numpy as np

from .style import DATA, INK, MUTED, PAPER, axes, label

DASHED = (0, (4, 2))


def _smooth(values):
    """Return steps and the mean of the losses around each, over windows that grow with the step."""
    steps = np.unique(np.geomspace(1, len(values), 120).astype(int))
    return steps, np.array([np.mean(values[int(0.9 * s) : max(s, int(0.9 * s) + 1)]) for s in steps])


def _levels(ax, levels, at):
    """Draw a dashed line for each level with its name beside it; levels: name -> height."""
    for name, height in levels.items():
        lowest = height == min(levels.values())
        ax.axhline(height, color=MUTED, linewidth=1.2, linestyle=DASHED)
        label(
            ax, f"{name}: {height:.2f}", (at, height), (0, -9 if lowest else 8), DATA, ha="right", fontsize=10
        )


def draw_curve(losses, stairs):
    """Draw the loss over the steps, on a log scale, and what four kinds of knowledge cost in nats."""
    _, ax = axes(height=3.6)
    levels = dict(zip(["all words alike", "frequencies", "pairs", "the grammar"], stairs, strict=True))
    _levels(ax, levels, len(losses) * 1.25)
    steps, smooth = _smooth(losses)
    ax.plot(steps, smooth, color=INK)
    ax.set(
        xlabel="step", ylabel="loss, in nats", xscale="log", xlim=(0.9, 1.3 * len(losses)), ylim=(0.7, 5.7)
    )
    ax.set(xticks=[1, 10, 100, 1000], xticklabels=["1", "10", "100", "1,000"])


def draw_answers(names, seen, truths):
    """Draw the probability of each right answer over the steps; seen: step -> [names], truths: [names]."""
    _, panels = axes(height=2.8, columns=len(names), sharey=True)
    steps, values = list(seen), np.array(list(seen.values()))  # [marks], [marks, names]
    for k, (ax, name) in enumerate(zip(panels, names, strict=True)):
        ax.axhline(truths[k], color=MUTED, linewidth=1.2, linestyle=DASHED)
        ax.plot(steps, values[:, k], color=INK, linewidth=2)
        ax.set_title(name.replace(", ", ":\n"), fontsize=10, va="bottom")
        ax.set(xscale="log", xlim=(9, 2500), ylim=(-0.02, 1.05), xticks=[10, 100, 1000])
        ax.set_xticklabels(["10", "100", "1,000"], fontsize=9, rotation=35)
        ax.minorticks_off()
    panels[0].set_ylabel("probability")
    panels[len(names) // 2].set_xlabel("step")


def draw_temperatures(words, rows):
    """Draw a panel of bars for each temperature; words: list of text, rows: temperature -> [words]."""
    _, panels = axes(height=2.9, columns=len(rows), sharex=True, sharey=True)
    at = np.arange(len(words))
    for ax, (temperature, p) in zip(panels, rows.items(), strict=True):
        ax.barh(at, p, color=DATA, height=0.7)
        ax.set(title=f"temperature {temperature:g}", xlim=(0, 0.85), xticks=[0, 0.4, 0.8], yticks=at)
    panels[0].set_yticklabels(words)
    panels[0].invert_yaxis()
    panels[len(rows) // 2].set_xlabel("probability of the next word")


def draw_passes(passes):
    """Draw how often each part of a training mixture is read; passes: name -> times."""
    _, ax = axes(height=2.6)
    at = np.arange(len(passes))
    ax.barh(at, list(passes.values()), color=DATA, height=0.65)
    ax.axvline(1, color=INK, linewidth=1.4)
    for k, times in enumerate(passes.values()):
        label(
            ax, f"{times:.2f}", (times, k), (6, 0), bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0.5}
        )
    label(ax, "once", (1, -0.75), (5, 0))
    ax.set(xlabel="times that each token is read", yticks=at, yticklabels=list(passes), ylim=(4.5, -1))
    ax.set(xlim=(0, 4.2))


def draw_bits(curve, new, alone, behind):
    """Draw bits per byte over the steps, on a log scale: curve [steps], on new text, and lzma's two."""
    _, ax = axes(height=3.2)
    end = len(curve)
    for name, bits in (("lzma, new text alone", alone), ("lzma, behind the old text", behind)):
        ax.axhline(bits, color=MUTED, linewidth=1.2, linestyle=DASHED)
        label(ax, f"{name}: {bits:.2f}", (0.95, bits), (0, 8), DATA, fontsize=10)
    ax.plot(*_smooth(curve), color=INK)
    ax.plot(end, new, "o", color=INK, markersize=7)
    label(ax, f"new text: {new:.2f}", (end, new), (8, 4))
    ax.set(xlabel="step", ylabel="bits per byte", xscale="log", xlim=(0.9, 8 * end))
    ax.set(ylim=(1.5, 4.4), xticks=[1, 10, 100], xticklabels=["1", "10", "100"])
