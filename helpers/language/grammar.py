"""A grammar with odds: text in, sentences by the million out, and their entropy exactly.

Every sentence must have one derivation only: then its probability is the product of the choices that made it.
It leaves out a parser: the probability of a text is known where the text was sampled, and nowhere else.
"""

import re
from dataclasses import dataclass
from itertools import product

import numpy as np

CAPITAL = re.compile(r"(?<=\.)[A-Z]\b")


@dataclass(frozen=True, eq=False)
class Grammar:
    """The rules as arrays. Symbols are numbers, the words first; a word's only rule is to stay as it is.

    words: list of text, the place of a word is its token. start: the symbol of a sentence. symbol, p, first,
    length: [rules] whose rule it is, its probability, and where its right side stands in right: [symbols].
    """

    words: list
    start: int
    symbol: np.ndarray
    p: np.ndarray
    first: np.ndarray
    length: np.ndarray
    right: np.ndarray

    def sample(self, sentences, rng):
        """Return (tokens [n], surprise): a text of so many sentences, and its -ln probability in nats.

        surprise / n is what a model that knows the grammar loses per token on this text.
        """
        edges = self._edges()
        line, surprise = np.full(sentences, self.start), 0.0
        while (line >= len(self.words)).any():  # replace every symbol that is no word by one of its rules
            rule = np.searchsorted(edges, line + rng.random(len(line)), side="right")
            surprise -= np.log(self.p[rule]).sum()
            size = self.length[rule]  # [symbols]
            offset = np.repeat(self.first[rule] - (size.cumsum() - size), size)
            line = self.right[offset + np.arange(size.sum())]
        return line, float(surprise)

    def averages(self):
        """Return (nats, words): the entropy of a sentence and its mean length, both exact.

        A symbol is worth its own choice plus what it turns into: a linear equation for each symbol.
        """
        n = self.symbol.max() + 1
        leads = np.zeros((n, n))  # how many of symbol j one expansion of symbol i makes
        np.add.at(leads, (np.repeat(self.symbol, self.length), self.right), np.repeat(self.p, self.length))
        word = np.arange(n) < len(self.words)
        leads[word] = 0
        choice = np.bincount(self.symbol, -self.p * np.log(self.p))  # [symbols]
        nats, words = np.linalg.solve(np.eye(n) - leads, np.column_stack([choice, word]))[self.start]
        return float(nats), float(words)

    def entropy(self):
        """Return the entropy of a token in a long text, in nats: no model's expected loss is lower."""
        nats, words = self.averages()
        return nats / words

    def encode(self, text):
        """Return the tokens [n] of a text of known words with spaces between them.

        A word that the grammar does not have raises a ValueError.
        """
        places = {word: token for token, word in enumerate(self.words)}
        unknown = [word for word in text.split() if word not in places]
        if unknown:
            raise ValueError(f"This language has no word {unknown[0]!r}.")
        return np.array([places[word] for word in text.split()], dtype=int)

    def decode(self, tokens):
        """Return the text of tokens [n], as `encode` takes it."""
        return " ".join(self.words[token] for token in tokens)

    def _edges(self):
        """Return [rules]: the rules of symbol s end at s plus their cumulative probabilities."""
        total, share = np.cumsum(self.p), np.bincount(self.symbol, self.p)
        edges = self.symbol + total - (np.cumsum(share) - share)[self.symbol]
        last = np.append(np.diff(self.symbol) > 0, True)
        edges[last] = self.symbol[last] + 1  # exactly, whatever the sums rounded to
        return edges


def grammar(text, values, odds, start):
    """Return the Grammar of a text.

    `name: 2 this | 1 that` is a choice with odds; `name = a b c` is a list, in which word k has odds 1/k.
    A capital after a dot stands for each of its values {capital: list}; where the left side does not bind it,
    it is drawn, with the odds of {capital: list} or evenly. A and B are never the same.
    """
    rules = _rules(text, values, odds)
    words = sorted({s for sides in rules.values() for _, side in sides for s in side} - set(rules))
    places = {name: i for i, name in enumerate([*words, *rules])}
    rows = [(i, 1.0, [i]) for i in range(len(words))]
    rows += [
        (places[name], p, [places[s] for s in side]) for name in rules for p, side in _share(rules[name])
    ]
    symbol, p, sides = zip(*(row for row in rows if row[1] > 0), strict=True)
    length = np.array([len(side) for side in sides])
    right = np.concatenate(sides)
    return Grammar(
        words, places[start], np.array(symbol), np.array(p), length.cumsum() - length, length, right
    )


def _rules(text, values, odds):
    """Return {symbol: [(odds, [symbols])]}, every capital spelled out."""
    rules = {}
    for line in re.sub(r"\n +", " ", text).split("\n"):
        if "=" in line:
            name, words = line.split(" = ")
            rules[name] = [(1 / (k + 1), [word]) for k, word in enumerate(words.split())]
            rules |= {f"{name}.{k}": [(1, [word])] for k, word in enumerate(words.split())}
        elif line:
            left, right = line.split(": ")
            sides = [side.split(maxsplit=1) for side in right.split(" | ")]
            for bound in _settings(left, {}, values):
                rules[_filled(left, bound)] = [
                    (float(chance) * share, _filled(side, chosen).split())
                    for chance, side in sides
                    for share, chosen in _drawn(side, bound, values, odds)
                ]
    return rules


def _settings(line, bound, values):
    """Return every way to set the capitals of a line, those that are bound already aside: a list of dicts."""
    free = sorted(set(CAPITAL.findall(line)) - set(bound))
    ways = [dict(zip(free, chosen, strict=True)) for chosen in product(*(values[name] for name in free))]
    return [bound | way for way in ways if "A" not in way or way["A"] != way.get("B")]


def _drawn(line, bound, values, odds):
    """Return [(probability, setting)] for the capitals of a line."""
    chance = {name: dict(zip(values[name], weights, strict=True)) for name, weights in odds.items()}
    ways = _settings(line, bound, values)
    free = [{name: way[name] for name in way.keys() - bound.keys() & chance.keys()} for way in ways]
    return _share(
        [(np.prod([chance[n][v] for n, v in f.items()]), w) for f, w in zip(free, ways, strict=True)]
    )


def _filled(line, setting):
    return CAPITAL.sub(lambda found: str(setting[found.group()]), line)


def _share(pairs):
    """Return (odds, anything) pairs with odds that add up to 1."""
    total = sum(odds for odds, _ in pairs)
    return [(odds / total, rest) for odds, rest in pairs]
