"""A learner's own copy of the course: an update brings what is new and takes nothing away.

It leaves out JupyterLab itself; that is in `test_lab`.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import count_notebooks
import my_course
import pytest
from fingerprints import inputs
from hypothesis import given
from hypothesis import strategies as st
from merge_notebooks import merge, read
from notebook_rules import source

ROOT = Path(__file__).parents[2]
ANSWER = "def line(x, w, b):\n    return w * x + b"
NEURON = "exercises/01_neuron.ipynb"


@pytest.fixture
def course(tmp_path):
    """A copy of the notebooks and tools."""
    for name in ("chapters", "exercises", "solutions", "tools"):
        shutil.copytree(
            ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_*")
        )
    shutil.copy(ROOT / ".gitignore", tmp_path)
    return tmp_path


def load(path):
    return json.loads(path.read_text(encoding="utf-8"))


def save(path, notebook):
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def code(name, text):
    cell = {"cell_type": "code", "execution_count": None, "id": name, "metadata": {}, "outputs": []}
    return cell | {"source": text}


def put(path, **changes):
    """Give cells of a notebook another text, by their ids (`line_stub` for line-stub); None removes one."""
    notebook = load(path)
    for name, text in changes.items():
        place = [cell["id"] for cell in notebook["cells"]].index(name.replace("_", "-"))
        if text is None:
            del notebook["cells"][place]
        else:
            notebook["cells"][place]["source"] = text
    save(path, notebook)


def add_after(path, name, *cells):
    notebook = load(path)
    place = [cell["id"] for cell in notebook["cells"]].index(name) + 1
    notebook["cells"][place:place] = cells
    save(path, notebook)


def texts(path):
    """Return {id: text} of the cells of a notebook, in order."""
    return {cell["id"]: source(cell) for cell in load(path)["cells"]}


def git(folder, *words):
    settings = ["-c", "user.name=A learner", "-c", "user.email=learner@example.org", "-c", "core.hooksPath="]
    run = subprocess.run(["git", *settings, *words], cwd=folder, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return run.stdout


def state(folder):
    """Return {name: bytes} of every file below a folder."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
def test_a_learner_pulls_an_update_and_keeps_every_answer(course, tmp_path_factory):
    # The course is published, and a learner clones it and answers.
    git(course, "init", "-q", "-b", "main")
    git(course, "add", ".")
    git(course, "commit", "-q", "-m", "The course")
    clone = tmp_path_factory.mktemp("learner") / "clone"
    git(course, "clone", "-q", course, clone)
    update = [sys.executable, clone / "tools" / "my_course.py"]
    assert "your own copy" in subprocess.run(update, capture_output=True, text=True, check=True).stdout
    mine = clone / "my_course"
    put(mine / NEURON, line_stub=ANSWER)
    add_after(mine / NEURON, "line-stub", code("5f3a", "line(2, 3, 1)"))
    put(mine / "chapters/01_neuron.ipynb", imports="import numpy as np  # mine")
    save(mine / "exercises/notes.ipynb", load(mine / NEURON))

    # The course changes: a prompt, a stub, an exercise more, one less, a chapter, a page more, one less.
    put(course / NEURON, line_prompt="## 1 · Another prompt", output_stub="def output(x, w, b): ...")
    put(course / NEURON, units_prompt=None, units_stub=None, units_check=None)
    add_after(course / NEURON, "line-check", code("new-stub", "def new(): ..."))
    put(course / "chapters/02_boundary.ipynb", imports="import numpy as np  # new")
    shutil.copy(course / "exercises/02_boundary.ipynb", course / "exercises/13_more.ipynb")
    (course / "exercises/12_language_model.ipynb").unlink()
    git(course, "add", ".")
    git(course, "commit", "-q", "-m", "An update")

    git(clone, "pull", "-q", "--ff-only")
    run = subprocess.run(update, capture_output=True, text=True, check=True)
    assert run.stdout == "" and run.stderr == ""  # nothing to worry about
    now = texts(mine / NEURON)
    assert now["line-stub"] == ANSWER and now["5f3a"] == "line(2, 3, 1)"
    assert now["line-prompt"] == "## 1 · Another prompt" and now["output-stub"] == "def output(x, w, b): ..."
    around = list(now).index("line-stub")
    assert list(now)[around : around + 4] == ["line-stub", "5f3a", "line-check", "new-stub"]
    assert not {"units-prompt", "units-stub", "units-check"} & set(now)
    assert texts(mine / "chapters/01_neuron.ipynb")["imports"] == "import numpy as np  # mine"
    assert texts(mine / "chapters/02_boundary.ipynb")["imports"] == "import numpy as np  # new"
    assert (mine / "exercises/notes.ipynb").is_file() and (mine / "exercises/13_more.ipynb").is_file()
    assert not (mine / "exercises/12_language_model.ipynb").exists()
    assert git(clone, "status", "--short") == ""

    # Once more, and nothing moves.
    before = state(mine)
    assert my_course.update(clone) == [] and state(mine) == before


