"""Promises about what a change executes again: the notebooks that use what has changed, and no others.

It leaves out the execution; that is in `test_build`.
"""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from dependencies import code_of, dependencies, digests
from fingerprints import inputs
from module_graph import chapters_of, needs, read_modules
from test_build import write

ROOT = Path(__file__).parents[2]
OTHERS = ("exercises", "solutions")
NOTEBOOKS = [path for folder in ("chapters", *OTHERS) for path in sorted((ROOT / folder).glob("*.ipynb"))]
CODE = {path.relative_to(ROOT).as_posix(): code_of(path) for path in NOTEBOOKS}
NOTEBOOKS = list(CODE)
EXERCISES = sorted(path.stem for path in (ROOT / "helpers/checks/exercises").glob("[a-z]*.py"))
EXPLORABLES = ast.parse((ROOT / "helpers/explorables/__init__.py").read_text(encoding="utf-8")).body
EXPLORABLES = {node.module: node.names[0].name for node in EXPLORABLES if isinstance(node, ast.ImportFrom)}

# A course in small. Each notebook says in its name what it uses.
HELPERS = {
    "__init__.py": '__version__ = "1"',
    "part/__init__.py": '"""A part."""',
    "part/first.py": "X = 1",
    "part/second.py": "def use():\n    from .first import X\n    return X",
    "part/third.py": "X = 3",
    "part/third.toml": "x = 3",
    "views/__init__.py": "from .left import Left\nfrom .right import Right as Wrong\n__all__ = ['Wrong']",
    "views/base.py": "class Base: ...",
    "views/kit.js": "// all views",
    "views/left.py": "from .base import Base\nclass Left(Base): ...",
    "views/left.js": "// left",
    "views/right.py": "from helpers.views import base\nclass Right(base.Base): ...",
    "checks/__init__.py": "from .exercises import add, multiply\nfrom .judge import check, progress",
    "checks/judge.py": "def check(id, answer): ...\ndef progress(chapter=None): ...",
    "checks/exercises/__init__.py": "",
    "checks/exercises/add.py": "from ..judge import chapter\nchapter('add', '01')",
    "checks/exercises/multiply.py": "from ..judge import chapter\nchapter('multiply', '02')",
    "claims/__init__.py": "def claims(): ...\ndef often_said(id): ...",
    "claims/claims.toml": 'a = "A"\n[[claim]]\nid = "one"\nwhy = "1"\n[[claim]]\nid = "two"\nwhy = "2"',
    "studying/__init__.py": "",
    "studying/foretold.py": "def foretell(id): ...\ndef came_true(id, *found): ...",
    "studying/predictions/one.toml": '[first]\nask = "1?"',
    "studying/predictions/two.toml": '[second]\nask = "2?"',
}
USES = {
    "nothing": "1 + 1",
    "second": "from helpers.part.second import use",
    "third": "import helpers.part.third as third",
    "left": "from helpers.views import Left",
    "right": "from helpers.views import Wrong",
    "views": "from helpers import views",
    "unknown": "from helpers.views import Nobody",
    "add": "from helpers.checks import check, progress\ncheck('add.one', 1)\nprogress('add')",
    "multiply": "from helpers.checks import check\ncheck('multiply.one', 1)",
    "progress": "from helpers.checks import progress\nprogress()",
    "alias": "from helpers.checks import check as tell\ntell('add.one', 1)",
    "computed": "from helpers.checks import check\nfor id in ('add.one',):\n    check(id, 1)",
    "handed": "from helpers.checks import check\nlist(map(check, ['add.one'], [1]))",
    "one": "from helpers.claims import often_said\noften_said('one')",
    "ledger": "from helpers.claims import claims\nclaims()",
    "foretells": "from helpers.studying.foretold import foretell\nforetell('first')",
    "all": "from helpers.studying.foretold import predictions",
    "magic": "%matplotlib inline",
    "picture": "open('images/picture.png')",
}
ALL_EXERCISES = {"progress", "alias", "computed", "handed", "magic"}


@pytest.fixture
def course(tmp_path):
    for name, text in HELPERS.items():
        (tmp_path / "helpers" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "helpers" / name).write_text(text)
    for name, code in USES.items():
        write(tmp_path / "chapters" / f"{name}.ipynb", code)
    (tmp_path / "chapters" / "text.md").write_text("# Text\n\nText.\n")
    (tmp_path / "chapters" / "images").mkdir()
    (tmp_path / "chapters" / "images" / "picture.png").write_bytes(b"old")
    (tmp_path / "tools" / "sphinx_ext").mkdir(parents=True)
    (tmp_path / "tools" / "sphinx_ext" / "piece.py").write_text("from helpers.part import first")
    return tmp_path


