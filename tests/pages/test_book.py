"""The built pages as files: everything a page needs is in the book, light, linked and described.

What a browser does with the pages is in `test_browser`.
"""

import gzip
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import pytest
import yaml
from browser import MOST_FILES, most_bytes

ROOT = Path(__file__).parents[2]
CHAPTERS = sorted(path.stem for path in (ROOT / "chapters").glob("[0-9][0-9]_*.ipynb"))
VOID = {"img", "meta", "link", "input", "br", "hr", "source"}
TEX = re.compile(r"\\(?:frac|mathbf|sum|begin|cdot|sigma|text)\b|\$\$|(?<!\w)\$[A-Za-z\\]")


class Page(HTMLParser):
    """One page: its elements as [(tag, attributes)], its ids, its text outside of code and formulas."""

    def __init__(self, path):
        super().__init__()
        self.path, self.elements, self.ids, self.text, self.title = path, [], set(), "", ""
        self.open = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.elements.append((tag, attributes))
        if "id" in attributes:
            self.ids.add(attributes["id"])
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, text):
        if "title" in self.open and "svg" not in self.open:
            self.title += text
        if not {"script", "style", "code", "pre", "math"} & set(self.open):
            self.text += text

    def all(self, tag, **wanted):
        return [a for t, a in self.elements if t == tag and all(a.get(k) == v for k, v in wanted.items())]

    def meta(self, name):
        found = self.all("meta", name=name) + self.all("meta", property=name)
        return found[0]["content"] if found else ""

    def target(self, address):
        """Return the file and the anchor that an address of this page means."""
        file, anchor = urldefrag(address)
        path = urlsplit(file).path
        return (self.path.parent / unquote(path)).resolve() if path else self.path, unquote(anchor)


def elsewhere(address):
    return bool(urlsplit(address).scheme or urlsplit(address).netloc)


def page_files():
    """Return the pages of the built book; its index.html only forwards to the first of them."""
    html = ROOT / "_build" / "html"
    pages = [path.relative_to(html) for path in html.rglob("*.html")]
    return sorted(p.as_posix() for p in pages if p.parts[0] != "_static" and p.name != "index.html")


@cache
def parsed(path):
    return Page(path)


@pytest.fixture(params=page_files() or ["welcome.html"])
def page(book, request):
    return parsed(book / request.param)


def resources(page):
    """Return the addresses that the browser fetches by itself for a page."""
    found = [a["src"] for t, a in page.elements if t in ("script", "img", "iframe", "source") and "src" in a]
    fetched = ("stylesheet", "icon", "preload", "modulepreload")
    found += [a["href"] for a in page.all("link") if a.get("rel") in fetched]
    return [address for address in found if not address.startswith("data:")]


def in_styles(text):
    """Return the addresses in the text of a stylesheet."""
    found = re.findall(r"(?:url\(|@import\s+)['\"]?([^)'\";]+)", text)
    return [address for address in found if not address.startswith(("data:", "#"))]


def fetched_files(page):
    """Return every file of the book that a page can make a browser fetch, its styles' fonts included."""
    files = {page.target(address)[0] for address in resources(page)} | {page.path}
    for sheet in [file for file in files if file.suffix == ".css"]:
        fonts = {
            (sheet.parent / urlsplit(a).path).resolve() for a in in_styles(sheet.read_text(encoding="utf-8"))
        }
        files |= {font for font in fonts if is_used(font, page)}
    return files


def is_used(font, page):
    """A browser fetches a font only for a page that shows a letter in it: icons or formulas may be absent."""
    if "fontawesome" in font.parts:
        names = {name for _, a in page.elements for name in (a.get("class") or "").split()}
        return any(name in ("fa", "fab", "far", "fas") or name.startswith("fa-") for name in names)
    return font.name != "math.woff2" or bool(page.all("math"))


def test_every_page_of_the_contents_is_built(book):
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    wanted = re.findall(r"'(?:file|root)': '([^']+)'", str(contents))
    assert len(wanted) >= 3 * len(CHAPTERS)
    missing = [name for name in wanted if not (book / f"{name}.html").is_file()]
    assert not missing, f"in _toc.yml but not in the book: {missing}"
    for name in CHAPTERS:
        for folder in ("chapters", "exercises", "solutions"):
            assert f"{folder}/{name}" in wanted, f"{folder}/{name} is not in _toc.yml"


def test_every_link_inside_the_book_leads_somewhere(page):
    broken = []
    for tag, attributes in page.elements:
        for address in (attributes.get("href"), attributes.get("src")):
            if not address or elsewhere(address):
                continue
            file, anchor = page.target(address)
            ids = parsed(file).ids if file.suffix == ".html" and file.is_file() else set()
            if not file.is_file() or (anchor and file.suffix == ".html" and anchor not in ids):
                broken.append(f"<{tag}> {address}")
    assert not broken


