"""The tokenizer: the merges of the library `tokenizers`, every text in and the same text out."""

import json
import random
from collections import Counter

import numpy as np
import pytest
import tokenizers
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.language.prose import docstrings
from helpers.language.small_language import small_language
from helpers.language.tokenizer import (
    BYTES,
    Pairs,
    Tokenizer,
    encode_word,
    merge,
    split_words,
    train_tokenizer,
)

TRAINED = train_tokenizer("the dogs run near the gate , so the cats hide . Ada likes figs . " * 20, 300)


def by_library(text, vocabulary):
    """Return (merges, tokens, encode) of the library's trainer on the same words, a letter for each byte."""
    words = [word.encode().decode("latin-1") for word in split_words(text)]
    trained = tokenizers.Tokenizer(tokenizers.models.BPE())
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=vocabulary,
        min_frequency=2,
        initial_alphabet=[chr(b) for b in range(BYTES)],
        show_progress=False,
    )
    trained.train_from_iterator(words, trainer)
    model = json.loads(trained.to_str())["model"]
    numbers = model["vocab"]

    def encode(word):
        return [numbers[piece] for piece in trained.encode(word.encode().decode("latin-1")).tokens]

    merges = [(numbers[left], numbers[right]) for left, right in model["merges"]]
    tokens = [piece.encode("latin-1") for piece in sorted(numbers, key=numbers.get)]
    return merges, tokens, encode


def assert_equal_to_library(text, vocabulary):
    ours = train_tokenizer(text, vocabulary)
    merges, tokens, encode = by_library(text, vocabulary)
    assert list(ours.merges) == merges and ours.tokens == tokens
    for word in set(split_words(text)):
        assert encode_word(word, ours.merges) == encode(word)
    return ours


def test_equal_to_the_library_on_docstrings():
    assert len(assert_equal_to_library(docstrings(200_000), 512)) == 512


def test_equal_to_the_library_on_the_small_language():
    language = small_language()
    text = language.decode(language.sample(3000, np.random.default_rng(0))[0])
    assert len(assert_equal_to_library(text, 512)) > 400


@pytest.mark.parametrize("seed", range(60))
def test_equal_to_the_library_on_random_strings(seed):
    draw = random.Random(seed)
    letters = "abcdefgh"[: draw.randint(1, 8)] + " " * draw.randint(0, 3) + "é🙂\n,"[: draw.randint(0, 4)]
    text = "".join(draw.choice(letters) for _ in range(draw.randint(0, 400)))
    assert_equal_to_library(text, BYTES + draw.randint(0, 100))


@given(st.text())
@settings(max_examples=300, deadline=None)
def test_any_text_comes_back(text):
    assert "".join(split_words(text)) == text
    tokens = TRAINED.encode(text)
    assert tokens.dtype == int and tokens.ndim == 1
    assert TRAINED.decode(tokens) == text
    assert len(tokens) <= len(text.encode())


@pytest.mark.parametrize("text", ["", " ", "\n\n  x", "🙂🙃", "naïve café", "a\0b", "\u2028", "\x1c\x85"])
def test_odd_texts_come_back(text):
    for tokenizer in (TRAINED, Tokenizer({}), train_tokenizer(text * 5, 280)):
        assert tokenizer.decode(tokenizer.encode(text)) == text
        assert b"".join(tokenizer.tokens[token] for token in tokenizer.encode(text)) == text.encode()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("\ud83d\ude42", "🙂"),
        ("so \ud83d\ude42!", "so 🙂!"),
        ("\ud800", "\ufffd"),
        ("a\udfffb", "a\ufffdb"),
        ("\ufeffa", "\ufeffa"),
    ],
)
def test_halves_of_a_sign_are_joined_and_a_lone_half_is_no_text(written, meant):
    assert TRAINED.encode(written).tolist() == TRAINED.encode(meant).tolist()
    assert TRAINED.decode(TRAINED.encode(written)) == meant
    assert train_tokenizer(9 * f"{written} ", 300).merges == train_tokenizer(9 * f"{meant} ", 300).merges


@given(st.lists(st.integers(0, len(TRAINED) - 1)))
@settings(deadline=None)
def test_any_tokens_decode(tokens):
    assert isinstance(TRAINED.decode(tokens), str)
    assert TRAINED.decode(np.array(tokens, dtype=np.int32)) == TRAINED.decode(tokens)


@pytest.mark.parametrize("token", [len(TRAINED), -1, 10**9])
def test_a_number_that_is_no_token(token):
    with pytest.raises(
        ValueError, match=rf"There is no token {token}: there are {len(TRAINED)}, counted from 0\."
    ):
        TRAINED.decode([5, token])


@pytest.mark.parametrize("vocabulary", [255, 0, -3])
def test_too_few_tokens(vocabulary):
    with pytest.raises(ValueError, match=rf"{vocabulary} tokens are too few: there are 256 bytes\."):
        train_tokenizer("text", vocabulary)


@pytest.mark.parametrize("text", ["", "abcdef", "a b c d e f g"])
def test_a_text_in_which_nothing_repeats_teaches_no_merge(text):
    assert len(train_tokenizer(text, 500)) == 256


def test_all_merges_are_learned_where_the_text_is_small():
    tokenizer = train_tokenizer("cats " * 9, 500)
    assert tokenizer.pieces("cats cats") == ["cats", " cats"] and len(tokenizer) < 500


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("the dogs, so  old", ["the", " dogs", ",", " so", " ", " old"]),
        ("a\n\n    b", ["a", "\n\n   ", " b"]),
        ("x_1 = f(y)", ["x_1", " =", " f", "(", "y", ")"]),
        ("end \n", ["end", " \n"]),
        ("été", ["été"]),
    ],
)
def test_words(text, words):
    assert split_words(text) == words


@given(st.lists(st.integers(0, 3)), st.tuples(st.integers(0, 3), st.integers(0, 3)))
def test_merge_is_what_replacing_in_a_text_is(word, pair):
    text = "".join("abcd"[token] for token in word)
    swapped = text.replace("".join("abcd"[token] for token in pair), "x")
    assert merge(word, pair, 9) == [9 if letter == "x" else "abcd".index(letter) for letter in swapped]


@given(st.lists(st.text("ab ", min_size=1), min_size=1), st.integers(1, 12))
@settings(deadline=None)
def test_counts_stay_right_while_words_change(texts, merges):
    pairs = Pairs(Counter(split_words("".join(texts) * 3)))
    for token in range(BYTES, BYTES + merges):
        pair, count = pairs.top()
        if count < 1:
            break
        pairs.replace(pair, token)
        again = Counter()
        for word, times in zip(pairs.words, pairs.times, strict=True):
            for both in zip(word, word[1:], strict=False):
                again[both] += times
        assert +pairs.counts == again


def test_words_are_worked_out_once():
    tokenizer = Tokenizer(TRAINED.merges)
    first = tokenizer.encode("the dogs run . " * 50)
    assert set(tokenizer.known) == {"the", " dogs", " run", " .", " the", " "}
    assert (tokenizer.encode("the dogs run . " * 50) == first).all()
