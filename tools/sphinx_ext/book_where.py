"""Where a reader is: for each chapter the ids of what it asks, given to the scripts that count what was done.

`_static/where.js` marks the list of pages and the plan on every page; the page "Where you are" has the table.
Both keep to ids: of a prediction, of a recall question, of an exercise, and of the page, which is the name of
its file. A page whose file is renamed keeps its readers by `id: 04_loss` in its metadata.
"""

import importlib
import json
from html import escape
from pathlib import Path

from book_recall import STUDYING, in_order, joined, questions, write_again
from book_search import exercises

PAGE, HERE, FILE = "chapters/where", '<div class="where-here"></div>', "where.js"
EVERYWHERE = "store.js", "counted.js", "marks.js", "reading.js"
THERE = "store.js", "counted.js", "state_file.js", "where.js"
KINDS = "foretold", "recalled", "solved"
DESK = """
<div class="desk"><p class="count" role="status"></p><p class="said" role="status"></p>
<p>Drop a file anywhere on this page, or choose one: a state that was saved here, or the progress file of your
exercises. That is <code>.every-knob/progress.json</code> in your home folder; where a dialog hides that,
Ctrl+H shows it on Linux and Cmd+Shift+. on a Mac. What a file holds is joined to what is here, and the newer
of two stays.</p>
<div class="press"><label class="choose">Load from a file
<input class="file visually-hidden" type="file" accept=".json,application/json"></label>
<button type="button" class="save">Save to a file</button>
<button type="button" class="forget">Forget everything</button></div>
<div class="sure" role="group" aria-label="Forget everything?" hidden>
<p>This takes away, for good, all that this book keeps in this browser. Only a saved file brings it back.</p>
<div class="press"><button type="button" class="no">Keep it</button>
<button type="button" class="yes">Yes, forget everything</button></div></div></div>
"""


def id_of(env, name):
    """Return the id by which a page is kept: that of its metadata, else the name of its file."""
    return env.metadata.get(name, {}).get("id", name.removeprefix("chapters/"))


def pages(app):
    """Return {name: {"id", "foretold", "recalled", "solved"}} of each chapter that asks, in order."""
    # By name, as in book_search: where words of a prediction change, no page but its own is made anew.
    asked = importlib.import_module("helpers.studying.foretold").predictions().values()
    solved, found = exercises(app.srcdir), {}
    for name in in_order(app.env, app.config.root_doc):
        if not name.startswith("chapters/"):
            continue
        stem = name.removeprefix("chapters/")
        page = {
            "foretold": [each.id for each in asked if each.chapter == stem],
            "recalled": [id for id, *_ in questions(app.env.get_doctree(name))],
            "solved": [id for id, (where, *_) in solved.items() if where == f"exercises/{stem}"],
        }
        if any(page.values()):
            found[name] = {"id": id_of(app.env, name), **page}
    return found


def row(app, name, page):
    """Return a chapter as a row of the table: what it asks, which a script replaces by what was done."""
    title, link = escape(app.env.titles[name].astext()), app.builder.get_relative_uri(PAGE, name)
    ids = "".join(f' data-{kind}="{" ".join(page[kind])}"' for kind in KINDS)
    cells = "".join(f'<td class="{kind}">{len(page[kind]) or ""}</td>' for kind in KINDS)
    tick = f'<input type="checkbox" aria-label="Read: {title}" autocomplete="off"><span></span>'
    return (
        f'<tr data-id="{page["id"]}"{ids}><th scope="row"><a href="{link}">{title}</a></th>'
        f"<td><label>{tick}</label></td>{cells}</tr>"
    )


def put_table(app, pagename, templatename, context, doctree):
    if pagename != PAGE or doctree is None:
        return
    heads = "".join(f'<th scope="col">{kind}</th>' for kind in ("Chapter", "Read", *map(str.title, KINDS)))
    rows = "".join(row(app, name, page) for name, page in pages(app).items())
    style = f"<style>{(STUDYING / 'where.css').read_text(encoding='utf-8')}</style>"
    html = (
        f'{style}<section class="where" aria-label="What you did">{DESK}'
        '<div class="pst-scrollable-table-container"><table class="table">'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div></section>"
        # Not as a module, which would run after the first paint, and the page would jump.
        f'<script>(() => {{\n"use strict";\n{joined(THERE)}}})();</script>'
    )
    context["body"] = context["body"].replace(HERE, html)


def write(app, exception):
    if exception is None and app.builder.name == "html" and PAGE in app.env.all_docs:
        data = json.dumps(pages(app), ensure_ascii=False, separators=(",", ":"))
        code = f'(() => {{\n"use strict";\nconst PAGES = {data};\n{joined(EVERYWHERE)}}})();\n'
        Path(app.outdir, "_static", FILE).write_text(code, encoding="utf-8")


def add_marks(app):
    """Let each page load the marks, in a book that has the page which they lead to."""
    if Path(app.srcdir, f"{PAGE}.md").exists():
        app.add_js_file(FILE, loading_method="defer")


def setup(app):
    app.connect("builder-inited", add_marks)
    write_again(app, PAGE)
    app.connect("html-page-context", put_table)
    app.connect("build-finished", write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
