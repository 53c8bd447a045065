"""The explorable of chapter 18: a frozen matrix, and a change of low rank beside it or in it."""

import numpy as np
import traitlets

from .base import Explorable, knob, whole

OUTPUTS, INPUTS = 6, 10  # of the matrix that is drawn
REAL = [1536, 576]  # of the real model's layer up
KINDS = {"one": [4.0], "three": [4.0, 2.5, 1.5], "noise": [2.4, 2.2, 2.0, 1.8, 1.6, 1.4]}  # singular values
MERGED = ["beside", "once", "twice"]


def made(kind):
    """Return (b [6, 6], a [6, 10]): b @ a is the change that is wanted, and its first r columns and rows the
    best change of rank r. Rounded, so that a page has the same numbers.
    """
    rng = np.random.default_rng(7)
    u, _ = np.linalg.qr(rng.normal(size=(OUTPUTS, OUTPUTS)))
    v, _ = np.linalg.qr(rng.normal(size=(INPUTS, INPUTS)))
    sizes = np.zeros(OUTPUTS)
    sizes[: len(KINDS[kind])] = KINDS[kind]
    return (u * sizes).round(3), v[:OUTPUTS].round(3)


def frozen():
    """Return (W [6, 10], x [10]): the matrix, and one input."""
    rng = np.random.default_rng(3)
    return rng.normal(0, 0.7, size=(OUTPUTS, INPUTS)).round(2), rng.normal(size=INPUTS).round(1)


class LowRank(Explorable):
    """A matrix W that stays, and scale · B A, beside it or merged into it.

    kind: how many directions the wanted change has. rank: r, how many B and A have. scale: alpha / r.
    merged: whether the change stands beside W, was added to it, or was added twice. w, x, a, b: the numbers,
    the factors for each kind. real: the sides of a layer of the real model. `numbers()` returns what the
    view shows.
    """

    view = "lora"
    summary = "A frozen matrix and a change of low rank: its parameters, its error, and what a merge does."

    kind = traitlets.Enum(list(KINDS), "three").tag(sync=True)
    rank = knob(1.0)
    scale = knob(1.0)
    merged = traitlets.Enum(MERGED, "beside").tag(sync=True)
    w = traitlets.List(frozen()[0].tolist()).tag(sync=True)
    x = traitlets.List(frozen()[1].tolist()).tag(sync=True)
    b = traitlets.Dict({kind: made(kind)[0].tolist() for kind in KINDS}).tag(sync=True)
    a = traitlets.Dict({kind: made(kind)[1].tolist() for kind in KINDS}).tag(sync=True)
    real = traitlets.List(REAL).tag(sync=True)
    controls = traitlets.List(["kind", "rank", "scale", "merged"]).tag(sync=True)

    def numbers(self):
        r = whole(self.rank)
        w, x = np.array(self.w), np.array(self.x)
        b, a = np.array(self.b[self.kind]), np.array(self.a[self.kind])
        wanted, change = b @ a, self.scale * b[:, :r] @ a[:r]  # [6, 10] each
        times = {"beside": 1, "once": 1, "twice": 2}[self.merged]
        count = r * (OUTPUTS + INPUTS)
        real = r * sum(self.real)
        shown = {
            "rank": self.rank,
            "scale": self.scale,
            "count": count,
            "all": OUTPUTS * INPUTS,
            "real_count": real,
            "real_share": 100 * real / np.prod(self.real),
            "error": 100 * np.linalg.norm(wanted - times * change) / np.linalg.norm(wanted),
            "plain": (w @ x)[0],
            "added": (times * change @ x)[0],
            "answer": ((w + times * change) @ x)[0],
            "wanted": ((w + wanted) @ x)[0],
        }
        return {name: float(value) for name, value in shown.items()}
