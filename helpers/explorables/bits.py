"""The explorable of chapter 13: one weight of the real model as its bits, and what one turned bit does."""

import tomllib

import numpy as np
import traitlets

from ..real_models.bits import AT, KINDS, block_of, flipped
from .base import HERE, Explorable, knob, whole

RECORDED = HERE / "bits.toml"  # made by tools/make_bits.py, which runs the model once for each bit


def recorded():
    """Return what bits.toml holds: the block, the question, and of each format its parts and answers."""
    return tomllib.loads(RECORDED.read_text(encoding="utf-8"))


class Bits(Explorable):
    """One weight in four formats, at most one of its bits turned.

    kind: the format. bit: the turned one, counted from 1, from the left, over all parts; 0, or what the
    format does not have, turns none. block: 20 bytes of the file. at: the weight's place in it. formats:
    {kind: {parts, losses, says}}, the latter two recorded, for no bit and then for each. `numbers()` returns
    what the view shows; a number that is none is NaN.
    """

    view = "bits"
    summary = "One weight of a real model as its bits: each can be turned, and the recorded answer changes."

    kind = traitlets.Enum(list(KINDS), "float32").tag(sync=True)
    bit = knob(0.0)
    block = traitlets.List(recorded()["bytes"]).tag(sync=True)
    question = traitlets.Unicode(recorded()["question"]).tag(sync=True)
    formats = traitlets.Dict(recorded()["formats"]).tag(sync=True)
    at = traitlets.Int(AT).tag(sync=True)
    controls = traitlets.List(["kind", "bit"]).tag(sync=True)

    def turned(self):
        """Return which bit is turned, from 1 on, or 0 for none."""
        count = len(self.formats[self.kind]["losses"]) - 1
        return whole(self.bit) if whole(self.bit) <= count else 0

    def numbers(self):
        form, turned = self.formats[self.kind], self.turned()
        bits = "".join(text for _, text in form["parts"])
        after = flipped(bits, turned - 1) if turned else bits
        before, now = (block_of(self.kind, form["parts"], each, self.block) for each in (bits, after))
        return {
            "bit": self.bit,
            "before": before[AT],
            "now": now[AT],
            "moved": np.sum(~(now == before)),
            "largest": np.max(np.abs(now)),
            "loss_before": float(form["losses"][0]),
            "loss": float(str(form["losses"][turned]).replace("none", "nan")),
        }
