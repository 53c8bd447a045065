"""`make lab`, the line as it stands: the course opens, its links lead on, and an update keeps the answers."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from browser import watched
from lab import WAIT, Notebook, jupyterlab

from helpers.checks.declare import EXERCISES

ROOT = Path(__file__).parents[2]
NEURON = "exercises/01_neuron.ipynb"
ANSWER = "def line(x, w, b):\n    return w * x + b"
GIT = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "core.hooksPath="]
pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="make is not installed")


def words(line):
    """Return the words of a line in the Makefile or on a page, less the Python that runs it."""
    return re.fullmatch(r"(?:\t@\$\(PY\)|\.venv/bin/python) (.*)", line)[1].split()


def test_without_make_the_line_is_the_same():
    line = re.search(r"^lab:.*\n(.*)\n\n", (ROOT / "Makefile").read_text(), re.MULTILINE)[1]
    for page in ("README.md", "chapters/how_to.md"):
        text = (ROOT / page).read_text(encoding="utf-8")
        blocks = re.findall(r"^```\n(.*?)\n```", text, re.DOTALL | re.MULTILINE)
        without_make = next(block for block in blocks if "-m venv" in block)
        assert words(without_make.splitlines()[-1]) == words(line), page


@pytest.fixture
def course(tmp_path):
    """A clone of the course as it stands here."""
    for name in ("chapters", "exercises", "solutions", "tools"):
        left_out = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
        shutil.copytree(ROOT / name, tmp_path / "course" / name, ignore=left_out)
    for name in ("Makefile", ".gitignore"):
        shutil.copy(ROOT / name, tmp_path / "course")
    for step in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "The course"]):
        subprocess.run([*GIT, *step], cwd=tmp_path / "course", check=True)
    return tmp_path / "course"


def sources(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return {cell["id"]: "".join(cell["source"]) for cell in cells}


def test_answers_survive_an_update(chrome, course, tmp_path):
    # With the Python of the tests, and with nothing to install first.
    line = ["make", "-o", ".venv/installed", f"PY={sys.executable}", "lab"]
    (tmp_path / "beside").mkdir()
    right = EXERCISES["neuron.line"].why.replace("`", "")  # as on the screen
    at = {name: index for index, name in enumerate(sources(course / NEURON))}
    with jupyterlab(tmp_path / "beside", line, course) as address, watched(chrome, "about:blank") as visit:
        page = visit.page
        page.goto(opened(tmp_path / "beside", page).replace("localhost", "127.0.0.1"), timeout=WAIT)
        welcome = Notebook(page, None, "chapters/welcome.ipynb")
        page.wait_for_timeout(500)
        assert not welcome.dirty()
        page.get_by_role("link", name="the exercises").click()
        exercise = Notebook(page, None, NEURON)
        assert not exercise.dirty()

        exercise.run(at["imports"])
        exercise.cell(at["line-stub"]).locator(".cm-content").click()
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.insert_text(ANSWER)
        exercise.run(at["line-stub"])
        assert right in exercise.run(at["line-check"])
        page.keyboard.press("ControlOrMeta+s")
        page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty")

        # An update: one prompt says something else. Then the line again, while the first one still runs.
        text = (course / NEURON).read_text(encoding="utf-8")
        (course / NEURON).write_text(text.replace("A taxi ride of", "A balloon ride of"), encoding="utf-8")
        subprocess.run([*GIT, "commit", "-q", "-a", "-m", "An update"], cwd=course, check=True)
        subprocess.run([sys.executable, "tools/my_course.py"], cwd=course, check=True)
        exercise = Notebook(page, address, NEURON)
        assert "A balloon ride" in exercise.cell(at["line-prompt"]).inner_text()
        assert "return w * x + b" in exercise.cell(at["line-stub"]).inner_text()
        exercise.run(at["line-stub"])
        assert right in exercise.run(at["line-check"])
        assert visit.errors == [] and visit.left == []
    assert sources(course / "my_course" / NEURON)["line-stub"] == ANSWER
    status = subprocess.run(
        ["git", "status", "--short"], cwd=course, capture_output=True, text=True, check=True
    )
    assert status.stdout == ""


def opened(folder, page):
    """Return the address that the line has opened in the browser."""
    for _ in range(300):
        if (folder / "opened").exists():
            return (folder / "opened").read_text().strip()
        page.wait_for_timeout(100)
    raise AssertionError("no page was opened:\n" + (folder / "lab.log").read_text(encoding="utf-8"))
