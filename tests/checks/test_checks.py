"""No check takes a wrong answer or refuses a right one, whatever the answer is made of."""

import json
import re
import textwrap
from functools import cache
from importlib import import_module

import numpy as np
import pytest
from mutants import mutants
from oracle import INPUTS, Domain, drawn
from trial import JUDGE, MISTAKES, ROOT, solved_code, try_all

from helpers.checks import declare
from helpers.checks import domain as declare_domain
from helpers.checks.cases import runner
from helpers.checks.copies import show
from helpers.checks.declare import EXERCISES
from helpers.checks.sandbox import attempt

CASES = import_module("helpers.checks.cases")
SOLVED = solved_code()


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("EVERY_KNOB_HOME", str(tmp_path))


def test_every_exercise_has_a_solution_in_a_notebook():
    assert SOLVED.keys() == EXERCISES.keys()


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited")
@pytest.mark.parametrize("id", SOLVED)
def test_answers(id, record_property):
    """The differential trial: an answer that differs from the solution anywhere in the domain is refused."""
    trial = try_all(id, *SOLVED[id])
    record_property("checks", trial.row())
    assert trial.passed == 0
    assert trial.misjudged == {name: [] for name in MISTAKES}
    assert trial.wrong >= 25


@pytest.mark.parametrize("id", EXERCISES)
def test_declaration(id):
    exercise = EXERCISES[id]
    causes = {says for says, _ in exercise.mistakes}  # two answers may have one cause
    assert 4 <= len(causes) <= 9 and len(exercise.right) >= 2 and 1 <= exercise.level <= 3
    texts = [exercise.why, *causes]
    assert [text for text in texts if len(text) < 20 or text[-1] not in ".?"] == []
    assert exercise.why not in causes


@pytest.mark.parametrize("id", EXERCISES)
def test_what_the_prompt_does_not_allow_is_said_in_the_prompt(id):
    """The words of `allows` stand in the exercise, and every limit of the domain has a word in them."""
    exercise, said = EXERCISES[id], told(id)
    assert exercise.allows in said
    missing = [words for words in exercise.domain.limits() if not any(word in said.lower() for word in words)]
    assert missing == []


@pytest.mark.parametrize("id", [id for id, exercise in EXERCISES.items() if exercise.domain.inputs])
def test_lists_of_numbers_come_unsorted_too(id):
    """An answer that sorts what it was given must not pass, as long as the prompt does not sort it."""
    rows, sorted_in_the_prompt = {}, re.search("sorted|ascending|rising", told(id))
    for seed in range(100):
        case = EXERCISES[id].domain.draw(np.random.default_rng(seed))
        for place, item in enumerate(case):
            rows.setdefault(place, []).extend(lists_of_numbers(item))
    for place, found in rows.items():
        unsorted = any((np.diff(row) < 0).any() for row in found)
        assert unsorted or len(found) < 20 or sorted_in_the_prompt, f"input {place} is always sorted"


def lists_of_numbers(item):
    """Yield the arrays [n] of two numbers or more in an input, those in its lists and dicts too."""
    if isinstance(item, dict):
        item = list(item.values())
    if isinstance(item, (list, tuple)) and not all(type(each) in (int, float) for each in item):
        for each in item:
            yield from lists_of_numbers(each)
    elif isinstance(item, (list, tuple, np.ndarray)):
        row = np.asarray(item)
        if row.ndim == 1 and len(row) > 1 and row.dtype.kind in "if":
            yield row


