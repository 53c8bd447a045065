"""Promise: JavaScript and CSS are read by tools as Python is, and made of short lines.

It leaves out what a view shows; that is in `test_explorables`.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from helpers import explorables
from helpers.explorables.base import HERE, module

ROOT = Path(__file__).parents[2]
CLASSES = {getattr(explorables, name).view: getattr(explorables, name) for name in explorables.__all__}
WIDTH = 110


def sources(*endings):
    """Return the files of the project with these endings."""
    return sorted(
        p for part in ("helpers", "tools") for end in endings for p in (ROOT / part).rglob(f"*{end}")
    )


@pytest.mark.parametrize("path", sources(".js", ".css"), ids=lambda path: path.name)
def test_lines_are_short(path):
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    assert [(n, len(line)) for n, line in lines if len(line) > WIDTH] == []


def recipe(tool):
    """Return the line of `make test` that calls a tool, with the tool of this environment."""
    lines = subprocess.run(["make", "-n", "test"], cwd=ROOT, capture_output=True, text=True, check=True)
    (line,) = (line for line in lines.stdout.splitlines() if f"/{tool} " in line)
    return line.replace(".venv/bin", str(Path(sys.executable).parent))


@pytest.fixture
def copy(tmp_path):
    """A copy of what the tools read, to break something in."""
    for name in ("helpers/explorables", "tools/theme"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in (".oxlintrc.json", ".oxfmtrc.json"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def fails(tool, folder):
    """Return what a tool complains about in a folder; nothing if it does not."""
    run = subprocess.run(recipe(tool), shell=True, cwd=folder, capture_output=True, text=True)
    return run.stdout + run.stderr if run.returncode else ""


def change(folder, name, old, new):
    path = folder / "helpers" / "explorables" / name
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


WRONG = {
    "a name that the kit does not have": ("  svg,\n", "  svg,\n  slidr,\n", "slidr"),
    "a name that is not used": ("  svg,\n", "  svg,\n  heat,\n", "heat"),
    "a name that is not imported": ("  snap,\n", "", "snap"),
}


@pytest.mark.parametrize("what", WRONG)
def test_make_test_sees_a_wrong_import(copy, what):
    old, new, name = WRONG[what]
    assert fails("oxlint", copy) == ""
    change(copy, "neuron.js", old, new)
    assert f"'{name}'" in fails("oxlint", copy) or f'"{name}"' in fails("oxlint", copy)


@pytest.mark.parametrize("name", ["neuron.js", "kit.css"])
def test_make_test_sees_another_format(copy, name):
    assert fails("oxfmt", copy) == ""
    change(copy, name, "\n  ", "\n      ")
    assert name in fails("oxfmt", copy)


@pytest.mark.parametrize("kind", CLASSES)
def test_a_view_begins_with_what_it_takes_from_the_kit(kind):
    text = (HERE / f"{kind}.js").read_text(encoding="utf-8")
    first, second = re.sub(r"^//.*\n", "", text, flags=re.M).lstrip().split(";", 1)
    assert re.fullmatch(r'import \{[\w\s,]+\} from "\./kit\.js"', first)
    more = re.findall(r"^import .*", second, re.M)  # or from the small model, alive in a page
    assert [line for line in more if not line.endswith('from "./model.js";')] == [] and len(more) < 2


def test_kit_and_view_are_one_module_without_a_name_twice(tmp_path):
    for kind in CLASSES:
        text = module(kind)
        assert re.findall(r"^(?:import|export) .*", text, re.M) == ["export default {"]
        host = (HERE / "host.js").read_text(encoding="utf-8")
        (tmp_path / f"{kind}.js").write_text(text.replace("export default", "const view =") + host, "utf-8")
    oxlint = Path(sys.executable).parent / "oxlint"
    run = subprocess.run([oxlint, "-A", "all", tmp_path], capture_output=True, text=True)
    assert run.returncode == 0 and f"on {len(CLASSES)} files" in run.stdout, run.stdout


@pytest.mark.parametrize("kind", CLASSES)
def test_style_of_a_view_reaches_no_other(kind):
    """Several explorables stand on one page, and a style reaches all of it: it names the one it is for."""
    path = HERE / f"{kind}.css"
    if path.exists():
        outside = re.findall(r"^\S.*\{$", path.read_text(encoding="utf-8"), re.M)
        assert outside == [f'.explorable[data-explorable="{kind}"] {{']
