"""Promises to whoever takes the course over, cites it or reports a mistake: version, citation, changelog.

It leaves out what runs: workflows, hooks and imports are in `test_repository`.
"""

import datetime
import re
import tomllib
from pathlib import Path

import yaml

import helpers

ROOT = Path(__file__).parents[2]
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
RELEASE = re.compile(r"^## (\d+\.\d+\.\d+) - (\d{4}-\d\d-\d\d)$", re.MULTILINE)
# The names of the sections that Keep a Changelog knows.
KINDS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_the_version_stands_in_one_place():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "version" not in project["project"] and "version" in project["project"]["dynamic"]
    assert project["tool"]["setuptools"]["dynamic"] == {"version": {"attr": "helpers.__version__"}}
    # setuptools reads the line without an import (of numpy, say) only if it is a plain string.
    assert f'__version__ = "{helpers.__version__}"' in (ROOT / "helpers" / "__init__.py").read_text("utf-8")


def test_citation_and_changelog_name_this_version_and_its_date():
    newest = RELEASE.findall(CHANGELOG)[0]
    assert newest == (helpers.__version__, CITATION["date-released"])
    assert CITATION["version"] == helpers.__version__


def test_the_changelog_has_what_comes_next_and_its_releases_newest_first():
    heads = [line.removeprefix("## ") for line in CHANGELOG.splitlines() if line.startswith("## ")]
    releases = RELEASE.findall(CHANGELOG)
    assert heads == ["Unreleased", *(f"{version} - {date}" for version, date in releases)]
    order = [(date, [int(part) for part in version.split(".")]) for version, date in releases]
    assert order == sorted(order, reverse=True)
    kinds = {line.removeprefix("### ") for line in CHANGELOG.splitlines() if line.startswith("### ")}
    assert kinds and kinds <= KINDS
    for notes in re.split(RELEASE, CHANGELOG)[3::3]:
        assert notes.count("\n- ") >= 1, "a release without notes"


def test_the_citation_has_what_the_format_asks_for():
    """The required fields of the Citation File Format 1.2.0, and the types of those that we use."""
    assert CITATION["cff-version"] == "1.2.0" and CITATION["type"] == "software"
    for name in ("message", "title", "abstract", "version"):
        assert isinstance(CITATION[name], str) and CITATION[name]
    assert CITATION["authors"] == [{"name": CONFIG["author"]}]
    assert CITATION["title"].startswith(CONFIG["title"])
    # Quoted in the file: YAML would make a date of it, and the format asks for text.
    assert datetime.date.fromisoformat(CITATION["date-released"])
    assert CITATION["license"] in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    words = CITATION["keywords"]
    assert len(words) == len(set(words)) >= 5 and all(isinstance(word, str) for word in words)
