"""Mutants of a solution, made from its syntax tree: each is the same code with one small slip in it.

It leaves out slips in text and in names of functions, which no exercise turns on.
"""

import ast
import copy

import numpy as np

SWAPPED = {
    ast.Add: [ast.Sub],
    ast.Sub: [ast.Add],
    ast.Mult: [ast.Div, ast.Add],
    ast.Div: [ast.Mult, ast.FloorDiv],
    ast.FloorDiv: [ast.Mult, ast.Div],
    ast.Pow: [ast.Mult],
    ast.MatMult: [ast.Mult],
    ast.Mod: [ast.Div],
}
COMPARED = {
    ast.Gt: [ast.GtE, ast.Lt],
    ast.GtE: [ast.Gt, ast.LtE],
    ast.Lt: [ast.LtE, ast.Gt],
    ast.LtE: [ast.Lt, ast.GtE],
    ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq],
}
PAIRS = ("sum mean", "max min", "maximum minimum", "ones zeros", "argmax argmin", "any all", "floor ceil")
PAIRS += ("zeros empty", "hstack vstack", "sin cos", "append insert")
RENAMED = {a: b for pair in PAIRS for a, b in (pair.split(), pair.split()[::-1])}
RENAMED |= {"tanh": "sin", "sqrt": "abs", "exp": "expm1", "log": "log1p", "empty": "zeros", "arange": "ones"}
# What is put round a piece of code: the text, with the piece as `it`.
ROUND = {
    "its size": "abs(it)",
    "nothing below zero": "np.maximum(it, 0)",
    "cut to a whole number": "_whole(it)",
    "rounded": "_rounded(it)",
    "the other sign": "-it",
    "a little more": "it + 1e-3",
    "zero": "0 * it",
}
SAME_FOR_COUNTS = ("its size", "nothing below zero", "cut to a whole number", "rounded")
# What is put round a returned value and round each input.
SPECIAL = {
    "first special": "_at(it, 0)",
    "last special": "_at(it, -1)",
    "in float32": "_single(it)",
    "as whole numbers": "_whole(it)",
    "transposed where square": "_square(it)",
    "cut off at ten": "_clipped(it)",
    "the first row for all": "_one_row(it)",
    "absolute": "_each(np.abs, it)",
    "as a row": "_each(np.atleast_1d, it)",
}


def _each(change, value):
    """Apply a change to every array in a value of tuples, lists and dicts."""
    if isinstance(value, (tuple, list)):
        return type(value)(_each(change, item) for item in value)
    if isinstance(value, dict):
        return {key: _each(change, item) for key, item in value.items()}
    if isinstance(value, (str, bool)) or value is None or callable(value):
        return value
    return change(np.asarray(value))[()]


def _special(place):
    def change(a):
        if not a.ndim or not len(a):
            return a
        a = a.copy()
        a[place] = 0
        return a

    return change


TOOLS = {
    "np": np,
    "_each": _each,
    "_whole": lambda v: _each(lambda a: a.astype(int), v),
    "_rounded": lambda v: _each(lambda a: a.round(1) if a.dtype.kind == "f" else a, v),
    "_at": lambda v, place: _each(_special(place), v),
    "_single": lambda v: _each(
        lambda a: a.astype(np.float32).astype(a.dtype) if a.dtype.kind == "f" else a, v
    ),
    "_square": lambda v: _each(lambda a: a.T.copy() if a.ndim == 2 and len(set(a.shape)) == 1 else a, v),
    "_clipped": lambda v: _each(lambda a: a.clip(-10, 10) if a.dtype.kind in "if" else a, v),
    "_one_row": lambda v: _each(lambda a: np.broadcast_to(a[:1], a.shape).copy() if a.ndim else a, v),
}


def mutants(source):
    """Yield (what was done, source of the mutant) for every slip in a piece of code."""
    tree = ast.parse(source)
    seen = {ast.unparse(tree)}
    inside, measured = _functions(tree), _measured(tree)
    for place, node in enumerate(ast.walk(tree)):
        for says, slip in slips(node, inside.get(node, []), node not in measured):
            try:
                text = ast.unparse(_with(tree, place, slip))
            except (TypeError, ValueError, AttributeError):  # no code any more
                continue
            if text not in seen:
                seen.add(text)
                yield f"{says} in line {getattr(node, 'lineno', '?')}", text


def _functions(tree):
    """Return {node: the parameters of the innermost function that holds it}."""
    inside = {}
    for function in ast.walk(tree):  # outer ones come first, inner ones overwrite
        if isinstance(function, (ast.FunctionDef, ast.Lambda)):
            inside |= dict.fromkeys(ast.walk(function), [a.arg for a in function.args.args])
    return inside


