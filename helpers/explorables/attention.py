"""The explorable of chapter 09: queries and keys that the reader drags, and who listens to whom."""

import numpy as np
import traitlets

from .base import Explorable

WORDS = ["Ada", "from", "Paris", "likes", "bread"]
QUERIES = [(1.0, 0.5), (0.3, 2.0), (-1.0, 1.0), (1.2, 0.4), (0.0, -1.5)]
KEYS = [(0.6, 1.8), (-1.6, -0.4), (1.9, 0.7), (-0.7, -1.6), (1.3, -1.2)]
VALUES = [1.0, 0.0, -1.0, 0.0, 0.5]
PLACES = range(len(WORDS))


def knobs():
    """Return {name: start} of what each word has: q01 is the first number of the query of word 0."""
    start = {f"q{i}{c + 1}": QUERIES[i][c] for i in PLACES for c in (0, 1)}
    start |= {f"k{i}{c + 1}": KEYS[i][c] for i in PLACES for c in (0, 1)}
    return start | {f"v{i}": VALUES[i] for i in PLACES}


class Attending(Explorable):
    """Attention among five words, with queries and keys of two numbers and values of one.

    q, k and v with the place of a word: its query, key and value. token: who asks, "0" to "4". scale: what
    the products are multiplied by. turn: by how many degrees every query and key is turned. mask: "past" or
    "all". `numbers()` returns the whole table of weights, and the scores of the word that asks.
    """

    view = "attention"
    summary = "Five words with a query and a key each: drag them, and see who listens to whom."

    # one trait for each knob, by name: in the body of a class, locals() is what the class will hold
    locals().update({name: traitlets.Float(start).tag(sync=True) for name, start in knobs().items()})
    token = traitlets.Enum([str(i) for i in PLACES], "3").tag(sync=True)
    scale = traitlets.Float(0.7).tag(sync=True)
    turn = traitlets.Float(0.0).tag(sync=True)
    mask = traitlets.Enum(["past", "all"], "past").tag(sync=True)
    controls = traitlets.List(["token", *knobs(), "scale", "turn", "mask"]).tag(sync=True)

    def numbers(self):
        import torch

        from ..language.attention import attention_weights, causal_mask

        given = {name: getattr(self, name) for name in [*knobs(), "scale", "turn"]}
        angle = np.radians(self.turn)
        turned = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])  # [2, 2]
        q, k = (
            torch.tensor([[given[f"{kind}{i}1"], given[f"{kind}{i}2"]] for i in PLACES] @ turned.T)
            for kind in "qk"
        )
        v = torch.tensor([given[f"v{i}"] for i in PLACES], dtype=torch.float64)  # [5]
        mask = causal_mask(len(WORDS)) if self.mask == "past" else None
        weights = attention_weights(q, k, mask, self.scale)  # [5, 5]
        asks = int(self.token)
        collected = weights @ v
        shown = given | {"collected": collected[asks]}
        for i in PLACES:
            shown |= {f"score_{i}": self.scale * (q[asks] @ k[i]), f"weight_{i}": weights[asks, i]}
            shown |= {f"part_{i}": weights[asks, i] * v[i], f"collected_{i}": collected[i]}
            shown |= {f"weight_{i}_{j}": weights[i, j] for j in PLACES}
        return {name: float(value) for name, value in shown.items()}
