"""Promise: the probability of the next word is the grammar's own, whatever stands before."""

import numpy as np
import pytest

from helpers.language.grammar import grammar
from helpers.language.next_word import next_word_probabilities
from helpers.language.small_language import small_language

LANGUAGE = small_language()


def said(text):
    p = next_word_probabilities(LANGUAGE, LANGUAGE.encode(text))
    return {LANGUAGE.words[token]: round(float(p[token]), 6) for token in np.flatnonzero(p)}


@pytest.mark.parametrize("seed", range(3))
def test_a_text_is_as_surprising_as_its_sampler_says(seed):
    tokens, surprise = LANGUAGE.sample(60, np.random.default_rng(seed))
    stop, found, sentence = LANGUAGE.encode(".")[0], 0.0, []
    for token in tokens:
        p = next_word_probabilities(LANGUAGE, sentence)
        assert p.sum() == pytest.approx(1)
        found -= np.log(p[token])
        sentence = [] if token == stop else [*sentence, token]
    assert found == pytest.approx(surprise)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("Ada lives in", {"Paris": 1.0}),
        ("Hugo from", {"Tokyo": 1.0}),
        ("the nurse says that", {"she": 0.9, "he": 0.1}),
        ("the doctor says that", {"she": 0.5, "he": 0.5}),
        ("the dog chases the cows , so the", {"cows": 1.0}),
        ("the dog fears the cows , so the", {"dog": 1.0}),
        ("the dog chases the cows , so the cows", {"hide": 0.666667, "stop": 0.333333}),
        (
            "the dogs near the gate",
            {"run": 0.4, "eat": 0.2, "graze": 0.133333, "rest": 0.1, "near": 0.166667},
        ),
    ],
)
def test_what_comes_next(text, after):
    assert said(text) == after


def test_the_next_sentence_begins_as_any_does():
    one = said("Ada lives in Paris .")
    assert one == said("") == said("Ada lives in Paris . the dog rests .")
    assert sum(one.values()) == pytest.approx(1) and one["the"] > 0.8


def test_it_is_the_share_in_a_large_sample():
    tokens, _ = LANGUAGE.sample(40_000, np.random.default_rng(0))
    dog = LANGUAGE.encode("the dog")
    at = np.flatnonzero((tokens[:-2] == dog[0]) & (tokens[1:-1] == dog[1]))
    begins = at[tokens[at - 1] == LANGUAGE.encode(".")[0]]
    shares = np.bincount(tokens[begins + 2], minlength=len(LANGUAGE.words)) / len(begins)
    p = next_word_probabilities(LANGUAGE, dog)
    assert len(begins) > 1000
    assert (np.abs(shares - p) < 5 * np.sqrt(p * (1 - p) / len(begins)) + 1e-9).all()


@pytest.mark.parametrize("text", ["dog", "the dog chases the cats", "Ada lives in Rome", ". ."])
def test_what_the_grammar_never_writes_gets_a_sentence(text):
    with pytest.raises(ValueError, match="No text of this language begins with"):
        next_word_probabilities(LANGUAGE, LANGUAGE.encode(text))


def test_another_grammar():
    language = grammar("text: 3 a tail | 1 b .\ntail: 1 a tail | 1 .", {}, {}, "text")
    p = next_word_probabilities(language, language.encode("a a"))
    assert dict(zip(language.words, p.tolist(), strict=True)) == {".": 0.5, "a": 0.5, "b": 0.0}
