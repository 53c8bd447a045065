"""Promises about the book to take along: a zip, an EPUB and a PDF, each opened by a program that reads it.

The line is that of the Makefile, on six pages of the built book. What it leaves out: the text of the pages,
which the other tests of this folder read.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import offline
import pikepdf
import pypdfium2
import pytest
import yaml
from browser import NO_JAVA, watched
from offline_pages import contents, read_pages
from offline_zip import write_zip

import helpers

ROOT = Path(__file__).parents[2]
TOC = """\
root: chapters/welcome
parts:
- caption: Part I · One neuron
  chapters:
  - file: chapters/01_neuron
    sections:
    - {file: exercises/01_neuron, title: Exercises}
    - {file: solutions/01_neuron, title: Solutions}
- caption: Part III · Language
  chapters:
  - file: chapters/09_attention
- caption: Around the course
  chapters:
  - file: chapters/claims
"""
ORDER = ("welcome", "01_neuron", "09_attention", "claims", "exercises/01_neuron", "solutions/01_neuron")
PAGES = [name if "/" in name else f"chapters/{name}" for name in ORDER]
TITLES = {
    "chapters/welcome": "Every Knob",
    "chapters/01_neuron": "1 · One neuron",
    "chapters/09_attention": "9 · Attention",
    "chapters/claims": "Often said, and tested",
    "exercises/01_neuron": "Exercises 01 · One neuron",
    "solutions/01_neuron": "Solutions 01 · One neuron",
}
MAKE = ["make", "offline", f"PY={sys.executable}", "-o", "book", "-o", ".venv/installed"]
pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="needs make")


@pytest.fixture(scope="module")
def course(book, tmp_path_factory):
    """Six pages of the built book, and what is needed to make their zip, EPUB and PDF."""
    folder = tmp_path_factory.mktemp("course")
    shutil.copytree(ROOT / "tools", folder / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Makefile", "_config.yml", "CITATION.cff"):
        shutil.copy(ROOT / name, folder)
    (folder / "_toc.yml").write_text(TOC, encoding="utf-8")
    html = folder / "_build" / "html"
    shutil.copytree(book / "_static", html / "_static")
    for name in ("index", *PAGES):
        (html / name).parent.mkdir(exist_ok=True)
        shutil.copy(book / f"{name}.html", html / f"{name}.html")
    return folder


@pytest.fixture(scope="module")
def made(course, chrome):
    """The folder of the three files, made by `make offline`; and Chromium is there, or this is skipped."""
    run = subprocess.run(MAKE, cwd=course, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stderr
    said = re.findall(r"^ *(\d+\.\d) MB  _build/offline/(\S+)$", run.stdout, re.MULTILINE)
    folder = course / "_build" / "offline"
    sizes = {path.name: f"{path.stat().st_size / 1e6:.1f}" for path in folder.iterdir()}
    assert {name: size for size, name in said} == sizes
    assert list(sizes) and set(sizes) == {"every-knob.zip", "every-knob.epub", "every-knob.pdf"}
    assert (offline.NO_JAVA in run.stderr) == (not shutil.which("java"))
    return folder


@pytest.fixture(scope="module")
def unpacked(made, tmp_path_factory):
    """The folder in which the zip and the EPUB are unpacked, as `zip` and `epub`."""
    folder = tmp_path_factory.mktemp("unpacked")
    for kind in ("zip", "epub"):
        with zipfile.ZipFile(made / f"every-knob.{kind}") as packed:
            packed.extractall(folder / kind)
    return folder


# The zip.


def test_the_zip_opens_from_a_file_and_its_widgets_move(chrome, unpacked):
    (top,) = (unpacked / "zip").iterdir()
    assert top.name == f"every-knob-{helpers.__version__}"
    with watched(chrome, (top / "index.html").as_uri(), java_script_enabled=False) as at:
        at.page.wait_for_url("**/chapters/welcome.html")  # forwarded, and without a script
    with watched(chrome, at.page.url) as at:
        at.page.get_by_role("link", name="1 · One neuron").first.click()
        at.page.wait_for_url("**/chapters/01_neuron.html")
        widget = at.page.locator("[data-explorable=neuron]").first
        before = widget.inner_text()
        widget.get_by_role("slider").first.press("End")
        assert widget.inner_text() != before
        assert at.left == [] and at.errors == []
        assert all(each.startswith(top.as_uri()) for each in at.requests)


def test_the_same_book_gives_the_same_zip(course, made, tmp_path):
    top = f"every-knob-{helpers.__version__}"
    write_zip(tmp_path / "again.zip", course / "_build" / "html", top, offline.about()["date"])
    assert (tmp_path / "again.zip").read_bytes() == (made / "every-knob.zip").read_bytes()


# The EPUB.


@pytest.fixture
def needs_java():
    if not shutil.which("java"):
        say = pytest.fail if os.environ.get("EVERY_KNOB_BROWSER") == "required" else pytest.skip
        say(NO_JAVA)


def test_epubcheck_read_the_epub_and_would_have_seen_a_picture_that_is_missing(made, needs_java, tmp_path):
    """With Java `make offline` fails where epubcheck has something to say, and `made` did not fail."""
    missing, less = "chapters-01_neuron-1.png", tmp_path / "less.epub"
    with zipfile.ZipFile(made / "every-knob.epub") as whole, zipfile.ZipFile(less, "w") as packed:
        for each in whole.infolist():
            if not re.search(rf"{missing}|(exercises|solutions)/|claims|attention", each.filename):
                packed.writestr(each, whole.read(each))
    assert any(missing in fault for fault in offline.faults(less))


SHOWN = """() => {
  const seen = (each) => each.getBoundingClientRect().width > 0 && each.getBoundingClientRect().height > 0;
  const all = (what) => [...document.querySelectorAll(what)];
  return {
    broken: all("parsererror").length,
    title: document.querySelector("h1")?.textContent.trim(),
    pictures: all("img").map((each) => [seen(each) && each.naturalWidth > 0, each.alt]),
    figures: all("svg.plot").map((each) => [seen(each), each.getAttribute("aria-label")]),
    variables: all("[style*='var(']").length,
    formulas: all("math").filter((each) => seen(each) && each.namespaceURI.endsWith("MathML")).length,
    pressed: all("script, form, button, input, select, textarea, iframe").length,
    verdicts: all(".often-said .verdict").map(seen),
    questions: all(".foretell > p:first-child").map((each) => seen(each) && each.textContent.includes("?")),
  links: all("a[href]").map((each) => each.href),
    wide: document.documentElement.scrollWidth - innerWidth,
  };
}"""


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("width", [390, 900])
def test_a_strict_reader_shows_every_chapter_of_the_epub(chrome, unpacked, book, page, width):
    top = unpacked / "epub" / "book"
    with watched(
        chrome,
        (top / f"{page}.xhtml").as_uri(),
        viewport={"width": width, "height": 800},
        color_scheme="dark",
    ) as at:
        shown = at.page.evaluate(SHOWN)
        assert at.left == [] and at.errors == []
    html = (book / f"{page}.html").read_text(encoding="utf-8")
    assert shown["broken"] == shown["pressed"] == shown["variables"] == 0 and shown["title"] == TITLES[page]
    assert len(shown["pictures"]) == html.count('<div class="explorable"')
    assert len(shown["figures"]) == html.count('class="plot"')
    for seen, words in shown["pictures"] + shown["figures"]:
        assert seen and len(words.split()) >= 4
    assert shown["formulas"] == len(re.findall("<math ", html.partition("<article")[2]))
    assert all(shown["verdicts"]) and len(shown["verdicts"]) == html.count('<aside class="often-said"')
    assert all(shown["questions"]) and len(shown["questions"]) == html.count('<section class="foretell"')
    assert shown["wide"] <= 0
    inside = [link for link in shown["links"] if not link.startswith("https://")]
    assert inside or page.startswith("chapters/claims")
    for link in inside:
        path, _, anchor = link.removeprefix(top.as_uri() + "/").partition("#")
        text = (top / path).read_text(encoding="utf-8")
        assert not anchor or f'id="{anchor}"' in text, link


def test_the_contents_of_the_epub_are_the_parts_with_the_solutions_last(chrome, unpacked):
    with watched(chrome, (unpacked / "epub" / "book" / "nav.xhtml").as_uri()) as at:
        parts = at.page.locator("nav > ol > li > span").all_inner_texts()
        links = at.page.locator("nav a")
        assert parts == [
            "Part I · One neuron",
            "Part III · Language",
            "Around the course",
            "Exercises",
            "Solutions",
        ]
        assert links.all_inner_texts() == [TITLES[page] for page in PAGES]
        links.nth(1).click()
        assert at.page.url.endswith("/chapters/01_neuron.xhtml")


# The PDF.


@pytest.fixture(scope="module")
def paper(made):
    with pypdfium2.PdfDocument(made / "every-knob.pdf") as pdf:
        yield pdf


def text(pdf, number):
    """Return the text of a page, counted from 1."""
    return " ".join(pdf[number - 1].get_textpage().get_text_range().split())


def outline(pdf, level):
    """Return [(title, number of its page)] of one level of the outline."""
    entries = [each for each in pdf.get_toc() if each.level == level]
    return [(each.get_title(), each.get_dest().get_index() + 1) for each in entries]


def test_the_outline_is_the_parts_and_their_pages_with_the_solutions_last(paper):
    assert [title for title, _ in outline(paper, 0)] == [
        "Every Knob",
        "Part I · One neuron",
        "Part III · Language",
        "Around the course",
        "Exercises",
        "Solutions",
    ]
    pages = outline(paper, 1)
    assert [title for title, _ in pages] == ["Contents", *(TITLES[page] for page in PAGES)]
    numbers = [number for _, number in pages]
    assert numbers == sorted(numbers) and len(set(numbers)) == len(numbers)


def test_every_page_of_paper_says_where_it_is(paper):
    """At the foot the title of the page and its number; on the first page of each, its heading."""
    begins = outline(paper, 1)[1:]
    for (title, number), (_, after) in zip(begins, [*begins[1:], ("", len(paper) + 1)], strict=True):
        assert title in text(paper, number).replace(f"{title} {number}", "", 1)
        inside = [text(paper, each) for each in range(number, after)]
        feet = [f"{title} {each}" in said for each, said in enumerate(inside, number)]
        assert all(feet[:-1]) and (feet[-1] or inside[-1])  # the last may be the page of the next part
        assert f"{title} {number}" in text(paper, 2)  # the list of contents


def test_paper_is_a4_and_holds_text_figures_and_pictures(paper):
    assert {tuple(round(side) for side in page.get_size()) for page in paper} == {(595, 842)}
    begins = dict(outline(paper, 1))
    first, last = begins["1 · One neuron"], begins["9 · Attention"]
    chapter = " ".join(text(paper, number) for number in range(first, last))
    assert "Without a bias a neuron cannot price a taxi ride." in chapter
    assert "This picture moves in the zip of the book: chapters/01_neuron.html." in chapter
    assert "relu(x + 3)" in chapter  # in a figure: its letters are letters
    assert "holds with a condition" in chapter  # a verdict
    assert "The answers are 2, 4, 6, 8 and 10" in chapter  # a fold
    pictures = [each for n in range(first - 1, last - 1) for each in paper[n].get_objects([3])]
    assert len(pictures) == 1  # pypdfium2 counts images as 3; the figures are drawings


def test_a_page_of_paper_is_drawn_in_the_colours_of_the_book(paper):
    number = dict(outline(paper, 1))["1 · One neuron"]
    drawn = paper[number - 1].render(scale=1).to_pil().convert("RGB")
    colours = dict(map(reversed, drawn.getcolors(1 << 20)))
    dark = sum(count for colour, count in colours.items() if max(colour) < 100)
    assert 0.005 < dark / (drawn.width * drawn.height) < 0.5
    assert any(b > 150 and r < 60 for r, _, b in colours) and any(r > 150 and b < 60 for r, _, b in colours)


def test_links_on_paper_lead_to_the_page_that_they_name(made):
    with pikepdf.open(made / "every-knob.pdf") as pdf:
        names = pikepdf.NameTree(pdf.Root.Names.Dests) if "/Names" in pdf.Root else pdf.Root.Dests
        with pdf.open_outline() as entries:
            begins = [
                pikepdf.Page(each.destination[0]).index for top in entries.root for each in top.children
            ]
        leads = []
        for link in pdf.pages[1].obj.Annots:
            where = link.Dest if "/Dest" in link else link.A.D
            where = where if isinstance(where, pikepdf.Array) else names[str(where)]
            leads.append(pikepdf.Page(where[0]).index)
        assert leads == begins[1:]
        files = [link for page in pdf.pages for link in page.obj.get("/Annots", []) if "/A" in link]
        assert not [link for link in files if "/URI" in link.A and str(link.A.URI).startswith("file:")]


# What the pages say, and what stops the making.


def test_where_the_book_is_published_a_picture_leads_there(chrome, course, tmp_path):
    parts = [("", ["chapters/01_neuron"])]
    html = course / "_build" / "html"
    (page,) = read_pages(chrome, html, parts, tmp_path, "https://example.org/book/")
    address = "https://example.org/book/chapters/01_neuron.html"
    for kind in ("epub", "paper"):
        assert f'<a href="{address}">{address}</a>' in page.text[kind]


def test_every_page_of_the_course_is_taken_along():
    names = [name for _, pages in contents() for name in pages]
    sources = [path for kind in ("chapters", "exercises", "solutions") for path in (ROOT / kind).glob("*.*")]
    pages = {path.relative_to(ROOT).with_suffix("").as_posix() for path in sources if path.suffix != ".bib"}
    assert len(names) == len(set(names)) and set(names) == pages
    assert [name.partition("/")[0] for name in names] == sorted(name.partition("/")[0] for name in names)


def small(course, tmp_path):
    """Return a copy of the course with an older `_build/offline`."""
    folder = tmp_path / "course"
    shutil.copytree(course, folder, ignore=shutil.ignore_patterns("offline"), symlinks=True)
    (folder / "_build" / "offline").mkdir()
    (folder / "_build" / "offline" / "every-knob.pdf").write_text("as before")
    return folder


def nothing_happened(folder):
    assert [path.name for path in sorted((folder / "_build").iterdir())] == ["html", "offline"]
    assert (folder / "_build" / "offline" / "every-knob.pdf").read_text() == "as before"
    return True


def test_ctrl_c_says_one_sentence_and_changes_nothing(course, tmp_path):
    folder = small(course, tmp_path)
    running = subprocess.Popen(
        [sys.executable, "tools/offline.py"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    for _ in range(600):
        if list((folder / "_build").glob("offline-*/every-knob.zip")):
            break
        time.sleep(0.05)
    os.killpg(running.pid, signal.SIGINT)
    assert running.communicate(timeout=60)[1] == f"Stopped. {offline.NOTHING}\n"
    assert running.returncode == 130 and nothing_happened(folder)


def run(folder, change, **environment):
    """Run the script in a folder after a change of its module; return what it says on stderr."""
    code = f"import sys; sys.path.insert(0, 'tools'); import errno, offline; {change}; offline.main()"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    return done.stderr


def test_a_full_disk_says_one_sentence_and_changes_nothing(course, tmp_path):
    folder = small(course, tmp_path)
    full = "(_ for _ in ()).throw(OSError(errno.ENOSPC, 'No space left on device'))"
    said = run(folder, f"import offline_zip; offline_zip.pack = lambda *_: {full}")
    assert said == f"{offline.NOTHING} (No space left on device)\n" and nothing_happened(folder)


def test_without_a_browser_one_sentence_says_how_to_get_one(course, tmp_path):
    folder = small(course, tmp_path)
    said = run(folder, "offline.BROWSERS = ()", PLAYWRIGHT_BROWSERS_PATH=str(tmp_path))
    assert said == f"{offline.NO_BROWSER}\n" and nothing_happened(folder)


def test_without_a_built_book_one_sentence_says_what_comes_first(course, tmp_path):
    shutil.copytree(course / "tools", tmp_path / "tools")
    assert run(tmp_path, "pass") == f"{offline.NO_BOOK}\n"


def test_the_published_book_has_the_three_files_beside_it():
    steps = yaml.safe_load((ROOT / ".github/workflows/publish.yml").read_text())["jobs"]["build"]["steps"]
    book, made = (next(s for s in steps if s.get("run") == f"make {what}") for what in ("book", "offline"))
    assert made["env"] == book["env"]
    order = [step.get("run") or step["uses"].partition("@")[0] for step in steps]
    wanted = ["make book", "make offline", "cp -r _build/offline _build/html/offline"]
    at = order.index(wanted[0])
    assert order[at : at + 4] == [*wanted, "actions/upload-pages-artifact"]
    layout = (ROOT / "tools" / "theme" / "templates" / "layout.html").read_text(encoding="utf-8")
    assert '{{ site_url }}offline/every-knob.{{ kind }}"' in layout
