"""Which exercises are done: a JSON file in EVERY_KNOB_HOME (default ~/.every-knob), never sent anywhere.

Without the file only the memory is lost, so trouble with it is told in a sentence and never stops a check.
"""

import json
import os
from pathlib import Path


def path():
    """Return the file's path; nothing is created."""
    home = os.environ.get("EVERY_KNOB_HOME") or os.path.expanduser("~/.every-knob")
    return Path(home) / "progress.json"


def load():
    """Return ({id: {"tries": n, "right": bool}}, note). A file that cannot be read is kept aside."""
    file = path()
    try:
        known = json.loads(file.read_text(encoding="utf-8"))["exercises"]
        return {id: _entry(was) for id, was in known.items()}, ""
    except FileNotFoundError:
        return {}, ""
    except OSError as error:
        return {}, f"What you did before could not be read ({error.strerror}: `{file}`)."
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return {}, _set_aside(file)


def _entry(was):
    return {"tries": int(was["tries"]), "right": was["right"] is True}


def record(verdict):
    """Count one try and return a note, empty if all is well. What was right once stays right."""
    known, note = load()
    was = known.get(verdict.id, {"tries": 0, "right": False})
    known[verdict.id] = {"tries": was["tries"] + 1, "right": was["right"] or verdict.right}
    file = path()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_name(f"{file.name}.{os.getpid()}")  # written whole, then moved: never half a file
        fresh.write_text(json.dumps({"version": 1, "exercises": known}, indent=1), encoding="utf-8")
        os.replace(fresh, file)
    except OSError as error:
        note = f"`progress()` will not know of this: it could not be written ({error.strerror}: `{file}`)."
    return note


def _set_aside(file):
    """Rename a damaged file to the first free name and say so."""
    names = (file.with_name(f"{file.name}.damaged-{i}") for i in range(1, 1000))
    aside = next(name for name in names if not name.exists())
    try:
        file.rename(aside)
    except OSError as error:
        return f"The file of what you did before is damaged and cannot be moved ({error.strerror}: `{file}`)."
    return f"The file of what you did before was damaged; it is kept as `{aside.name}`, and a new one begins."
