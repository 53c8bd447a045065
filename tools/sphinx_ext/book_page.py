"""What stands around the text of a page: its description, names for its menus, and only the files it needs.

The theme's scripts (1.6 MB, most of it icons) are replaced by `course.js`, its styles (413 kB) by `base.css`;
Sphinx's search scripts load on the search page only. What it leaves out: the HTML itself, which is in
tools/theme/templates.
"""

import os
import re
import shutil
from pathlib import Path

from docutils import nodes

STYLES = {"base.css", "course.css"}
SEARCH_SCRIPTS = {"documentation_options.js", "doctools.js", "sphinx_highlight.js"}
# What the theme brings and no page of this book loads: 6 MB, most of it icons and maps of scripts.
UNUSED = ("scripts", "vendor", "locales", "images", "*-macros.html", "styles")
DESCRIPTION_LENGTH = 200  # characters; search engines and chat programs cut a description about here


def description(doctree, metadata):
    """Return what a link preview says of a page: its own `description`, or its first whole sentences."""
    if metadata.get("description"):
        return metadata["description"]
    text = ""
    for paragraph in doctree.findall(nodes.paragraph):
        if not isinstance(paragraph.parent, nodes.section) or paragraph.next_node(nodes.raw):
            continue
        for sentence in re.findall(r"\S.*?[.?](?=\s|$)", " ".join(paragraph.astext().split())):
            if text and len(text) + len(sentence) >= DESCRIPTION_LENGTH:
                return text
            text = f"{text} {sentence}".strip()
    return text


def name_the_toggles(html):
    """Give the arrows of the sidebar a name that a screen reader can say."""
    return re.sub(
        r"(<a [^>]*>([^<]*)</a>)<details([^>]*)><summary>.*?</summary>",
        r'\1<details\3><summary aria-label="Pages of \2"></summary>',
        html,
    )


def chapter_after(app, pagename):
    """Return {title, page} of the chapter that follows a chapter in the contents; None where none does."""
    chapters = [name for name in app.config.external_site_map if name.startswith("chapters/")]
    at = chapters.index(pagename) + 1 if pagename in chapters else len(chapters)
    following = chapters[at] if at < len(chapters) else None
    return following and {"page": following, "title": app.env.titles[following].astext()}


def keep(files, wanted):
    """Return the files that the page loads, of all that extensions registered."""
    return [f for f in files if str(f.filename).removeprefix("_static/") in wanted]


def prepare_page(app, pagename, templatename, context, doctree):
    scripts = {"course.js", "where.js"} | (SEARCH_SCRIPTS if pagename == "search" else set())
    context["script_files"] = keep(context["script_files"], scripts)
    context["css_files"] = keep(context["css_files"], STYLES)
    draw = context["generate_toctree_html"]
    context["generate_toctree_html"] = lambda *args, **options: name_the_toggles(str(draw(*args, **options)))
    exercises = context.get("next") and "exercises/" in context["next"]["link"]
    context["next_chapter"] = exercises and chapter_after(app, pagename)
    context["site_url"] = app.config.html_baseurl
    if doctree is not None:
        # The exercises are made from the solutions and begin with the same words.
        solved = "Solved and explained: " if pagename.startswith("solutions/") else ""
        context["description"] = solved + description(doctree, app.env.metadata.get(pagename, {}))
        # A list may hold only list items; docutils gives its references another role.
        context["body"] = context["body"].replace('role="doc-biblioentry"', 'role="listitem"')
    elif pagename == "index":
        root = app.config.root_doc
        context["description"] = description(app.env.get_doctree(root), app.env.metadata.get(root, {}))


def drop_unused_files(app, exception):
    static = Path(app.outdir, "_static")
    for path in [path for pattern in UNUSED for path in static.glob(pattern)]:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def read_address(app, config):
    config.html_baseurl = os.environ.get("BOOK_URL", config.html_baseurl)


def setup(app):
    app.add_config_value("comments_config", {}, "html")  # Jupyter Book sets it; its extension is not loaded
    app.connect("config-inited", read_address)
    app.add_css_file("base.css", priority=800)
    app.add_css_file("course.css", priority=900)
    app.add_js_file("course.js", loading_method="defer")
    app.connect("html-page-context", prepare_page, priority=900)  # after the theme has added its own
    app.connect("build-finished", drop_unused_files, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