def test_book_and_tests_do_not_see_the_copy(course):
    before, notebooks = inputs(course), count_notebooks.existing(course)
    my_course.update(course)
    (course / "my_course" / "exercises" / "half.ipynb").write_text("{half typed")
    (course / "my_course" / "chapters" / "wild.py").write_text("import os,sys\nx = (")
    assert inputs(course) == before and count_notebooks.existing(course) == notebooks
    shutil.copy(ROOT / "pyproject.toml", course)
    ruff = [sys.executable, "-m", "ruff", "check", "--no-cache", "--show-files", "."]
    linted = subprocess.run(ruff, cwd=course, capture_output=True, text=True, check=True).stdout
    assert "01_neuron.ipynb" in linted and "my_course/" not in linted


def test_the_linter_says_the_same_with_and_without_the_copy(course):
    """A folder my_course beside the code must not make the module of that name another kind of import."""
    shutil.copy(ROOT / "pyproject.toml", course)
    for name in ("helpers", "tests"):
        shutil.copytree(ROOT / name, course / name, ignore=shutil.ignore_patterns("__pycache__"))
    ruff = [sys.executable, "-m", "ruff", "check", "--no-cache", "tests", "tools"]
    for _ in ("without", "with"):
        linted = subprocess.run(ruff, cwd=course, capture_output=True, text=True)
        assert linted.returncode == 0, linted.stdout
        my_course.update(course)


@pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")
def test_cleaning_up_leaves_the_copy(course):
    my_course.update(course)
    before = state(course / "my_course")
    shutil.copy(ROOT / "Makefile", course)
    subprocess.run(["make", "clean"], cwd=course, check=True, capture_output=True)
    assert state(course / "my_course") == before


def test_what_both_sides_changed_stays_the_learners(course):
    my_course.update(course)
    mine = course / "my_course"
    put(mine / NEURON, line_stub=ANSWER)
    put(course / NEURON, line_stub="def line(x, w, b, c): ...")
    said = my_course.update(course)
    assert said == [f"my_course/{NEURON}: you and the course both changed line-stub; yours stays."]
    assert texts(mine / NEURON)["line-stub"] == ANSWER
    assert my_course.update(course) == []  # said once

    (mine / "chapters/how_to.md").write_text("My notes")
    (course / "chapters/how_to.md").write_text("A new page")
    said = my_course.update(course)
    assert len(said) == 1 and "it is kept as how_to.kept-1.md" in said[0]
    assert (mine / "chapters/how_to.kept-1.md").read_text() == "My notes"
    assert (mine / "chapters/how_to.md").read_text() == "A new page"


def test_an_exercise_that_is_gone_goes_only_without_an_answer(course):
    my_course.update(course)
    put(course / "my_course" / NEURON, line_stub=ANSWER)
    for name in (NEURON, "exercises/02_boundary.ipynb"):
        (course / name).unlink()
    assert my_course.update(course) == [f"The course no longer has {NEURON}; yours stays in my_course."]
    assert texts(course / "my_course" / NEURON)["line-stub"] == ANSWER
    assert not (course / "my_course/exercises/02_boundary.ipynb").exists()
    assert my_course.update(course) == []


def test_a_notebook_that_was_run_counts_as_untouched(course):
    my_course.update(course)
    path = course / "my_course" / NEURON
    notebook = load(path)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell |= {
                "execution_count": 3,
                "outputs": [{"output_type": "stream", "name": "stdout", "text": "5"}],
            }
    save(path, notebook)
    put(course / NEURON, line_stub="def line(x, w): ...")
    assert my_course.update(course) == []
    cells = {cell["id"]: cell for cell in load(path)["cells"]}
    assert source(cells["line-stub"]) == "def line(x, w): ..." and cells["line-stub"]["outputs"] == []
    assert cells["output-stub"]["execution_count"] == 3  # what was run elsewhere is still there


def test_a_copy_that_was_deleted_begins_anew(course):
    my_course.update(course)
    path = course / "my_course" / NEURON
    fresh = path.read_bytes()
    put(path, line_stub=ANSWER)
    path.rename(path.with_name("my first try.ipynb"))
    assert my_course.update(course) == [] and path.read_bytes() == fresh
    assert texts(path.with_name("my first try.ipynb"))["line-stub"] == ANSWER


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{half a noteb",
        b"[]",
        b"\xff\xfe\x00",
        b'{"cells": [{"id": "x"}]}',
        b'{"cells": 1}',
        b"[" * 100_000,
    ],
    ids=["empty", "half", "a list", "not text", "no source", "no cells", "deep"],
)
def test_a_damaged_copy_is_kept_aside_and_made_anew(course, damage):
    my_course.update(course)
    path = course / "my_course" / NEURON
    fresh = path.read_bytes()
    for number in (1, 2):
        path.write_bytes(damage)
        said = my_course.update(course)
        assert len(said) == 1 and f"it is kept as 01_neuron.kept-{number}.ipynb" in said[0]
        assert path.with_name(f"01_neuron.kept-{number}.ipynb").read_bytes() == damage
        assert path.read_bytes() == fresh


