"""The book as a PDF: all pages as one document, which Chromium prints on A4.

As one document, links lead from page to page, the numbers of the pages go on, and the headings become the
outline. Only then is it known on which page each chapter begins, so the list of contents is printed a second
time. What it leaves out: how the text of a page is made; that is in `offline_pages`.
"""

import re
from html import escape
from io import BytesIO
from pathlib import Path

import pikepdf
from offline_epub import title_page

STYLE = Path(__file__).parent / "paper" / "print.css"
XHTML = """\
<html xmlns="http://www.w3.org/1999/xhtml" lang="en" data-theme="light">
<head><title>{title}</title>{styles}</head>
<body><div class="bd-main"><div class="bd-content"><div class="bd-article-container">
{body}
</div></div></div></body>
</html>
"""


def write_pdf(path, browser, parts, pages, about, folder):
    """Write the PDF. about: the dict of `offline.about`; folder: where the document for Chromium is put."""
    known = {page.name: page for page in pages}
    source = folder / "book.xhtml"

    def pdf_of(*articles):
        source.write_text(document(about, pages, articles), encoding="utf-8")
        return pikepdf.open(BytesIO(printed(browser, source)))

    with pdf_of(*front(about, parts, known, {}), *text(parts, known)) as pdf:
        numbers = first_pages(pdf, parts)
        with pdf_of(*front(about, parts, known, numbers)) as begin:
            for old, new in zip(pdf.pages, begin.pages, strict=False):  # links and tags stay as they are
                for part in ("/Contents", "/Resources"):
                    old[part] = pdf.copy_foreign(begin.make_indirect(new[part]))
        pdf.docinfo["/Author"] = about["author"]
        for name in ("/CreationDate", "/ModDate"):  # the same book gives the same file
            pdf.docinfo[name] = f"D:{about['date'].replace('-', '')}000000Z"
        # Small objects together: what a screen reader needs is half of the file otherwise.
        pdf.save(path, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)


def document(about, pages, articles):
    """Return the document for the browser, in the style of the book's pages and of print.css."""
    styles = "".join(dict.fromkeys(style for page in pages for style in page.styles))
    feet = "".join(
        f"@page {key(page.name)} {{ @bottom-left {{ content: {quoted(page.title)} }} }}\n" for page in pages
    )
    styles += f"<style>{escape(STYLE.read_text(encoding='utf-8') + feet, quote=False)}</style>"
    return XHTML.format(title=escape(about["title"]), styles=styles, body="\n".join(articles))


def front(about, parts, known, numbers):
    """Return what stands before the text: the title, and the list of contents."""
    return [article("front", title_page(about)), article("contents", contents(parts, known, numbers))]


def text(parts, known):
    """Return the text of all pages, and before those of a part its name."""
    articles = []
    for caption, names in parts:
        articles += [article("part", f"<h1>{escape(caption)}</h1>")] * bool(caption)
        articles += [f'<div style="page: {key(name)}">{known[name].text["paper"]}</div>' for name in names]
    return articles


def key(name):
    """Return the name of a page as `page.js` writes it in ids."""
    return name.replace("/", "-")


def quoted(text):
    """Return a text as CSS writes it."""
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'


def article(kind, text):
    return f'<article class="bd-article {kind}">{text}</article>'


def contents(parts, known, numbers):
    """Return the list of all pages with their numbers. numbers: {name: its first page on paper}, or {}."""
    rows = ["<h2>Contents</h2>"]
    for caption, names in parts:
        rows += [f'<p class="caption">{escape(caption)}</p>'] * bool(caption)
        for name in names:
            said = f"<span>{escape(known[name].title)}</span><span>{numbers.get(name, '000')}</span>"
            rows.append(f'<p><a href="#{key(name)}">{said}</a></p>')
    return "".join(rows)


def printed(browser, source):
    """Return the PDF, as bytes, that the browser prints of a document: with an outline, and with tags."""
    tab = browser.new_page()
    try:
        tab.goto(source.as_uri())
        tab.evaluate("document.fonts.ready.then(() => true)")
        return tab.pdf(prefer_css_page_size=True, print_background=True, outline=True, tagged=True)
    finally:
        tab.close()


def first_pages(pdf, parts):
    """Return {name: number of its first page}, as the outline has it: parts, and in them pages."""
    with pdf.open_outline() as outline:
        found = [each.destination[0] for part in outline.root for each in part.children]
    numbers = [pikepdf.Page(page).index + 1 for page in found]
    names = [name for _, pages in parts for name in pages]
    return dict(zip(names, numbers[1:], strict=True))  # the first is the list of contents itself
