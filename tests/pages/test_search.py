"""Promise: the search leads to the place itself, served and from files: a symbol, an exercise, a claim, and
where a sentence of a check belongs. Each query is typed, and its place is among the first three results.
"""

import gzip
import inspect
import json
import re
import sys
from functools import cache
from pathlib import Path

import pytest
from book_search import exercises, general, plain, sentences, symbols
from browser import settle
from test_book import parsed
from visible import is_seen, none_seen, unseen

import helpers.checks
from helpers.checks import check, compare, faults, repairs
from helpers.checks.declare import EXERCISES
from helpers.checks.judge import NOTHING_YET

ROOT = Path(__file__).parents[2]
RESULTS = "main ul.search li > a"
SYMBOLS, GENERAL = "chapters/notation.html#symbols", "chapters/how_to.html#what-a-check-says"
LOSS, NEURON = "exercises/04_loss.html", "exercises/01_neuron.html"
QUERIES = {
    "W_Q": SYMBOLS,
    "WQ": SYMBOLS,
    "W_q": SYMBOLS,
    "∂L/∂w": SYMBOLS,
    "dL/dw": SYMBOLS,
    "softmax": "chapters/glossary.html#term-softmax",
    "GELU": "chapters/glossary.html#term-GELU",
    "LoRA": "chapters/glossary.html#term-LoRA",
    "key value cache": "chapters/12_language_model.html",
    "bias separates": "chapters/claims.html#ledger-bias-separates-similar-words",
    "loss.softmax": f"{LOSS}#a-softmax-with-a-temperature",
    "Neuron.Line ": f"{NEURON}#one-input",
    "neuron.weighted_sum": NEURON,
    "3.2": "exercises/03_network.html#the-same-for-a-batch",
    "exercise 4.3": f"{LOSS}#a-softmax-with-a-temperature",
    "This is w * x: the bias is missing.": f"{NEURON}#one-input",
    "✗ Not right yet · One input This is w * x: the bias is missing. gave 6": f"{NEURON}#one-input",
    "An array of shape (3,) came back where an array of shape (2, 3) is asked for.": GENERAL,
    "7 of 12 values are not right, the first at index [1, 3]. It is right in 40 of 52 cases.": GENERAL,
    "No answer within 5 seconds. Is there a loop that never ends?": GENERAL,
    "There is no exercise neuron.lines. The nearest is neuron.line.": GENERAL,
}


def asked(page, query):
    """Type a query into the search box, press Enter, and return where the first three results lead."""
    page.keyboard.press("/")
    page.keyboard.press("Control+A")
    page.keyboard.type(query)
    with page.expect_navigation(url="**/search.html?*"):
        page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('.search-summary')?.textContent")
    page.wait_for_function(
        f"document.querySelectorAll('{RESULTS}').length || !document.querySelector('#search-try').hidden"
    )
    settle(page)
    links = page.locator(RESULTS).evaluate_all("(all) => all.slice(0, 3).map((each) => each.href)")
    return [re.sub(r"^.*?/(?=(?:chapters|exercises|solutions)/)|\?[^#]*", "", link) for link in links]


@pytest.mark.parametrize("how", ["http", "file"])
def test_a_query_leads_to_its_place(visit, how):
    wrong = {}
    with visit("chapters/welcome", how) as at:
        for query, place in QUERIES.items():
            found = asked(at.page, query)
            if place not in found:
                wrong[query] = found
            assert unseen(at.page.locator(RESULTS).first) == []
        assert (wrong, at.errors, at.left) == ({}, [], [])


@pytest.mark.parametrize("how", ["http", "file"])
def test_a_place_opens_where_it_should(visit, how):
    with visit("chapters/welcome", how) as at:
        asked(at.page, "loss.softmax")
        at.page.locator(RESULTS).first.focus()
        at.page.keyboard.press("Enter")
        at.page.wait_for_url("**/exercises/04_loss.html#*")
        heading = at.page.get_by_role("heading", name="A softmax with a temperature")
        assert -1 <= heading.bounding_box()["y"] < 300


