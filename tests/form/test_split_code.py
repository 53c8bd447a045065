"""What the page folds of a cell is what checks, and nothing that the story or a later cell needs."""

import pytest
from split_code import split

# name -> (the cell, the cells after it, what is shown, assertions folded)
CELLS = {
    "no check": ("x = 1\nx", [], "x = 1\nx", 0),
    "a check among other lines": ("x = 1\nassert x == 1\nprint(x)", [], "x = 1\nprint(x)", 1),
    "only checks": ("x = 1\nassert x == 1\nassert x < 2", [], "", 2),
    "a name that a later cell reads": ("x = 1\nassert x == 1", ["y = 2", "x + y"], "x = 1", 1),
    "a name that a later cell sets anew": ("x = 1\nassert x == 1", ["x = 2\nx"], "", 1),
    "a name that only a branch sets anew": ("x = 1\nassert x == 1", ["if f():\n    x = 2\nx"], "x = 1", 1),
    "a loop of checks": ("for n in range(3):\n    assert n < 3\nprint(n)", [], "print(n)", 1),
    "a loop that does something": (
        "for n in a:\n    n.step()\n    assert n.ok",
        [],
        "for n in a:\n    n.step()\n    assert n.ok",
        0,
    ),
    "a call may change something": ("model.step()\nassert model.ok", [], "model.step()", 1),
    "what is attached to a class": ("A.f = g\nassert A().f() == 1", [], "A.f = g", 1),
    "a definition for the check alone": ("def f():\n    return 1\n\n\nassert f() == 1", [], "", 1),
    "what a prediction is compared with": (
        "y = f(1)\nlow, high = y < 0, y > 0\nassert came_true('id', low, high)\ny",
        [],
        "y = f(1)\ny",
        1,
    ),
    "what is compared and shown": ("y = f(1)\nassert came_true('id', y)\ny", [], "y = f(1)\ny", 1),
    "what is compared and read later": ("y = f(1)\nassert came_true('id', y)\n2", ["y"], "y = f(1)\n2", 1),
    "what is compared and added to": (
        "y = 1\ny += f(1)\nassert came_true('id', y)\n2",
        [],
        "y = 1\ny += f(1)\n2",
        1,
    ),
    "what another check reads": ("y = f(1)\nassert y == 2\n3", [], "y = f(1)\n3", 1),
    "a comment goes with its check": ("x\n# so it is\nassert x", [], "x", 1),
    "magic is left alone": ("%pip install .\nassert 1 == x", [], "%pip install .\nassert 1 == x", 0),
}


@pytest.mark.parametrize("name", CELLS)
def test_split(name):
    cell, later, shown, count = CELLS[name]
    told, folded, checks = split(cell, later)
    assert (told, checks) == (shown, count)
    lines = (told + "\n" + folded).split("\n")
    assert sorted(filter(None, lines)) == sorted(filter(None, cell.split("\n"))), "no line is lost"