@cache
def told(id):
    """Return what a learner reads of an exercise: its prompt and its stub, in one line."""
    for path in (ROOT / "exercises").glob("*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        texts = [" ".join("".join(cell["source"]).split()) for cell in cells]
        end = next((i for i, text in enumerate(texts) if f'check("{id}"' in text), None)
        if end is not None:
            start = max(i for i in range(end) if texts[i].startswith("## "))
            return " ".join(texts[start:end])
    raise AssertionError(f"no notebook checks {id}")


@pytest.mark.parametrize("id", [id for id, exercise in EXERCISES.items() if exercise.domain.inputs])
def test_new_cases_come_in_every_call(id):
    exercise = EXERCISES[id]
    if not callable(exercise.domain.inputs) and not exercise.domain.names():
        return  # a number or two: two calls may well draw the same
    drawn = [
        repr([exercise.domain.draw(np.random.default_rng(seed)) for _ in range(3)]) for seed in range(20)
    ]
    assert len(set(drawn)) > 15


@pytest.mark.parametrize("id", EXERCISES)
def test_a_case_can_be_copied_and_tried(id):
    """What a learner sees of a case is Python that gives the same inputs."""
    exercise = EXERCISES[id]
    rng = np.random.default_rng(0)
    cases = [*exercise.edges, *(exercise.domain.draw(rng) for _ in range(20 * bool(exercise.domain.inputs)))]
    solve = runner(exercise, exercise.solution)
    for case in cases:
        again = tuple(eval(show(item, exact=True), {"np": np}) for item in case)
        want, got = attempt(solve, tuple(case)), attempt(solve, again)
        assert (want.error, show(want.value)) == (got.error, show(got.value))


SEEDS = 30


@pytest.mark.parametrize("id", EXERCISES)
def test_each_mistake_gets_its_own_sentence_under_any_seed(id, monkeypatch):
    """Few draws, so that it takes seconds and not minutes: with more the sentence is only surer."""
    monkeypatch.setattr(CASES, "LEAST", 2)
    monkeypatch.setattr(CASES, "SECONDS", 0.0)
    exercise = EXERCISES[id]
    seeds = range(SEEDS if exercise.domain.inputs else 1)
    for seed in seeds:
        monkeypatch.setattr(JUDGE, "new_seed", lambda seed=seed: seed)
        said = [JUDGE.judge(exercise, answer, 5.0).misconception for _, answer in exercise.mistakes]
        assert said == [says for says, _ in exercise.mistakes]


def test_there_are_enough_mutants():
    assert sum(len(list(mutants(source))) for _, source, _ in SOLVED.values()) >= 15_000


def test_the_exercise_that_contributing_shows_works(monkeypatch):
    monkeypatch.setattr(import_module("helpers.checks.declare"), "EXERCISES", {})
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    blocks = [block.partition("```")[0] for block in text.split("```python\n")[1:]]
    code = textwrap.dedent(next(block for block in blocks if "exercise(" in block))
    space = {"np": np, "exercise": declare.exercise, "numbers": declare_domain.numbers}
    exec(code, space | {"number": declare_domain.number}, space)
    it = space["it"]
    assert len(it.mistakes) >= 4 and len(code.splitlines()) <= 35
    for answer in (it.solution, *it.right):
        assert JUDGE.judge(it, answer, 5.0).right
    for says, answer in it.mistakes:
        assert JUDGE.judge(it, answer, 5.0).misconception == says


def _lax(*anything, **more):
    return ""


def _strict(*anything, **more):
    return "No."


def _broken(*anything, **more):
    raise RuntimeError("a bug")


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited")
@pytest.mark.parametrize(
    ("fault", "mistake"), [(_lax, "false passes"), (_strict, "false failures"), (_broken, "crashes")]
)
def test_the_trial_sees_a_bad_check(fault, mistake, monkeypatch):
    monkeypatch.setattr(JUDGE, "fault", fault)
    trial = try_all("neuron.line", *SOLVED["neuron.line"])
    assert len(trial.misjudged[mistake]) >= 10


def test_the_oracle_has_two_thousand_inputs_with_ties_and_of_one_row():
    cases = drawn(EXERCISES["neuron.output"], INPUTS)
    assert len(cases) == INPUTS
    assert any(x.ndim == 2 and len(x) == 1 for x, *_ in cases)
    assert any(x.dtype.kind == "i" for x, *_ in cases) and any(len(set(x.flat)) < x.size for x, *_ in cases)


def test_the_oracle_sees_what_differs_on_a_single_input():
    domain = Domain(EXERCISES["neuron.line"])
    assert domain.agrees(lambda x, w, b: b + x * w)
    assert not domain.agrees(lambda x, w, b: w * x + b if np.ndim(x) or x != 0 else np.nan)


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