def digests_of(root):
    return digests(inputs(root), root)


def different(before, after):
    """Return the names of the notebooks whose digests differ."""
    assert before["notebooks"].keys() == after["notebooks"].keys()
    return {
        Path(path).stem
        for path in after["notebooks"]
        if before["notebooks"][path] != after["notebooks"][path]
    }


@pytest.mark.parametrize(
    ("file", "users"),
    {
        "__init__.py": {"magic"},
        "part/first.py": {"second", "magic"},
        "part/second.py": {"second", "magic"},
        "part/third.py": {"third", "magic"},
        "part/third.toml": {"third", "magic"},
        "views/__init__.py": {"views", "unknown", "magic"},
        "views/base.py": {"left", "right", "views", "unknown", "magic"},
        "views/kit.js": {"left", "right", "views", "unknown", "magic"},
        "views/left.py": {"left", "views", "unknown", "magic"},
        "views/left.js": {"left", "views", "unknown", "magic"},
        "views/right.py": {"right", "views", "unknown", "magic"},
        "checks/judge.py": {"add", "multiply"} | ALL_EXERCISES,
        "checks/exercises/add.py": {"add"} | ALL_EXERCISES,
        "checks/exercises/multiply.py": {"multiply"} | ALL_EXERCISES,
        "claims/__init__.py": {"one", "ledger", "magic"},
        "studying/foretold.py": {"foretells", "all", "magic"},
        "studying/predictions/one.toml": {"foretells", "all", "magic"},
        "studying/predictions/two.toml": {"all", "magic"},
    }.items(),
)
def test_a_change_in_a_helper_executes_who_uses_it(course, file, users):
    before = digests_of(course)
    with open(course / "helpers" / file, "a") as changed:
        changed.write("\n\n")
    assert different(before, digests_of(course)) == users


@pytest.mark.parametrize(
    ("old", "new", "users"),
    [
        ('why = "1"', 'why = "because"', {"one", "ledger", "magic"}),
        ('why = "2"', 'why = "because"', {"ledger", "magic"}),
        ('a = "A"', 'a = "An author"', {"one", "ledger", "magic"}),
    ],
)
def test_a_change_of_a_claim_executes_who_shows_it(course, old, new, users):
    before, ledger = digests_of(course), course / "helpers" / "claims" / "claims.toml"
    ledger.write_text(ledger.read_text().replace(old, new))
    assert different(before, digests_of(course)) == users


def test_a_change_beside_the_notebooks_executes_who_names_the_file(course):
    before = digests_of(course)
    (course / "chapters" / "images" / "picture.png").write_bytes(b"new")
    assert different(before, digests_of(course)) == {"picture"}


def test_a_change_in_prose_executes_nothing_and_makes_one_page(course):
    before, path = digests_of(course), course / "chapters" / "one.ipynb"
    notebook = json.loads(path.read_text())
    notebook["cells"][0]["source"] = ["# Title\n", "\n", "A sentence."]
    path.write_text(json.dumps(notebook))
    (course / "chapters" / "text.md").write_text("# Text\n\nOther text.\n")
    assert digests_of(course) == before and inputs(course) != before


def test_a_change_in_code_executes_one(course):
    before = digests_of(course)
    write(course / "chapters" / "nothing.ipynb", "1 + 2")
    assert different(before, digests_of(course)) == {"nothing"}
    assert digests_of(course)["frame"] == before["frame"]


@pytest.mark.parametrize("file", ["tools/new.py", "chapters/images/picture.png", "helpers/part/first.py"])
def test_what_all_pages_need_makes_all_pages(course, file):
    frame = digests_of(course)["frame"]
    (course / file).write_text("new = 1")
    assert digests_of(course)["frame"] != frame


def test_a_change_of_title_makes_every_page(course):
    frame = digests_of(course)["frame"]
    (course / "chapters" / "text.md").write_text("# Second\n\nText.\n")
    assert digests_of(course)["frame"] != frame


def test_other_versions_execute_everything(course):
    files = inputs(course)
    after = digests(files | {"installed": "others"}, course)
    assert different(digests(files, course), after) == set(USES)


# The course itself.


@pytest.fixture(scope="module")
def users():
    """{file: the notebooks that a change in it executes}."""
    files, found = inputs(ROOT), {}
    for path, (used, _) in zip(NOTEBOOKS, dependencies(map(CODE.get, NOTEBOOKS), files, ROOT), strict=True):
        for file in used:
            found.setdefault(file, set()).add(path)
    return found


