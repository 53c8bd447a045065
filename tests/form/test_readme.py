"""Promises of the README: a reader comes first, links lead on, its table says what the chapters say.

Those of CONTRIBUTING.md, of the same kind, are here too.
"""

import re
from pathlib import Path

import nbformat
import pytest
import yaml
from notebook_rules import TOOL_PAGES, chapters
from PIL import Image

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
PARTS = [
    part
    for part in yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))["parts"]
    if part["caption"].startswith("Part ")
]
CHAPTERS = [path.stem for path in chapters()]
LINK = re.compile(r"(?<!!)\[([^]]+)\]\(([^)]+)\)")
# Pages of GitHub that belong to the repository: it resolves these from wherever the repository lies.
ON_GITHUB = {"../../deployments", "../../issues/new/choose"}


def anchors(text):
    """Return the anchors that GitHub gives to the headings of a page."""
    heads = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {"#" + re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_lead_somewhere(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    links = [link for _, link in LINK.findall(text) if not link.startswith("https://")]
    nowhere = [link for link in links if not (ROOT / link).exists() and link not in anchors(text) | ON_GITHUB]
    assert nowhere == []


def first_links(text):
    """Return the links of the README's first line of links, as {what it says: address}."""
    line = next(line for line in text.splitlines() if line.startswith("**["))
    return dict(LINK.findall(line))


def addresses(config):
    """Return the addresses of the book and of its repository that `_config.yml` sets, or ""."""
    repository = config.get("repository") or {}
    return config["html"]["baseurl"], repository.get("url", "")


def wrong_addresses(text, config):
    """Return what is wrong about the addresses in the README, a sentence each.

    A text cannot look a setting up, so it repeats it. Where no book is published, *Read it* leads to the
    section that says how to find one; where no repository is named, the line with `git clone` says ADDRESS.
    """
    book, repository = addresses(config)
    read, clone = first_links(text)["Read it"], re.search(r"^git clone (\S+) ", text, re.MULTILINE)[1]
    pairs = {"Read it": (read, book or "#read-it"), "git clone": (clone, repository or "ADDRESS")}
    return [f"{name}: {has}, but {sets} is set" for name, (has, sets) in pairs.items() if has != sets]


def test_a_reader_comes_first():
    """Read it, do an exercise, run it: before any picture, and before any command of a builder."""
    assert list(first_links(README)) == ["Read it", "Do an exercise", "Run it here"]
    assert README.index("**[Read it]") < README.index("![") < README.index("```")


def test_the_addresses_are_those_of_the_settings():
    assert wrong_addresses(README, CONFIG) == []
    published = {
        "html": {"baseurl": "https://example.org/b/"},
        "repository": {"url": "https://example.org/r"},
    }
    told = "**[Read it](https://example.org/b/)**\ngit clone https://example.org/r every-knob\n"
    assert wrong_addresses(told, published) == []
    assert len(wrong_addresses("**[Read it](#read-it)**\ngit clone ADDRESS every-knob\n", published)) == 2
    assert len(wrong_addresses(told, {"html": {"baseurl": ""}})) == 2


def first_cell(name):
    return nbformat.read(ROOT / "chapters" / f"{name}.ipynb", as_version=4).cells[0].source


def row(name):
    """Return the row of the table for a chapter, as its first cell and its place in the book ask for it."""
    cell, number = first_cell(name), int(name[:2])
    title = re.search(r"^# (.*)$", cell, re.MULTILINE)[1]
    question = re.search(r"^\*\*(.*)\*\*$", cell, re.MULTILINE)[1]
    if name in TOOL_PAGES:
        return f"| | [{title}](chapters/{name}.ipynb) | {question} | | [exercises](exercises/{name}.ipynb) |"
    parameters = re.search(r"model in hand has \*\*([\d,]+)\*\*", cell)[1]
    part = next((p["caption"] for p in PARTS if p["chapters"][0]["file"] == f"chapters/{name}"), "")
    first = f"{part.removeprefix('Part ')} ".lstrip()
    exercises = f"[exercises {number}](exercises/{name}.ipynb)"
    return f"| {first}| [{title}](chapters/{name}.ipynb) | {question} | {parameters} | {exercises} |"


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_chapter_and_its_exercises_are_linked(name):
    assert [line for line in README.splitlines() if f"(chapters/{name}.ipynb)" in line] == [row(name)]


def test_the_minutes_are_those_of_the_chapters():
    numbered = [first_cell(name) for name in CHAPTERS if name not in TOOL_PAGES]
    minutes = [sum(map(int, re.findall(r"(\d+) minutes", cell))) for cell in numbered]
    assert f"a chapter takes between {min(minutes)} and {max(minutes)} minutes" in README


def test_the_picture_is_wide_small_and_described():
    """Taken by `tools/make_picture.py`; for those who cannot see it, the alt text says what it shows."""
    (alt, path), *others = re.findall(r"!\[([^]]*)\]\(([^)]+)\)", README)
    assert others == [] and len(alt.split()) >= 20
    assert (ROOT / path).stat().st_size < 150_000 and Image.open(ROOT / path).size[0] == 1280
    assert f'/ "{Path(path).name}"' in (ROOT / "tools" / "make_picture.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("text", [README, CONTRIBUTING], ids=["README", "CONTRIBUTING"])
def test_every_command_is_one_that_make_knows(text):
    known = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    written = set(re.findall(r"^make ([a-z]+)|`make ([a-z]+)", text, re.MULTILINE))
    assert written and {first or second for first, second in written} <= known


def test_contributing_says_what_every_folder_is_for():
    paths = [path for top in ("helpers", "tests") for path in (ROOT / top).iterdir() if path.is_dir()]
    folders = {path.relative_to(ROOT).as_posix() for path in paths if path.name != "__pycache__"}
    rows = [line.split("|")[1] for line in CONTRIBUTING.splitlines() if line.startswith("| `")]
    told = {name.rstrip("/") for row in rows for name in re.findall(r"`([^`]+)`", row)}
    assert {name for name in told if "/" in name} == folders


def test_messages_under_troubleshooting_are_what_somebody_sees():
    section = README.split("## When something does not work")[1].split("\n## ")[0]
    messages = re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE)
    ours = (ROOT / "tools" / "install.sh").read_text(encoding="utf-8")
    ours += (ROOT / "helpers" / "real_models" / "smollm.py").read_text(encoding="utf-8")
    theirs = "'helpers' is not a package"  # what Python says
    assert len(messages) >= 4 and [each for each in messages if each not in ours + theirs] == []
