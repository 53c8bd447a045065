"""What the book is made from, as digests: while all stay the same, there is nothing to make."""

import hashlib
import os
import sys
import sysconfig
from pathlib import Path

PAGES = ("chapters", "exercises", "solutions")
FRAME = ("_config.yml", "_toc.yml", "tools")


def inputs(root):
    """Return {name: digest} of all that the book is made from: files, installed versions, its address."""
    files = {}
    for name in (*PAGES, *FRAME, "helpers"):
        top = root / name
        for path in [top] if top.is_file() else sorted(top.rglob("*")):
            if path.is_file() and not {"__pycache__", ".ipynb_checkpoints"} & set(path.parts):
                files[path.relative_to(root).as_posix()] = digest(path.read_bytes())
    installed = sorted(p.name for p in Path(sysconfig.get_path("purelib")).glob("*.dist-info"))
    versions = digest(f"{sys.version} {installed}".encode())
    return files | {"installed": versions, "BOOK_URL": os.environ.get("BOOK_URL", "")}


def digest(data):
    return hashlib.sha256(data).hexdigest()[:16]


def is_page(name):
    return name.startswith(PAGES) and name.endswith((".ipynb", ".md"))
