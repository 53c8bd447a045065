"""Every exercise notebook is what its solution makes, and runs in the three ways a learner runs it.

Untouched: to the end, nothing right. Solved: all right. Filled with wrong answers: nothing right.
"""

import ast
import json
import re
from pathlib import Path

import make_exercises
import matplotlib
import pytest

import helpers.checks
from helpers.checks.declare import EXERCISES
from helpers.checks.overview import level
from helpers.checks.verdict import NOT_ATTEMPTED, NOT_RIGHT

ROOT = Path(__file__).parents[2]

NAMES = sorted(path.stem for path in (ROOT / "solutions").glob("*.ipynb"))


@pytest.fixture(autouse=True)
def quiet(tmp_path, monkeypatch):
    """No window for figures, and a home of its own for what is solved."""
    monkeypatch.setenv("EVERY_KNOB_HOME", str(tmp_path))
    monkeypatch.setattr("matplotlib.pyplot.show", lambda: None)
    backend = matplotlib.get_backend()
    matplotlib.use("agg")
    yield
    matplotlib.use(backend)


def load(folder, name):
    return json.loads((ROOT / folder / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]


def source(cell):
    return "".join(cell["source"])


def checked(cell):
    """Return [(id, name)] of the checks in a cell: check("neuron.line", line)."""
    found = []
    for node in ast.walk(ast.parse(source(cell))):
        match node:
            case ast.Call(ast.Name("check"), [ast.Constant(id), ast.Name(name)]):
                found.append((id, name))
    return found


def run(cells, monkeypatch, answers=None):
    """Execute the code cells and return all verdicts; answers {id: answer} stand in for the stubs."""
    real, verdicts, space = helpers.checks.check, [], {"__name__": "__main__"}

    def recording(id, answer=None):
        verdicts.append(real(id, answer))
        return verdicts[-1]

    monkeypatch.setattr(helpers.checks, "check", recording)
    for cell in (c for c in cells if c["cell_type"] == "code"):
        for id, name in checked(cell) if answers else ():
            space[name] = answers[id]
        exec(compile(source(cell), cell["id"], "exec"), space)
    monkeypatch.undo()
    return verdicts


def ids(name):
    """Return the ids of all exercises that a notebook checks: those of the loss stand in two."""
    cells = [cell for cell in load("solutions", name) if cell["cell_type"] == "code"]
    return {id for cell in cells for id, _ in checked(cell)}


def test_every_exercise_has_its_notebook():
    assert sorted(id for name in NAMES for id in ids(name)) == sorted(EXERCISES) and len(NAMES) >= 3


def test_exercises_are_what_their_solutions_make():
    assert make_exercises.drift() == {}, "run `make exercises` and commit what it writes"


@pytest.mark.parametrize("name", NAMES)
def test_untouched(name, monkeypatch):
    verdicts = run(load("exercises", name), monkeypatch)
    assert {v.id for v in verdicts} == ids(name)
    assert {v.state for v in verdicts} == {NOT_ATTEMPTED}


@pytest.mark.parametrize("name", NAMES)
def test_solved(name, monkeypatch):
    verdicts = run(load("solutions", name), monkeypatch)
    assert {v.id for v in verdicts} == ids(name)
    assert [str(v) for v in verdicts if not v.right] == []


@pytest.mark.parametrize("which", [0, 1, -1])
@pytest.mark.parametrize("name", NAMES)
def test_wrong(name, which, monkeypatch):
    answers = {id: EXERCISES[id].mistakes[which][1] for id in ids(name)}
    verdicts = run(load("exercises", name), monkeypatch, answers)
    assert {v.id for v in verdicts} == ids(name)
    assert {v.state for v in verdicts} == {NOT_RIGHT}


@pytest.mark.parametrize("name", NAMES)
def test_form(name):
    """Each exercise has a heading that says what its declaration says, two hints, and a solution."""
    cells = load("solutions", name)
    assert re.search(r"\d+ minutes", source(cells[0])) and "progress(" in source(cells[-1])
    sections, number = "\0".join(source(c) for c in cells if c["cell_type"] == "markdown"), 0
    for id in (id for id in EXERCISES if id in ids(name)):
        number, exercise = number + 1, EXERCISES[id]
        heading = f"## {number} · {exercise.title} {level(exercise)}\n"
        section = sections.partition(heading)[2].partition("\0## ")[0]
        assert section, f"no heading {heading!r}"
        assert section.count("<summary>Hint") >= 2, f"{id} has fewer than two hints"
    solved = [c for c in cells if "solution" in c["metadata"].get("tags", [])]
    assert len([c for c in solved if c["cell_type"] == "code"]) >= number
    assert not any(checked(c) for c in solved if c["cell_type"] == "code"), (
        "a check has to stay in the exercise"
    )


SMALL = {
    "cells": [
        {
            "cell_type": "markdown",
            "id": "title",
            "metadata": {},
            "source": ["# Solutions 01 · One\n", "Solutions 2"],
        },
        {"cell_type": "code", "id": "kept", "metadata": {"tags": ["remove-output"]}, "source": ["f()"]},
        {"cell_type": "code", "id": "gone", "metadata": {"tags": ["x", "solution"]}, "source": ["1"]},
        {"cell_type": "markdown", "id": "why", "metadata": {"tags": ["solution"]}, "source": ["Because."]},
    ],
    "metadata": {"kernelspec": {"name": "python3"}},
}


def test_making_an_exercise_drops_solutions_and_renames_the_title():
    made = json.loads(make_exercises.make(json.dumps(SMALL)))
    assert [cell["id"] for cell in made["cells"]] == ["title", "kept"]
    assert made["cells"][0]["source"] == ["# Exercises 01 · One\n", "Solutions 2"]
    assert made["cells"][1] == SMALL["cells"][1] and made["metadata"] == SMALL["metadata"]


def test_a_notebook_without_the_title_is_refused(tmp_path):
    (tmp_path / "solutions").mkdir()
    text = json.dumps(SMALL).replace("# Solutions", "# Answers")
    (tmp_path / "solutions" / "01_one.ipynb").write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit, match="01_one.ipynb: the first line has to begin with"):
        make_exercises.main([], tmp_path)


def test_drift_is_told_and_mended(tmp_path, capsys):
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / "01_one.ipynb").write_text(json.dumps(SMALL), encoding="utf-8")
    assert make_exercises.main(["--check"], tmp_path) == 1
    assert not (tmp_path / "exercises").exists()
    assert make_exercises.main([], tmp_path) == 0 and make_exercises.main(["--check"], tmp_path) == 0
    written = tmp_path / "exercises" / "01_one.ipynb"
    written.write_text(written.read_text(encoding="utf-8").replace("f()", "f(1)"), encoding="utf-8")
    capsys.readouterr()
    assert make_exercises.main(["--check"], tmp_path) == 1
    assert "exercises/01_one.ipynb is not what its solution makes" in capsys.readouterr().out
    (tmp_path / "solutions" / "01_one.ipynb").unlink()
    assert make_exercises.main([], tmp_path) == 1 and written.exists()
    assert "has no solution notebook" in capsys.readouterr().out
