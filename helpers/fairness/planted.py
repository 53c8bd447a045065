"""An association planted in the small language at a known strength, and what a model has made of it.

`planted.toml` has twenty trainings, written by tools/make_planted.py. It leaves out other associations
than that of a word with a pronoun.
"""

import copy
import tomllib
from pathlib import Path

import numpy as np
import torch

from ..language.small_language import small_language
from ..language.training import train, windows
from ..language.transformer import Config, Transformer

STRENGTHS, SEEDS = (0.5, 0.6, 0.7, 0.8, 0.9), (0, 1, 2, 3)
HERS, HIS, ANY = ("nurse", "librarian"), ("pilot", "plumber"), ("doctor", "writer")
SENTENCES, CONTEXT, PIECES, STEPS, RATE = 60_000, 32, 32, 1600, 0.01


def text_of(strength, seed):
    """Return (language, tokens [n]): a text in which this association was planted."""
    language = small_language(strength)
    tokens, _surprise = language.sample(SENTENCES, np.random.default_rng(seed))
    return language, tokens


def trained(strength, seed):
    """Return the model of width 32 of chapter 16, trained on such a text; seed: of all three."""
    _language, tokens = text_of(strength, seed)
    config = Config(vocabulary=163, context=CONTEXT, width=32, layers=1, heads=2, positions="rotary")
    model = Transformer(config, seed)

    def batch_at(step):
        return windows(tokens, CONTEXT, PIECES, np.random.default_rng([seed, step]))

    train(model, batch_at, STEPS, RATE, show=False)
    return model


def counted(language, tokens, jobs):
    """Return [jobs]: the log-odds of "she" against "he" behind "the JOB says that", counted in a text.

    A job without one of the two pronouns raises a ValueError: it has no log-odds.
    """
    says, she, he = language.encode("says she he")
    found = []
    for job in jobs:
        at = np.flatnonzero(tokens[:-3] == language.encode(job)[0])
        behind = tokens[at[tokens[at + 1] == says] + 3]
        hers, his = (behind == she).sum(), (behind == he).sum()
        if not (hers and his):
            raise ValueError(f"{job!r} stands {hers} times with she and {his} times with he: no log-odds.")
        found.append(np.log(hers / his))
    return np.array(found)


@torch.inference_mode()
def asked(model, language, jobs):
    """Return [jobs]: the same log-odds, from the model's logits."""
    she, he = language.encode("she he")
    texts = torch.from_numpy(np.array([language.encode(f". the {job} says that") for job in jobs]))
    logits = model(texts)[:, -1]  # [jobs, V]
    return (logits[:, she] - logits[:, he]).numpy()


def strength_of(hers, his):
    """Return the share that a planted association would need for such log-odds, from 0 to 1.

    hers, his: log-odds [jobs]. Half the distance of their means is ln(share / (1 − share)).

    >>> round(float(strength_of([np.log(9)], [np.log(1 / 9)])), 3)
    0.9
    """
    half = (np.mean(hers) - np.mean(his)) / 2
    return 1 / (1 + np.exp(-half))


@torch.no_grad()
def without_biases(model):
    """Return a copy of a model in which every bias vector is zero."""
    other = copy.deepcopy(model)
    for name, p in other.named_parameters():
        if name.endswith("bias"):
            p.zero_()
    return other


def record():
    """Return {name: array}: of every recorded training the shares [strengths, seeds] and the losses."""
    path = Path(__file__).parent / "planted.toml"
    return {name: np.array(rows) for name, rows in tomllib.loads(path.read_text(encoding="utf-8")).items()}
