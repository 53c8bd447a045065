"""The explorable of chapter 15: who may see whom in four families, and what each answer costs at least."""

from functools import cache

import numpy as np
import traitlets

from .base import Explorable, knob, whole

SENTENCES = {"Ada": "Ada lives in Paris .", "dog": "the old dog runs ."}
SIZE = 5  # words of each
FAMILIES = ["GPT", "BERT", "T5", "XLNet"]
TURNS = [f"turn_{i}" for i in range(SIZE)]
PRESETS = {
    "left to right": dict(zip(TURNS, [1.0, 3.0, 5.0, 7.0, 9.0], strict=True)),
    "right to left": dict(zip(TURNS, [9.0, 7.0, 5.0, 3.0, 1.0], strict=True)),
    "ends last": dict(zip(TURNS, [7.0, 1.0, 3.0, 9.0, 5.0], strict=True)),
}


@cache
def surprises():
    """Return {sentence: [32]}: nats that what is seen of it costs; bit i says whether place i is hidden."""
    from ..language.gaps import surprise
    from ..language.small_language import small_language

    language, found = small_language(), {}
    for name, text in SENTENCES.items():
        tokens = language.encode(text)
        hidden = [[i for i in range(SIZE) if code >> i & 1] for code in range(2**SIZE)]
        found[name] = [round(surprise(language, tokens, places), 9) for places in hidden]
    return found


def sees(family, rank, asked):
    """Return [n, n] truth values: rows say what the answer at a place may use; no row but those asked for.

    rank: [n], when is each place's turn, from 0 on; the last `asked` are asked for.
    """
    n = len(rank)
    place, hidden = np.arange(n), rank >= n - asked  # [n] each
    seen = {
        "GPT": place[None, :] < place[:, None],
        "BERT": ~hidden[None, :] & np.ones((n, 1), dtype=bool),
        "T5": ~hidden[None, :] | (place[None, :] < place[:, None]),
        "XLNet": rank[None, :] < rank[:, None],
    }
    return seen[family] & hidden[:, None]


class Masks(Explorable):
    """Who may see whom, for an order that the reader drags, in four families.

    turn_0 to turn_4: the lower, the earlier is the turn of a word; of two alike the left one is first.
    asked: how many of the last words are asked for. family: whose rule is shown. sentence: "Ada" or "dog".
    leak: whether a word sees itself, too, which no family allows. `numbers()` returns the table, the cost of
    each answer in nats to somebody who knows the grammar, and the mean of all answers for each family.
    """

    view = "masks"
    summary = "Five words and an order: who may see whom in GPT, BERT, T5 and XLNet, and what that costs."

    turn_0, turn_1, turn_2, turn_3, turn_4 = knob(1.0), knob(3.0), knob(5.0), knob(7.0), knob(9.0)
    asked = knob(2.0)
    family = traitlets.Enum(FAMILIES, "GPT").tag(sync=True)
    sentence = traitlets.Enum(list(SENTENCES), "Ada").tag(sync=True)
    leak = traitlets.Enum(["no", "yes"], "no").tag(sync=True)
    words = traitlets.Dict({name: text.split() for name, text in SENTENCES.items()}).tag(sync=True)
    surprises = traitlets.Dict().tag(sync=True)
    presets = traitlets.Dict(PRESETS).tag(sync=True)
    controls = traitlets.List([*TURNS, "asked", "family", "sentence", "leak"]).tag(sync=True)

    @traitlets.default("surprises")
    def _surprises(self):
        return surprises()

    def numbers(self):
        turns = [getattr(self, name) for name in TURNS]
        rank = np.argsort(np.argsort(turns, kind="stable"))
        table = self.surprises[self.sentence]
        asked = whole(self.asked)
        shown = dict(zip(TURNS, turns, strict=True)) | {"asked": asked}
        for family in FAMILIES:
            seen, costs = sees(family, rank, asked), []
            for i in range(SIZE):
                code = sum(1 << j for j in range(SIZE) if not seen[i, j])
                cost = 0.0 if self.leak == "yes" else table[code - (1 << i)] - table[code]
                costs.append(cost if rank[i] >= SIZE - asked else np.nan)
            shown[f"mean_{family}"] = np.nanmean(costs)
            if family == self.family:
                shown |= {f"cost_{i}": cost for i, cost in enumerate(costs)}
                itself = np.diag(rank >= SIZE - asked) & (self.leak == "yes")
                shown |= {f"sees_{i}_{j}": v for (i, j), v in np.ndenumerate(seen | itself)}
        return {name: float(value) for name, value in shown.items()}
