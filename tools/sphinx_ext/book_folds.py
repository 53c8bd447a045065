"""What a page folds, so that the eye follows the story: aims, imports, checks, long definitions, side roads.

A notebook holds all of it in plain sight; only the page folds. A side road is a section whose heading begins
with `Side road:`. What it leaves out: code that only draws, which myst-nb folds (see `book_cells`).
"""

import ast
from html import escape

from docutils import nodes
from split_code import parse, split

AIMS = "you will be able to:"  # the end of the paragraph above the list of aims
FEW = 3  # lines of imports that need no fold
STUB = "raise NotImplementedError"  # what the exercise begins with; the solution stands below it
LONG = 9  # lines; a definition that is taught and longer than this shows its first line
WORDS, LINES = 120, 4  # that somebody reads in a minute: of prose, and of code


class Fold(nodes.General, nodes.Element):
    """A <details> with a summary, which is HTML."""


def open_fold(writer, node):
    writer.body.append(f'<details class="{node["kind"]}"><summary>{node["summary"]}</summary>')


def close_fold(writer, node):
    writer.body.append("</details>\n")


def cells_of(doctree):
    """Return [(cell, its block of code)] of a page, in order."""
    cells = [node for node in doctree.findall(nodes.container) if "cell" in node["classes"]]
    blocks = [next(iter(cell.findall(nodes.literal_block)), None) for cell in cells]
    return [(c, b) for c, b in zip(cells, blocks, strict=True) if b is not None and is_code(b)]


def is_code(block):
    return "cell_input" in block.parent["classes"]


def like(block, text):
    """Return a block of code like another one."""
    new = block.copy()
    new.rawsource = text
    new += nodes.Text(text)
    return new


def fold_cell(cell, block, later):
    """Put what only checks, or a long definition, behind a line."""
    shown, folded, count = split(block.astext(), later)
    lines = [line for line in shown.splitlines() if line.strip()]
    parts = []
    if STUB in shown:
        parts.append(Fold("", like(block, shown), kind="long", summary="The stub of the exercise"))
    elif only_imports(block) and len(lines) > FEW:
        parts.append(Fold("", like(block, shown), kind="imports", summary=f"{len(lines)} lines of imports"))
    elif "tag_taught" in cell["classes"] and len(lines) > LONG:
        parts.append(Fold("", like(block, shown), kind="long", summary=first_line(shown, len(lines))))
    elif shown:
        parts.append(like(block, shown))
    if count:
        parts.append(Fold("", like(block, folded), kind="checks", summary=f"{count} checked"))
    if [type(part) for part in parts] != [nodes.literal_block]:
        block.parent.replace(block, parts)


def only_imports(block):
    return all(isinstance(node, ast.Import | ast.ImportFrom) for node in parse(block.astext()))


def first_line(source, lines):
    """Return what stands for a long definition: its first line, and how many there are."""
    node = parse(source)[-1]
    start = source.splitlines()[node.lineno - 1].strip()
    return f"<code>{escape(start)}</code> {lines} lines"


def fold_code(app, doctree, docname):
    cells = cells_of(doctree)
    sources = [block.astext() for _, block in cells]
    for i, (cell, block) in enumerate(cells):
        asked = STUB in block.astext() and not docname.startswith("solutions/")
        if "tag_hide-input" not in cell["classes"] and not asked:
            fold_cell(cell, block, sources[i + 1 :])


def minutes(section):
    """Return how long a section takes to read, at least one minute."""
    words = sum(len(text.astext().split()) for text in section.findall(nodes.paragraph))
    lines = sum(len(block.astext().splitlines()) for block in section.findall(nodes.literal_block))
    return max(1, round(words / WORDS + lines / LINES))


def fold_aims(app, doctree, docname):
    """Put the list of what a reader will be able to do behind the paragraph that leads to it."""
    for paragraph in list(doctree.findall(nodes.paragraph)):
        section = paragraph.parent
        i = section.index(paragraph)
        if paragraph.astext().endswith(AIMS) and isinstance(section[i + 1], nodes.bullet_list):
            said = paragraph.astext().removesuffix(":")
            section[i : i + 2] = [Fold("", section[i + 1], kind="aims", summary=escape(said))]


def fold_side_roads(app, doctree, docname):
    for section in list(doctree.findall(nodes.section)):
        title = section[0]
        if title.astext().startswith("Side road: "):
            time = minutes(section)
            said = f"{time} minute{'s' * (time > 1)}; nothing later needs it"
            body = Fold("", *section[1:], kind="side-road", summary=said)
            section[1:] = [body]


def setup(app):
    app.add_node(Fold, html=(open_fold, close_fold))
    app.connect("doctree-resolved", fold_code, priority=400)  # before book_cells moves folded code
    app.connect("doctree-resolved", fold_aims, priority=500)
    app.connect("doctree-resolved", fold_side_roads, priority=600)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