def _measured(tree):
    """Return the nodes of which only the shape is asked: other values in it change nothing."""
    found = set()
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name("len"), args=[value]):
                found.add(value)
            case ast.Attribute(value=value, attr="shape" | "ndim" | "size"):
                found.add(value)
    return found


def slips(node, others, valued=True):
    """Yield (name of the slip, function that makes it in a copy of the node and returns what replaces it).

    others: the parameters of the function. valued: whether values in the node matter, not its shape alone.
    """
    yield from _operators(node)
    yield from _names(node, others, valued)
    yield from _statements(node)
    yield from _calls(node)
    if isinstance(node, (ast.BinOp, ast.Call, ast.Subscript, ast.UnaryOp, ast.IfExp)) and _is_read(node):
        for says, text in ROUND.items() if valued else ():
            if not (_counts(node) and says in SAME_FOR_COUNTS):
                yield says, lambda n, text=text: put_round(text, n)
        for number in (0, 1, 2):
            yield f"{number} for something computed", lambda n, number=number: ast.Constant(number)


def _counts(node):
    """Tell whether a piece of code is sure to be whole numbers from 0."""
    match node:
        case ast.Call(func=ast.Name("len")) | ast.Subscript(value=ast.Attribute(attr="shape")):
            return True
        case ast.Call(func=ast.Name("range"), args=[stop]):
            return _counts(stop)
    return False


def _is_read(node):
    return isinstance(getattr(node, "ctx", ast.Load()), ast.Load)


def _operators(node):
    match node:
        case ast.BinOp(op=op):
            for new in SWAPPED.get(type(op), []):
                yield "another operator", lambda n, new=new: _set(n, op=new())
            yield "operands swapped", lambda n: _set(n, left=n.right, right=n.left)
            yield "right term dropped", lambda n: n.left
            yield "left term dropped", lambda n: n.right
            if isinstance(op, ast.MatMult):
                yield "left transposed", lambda n: _set(n, left=ast.Attribute(n.left, "T", ast.Load()))
                yield "right transposed", lambda n: _set(n, right=ast.Attribute(n.right, "T", ast.Load()))
        case ast.BoolOp(op=op):
            other = ast.Or if isinstance(op, ast.And) else ast.And
            yield "and for or", lambda n: _set(n, op=other())
            yield "all but the first condition dropped", lambda n: n.values[0]
            yield "first condition dropped", lambda n: n.values[-1]
        case ast.UnaryOp(op=ast.USub() | ast.Not()):
            yield "sign dropped", lambda n: n.operand
        case ast.Compare(ops=[op]):
            for new in COMPARED.get(type(op), []):
                yield "another comparison", lambda n, new=new: _set(n, ops=[new()])
            yield "always true", lambda n: ast.Constant(True)
            yield "never true", lambda n: ast.Constant(False)
        case ast.IfExp():
            yield "condition always true", lambda n: n.body
            yield "condition never true", lambda n: n.orelse
        case ast.Constant(value=bool()):
            yield "the other truth value", lambda n: ast.Constant(not n.value)
        case ast.Constant(value=int() | float()):
            yield "one more", lambda n: ast.Constant(n.value + 1)
            yield "one less", lambda n: ast.Constant(n.value - 1)
            yield "the other sign", lambda n: ast.Constant(-n.value)
            yield "zero", lambda n: ast.Constant(0)
            yield "ten times as much", lambda n: ast.Constant(n.value * 10)


def _names(node, others, valued):
    match node:
        case ast.Attribute(attr="T"):
            yield "transpose dropped", lambda n: n.value
        case ast.Attribute(attr=attr) if attr in RENAMED:
            yield f"{RENAMED[attr]} for {attr}", lambda n: _set(n, attr=RENAMED[n.attr])
        case ast.Subscript(slice=ast.Name() | ast.BinOp()):
            before = lambda n: ast.BinOp(n.slice, ast.Sub(), ast.Constant(1))  # noqa: E731
            yield "the neighbour's index", lambda n: _set(n, slice=before(n))
        case ast.Slice(lower=lower, upper=upper):
            if lower:
                yield "from the start", lambda n: _set(n, lower=None)
            if upper:
                yield "to the end", lambda n: _set(n, upper=None)
        case ast.Name(id=name, ctx=ast.Load()) if name in others:
            for other in others:
                if other != name:
                    yield f"{other} for {name}", lambda n, other=other: _set(n, id=other)
            for says, text in (ROUND | SPECIAL).items() if valued else ():
                yield f"{name} {says}", lambda n, text=text: put_round(text, n)
            for number in (0, 1, 2):
                yield f"{number} for {name}", lambda n, number=number: ast.Constant(number)
        case ast.Tuple(elts=[_, _, *_], ctx=ast.Load()) | ast.List(elts=[_, _, *_], ctx=ast.Load()):
            yield "other order", lambda n: _set(n, elts=n.elts[::-1])
            yield "last item dropped", lambda n: _set(n, elts=n.elts[:-1])
            yield "first item twice", lambda n: _set(n, elts=[n.elts[0], n.elts[0], *n.elts[2:]])


