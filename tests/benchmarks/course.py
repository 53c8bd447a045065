"""A copy of the course to take times of, so that nothing here touches the book that is there."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ("chapters", "exercises", "solutions")
REST = ("helpers", "tools", "pyproject.toml", "_config.yml", "_toc.yml")


def say(text):
    """Tell what goes on, beside the table."""
    print(f"  {text}", file=sys.stderr, flush=True)


def copy_course(target):
    for name in (*NOTEBOOKS, *REST):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, target / name)


def timed(*command, course, folder=None):
    """Run a command in a folder of the course; return the seconds it took and what it printed.

    It has the copy's own helpers, one thread, no window, and nobody's progress. One that fails ends all.
    """
    own = {"PYTHONPATH": str(course), "EVERY_KNOB_HOME": str(course / "home"), "MPLBACKEND": "agg"}
    threads = {name: "1" for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
    environment = os.environ | own | threads
    start = time.perf_counter()
    run = subprocess.run(command, cwd=folder or course, env=environment, capture_output=True, text=True)
    took = time.perf_counter() - start
    if run.returncode:
        sys.exit(f"{command} failed:\n{run.stdout}\n{run.stderr}")
    return took, run.stdout


def build(course):
    """Build the book of the course; return the seconds it took and the notebooks that it executed."""
    took, said = timed(sys.executable, course / "tools" / "book.py", course=course)
    return took, [word for line in said.splitlines() for word in line.split() if word.endswith(".ipynb")]


def built(course):
    """Return the folder of the course's pages, and build them if nobody has."""
    html = course / "_build" / "html"
    if not html.exists():
        say(f"the whole book, from nothing: {build(course)[0]:.0f} s")
    return html
