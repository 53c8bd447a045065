"""What a text with gaps costs somebody who knows the grammar: the floor of BERT, of T5 and of XLNet.

It leaves out grammars in which a symbol can begin with itself.
"""

from collections import defaultdict
from functools import lru_cache

import numpy as np

from .next_word import _until_a_word


def surprise(language, tokens, hidden=()):
    """Return -ln of the probability, in nats, of what is seen of a text that begins with a sentence.

    tokens: [n]. hidden: places of tokens that nobody sees; any word may stand there.

    >>> from .small_language import small_language
    >>> language = small_language()
    >>> seen = language.encode("the nurse says that she helps .")
    >>> round(surprise(language, seen) - surprise(language, seen, hidden=[4]), 3)  # -ln 0.9
    0.105
    """
    hidden, states, total = set(hidden), {(language.start,): 1.0}, 0.0
    end = max((place for place in range(len(tokens)) if place not in hidden), default=-1)
    for place, token in enumerate(map(int, tokens[: end + 1])):  # behind it anything may stand, for nothing
        found = defaultdict(float)
        for state, chance in states.items():
            for word, rest, p in _steps(language, state):
                if place in hidden or word == token:
                    found[rest] += chance * p
        share = sum(found.values())
        if not share:
            raise ValueError(f"No text of this language reads {language.decode(tokens[: place + 1])!r}.")
        total -= np.log(share)
        states = {state: chance / share for state, chance in found.items()}
    return float(total)


@lru_cache(maxsize=100_000)
def _steps(language, state):
    """Return [(word, what is left to write, probability)] of a state."""
    return [
        (word, tuple(more) or (language.start,), chance)
        for (word, *more), chance in _until_a_word(language, {state: 1.0}).items()
    ]


def masked_cost(language, tokens, hidden):
    """Return [hidden]: what each hidden token costs by itself, in nats, given all that is seen (BERT)."""
    seen = surprise(language, tokens, hidden)
    return np.array([surprise(language, tokens, set(hidden) - {place}) - seen for place in hidden])


def gaps_cost(language, tokens, hidden):
    """Return what all hidden tokens cost together, in nats, in whatever order (T5, XLNet)."""
    return surprise(language, tokens) - surprise(language, tokens, hidden)
