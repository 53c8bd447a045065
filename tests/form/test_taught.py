"""What a chapter teaches is what `helpers` holds: each definition in a `taught` cell stands there too."""

import ast
from functools import cache

import pytest
from notebook_rules import ROOT, chapters, code, load, parse, tags

DEFINITIONS = ast.FunctionDef | ast.ClassDef
ATTACHED = ast.Assign  # `Tensor.__add__ = add` is a definition too


def defines(node):
    """Return the name of what a statement defines or attaches to a class, or None."""
    if isinstance(node, DEFINITIONS):
        return node.name
    if isinstance(node, ATTACHED) and isinstance(node.targets[0], ast.Attribute):
        return ast.unparse(node.targets[0])
    return None


def canonical(node):
    """Return a definition as text without docstrings, comments and layout."""
    node = ast.parse(ast.unparse(node)).body[0]
    for inner in ast.walk(node):
        if isinstance(inner, DEFINITIONS) and ast.get_docstring(inner) is not None:
            inner.body = inner.body[1:] or [ast.Pass()]
    return ast.unparse(node)


@cache
def held():
    """Return every definition in helpers, as (name, canonical text)."""
    paths = (ROOT / "helpers").rglob("*.py")
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in paths]
    return {(defines(node), canonical(node)) for tree in trees for node in tree.body if defines(node)}


def taught(notebook):
    """Return (cell id, definition) for each definition in a cell tagged `taught`; None where it has none."""
    found = []
    for cell in code(notebook):
        if "taught" in tags(cell):
            nodes = [node for node in parse(cell).body if defines(node)]
            found += [(cell["id"], node) for node in nodes or [None]]
    return found


def drift(notebook, known):
    """Return a complaint for each taught definition that is not one of the known ones."""
    complaints = []
    for name, node in taught(notebook):
        if node is None:
            complaints.append(f"cell {name} is tagged taught and defines nothing")
        elif (defines(node), canonical(node)) not in known:
            twins = [text for other, text in known if other == defines(node)] or ["nothing of this name"]
            complaints.append(
                f"cell {name} teaches\n{canonical(node)}\nand helpers hold\n" + "\nor\n".join(twins)
            )
    return complaints


@pytest.mark.parametrize("path", chapters(), ids=lambda p: p.stem)
def test_a_chapter_teaches_what_helpers_hold(path):
    assert taught(load(path)), "no cell is tagged taught"
    complaints = drift(load(path), held())
    assert not complaints, "\n\n".join(complaints)


@pytest.mark.parametrize(
    ("module", "chapter"),
    [
        ("learning/autograd", "05_backprop"),
        ("learning/optimisers", "06_descent"),
        ("language/tokenizer", "08_embeddings"),
        ("language/embeddings", "08_embeddings"),
        ("language/attention", "09_attention"),
        ("language/positions", "10_positions"),
    ],
)
def test_a_module_is_taught_whole(module, chapter):
    tree = ast.parse((ROOT / "helpers" / f"{module}.py").read_text(encoding="utf-8"))
    shown = {defines(node) for _, node in taught(load(ROOT / "chapters" / f"{chapter}.ipynb")) if node}
    assert {defines(node) for node in tree.body if defines(node)} - shown == set()


@pytest.mark.parametrize(
    ("lesson", "same"),
    [
        ("def line(x, w, b):\n    # the sum\n    return (w * x) + b", True),
        ("def line(x, w, b):\n    'w times x plus b'\n    return w * x + b", True),
        ("def line(x, w, b):\n    return w * x - b", False),
        ("def line(x, w, b=0):\n    return w * x + b", False),
        ("def other(x, w, b):\n    return w * x + b", False),
        ("@cache\ndef line(x, w, b):\n    return w * x + b", False),
        ("line = None", False),
        ("Tensor.__add__ = line", True),
        ("Tensor.__add__ = other", False),
    ],
)
def test_drift_is_seen(lesson, same):
    helper = ast.parse('def line(x, w, b):\n    """Return the sum."""\n    return w * x + b').body[0]
    cell = {"cell_type": "code", "id": "lesson", "metadata": {"tags": ["taught"]}, "source": lesson}
    attached = ast.parse("Tensor.__add__ = line").body[0]
    known = {(defines(node), canonical(node)) for node in (helper, attached)}
    assert bool(drift({"cells": [cell]}, known)) != same
