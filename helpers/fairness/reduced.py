"""What can be done about an association in the real model, and what it costs in bits per byte.

Only the last four blocks are changed, so what the 26 below give is computed once. `reduced.toml` has eight
trainings, written by tools/make_reduced.py. It leaves out all that is done to the data before a training.
"""

import copy
import tomllib
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from ..adapting.upper import ends, lower, padded, upper
from ..real_models.texts import TEXTS
from .pronouns import JOBS, NEUTRAL, TEMPLATES, filled, pronouns

FIRST = 26  # the first block that is changed, of 30
STEPS, RATE, KEEP = 16, 1e-4, 5.0
# Words that mean a woman or a man, in pairs; a training may hold the first six, and the others judge it.
MEANT = [
    "woman",
    "man",
    "mother",
    "father",
    "queen",
    "king",
    "girl",
    "boy",
    "sister",
    "brother",
    "actress",
    "actor",
]
TOLD = """Anna took her coat, because she was cold. "My brother has lost his key again," she said, "and he \
will be late." Their mother laughed. She had lost hers too, and the king in the old story lost his crown \
twice before he learned to tie it on. When the girl came back with her father, he was carrying the lamp and \
she the bread."""
# What a training is held to; none of the texts on which it is judged.
REST = """My aunt said that she would come. The boy said that he was hungry. Rain fell on the town all \
night, and in the morning the river had reached the first houses. A good knife needs little force. The \
function returns None if the list is empty."""


def bits_per_byte(nats, text):
    """Return a surprise at a text, in nats, as bits for each byte of it.

    A text of fewer than 200 bytes raises a ValueError: one odd word would decide.
    """
    size = len(text.encode())
    if size < 200:
        raise ValueError(f"The text has {size} bytes: too short to measure on. It takes 200 or more.")
    return nats / size / np.log(2)


class Top(nn.Module):
    """A copy of the last four blocks, with the norm and the output of the model that it was taken from."""

    def __init__(self, model):
        super().__init__()
        self.model = [model]  # in a list, so that its parameters are not counted as ours
        self.blocks = copy.deepcopy(model.blocks[FIRST:])

    def forward(self, x):
        """Return [batch, n, d]: what the output layer sees. x: [batch, n, d], in front of block FIRST."""
        return upper(self.model[0], x, self.blocks)


class Bench:
    """Everything that a changed top is asked, read once by the blocks below.

    words: 18 jobs, 8 neutral nouns, and 12 words that mean a woman or a man.
    """

    words = [*JOBS, *NEUTRAL, *MEANT]

    def __init__(self, model, tokenizer):
        self.model, (self.she, self.he) = model, pronouns(tokenizer)
        self.direction = (model.output.weight[self.she] - model.output.weight[self.he]).detach()  # [d]
        texts = [filled(template, word) for word in self.words for template in TEMPLATES]
        tokens, real = padded(tokenizer, texts)
        self.last = ends(real)  # [words · templates]
        self.x = lower(model, tokens, FIRST)  # [words · templates, n, d]
        self.texts = {}
        for name, text in {**TEXTS, "pronouns": TOLD, "rest": REST}.items():
            tokens = torch.from_numpy(tokenizer.encode(text))[None]
            self.texts[name] = (text, tokens, lower(model, tokens, FIRST))

    def odds(self, top, rows=slice(None), change=None):
        """Return ln P(she) − ln P(he) as a tensor, for rows of words · templates. change: of the output."""
        last = self.last[rows]
        h = top(self.x[rows])[torch.arange(len(last)), last]  # [rows, d]
        return (h if change is None else change(h)) @ self.direction

    @torch.no_grad()
    def table(self, top, change=None):
        """Return [words, templates]: the log-odds."""
        return self.odds(top, change=change).reshape(len(self.words), len(TEMPLATES)).numpy()

    @torch.no_grad()
    def bits(self, top, names, change=None):
        """Return the bits per byte of a top on named texts, all together."""
        nats, whole = 0.0, ""
        for name in names:
            text, tokens, x = self.texts[name]
            h = top(x) if change is None else change(top(x))
            nats += F.cross_entropy(self.model.output(h)[0, :-1], tokens[0, 1:], reduction="sum").item()
            whole += text
        return bits_per_byte(nats, whole)

    def judged(self, top, trained, change=None):
        """Return {what: number}: sizes of associations, what words mean, and bits per byte.

        trained: the jobs that a training was about. The others, the last six of MEANT and every second
        template are new to it.
        """
        odds = self.table(top, change)
        jobs = odds[:18] - odds[18:26].mean(axis=0)  # [18, templates]
        named = np.isin(JOBS, trained)
        size = np.abs(jobs.mean(axis=1))
        return {
            "named": size[named].mean(),
            "others": size[~named].mean(),
            "new sentences": np.abs(jobs[named][:, ::2].mean(axis=1)).mean(),
            "meant": (odds[32::2] - odds[33::2]).mean(),
            "bits": self.bits(top, TEXTS, change),
            "bits of pronouns": self.bits(top, ["pronouns"], change),
        }


def halves(seed):
    """Return (jobs [9], jobs [9]): the eighteen, shuffled and cut in two."""
    order = np.random.default_rng(seed).permutation(JOBS)
    return order[:9].tolist(), order[9:].tolist()


def without_direction(bench, direction=None):
    """Return a function that takes "she or he" out of h [..., d]: all of it that the output can see.

    direction: [d], another one to take out, as a control.
    """
    u = bench.direction if direction is None else direction
    u = u / u.norm()
    return lambda h: h - (h @ u)[..., None] * u


def retrained(bench, jobs, held=(), steps=STEPS):
    """Return a Top after a short training that brings the log-odds of these jobs to those of neutral nouns.

    Each step takes one of the five templates with an odd place. What neutral nouns, the words `held` and the
    text REST get is kept where it was.
    """
    top, words = Top(bench.model), bench.words
    pick = torch.tensor([words.index(word) for word in (*jobs, *NEUTRAL, *held)])
    _text, _tokens, rest = bench.texts["rest"]
    with torch.no_grad():
        before = bench.odds(top).reshape(len(words), -1)[pick]  # [words, templates]
        known = bench.model.output(top(rest)).log_softmax(-1)  # [1, n, V]
    goal = before.clone()
    goal[: len(jobs)] = before[len(jobs) :][: len(NEUTRAL)].mean(dim=0)
    matrices = [p for p in top.blocks.parameters() if p.dim() == 2]
    optimiser = torch.optim.AdamW(matrices, lr=RATE, weight_decay=0.0)
    for step in range(steps):
        at = 1 + 2 * (step % 5)
        miss = bench.odds(top, pick * len(TEMPLATES) + at) - goal[:, at]
        new = bench.model.output(top(rest)).log_softmax(-1)
        moved = (known.exp() * (known - new)).sum(-1).mean()  # how far from what it said before
        loss = (miss[: len(jobs)] ** 2).mean() + (miss[len(jobs) :] ** 2).mean() + KEEP * moved
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return top


def record():
    """Return {what: [seeds]}: what `judged` says before and after the recorded trainings, free and held."""
    path = Path(__file__).parent / "reduced.toml"
    return {name: np.array(rows) for name, rows in tomllib.loads(path.read_text(encoding="utf-8")).items()}
