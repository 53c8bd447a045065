"""Each prediction is asked in a page and computed in a later cell, and its words obey the rules of prose."""

import json
import re

import prose_rules
import pytest
import yaml
from chapter_rules import numbers
from notebook_rules import ROOT, calls, chapters, foretold, in_words, source

from helpers.studying.foretold import Prediction, came_true, foretell, inline, prediction, predictions
from helpers.studying.foretold import chapters as files

OLD = re.compile(r"<summary>[^<]*\bpredict", re.IGNORECASE)  # a question that shows its answer


def raw(path):
    return json.loads(path.read_text(encoding="utf-8"))


def by_name(path):
    return path.stem


@pytest.mark.parametrize("path", chapters(), ids=by_name)
def test_every_prediction_of_a_page_is_asked_once_and_computed_later(path):
    cells = raw(path)["cells"]
    shown = [(at, foretold(cell).id) for at, cell in enumerate(cells) if foretold(cell)]
    ids = [id for _, id in shown]
    assert sorted(ids) == sorted(id for id, p in predictions().items() if p.chapter == path.stem)
    old = [c["id"] for c in cells if c["cell_type"] == "markdown" and OLD.search(source(c))]
    assert old == [], f"these still show their answers: {old}"
    for at, id in shown:
        later = [source(cell) for cell in cells[at + 1 :] if cell["cell_type"] == "code"]
        line = f'came_true("{id}", '
        assert any("assert " in text and line in text for text in later), f"no later cell computes {id}"
    strays = [
        c["id"] for c in cells if c["cell_type"] == "code" and "foretell" in calls(c) and not foretold(c)
    ]
    assert strays == [], f"more than the question, or an unknown id: {strays}"


@pytest.mark.parametrize("path", chapters(), ids=by_name)
def test_the_sentences_of_wrong_choices_are_prose(path):
    notebook = raw(path)
    notebook["cells"] = [in_words(cell, sentences=True) for cell in notebook["cells"]]
    assert numbers(notebook, path.stem) == []
    for each in (p for p in predictions().values() if p.chapter == path.stem):
        for why in (why for why in each.choices.values() if why is not True):
            assert why[0].isupper() and why.endswith("."), why
            assert prose_rules.sentences(why) + prose_rules.filler(why) == []


@pytest.mark.parametrize("each", predictions().values(), ids=lambda p: p.id)
def test_a_prediction_asks_something_that_can_be_answered(each):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", each.id)
    assert each.ask.strip().endswith("?") and each.answer.strip()
    assert not each.choices or 3 <= len(each.choices) <= 4
    assert each.number is None or each.near >= 0


def test_the_right_choice_stands_in_no_place_of_its_own():
    for chapter in files():
        chosen = [p for p in predictions().values() if p.chapter == chapter and p.choices]
        places = [list(p.choices.values()).index(True) for p in chosen]
        longest = [max(p.choices, key=len) for p in chosen]
        if len(chosen) > 2:
            assert len(set(places)) > 1, f"{chapter}: the right choice is always in the same place"
            assert any(p.choices[text] is not True for p, text in zip(chosen, longest, strict=True))


@pytest.mark.parametrize("chapter", files())
def test_a_file_names_its_page_and_its_part_as_the_book_does(chapter):
    parts = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))["parts"]
    (part,) = [p["caption"] for p in parts if f"chapters/{chapter}" in [e["file"] for e in p["chapters"]]]
    title = source(raw(ROOT / f"chapters/{chapter}.ipynb")["cells"][0]).splitlines()[0].removeprefix("# ")
    assert (files()[chapter]["title"], files()[chapter]["part"]) == (title, part)


THREE = {"low": "It is not low.", "middle": True, "high": "It is not high."}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"choices": THREE | {"low": True}}, "2 choices are marked as right, and one must be"),
        ({"choices": THREE | {"middle": "No."}}, "0 choices are marked as right, and one must be"),
        ({"choices": THREE, "number": 1}, "either choices or a number"),
        ({}, "either choices or a number"),
    ],
)
def test_a_prediction_that_cannot_be_judged_is_refused(words, said):
    with pytest.raises(ValueError, match=f"^it: .*{said}"):
        Prediction("it", "01_neuron", "What?", "That.", **words)


def test_the_answer_of_a_choice_is_the_condition_that_holds():
    it = Prediction("it", "01_neuron", "What?", "That.", choices=THREE)
    assert it.is_right(False, True, False)
    assert not it.is_right(True, False, False) and not it.is_right(False, False, False)
    assert not it.is_right(True, True, False)  # a wrong choice that holds is none
    with pytest.raises(ValueError, match="3 choices need as many conditions"):
        it.is_right(False, True)


@pytest.mark.parametrize(
    ("number", "value", "right"),
    [(11, 11.0, True), (82, 82.1, True), (82, 82.6, False), (0.75, 0.7531, True), (0.75, 0.756, False)],
)
def test_the_answer_of_a_number_is_what_the_computed_one_rounds_to(number, value, right):
    assert Prediction("it", "01_neuron", "What?", "That.", number=number).is_right(value) == right


def test_an_unknown_id_names_near_ones():
    for ask in (prediction, foretell, came_true):
        with pytest.raises(
            LookupError, match=r"^No prediction is called 'dear-rid'\. The nearest are 'dear-ride'"
        ):
            ask("dear-rid")


def test_words_become_html():
    assert inline("a < b, `x < 1`, **bold**, *so* and $x < 1$") == (
        "a &lt; b, <code>x &lt; 1</code>, <strong>bold</strong>, <em>so</em> and "
        '<span class="tex">$x &lt; 1$</span>'
    )
    assert repr(foretell("another-taxi")).startswith("Predict: With a pencil")
