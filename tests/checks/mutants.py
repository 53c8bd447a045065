"""Mutants of a solution, made from its syntax tree: each is the same code with one small slip in it.

It leaves out slips in text and in names of functions, which no exercise turns on.
"""

import ast
import copy

SWAPPED = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
SWAPPED |= {
    ast.FloorDiv: ast.Mult,
    ast.Pow: ast.Mult,
    ast.MatMult: ast.Mult,
    ast.Mod: ast.Div,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
COMPARED = {
    ast.Gt: [ast.GtE, ast.Lt],
    ast.GtE: [ast.Gt, ast.LtE],
    ast.Lt: [ast.LtE, ast.Gt],
    ast.LtE: [ast.Lt, ast.GtE],
    ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq],
}
RENAMED = {
    "sum": "mean",
    "mean": "sum",
    "max": "min",
    "min": "max",
    "maximum": "minimum",
    "minimum": "maximum",
}
RENAMED |= {"ones": "zeros", "zeros": "ones", "tanh": "sin", "sqrt": "abs", "exp": "expm1", "any": "all"}


def mutants(source):
    """Yield (what was done, source of the mutant) for every slip in a piece of code."""
    tree = ast.parse(source)
    seen = {ast.unparse(tree)}
    for place, node in enumerate(ast.walk(tree)):
        for says, slip in slips(node, names(tree, node)):
            text = ast.unparse(_with(tree, place, slip))
            if text not in seen:
                seen.add(text)
                yield f"{says} in line {getattr(node, 'lineno', '?')}", text


def names(tree, node):
    """Return the parameters of the innermost function that holds this node."""
    inside = [f for f in ast.walk(tree) if isinstance(f, ast.FunctionDef) and node in ast.walk(f)]
    return [a.arg for a in inside[-1].args.args] if inside else []


def slips(node, others):
    """Yield (name of the slip, function that makes it in a copy of the node and returns what replaces it)."""
    match node:
        case ast.BinOp(op=op):
            if type(op) in SWAPPED:
                yield "another operator", lambda n: _set(n, op=SWAPPED[type(n.op)]())
            yield "operands swapped", lambda n: _set(n, left=n.right, right=n.left)
            yield "right term dropped", lambda n: n.left
            yield "left term dropped", lambda n: n.right
            if isinstance(op, ast.MatMult):
                yield "left side transposed", lambda n: _set(n, left=ast.Attribute(n.left, "T", ast.Load()))
                yield (
                    "right side transposed",
                    lambda n: _set(n, right=ast.Attribute(n.right, "T", ast.Load())),
                )
        case ast.BoolOp():
            yield "and for or", lambda n: _set(n, op=SWAPPED[type(n.op)]())
            yield "condition dropped", lambda n: n.values[0]
        case ast.UnaryOp(op=ast.USub() | ast.Not()):
            yield "sign dropped", lambda n: n.operand
        case ast.Compare(ops=[op]):
            for new in COMPARED.get(type(op), []):
                yield "another comparison", lambda n, new=new: _set(n, ops=[new()])
        case ast.Constant(value=bool()):
            yield "the other truth value", lambda n: ast.Constant(not n.value)
        case ast.Constant(value=int() | float()):
            yield "one more", lambda n: ast.Constant(n.value + 1)
            yield "one less", lambda n: ast.Constant(n.value - 1)
        case ast.Attribute(attr="T"):
            yield "transpose dropped", lambda n: n.value
        case ast.Attribute(attr=attr) if attr in RENAMED:
            yield f"{RENAMED[attr]} for {attr}", lambda n: _set(n, attr=RENAMED[n.attr])
        case ast.Subscript(slice=ast.Name() | ast.BinOp()):
            before = lambda n: ast.BinOp(n.slice, ast.Sub(), ast.Constant(1))  # noqa: E731
            yield "the neighbour's index", lambda n: _set(n, slice=before(n))
        case ast.Name(id=name, ctx=ast.Load()) if name in others:
            for other in others:
                if other != name:
                    yield f"{other} for {name}", lambda n, other=other: _set(n, id=other)
        case ast.Tuple(elts=[_, _, *_], ctx=ast.Load()) | ast.List(elts=[_, _, *_], ctx=ast.Load()):
            yield "other order", lambda n: _set(n, elts=n.elts[::-1])
            yield "last item dropped", lambda n: _set(n, elts=n.elts[:-1])
        case ast.If():
            yield "condition always true", lambda n: _set(n, test=ast.Constant(True))
            yield "condition never true", lambda n: _set(n, test=ast.Constant(False))
        case ast.Return(value=value) if value is not None and not isinstance(value, ast.Tuple):
            yield "sign flipped", lambda n: _set(n, value=ast.UnaryOp(ast.USub(), n.value))
    if isinstance(node, ast.Call) and node.args:
        yield "call dropped", lambda n: n.args[0]
        if len(node.args) > 1:
            yield "arguments swapped", lambda n: _set(n, args=[n.args[1], n.args[0], *n.args[2:]])
        if node.keywords:
            yield "keyword dropped", lambda n: _set(n, keywords=n.keywords[:-1])


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
