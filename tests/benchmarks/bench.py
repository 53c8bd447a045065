"""The speed of engine, models, build and explorables, as a table: `make bench`. No test asserts one.

`make bench ONLY=changes` takes one part, `ONLY="engine frames"` two. What goes on is told on stderr.
"""

import argparse
import importlib
import os
import platform
import tempfile
import time
from importlib import metadata
from pathlib import Path

from course import copy_course, say

PARTS = [
    "engine",
    "language",
    "real",
    "building",
    "changes",
    "frames",
    "pages",
]  # modules with a function `measure`
VERSIONS = ["numpy", "matplotlib", "torch", "transformers", "jupyter-book", "sphinx", "myst-nb", "ipykernel"]
VERSIONS += ["nbval", "micrograd"]


def machine():
    """Return lines that say where the figures come from."""
    system = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in VERSIONS)
    return f"{system}, Python {platform.python_version()}\n{versions}"


def row(what, value, aim, detail):
    print(f"{what:<44}{value:>10}   {aim:<12} {detail}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--only", metavar="NAME", nargs="+", choices=PARTS, default=PARTS, help=", ".join(PARTS)
    )
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    print(f"{machine()}\nmedians of {chosen.rounds} rounds\n", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        course = Path(folder)
        copy_course(course)
        for name in chosen.only:
            say(f"{name} begins")
            start = time.perf_counter()
            for each in importlib.import_module(name).measure(course, chosen.rounds):
                row(*each)
            say(f"{name} took {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
