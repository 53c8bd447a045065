"""Promise: the sampler's data are the grammar's probabilities and a model near them; its draw is fair."""

import numpy as np
import pytest

from helpers.explorables import Sampler
from helpers.explorables.sampler import BEGINNINGS, SHOWN, TRAINED, WORDS
from helpers.language.next_word import next_word_probabilities
from helpers.language.small_language import small_language


def test_the_words_and_the_truth_are_the_grammars():
    language = small_language()
    assert language.words == WORDS
    for each in BEGINNINGS:
        p = next_word_probabilities(language, language.encode(each["text"]))
        assert each["truth"] == {WORDS[i]: round(float(p[i]), 4) for i in np.flatnonzero(p)}


def test_the_model_is_a_good_one():
    assert abs(TRAINED["loss"] - small_language().entropy()) < 0.04


@pytest.mark.parametrize("beginning", range(len(BEGINNINGS)))
def test_the_model_says_nearly_what_the_grammar_says(beginning):
    shown = Sampler(beginning=str(beginning)).numbers()
    gaps = [abs(shown[f"p_{i}"] - shown[f"truth_{i}"]) for i in range(SHOWN)]
    assert sum(gaps) < 0.25
    assert shown["truth_entropy"] - 1e-3 < shown["cost"] < shown["truth_entropy"] + 0.2
    assert sum(shown[f"p_{i}"] for i in range(SHOWN)) + shown["rest"] == pytest.approx(1)


def test_a_draw_falls_on_a_word_as_often_as_its_probability_says():
    model = Sampler(beginning="1")  # she and he
    draws = np.arange(0, 1, 0.01)
    seen = []
    for draw in draws:
        model.draw = float(draw)
        seen.append(model.numbers()["picked_p"])
    she = model.numbers()["p_0"]
    assert np.mean(np.array(seen) == she) == pytest.approx(she, abs=0.02)


def test_a_low_temperature_makes_the_habit_stronger():
    cold, warm, hot = (Sampler(beginning="1", temperature=t).numbers() for t in (0.5, 1.0, 2.0))
    assert cold["p_0"] > 0.98 > warm["p_0"] > hot["p_0"]
    assert cold["entropy"] < warm["entropy"] < hot["entropy"] and warm["cost"] < min(
        cold["cost"], hot["cost"]
    )
