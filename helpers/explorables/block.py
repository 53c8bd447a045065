"""The explorable of chapter 11: one block, the whole stack around it, and where the parameters are."""

import traitlets

from ..real_models.counting import MODELS, count_parameters, shares
from .base import Explorable, knob, whole

PARTS = ["embedding", "places", "norm_1", "attention", "norm_2", "feed_forward", "norm", "output"]
IN_BLOCK = ["norm_1", "attention", "norm_2", "feed_forward"]
YES_NO = ["yes", "no"]
OF_GPT2 = {"norm": "layer", "biases": "yes", "tied": "yes"}
PRESETS = {
    "GPT-2 small": MODELS["GPT-2 small"] | OF_GPT2,
    "medium": MODELS["GPT-2 medium"] | OF_GPT2,
    "large": MODELS["GPT-2 large"] | OF_GPT2,
    "XL": MODELS["GPT-2 XL"] | OF_GPT2,
    "GPT-3": MODELS["GPT-3"] | OF_GPT2,
}


class TransformerBlock(Explorable):
    """A transformer of the kind of GPT-2, counted part by part.

    vocabulary, context, width, layers: its shape; the feed-forward layer has 4 · width hidden units.
    norm: layer or rms. biases: in attention and feed-forward. tied: the output is the embedding.
    part: the one that the reader looks into. in_block: the parts that stand in each block. presets: {button:
    what it sets}. `numbers()` returns what the view shows: n_ before a kind of
    parameters is their number, share_ their percentage; one_ before a part is what one of it has, all_ what
    all of it have in the model, of_ their percentage.
    """

    view = "block"
    summary = (
        "A transformer block and the stack around it: each part with its formula, shapes and parameters."
    )

    vocabulary, context = knob(50_257.0), knob(1024.0)
    width, layers = knob(768.0), knob(12.0)
    norm = traitlets.Enum(["layer", "rms"], "layer").tag(sync=True)
    biases = traitlets.Enum(YES_NO, "yes").tag(sync=True)
    tied = traitlets.Enum(YES_NO, "yes").tag(sync=True)
    part = traitlets.Enum(PARTS, "attention").tag(sync=True)
    in_block = traitlets.List(IN_BLOCK).tag(sync=True)
    presets = traitlets.Dict(PRESETS).tag(sync=True)
    controls = traitlets.List(
        ["vocabulary", "context", "width", "layers", "norm", "biases", "tied", "part"]
    ).tag(sync=True)

    def parts(self):
        """Return {part: parameters of one of it}; of the parts in a block the model has `layers`."""
        V, n, d = whole(self.vocabulary), whole(self.context), whole(self.width)
        biases, norm = self.biases == "yes", d * (2 if self.norm == "layer" else 1)
        return {
            "embedding": V * d,
            "places": n * d,
            "norm_1": norm,
            "attention": 4 * d * d + 4 * d * biases,
            "norm_2": norm,
            "feed_forward": 8 * d * d + 5 * d * biases,
            "norm": norm,
            "output": 0 if self.tied == "yes" else V * d,
        }

    def numbers(self):
        V, n, d, L = (whole(getattr(self, name)) for name in ("vocabulary", "context", "width", "layers"))
        counts = count_parameters(
            V, d, L, n, norm=self.norm, biases=self.biases == "yes", tied=self.tied == "yes"
        )
        total = sum(counts.values())
        shown = {name: getattr(self, name) for name in ("vocabulary", "context", "width", "layers")}
        shown |= {"V": V, "n": n, "d": d, "L": L, "d3": 3 * d, "d4": 4 * d, "total": total}
        shown |= {f"n_{kind}": number for kind, number in counts.items()}
        shown |= {f"share_{kind}": share for kind, share in shares(counts).items()}
        for part, one in self.parts().items():
            every = one * (L if part in IN_BLOCK else 1)
            shown |= {f"one_{part}": one, f"all_{part}": every, f"of_{part}": 100 * every / total}
        return shown