def test_a_course_that_is_damaged_itself_touches_no_answer(course):
    my_course.update(course)
    put(course / "my_course" / NEURON, line_stub=ANSWER)
    (course / NEURON).write_text("<<<<<<< HEAD\n" + (course / NEURON).read_text(encoding="utf-8"))
    assert my_course.update(course) == [
        f"{NEURON} is damaged in the course itself, so my_course/{NEURON} was left as it is."
    ]
    assert texts(course / "my_course" / NEURON)["line-stub"] == ANSWER


@pytest.mark.parametrize("memory", [None, "{half"], ids=["missing", "damaged"])
def test_without_the_memory_of_what_the_copy_was_made_from_nothing_is_lost(course, memory):
    my_course.update(course)
    mine, base = course / "my_course", course / "my_course/.made_from" / NEURON
    put(mine / NEURON, line_stub=ANSWER)
    base.unlink() if memory is None else base.write_text(memory)
    add_after(course / NEURON, "line-check", code("new-stub", "def new(): ..."))
    said = my_course.update(course)
    assert len(said) == 1 and "line-stub; yours stays" in said[0]
    assert texts(mine / NEURON)["line-stub"] == ANSWER and "new-stub" in texts(mine / NEURON)
    assert my_course.update(course) == []


def test_where_nothing_can_be_written_one_sentence_says_so(course):
    (course / "my_course").write_text("a file where the folder should be")
    said = my_course.update(course)
    assert len(said) == 1 and "could not be brought up to date (Not a directory)" in said[0]
    assert (course / "my_course").read_text() == "a file where the folder should be"


def test_one_folder_in_the_way_stops_nothing_else(course):
    my_course.update(course)
    path = course / "my_course" / NEURON
    path.unlink()
    path.mkdir()
    put(course / "exercises/02_boundary.ipynb", imports="import numpy as np  # new")
    said = my_course.update(course)
    assert said == [f"my_course/{NEURON} could not be brought up to date (Is a directory)."]
    assert texts(course / "my_course/exercises/02_boundary.ipynb")["imports"].endswith("# new")


def test_a_folder_that_may_not_be_written_costs_a_sentence(course):
    my_course.update(course)
    (course / "my_course/exercises").chmod(0o500)
    if os.access(course / "my_course/exercises", os.W_OK):
        pytest.skip("nothing is closed to this user")
    put(course / NEURON, line_prompt="new")
    put(course / "exercises/02_boundary.ipynb", imports="new")
    said = my_course.update(course)
    (course / "my_course/exercises").chmod(0o700)
    assert said == [f"my_course/{NEURON} and 1 more could not be brought up to date (Permission denied)."]


def test_a_write_that_stops_half_way_leaves_the_old_copy(course, monkeypatch):
    my_course.update(course)
    put(course / "my_course" / NEURON, line_stub=ANSWER)
    put(course / NEURON, line_prompt="new")
    before = state(course / "my_course")

    def full(path, data):
        with open(path, "wb") as file:
            file.write(data[: len(data) // 2])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        said = my_course.update(course)
    assert said == [f"my_course/{NEURON} could not be brought up to date (No space left on device)."]
    assert state(course / "my_course") == before
    assert my_course.update(course) == [] and texts(course / "my_course" / NEURON)["line-prompt"] == "new"


def test_a_file_that_hides_the_helpers_is_named(course):
    my_course.update(course)
    (course / "my_course/exercises/helpers.py").write_text("x = 1")
    (course / "my_course/exercises/helpers_of_mine.py").write_text("x = 1")
    said = my_course.update(course)
    assert said == ["my_course/exercises/helpers.py hides the course's own helpers: rename it."]


# Any three notebooks

TEXTS = st.sampled_from(["a", "b", "c"])
CELLS = st.lists(st.tuples(st.sampled_from("rstuv") | st.none(), TEXTS), max_size=6)


def notebook(cells):
    made = [
        {"cell_type": "code", "metadata": {}, "source": text} | ({"id": n} if n else {}) for n, text in cells
    ]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def named(cells):
    return {name: source(cell) for name, cell in read(notebook(cells))[1].items()}


@given(old=CELLS, own=CELLS, new=CELLS)
def test_no_words_of_a_learner_are_ever_lost(old, own, new):
    text, both = merge(notebook(old), notebook(own), notebook(new))
    was, mine, theirs = named(old), named(own), named(new)
    result = {name: source(cell) for name, cell in read(text)[1].items()}
    for name, words in mine.items():
        if was.get(name) != words:
            assert result[name] == words
        else:
            assert result.get(name) == theirs.get(name)
    for name, words in theirs.items():
        if name not in was and name not in mine:
            assert result[name] == words
    assert set(result) <= set(mine) | set(theirs)
    assert all(mine[name] != theirs[name] != was.get(name) for name in both)
    assert merge(notebook(new), text, notebook(new))[0] == text  # and it stays so


@given(old=CELLS, new=CELLS)
def test_an_untouched_notebook_becomes_the_new_one(old, new):
    made = merge(notebook(old), notebook(old), notebook(new))[0]
    assert list(named(new).items()) == [(n, source(cell)) for n, cell in read(made)[1].items()]
