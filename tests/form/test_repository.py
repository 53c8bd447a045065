"""Promises about the repository itself: versions, workflows, hooks, and what an import of `helpers` costs.

It leaves out the build; that is in `test_build`.
"""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
# What a workflow may be allowed beyond reading: publishing needs both, and only its last job.
MAY_WRITE = {("publish.yml", "deploy"): {"pages": "write", "id-token": "write"}}


def pinned():
    """Return {package: version} of constraints.txt."""
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    return dict(line.lower().replace("_", "-").split("==") for line in lines if line and line[0] != "#")


def requirements():
    """Return every requirement of the project and of its extras, but for those on the project itself."""
    extras = PROJECT["optional-dependencies"].values()
    found = [Requirement(text) for group in (PROJECT["dependencies"], *extras) for text in group]
    return [requirement for requirement in found if requirement.name != PROJECT["name"]]


@pytest.mark.parametrize("requirement", requirements(), ids=lambda requirement: requirement.name)
def test_every_requirement_has_a_pinned_version_that_satisfies_it(requirement):
    assert requirement.specifier.contains(pinned()[requirement.name])


def test_constraints_pin_one_public_version_of_each_package():
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if line[:1] != "#"]
    assert lines and all(re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][0-9A-Za-z.]*", line) for line in lines)
    assert len(pinned()) == len(lines)


def test_the_hooks_use_the_pinned_versions():
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    wanted = {
        name: version for hook in hooks for name, version in map(split, hook["additional_dependencies"])
    }
    names = ("ruff", "nbstripout", "codespell", "pre-commit-hooks", "oxfmt", "oxlint")
    assert wanted == {name: pinned()[name] for name in names}


def split(pin):
    return pin.split("==")


def ignored_folders():
    """Return the folders of .gitignore: what is made on a reader's machine, and is no part of the course."""
    lines = (ROOT / ".gitignore").read_text().splitlines()
    return {line.strip("/") for line in lines if line.endswith("/")}


def text_files():
    """Yield every file of the course that is text, hidden ones too."""
    skipped = {".git", *ignored_folders()}
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if not any(fnmatch(name, each) for each in skipped)]
        paths = [Path(folder, name) for name in names if name != ".git"]
        yield from (path for path in paths if b"\0" not in path.read_bytes())


def test_files_end_with_one_line_break_and_lines_with_no_space():
    """What the hooks mend, for those who commit without them."""
    texts = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in text_files()}
    assert {"README.md", "chapters/01_neuron.ipynb", ".github/workflows/test.yml"} <= texts.keys()
    ragged = [name for name, text in texts.items() if text and text != text.rstrip() + "\n"]
    trailing = [name for name, text in texts.items() if re.search(r"[ \t]$", text, re.MULTILINE)]
    assert (ragged, trailing) == ([], [])


def spelling(folder):
    """Return what the spelling line of `make test` prints for a folder with our settings."""
    line = next(line for line in (ROOT / "Makefile").read_text().splitlines() if "codespell" in line)
    command = [sys.executable, *line.split()[1:]]
    shutil.copy(ROOT / "pyproject.toml", folder)
    return subprocess.run(command, cwd=folder, capture_output=True, text=True).stdout


WRONG, RIGHT = "wieght", "weight"  # codespell:ignore wieght


def test_spelling_is_checked_and_british_spelling_stays(tmp_path):
    (tmp_path / ".github").mkdir()
    (tmp_path / ".github" / "form.yml").write_text(f"label: a hidden {WRONG}\n")
    (tmp_path / "page.md").write_text(f"The colour of a neighbour's centre, to and fro.\nA {WRONG}.\n")
    assert sorted(spelling(tmp_path).splitlines()) == [
        f"./.github/form.yml:1: {WRONG} ==> {RIGHT}",
        f"./page.md:2: {WRONG} ==> {RIGHT}",
    ]


def test_spelling_leaves_the_reader_alone(tmp_path):
    """What is made or written on a reader's own machine is not ours to correct."""
    for name in ignored_folders():
        folder = tmp_path / name.replace("*", "name")
        folder.mkdir(parents=True)
        (folder / "answer.py").write_text(f"{WRONG} = 1\n")
    assert spelling(tmp_path) == ""


def test_there_are_workflows():
    assert {path.name for path in WORKFLOWS} == {"test.yml", "publish.yml", "weekly.yml"}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_use_official_actions_of_a_named_version(path):
    jobs = yaml.safe_load(path.read_text())["jobs"]
    uses = [step["uses"] for job in jobs.values() for step in job["steps"] if "uses" in step]
    assert uses and all(re.fullmatch(r"actions/[a-z-]+@v\d+", name) for name in uses)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_may_only_read(path):
    workflow = yaml.safe_load(path.read_text())
    assert workflow["permissions"] == {"contents": "read"}
    for name, job in workflow["jobs"].items():
        writes = {what: how for what, how in job.get("permissions", {}).items() if how != "read"}
        assert writes == MAY_WRITE.get((path.name, name), {})


