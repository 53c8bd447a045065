"""One look for every figure: the colours of the course and one matplotlib style.

The colours are Okabe-Ito's, safe for colour-blind readers. The book swaps these exact values for the colours
of the reader's theme, so a figure that uses only them is right in light and in dark.
"""

import matplotlib as mpl
from matplotlib import pyplot as plt

WEIGHT = "#0072B2"
BIAS = "#D55E00"
GRADIENT = "#009E73"
DATA = "#6E7781"
INK = "#24292F"
MUTED = "#8C959F"
PAPER = "#FFFFFF"

STYLE = {
    "svg.fonttype": "none",  # text stays text: small files, the reader's font, selectable
    "svg.hashsalt": "every-knob",  # the same figure gives the same bytes
    "font.size": 11,
    "axes.titlesize": 12,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.facecolor": "none",
    "figure.facecolor": PAPER,
    "figure.constrained_layout.use": True,
    "text.color": INK,
    "xtick.color": DATA,
    "ytick.color": DATA,
    "lines.linewidth": 2.2,
    "lines.solid_capstyle": "round",
    "legend.frameon": False,
}


def use_style():
    """Set the course's matplotlib style, and SVG output where a notebook shows the figure."""
    mpl.rcParams.update(STYLE)
    try:
        from IPython import get_ipython
        from matplotlib_inline.backend_inline import set_matplotlib_formats
    except ImportError:  # a plain script has no notebook to show a figure in
        return
    if get_ipython() is not None:
        set_matplotlib_formats("svg")


def axes(width=6.2, height=3.4, columns=1, **options):
    """Return (figure, axes) in the course's style.

    Parameters: width and height of the whole figure in inches; number of panels side by side.
    With one column the second value is a single axes, otherwise an array of shape [columns].
    """
    use_style()
    return plt.subplots(1, columns, figsize=(width, height), **options)


def cross(ax):
    """Draw faint lines through zero, so that a reader sees where x = 0 and y = 0 are."""
    ax.axhline(0, color=MUTED, linewidth=0.8, zorder=0)
    ax.axvline(0, color=MUTED, linewidth=0.8, zorder=0)


def label(ax, text, at, offset=(9, 0), color=INK, **options):
    """Write text beside the point `at` (data units), moved by `offset` (points); it replaces a legend."""
    options = {"va": "center"} | options
    ax.annotate(text, at, offset, textcoords="offset points", color=color, **options)
