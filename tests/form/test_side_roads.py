"""No side road is needed later: a name that only it sets is not used outside.

It leaves out changes that a side road makes to a name or an object of the spine.
"""

import ast
import symtable

import pytest
from notebook_rules import chapters, code, load, parse, side_roads


def uses_and_sets(cell):
    """Return the names that a cell takes from earlier ones, in its functions too, and those that it sets."""
    statements = parse(cell).body
    tables = [symtable.symtable(ast.unparse(each), cell["id"], "exec") for each in statements]
    sets, uses, inside = set(), set(), set()
    for statement, table in zip(statements, tables, strict=True):
        read, written = names(table, "is_referenced"), names(table, "is_assigned", "is_imported")
        if isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
            read.add(statement.target.id)
        if hasattr(statement, "body"):  # a loop or a block may set what it then reads
            read -= written
        uses |= read - sets
        sets |= written
        inside |= globals_inside(table)
    return uses | inside - sets, sets


def names(table, *kinds):
    """Return the names in a scope of which at least one of the methods of a symbol is true."""
    return {each.get_name() for each in table.get_symbols() if any(getattr(each, kind)() for kind in kinds)}


def globals_inside(table):
    """Return the global names that the functions of a scope read."""
    found = set()
    for child in table.get_children():
        found |= {each.get_name() for each in child.get_symbols() if each.is_global()}
        found |= globals_inside(child)
    return found


def missed(notebook):
    """Return (cell, name) for each name that a cell takes from a side road that it is not on."""
    spine, roads, found = set(), side_roads(notebook), []
    here, elsewhere = set(), set()  # the names of the side road we are on, of those before it
    for cell in code(notebook):
        uses, sets = uses_and_sets(cell)
        if cell["id"] not in roads:
            elsewhere, here = elsewhere | here, set()
        found += [(cell["id"], name) for name in sorted(uses & elsewhere - spine - here)]
        if cell["id"] in roads:
            here |= sets - spine
        else:
            spine |= sets
    return found


@pytest.mark.parametrize("path", chapters(), ids=lambda path: path.stem)
def test_no_side_road_is_needed(path):
    assert missed(load(path)) == []


def notebook(*sources):
    """Return a notebook with these cells; a text that begins with # is Markdown."""
    kinds = ["markdown" if text.startswith("#") else "code" for text in sources]
    cells = zip(kinds, sources, strict=True)
    return {
        "cells": [{"cell_type": k, "id": f"cell-{i}", "source": text} for i, (k, text) in enumerate(cells)]
    }


def test_a_name_from_a_side_road_is_missed_after_it():
    road = ["x = 1", "### Side road: more", "y = x + 1", "assert y == 2", "## On", "assert x == 1"]
    assert missed(notebook(*road)) == []
    late = ["print(y)", "y += 1", "y = y + 1", "f = lambda: y", "def f():\n    return [y for x in range(3)]"]
    for text in late:
        assert missed(notebook(*road, text)) == [("cell-6", "y")], text
    own = ["y = 3\nprint(y)", "for y in range(3):\n    print(y)", "f = lambda y: y", "[y for y in range(3)]"]
    for text in own:
        assert missed(notebook(*road, text)) == [], text
    lower = [text.replace("## On", "#### On") for text in road]
    assert missed(notebook(*lower, "assert y == 2")) == []
