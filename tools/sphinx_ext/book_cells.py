"""Where a cell only draws, what it draws comes first and the code waits below, behind one quiet line.

A cell that only asks or counts shows that and no code: a reader who would open it finds a name there.
Also tables without headings, which Markdown cannot write: an empty first row is dropped. What it leaves out:
the folding itself, which myst-nb does for cells tagged `hide-input`.
"""

import re

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode

ASKS = re.compile(r"(from helpers.*\s+)?(often_said|foretell|what_you_foretold)\((\"[\w-]+\")?\)")


def put_code_last(app, doctree, docname):
    """Move the folded code of each cell behind the cell's output."""
    for fold in list(doctree.findall(HideCodeCellNode)):
        cell = fold.parent
        if cell.index(fold) == 0 and len(cell) > 1:
            cell.remove(fold)
            if not ASKS.fullmatch(fold.astext().strip()):
                cell.append(fold)


def drop_empty_headings(app, doctree, docname):
    for head in list(doctree.findall(nodes.thead)):
        if not head.astext().strip():
            head.parent.remove(head)


def name_the_folds(app, pagename, templatename, context, doctree):
    """Let a screen reader say what the line shows ("Show the code") and not "toggle hidden content"."""
    if "body" in context:
        context["body"] = context["body"].replace(' aria-label="Toggle hidden content"', "")


def setup(app):
    app.connect("doctree-resolved", put_code_last)
    app.connect("doctree-resolved", drop_empty_headings)
    app.connect("html-page-context", name_the_folds)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
