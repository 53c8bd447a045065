"""Promise: every page leads to its own source on GitHub, where a setting says which; without it to nothing.

The pages are those of a small book, made by the script of `make book` from the course's own configuration.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import yaml
from book_links import read_repository
from browser import watched
from nbformat import write
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from sphinx.errors import ConfigError
from visible import none_seen, seen, show, unseen

ROOT = Path(__file__).parents[2]
GITHUB = "https://github.com/someone/a.course"
PAGES = {
    "chapters/welcome": "Welcome",
    "chapters/01_one": "1 · One & two",
    "exercises/01_one": "Exercises 01 · One & two",
    "solutions/01_one": "Solutions 01 · One & two",
    "chapters/text": "Only text",
}
WITHOUT_ADDRESS = "No address is set."
CONTENTS = """\
format: jb-book
root: chapters/welcome
chapters:
- file: chapters/01_one
  sections: [{file: exercises/01_one}, {file: solutions/01_one}]
- file: chapters/text
"""


def source(page):
    return f"{page}.md" if page.endswith("text") else f"{page}.ipynb"


def small_course(folder, repository):
    """Write a course of five pages into a folder, with the course's tools and its settings."""
    shutil.copytree(ROOT / "tools", folder / "tools")
    settings = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    settings["repository"] |= repository
    (folder / "_config.yml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    (folder / "_toc.yml").write_text(CONTENTS)
    (folder / "helpers").mkdir()
    for page, title in PAGES.items():
        path = folder / source(page)
        path.parent.mkdir(exist_ok=True)
        text = f"# {title}\n\nThis page has a sentence that is long enough to describe it."
        if path.suffix == ".md":
            text += f"\n\n```{{course-links}}\n{WITHOUT_ADDRESS}\n```\n"
            path.write_text(text, encoding="utf-8")
            continue
        cells = [new_markdown_cell(text, id="title"), new_code_cell("1 + 1", id="sum")]
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
    (folder / "chapters" / "references.bib").touch()
    return folder


def build(folder, address=None):
    """Build a small course; return the finished process. address: what BOOK_REPOSITORY says."""
    env = {name: value for name, value in os.environ.items() if name not in ("BOOK_REPOSITORY", "BOOK_URL")}
    env |= {} if address is None else {"BOOK_REPOSITORY": address}
    command = [sys.executable, folder / "tools" / "book.py"]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=300)


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """The small course as ours is: without an address."""
    folder = small_course(tmp_path_factory.mktemp("plain"), {})
    run = build(folder)
    assert run.returncode == 0, run.stderr
    return folder


@pytest.fixture(scope="module", params=["setting", "environment"])
def linked(request, tmp_path_factory):
    """The small course with an address and the branch "next/one": in _config.yml, and in the environment."""
    given = {"branch": "next/one"} | ({"url": GITHUB} if request.param == "setting" else {})
    folder = small_course(tmp_path_factory.mktemp(request.param), given)
    run = build(folder, None if request.param == "setting" else f"{GITHUB}.git")
    assert run.returncode == 0, run.stderr
    return folder


def opened(chrome, folder, page):
    return watched(chrome, (folder / "_build" / "html" / f"{page}.html").as_uri())


@pytest.mark.parametrize("page", PAGES)
def test_without_an_address_no_link_leads_there(chrome, plain, page):
    with opened(chrome, plain, page) as at:
        wanted = at.page.locator("main a[href*='github'], main a[href*='colab'], main a[href*='binder']")
        assert wanted.count() == 0
        for name in ("Colab", "Binder", "mistake", "Edit"):
            assert at.page.locator("main").get_by_text(name).count() == 0


@pytest.mark.parametrize("page", PAGES)
def test_each_page_leads_to_its_own_source(chrome, linked, page):
    path = source(page)
    with opened(chrome, linked, page) as at:
        links = {
            each.inner_text(): each.get_attribute("href") for each in at.page.locator(".page-links a").all()
        }
        runs = [links.get("Open in Colab"), links.get("Open in Binder")]
        if path.endswith(".ipynb"):
            assert runs == [
                f"https://colab.research.google.com/github/someone/a.course/blob/next/one/{path}",
                f"https://mybinder.org/v2/gh/someone/a.course/next%2Fone?urlpath=lab/tree/{path}",
            ]
        else:
            assert runs == [None, None]
        master = path.replace("exercises/", "solutions/")  # the exercises are made from them
        assert links["Edit this page"] == f"{GITHUB}/edit/next/one/{master}"
        form = urlsplit(links["Report a mistake on this page"])
        assert f"https://{form.netloc}{form.path}" == f"{GITHUB}/issues/new"
        assert parse_qs(form.query) == {
            "template": ["wrong-sentence.yml"],
            "title": [f"Wrong: {PAGES[page]}"],
            "page": [path],
        }
        assert (linked / unquote(links["Edit this page"].partition("/next/one/")[2])).is_file()
        for how, width in (("light", 1280), ("dark", 1280), ("light", 390)):
            show(at.page, how, width)
            assert unseen(at.page.locator(".page-links a")) == []
        show(at.page, "paper", 794)
        assert none_seen(at.page.locator(".page-links a"))


