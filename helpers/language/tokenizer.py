"""Byte-pair encoding: text in, whole numbers out, and the same text back.

It learns the merges that the library `tokenizers` learns from the same words. It leaves out special tokens.
"""

import re
from collections import Counter

import numpy as np

# Letters and digits, or others, each with one space in front; white space before a word; one alone.
WORD = re.compile(r" ?\w+| ?[^\w\s]+|\s+(?!\S)|\s")
BYTES = 256  # the first tokens are the single bytes, so no text is without tokens


def split_words(text):
    r"""Return the words of a text, each with the space in front of it; joined, they are the text again.

    Letters and digits stay together; so do the others. Of several spaces the last goes to the word behind.
    The halves of a surrogate pair, as some programs write a character, become it; a lone half is no
    text and becomes �.

    >>> split_words("the dogs, so  old")
    ['the', ' dogs', ',', ' so', ' ', ' old']
    """
    # Two halves of a character become the character.
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return WORD.findall(text)


def merge(word, pair, token):
    """Return a word, a list of tokens, with one token in place of each pair, from left to right.

    >>> merge([1, 1, 1, 2], (1, 1), 9)
    [9, 1, 2]
    """
    merged = []
    for part in word:  # from left to right, so of three alike the first two become one
        if merged and (merged[-1], part) == pair:
            merged[-1] = token
        else:
            merged.append(part)
    return merged


class Pairs:
    """How often each pair of neighbours stands in a text, kept right while words change.

    words: {word: how often it stands there}. Every word begins as the list of its bytes.
    """

    def __init__(self, words):
        self.words = [list(word.encode()) for word in words]  # tokens, at first bytes
        self.times = list(words.values())  # how often the text has each word
        self.counts = Counter()  # {pair: how often it stands in the text}
        self.places = {}  # {pair: words that may hold it}
        for i in range(len(self.words)):
            self.count(i, 1)

    def count(self, i, change):
        """Add the pairs of word i to the counts (change 1), or take them out (change -1)."""
        for pair in zip(self.words[i], self.words[i][1:], strict=False):
            self.counts[pair] += change * self.times[i]
            if pair not in self.places:
                self.places[pair] = set()
            self.places[pair].add(i)  # and stays there: `replace` sees for itself

    def top(self):
        """Return (pair, count) of the most frequent pair; of equals, the one with the lowest numbers."""
        most = max(self.counts.values(), default=0)
        # This rule for ties makes the merges those of the library `tokenizers`.
        ties = [pair for pair, count in self.counts.items() if count == most]
        return min(ties, default=None), most

    def replace(self, pair, token):
        """Merge a pair wherever it stands; only the words that hold it are counted anew."""
        for i in self.places.pop(pair):
            self.count(i, -1)  # its old pairs go,
            self.words[i] = merge(self.words[i], pair, token)
            self.count(i, 1)  # and its new ones come


def encode_word(word, merges):
    """Return the tokens of one word, a list: its bytes, merged in the order of learning.

    >>> encode_word("low", {(111, 119): 256})
    [108, 256]
    """
    parts = list(word.encode())
    while True:
        pairs = zip(parts, parts[1:], strict=False)
        found = [(merges[pair], pair) for pair in pairs if pair in merges]
        if not found:
            return parts
        token, pair = min(found)  # the lowest number was learned first
        parts = merge(parts, pair, token)


class Tokenizer:
    """A table of merges, and what follows from it.

    merges: {pair of tokens: the token that it becomes}, from 256 on, in the order in which they were learned.
    tokens: the bytes of each token; the first 256 are the single bytes.
    """

    def __init__(self, merges):
        self.merges, self.known = merges, {}  # known: {word: its tokens}
        self.tokens = [bytes([b]) for b in range(BYTES)]
        for left, right in merges:  # both are older than what they become
            self.tokens.append(self.tokens[left] + self.tokens[right])

    def __len__(self):
        """Return how many tokens there are: the rows of an embedding table."""
        return len(self.tokens)

    def encode(self, text):
        """Return the tokens [n] of a text, any text. Each word is worked out once and then looked up."""
        tokens = []
        for word in split_words(text):
            if word not in self.known:
                self.known[word] = encode_word(word, self.merges)
            tokens += self.known[word]
        return np.array(tokens, dtype=int)

    def decode(self, tokens):
        """Return the text of tokens [n]. Bytes that are no UTF-8 come out as the character for that.

        A number that is no token raises a ValueError.
        """
        pieces = []
        for token in np.array(tokens).tolist():
            if token not in range(len(self)):
                there_are = f"there are {len(self)}, counted from 0"
                raise ValueError(f"There is no token {token}: {there_are}.")
            pieces.append(self.tokens[token])
        # A model may write half a character.
        return b"".join(pieces).decode(errors="replace")

    def pieces(self, text):
        """Return the tokens of a text as text, to look at.

        >>> Tokenizer({(101, 119): 256}).pieces("newt")
        ['n', 'ew', 't']
        """
        return [self.decode([token]) for token in self.encode(text)]


def train_tokenizer(text, vocabulary=512):
    """Return the Tokenizer of a text, with so many tokens: each merge joins the most frequent pair.

    It has fewer tokens where no pair occurs twice any more. Fewer than the 256 bytes raise a ValueError.

    >>> train_tokenizer("low lower lowest", 258).pieces("lowest")
    ['low', 'e', 's', 't']
    """
    if vocabulary < BYTES:
        raise ValueError(f"{vocabulary} tokens are too few: there are {BYTES} bytes.")
    # 1. Cut the text into words and count them: each is worked on once.
    merges, pairs = {}, Pairs(Counter(split_words(text)))
    while BYTES + len(merges) < vocabulary:
        # 2. Find the two neighbours that stand together most often.
        pair, count = pairs.top()
        if count < 2:
            break  # a token that comes once shortens nothing
        # 3. Give them the next free number, and write it wherever they stand.
        merges[pair] = BYTES + len(merges)
        pairs.replace(pair, merges[pair])
        # 4. Neighbours are other ones now, tokens among them, so count again and go on.
    return Tokenizer(merges)
