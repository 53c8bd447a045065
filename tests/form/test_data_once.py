"""Promise: what Python knows, a view is told; no list of data and no constant stands in both languages.

The mathematics does stand in both, and `test_explorables` compares it. Names of the state stand in both too.
"""

import ast
import functools
import re
from itertools import chain
from pathlib import Path

import numpy as np
import pytest

from helpers import explorables
from helpers.explorables.base import HERE

HELPERS = Path(__file__).parents[2] / "helpers"
VIEWS = {path.name: path.read_text(encoding="utf-8") for path in HERE.glob("*.js")}
CONSTANT = re.compile(r"\b([A-Z][A-Z_]+) = (-?[\d.]+)")
TOKEN = re.compile(
    r'(?P<gap>\s+|//[^\n]*\n|,|\w+:)|(?P<text>"(?:[^"\\]|\\.)*")|(?P<number>-?\d[\d.]*(?:e-?\d+)?\b)'
    r"|(?P<truth>true|false)|(?P<open>[\[{])|(?P<close>[\]}])"
)


def written_out(text):
    """Yield the values of each list and object that is written out in JavaScript, without the keys."""
    for start in re.finditer(r"[\[{]", text):
        at, depth, values = start.start(), 0, []
        while token := TOKEN.match(text, at):
            at, kind, value = token.end(), token.lastgroup, token[0]
            if kind in ("text", "truth"):
                values.append(value.strip('"') if kind == "text" else value == "true")
            elif kind == "number":
                values.append(float(value))
            depth += {"open": 1, "close": -1}.get(kind, 0)
            if not depth:
                yield tuple(values)
                break


def inside(value):
    """Return what a list, a dictionary (without its keys) or a set holds; None for anything else."""
    if isinstance(value, dict):
        return list(value.values())
    return list(value) if isinstance(value, (list, tuple, set)) else None


def leaves(value):
    """Return the texts, numbers and truths in nested lists and dictionaries, in order."""
    held = inside(value)
    return (value,) if held is None else tuple(chain(*map(leaves, held)))


def lists_in(value):
    """Yield the leaves of each list and dictionary in a value, the whole of it too."""
    if inside(value) is not None:
        yield leaves(value)
        for each in inside(value):
            yield from lists_in(each)


def value_of(node):
    """Return what a piece of Python stands for, None where something in it is computed."""
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError):
        return None


def numbers_named(node):
    """Yield (name, number) of an assignment: EDGE = 20.0, or WIDTH, NEAR = 8, 6."""
    target, value = node.targets[0], node.value
    several = isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
    for name, number in zip(target.elts, value.elts, strict=False) if several else [(target, value)]:
        if isinstance(value_of(number), (int, float)):
            yield ast.unparse(name), value_of(number)


@functools.cache
def python():
    """Return what Python knows: {values of a list: where}, {(name, number): where}, names of the state."""
    lists, constants, names = {}, {}, set()
    for path in HELPERS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.List, ast.Tuple, ast.Dict)):
                lists |= dict.fromkeys(lists_in(value_of(node)), path.name)
            elif isinstance(node, ast.Assign):
                constants |= dict.fromkeys(numbers_named(node), path.name)
    for kind in map(vars(explorables).get, explorables.__all__):
        made = kind()
        lists |= dict.fromkeys(chain(*map(lists_in, made.state().values())), f"the state of {kind.__name__}")
        names |= {*made.state(), *made.numbers()}
    return lists, constants, names


def is_data(values):
    """Tell whether values say something: no names that both sides use, no counting (1, 2, 3; 0, 0, 0)."""
    counting = all(isinstance(v, (int, float)) for v in values) and len(set(np.diff(values))) <= 1
    return len(values) > 2 and not counting and not python()[2].issuperset(values)


def twice(text):
    """Return {what stands in a text of JavaScript and in Python too: where in Python}."""
    lists, constants, _ = python()
    found = {values: lists[values] for values in written_out(text) if values in lists and is_data(values)}
    names = ((name, float(value)) for name, value in CONSTANT.findall(text))
    return found | {each: constants[each] for each in names if each in constants}


@pytest.mark.parametrize("view", VIEWS)
def test_no_data_stand_in_python_and_in_javascript(view):
    assert twice(VIEWS[view]) == {}


SEEN = {
    "a list": 'const WORDS = ["Ada", "from", "Paris", "likes", "bread"];',
    "a part of a table": "const LANDSCAPES = { bowl: [20, 20, false], flat: f(1) };",
    "a table": "const CORNERS = [[0, 0], [0, 1], [1, 0], [1, 1]];",
    "what the state computes": "f({ w11: 0, w12: 0, b1: 0, w21: 0, w22: 0, b2: 0, w31: 0, w32: 0, b3: 0.5 })",
    "a constant": "const EDGE = 20;",
    "one of two constants": "const NEAR = 6;",
}


@pytest.mark.parametrize("what", SEEN)
def test_data_that_stand_twice_are_seen(what):
    assert twice(SEEN[what])
