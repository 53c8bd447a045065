"""The speed of the build: the cold book and nbval against the same notebooks as plain scripts.

Both sides of a ratio are taken in the same round, one after the other; the table shows medians over rounds.
"""

import shutil
import sys
import time
from statistics import median

import nbformat
from course import NOTEBOOKS, build, say, timed

CHANGED = "chapters/01_neuron.ipynb"


def as_script(path, target):
    """Write the code cells of a notebook as one plain script; return its path."""
    cells = nbformat.read(path, as_version=4).cells
    target.write_text("\n\n".join(cell.source for cell in cells if cell.cell_type == "code"))
    return target


def change(path):
    """Change the last code cell of a notebook, so that its code is new to every cache."""
    notebook = nbformat.read(path, as_version=4)
    cell = [cell for cell in notebook.cells if cell.cell_type == "code"][-1]
    cell.source += f"\n# {time.time_ns()}"
    nbformat.write(notebook, path)


def one_round(course):
    """Yield (name, seconds) of everything once: the scripts, the book three times, nbval."""
    paths = sorted(path for name in NOTEBOOKS for path in (course / name).glob("*.ipynb"))
    scripts = {path: as_script(path, course / f"{path.parent.name}_{path.stem}.py") for path in paths}
    each = {p: timed(sys.executable, s, course=course, folder=p.parent)[0] for p, s in scripts.items()}
    yield "scripts", sum(each.values())
    yield "own", each[course / CHANGED]
    shutil.rmtree(course / "_build", ignore_errors=True)
    yield "cold", build(course)[0]
    yield "nothing", build(course)[0]
    change(course / CHANGED)
    yield "changed", build(course)[0]
    nbval = [sys.executable, course / "tools" / "run_notebooks.py", course / "_build" / "nbval.xml"]
    yield "nbval", timed(*nbval, course=course)[0]


def measure(course, rounds):
    """Yield (what, value, aim, detail) for each row of the table."""
    taken = []
    for number in range(1, rounds + 1):
        taken.append({})
        for name, seconds in one_round(course):
            taken[-1][name] = seconds
            say(f"round {number} of {rounds}, {name}: {seconds:.1f} s")
    mid = {name: median(one[name] for one in taken) for name in taken[0]}
    cold = median(one["cold"] / one["scripts"] for one in taken)
    nbval = median(one["nbval"] / one["scripts"] for one in taken)
    rest = median(one["changed"] - one["own"] for one in taken)
    detail = f"{mid['cold']:.1f} s; {mid['scripts']:.1f} s as plain scripts"
    yield "the cold book / the sum of its scripts", f"{cold:.2f} x", "at most 1.2", detail
    yield "nothing changed", f"{mid['nothing']:.2f} s", "under 3", ""
    detail = f"own run {mid['own']:.1f} s"
    yield "one chapter changed, beyond its own run", f"{rest:.2f} s", "under 3", detail
    detail = f"{mid['nbval']:.1f} s"
    yield "nbval, two workers / the sum of the scripts", f"{nbval:.2f} x", "at most 0.85", detail