def _statements(node):
    match node:
        case ast.If() | ast.While():
            yield "condition never true", lambda n: _set(n, test=ast.Constant(False))
            if isinstance(node, ast.If):
                yield "condition always true", lambda n: _set(n, test=ast.Constant(True))
        case ast.For():
            yield "first round left out", lambda n: _set(n, iter=put_round("list(it)[1:]", n.iter))
            yield "last round left out", lambda n: _set(n, iter=put_round("list(it)[:-1]", n.iter))
            yield "backwards", lambda n: _set(n, iter=put_round("list(it)[::-1]", n.iter))
            yield "left after one round", lambda n: _set(n, body=[*n.body, ast.Break()])
        case ast.AugAssign():
            as_one = lambda n: _loaded(n.target)  # noqa: E731
            yield (
                "not in place",
                lambda n: ast.Assign([n.target], ast.BinOp(as_one(n), n.op, n.value), lineno=0),
            )
            yield "overwritten", lambda n: ast.Assign([n.target], n.value, lineno=0)
            yield "left out", lambda n: ast.Pass()
        case ast.Assign(targets=[ast.Name()]):
            name = node.targets[0].id
            yield "returned too early", lambda n: [n, ast.Return(ast.Name(name, ast.Load()))]
        case ast.Assign(targets=[ast.Subscript() | ast.Attribute()]):
            yield "left out", lambda n: ast.Pass()
        case ast.Raise():
            yield "no error", lambda n: ast.Pass()
            yield "another error", lambda n: _set(n, exc=ast.Name("KeyError", ast.Load()))
        case ast.Return(value=value) if value is not None:
            for says, text in SPECIAL.items():
                yield f"answer {says}", lambda n, text=text: _set(n, value=put_round(text, n.value))
            if not isinstance(value, ast.Tuple):
                yield "sign flipped", lambda n: _set(n, value=ast.UnaryOp(ast.USub(), n.value))


def _calls(node):
    if isinstance(node, (ast.ListComp, ast.GeneratorExp)) and node.generators[0].ifs:
        yield (
            "condition dropped",
            lambda n: _set(n, generators=[_set(n.generators[0], ifs=[]), *n.generators[1:]]),
        )
    if not isinstance(node, ast.Call):
        return
    if isinstance(node.func, ast.Attribute) and node.func.attr in ("copy", "astype"):
        yield f"{node.func.attr} dropped", lambda n: n.func.value
    if (
        isinstance(node.func, ast.Attribute)
        and node.func.attr in ("zeros", "ones", "full", "empty")
        and node.args
    ):
        yield "whole numbers", lambda n: _set(n, keywords=[ast.keyword("dtype", ast.Name("int", ast.Load()))])
    if node.args:
        yield "call dropped", lambda n: n.args[0]
        if len(node.args) > 1:
            yield "arguments swapped", lambda n: _set(n, args=[n.args[1], n.args[0], *n.args[2:]])
            yield "last argument dropped", lambda n: _set(n, args=n.args[:-1])
    if node.keywords:
        yield "keyword dropped", lambda n: _set(n, keywords=n.keywords[:-1])


def put_round(text, node):
    """Return the code of a text in which `it` stands for a node."""
    tree = ast.parse(text, mode="eval").body

    class Change(ast.NodeTransformer):
        def visit_Name(self, name):
            return node if name.id == "it" else name

    return Change().visit(tree)


def _loaded(target):
    target = copy.deepcopy(target)
    target.ctx = ast.Load()
    return target


def _set(node, **fields):
    for name, value in fields.items():
        setattr(node, name, value)
    return node


def _with(tree, place, slip):
    """Return a copy of the tree with a slip at the node that `ast.walk` visits in this place."""
    tree = copy.deepcopy(tree)
    target = list(ast.walk(tree))[place]

    class Change(ast.NodeTransformer):
        def visit(self, node):
            return slip(node) if node is target else self.generic_visit(node)

    return ast.fix_missing_locations(Change().visit(tree))