@pytest.mark.parametrize("name", EXERCISES)
def test_a_changed_hint_executes_the_notebooks_that_check_it(users, name):
    module = f"helpers/checks/exercises/{name}.py"
    (key,) = chapters_of(ast.parse((ROOT / module).read_text(encoding="utf-8")))
    checking = [path for path in NOTEBOOKS if f'check("{key}.' in CODE[path]]
    assert checking and users[module] == {path for path in checking if path.startswith(OTHERS)}


def test_the_engine_of_the_checks_executes_exercises_and_no_chapter(users):
    own = {path for path in NOTEBOOKS if path.startswith(OTHERS)}
    engine = set((ROOT / "helpers" / "checks").glob("*.py"))
    for path in engine - {ROOT / "helpers/checks/__main__.py"}:  # the command line for a class
        assert users[path.relative_to(ROOT).as_posix()] == own, path


def test_a_line_of_attention_executes_the_chapters_that_use_it(users):
    changed = users["helpers/language/attention.py"]
    using = {
        path for path in NOTEBOOKS if re.search(r"language.* import .*(Attention|Transformer)", CODE[path])
    }
    assert len(using) > 3 and using <= changed
    assert all(re.match(r"chapters/(0[89]|1|2|explorables|gpu)", path) for path in changed)


@pytest.mark.parametrize("module", EXPLORABLES)
def test_a_changed_explorable_executes_who_shows_it(users, module):
    code = {name: view(name).read_text(encoding="utf-8") for name in EXPLORABLES}
    again = [name for name in code if re.search(rf"(from |explorables)\.{module} import", code[name])]
    names = "|".join(rf"\b{EXPLORABLES[name]}\b|\bexplorables\.{name}\b" for name in (module, *again))
    showing = {path for path in NOTEBOOKS if re.search(names, CODE[path])}
    assert showing and users[f"helpers/explorables/{module}.js"] == showing


def view(module):
    return ROOT / "helpers" / "explorables" / f"{module}.py"


@pytest.mark.parametrize("package", ["helpers.checks", "helpers.claims"])
def test_exercises_and_claims_are_imported_by_notebooks_only(package):
    """Were it otherwise, what a notebook names would not say which of them it shows."""
    graph = needs(read_modules(inputs(ROOT), ROOT))
    users = {name for name, needed in graph.items() if any(f"{n}.".startswith(f"{package}.") for n in needed)}
    assert {name for name in users if not f"{name}.".startswith(f"{package}.")} == set()


def test_helpers_import_by_names_that_can_be_read():
    """All but the checks: whatever way they import exercises, all exercises are known to belong to them."""
    for path in (ROOT / "helpers").rglob("*.py"):
        if "checks" not in path.parts:
            assert not re.search(r"import_module|__import__|exec\(", path.read_text(encoding="utf-8")), path


OPENED = """
import sys
opened = set()
sys.addaudithook(lambda event, args: opened.add(str(args[0])) if event == "open" else None)
exec(compile(sys.argv[1], "notebook", "exec"), {"__name__": "__main__"})
opened |= {module.__file__ for name, module in list(sys.modules.items()) if name.startswith("helpers.")}
print(*{name for name in opened if not name.endswith(".pyc")}, sep="\\n")
"""


@pytest.mark.parametrize(
    "name", ["chapters/claims", "solutions/01_neuron", "chapters/06_descent", "chapters/12"]
)
def test_no_file_that_python_opens_is_forgotten(users, name, tmp_path):
    path = next(path for path in NOTEBOOKS if path.startswith(name))
    code = CODE[path]
    if "explorables" in code:  # of which Python imports all, and others count only those that are shown
        statements = [
            node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Import | ast.ImportFrom)
        ]
        code = "\n".join(map(ast.unparse, statements))
        code = re.sub(".*explorables.*", "", code)
    run = subprocess.run(
        [sys.executable, "-c", OPENED, code],
        cwd=(ROOT / path).parent,
        env=os.environ | {"EVERY_KNOB_HOME": str(tmp_path), "MPLBACKEND": "agg"},
        capture_output=True,
        text=True,
        check=True,
    )
    opened = {Path(line) for line in run.stdout.splitlines() if line.startswith(str(ROOT / "helpers"))}
    opened = {file.relative_to(ROOT).as_posix() for file in opened}
    opened -= {name for name in opened if re.search("helpers/checks/exercises/|__init__.py$", name)}
    assert len(opened) > 1 and [file for file in opened if path not in users[file]] == []
