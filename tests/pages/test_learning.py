"""Promise: the model that learns in the page is that of Python at every moment, word for word."""

from itertools import pairwise

import numpy as np
import pytest
from browser import watched

from helpers.explorables import Learning
from helpers.explorables.learning import BEGINNINGS, DRAWS
from helpers.language.small_language import small_language

PAGE = """<!doctype html><html lang="en" data-theme="light"><meta charset="utf-8"><title>Learning</title>
<body>{}</body></html>"""
MOMENTS = range(8)


@pytest.fixture(scope="module")
def place(chrome, tmp_path_factory):
    """The explorable on a page of its own, opened as a file."""
    path = tmp_path_factory.mktemp("pages") / "learning.html"
    path.write_text(PAGE.format(Learning().static_html()), encoding="utf-8")
    with watched(chrome, path.as_uri()) as visit:
        yield visit.page.locator(".explorable")


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_page_writes_what_python_writes(place, moment):
    for beginning in range(len(BEGINNINGS)):
        for draw in (0, 3, len(DRAWS) - 1):
            python = Learning(moment=moment, beginning=str(beginning), draw=draw)
            said = small_language().decode(python.written()[1:])
            put = "(it, state) => { for (const key in state) it.model.set(key, state[key]); }"
            place.evaluate(put, {"moment": moment, "beginning": str(beginning), "draw": draw})
            place.page.wait_for_function(
                "said => document.querySelector('.says').textContent.trim() === said", arg=said, timeout=3000
            )


def test_the_words_and_the_truths_are_the_grammars():
    from helpers.language.next_word import next_word_probabilities

    language, python = small_language(), Learning()
    assert python.words.split() == language.words
    for each in python.questions:
        p = next_word_probabilities(language, language.encode(each["asked"]))
        assert p[language.encode(each["right"])].sum() == pytest.approx(each["truth"], abs=1e-4)
    assert python.stairs[0] == pytest.approx(np.log(len(language.words)), abs=1e-4)
    assert python.stairs[-1] == pytest.approx(language.entropy(), abs=1e-4)


def test_the_loss_comes_down_the_stairs():
    losses = [each["loss"] for each in Learning().moments]
    assert all(later < earlier for earlier, later in pairwise(losses))
    for at, stair in zip((0, 1, 2, 7), Learning().stairs, strict=True):
        assert abs(losses[at] - stair) < 0.06


def test_the_losses_are_those_of_what_is_kept():
    from helpers.language.training import evaluate

    new, _ = small_language().sample(3_000, np.random.default_rng(1))
    for moment in (0, 3, 7):
        python = Learning(moment=moment)
        assert evaluate(python.model().float(), new) == pytest.approx(
            python.moments[moment]["loss"], abs=2e-4
        )


def test_the_answers_come_in_their_order():
    """Three by step 300, the two about order at the end, as the chapter says."""
    answers = np.array([[Learning(moment=m).numbers()[f"p_{i}"] for i in range(5)] for m in MOMENTS])
    truths = np.array([each["truth"] for each in Learning().questions])
    first = (answers > truths / 2).argmax(axis=0)  # the moment at which an answer is there
    steps = np.array([each["step"] for each in Learning().moments])[first]
    assert steps[:3].max() <= 300 < steps[3:].min()
    assert (abs(answers[-1] - truths) < 0.1).all()
