"""The quiet links of a page: under a notebook's title what to do with it, at the page's end how to mend it.

Those that lead to the repository are made from the setting `repository` of _config.yml; where none is set,
none is shown. The environment variable BOOK_REPOSITORY overrides its address. The directive `course-links`
holds those that bring the course to a class. What it leaves out: any other host than GitHub.
"""

import os
import re
from html import escape
from pathlib import Path
from urllib.parse import quote, urlencode

import yaml
from docutils import nodes
from sphinx.errors import ConfigError
from sphinx.util.docutils import SphinxDirective

GITHUB = re.compile(r"https://github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?/?")
WELCOME = "chapters/welcome.ipynb"
FORM = "wrong-sentence.yml"  # in .github/ISSUE_TEMPLATE; its field `page` is filled in


def read_repository(app, config):
    """Put "OWNER/NAME@BRANCH", or "" where no repository is set, into the configuration.

    The file itself is read: Jupyter Book puts an address of its own where a book has none.
    """
    settings = yaml.safe_load(Path(app.srcdir, "_config.yml").read_text(encoding="utf-8"))
    given = settings.get("repository") or {}
    address = os.environ.get("BOOK_REPOSITORY", given.get("url") or "")
    found = GITHUB.fullmatch(address)
    if address and not found:
        raise ConfigError(f"repository is {address!r}, and has to be like https://github.com/OWNER/NAME")
    config.book_repository = f"{found[1]}@{given.get('branch') or 'main'}" if found else ""


def run_links(repository, path):
    """Return [(label, address)] of the places that run a notebook of the repository in the browser."""
    name, _, branch = repository.partition("@")
    return [
        (
            "Open in Colab",
            f"https://colab.research.google.com/github/{name}/blob/{quote(branch)}/{quote(path)}",
        ),
        (
            "Open in Binder",
            f"https://mybinder.org/v2/gh/{name}/{quote(branch, safe='')}?urlpath={quote(f'lab/tree/{path}')}",
        ),
    ]


def mend_links(repository, path, title):
    """Return [(label, address)]: a report about a page, prefilled, and its source to edit."""
    name, _, branch = repository.partition("@")
    report = urlencode({"template": FORM, "title": f"Wrong: {title}", "page": path})
    source = re.sub("^exercises/", "solutions/", path)  # the exercises are made from them
    return [
        ("Report a mistake on this page", f"https://github.com/{name}/issues/new?{report}"),
        ("Edit this page", f"https://github.com/{name}/edit/{quote(branch)}/{quote(source)}"),
    ]


def notebook_links(app, pagename, path, pathto):
    """Return [(label, address, attributes)] for the line under a notebook's title."""
    folder, _, name = pagename.rpartition("/")
    numbered = re.match(r"\d\d_", name)
    links = []
    if numbered:
        # Under names of their own: a program that opens them shows the name of the file in its tab.
        saved = f"{name}.ipynb" if folder == "chapters" else f"{name}_{folder}.ipynb"
        links.append(("Download this notebook", pathto(f"_sources/{path}", 1), f'download="{saved}"'))
    repository = app.config.book_repository
    links += [(*link, "") for link in run_links(repository, path)] if repository else []
    for other, label in (("chapters", "Read the chapter"), ("exercises", "Do the exercises")):
        if numbered and folder != other and f"{other}/{name}" in app.env.found_docs:
            links.append((label, pathto(f"{other}/{name}"), ""))
    return links


def pull_link(repository):
    """Return the address with which nbgitpuller brings the course into the home folder of who opens it."""
    name, _, branch = repository.partition("@")
    opened = f"lab/tree/{name.partition('/')[2]}/{WELCOME}"
    asked = urlencode({"repo": f"https://github.com/{name}", "branch": branch, "urlpath": opened})
    return f"https://HUB/hub/user-redirect/git-pull?{asked}"


class CourseLinks(SphinxDirective):
    """Where a repository is set: its links to Binder and for nbgitpuller. Otherwise what stands inside."""

    has_content = True

    def run(self):
        repository = self.config.book_repository
        if not repository:
            inside = nodes.Element()
            self.state.nested_parse(self.content, self.content_offset, inside)
            return inside.children
        label, binder = next(link for link in run_links(repository, WELCOME) if "Binder" in link[0])
        html = (
            f'<p><a class="reference external" href="{escape(binder)}">{label}</a></p>\n'
            "<p>For nbgitpuller, with the address of your hub in place of <code>HUB</code>:</p>\n"
            f'<div class="highlight"><pre tabindex="0">{escape(pull_link(repository))}</pre></div>\n'
        )
        return [nodes.raw("", html, format="html")]


def line(links, kind=""):
    """Return a line of links, made of (label, address, attributes), as HTML; "" without links."""
    anchors = (f'<a href="{escape(address)}" {extra}>{label}</a>' for label, address, extra in links)
    return f'<p class="page-links{kind}">{"".join(anchors)}</p>\n' if links else ""


def add_lines(app, pagename, templatename, context, doctree):
    """Put both lines into a page that was made from a file."""
    if doctree is None:
        return
    path = Path(app.env.doc2path(pagename, base=False)).as_posix()
    above, below = "", ""
    if path.endswith(".ipynb"):
        above = line(notebook_links(app, pagename, path, context["pathto"]))
    if app.config.book_repository:
        title = app.env.titles[pagename].astext()
        links = mend_links(app.config.book_repository, path, title)
        below = line([(*link, "") for link in links], " at-the-end")
    context["body"] = context["body"].replace("</h1>", "</h1>\n" + above, 1) + below


def setup(app):
    app.add_directive("course-links", CourseLinks)
    app.add_config_value("book_repository", "", "env")  # made by read_repository, not set by anybody
    app.connect("config-inited", read_repository)
    app.connect("html-page-context", add_lines, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
