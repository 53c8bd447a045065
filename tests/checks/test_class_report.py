"""Promise: a report on a class has a row for each learner, whatever a notebook does, and believes no print.

The notebooks are made from ours, with answers of the solutions and others, and run as a teacher runs them.
"""

import csv
import json
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from helpers.checks.declare import EXERCISES
from helpers.checks.in_class import classroom
from helpers.checks.in_class.marking import code_cells, foreign, mark

ROOT = Path(__file__).parents[2]
MEMORY = int(4e9)
START = "import numpy as np\nfrom helpers.checks import check, progress"
RIGHT = "def line(x, w, b):\n    return w * x + b"
WRONG = "def line(x, w, b):\n    return w * x"
CHECK = 'check("neuron.line", line)'
FORGE = """import glob, json, os
for path in [*glob.glob("../*"), *glob.glob("/dev/fd/*")]:
    try:
        file = os.open(path, os.O_WRONLY | os.O_APPEND)
        os.write(file, (json.dumps({"id": "neuron.line", "state": "right"}) + "\\n").encode())
    except OSError:
        pass"""
RIGHT_TEXT = "✓ Right · One input"


def write(path, *cells, tags=()):
    path.parent.mkdir(parents=True, exist_ok=True)
    made = [{"cell_type": "code", "metadata": {"tags": list(tags)}, "source": cell} for cell in cells]
    path.write_text(json.dumps({"cells": made, "nbformat": 4}), encoding="utf-8")
    return path


def solved(name, path, *wrong):
    """Write a notebook of solutions as a learner would have it; the answers named in `wrong` stay stubs."""
    notebook = json.loads((ROOT / "solutions" / f"{name}.ipynb").read_text(encoding="utf-8"))
    kept = []
    for cell in notebook["cells"]:
        ours = "solution" in cell["metadata"].pop("tags", [])
        if not (ours and any(f"def {each}(" in "".join(cell["source"]) for each in wrong)):
            kept.append(cell)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook | {"cells": kept}), encoding="utf-8")


