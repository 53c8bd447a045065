"""Promises to whoever takes the course over, cites it or reports a mistake: version, citation, changelog,
the forms of issues and what proposes newer versions.

It leaves out what runs: workflows, hooks and imports are in `test_repository`.
"""

import datetime
import json
import re
import tomllib
from pathlib import Path

import pytest
import yaml
from test_readme import addresses
from test_repository import requirements

import helpers
from helpers.claims import VERDICTS

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
    book, repository = addresses(CONFIG)
    assert (CITATION.get("url", ""), CITATION.get("repository-code", "")) == (book, repository)
    words = CITATION["keywords"]
    assert len(words) == len(set(words)) >= 5 and all(isinstance(word, str) for word in words)


FORMS = sorted(
    path for path in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml"
)


def fields(form):
    """Return {id: field} of the fields of an issue form; texts between them have no id."""
    return {field["id"]: field for field in form["body"] if field["type"] != "markdown"}


def read(name):
    return yaml.safe_load((ROOT / ".github" / name).read_text(encoding="utf-8"))


def test_there_is_a_form_for_each_kind_of_report_and_room_for_others():
    assert {path.name for path in FORMS} == {"wrong-sentence.yml", "claim.yml", "check-message.yml"}
    assert read("ISSUE_TEMPLATE/config.yml") == {"blank_issues_enabled": True}


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_form_is_one_that_github_shows(path):
    """GitHub leaves a form out if a key is missing, an id or a label comes twice, or a type is unknown."""
    form = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert set(form) == {"name", "description", "title", "body"}
    assert all(field["type"] in {"input", "textarea", "dropdown"} for field in form["body"])
    assert len(fields(form)) == len(form["body"]) and all(map(str.isalpha, fields(form)))
    labels = [field["attributes"]["label"] for field in form["body"]]
    assert len(labels) == len(set(labels))
    for field in form["body"]:
        assert set(field) == {"type", "id", "attributes", "validations"}
        assert set(field["attributes"]) <= {"label", "description", "placeholder", "render", "options"}
        assert ("options" in field["attributes"]) == (field["type"] == "dropdown")
        assert "render" not in field["attributes"] or field["type"] == "textarea"


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_every_form_asks_for_the_page_and_the_cell(path):
    """The links of the pages fill in `page`; a report without a cell cannot be tried."""
    asked = fields(yaml.safe_load(path.read_text(encoding="utf-8")))
    for name in ("page", "cell"):
        assert asked[name]["validations"] == {"required": True}
    assert (ROOT / asked["page"]["attributes"]["placeholder"]).is_file()


def test_the_forms_speak_of_what_there_is():
    """The verdicts of the ledger, and a check that stands in the notebook named above it."""
    claim, message = (fields(read(f"ISSUE_TEMPLATE/{name}.yml")) for name in ("claim", "check-message"))
    assert claim["verdict"]["attributes"]["options"] == [word for word, _ in VERDICTS.values()]
    notebook = json.loads((ROOT / message["page"]["attributes"]["placeholder"]).read_text(encoding="utf-8"))
    example = message["cell"]["attributes"]["placeholder"]
    assert any(example in "".join(cell["source"]) for cell in notebook["cells"])


def test_newer_versions_of_actions_and_of_what_we_name_are_proposed():
    config = read("dependabot.yml")
    updates = {update["package-ecosystem"]: update for update in config["updates"]}
    assert config["version"] == 2 and set(updates) == {"github-actions", "pip"}
    for update in updates.values():
        assert update["directory"] == "/" and update["schedule"]["interval"] == "monthly"
        assert [group["patterns"] for group in update["groups"].values()] == [["*"]]  # one request, not forty
    allowed = [each["dependency-name"] for each in updates["pip"]["allow"]]
    assert allowed == sorted({requirement.name for requirement in requirements()})
    assert updates["pip"]["ignore"] == [{"dependency-name": "jupyter-book", "versions": [">=2"]}]