@pytest.mark.parametrize("width", [1280, 390])
def test_where_nothing_is_found_the_page_says_what_to_try(visit, width):
    with visit("search", viewport={"width": width, "height": 800}) as at:
        assert none_seen(at.page.locator("#search-try"))
        assert asked(at.page, "qwertzuiop") == []
        assert is_seen(at.page.locator("#search-try")) and is_seen(at.page.get_by_text("did not match"))
        asked(at.page, "WQ")  # Sphinx knows no such word; we do, so nobody says that nothing was found
        assert none_seen(at.page.locator("#search-try")) and none_seen(at.page.get_by_text("did not match"))
        asked(at.page, "bias")
        assert none_seen(at.page.locator("#search-try")) and is_seen(at.page.get_by_text("Search finished"))


@cache
def data(book):
    text = (book / "_static" / "places.js").read_text(encoding="utf-8")
    return json.loads(text.removeprefix("window.PLACES = ").rstrip(";\n"))


def test_every_place_is_there_and_is_light(book):
    for place in data(book):
        page, _, anchor = place["page"].partition("#")
        assert anchor in parsed(book / page).ids, place["page"]
    assert len(gzip.compress((book / "_static" / "places.js").read_bytes())) < 50_000
    loads = [path for path in book.rglob("*.html") if "places.js" in path.read_text(encoding="utf-8")]
    assert loads == [book / "search.html"]


def test_every_exercise_and_every_sentence_has_its_place(book, visit):
    """In the browser: its exercise is found first, or, of a sentence that many share, others that have it."""
    pages = {place["id"]: place for place in data(book) if "id" in place}
    assert pages.keys() == EXERCISES.keys() == exercises(ROOT).keys()
    wanted = [[id, says] for id, exercise in EXERCISES.items() for says in sentences(exercise)]
    assert len(wanted) > 1000
    lost = "(all) => all.filter(([id, says]) => !PLACES.some((each) => each.id === id && score(each, says)))"
    elsewhere = """(all) => all.filter(([id, says]) => !found(says).some((each) => each.id === id)
        && found(says).some((each) => !each.says?.includes(says)))"""
    with visit("search") as at:
        assert at.page.evaluate(lost, wanted) == []
        assert at.page.evaluate(elsewhere, wanted) == []


def test_the_search_shows_no_sentence_and_no_solution(book):
    """A sentence leads to its exercise: what is shown is a title."""
    for place in data(book):
        if "id" in place:
            assert place["title"].endswith(EXERCISES[place["id"]].title)
            assert not place["page"].startswith("solutions/")


def test_what_the_engine_says_is_found_in_its_source():
    pieces = [
        each
        for module in (sys.modules["helpers.checks.judge"], compare, faults, repairs)
        for each in general(inspect.getsource(module))
    ]
    assert ["came back where", "is asked for."] in pieces or any(
        "is asked for." in each[-1] for each in pieces
    )
    assert [repr(each) for each in repairs.REPAIRS if [each] not in pieces] == []
    assert [NOTHING_YET] in pieces and not any("Return " in piece for each in pieces for piece in each)
    assert any("There is no exercise" in each[0] for each in general(inspect.getsource(helpers.checks)))
    assert "There is no exercise" in check("neuron.lines").message


@pytest.mark.parametrize(
    ("tex", "typed"),
    [(r"\frac{\partial L}{\partial w}", "∂L/∂w"), ("W_Q", "W_Q"), (r"\epsilon", "ε"), ("d_k", "d_k")],
)
def test_a_formula_is_what_one_types(tex, typed):
    assert plain(tex) == typed


def test_the_symbols_are_those_of_the_table():
    found = dict(symbols((ROOT / "chapters" / "notation.md").read_text(encoding="utf-8")))
    assert {"W_Q", "W_K", "∂L/∂w", "w.grad", "x", "W⊤"} - found.keys() <= {"W⊤"} and len(found) > 40
    assert found["W"] == "the weights of a layer as a matrix"