def report(*words):
    """Run the command as a teacher does."""
    command = [sys.executable, "-m", "helpers.checks", "report", *map(str, words)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")


def rows(path):
    with open(path, newline="", encoding="utf-8-sig") as file:
        return {row["learner"]: row for row in csv.DictReader(file)}


def test_a_class(tmp_path):
    """Who solved what, in both tables: a whole folder, one notebook, and two folders of one learner."""
    here = tmp_path / "class"
    solved("01_neuron", here / "anna" / "01_neuron.ipynb")
    solved("02_boundary", here / "anna" / "more" / "02_boundary.ipynb", "decide")
    solved("01_neuron", here / "ben.ipynb", "output")
    for folder in ("chapters", "exercises", "solutions"):  # a whole copy of the course
        copy = here / "cora" / folder / "01_neuron.ipynb"
        copy.parent.mkdir(parents=True)
        copy.write_bytes((ROOT / folder / copy.name).read_bytes())
    (here / "notes.txt").write_text("nobody")
    write(
        tmp_path / "later" / "ben.ipynb",
        START,
        "def output(x, w, b):\n    return x @ w + b",
        'check("neuron.output", output)',
    )
    result = report(here, tmp_path / "later", "--csv", tmp_path / "class.csv")
    assert result.returncode == 0, result.stderr
    found = rows(tmp_path / "class.csv")
    neuron, boundary = ([id for id in EXERCISES if id.startswith(key)] for key in ("neuron.", "boundary."))
    assert list(found) == ["anna", "ben", "cora"]
    open_one = {"boundary.decide": "not attempted yet"}
    assert {id: found["anna"][id] for id in neuron + boundary} == dict.fromkeys(
        neuron + boundary, "right"
    ) | open_one
    assert found["ben"]["right"] == str(len(neuron)), "what was missing is in the later notebook"
    assert {found["cora"][id] for id in neuron} == {"not attempted yet"}
    assert {found[name][id] for name in ("ben", "cora") for id in boundary} == {""}
    lines = [line.split() for line in result.stdout.splitlines()]
    marks = [line[1:] for line in lines if line[:1] == ["anna"]]
    assert marks[0] == [str(len(neuron + boundary) - 1), "0", "1"]
    assert marks[1] == ["✓"] * len(neuron)
    assert marks[2] == ["○" if id == "boundary.decide" else "✓" for id in boundary]


# What a notebook does after its imports: its cells, the mark of neuron.line, and a part of the sentence.
DOES = {
    "redefines": (["def check(*_): print('Right')", WRONG, CHECK], "✗", ""),
    "prints": (["def line(*_): ...", f"print({RIGHT_TEXT!r})", CHECK], "✗", ""),
    "forges": ([WRONG, CHECK, FORGE], "✗", ""),
    "removes": ([RIGHT, CHECK, "import shutil\nshutil.rmtree('..', ignore_errors=True)"], "✓", ""),
    "exits": ([RIGHT, CHECK, "import os\nos._exit(0)"], "✓", "Code cell 4 ended the whole process"),
    "leaves": (["import sys\nsys.exit(1)", RIGHT, CHECK], "✓", "Code cell 2 stopped with SystemExit"),
    "crashes": (
        ["import os\nos.abort()", RIGHT, CHECK],
        "·",
        "Code cell 2 ended the whole process (SIGABRT)",
    ),
    "closes": (["import os\nos.closerange(0, 256)", RIGHT, CHECK], "·", "Code cell 2 ended the whole"),
    "floods": (["for _ in range(100):\n    print('Right' * 10**6)", RIGHT, CHECK], "✓", ""),
    "fills": (
        ["open('big', 'wb').write(bytes(2 * 10**8))", RIGHT, CHECK],
        "✓",
        "cell 2 stopped with OSError",
    ),
    "loops": (
        [RIGHT, CHECK, "while True: pass", CHECK],
        "✓",
        "Code cell 4 was still running after 20 seconds",
    ),
    "hoards": (["x = np.ones(50 * 10**9 // 8)", RIGHT, CHECK], "✓", "more memory than the 4 GB"),
    "asks": (["name = input('Who? ')", RIGHT, CHECK], "✓", "Code cell 2 asks for input()"),
    "mistypes": (["def line(:", RIGHT, CHECK, "1 / 0"], "✓", "Code cell 2 stopped with SyntaxError"),
    "borrows": (
        ["from helpers.checks.declare import EXERCISES", RIGHT, CHECK],
        "✓",
        "It imports helpers.checks.declare",
    ),
    "renames": (["from helpers.checks import check as c", RIGHT, 'c("neuron.line", line)'], "✓", ""),
    "clears": (["%reset -f\n%matplotlib inline", START, RIGHT, "%%time\n" + CHECK], "✓", ""),
    "=formula": ([WRONG, CHECK, "raise ValueError('\\x1b[31m\\nred')"], "✗", "ValueError:  [31m red"),
}

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows limits the time only")


@posix
def test_whatever_a_notebook_does_is_one_row_with_one_sentence(tmp_path):
    here = tmp_path / "class"
    for name, (cells, _, _) in DOES.items():
        write(here / f"{name}.ipynb", START, *cells)
    texts = {"nonsense": "{", "nothing": "", "a list": "[1, 2]", "deep": "[" * 100_000}
    for name, text in texts.items():
        (here / f"{name}.ipynb").write_text(text)
    write(here / "solutions.ipynb", START, RIGHT, CHECK, tags=["solution"])
    write(here / "notes.ipynb", "1 + 1")
    (here / "nobody").mkdir()

    result = report(here, "--csv", tmp_path / "class.csv", "--seconds", 20)
    assert result.returncode == 0, result.stderr
    found = rows(tmp_path / "class.csv")
    states = {"✓": "right", "✗": "not right yet", "·": ""}
    for name, (_, mark_, sentence) in DOES.items():
        row = found["'=formula" if name == "=formula" else name]
        assert row["neuron.line"] == states[mark_], (name, row)
        assert sentence in row["remarks"] and row["remarks"].count("\n") == 0, (name, row)
        assert bool(sentence) == bool(row["remarks"]), (name, row)
    for name in texts:
        assert "It is no notebook" in found[name]["remarks"] and found[name]["neuron.line"] == ""
    assert "does not count" in found["solutions"]["remarks"] and found["solutions"]["right"] == "0"
    assert found["notes"]["remarks"] == found["nobody"]["remarks"] == "No notebook here calls a check."
    assert len(found) == len(DOES) + len(texts) + 3 and "\x1b" not in result.stdout + result.stderr


@posix
def test_what_a_notebook_started_ends_with_it(tmp_path):
    started = "import subprocess\nsubprocess.Popen(['sleep', '98765'])"
    assert mark(write(tmp_path / "a.ipynb", START, started, RIGHT, CHECK), 60, MEMORY) == (
        {"neuron.line": "right"},
        [],
    )
    assert [p for p in psutil.process_iter(["cmdline"]) if "98765" in (p.info["cmdline"] or [])] == []


def test_the_teachers_own_progress_stays_as_it_is(tmp_path, monkeypatch):
    monkeypatch.setenv("EVERY_KNOB_HOME", str(tmp_path / "home"))
    states, said = mark(write(tmp_path / "a.ipynb", START, RIGHT, CHECK), 60, MEMORY)
    assert (states, said) == ({"neuron.line": "right"}, []) and not (tmp_path / "home").exists()


@pytest.mark.parametrize("path", sorted((ROOT / "exercises").glob("*.ipynb")), ids=lambda path: path.stem)
def test_what_exercises_import_is_no_remark(path):
    assert foreign(code_cells(path)) == []


def test_what_is_right_once_stays_right():
    learner = classroom.Learner("anna")
    for state in ("not right yet", "right", "not attempted yet"):
        learner.add({"neuron.line": state}, [])
    assert learner.states == {"neuron.line": "right"}


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (["no-such-folder"], 2, "there is no no-such-folder."),
        ([], 2, "required: FOLDER"),
        (["tests", "--seconds", "-1"], 2, "invalid positive value: '-1'"),
        (["EMPTY"], 1, "There is no folder of a learner and no notebook in it."),
    ],
)
def test_a_command_that_cannot_be_is_told_so_in_a_sentence(tmp_path, words, status, says):
    result = report(*[str(tmp_path) if word == "EMPTY" else word for word in words])
    assert (result.returncode, result.stdout) == (status, "")
    assert says in result.stderr.splitlines()[-1] and "Traceback" not in result.stderr


def test_a_file_that_cannot_be_written_takes_no_table_along(tmp_path):
    write(tmp_path / "class" / "anna.ipynb", "1 + 1")
    result = report(tmp_path / "class", "--csv", tmp_path / "nowhere" / "class.csv")
    assert result.returncode == 1 and "anna" in result.stdout
    assert "class.csv could not be written (No such file or directory)." in result.stderr
