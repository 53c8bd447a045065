"""Real prose without a network: the documentation strings of the reader's own Python, or any text file.

It leaves out cleaning: the text is what stands there.
"""

import ast
import sysconfig
from functools import cache
from pathlib import Path


@cache
def docstrings(characters=1_500_000):
    """Return the documentation strings of Python's standard library as one text, a blank line between them.

    characters: where to stop. Files are read and never run; they are taken in the order of their names.
    A Python that came without the sources of its library raises a ValueError.
    """
    found, total = [], 0
    library = Path(sysconfig.get_path("stdlib"))
    for path in sorted(library.glob("[a-z]*.py")):
        for text in _docstrings_in(path.read_text(encoding="utf-8", errors="replace")):
            found.append(text)
            total += len(text) + 2
            if total - 2 >= characters:  # no blank line behind the last one
                return "\n\n".join(found)[:characters]
    if not found:
        raise ValueError(f"This Python has no library sources in {library}: use `read_text` on a file.")
    return "\n\n".join(found)


def _docstrings_in(source):
    kinds = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    nodes = (node for node in ast.walk(ast.parse(source)) if isinstance(node, kinds))
    return [text for node in nodes if (text := ast.get_docstring(node))]


def read_text(path, least=1):
    """Return the text of a file. least: how many characters it has to have.

    A file that is missing, binary, not UTF-8, empty or too short raises a ValueError that says so.
    """
    path = Path(path).expanduser()
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}.") from None
    if b"\0" in data:
        raise ValueError(f"{path} is a binary file, or a text in UTF-16: save a text as UTF-8 first.")
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is not UTF-8 (byte {error.start}): save it as UTF-8 first.") from None
    if not text.strip():
        raise ValueError(f"{path} is empty.")
    if len(text) < least:
        raise ValueError(f"{path} has {len(text)} characters, and at least {least} are needed.")
    return text
