"""Make exercises/ from solutions/: the same notebooks without the cells tagged `solution`.

`--check` writes nothing and exits with 1 if an exercise is not what its solution makes.
"""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def make(text):
    """Return the exercise notebook of a solution notebook, both as text. Only the title is written anew."""
    notebook = json.loads(text)
    cells = [c for c in notebook["cells"] if "solution" not in c["metadata"].get("tags", [])]
    title = cells[0]["source"][0]
    if not title.startswith("# Solutions "):
        raise ValueError(f"the first line has to begin with '# Solutions ', and it is {title!r}")
    cells[0]["source"][0] = title.replace("# Solutions ", "# Exercises ", 1)
    return json.dumps(notebook | {"cells": cells}, indent=1, ensure_ascii=False) + "\n"


def drift(root=ROOT):
    """Return {path: text that should stand there, or None for a file that should not} of all that differs."""
    wanted = {}
    for master in sorted((root / "solutions").glob("*.ipynb")):
        try:
            wanted[root / "exercises" / master.name] = make(master.read_text(encoding="utf-8"))
        except ValueError as error:  # also what is no JSON
            raise SystemExit(f"solutions/{master.name}: {error}") from error
    there = {path: path.read_text(encoding="utf-8") for path in (root / "exercises").glob("*.ipynb")}
    return {
        path: wanted.get(path) for path in sorted({*wanted, *there}) if wanted.get(path) != there.get(path)
    }


def main(arguments, root=ROOT):
    """Write what differs, or with --check only name it; return the exit status."""
    found = drift(root)
    if "--check" in arguments:
        for path in found:
            print(
                f"exercises/{path.name} is not what its solution makes: run `make exercises` and commit it."
            )
        return 1 if found else 0
    for path, text in found.items():
        if text is None:
            print(f"exercises/{path.name} has no solution notebook: remove it, or bring its master back.")
            continue
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        print(f"exercises/{path.name} written")
    return 1 if None in found.values() else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
