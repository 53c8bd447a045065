"""The explorable of chapter 16: a row of weights in fewer bits, its bytes, and what one outlier does."""

import tomllib

import numpy as np
import traitlets

from .base import HERE, Explorable, knob, whole

RECORDED = tomllib.loads((HERE / "precision.toml").read_text(encoding="utf-8"))
ROW, OUTLIER, NO_LIMIT = 48, 20, 4.0  # weights, the place of the outlier, and the limit that cuts nothing
WEIGHTS = np.random.default_rng(1).normal(0, 0.35, size=ROW).round(3).tolist()
OURS = {
    f"{bits}_{block}": RECORDED["ours"][f"bits_{bits}_block_{block}"]
    for bits in range(1, 9)
    for block in (16, 48)
}
OURS["float32"] = RECORDED["ours"]["float32"]
REAL = {name: RECORDED["real"][name] for name in ("bits_4_block_32", "bits_4_row", "bits_3_block_32")}
REAL |= {name: RECORDED["real"][name] for name in ("bits_3_row", "bits_2_block_32", "bits_2_row")}


class Precision(Explorable):
    """A row of 48 weights rounded to so many bits, one of them an outlier.

    bits: of each weight. block: weights that share a step and a minimum, as text. outlier: the value of one
    weight. limit: to what weights are clipped first, and nothing at the right end. weights: all the others.
    ours, real: losses that tools/make_precision.py recorded, in nats a token. `numbers()` returns what the
    view shows.
    """

    view = "precision"
    summary = "A row of weights in fewer bits: its steps, its bytes, and what one outlier does to the others."

    bits = knob(4.0)
    block = traitlets.Enum(["16", "48"], "48").tag(sync=True)
    outlier = knob(4.0)
    limit = knob(NO_LIMIT)
    weights = traitlets.List(WEIGHTS).tag(sync=True)
    place = traitlets.Int(OUTLIER).tag(sync=True)
    most = traitlets.Float(NO_LIMIT).tag(sync=True)
    ours = traitlets.Dict(OURS).tag(sync=True)
    real = traitlets.Dict(REAL).tag(sync=True)
    controls = traitlets.List(["bits", "block", "outlier", "limit"]).tag(sync=True)

    def numbers(self):
        import torch

        from ..real_models.quantise import clipped, quantise, stored_bytes

        bits, block = whole(self.bits), int(self.block)
        before = torch.tensor(self.weights, dtype=torch.float64)
        before[self.place] = self.outlier
        cut = clipped(before, self.limit if self.limit < self.most else np.inf)
        q, step, low = quantise(cut[None], bits, block)  # [groups, block]
        after = (q * step + low).flatten()
        size = stored_bytes(ROW, bits, block)
        wrong, others = after - before, torch.arange(ROW) != self.place
        group = q.flatten()[self.place // block * block :][:block]
        shown = {"bits": self.bits, "outlier": self.outlier, "limit": self.limit}
        shown |= {"values": 2**bits, "bytes": size, "per_weight": 8 * size / ROW, "float_bytes": 4 * ROW}
        shown |= {"step": step[self.place // block], "used": len(group.unique())}
        shown |= {
            "others_error": (wrong[others] ** 2).mean() ** 0.5,
            "outlier_error": wrong[self.place].abs(),
        }
        shown |= {"our_loss": self.ours[f"{bits}_{block}"], "float_loss": self.ours["float32"]}
        shown |= self.real
        return {name: float(value) for name, value in shown.items()}
