"""What a grammar says next: the exact probability of each word after any beginning of a text.

It reads from left to right and keeps every derivation that fits so far. It leaves out grammars in which a
symbol can begin with itself.
"""

from collections import defaultdict
from functools import lru_cache

import numpy as np


def next_word_probabilities(language, tokens=()):
    """Return the probabilities [words] of the next word after tokens [n], which begin with a sentence.

    A beginning that the grammar does not write raises a ValueError.

    >>> from .small_language import small_language
    >>> language = small_language()
    >>> p = next_word_probabilities(language, language.encode("the nurse says that"))
    >>> {language.words[token]: round(float(p[token]), 2) for token in np.flatnonzero(p)}
    {'he': 0.1, 'she': 0.9}
    """
    p = np.zeros(len(language.words))
    for (word, *_), chance in _read(language, tuple(map(int, tokens))).items():
        p[word] += chance
    return p / p.sum()


@lru_cache(maxsize=20_000)
def _read(language, tokens):
    """Return {what may follow, as symbols of which the first is a word: its probability} after tokens."""
    if not tokens:
        return _until_a_word(language, {(language.start,): 1.0})
    rest = defaultdict(float)
    for (word, *more), chance in _read(language, tokens[:-1]).items():
        if word == tokens[-1]:
            rest[tuple(more) or (language.start,)] += chance
    if not rest:
        raise ValueError(f"No text of this language begins with {language.decode(tokens)!r}.")
    return _until_a_word(language, rest)


def _until_a_word(language, states):
    """Return states with the same meaning, each expanded until a word stands first."""
    found, todo = defaultdict(float), list(states.items())
    while todo:
        (symbol, *more), chance = todo.pop()
        if symbol < len(language.words):
            found[(symbol, *more)] += chance
        else:
            for rule in _rules(language)[symbol]:
                first = language.first[rule]
                side = language.right[first : first + language.length[rule]].tolist()
                todo.append(((*side, *more), chance * language.p[rule]))
    return dict(found)


@lru_cache(maxsize=10)
def _rules(language):
    """Return {symbol: [its rules]}."""
    rules = defaultdict(list)
    for rule, symbol in enumerate(language.symbol.tolist()):
        rules[symbol].append(rule)
    return rules
