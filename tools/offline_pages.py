"""The pages of the built book as a reader without a browser needs them: in order, still, as XHTML.

Chromium opens each page, takes a picture of every explorable, and `paper/page.js` writes the rest down. What
it leaves out: the files made of it; they are in `offline_epub` and `offline_pdf`.
"""

import re
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import yaml
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = Path(__file__).parent / "paper" / "page.js"
WIDTH = 760  # of the window in pixels: an explorable is as wide in it as on paper
SHARP = 2  # pixels of a picture for one of the page
SUMMARY = re.compile(r'<div class="explorable" data-explorable="[\w-]+"><p>(.*?)</p>', re.DOTALL)
DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@dataclass
class Page:
    """A page: its name ("chapters/01_neuron"), title, text as XHTML by kind, styles, and its pictures."""

    name: str
    title: str
    text: dict
    styles: list
    pictures: list


def contents(path=ROOT / "_toc.yml"):
    """Return [(caption, names of pages)] in the order of a book: chapters first, solutions at the end.

    The first caption is "": what stands before any part. The pages below a chapter are put together by their
    title, such as "Exercises".
    """
    toc = yaml.safe_load(path.read_text(encoding="utf-8"))
    parts, below = [("", [toc["root"]])], {}
    for part in toc["parts"]:
        parts.append((part["caption"], [chapter["file"] for chapter in part["chapters"]]))
        for section in (each for chapter in part["chapters"] for each in chapter.get("sections", [])):
            below.setdefault(section["title"], []).append(section["file"])
    return parts + list(below.items())


def read_pages(browser, html, parts, folder, address=""):
    """Return a Page for each name in `parts`, read from the built book in `html`.

    folder: where the pictures are put. address: of the published book, or "" where there is none.
    """
    context = browser.new_context(
        viewport={"width": WIDTH, "height": 1000}, device_scale_factor=SHARP, color_scheme="light"
    )
    names = [name for _, pages in parts for name in pages]
    tab = context.new_page()
    try:
        return [read_page(tab, html, name, names, folder, address) for name in names]
    finally:
        context.close()


def read_page(tab, html, name, names, folder, address):
    tab.emulate_media(media="screen")
    tab.goto((html / f"{name}.html").as_uri())
    tab.evaluate(DRAWN)
    tab.emulate_media(media="print")  # what can be pressed is gone, and folds are open
    summaries = SUMMARY.findall((html / f"{name}.html").read_text(encoding="utf-8"))
    boxes = tab.locator("article .explorable[data-alive]").all()
    pictures = [
        take(box, folder / f"{name.replace('/', '-')}-{number}.png", name, unescape(summary), address)
        for number, (box, summary) in enumerate(zip(boxes, summaries, strict=True), 1)
    ]
    tab.add_script_tag(path=SCRIPT)
    asked = {"root": html.as_uri() + "/", "name": name, "pages": names}
    text = {}
    for kind, to in (("epub", "../pictures"), ("paper", folder.as_uri())):
        shown = [picture | {"source": f"{to}/{picture['file']}"} for picture in pictures]
        text[kind] = tab.evaluate("takeOut", asked | {"kind": kind, "pictures": shown})
    title = tab.evaluate("document.querySelector('h1').textContent.replace(/#$/, '').trim()")
    styles = tab.evaluate("stylesOf()")
    return Page(name, title, text, styles, [picture["file"] for picture in pictures])


def take(box, path, name, alt, address):
    """Take the picture of an explorable; return what `page.js` needs to know of it."""
    box.screenshot(path=path)
    with Image.open(path) as image:
        width, height = (round(size / SHARP) for size in image.size)
        image.convert("RGB").quantize(256).save(path, optimize=True)
    where = f"{address}{name}.html" if address else ""
    place = where or f"{name}.html"
    return {
        "file": path.name,
        "alt": alt,
        "width": width,
        "height": height,
        "address": where,
        "place": place,
    }
