"""The gap in "the dogs near the gate ___": which form of the verb fits, and four numbers for each word.

It leaves out who solves it; that is in `attention`.
"""

import numpy as np

from .small_language import GRAMMAR, small_language


def word_lists():
    """Return {(kind, number): words} for the nouns, sites and verbs (`act`) of the small language.

    >>> word_lists()["noun", "many"][:2]
    ['dogs', 'cows']
    """
    found = {}
    for line in GRAMMAR.splitlines():
        name, equals, words = line.partition(" = ")
        kind, *_, number = name.split(".") if "." in name else ("", "")
        if equals and kind in ("noun", "site", "act"):
            found.setdefault((kind, number), []).extend(words.split())
    return found


def word_features():
    """Return [163, 4]: for each word whether it is a noun, a place or `near`, and its number.

    The number is 1 for many, −1 for one; words without one have 0.
    """
    language = small_language()
    table = np.zeros((len(language.words), 4))
    table[language.encode("near"), 2] = 1
    for (kind, number), words in word_lists().items():
        if kind != "act":
            table[language.encode(" ".join(words)), 0 if kind == "noun" else 1] = 1
            table[language.encode(" ".join(words)), 3] = 1 if number == "many" else -1
    return table


def gaps(tokens):
    """Return {length: (before [gaps, length], number [gaps])} of the sentences that have a place in them.

    tokens: [n], a text of the small language. before: what stands in front of the verb. number: 1 where the
    verb is one for many, −1 where it is one for one.
    """
    language, lists = small_language(), word_lists()
    numbers = dict.fromkeys(lists["act", "many"], 1.0) | dict.fromkeys(lists["act", "one"], -1.0)
    number = np.array([numbers.get(word, 0.0) for word in language.words])[tokens]  # [n] 0: no such verb
    starts = np.append(0, np.flatnonzero(tokens == language.encode(".")[0]) + 1)
    near, found = language.encode("near")[0], {}
    for at in np.flatnonzero(number):
        before = tokens[starts[np.searchsorted(starts, at, side="right") - 1] : at]
        if near in before:
            found.setdefault(len(before), []).append((before, number[at]))
    return {n: tuple(map(np.array, zip(*rows, strict=True))) for n, rows in sorted(found.items())}