def test_ids_are_unique(page):
    ids = [a["id"] for _, a in page.elements if "id" in a]
    assert sorted(ids) == sorted(set(ids))


def test_nothing_is_fetched_from_elsewhere(page):
    addresses = resources(page)
    for file in fetched_files(page):
        if file.suffix == ".css":
            addresses += in_styles(file.read_text(encoding="utf-8"))
    for style in re.findall(r"<style.*?</style>", page.path.read_text(encoding="utf-8"), re.S):
        addresses += in_styles(style)
    assert addresses and not [address for address in addresses if elsewhere(address)]


def test_a_page_is_light(page, book):
    files = fetched_files(page)
    size = sum(len(gzip.compress(file.read_bytes(), 6)) for file in files)
    assert len(files) <= MOST_FILES, sorted(file.name for file in files)
    most = most_bytes(page.path.relative_to(book).as_posix())
    assert size <= most, {file.name: len(gzip.compress(file.read_bytes(), 6)) for file in files}


def test_style_sheets_are_small(page):
    """They hold up the first picture: 60 kB in all, as they stand."""
    sheets = [file for file in fetched_files(page) if file.suffix == ".css"]
    assert sheets and sum(file.stat().st_size for file in sheets) < 60_000


def test_a_page_says_what_it_is(page):
    assert "Every Knob" in page.title and len(page.title) > len("Every Knob")
    assert page.meta("og:title")
    assert page.target(page.meta("og:image"))[0].is_file() or elsewhere(page.meta("og:image"))
    assert page.all("link", rel="icon") and page.all("html")[0]["lang"] == "en"
    if page.path.name != "search.html":
        sentence = page.meta("description")
        assert 40 <= len(sentence) <= 320 and sentence[-1] in ".?", sentence
        assert page.meta("og:description") == sentence


def test_descriptions_and_titles_tell_pages_apart(book):
    pages = [parsed(book / name) for name in page_files() if name != "search.html"]
    for told in ([page.title for page in pages], [page.meta("description") for page in pages]):
        assert sorted(told) == sorted(set(told))


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_narrow_tab_tells_a_chapter_from_its_exercises_and_solutions(book, name):
    titles = [
        parsed(book / folder / f"{name}.html").title for folder in ("chapters", "exercises", "solutions")
    ]
    assert len({title[:10] for title in titles}) == 3


def test_one_search_box(page):
    assert len(page.all("input", type="search")) == 1
    assert len(page.all("form", role="search")) == 1


def test_images_say_what_they_show(page):
    silent = [a for a in page.all("img") if len(a.get("alt", "")) < 20]
    silent += [a for a in page.all("svg", role="img") if len(a.get("aria-label", "")) < 20]
    assert not silent


def test_formulas_are_rendered(page):
    for formula in page.all("math"):
        assert formula.get("alttext")
    assert not TEX.findall(page.text)


@pytest.mark.parametrize("name", CHAPTERS)
def test_the_stub_is_folded_in_the_solutions_and_open_in_the_exercises(book, name):
    folded = re.compile(r'<details class="long"><summary>The stub of the exercise')
    exercise, solved = (
        (book / part / f"{name}.html").read_text("utf-8") for part in ("exercises", "solutions")
    )
    stubs = exercise.count('"ne">NotImplementedError')
    assert stubs and not folded.search(exercise) and len(folded.findall(solved)) == stubs


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_offers_its_notebook_and_its_exercises(book, name):
    chapter, exercise = (parsed(book / folder / f"{name}.html") for folder in ("chapters", "exercises"))
    for page, folder in ((chapter, "chapters"), (exercise, "exercises")):
        (download,) = [a for a in page.all("a") if "download" in a]
        assert page.target(download["href"])[0] == (book / "_sources" / folder / f"{name}.ipynb").resolve()
    line = chapter.path.read_text(encoding="utf-8").split('class="page-links"')[1].split("</p>")[0]
    assert f'href="../exercises/{name}.html"' in line and "Do the exercises" in line


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_carries_the_colours_of_its_parameters(book, name):
    html = (book / "chapters" / f"{name}.html").read_text(encoding="utf-8")
    letters = set(re.findall(r'<mi(?: class="(\w+)")?>([wWbg])</mi>', html))  # pairs of class and letter
    assert letters <= {("weight", "w"), ("weight", "W"), ("bias", "b"), ("gradient", "g")}
    formulas = re.findall(r'alttext="([^"]*)"', html)
    assert bool(letters) == any(re.search(r"(?<![A-Za-z])[wWbg](?![A-Za-z])", text) for text in formulas)
    for drawing in re.findall(r'<svg class="plot".*?</svg>', html, re.S):
        assert not re.findall(r"#(?:0072b2|d55e00|009e73|24292f|ffffff)", drawing, re.I)