def test_what_brings_the_course_to_a_class(chrome, plain, linked):
    """With an address a link to Binder and one for nbgitpuller, otherwise the sentence that says so."""
    with opened(chrome, plain, "chapters/text") as at:
        assert seen(at.page.locator("main").get_by_text(WITHOUT_ADDRESS)) == [WITHOUT_ADDRESS]
    with opened(chrome, linked, "chapters/text") as at:
        binder = at.page.locator("main").get_by_role("link", name="Open in Binder")
        welcome = "chapters/welcome.ipynb"
        wanted = f"https://mybinder.org/v2/gh/someone/a.course/next%2Fone?urlpath=lab/tree/{welcome}"
        assert binder.get_attribute("href") == wanted
        pull = urlsplit(at.page.locator("main pre").inner_text())
        assert (pull.netloc, pull.path) == ("HUB", "/hub/user-redirect/git-pull")
        opens = {"urlpath": [f"lab/tree/a.course/{welcome}"]}
        assert parse_qs(pull.query) == {"repo": [GITHUB], "branch": ["next/one"]} | opens
        for how, width in (("light", 1280), ("dark", 1280), ("light", 390)):
            show(at.page, how, width)
            assert unseen(at.page.locator("main pre")) == []
        assert at.page.get_by_text(WITHOUT_ADDRESS).count() == 0


def test_the_links_are_reached_by_the_keyboard_and_by_a_thumb(chrome, linked):
    with opened(chrome, linked, "chapters/01_one") as at:
        show(at.page, "light", 390)
        wanted = set(seen(at.page.locator(".page-links a")))
        reached = set()
        for _ in range(40):
            at.page.keyboard.press("Tab")
            reached.add(at.page.evaluate("document.activeElement.textContent.trim()"))
        assert len(wanted) == 6 and wanted <= reached
        boxes = [each.bounding_box() for each in at.page.locator(".page-links a").all()]
        assert min(box["height"] for box in boxes) >= 24  # the least that WCAG 2.2 asks of a target


def test_an_address_of_another_form_stops_the_build_with_a_sentence(tmp_path):
    run = build(small_course(tmp_path, {}), "https://gitlab.com/someone/course")
    assert run.returncode == 1 and "Traceback" not in run.stderr
    said = (
        "repository is 'https://gitlab.com/someone/course', and has to be like https://github.com/OWNER/NAME"
    )
    assert said in run.stderr


@pytest.mark.parametrize("address", ["github.com/someone/course", f"{GITHUB}/x", "https://github.com/x", " "])
def test_only_whole_addresses_are_taken(tmp_path, monkeypatch, address):
    (tmp_path / "_config.yml").write_text("repository: {}")
    monkeypatch.setenv("BOOK_REPOSITORY", address)
    with pytest.raises(ConfigError, match="has to be like"):
        read_repository(SimpleNamespace(srcdir=tmp_path), SimpleNamespace())


def test_another_address_makes_every_page_again(tmp_path, monkeypatch):
    from dependencies import digests
    from fingerprints import inputs

    folder = small_course(tmp_path, {})
    frames = []
    for address in ("", GITHUB):
        monkeypatch.setenv("BOOK_REPOSITORY", address)
        frames.append(digests(inputs(folder), folder)["frame"])
    assert frames[0] != frames[1]


def test_the_published_book_knows_where_it_comes_from():
    steps = yaml.safe_load((ROOT / ".github/workflows/publish.yml").read_text())["jobs"]["build"]["steps"]
    (given,) = [step["env"] for step in steps if step.get("run") == "make book"]
    assert given["BOOK_REPOSITORY"] == "${{ github.server_url }}/${{ github.repository }}"
