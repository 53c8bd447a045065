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


def split(node, apart):
    """Return a class without its methods of these names, and those methods: [node, ...]."""
    if not isinstance(node, ast.ClassDef):
        return [node]
    methods = [each for each in node.body if defines(each) in apart]
    rest = [each for each in node.body if each not in methods]
    return [ast.ClassDef(**vars(node) | {"body": rest}), *methods]


@cache
def held(apart=frozenset()):
    """Return every definition in helpers, as (name, canonical text). apart: methods that stand alone."""
    paths = (ROOT / "helpers").rglob("*.py")
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in paths]
    nodes = [each for tree in trees for node in tree.body for each in split(node, apart)]
    return {(defines(node), canonical(node)) for node in nodes if defines(node)}


def methods_apart(notebook):
    """Return the names of the functions that a notebook teaches as methods: the first input is `self`."""
    nodes = [node for _, node in taught(notebook) if isinstance(node, ast.FunctionDef)]
    return frozenset(node.name for node in nodes if node.args.args and node.args.args[0].arg == "self")


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


@pytest.mark.parametrize("path", chapters(tools=False), ids=lambda p: p.stem)
def test_a_chapter_teaches_what_helpers_hold(path):
    assert taught(load(path)), "no cell is tagged taught"
    complaints = drift(load(path), held(methods_apart(load(path))))
    assert not complaints, "\n\n".join(complaints)


@pytest.mark.parametrize(
    ("module", "chapter"),
    [
        ("learning/autograd", "05_autograd"),
        ("learning/optimisers", "06_descent"),
        ("language/tokenizer", "08_embeddings"),
        ("language/embeddings", "08_embeddings"),
        ("language/attention", "09_attention"),
        ("language/positions", "10_positions"),
        ("real_models/gguf", "13_checkpoint"),
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
        ("def add(self, x):\n    return self + x\n\nclass Sum:\n    start = 0", True),
        ("def add(self, x):\n    return x + self\n\nclass Sum:\n    start = 0", False),
        ("class Sum:\n    start = 0", False),
        ("Tensor.__add__ = line", True),
        ("Tensor.__add__ = other", False),
    ],
)
def test_drift_is_seen(lesson, same):
    helper = ast.parse('def line(x, w, b):\n    """Return the sum."""\n    return w * x + b').body[0]
    cell = {"cell_type": "code", "id": "lesson", "metadata": {"tags": ["taught"]}, "source": lesson}
    attached = ast.parse("Tensor.__add__ = line").body[0]
    whole = ast.parse("class Sum:\n    start = 0\n\n    def add(self, x):\n        return self + x").body[0]
    parts = split(whole, methods_apart({"cells": [cell]}))
    known = {(defines(node), canonical(node)) for node in (helper, attached, *parts)}
    assert bool(drift({"cells": [cell]}, known)) != same
