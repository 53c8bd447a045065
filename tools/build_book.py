"""Execute the notebooks that changed and put the pages together, as far as that is not done already."""

import importlib
import json
import os
import shutil
import sys
import threading
from pathlib import Path

from dependencies import digests
from fingerprints import inputs
from warm_kernels import warm_up

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "_build"
HTML = BUILD / "html"
DOCTREES = BUILD / ".doctrees"
CACHE = BUILD / "outputs"
STATE = BUILD / "state.json"
NO_PAGES = [".*", "**/.*", "*.md", "*.egg-info", "_build", "helpers", "tests", "tools"]


def import_sphinx():
    """Import what Sphinx will load; matplotlib, because our own pieces read the colours of the figures."""
    for name in ("jupyter_book.sphinx", "myst_nb.sphinx_ext", "sphinx_book_theme", "matplotlib.pyplot"):
        importlib.import_module(name)


def build_pages(fresh):
    """Let jupyter-book turn sources and cached outputs into HTML; return True when it had nothing to say."""
    from jupyter_book.sphinx import build_sphinx

    result = build_sphinx(
        ROOT,
        HTML,
        noconfig=True,
        path_config=ROOT / "_config.yml",
        confoverrides={
            "external_toc_path": str(ROOT / "_toc.yml"),
            # Pages only: Sphinx would read the documents of packages in .venv too.
            "external_toc_exclude_missing": False,
            "exclude_patterns": NO_PAGES,
            "latex_individualpages": False,
            "nitpicky": True,
            "nb_execution_mode": "cache",
            "nb_execution_cache_path": str(CACHE),
        },
        builder="html",
        freshenv=fresh,
        warningiserror=True,
        keep_going=True,
        quiet=True,
    )
    return result == 0


def missing_pages(notebooks):
    """Return what should be a page and is none: every entry of the table of contents, and every notebook."""
    from sphinx_external_toc.parsing import parse_toc_yaml

    expected = {Path(name).with_suffix("").as_posix() for name in parse_toc_yaml(ROOT / "_toc.yml")}
    expected |= {Path(path).with_suffix("").as_posix() for path in notebooks}
    return sorted(name for name in expected if not (HTML / f"{name}.html").is_file())


def warm_up_for(changed):
    """Start the process that kernels are forked from, ahead of our own imports: both take a while."""
    # To import torch there, once, pays from the second notebook on that uses it.
    with_torch = sum("import torch" in Path(name).read_text(encoding="utf-8") for name in changed)
    if changed:
        warm_up(*["torch"] * (with_torch > 1))


def make(wanted, known, done):
    """Execute and build what differs between two states; return a text that says what went wrong.

    done: a dict that gets {path: whether its outputs are there} of each notebook, and is kept up to date.
    """
    # jsonschema would compile a grammar for web addresses: a second, for a check that nothing here needs.
    sys.modules["rfc3987_syntax"] = None
    digests = wanted["notebooks"]
    changed = [path for path in digests if digests[path] != known["notebooks"].get(path)]
    warm_up_for(changed)
    import IPython  # noqa: F401  both sides import it, and two threads at once would trip over each other
    from execute import execute

    ahead = threading.Thread(target=import_sphinx, daemon=True)  # a second's work, done while kernels compute
    ahead.start()
    if failures := execute(digests, CACHE, BUILD / "seconds.json", done):
        return "\n\n".join(failures)
    ahead.join()
    fresh = known["frame"] != wanted["frame"]
    if fresh:
        shutil.rmtree(HTML, ignore_errors=True)
    for path in changed:  # Sphinx looks at the notebook alone, and would not see that its outputs are new
        (DOCTREES / path).with_suffix(".doctree").unlink(missing_ok=True)
    if not build_pages(fresh):
        return "The book was not built: what is wrong stands above."
    missing = missing_pages(digests)
    return f"These pages are missing: {', '.join(missing)}" if missing else ""


def build(force, done):
    """Build what needs to be built, and say where it is; return the exit status."""
    os.chdir(ROOT)
    known = {"files": {}, "notebooks": {}, "frame": ""}
    if force:
        shutil.rmtree(CACHE, ignore_errors=True)
    elif STATE.exists() and (HTML / "index.html").exists():
        known = json.loads(STATE.read_text())
    files = inputs(ROOT)
    if known["files"] == files:
        print("Nothing has changed.")
    else:
        STATE.unlink(missing_ok=True)  # after a failed build the next one must not trust what is there
        wanted = {"files": files} | digests(files, ROOT)
        if problem := make(wanted, known, done):
            print(problem, file=sys.stderr)
            return 1
        STATE.write_text(json.dumps(wanted))
    print(f"The book: {(HTML / 'index.html').as_uri()}")
    return 0
