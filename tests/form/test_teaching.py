"""Promises of the page for teachers: its sums, its ways through the book, what needs no torch, its limits."""

import json
import re
import subprocess
import sys

import pytest
from notebook_rules import ROOT, chapters, load, source
from test_installing import WITHOUT

from helpers.checks.__main__ import arguments
from helpers.checks.cases import ALWAYS, LEAST
from helpers.checks.in_class.rerun import LARGEST_FILE

PAGE = (ROOT / "chapters" / "teaching.md").read_text(encoding="utf-8")
FIRST = {path.stem: source(load(path)["cells"][0]) for path in chapters()}
WAYS = [line.split("|")[1:-1] for line in PAGE.splitlines() if re.match(r"\| \d+ \|", line)]
LINK = re.compile(r"\((\d\d_\w+)\.ipynb\)")


def minutes(name):
    """Return how long a page and its exercises take."""
    line = next(line for line in FIRST[name].splitlines() if line.startswith("Time:"))
    return sum(map(int, re.findall(r"(\d+) minutes", line)))


def needs(name):
    """Return the pages that a page names after "You need"."""
    line = next(line for line in FIRST[name].splitlines() if line.startswith("You need"))
    return set(LINK.findall(line))


def test_the_ways_are_there():
    assert [int(way[0]) for way in WAYS] == [4, 8, 14] and len(FIRST) == 24


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way[0].strip())
def test_a_way_is_as_long_as_it_says_and_has_all_that_its_pages_need(way):
    weeks, pages, told = int(way[0]), LINK.findall(way[1]), [int(each) for each in way[3:]]
    total = sum(map(minutes, pages))
    assert told == [total, round(total / weeks)]
    assert total <= 120 * weeks and len(pages) == len(set(pages))
    for place, name in enumerate(pages):
        assert needs(name) <= set(pages[:place]), f"{name} comes before what it needs"


def test_what_the_ways_leave_out_is_what_the_page_says():
    four, eight, fourteen = (LINK.findall(way[1]) for way in WAYS)
    names = list(FIRST)
    in_order = sorted(names, key=lambda name: (name[:2], name in ("04_floor", "05_autograd", "02_tables")))
    assert four == [name for name in in_order if name < "05" and name != "04_floor"]
    assert eight == [name for name in in_order if name < "08"]
    assert sorted(set(names) - set(fourteen)) == [n for n in names if n[:2] == "07" or "14" <= n[:2] <= "19"]
    assert f"gains {minutes('00_numpy')} minutes" in PAGE


EXERCISES_RUN = f"""
{WITHOUT}
import json, pathlib, matplotlib
matplotlib.use("agg")
from helpers.checks import check
from helpers.checks.cases import known_cases
from helpers.checks.declare import EXERCISES
for path in sorted(pathlib.Path("exercises").glob("*.ipynb")):
    space = {{}}
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), space)
for exercise in EXERCISES.values():
    assert known_cases(exercise)
assert "torch" not in sys.modules
tried = [check(id, each.solution) for id, each in EXERCISES.items() if id.startswith("fairness.")]
print(json.dumps([len(EXERCISES), len(tried), sum(not verdict for verdict in tried)]))
"""


def test_no_exercise_needs_torch(tmp_path):
    """Each notebook runs, each solution answers, and one chapter of the last part is checked to the end."""
    home = {"EVERY_KNOB_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        [sys.executable, "-c", EXERCISES_RUN], cwd=ROOT, env=home, capture_output=True, text=True, timeout=300
    )
    assert run.returncode == 0, run.stderr
    declared, tried, wrong = json.loads(run.stdout.splitlines()[-1])
    assert declared > 100 and tried > 3 and wrong == 0
    assert "None of the exercises needs it" in PAGE


def test_the_limits_are_those_of_the_report():
    told = arguments(["report", str(ROOT)])
    assert f"A notebook has {told.seconds} seconds, {told.gigabytes} GB of memory and files" in PAGE
    assert f"at most {LARGEST_FILE // 10**6} MB" in PAGE
    assert ALWAYS + LEAST <= 100, "some hundred inputs"


def test_the_image_needs_no_package_of_the_system():
    names = {path.name for path in (ROOT / ".binder").iterdir()}
    assert names == {"postBuild", "runtime.txt"}, "an apt.txt, or another file that the page does not know"
    assert "'.[lab]'" in (ROOT / ".binder" / "postBuild").read_text(encoding="utf-8")
