"""Pairs of sentences of the small language that differ in one word, and what each pair asks.

It leaves out places that follow each other, and sentences about people.
"""

import torch

from ..language.small_language import small_language
from ..language.verb_agreement import word_lists

NOUN, CHASER, VERB, CHASED = 2, 2, 3, 5  # places; place 0 is the full stop before


def encoded(sentences):
    """Return tokens [sentences, n], each behind the full stop of the sentence before."""
    return torch.tensor([small_language().encode(f". {each}").tolist() for each in sentences])


def agreement():
    """Return (one [120, 6], many [120, 6]): "the dog near the gate" and "the dogs near the gate", and others.

    Each noun stands with the six sites of its topic; the two of a pair differ in the noun's number.
    """
    lists = word_lists()
    sites = list(zip(lists["site", "one"], lists["site", "many"], strict=True))
    ones, manys = [], []
    for k, pair in enumerate(zip(lists["noun", "one"], lists["noun", "many"], strict=True)):
        for site in (word for both in sites[3 * (k // 5) : 3 * (k // 5) + 3] for word in both):
            ones.append(f"the {pair[0]} near the {site}")
            manys.append(f"the {pair[1]} near the {site}")
    return encoded(ones), encoded(manys)


def many_or_one(logits):
    """Return [texts]: the log-odds of a verb for many against a verb for one. logits: [texts, n, 163]."""
    language, lists = small_language(), word_lists()
    many, one = (language.encode(" ".join(lists["act", number])) for number in ("many", "one"))
    last = logits[:, -1]
    return last[:, many].logsumexp(dim=-1) - last[:, one].logsumexp(dim=-1)


def chases():
    """Return (chases [80, 9], fears [80, 9]): "the dog chases the cow , so the" and the same with "fears".

    The two nouns of a sentence are of one topic.
    """
    nouns = word_lists()["noun", "one"]
    pairs = [(a, b) for k, a in enumerate(nouns) for b in nouns[5 * (k // 5) : 5 * (k // 5) + 5] if a != b]
    return tuple(
        encoded(f"the {a} {verb} the {b} , so the" for a, b in pairs) for verb in ("chases", "fears")
    )


def first_or_second(logits, tokens):
    """Return [texts]: the log-odds of the first noun against the second. tokens: those of `chases`."""
    last, rows = logits[:, -1], torch.arange(len(tokens))
    return last[rows, tokens[:, CHASER]] - last[rows, tokens[:, CHASED]]
