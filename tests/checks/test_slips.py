"""Slips that checks once took, stumbled over or did not know: one test for each."""

import numpy as np
import pytest

from helpers.checks import check
from helpers.checks.declare import EXERCISES
from helpers.checks.domain import steady
from helpers.checks.verdict import NOT_RIGHT


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("EVERY_KNOB_HOME", str(tmp_path))


def test_a_whole_number_is_met_as_one_although_the_pencil_allows_three_digits():
    right = EXERCISES["language_model.pencil"].solution
    assert check("language_model.pencil", right | {"cold": 0.941}).right
    assert not check("language_model.pencil", right | {"questions": 1024.5}).right


def test_no_text_where_no_number_is_wanted_is_no_stumble():
    right = EXERCISES["boundary.bends"].solution
    assert check("boundary.bends", lambda w, b: right(w, b).astype(str)).state == NOT_RIGHT


@pytest.mark.parametrize("last", [lambda V: V, lambda V: V.copy()])
def test_a_mistake_is_known_whether_what_stayed_behind_was_copied_or_not(last):
    swap = EXERCISES["network.swap"].solution
    verdict = check("network.swap", lambda W, b, V, i, j: (*swap(W, b, V, i, j)[:2], last(V)))
    assert verdict.misconception.startswith("`V` still expects the units in the old order.")


def test_the_slip_of_swap_is_known_as_numpy_makes_it():
    def swap(W, b, V, i, j):
        W, b, V = W.copy(), b.copy(), V.copy()
        W[i], W[j] = W[j], W[i]
        b[i], b[j] = b[j], b[i]
        V[:, i], V[:, j] = V[:, j], V[:, i]
        return W, b, V

    assert check("network.swap", swap).misconception.startswith("Unit `j` is there twice")


@pytest.mark.parametrize(
    ("gate", "numbers", "says"),
    [
        ("and", (1, 1, -5), "Your AND never says yes. With both"),
        ("and", (-1, -1, 2), "Your AND says no only where"),
        ("not", (1, 0.5), "Your NOT says yes to both. A 1 has to pull"),
        ("not", (-2, -1), "Your NOT never says yes."),
    ],
)
def test_a_sentence_on_a_gate_speaks_of_what_it_decides_and_not_of_its_numbers(gate, numbers, says):
    gates = EXERCISES["boundary.gates"].solution | {gate: numbers}
    assert check("boundary.gates", gates).misconception.startswith(says)


def test_what_cancels_in_float32_is_told_from_what_does_not():
    holds = steady(lambda x: x[0] - x[1])
    assert holds(np.array([3.0, 1.0])) and not holds(np.array([1.0001, 1.0]))


def test_a_token_of_the_example_typed_in_is_no_right_answer():
    recipe, put_back = (EXERCISES[f"families.{name}"].solution for name in ("recipe", "put_back"))
    assert not check("families.recipe", lambda tokens, places, lots, others, mask: recipe(
        tokens, places, lots, others, 50)).right  # fmt: skip
    assert not check("families.put_back", lambda source, target, first: put_back(source, target, 50)).right


def test_truth_values_are_not_told_that_they_are_off_by_an_amount():
    mask = EXERCISES["families.query_mask"].solution
    message = check("families.query_mask", lambda order: mask(order) == 1).message
    assert "truth values; numbers are asked for" in message


def test_the_word_itself_is_known_also_where_rounding_takes_a_row_that_points_the_same_way():
    def nearest(table, token):
        lengths = np.linalg.norm(table, axis=1)
        cosines = table @ table[token] / lengths / lengths[token]
        return int(cosines.argmax()), cosines.max()

    assert check("embeddings.nearest", nearest).misconception.startswith("A word is nearest to itself")


def test_the_token_with_number_0_is_not_nothing():
    right = EXERCISES["embeddings.nearest"].solution
    assert "Only zero" not in str(
        check("embeddings.nearest", lambda table, token: (0, right(table, token)[1]))
    )
