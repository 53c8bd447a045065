"""The explorable of chapter 12: what the trained model says next, and how a word is drawn from it."""

import base64
import tomllib

import numpy as np
import traitlets

from .base import HERE, Explorable, knob, whole

TRAINED = tomllib.loads((HERE / "sampler.toml").read_text(encoding="utf-8"))
WORDS = TRAINED["words"].split()
BEGINNINGS = TRAINED["beginnings"]  # of each: text, logits in hundredths, truth
SHOWN, ALL = 10, 20  # bars; the right end of the top-k slider stands for all words


class Sampler(Explorable):
    """The next word after one of eight beginnings, drawn from the model of chapter 12.

    beginning: its number, as text. temperature, top_k: as in `generation.next_probabilities`, and all words
    at a top_k of `most`. draw: from 0 to 1; the words lie on it one after another, the largest logit first.
    words, texts, logits (16-bit hundredths in base64) and truths ({word: the grammar's probability}): data
    that tools/make_sampler.py made. shown: how many words have a bar of their own. `numbers()` returns what
    the view shows.
    """

    view = "sampler"
    summary = "The words that a trained model may say next, with a temperature, a top-k and a draw."

    beginning = traitlets.Enum([str(i) for i in range(len(BEGINNINGS))], "0").tag(sync=True)
    temperature = knob(1.0)
    top_k = knob(float(ALL))
    draw = knob(0.62)
    words = traitlets.Unicode(" ".join(WORDS)).tag(sync=True)
    texts = traitlets.List([each["text"] for each in BEGINNINGS]).tag(sync=True)
    logits = traitlets.List([each["logits"] for each in BEGINNINGS]).tag(sync=True)
    truths = traitlets.List([each["truth"] for each in BEGINNINGS]).tag(sync=True)
    shown = traitlets.Int(SHOWN).tag(sync=True)
    most = traitlets.Int(ALL).tag(sync=True)
    controls = traitlets.List(["beginning", "temperature", "top_k", "draw"]).tag(sync=True)

    def numbers(self):
        import torch

        from ..language.generation import next_probabilities

        at, words = int(self.beginning), self.words.split()
        logits = np.frombuffer(base64.b64decode(self.logits[at]), "<i2") / 100  # [words]
        k = whole(self.top_k) if whole(self.top_k) < ALL else None
        p = next_probabilities(torch.from_numpy(logits), self.temperature, k).numpy()
        truth = np.array([self.truths[at].get(word, 0.0) for word in words])  # [words]
        order = np.argsort(-logits, kind="stable")
        ends = p[order].cumsum()
        picked = min(int((ends <= self.draw).sum()), int((p > 0).sum()) - 1)
        said = p > 0
        true = truth > 0
        with np.errstate(divide="ignore"):
            cost = -(truth[true] * np.log(p[true])).sum()
        shown = {
            "temperature": self.temperature,
            "top_k": self.top_k,
            "draw": self.draw,
            "stay": said.sum(),
            "entropy": -(p[said] * np.log(p[said])).sum(),
            "truth_entropy": -(truth[true] * np.log(truth[true])).sum(),
            "cost": cost,
            "picked_p": p[order[picked]],
            "picked_truth": truth[order[picked]],
            "rest": p[order[SHOWN:]].sum(),
            "rest_truth": truth[order[SHOWN:]].sum(),
        }
        for i, token in enumerate(order[:SHOWN]):
            shown |= {f"p_{i}": p[token], f"truth_{i}": truth[token]}
        return shown
