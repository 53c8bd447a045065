"""A dialect of the small language: three rules are changed, no word is new, and its entropy is known.

What it leaves out: words that the model has never seen, for which its tables would have to grow.
"""

from functools import cache

import numpy as np
import torch

from ..language.grammar import grammar
from ..language.next_word import next_word_probabilities
from ..language.small_language import GRAMMAR, ODDS, VALUES, small_language

CHANGES = {  # a rule of the language, and what it is in the dialect
    "text: 9 plain.T.N | 5 chase.T | 4 fact | 3 saying": "text: 3 plain.T.N | 5 chase.T | 4 fact | 9 saying",
    "2 the adjective noun.T.N": "2 the noun.T.N adjective",
    "home = Paris Oslo Cairo Lima Delhi Quito Rome Tokyo": (
        "home = Oslo Cairo Lima Delhi Quito Rome Tokyo Paris"
    ),
}


@cache
def dialect(association=0.9):
    """Return the Grammar of the dialect; its words, and so its tokens, are those of `small_language`.

    >>> dialect().words == small_language().words
    True
    """
    text = GRAMMAR
    for rule, other in CHANGES.items():
        text = text.replace(rule, other)
    return grammar(text.format(strong=association, weak=1 - association), VALUES, ODDS, "text")


@cache
def texts(which):
    """Return (text to learn from, new text, what the grammar itself loses on the new one, in nats a word).

    which: "old", the language of chapter 12 with the texts it has there, or "new", the dialect.
    """
    language, seed = (small_language(), 0) if which == "old" else (dialect(), 10)
    known, _ = language.sample(120_000, np.random.default_rng(seed))
    fresh, surprise = language.sample(3_000, np.random.default_rng(seed + 1))
    return known, fresh, surprise / len(fresh)


QUESTIONS = {  # for two of the three changed rules: a beginning, and the words that are asked for
    "how often": (". the", "nurse librarian pilot plumber doctor writer"),
    "where a word stands": (". the dog", "old small quiet happy"),
}


@torch.no_grad()
def ask(model):
    """Return three probabilities, one for each changed rule; `truths` says what they should be.

    A job behind "the"; an adjective behind "the dog"; the new home of a person, the mean over all eight.
    """
    return [float(p) for p in answers(lambda text: next_words(model, text))]


def truths(language):
    """Return what a grammar, the old one or the dialect, answers to the three questions."""
    return [
        float(p) for p in answers(lambda text: next_word_probabilities(language, language.encode(text[2:])))
    ]


def next_words(model, text):
    """Return the probabilities [163] of the word after a text."""
    tokens = torch.from_numpy(small_language().encode(text))
    return model(tokens[None])[0, -1].softmax(dim=-1).numpy()


def answers(p_of):
    """Return the three answers of a function from a text to probabilities."""
    encode = small_language().encode
    found = [p_of(text)[encode(words)].sum() for text, words in QUESTIONS.values()]
    homes = [p_of(f". {name} lives in")[encode(home)].sum() for name, home in new_homes().items()]
    return [*found, np.mean(homes)]


def new_homes():
    """Return {name: home} of the dialect.

    >>> new_homes()["Ada"]
    'Oslo'
    """
    lists = {}
    for line in (*GRAMMAR.splitlines(), *CHANGES.values()):
        name, equals, words = line.partition(" = ")
        if equals:
            lists[name] = words.split()  # the dialect's homes come last
    return dict(zip(lists["name"], lists["home"], strict=True))
