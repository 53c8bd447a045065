"""Say how many notebooks exist and how many were executed from the first cell to the last.

Usage: python tools/count_notebooks.py RESULTS.xml, the JUnit file of the nbval run. Exits with 1 when the two
numbers differ, and names the notebooks. Believes the results only: a notebook that nobody ran is not counted.
"""

import json
import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
ELSEWHERE = {"_build", "my_course", ".venv", ".ipynb_checkpoints"}


def existing(root):
    """Return {path: number of code cells} of every notebook below the folder."""
    paths = [
        p.relative_to(root) for p in root.rglob("*.ipynb") if not ELSEWHERE & set(p.relative_to(root).parts)
    ]
    return {path.as_posix(): code_cells(root / path) for path in sorted(paths)}


def code_cells(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return sum(cell["cell_type"] == "code" for cell in cells)


def executed(results):
    """Return how many cells passed in each notebook, by the name that pytest gives it (folder.name.ipynb)."""
    cases = ElementTree.parse(results).iter("testcase")
    bad = {"failure", "error", "skipped"}
    return Counter(case.get("classname") for case in cases if not bad & {child.tag for child in case})


def main(results, root=ROOT):
    """Print the line; return the exit status."""
    exist, passed = existing(root), executed(results)
    missing = [path for path, cells in exist.items() if passed[path.replace("/", ".")] < cells]
    for path in missing:
        print(f"not executed to the end: {path}", file=sys.stderr)
    print(f"{len(exist)} notebooks exist, {len(exist) - len(missing)} executed")
    return 1 if missing or not exist else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
