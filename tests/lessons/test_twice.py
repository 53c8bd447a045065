"""Learners run cells again, and leave out side roads: each cell may run twice, and no road is needed later.

It leaves out the second run of cells that take long, and changes that a side road makes inside an object.
"""

import time

import matplotlib.pyplot as plt
import pytest
from notebook_rules import ROOT, chapters, code, load, side_roads, source

LONG = 2.0  # seconds; such a cell runs once


def twice(notebook):
    """Run the cells in one namespace, each twice in a row; return where it stopped and why, or None.

    A side road runs in a copy of the namespace, so that nothing after it has the names that it sets.
    """
    spine, roads, road = {"__name__": "__main__"}, side_roads(notebook), None
    for cell in code(notebook):
        road = (road or dict(spine)) if cell["id"] in roads else None
        program = compile(source(cell), cell["id"], "exec")
        for run in ("first", "second"):
            start = time.perf_counter()
            try:
                exec(program, spine if road is None else road)
            except Exception as error:
                return f"cell {cell['id']}, {run} run: {type(error).__name__} {error}"
            plt.close("all")
            if time.perf_counter() - start > LONG:
                break
    return None


@pytest.mark.parametrize("path", chapters(), ids=lambda path: path.stem)
def test_every_cell_may_run_twice_and_no_side_road_is_needed(path, monkeypatch):
    monkeypatch.chdir(ROOT / "chapters")
    assert twice(load(path)) is None


def notebook(*sources):
    """Return a notebook with these cells; a text that begins with # is Markdown."""
    kinds = ["markdown" if text.startswith("#") else "code" for text in sources]
    cells = zip(kinds, sources, strict=True)
    return {
        "cells": [{"cell_type": k, "id": f"cell-{i}", "source": text} for i, (k, text) in enumerate(cells)]
    }


def test_a_cell_that_goes_on_from_itself_is_seen():
    assert twice(notebook("x = 1", "x = x + 1", "assert x == 2")) == "cell cell-2, first run: AssertionError "
    assert twice(notebook("x = 1")) is None


def test_a_name_from_a_side_road_is_missed_after_it():
    road = ["x = 1", "### Side road: more", "y = x + 1", "assert y == 2", "## On", "assert x == 1"]
    assert twice(notebook(*road)) is None
    assert "cell-6, first run: NameError" in twice(notebook(*road, "assert y == 2"))
    lower = [text.replace("## On", "#### On") for text in road]
    assert twice(notebook(*lower, "assert y == 2")) is None
