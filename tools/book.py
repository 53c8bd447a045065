"""Build the book: execute what changed, put the pages together, say which page to open.

Usage: python tools/book.py [--force]. With --force nothing made earlier is believed: every notebook is
executed and every page is made again. Exits with 1 when a notebook fails, a page is missing or Sphinx warns.
"""

import importlib
import json
import os
import shutil
import sys
import threading
from pathlib import Path

from fingerprints import PAGES, code_digest, frame_digest, inputs
from warm_kernels import warm_up

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "_build"
HTML = BUILD / "html"
STATE = BUILD / "book.json"
NO_PAGES = [".*", "**/.*", "*.md", "*.egg-info", "_build", "my_course", "helpers", "tests", "tools"]


def import_sphinx():
    """Import what Sphinx will load; matplotlib, because our own pieces read the colours of the figures."""
    for name in ("jupyter_book.sphinx", "myst_nb.sphinx_ext", "sphinx_book_theme", "matplotlib.pyplot"):
        importlib.import_module(name)


def build_pages(cache_folder, fresh):
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
            "nb_execution_cache_path": str(cache_folder),
        },
        builder="html",
        freshenv=fresh,
        warningiserror=True,
        keep_going=True,
        quiet=True,
    )
    return result == 0


def missing_pages():
    """Return what should be a page and is none: every entry of the table of contents, and every notebook."""
    from sphinx_external_toc.parsing import parse_toc_yaml

    expected = {Path(name).with_suffix("").as_posix() for name in parse_toc_yaml(ROOT / "_toc.yml")}
    expected |= {path.with_suffix("").as_posix() for path in notebooks()}
    return sorted(name for name in expected if not (HTML / f"{name}.html").is_file())


def notebooks():
    """Return the path of each notebook of the course, relative to its root."""
    found = [path for folder in PAGES for path in sorted((ROOT / folder).glob("*.ipynb"))]
    return [path.relative_to(ROOT) for path in found]


def cache_for(files, force):
    """Return the folder of the cache for these inputs; remove the others, and with `force` this one too."""
    caches = BUILD / "executed"
    wanted = caches / code_digest(files)
    for folder in caches.glob("*"):
        if force or folder != wanted:
            shutil.rmtree(folder)
    caches.mkdir(parents=True, exist_ok=True)
    return wanted


def warm_up_for(changed):
    """Start the process that kernels are forked from, ahead of our own imports: both take a while."""
    # To import torch there, once, pays from the second notebook on that uses it.
    with_torch = sum("import torch" in path.read_text(encoding="utf-8") for path in changed)
    if changed:
        warm_up(*["torch"] * (with_torch > 1))


def make(files, known, force):
    """Execute and build what differs from the known digests; return a text that says what went wrong."""
    # jsonschema would compile a grammar for web addresses: a second, for a check that nothing here needs.
    sys.modules["rfc3987_syntax"] = None
    cache = cache_for(files, force)
    unchanged = [name for name in files if files[name] == known.get(name) and cache.exists()]
    warm_up_for([path for path in notebooks() if path.as_posix() not in unchanged])
    import IPython  # noqa: F401  both sides import it, and two threads at once would trip over each other
    from execute import execute

    ahead = threading.Thread(target=import_sphinx)  # a second's work, done while kernels compute
    ahead.start()
    failures = execute(notebooks(), cache, BUILD / "seconds.json")
    ahead.join()
    if failures:
        return "\n\n".join(failures)
    fresh = force or known.get("frame") != files["frame"]
    if fresh:
        shutil.rmtree(HTML, ignore_errors=True)
    if not build_pages(cache, fresh):
        return "The book was not built: what is wrong stands above."
    missing = missing_pages()
    return f"These pages are missing: {', '.join(missing)}" if missing else ""


def main(force=False):
    """Build what needs to be built; return the exit status."""
    os.chdir(ROOT)
    files = inputs(ROOT)
    wanted = files | {"frame": frame_digest(files, ROOT)}
    known = json.loads(STATE.read_text()) if STATE.exists() else {}
    page = HTML / "index.html"
    if known == wanted and page.exists() and not force:
        print("Nothing has changed.")
    else:
        STATE.unlink(missing_ok=True)  # after a failed build the next one must not trust what is there
        if problem := make(wanted, known, force):
            print(problem, file=sys.stderr)
            return 1
        STATE.write_text(json.dumps(wanted))
    print(f"The book: {page.as_uri()}")
    return 0


if __name__ == "__main__":
    status = main(force="--force" in sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)  # taking apart what Sphinx holds would take half a second more
