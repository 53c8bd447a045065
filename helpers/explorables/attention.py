"""The explorable of chapter 09: queries and keys that the reader drags, and who listens to whom."""

import numpy as np
import traitlets

from .base import Explorable, knob

WORDS = ["Ada", "from", "Paris", "likes", "bread"]
PLACES = range(len(WORDS))
QUERIES = [["q01", "q02"], ["q11", "q12"], ["q21", "q22"], ["q31", "q32"], ["q41", "q42"]]
KEYS = [["k01", "k02"], ["k11", "k12"], ["k21", "k22"], ["k31", "k32"], ["k41", "k42"]]
VALUES = ["v0", "v1", "v2", "v3", "v4"]
KNOBS = [*sum(QUERIES, []), *sum(KEYS, []), *VALUES]


class Attending(Explorable):
    """Attention among five words, with queries and keys of two numbers and values of one.

    q, k and v with the place of a word: its query, key and value; q01 is the first number of the query of
    word 0. words: the five. token: who asks, "0" to "4". scale: what the products are multiplied by. turn: by
    how many degrees every query and key is turned. mask: "past" or "all". `numbers()` returns the whole table
    of weights, and the scores of the word that asks.
    """

    view = "attention"
    summary = "Five words with a query and a key each: drag them, and see who listens to whom."

    q01, q02, k01, k02, v0 = knob(1.0), knob(0.5), knob(0.6), knob(1.8), knob(1.0)
    q11, q12, k11, k12, v1 = knob(0.3), knob(2.0), knob(-1.6), knob(-0.4), knob(0.0)
    q21, q22, k21, k22, v2 = knob(-1.0), knob(1.0), knob(1.9), knob(0.7), knob(-1.0)
    q31, q32, k31, k32, v3 = knob(1.2), knob(0.4), knob(-0.7), knob(-1.6), knob(0.0)
    q41, q42, k41, k42, v4 = knob(0.0), knob(-1.5), knob(1.3), knob(-1.2), knob(0.5)
    words = traitlets.List(WORDS).tag(sync=True)
    token = traitlets.Enum([str(i) for i in PLACES], "3").tag(sync=True)
    scale = knob(0.7)
    turn = knob(0.0)
    mask = traitlets.Enum(["past", "all"], "past").tag(sync=True)
    controls = traitlets.List(["token", *KNOBS, "scale", "turn", "mask"]).tag(sync=True)

    def numbers(self):
        import torch

        from ..language.attention import attention_weights, causal_mask

        given = {name: getattr(self, name) for name in [*KNOBS, "scale", "turn"]}
        angle = np.radians(self.turn)
        turned = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])  # [2, 2]
        q, k = (
            torch.tensor([[given[first], given[second]] for first, second in names] @ turned.T)
            for names in (QUERIES, KEYS)
        )  # [5, 2] each
        v = torch.tensor([given[name] for name in VALUES], dtype=torch.float64)  # [5]
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
