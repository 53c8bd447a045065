"""The page of recall: every question that stands under "Recall" at the end of a page, and a deck for Anki.

A question is a <details> whose id begins with `recall-`; the rest of the id is its name for ever, so that a
reader's history outlives its words. `recall.js` shows what is due; without a script the page is a list.
"""

import re
from html import escape
from pathlib import Path

from docutils import nodes
from recall_deck import for_anki, write_deck

PAGE, HERE, DECK = "chapters/recall", '<div class="recall-here"></div>', "_downloads/every-knob-recall.apkg"
STUDYING = Path(__file__).parents[2] / "helpers" / "studying"
SCRIPTS = "store.js", "schedule.js", "recall.js"
OPENS = re.compile(r'<details id="recall-([\w-]+)">\s*<summary>(.*?)</summary>', re.DOTALL)
SESSION = (
    '<section class="recall-session" aria-label="What is due" hidden>'
    '<p class="count" role="status" tabindex="-1"></p><p class="said" role="status"></p>'
    '<div class="asked"><p><a class="from"></a></p><p class="question" tabindex="-1"></p>'
    '<p><button type="button" class="show">Show the answer</button></p>'
    '<div class="answer" tabindex="-1" role="group" aria-label="The answer"></div>'
    '<div class="grades" role="group" aria-label="How well did you know it?"></div></div></section>'
)


def questions(doctree):
    """Yield (id, question as HTML, container of its answer) for each recall question of a page."""
    for start in doctree.findall(lambda node: isinstance(node, nodes.raw) and OPENS.match(node.astext())):
        siblings = start.parent[start.parent.index(start) + 1 :]
        end = next(i for i, node in enumerate(siblings) if node.astext().strip() == "</details>")
        answer = nodes.container("", *(node.deepcopy() for node in siblings[:end]))
        yield *OPENS.match(start.astext()).groups(), answer


def joined(names):
    """Return modules as one piece of code, because a page opened as a file can import none."""
    code = "".join((STUDYING / name).read_text(encoding="utf-8") for name in names)
    return re.sub(r'^(import .* from "\./\w+\.js"|export \{.*\});\n', "", code, flags=re.MULTILINE)


def in_order(env, name):
    """Yield the names of all pages as the table of contents has them, from one page on."""
    yield name
    for child in env.toctree_includes.get(name, []):
        yield from in_order(env, child)


def pages(env):
    """Yield (name of the page, its title, its questions) for each page that has some, in the book's order."""
    for name in in_order(env, env.config.root_doc):
        if found := list(questions(env.get_doctree(name))):
            yield name.removeprefix("chapters/"), env.titles[name].astext(), found


def put_questions(app, pagename, templatename, context, doctree):
    if pagename != PAGE or doctree is None:
        return
    html, notes = [], []
    for page, title, found in pages(app.env):
        html.append(f'<section class="recall-page" data-page="{page}"><h2 id="{page}">')
        html.append(f'<a href="{page}.html">{escape(title)}</a></h2>')
        for id, question, answer in found:
            shown, noted = (
                app.builder.render_partial(each)["fragment"] for each in (answer, for_anki(answer))
            )
            html.append(f'<details class="recall-question" data-id="{id}"><summary>{question}</summary>')
            html.append(f"{shown}</details>")
            notes.append((id, page, title, question, noted))
        html.append('<p class="done"></p><p><button type="button" class="start" hidden>')
        html.append("Start this page</button></p></section>")
    deck = (
        f'<p>All {len(notes)} questions, <a href="../{DECK}" download>as a deck for Anki</a>: '
        "a program that asks on a phone too. A newer deck replaces the words and keeps your history.</p>"
    )
    style = f"<style>{(STUDYING / 'recall.css').read_text(encoding='utf-8')}</style>"
    code = f'<script type="module">{joined(SCRIPTS)}</script>'
    context["body"] = context["body"].replace(HERE, "".join([style, SESSION, deck, *html, code]))
    write_deck(notes, Path(app.outdir, DECK))


def write_again(app, page):
    """Let a page that shows all others be written in each build, in a book that has it."""
    app.connect("env-updated", lambda app, env: [page] if page in env.all_docs else [])


def setup(app):
    write_again(app, PAGE)
    app.connect("html-page-context", put_questions)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
