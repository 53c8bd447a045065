"""Tell the code of a cell that carries the story from the code that only checks it.

Only the syntax tree is looked at. What it leaves out: how the page shows the two, which is in `book_folds`.
"""

import ast
from itertools import chain

SETTING = ast.Assign | ast.AnnAssign | ast.FunctionDef | ast.Import | ast.ImportFrom
BLOCK = ast.For | ast.With | ast.If


def parse(source):
    """Return the statements of a cell; [] for what is no Python, such as a line of IPython's magic."""
    try:
        return ast.parse(source).body
    except SyntaxError:
        return []


def checks(nodes):
    """Return the number of assertions in some statements."""
    return sum(isinstance(node, ast.Assert) for top in nodes for node in ast.walk(top))


def only_checks(node):
    """Tell whether a statement asserts, or is a block in which nothing else happens."""
    if isinstance(node, BLOCK):
        return all(only_checks(inner) for inner in chain(node.body, getattr(node, "orelse", [])))
    return isinstance(node, ast.Assert)


def sets_only(node):
    """Tell whether a statement checks, or gives a name to something and does no more."""
    if isinstance(node, BLOCK):
        return all(sets_only(inner) for inner in chain(node.body, getattr(node, "orelse", [])))
    if isinstance(node, ast.Assign):
        return all(isinstance(target, ast.Name | ast.Tuple | ast.List) for target in node.targets)
    return isinstance(node, ast.Assert | SETTING)


def names(node, context):
    """Return the names in a statement that are read (ast.Load) or set (ast.Store)."""
    found = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, context)}
    if context is ast.Store:
        found |= {n.name for n in ast.walk(node) if isinstance(n, ast.FunctionDef | ast.ClassDef)}
        aliases = [
            alias for n in ast.walk(node) for alias in getattr(n, "names", []) if hasattr(alias, "asname")
        ]
        found |= {(alias.asname or alias.name).partition(".")[0] for alias in aliases}
    return found


def needed(name, statements):
    """Tell whether some statements read a name before they set it anew."""
    for node in statements:
        if name in names(node, ast.Load):
            return True
        if not isinstance(node, BLOCK) and name in names(node, ast.Store):
            return False
    return False


def read(node):
    """Return the names that a statement reads, also those that it adds to."""
    added = (n.target for n in ast.walk(node) if isinstance(n, ast.AugAssign))
    return names(node, ast.Load) | {
        n.id for target in added for n in ast.walk(target) if isinstance(n, ast.Name)
    }


def compares(node):
    """Tell whether a statement compares what a reader foretold with what was computed."""
    return isinstance(node, ast.Assert) and "came_true" in names(node, ast.Load)


def behind(statements, after):
    """Tell for each statement whether it checks, or names what only a comparison with a prediction reads."""
    found, compared, shown = [], set(), set()
    for node in reversed(statements):
        its = names(node, ast.Store) if isinstance(node, ast.Assign) and sets_only(node) else set()
        prepares = its & compared and not its & shown and not any(needed(name, after) for name in its)
        found.append(bool(only_checks(node) or prepares))
        if compares(node) or prepares:
            compared |= read(node)
        elif not found[-1]:
            shown |= read(node)
    return found[::-1]


def split(source, later=()):
    """Return (shown, folded, number of assertions folded), both texts; together they are the whole cell.

    later: the sources of the cells that follow. A cell that only checks is folded whole: it asserts, prints
    nothing, and what it gives names to is not read again. From any other cell the assertions are folded,
    and what stands there only for a comparison with a prediction.
    """
    statements = parse(source)
    after = [node for cell in later for node in parse(cell)]
    set_here = set().union(*(names(node, ast.Store) for node in statements)) if statements else set()
    whole = all(map(sets_only, statements)) and not any(needed(name, after) for name in set_here)
    shown, folded, start = [], [], 0
    lines = source.splitlines()
    if not checks(statements):
        return source, "", 0
    for node, checking in zip(statements, behind(statements, after), strict=True):
        text = lines[start : node.end_lineno]
        (folded if whole or checking else shown).extend(text)
        start = max(start, node.end_lineno)
    (folded if whole else shown).extend(lines[start:])
    count = checks(node for node in statements if whole or only_checks(node))
    return "\n".join(shown).strip("\n"), "\n".join(folded).strip("\n"), count
