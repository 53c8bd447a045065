"""In a notebook, an assertion that stops says what it compared; one that holds does what it did before."""

import ast
import re

import nbformat
import pytest
from nbclient import NotebookClient

from helpers.assertions import LONGEST, Telling

# name -> (cell, the lines under "AssertionError: this should hold: …", in the kernel)
STOPS = {
    "a number": ("right = 7\nassert right == 8", ["right == 8", "right is 7"]),
    "two names": ("x, y = 1, 2\nassert x > y", ["x > y", "x is 1", "y is 2"]),
    "a call": ("assert len([1, 2]) == 3", ["len([1, 2]) == 3", "len([1, 2]) is 2"]),
    "text": ("word = 'dog'\nassert word == 'cat'", ["word == 'cat'", "word is 'dog'"]),
    "a chain stops where it stops": ("assert 1 < x < (y := 0)", ["1 < x < (y := 0)", "x is 1"]),
    "parts": ("x = 2\nassert x == 2 and not x == x", ["x == 2 and (not x == x)", "x is 2"]),
    "arrays": (
        "import numpy as np\nz = np.array([1.0, 2.0])\nassert np.allclose(z, [1, 3], atol=0.1)",
        ["np.allclose(z, [1, 3], atol=0.1)", "z is [1. 2.]"],
    ),
    "each of many": ("assert all(n < 3 for n in range(9))", ["all((n < 3 for n in range(9)))", "n is 3"]),
    "a comparison in a side": (
        "assert (z == 1).sum() == 2",
        ["(z == 1).sum() == 2", "z is [1. 2.]", "(z == 1).sum() is 1"],
    ),
    "in a function": (
        "def f(n):\n    assert n == 1\n    return f(n - 1) if n else 0\nassert f(1) == 2",
        ["n == 1", "n is 0"],
    ),
    "no comparison": ("found = []\nassert found", ["found"]),
    "values are those of then": (
        "draws = iter([1, 2])\nassert next(draws) == 2",
        ["next(draws) == 2", "next(draws) is 1"],
    ),
    "a comparison that breaks": ("assert x == unknown", None),
    "a message of its own": ("assert 1 == 2, 'as we say'", None),
}


@pytest.fixture(scope="module")
def outputs():
    """Run all cells in one real kernel that has imported a helper; return {name: its error output}."""
    cells = ["from helpers.one_neuron import neuron", *(cell for cell, _ in STOPS.values())]
    written = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(written, allow_errors=True, timeout=60, kernel_name="python3").execute()
    assert written.cells[0].outputs == []
    return dict(zip(STOPS, (cell.outputs for cell in written.cells[1:]), strict=True))


@pytest.mark.parametrize("name", [name for name, (_, lines) in STOPS.items() if lines])
def test_it_says_what_it_compared(outputs, name):
    cell, (test, *values) = STOPS[name]
    (error,) = outputs[name]
    assert error.ename == "AssertionError"
    assert error.evalue == "\n".join([f"this should hold: {test}", *values])
    seen = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(error.traceback))
    assert error.evalue in seen and cell.splitlines()[-1].strip() in seen  # the code as it was written
    assert "_sides" not in seen


def test_other_errors_and_messages_stay_as_they_are(outputs):
    (broken,), (said,) = outputs["a comparison that breaks"], outputs["a message of its own"]
    assert (broken.ename, broken.evalue) == ("NameError", "name 'unknown' is not defined")
    assert (said.ename, said.evalue) == ("AssertionError", "as we say")


def run(code):
    space = {}
    exec(compile(Telling().visit(ast.parse(code)), "cell", "exec"), space)
    return space


def test_what_is_compared_is_worked_out_once():
    space = run(
        "calls = []\ndef f():\n    calls.append(1)\n    return 3\nassert f() == 3\nassert 2 < f() < 4"
    )
    assert space["calls"] == [1, 1]


def test_a_long_value_is_cut_off():
    with pytest.raises(AssertionError) as caught:
        run("x = list(range(1000))\nassert x == 3")
    assert len(str(caught.value)) < LONGEST + 100 and str(caught.value).endswith(" …")


def test_stars_lambdas_and_walruses_still_work():
    run("pair = ([1], [1])\nequal = lambda a, b: a == b\nassert equal(*pair)")
    run("assert sorted([3, 1], key=lambda n: n > 2) == [1, 3]\nassert (n := 2) == 2 and n == 2")
    run("class C:\n    x = 3\n    assert x == 3\n    assert all(n == 3 for n in [x])")
    with pytest.raises(AssertionError, match=r"x == 4\nx is 3$"):
        run("class C:\n    def f(self, x=3):\n        assert x == 4\nC().f()")
