"""What the book is made from, as digests: they say what has to be made again after a change."""

import hashlib
import json
import os
import sys
import sysconfig
from pathlib import Path

PAGES = ("chapters", "exercises", "solutions")
FRAME = ("_config.yml", "_toc.yml", "tools")
CODE = ("helpers", "installed", *PAGES)


def inputs(root):
    """Return {name: digest} of all that the book is made from: files, installed versions, its addresses."""
    files = {}
    for name in (*PAGES, *FRAME, "helpers"):
        top = root / name
        for path in [top] if top.is_file() else sorted(top.rglob("*")):
            if path.is_file() and not {"__pycache__", ".ipynb_checkpoints"} & set(path.parts):
                files[path.relative_to(root).as_posix()] = digest(path.read_bytes())
    installed = sorted(p.name for p in Path(sysconfig.get_path("purelib")).glob("*.dist-info"))
    versions = digest(f"{sys.version} {installed}".encode())
    told = {name: os.environ.get(name, "") for name in ("BOOK_URL", "BOOK_REPOSITORY")}
    return files | {"installed": versions} | told


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


def frame_digest(files, root):
    """Return one digest of what every page shows or needs: code, configuration, templates, all titles."""
    rest = {name: value for name, value in files.items() if not is_page(name)}
    titles = [first_heading(root / name) for name in files if is_page(name)]
    return digest(json.dumps([rest, titles]).encode())


def first_heading(path):
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        text = "".join("".join(cell["source"]) + "\n" for cell in json.loads(text)["cells"][:1])
    return next((line for line in text.splitlines() if line.startswith("# ")), "")
