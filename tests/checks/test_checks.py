"""No check takes a wrong answer or refuses a right one, whatever the answer is made of."""

from importlib import import_module

import numpy as np
import pytest
from checks_table import COLUMNS
from mutants import mutants
from trial import MISTAKES, many_cases, outcome, solved_code, try_all

from helpers.checks.declare import EXERCISES

SOLVED = solved_code()


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("EVERY_KNOB_HOME", str(tmp_path))


def test_every_exercise_has_a_solution_in_a_notebook():
    assert SOLVED.keys() == EXERCISES.keys()


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited")
@pytest.mark.parametrize("id", SOLVED)
def test_answers(id, record_property):
    trial = try_all(id, *SOLVED[id])
    counts = trial.tried | {name: len(names) for name, names in trial.misjudged.items()}
    counts |= {"exercise": id, "wrong": trial.wrong}
    record_property("checks", {name: counts[name] for name in ("exercise", *COLUMNS)})
    assert trial.misjudged == {name: [] for name in MISTAKES}
    assert trial.wrong >= 25


@pytest.mark.parametrize("id", EXERCISES)
def test_declaration(id):
    exercise = EXERCISES[id]
    assert 4 <= len(exercise.wrong) <= 9 and len(exercise.right) >= 2 and 1 <= exercise.level <= 3
    texts = [exercise.why, *(says for _, says in exercise.wrong.values())]
    assert [text for text in texts if len(text) < 20 or text[-1] not in ".?"] == []
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("id", [id for id, exercise in EXERCISES.items() if exercise.draw])
def test_cases_differ_for_each_seed_and_are_the_same_for_one(id):
    exercise = EXERCISES[id]

    def seen(cases):  # a function among the inputs is known by what the solution makes of it
        solution = exercise.runner(exercise.solution)
        return [repr(outcome(solution, c)[0] if any(map(callable, c)) else c) for c in cases]

    assert seen(exercise.cases()) == seen(exercise.cases())
    drawn = [name for seed in range(5) for name in seen(exercise.cases(seed)[len(exercise.edges) :])]
    assert len(set(drawn)) == len(drawn) == 20


@pytest.mark.parametrize("id", [id for id, exercise in EXERCISES.items() if exercise.draw])
def test_sizes_of_a_case_are_unequal(id):
    exercise = EXERCISES[id]
    for case in exercise.cases()[len(exercise.edges) :]:
        for array in (item for item in case if isinstance(item, np.ndarray)):
            assert len(set(array.shape)) == array.ndim


def _lax(*anything):
    return ""


def _strict(*anything):
    return "No."


def _broken(*anything):
    raise RuntimeError("a bug")


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited")
@pytest.mark.parametrize(
    ("fault", "mistake"), [(_lax, "false passes"), (_strict, "false failures"), (_broken, "crashes")]
)
def test_the_trial_sees_a_bad_check(fault, mistake, monkeypatch):
    monkeypatch.setattr(import_module("helpers.checks.judge"), "_fault", fault)
    trial = try_all("neuron.line", *SOLVED["neuron.line"])
    assert len(trial.misjudged[mistake]) >= 10


def test_the_oracle_has_many_cases_and_some_with_ties():
    cases = many_cases(EXERCISES["neuron.line"])
    assert len(cases) > 100
    assert any(np.all(np.asarray(case[0]) == np.round(case[0])) and np.ndim(case[0]) for case in cases)


def test_mutants_are_the_slips_that_one_would_make():
    source = (
        "def f(x, w, b):\n    if x[0] > 0:\n        return -(x @ w.T) + b * 2\n    return np.sum(x, axis=1)"
    )
    made = {text for _, text in mutants(source)}
    slips = [
        "x @ w.T) - b",
        "x[1] > 0",
        "x[0] >= 0",
        "x[0] < 0",
        "x @ w) +",
        "w.T @ x",
        "x.T @ w.T",
        "w[0] > 0",
    ]
    slips += ["return x @ w.T + b", "-(x @ w.T)\n", "    return b * 2", "b * 3", "b / 2", "axis=2", "axis=0"]
    slips += ["np.mean(x, axis=1)", "np.sum(x)", "if True", "if False", "-(b @ w.T)", "-np.sum", "return x\n"]
    assert [slip for slip in slips if not any(slip in text + "\n" for text in made)] == []
    assert source not in made and len(made) > 30
