"""The real model learns a fact in its upper blocks, and a dozen questions show what else has moved.

It leaves out training of the lower blocks, which would take several times as long.
"""

import numpy as np
import torch
from torch.nn import functional as F

from ..language.prose import docstrings
from ..real_models.texts import TEXTS
from .news import HELD_OUT, LESSON, OTHER_WORDS, SHOWN, question, sentence
from .upper import Kept, padded

BLOCKS = 24  # lower ones, of 30: computed once
WINDOW, WINDOWS = 32, 12  # tokens of a piece of documentation to rehearse with, and how many pieces
STEPS, RATE, RANK = 30, 2e-3, 8


class Lesson:
    """All texts that a lesson takes and all that it is judged by, with what the lower blocks make of them."""

    def __init__(self, model, tokenizer):
        self.model, self.tokenizer = model, tokenizer
        self.lesson = self.keep(LESSON)
        self.shown = self.keep(map(sentence, SHOWN))
        known, fresh = documentation(tokenizer)
        self.windows = self.keep_tokens(known)
        self.documentation = self.keep_tokens(fresh)
        self.texts = self.keep(TEXTS.values())
        self.held_out = self.keep(map(question, HELD_OUT))
        self.other_words = self.keep(text for text, _ in OTHER_WORDS)

    def keep(self, sentences):
        """Return the Kept of texts."""
        return Kept(self.model, *padded(self.tokenizer, sentences), BLOCKS)

    def keep_tokens(self, tokens):
        """Return the Kept of tokens [texts, n], all real."""
        return Kept(self.model, tokens, torch.ones_like(tokens, dtype=torch.bool), BLOCKS)

    def first(self, words):
        """Return the first token of each of some words."""
        return torch.tensor([self.tokenizer.encode(word)[0] for word in words])

    @torch.no_grad()
    def judge(self):
        """Return a dict of what the model says now; every number can be compared with one from before."""
        asked = self.held_out.next_words().argmax(dim=-1)
        learned = self.other_words.next_words()
        chance = learned[torch.arange(len(learned)), self.first(word for _, word in OTHER_WORDS)]
        nats = self.documentation.loss() * self.documentation.tokens[:, 1:].numel()
        size = sum(len(self.tokenizer.decode(row[1:]).encode()) for row in self.documentation.tokens)
        return {
            "right": int((asked == self.first(f" {city}" for city in HELD_OUT.values())).sum()),
            "moltavo": int((asked == self.first([" Moltavo"])).sum()),
            "chances": [round(each, 3) for each in chance.tolist()],
            "bits": round(float(nats / size / np.log(2)), 3),
            "nats": round(float(self.texts.loss()), 3),
        }


def documentation(tokenizer):
    """Return ([12, 32], [4, 129]) tokens of this Python's documentation: to rehearse with, and to judge by.

    Those to judge by are of its last twentieth, which chapter 13 measures too; the others are not.
    """
    prose = docstrings()
    cut = int(0.95 * len(prose))
    step = cut // WINDOWS
    pieces = [tokenizer.encode(prose[i * step : i * step + 40 * WINDOW])[:WINDOW] for i in range(WINDOWS)]
    fresh = tokenizer.encode(prose[cut:])
    middle = fresh[len(fresh) // 2 :][: 4 * 129]
    return torch.tensor(np.array(pieces)), torch.tensor(middle.reshape(4, 129))


def teach(it, parameters, beside=None, steps=STEPS, rate=RATE):
    """Train some parameters of a Lesson's model on its four sentences; return the loss of every step.

    beside: a function of the step that returns what else is to be kept small, nothing unless given.
    """
    adam = torch.optim.AdamW(parameters, lr=rate, weight_decay=0.0)
    losses = []
    for step in range(steps):
        loss = it.lesson.loss()
        losses.append(loss.item())
        if beside is not None:
            loss = loss + beside(step)
        adam.zero_grad()
        loss.backward()
        adam.step()
    return losses


def replay(it, count=10, seed=0, windows=0):
    """Return the `beside` that repeats text as it stands, in each step: four of the first so many sentences.

    windows: how many pieces of documentation besides.
    """

    def loss(step):
        rng = np.random.default_rng([seed, step])
        total = it.shown.loss(rng.choice(count, 4, replace=False).tolist())
        if windows:
            rows = rng.choice(len(it.windows.tokens), windows, replace=False)
            total = total + it.windows.loss(rows.tolist())
        return total

    return loss


def divergence(logits, before):
    """Return how far predictions have moved, in nats a place: the mean KL from those of before.

    logits, before: [places, V]; before are logarithms of probabilities.
    """
    return F.kl_div(logits.log_softmax(dim=-1), before, log_target=True, reduction="batchmean")


def rehearse(it, weight=2.0, seed=0):
    """Return the `beside` that holds the model to its own predictions, on other sentences and other text.

    It has to be made before the first step: then it asks the untouched model.
    """
    with torch.no_grad():
        before = [
            [kept.logits([i])[0].log_softmax(dim=-1) for i in range(len(kept.tokens))]
            for kept in (it.shown, it.windows)
        ]

    def loss(step):
        rng, total = np.random.default_rng([seed, step]), 0.0
        for kept, old, count in zip((it.shown, it.windows), before, (4, 1), strict=True):
            rows = rng.choice(len(old), count, replace=False).tolist()
            total = total + divergence(kept.logits(rows)[0], torch.cat([old[i] for i in rows]))
        return weight * total / 2

    return loss
