"""Draw the picture that a link to the book shows in a chat or a feed: python tools/make_social_card.py

One neuron's line over its five points, with the weight and the bias in their colours.
"""

from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt
from PIL import Image

from helpers.figures import style

OUTPUT = Path(__file__).parent / "theme" / "assets" / "social-card.png"
WIDTH, HEIGHT, DOTS = 12.0, 6.3, 100  # inches, inches, per inch: 1200 by 630 pixels


def main():
    style.use_style()
    figure = plt.figure(figsize=(WIDTH, HEIGHT), dpi=DOTS, layout="none")
    words = {"family": "serif", "color": style.INK}
    figure.text(0.06, 0.74, "Every Knob", size=58, weight="bold", **words)
    figure.text(0.06, 0.55, "The weights and biases\nof a language model,", size=27, linespacing=1.3, **words)
    figure.text(0.06, 0.38, "from one neuron to\na fine-tuned transformer", size=27, linespacing=1.3, **words)
    figure.text(0.06, 0.12, "Every claim is a cell you can run.", size=20, family="serif", color=style.DATA)
    draw_neuron(figure.add_axes((0.56, 0.12, 0.4, 0.76)))
    figure.savefig(OUTPUT, dpi=DOTS)
    # Few colours are enough for a drawing, and the file is a third of the size.
    Image.open(OUTPUT).convert("RGB").quantize(64).save(OUTPUT, optimize=True)
    print(f"{OUTPUT.name}: {OUTPUT.stat().st_size / 1000:.0f} kB")


def draw_neuron(ax):
    weight, bias = 1.9, 3.3
    x = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    ax.plot([-0.6, 5.8], weight * np.array([-0.6, 5.8]) + bias, color=style.INK, linewidth=4)
    ax.scatter(x, [5.0, 7.5, 8.5, 11.5, 12.5], s=130, color=style.DATA, zorder=3)
    ax.plot([0, 0], [0, bias], color=style.BIAS, linewidth=9)
    ax.plot([3, 4], [weight * 3 + bias] * 2, color=style.MUTED, linewidth=3)
    ax.plot([4, 4], [weight * 3 + bias, weight * 4 + bias], color=style.WEIGHT, linewidth=9)
    ax.text(0.25, 1.2, "b", size=30, style="italic", family="serif", color=style.BIAS)
    ax.text(4.25, 9.4, "w", size=30, style="italic", family="serif", color=style.WEIGHT)
    style.cross(ax)
    ax.set_axis_off()


if __name__ == "__main__":
    main()
