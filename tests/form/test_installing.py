"""Promises about the installation: on a clone of any kind, with the lowest versions, without the extra."""

import ast
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import minimum
import pytest
import yaml
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook
from notebook_rules import chapters, code, load, parse, source
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
EXTRA = {"torch", "transformers", "tokenizers", "safetensors", "tqdm"}


@pytest.mark.skipif(not shutil.which("git") or not shutil.which("sh"), reason="needs git and a POSIX shell")
def test_a_clone_with_windows_line_ends_installs(tmp_path):
    """A clone with core.autocrlf has no carriage return in any text, and its shell scripts are whole."""
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "core.hooksPath="]
    made = {".venv", "_build", "build", "my_course", "__pycache__", ".git", ".ipynb_checkpoints"}
    shutil.copytree(ROOT, tmp_path / "course", ignore=lambda _, names: made & set(names))
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "The course"]):
        subprocess.run([*git, *words], cwd=tmp_path / "course", check=True, capture_output=True)
    clone = [*git, "clone", "-q", "-c", "core.autocrlf=true", tmp_path / "course", tmp_path / "clone"]
    subprocess.run(clone, check=True)
    files = [p for p in (tmp_path / "clone").rglob("*") if p.is_file() and ".git" not in p.parts]
    texts = {p.relative_to(tmp_path / "clone").as_posix(): p.read_bytes() for p in files}
    texts = {name: data for name, data in texts.items() if b"\0" not in data}
    assert {"tools/install.sh", ".binder/postBuild", ".ci/run", "Makefile"} <= set(texts) and len(texts) > 200
    assert [name for name, data in texts.items() if b"\r\n" in data] == []
    for script in ("tools/install.sh", ".binder/postBuild", ".ci/run"):
        subprocess.run(["sh", "-n", tmp_path / "clone" / script], check=True)
    status = [*git, "status", "--short"]
    assert subprocess.run(status, cwd=tmp_path / "clone", capture_output=True, check=True).stdout == b""


# A Python that has pip, and for the real model says what a test wants it to say.
STAND_IN = """#!/bin/sh
case "$*" in
    *helpers.real_models*) echo "$SAYS" >&2; exit "$CODE";;
    *) exit 0;;
esac
"""


@pytest.mark.skipif(not shutil.which("sh"), reason="needs a POSIX shell, as make does")
@pytest.mark.parametrize(
    ("code", "lines"), [(0, ["brought"]), (1, ["brought", "All the rest is installed."])]
)
def test_without_the_real_model_the_installation_succeeds(tmp_path, code, lines):
    """And says in one sentence what is missing; the sentence itself is in tests/lessons/test_fetch.py."""
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(STAND_IN)
    python.chmod(0o755)
    environment = {"PATH": "/usr/bin:/bin", "SAYS": "brought", "CODE": str(code)}
    run = subprocess.run(
        ["sh", ROOT / "tools" / "install.sh"], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert run.returncode == 0 and run.stderr.splitlines() == lines


def test_every_installation_brings_the_real_model():
    """That of make, that of the README without make, Binder's, and the weekly one."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert ".venv/bin/python -m helpers.real_models\n" in readme and "%run -m helpers.real_models" in readme
    for name in ("tools/install.sh", ".binder/postBuild", ".github/workflows/weekly.yml"):
        assert "python -m helpers.real_models" in (ROOT / name).read_text(encoding="utf-8"), name


# With the lowest versions


def test_the_lowest_versions_are_those_of_every_requirement():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    declared = [Requirement(text) for group in groups for text in group]
    lowest = dict(line.split("==") for line in minimum.minimum((ROOT / "pyproject.toml").read_text()))
    assert {each.name for each in declared} - {project["name"]} == set(lowest)
    for each in declared:
        if each.name in lowest:
            assert each.specifier.contains(lowest[each.name]) and f">={lowest[each.name]}" in str(each)


@pytest.mark.parametrize("requirement", ["numpy", "numpy<3", "numpy==2.0"])
def test_a_requirement_without_a_lowest_version_is_noticed(requirement):
    with pytest.raises(ValueError, match="names no lowest version"):
        minimum.minimum(f'[project]\nname = "it"\ndependencies = ["{requirement}"]\n')


def test_the_weekly_run_tries_the_lowest_versions_and_the_newest():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    job = yaml.safe_load((ROOT / ".github/workflows/weekly.yml").read_text())["jobs"]["test"]
    runs = {each["versions"]: each["python-version"] for each in job["strategy"]["matrix"]["include"]}
    assert runs == {"newest": "3.x", "minimum": project["requires-python"].removeprefix(">=")}
    steps = [step["run"] for step in job["steps"] if step.get("if") == "matrix.versions == 'minimum'"]
    assert steps == ["python tools/minimum.py > bounds.txt"]
    assert any("install -c bounds.txt -e" in step.get("run", "") for step in job["steps"])


# Without the extra

# A finder that stands before all others: a Python that imports it has none of the modules of the extra.
WITHOUT = f"""
import sys
class Missing:
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in {EXTRA}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Missing)
"""


def imports_the_extra(cell):
    """Tell whether a cell itself imports a module of the extra."""
    for node in ast.walk(parse(cell)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        if EXTRA & {name.partition(".")[0] for name in names}:
            return True
    return False


NEED_THE_EXTRA = [path for path in chapters() if any(map(imports_the_extra, code(load(path))))]


def test_no_page_before_chapter_3_needs_the_extra():
    """As pyproject.toml and "How to use this book" say."""
    third = next(place for place, path in enumerate(chapters()) if path.stem.startswith("03_"))
    assert NEED_THE_EXTRA and not set(NEED_THE_EXTRA) & set(chapters()[:third])


@pytest.mark.parametrize("path", NEED_THE_EXTRA, ids=lambda path: path.stem)
def test_without_the_extra_a_chapter_says_what_to_type(path, tmp_path):
    """Each cell that imports it, after the cell of imports, in a kernel of its own."""
    (tmp_path / "sitecustomize.py").write_text(WITHOUT)
    first, *others = code(load(path))
    cells = [first, *filter(imports_the_extra, others)]
    notebook = new_notebook(cells=[new_code_cell(source(cell)) for cell in cells])
    client = NotebookClient(notebook, kernel_name="python3", allow_errors=True, timeout=300)
    client.execute(env=os.environ | {"PYTHONPATH": str(tmp_path)})
    shown = [output for cell in notebook.cells for output in cell.outputs if output.output_type == "error"]
    assert shown and {error.ename for error in shown} == {"ModuleNotFoundError"}
    for error in shown:
        assert error.traceback == [error.evalue]  # the sentence, and nothing above it
        module, _, command = error.evalue.partition(" is not installed: run  ")
        assert module in EXTRA and re.match(r'%pip install ("[a-z]+>=[0-9.]+" ?)+', command)
        assert f'"{module}>=' in command
