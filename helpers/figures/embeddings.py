"""The figures of chapter 08."""

import numpy as np

from ..language.embeddings import cosine
from .style import DATA, INK, MUTED, PAPER, WEIGHT, axes, label

DASHED = (0, (4, 2))
KNOWLEDGE = ("every word alike", "shares of words", "one word back", "the grammar")
GREY = tuple(int(DATA[i : i + 2], 16) / 255 for i in (1, 3, 5))


def draw_pieces(tokenizer, texts):
    """Draw each text as a row of boxes, a token in each, with its number below; a space is shown as a dot."""
    _, ax = axes(height=0.95 * len(texts))
    end = 0.0
    for row, text in enumerate(texts):
        at = 0.0
        for piece, token in zip(tokenizer.pieces(text), tokenizer.encode(text), strict=True):
            shown = piece.replace(" ", "·").replace("\ufffd", "?")
            wide = 0.42 * max(len(shown), len(str(token)) * 0.8) + 0.5
            box = {"facecolor": PAPER, "edgecolor": DATA, "linewidth": 1.2}
            ax.add_patch(_rectangle(at, -row - 0.22, wide, 0.44, box))
            ax.text(at + wide / 2, -row, shown, ha="center", va="center", fontsize=12)
            ax.text(at + wide / 2, -row - 0.38, str(token), ha="center", va="center", fontsize=9, color=DATA)
            at += wide + 0.16
        end = max(end, at)
    ax.set(xlim=(-0.1, end), ylim=(0.35 - len(texts), 0.4))
    ax.axis("off")


def _rectangle(x, y, width, height, look):
    from matplotlib.patches import Rectangle

    return Rectangle((x, y), width, height, **look)


def draw_lookup(table, token):
    """Draw a one-hot row times a table as the row that it picks. table: [rows, width], a small one."""
    rows, width = table.shape
    _, ax = axes(height=2.9)
    hot = np.eye(rows)[token]
    for i in range(rows):
        on = i == token
        _cell(ax, i - rows - 0.7, (rows - 1) / 2, f"{hot[i]:.0f}", INK if on else DATA, on)
        for j in range(width):
            _cell(ax, 1.2 + 1.35 * j, rows - 1 - i, f"{table[i, j]:.1f}", WEIGHT if on else DATA, on, 1.35)
    for j in range(width):
        _cell(
            ax, 1.7 + 1.35 * (width + 0.95 + j), (rows - 1) / 2, f"{table[token, j]:.1f}", WEIGHT, True, 1.35
        )
    for at, sign in ((0.05, "·"), (1.1 + 1.35 * (width + 0.25), "=")):
        ax.text(at, (rows - 1) / 2, sign, ha="center", va="center", fontsize=15)
    ax.text(-rows / 2 - 1.2, rows / 2 + 0.35, "one-hot row", ha="center", color=DATA)
    ax.text(1.2 + 1.35 * (width - 1) / 2, rows - 0.2, "table E", ha="center", color=DATA)
    ax.text(1.7 + 1.35 * (1.5 * width + 0.45), rows / 2 + 0.35, f"row {token}", ha="center", color=DATA)
    ax.set(xlim=(-rows - 1.4, 1.7 + 1.35 * (2 * width + 0.6)), ylim=(-0.7, rows + 0.3))
    ax.axis("off")


def _cell(ax, x, y, text, color, strong, wide=1.0):
    look = {"facecolor": "none", "edgecolor": color if strong else MUTED, "linewidth": 2 if strong else 0.8}
    ax.add_patch(_rectangle(x - wide / 2, y - 0.5, wide, 1.0, look))
    ax.text(x, y, text.replace("-", "−"), ha="center", va="center", color=color, fontsize=11)


def draw_lengths(sizes, bytes_per_token):
    """Draw how many bytes a token stands for over the number of tokens in the vocabulary."""
    _, ax = axes(height=2.9)
    ax.plot(sizes, bytes_per_token, "o-", color=INK, markersize=5)
    for at, offset in ((0, (14, -3)), (-1, (-14, 12))):
        label(ax, f"{bytes_per_token[at]:.2f}", (sizes[at], bytes_per_token[at]), offset)
    ax.set(xlabel="tokens in the vocabulary", ylabel="bytes for a token", ylim=(0.8, 2.35))
    ax.set(xlim=(246, 524), xticks=[256, 300, 350, 400, 450, 512])


def draw_levels(losses, levels):
    """Draw the loss of each step, and the levels at which four kinds of knowledge end, in nats."""
    _, ax = axes(height=3.4)
    steps = len(losses)
    ax.plot(losses, color=WEIGHT, linewidth=1.4)
    for name, level in zip(KNOWLEDGE, levels, strict=True):
        ax.plot([0, steps], [level, level], color=MUTED, linewidth=1.2, linestyle=DASHED, zorder=0)
        label(ax, f"{name} {level:.2f}", (steps, level), (6, 0), DATA)
    label(ax, "bigram model", (120, losses[100:140].mean()), (8, 20), WEIGHT)
    ax.set(xlabel="steps", ylabel="loss, in nats", xlim=(0, 1.55 * steps), ylim=(0, 5.8))
    ax.set_xticks(np.linspace(0, steps, 5).astype(int))


def draw_cosines(before, after, groups):
    """Draw the cosines between all rows, before and after. before, after: [n, d]; groups: name -> rows."""
    _, panels = axes(height=3.7, columns=2)
    edges = np.cumsum([0, *(len(rows) for rows in groups.values())])
    order = np.concatenate(list(groups.values()))
    for ax, table, title in zip(panels, (before, after), ("before training", "after training"), strict=True):
        near = cosine(table[order][:, None], table[order][None])  # [n, n]
        image = np.empty((*near.shape, 4))
        image[..., :3], image[..., 3] = GREY, np.clip(near, 0, 1)
        ax.imshow(image, interpolation="nearest")
        for edge in edges[1:-1]:
            ax.axhline(edge - 0.5, color=MUTED, linewidth=0.6)
            ax.axvline(edge - 0.5, color=MUTED, linewidth=0.6)
        ax.set(title=title, xticks=[])
        ax.set_yticks(
            (edges[:-1] + edges[1:] - 1) / 2, labels=groups if ax is panels[0] else [""] * len(groups)
        )
        ax.tick_params(length=0)
