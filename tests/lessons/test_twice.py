"""Learners run cells again: every code cell of a chapter may run twice, and all that follow still hold.

It leaves out chapters 10 and 12, which train for most of a minute, and the second run of cells that take
long elsewhere.
"""

import time

import matplotlib.pyplot as plt
import pytest
from notebook_rules import ROOT, chapters, code, load, source

LONG = 2.0  # seconds; such a cell runs once
SHORT_CHAPTERS = [p for p in chapters() if p.stem not in ("10_positions", "12_language_model")]


def twice(notebook):
    """Run the cells in one namespace, each twice in a row; return where it stopped and why, or None."""
    space = {"__name__": "__main__"}
    for cell in code(notebook):
        program = compile(source(cell), cell["id"], "exec")
        for run in ("first", "second"):
            start = time.perf_counter()
            try:
                exec(program, space)
            except Exception as error:
                return f"cell {cell['id']}, {run} run: {type(error).__name__} {error}"
            plt.close("all")
            if time.perf_counter() - start > LONG:
                break
    return None


@pytest.mark.parametrize("path", SHORT_CHAPTERS, ids=lambda path: path.stem)
def test_every_cell_may_run_twice(path, monkeypatch):
    monkeypatch.chdir(ROOT / "chapters")
    assert twice(load(path)) is None


def test_a_cell_that_goes_on_from_itself_is_seen():
    lines = ["x = 1", "x = x + 1", "assert x == 2"]
    cells = [{"cell_type": "code", "id": f"cell-{i}", "source": line} for i, line in enumerate(lines)]
    assert twice({"cells": cells}) == "cell cell-2, first run: AssertionError "
    assert twice({"cells": cells[:1]}) is None