def base_install():
    """Return the packages that `pip install` brings without an extra: the closure of the requirements."""
    found, todo = set(), [Requirement(text).name for text in PROJECT["dependencies"]]
    while todo:
        name = canonicalize_name(todo.pop())
        if name not in found:
            found.add(name)
            more = map(Requirement, metadata.requires(name) or [])
            todo += [r.name for r in more if r.marker is None or r.marker.evaluate({"extra": ""})]
    return found


# In the order of the story.
PARTS = ("one_neuron", "learning", "language", "real_models", "adapting", "reading", "fairness")
APPARATUS = {"checks", "claims", "explorables", "figures", "studying"}
TORCH = {"torch", "transformers", "tokenizers", "safetensors", "tqdm", "optuna"}  # what comes with an extra


def imports(path):
    """Yield (module, inside a function): every module that a file of helpers imports, by its whole name."""
    package = path.relative_to(ROOT).parent.parts
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = {n for f in ast.walk(tree) if isinstance(f, ast.FunctionDef) for n in ast.walk(f)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node in inside) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            name = ".".join([*base, *filter(None, [node.module])])
            yield name, node in inside
            yield from ((f"{name}.{alias.name}", node in inside) for alias in node.names)


def test_the_folders_of_helpers_are_the_parts_and_the_apparatus():
    folders = {path.parent.name for path in (ROOT / "helpers").glob("*/__init__.py")}
    assert folders == {*PARTS, *APPARATUS}
    files = {path.name for path in (ROOT / "helpers").glob("*.py")}
    assert files == {"__init__.py", "assertions.py", "extras.py", "sentences.py"}
    for folder in folders:
        said = ast.get_docstring(ast.parse((ROOT / "helpers" / folder / "__init__.py").read_text("utf-8")))
        assert said and said.count(".") >= 2, f"helpers/{folder} opens without two sentences on what it is"


@pytest.mark.parametrize("part", PARTS)
def test_a_part_imports_from_itself_and_earlier_parts_only(part):
    later = [f"helpers.{name}" for name in (*PARTS[PARTS.index(part) + 1 :], *sorted(APPARATUS))]
    files = sorted((ROOT / "helpers" / part).rglob("*.py"))
    forward = [(f.name, m) for f in files for m, _ in imports(f) for name in later if under(m, name)]
    assert files and forward == []


def under(module, package):
    return module == package or module.startswith(f"{package}.")


def needs_an_extra(path):
    """Tell whether an import of this file brings in torch or what comes with it."""
    return any(module.partition(".")[0] in TORCH and not inside for module, inside in imports(path))


def test_torch_comes_with_language():
    """A check, a figure or an explorable that needs it imports it where it is used."""
    parts = {f.relative_to(ROOT).parts[1] for f in (ROOT / "helpers").rglob("*.py") if needs_an_extra(f)}
    assert parts == {"adapting", "fairness", "language", "reading", "real_models"}


def test_all_other_helpers_need_the_base_install_only():
    """No other module brings in torch, or anything else that a learner without extras does not have."""
    names = sorted(
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in (ROOT / "helpers").rglob("*.py")
        if not needs_an_extra(path)
    )
    code = (
        f"import json, sys, {', '.join(names)}; print(json.dumps([n for n in sys.modules if '.' not in n]))"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    providers = metadata.packages_distributions()
    used = {
        canonicalize_name(name) for module in json.loads(run.stdout) for name in providers.get(module, [])
    }
    assert {"numpy", "matplotlib", "anywidget"} <= used
    assert used <= base_install() | {PROJECT["name"], "setuptools"}


def test_the_package_brings_what_its_modules_read():
    """Views, styles and data lie beside the modules: an installed copy without them would not work."""
    patterns = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]
    packed = {path for pattern in patterns["helpers"] for path in (ROOT / "helpers").glob(pattern)}
    beside = {p for p in (ROOT / "helpers").rglob("*") if p.is_file() and p.suffix not in {".py", ".pyc"}}
    assert beside and beside <= packed


def test_text_licence_names_its_legal_code():
    text = (ROOT / "LICENSE-TEXT").read_text()
    assert "https://creativecommons.org/licenses/by/4.0/legalcode" in text
    assert set(PROJECT["license-files"]) == {path.name for path in ROOT.glob("LICENSE*")}


IMPORTED = """
import glob, os, runpy, sys
tools, *paths = sys.argv[1:]
sys.path = [tools, *[each for each in sys.path if each not in ("", os.path.dirname(tools))]]
for path in paths:
    runpy.run_path(path, run_name="imported")
"""


def test_every_tool_that_records_starts_as_its_first_lines_say(tmp_path):
    """`python tools/make_X.py` finds the folder tools/ and what is installed, and not the folder above."""
    paths = sorted((ROOT / "tools").glob("make_*.py"))
    command = [sys.executable, "-c", IMPORTED, ROOT / "tools", *paths]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert len(paths) > 10 and ran.returncode == 0, ran.stderr
