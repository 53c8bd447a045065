"""Build the book: execute what changed, put the pages together, say which page to open.

Usage: python tools/book.py [--force]. With --force nothing made earlier is believed: every notebook is
executed and every page is made again. Exits with 1 when a notebook fails, a page is missing or Sphinx warns.
"""

import hashlib
import json
import os
import shutil
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "_build"
HTML = BUILD / "html"
STATE = BUILD / "book.json"
PAGES = ("chapters", "exercises", "solutions")
FRAME = ("_config.yml", "_toc.yml", "tools", "_templates")
CODE = ("helpers", "installed", *PAGES)


def inputs():
    """Return {name: digest} of all that the book is made from: files, installed versions, its address."""
    files = {}
    for name in (*PAGES, *FRAME, "helpers"):
        top = ROOT / name
        for path in [top] if top.is_file() else sorted(top.rglob("*")):
            if path.is_file() and not {"__pycache__", ".ipynb_checkpoints"} & set(path.parts):
                files[path.relative_to(ROOT).as_posix()] = digest(path.read_bytes())
    installed = sorted(p.name for p in Path(sysconfig.get_path("purelib")).glob("*.dist-info"))
    versions = digest(f"{sys.version} {installed}".encode())
    return files | {"installed": versions, "BOOK_URL": os.environ.get("BOOK_URL", "")}


def digest(data):
    return hashlib.sha256(data).hexdigest()[:16]


def is_page(name):
    return name.startswith(PAGES) and name.endswith((".ipynb", ".md"))


def code_digest(files):
    """Return one digest of all that a notebook's outputs depend on besides its own code.

    jupyter-cache looks at the notebook only: without this, a change in helpers/ would go unseen.
    """
    chosen = {name: value for name, value in files.items() if name.startswith(CODE) and not is_page(name)}
    return digest(json.dumps(chosen).encode())


def frame_digest(files):
    """Return one digest of what every page shows or needs: code, configuration, templates, all titles."""
    rest = {name: value for name, value in files.items() if not is_page(name)}
    titles = [first_heading(ROOT / name) for name in files if is_page(name)]
    return digest(json.dumps([rest, titles]).encode())


def first_heading(path):
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        text = "".join("".join(cell["source"]) + "\n" for cell in json.loads(text)["cells"][:1])
    return next((line for line in text.splitlines() if line.startswith("# ")), "")


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


def main(force=False):
    """Build what needs to be built; return the exit status."""
    files = inputs()
    known = json.loads(STATE.read_text()) if STATE.exists() else {}
    page = f"The book: {(HTML / 'index.html').as_uri()}"
    if known.get("files") == files and (HTML / "index.html").exists() and not force:
        print(f"Nothing has changed.\n{page}")
        return 0
    # jsonschema would compile a grammar for web addresses: a second, for a check that nothing here needs.
    sys.modules["rfc3987_syntax"] = None
    from execute import execute

    os.chdir(ROOT)
    STATE.unlink(missing_ok=True)  # a build that fails must not leave the next one a half-made state to trust
    caches = BUILD / "executed"
    cache_folder = caches / code_digest(files)
    for old in caches.glob("*"):
        if force or old != cache_folder:
            shutil.rmtree(old)
    caches.mkdir(parents=True, exist_ok=True)
    failures = execute(notebooks(), cache_folder, BUILD / "seconds.json")
    if failures:
        print("\n\n".join(failures), file=sys.stderr)
        return 1
    fresh = force or known.get("frame") != frame_digest(files)
    if fresh:
        shutil.rmtree(HTML, ignore_errors=True)
    if not build_pages(cache_folder, fresh):
        return 1
    if missing := missing_pages():
        print(f"These pages are missing: {', '.join(missing)}", file=sys.stderr)
        return 1
    STATE.write_text(json.dumps({"files": files, "frame": frame_digest(files)}))
    print(page)
    return 0


if __name__ == "__main__":
    sys.exit(main(force="--force" in sys.argv[1:]))
