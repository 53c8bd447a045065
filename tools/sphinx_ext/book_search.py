"""What the search page knows besides Sphinx's index of words: symbols, exercises by id or number, the
sentences of a check, and claims, each with the place that it leads to.

It becomes one file of data, places.js, that the search page alone loads. The sentences are those that `check`
itself has. What it leaves out: how a query is compared, which is in tools/theme/search.js.
"""

import ast
import importlib
import json
import re
import unicodedata
from pathlib import Path

from docutils import nodes

FILE = "_static/places.js"
NOTATION, CLAIMS, GENERAL = "chapters/notation", "chapters/claims", ("chapters/how_to", "what-a-check-says")
HEADING = re.compile(r"^## (\d+) · (.+?) [●○]+\s*$", re.MULTILINE)
CALL = re.compile(r'\bcheck\("([a-z0-9_.]+)"')
# The engine's modules whose texts are sentences for a learner about any exercise.
ENGINE = ("__init__", "judge", "compare", "faults", "repairs", "copies", "sandbox")
TEX = {r"\partial": "∂", r"\lVert": "‖", r"\rVert": "‖"}


def exercises(root):
    """Return {id: (page, chapter or "", number on the page, title)} of all exercise notebooks."""
    found = {}
    for path in sorted(Path(root, "exercises").glob("*.ipynb")):
        heading, chapter = None, re.match(r"\d\d_", path.name) and int(path.name[:2])
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            text = "".join(cell["source"])
            heading = HEADING.search(text) or heading
            for id in CALL.findall(text) if heading else []:
                found.setdefault(id, (f"exercises/{path.stem}", chapter or "", *heading.groups()))
    return found


def anchor(env, page, number):
    """Return the anchor of the section "3 · …" of a page."""
    sections = env.tocs[page].findall(nodes.reference)
    found = [each["anchorname"] for each in sections if each.astext().startswith(f"{number} · ")]
    return found[0].lstrip("#") if found else ""


def symbols(text):
    """Return [(symbol, what it is)] of the table of symbols in the text of the page on notation."""
    section = text.partition("\n## Symbols\n")[2].partition("\n## ")[0]
    rows = [re.split(r"(?<!\\)\|", line)[1:-1] for line in section.splitlines() if line.startswith("| ")]
    found = []
    for formulas, code, says in rows[1:]:
        names = [plain(tex) for tex in re.findall(r"\$([^$]+)\$", formulas)] + re.findall(r"`([^`]+)`", code)
        found += [(name, shown(says)) for name in dict.fromkeys(names)]
    return found


def plain(tex):
    r"""Return a formula as one types it: \frac{\partial L}{\partial w} as ∂L/∂w, \epsilon as ε."""
    tex = re.sub(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"\1/\2", tex)
    for command, letter in TEX.items():
        tex = tex.replace(command, letter)
    return re.sub(r"\\([A-Za-z]+)|[\s{}$]", greek, tex)


def greek(found):
    """Return the letter for \\epsilon, and the bare name of any other command."""
    name = found[1] or ""
    try:
        return unicodedata.lookup(f"GREEK SMALL LETTER {name}")
    except KeyError:
        return name


def shown(text):
    """Return Markdown without its marks for code, links and formulas."""
    text = re.sub(r"\[([^]]*)\]\([^)]*\)|[`*]", r"\1", text)
    return re.sub(r"\$([^$]+)\$", lambda tex: plain(tex[1]), text).strip()


def sentences(exercise):
    """Return what a check says of this exercise only: its mistakes, and what it asks of the code itself."""
    asked = strings(exercise.asks.__code__) if exercise.asks else []
    return list(dict.fromkeys([*(says for says, _ in exercise.mistakes), *asked]))


def strings(code):
    """Return the sentences among the constants of a function, those of functions inside it too."""
    inside = [each for const in code.co_consts if hasattr(const, "co_consts") for each in strings(const)]
    return [each for each in code.co_consts if type(each) is str and each.endswith((".", "?"))] + inside


def general(source):
    """Return the sentences in the text of a module, each a list of the pieces around what is filled in."""
    tree, found = ast.parse(source), []
    parts = {part for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    notes = {
        ast.get_docstring(node, clean=False)
        for node in ast.walk(tree)
        if hasattr(node, "body") and said(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            texts = [each.value for each in node.values if isinstance(each, ast.Constant)]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in parts:
            texts = [] if node.value in notes else [node.value]
        else:
            continue
        pieces = [piece.strip() for piece in texts if len(re.findall(r"[A-Za-z]{2,}", piece)) >= 3]
        found += [pieces] if pieces and "".join(texts).rstrip().endswith((".", "?", "!", ":")) else []
    return found


def said(node):
    return isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node)


def places(app):
    """Return all entries: dicts with `page`, `title` and, under a key for each kind, what finds them."""
    # By name, so that a hint of one exercise makes no page anew: tools/dependencies.py reads plain imports.
    checks, ledger = importlib.import_module("helpers.checks"), importlib.import_module("helpers.claims")
    declared = importlib.import_module("helpers.checks.declare").EXERCISES
    found = []
    for id, (page, chapter, number, title) in exercises(app.srcdir).items():
        where = f"{page}.html#{anchor(app.env, page, number)}"
        name = f"Exercise {chapter}.{number}" if chapter else f"Exercise {number}"
        entry = {"page": where, "title": f"{name} · {title}", "id": id, "number": f"{chapter}.{number}"}
        found.append(entry | {"name": title, "says": sentences(declared[id]) if id in declared else []})
    if NOTATION in app.env.found_docs:
        text = Path(app.env.doc2path(NOTATION)).read_text(encoding="utf-8")
        where = f"{NOTATION}.html#symbols"
        found += [{"page": where, "title": f"{name}: {what}", "symbol": name} for name, what in symbols(text)]
    if CLAIMS in app.env.found_docs:
        for id, claim in ledger.claims().items():
            where, words = f"{CLAIMS}.html#ledger-{id}", id.replace("-", " ")
            found.append(
                {"page": where, "title": f"Often said: “{claim.claim}”", "claim": f"{claim.claim} {words}"}
            )
    if GENERAL[0] in app.env.found_docs:
        files = [Path(checks.__file__).with_name(f"{name}.py") for name in ENGINE]
        pieces = [each for file in files for each in general(file.read_text(encoding="utf-8"))]
        where = f"{GENERAL[0]}.html#{GENERAL[1]}"
        found.append({"page": where, "title": "What a check says of any exercise", "general": pieces})
    return found


def write(app, exception):
    if exception is None and app.builder.name == "html":
        text = json.dumps(places(app), ensure_ascii=False, separators=(",", ":"))
        Path(app.outdir, FILE).write_text(f"window.PLACES = {text};\n", encoding="utf-8")


def setup(app):
    app.connect("build-finished", write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
