"""The figures of chapter 09."""

import numpy as np

from .style import DATA, GRADIENT, INK, MUTED, axes, label

DASHED = (0, (4, 2))


def draw_gap(words, noun):
    """Draw a sentence whose last word is missing: what stands before the gap, and the noun that decides."""
    _, ax = axes(height=2.1)
    last = len(words) - 1
    for at, word in enumerate(words):
        strong = {"fontweight": "bold"} if at == noun else {}
        ax.text(at, 0, word, ha="center", va="center", fontsize=14, **strong)
    for to, y, bend, color, style in ((noun, 0.25, 0.3, INK, "-"), (last - 1, -0.25, -0.5, DATA, DASHED)):
        arrow = {"arrowstyle": "-|>", "connectionstyle": f"arc3,rad={bend}", "shrinkA": 0, "shrinkB": 0}
        line = {"linestyle": style, "linewidth": 2, "color": color}
        ax.annotate("", (to, y), (last, y), arrowprops=arrow | line)
    ax.text((noun + last) / 2, 1.1, "the verb needs this word", ha="center", va="bottom", color=INK)
    ax.text(last - 0.5, -0.62, "one word back", ha="center", va="top", color=DATA)
    ax.text(last + 0.4, 0, "run or runs?", ha="left", va="center", color=INK)
    ax.set(xlim=(-0.4, last + 1.6), ylim=(-1, 1.5), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)


def draw_weights(words, weights):
    """Draw a table of attention weights as squares with numbers: who asks in rows, who answers in columns."""
    _, ax = axes(width=5.2, height=4.2)
    n = len(words)
    for i in range(n):
        for j in range(n):
            weight = float(weights[i][j])
            if weight:
                ax.add_patch(_square(j, i, weight))
                ax.text(j, i, f"{weight:.3f}", ha="center", va="center", color=INK, fontsize=11)
    ax.set(xticks=range(n), yticks=range(n), xticklabels=words, yticklabels=words)
    ax.set(xlim=(-0.5, n - 0.5), ylim=(n - 0.5, -0.5), xlabel="answers", ylabel="asks")
    ax.xaxis.set_label_position("top")
    ax.xaxis.labelpad = 10
    ax.tick_params(length=0, labeltop=True, labelbottom=False, labelsize=11)
    ax.spines[:].set_visible(False)


def _square(x, y, weight):
    from matplotlib.patches import Rectangle

    strong = {"facecolor": DATA, "alpha": 0.08 + 0.5 * weight}
    return Rectangle((x - 0.47, y - 0.47), 0.94, 0.94, linewidth=0, **strong)


def draw_saturation(sizes, plain, scaled, most):
    """Draw the entropy of the weights over the width of the keys, without and with the division by √d."""
    _, ax = axes()
    ax.axhline(most, color=MUTED, linewidth=1.2, linestyle=DASHED)
    ax.plot(sizes, scaled, "o-", color=INK, markersize=6)
    ax.plot(sizes, plain, "o-", color=DATA, markersize=6)
    middle = len(sizes) // 2
    label(ax, "divided by √d", (sizes[middle], scaled[middle]), (0, -15), ha="center")
    label(ax, "as they are", (sizes[middle], plain[middle]), (12, 8), DATA)
    label(ax, "all keys alike", (sizes[-1], most), (0, 9), DATA, ha="right")
    ax.set(xlabel="numbers in a key, d", ylabel="entropy in nats", xscale="log", ylim=(0, 3.9))
    ax.set_xticks(sizes, [str(size) for size in sizes])
    ax.minorticks_off()


def draw_listeners(sentences, heads):
    """Draw what the last word takes of each word: a panel for each sentence, a row of bars for each head.

    sentences: lists of words. heads: {name: one row of weights for each sentence}.
    """
    _, panels = axes(height=0.6 + 0.72 * len(heads), columns=len(sentences), sharey=True)
    for at, (ax, words) in enumerate(zip(panels, sentences, strict=True)):
        for row, (name, weights) in enumerate(heads.items()):
            bars = np.asarray(weights[at])
            ax.bar(range(len(words)), 0.56 * bars, 0.72, bottom=-row, color=DATA)
            ax.axhline(-row, color=MUTED, linewidth=1)
            if at == 0:
                ax.text(-0.75, 0.25 - row, name, ha="right", va="center", color=INK)
            for j in np.flatnonzero(bars > 0.1):
                ax.text(j, 0.6 * bars[j] - row, f"{bars[j]:.2f}", ha="center", va="bottom", fontsize=10)
        ax.set(xlim=(-0.6, len(words) - 0.4), ylim=(0.96 - len(heads), 0.9), yticks=[])
        ax.set_xticks(range(len(words)), words)
        ax.tick_params(length=0, labelsize=11, labelcolor=INK)
        ax.spines[:].set_visible(False)


def draw_bias_gradients(plain, rotated):
    """Draw the largest gradient in the biases of queries, keys and values, without and with rotation."""
    _, ax = axes(height=2.6)
    for row, name in enumerate(("queries", "keys", "values")):
        ax.axhline(-row, color=MUTED, linewidth=0.8)
        ax.text(4e-19, -row, name, ha="right", va="center", color=INK)
        ax.plot(rotated[row], -row, "o", color=GRADIENT, markersize=11, markerfacecolor="none")
        ax.plot(plain[row], -row, "o", color=GRADIENT, markersize=6)
    label(ax, "rounding", (plain[1], -1), (0, 12), ha="center")
    label(ax, "rotated", (rotated[1], -1), (0, 14), ha="center")
    ax.set(xscale="log", xlim=(1e-18, 10), ylim=(-2.6, 0.6), yticks=[])
    ax.set(xlabel="largest gradient (rings: queries and keys are rotated)", xticks=[1e-15, 1e-10, 1e-5, 1])
    ax.spines["left"].set_visible(False)


def draw_reach(rows):
    """Draw which tokens change when one does: a line of squares for each layer. rows: {name: [n] truth}."""
    _, ax = axes(height=0.9 + 0.62 * len(rows))
    for row, (name, changed) in enumerate(rows.items()):
        for at, yes in enumerate(changed):
            ax.add_patch(_square(at, -row, 1.0 if yes else 0.0))
            if yes:
                ax.text(at, -row, "×", ha="center", va="center", fontsize=13)
        ax.text(-0.75, -row, name, ha="right", va="center", color=INK)
    n = len(next(iter(rows.values())))
    ax.annotate("changed", (4, 0.5), (4, 0.72), ha="center", va="bottom", color=INK, fontsize=11)
    ax.set(xlim=(-0.6, n - 0.4), ylim=(0.35 - len(rows), 1.1), aspect="equal", yticks=[])
    ax.set_xticks(range(n), [str(i) for i in range(n)])
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    ax.set_xlabel("token")
