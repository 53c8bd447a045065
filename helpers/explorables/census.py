"""The explorable of chapter 14: a map of the parameters of any model, by type, with nine to begin from."""

import traitlets

from ..real_models.layout import BUCKETS, FAMILIES, PRESETS, divisor, layout
from .base import Explorable, knob, whole

YES, NORMS = ("no", "yes"), ("layer", "rms")
POSITIONS = ("learned", "sinusoids", "rotary", "buckets", "none")
SWITCHES = ("gated", "biases", "output_bias", "tied")
SIZES = ("vocabulary", "context", "width", "layers", "heads", "kv_heads", "hidden")
USUAL = dict(gated=False, norm="layer", positions="learned", biases=True, output_bias=False, tied=True)


def _state(fields):
    """Return what a preset sets, as the page holds it: numbers, and words for switches."""
    fields = USUAL | {"family": "ours"} | fields
    words = {name: YES[fields[name]] for name in SWITCHES}
    return fields | {name: float(fields[name]) for name in SIZES} | words


STATES = {model: _state(fields) for model, fields in PRESETS.items()}
START = STATES["GPT-2 small"]


class Census(Explorable):
    """How many parameters of each type a model has, and how many of all are biases.

    The traits are the fields of `transformer.Config` that change a count, and the family, which may have
    parts of its own. presets: {model: what it sets}. families: {name: what it has beyond a Config}. buckets:
    how many T5 has. `numbers()` returns what the view shows.
    """

    view = "census"
    summary = "A map of the parameters of a model: embedding, attention, feed-forward and more, by area."

    vocabulary = knob(START["vocabulary"])
    context = knob(START["context"])
    width = knob(START["width"])
    layers = knob(START["layers"])
    heads = knob(START["heads"])
    kv_heads = knob(START["kv_heads"])
    hidden = knob(START["hidden"])
    gated = traitlets.Enum(YES, START["gated"]).tag(sync=True)
    norm = traitlets.Enum(NORMS, START["norm"]).tag(sync=True)
    positions = traitlets.Enum(POSITIONS, START["positions"]).tag(sync=True)
    biases = traitlets.Enum(YES, START["biases"]).tag(sync=True)
    output_bias = traitlets.Enum(YES, START["output_bias"]).tag(sync=True)
    tied = traitlets.Enum(YES, START["tied"]).tag(sync=True)
    family = traitlets.Enum(list(FAMILIES), START["family"]).tag(sync=True)
    presets = traitlets.Dict(STATES).tag(sync=True)
    families = traitlets.Dict(FAMILIES).tag(sync=True)
    buckets = traitlets.Int(BUCKETS).tag(sync=True)  # rows of a T5's table of distances
    controls = traitlets.List([*SIZES, *SWITCHES, "norm", "positions", "family"]).tag(sync=True)

    def numbers(self):
        sizes = {name: whole(getattr(self, name)) for name in SIZES}
        switches = {name: getattr(self, name) == "yes" for name in SWITCHES}
        words = {name: getattr(self, name) for name in ("norm", "positions", "family")}
        counts = layout(**sizes, **switches, **words)
        total, biases = (sum(pair[i] for pair in counts.values()) for i in (0, 1))
        heads = divisor(sizes["width"], sizes["heads"])
        attentions = sizes["layers"] * (3 if self.family == "T5" else 1)
        shown = sizes | {"total": total, "all_biases": biases, "bias_share": 100 * biases / total}
        shown |= {"heads_used": heads, "scores": attentions * heads * sizes["context"] ** 2}
        for kind, (n, added) in counts.items():
            shown |= {f"n_{kind}": n, f"share_{kind}": 100 * n / total, f"biases_{kind}": added}
        return shown
