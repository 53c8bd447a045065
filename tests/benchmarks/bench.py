"""The speed of engine, language model, build and explorables, as ratios: `make bench`. No test asserts one.

Both sides of a ratio are taken in the same round, one after the other; the table shows medians over rounds.
The course is copied first, so that nothing here touches the book that is there.
"""

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from importlib import metadata
from pathlib import Path
from statistics import median

import engine
import frames
import language
import nbformat

ROOT = Path(__file__).resolve().parents[2]
COURSE = [
    "chapters",
    "exercises",
    "solutions",
    "helpers",
    "tools",
    "pyproject.toml",
    "_config.yml",
    "_toc.yml",
]
CHANGED = "chapters/01_neuron.ipynb"


def copy_course(target):
    for name in COURSE:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, target / name)


def timed(*command, folder, environment):
    """Run a command in a folder; return the seconds it took. A command that fails stops the benchmark."""
    start = time.perf_counter()
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    took = time.perf_counter() - start
    if run.returncode:
        sys.exit(f"{command} failed:\n{run.stdout}\n{run.stderr}")
    return took


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


def one_round(course, environment):
    """Return the seconds of everything once: the scripts, the book three times, nbval."""
    python, seconds = sys.executable, {}
    book = [python, course / "tools" / "book.py"]
    paths = sorted(path for name in COURSE[:3] for path in (course / name).glob("*.ipynb"))
    scripts = {path: as_script(path, course / f"{path.parent.name}_{path.stem}.py") for path in paths}
    each = {p: timed(python, s, folder=p.parent, environment=environment) for p, s in scripts.items()}
    seconds["scripts"] = sum(each.values())
    seconds["own"] = each[course / CHANGED]
    shutil.rmtree(course / "_build", ignore_errors=True)
    seconds["cold"] = timed(*book, folder=course, environment=environment)
    seconds["nothing"] = timed(*book, folder=course, environment=environment)
    change(course / CHANGED)
    seconds["changed"] = timed(*book, folder=course, environment=environment)
    nbval = [python, course / "tools" / "run_notebooks.py", course / "_build" / "nbval.xml"]
    seconds["nbval"] = timed(*nbval, folder=course, environment=environment)
    return seconds


def machine():
    """Return lines that say where the figures come from."""
    names = [
        "numpy",
        "matplotlib",
        "torch",
        "transformers",
        "jupyter-book",
        "sphinx",
        "myst-nb",
        "ipykernel",
        "nbval",
        "micrograd",
    ]
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in names)
    system = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    return f"{system}, Python {platform.python_version()}\n{versions}"


def row(what, value, aim, detail):
    print(f"{what:<44}{value:>10}   {aim:<12} {detail}")


def report(rounds):
    """Print the table of medians. Ratios are taken within a round, then their median."""
    mid = {name: median(one[name] for one in rounds) for name in rounds[0]}
    scripts = f"{mid['scripts']:.1f} s as plain scripts"
    cold = median(one["cold"] / one["scripts"] for one in rounds)
    nbval = median(one["nbval"] / one["scripts"] for one in rounds)
    rest = median(one["changed"] - one["own"] for one in rounds)
    row(
        "the cold book / the sum of its scripts",
        f"{cold:.2f} x",
        "at most 1.2",
        f"{mid['cold']:.1f} s; {scripts}",
    )
    row("nothing changed", f"{mid['nothing']:.2f} s", "under 3", "")
    row("one chapter changed, beyond its own run", f"{rest:.2f} s", "under 3", f"own run {mid['own']:.1f} s")
    row(
        "nbval, two workers / the sum of the scripts",
        f"{nbval:.2f} x",
        "at most 0.85",
        f"{mid['nbval']:.1f} s",
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        course = Path(folder)
        copy_course(course)
        # The copy's own helpers, one thread a process, no window, and nobody's progress.
        home = {"PYTHONPATH": str(course), "EVERY_KNOB_HOME": str(course / "home"), "MPLBACKEND": "agg"}
        threads = {name: "1" for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
        taken = [one_round(course, os.environ | home | threads) for _ in range(rounds)]
        print(f"{machine()}\nmedians of {rounds} rounds\n")
        for each in (*engine.measure(), *language.measure()):
            row(*each)
        report(taken)
        for name, share, work in frames.measure(course / "_build" / "html", rounds):
            detail = f"a move takes {work:.1f} ms of the page's time"
            row(f"frames within 16.8 ms, dragging {name}", f"{share:.0%}", "at least 95 %", detail)


if __name__ == "__main__":
    main()
