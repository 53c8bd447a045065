"""Which exercises are done: a JSON file in EVERY_KNOB_HOME (default ~/.every-knob), never sent anywhere.

Two kernels may check at once: who writes holds the lock of `progress.lock`, an empty file beside it. Without
any of it only the memory is lost, so trouble is told in a sentence and never stops a check.
"""

import json
import os
import time
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None
    import msvcrt

PATIENCE = 2.0  # seconds to wait for another process; it needs a thousandth


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
    file = path()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with _locked(file.with_suffix(".lock")):
            known, note = load()
            was = known.get(verdict.id, {"tries": 0, "right": False})
            known[verdict.id] = {"tries": was["tries"] + 1, "right": was["right"] or verdict.right}
            # Written whole, then moved: never half a file.
            fresh = file.with_name(f"{file.name}.{os.getpid()}")
            fresh.write_text(json.dumps({"version": 1, "exercises": known}, indent=1), encoding="utf-8")
            os.replace(fresh, file)
    except OSError as error:
        note = f"`progress()` will not know of this: it could not be written ({error.strerror}: `{file}`)."
    return note


@contextmanager
def _locked(path):
    """Hold the lock of a file, or go on without it when another process has held it for longer than PATIENCE.

    The system takes the lock from a process that dies, so none is ever left behind.
    """
    file, deadline = os.open(path, os.O_RDWR | os.O_CREAT, 0o600), time.monotonic() + PATIENCE
    try:
        while not _lock(file) and time.monotonic() < deadline:
            time.sleep(0.01)
        yield
    finally:
        os.close(file)  # and with it goes the lock


def _lock(file):
    """Try to lock an open file; tell whether there is nothing to wait for."""
    try:
        if fcntl:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
    except (BlockingIOError, PermissionError):  # another process has it
        return False
    except OSError:  # a disk that knows no locks
        pass
    return True


def _set_aside(file):
    """Rename a damaged file to the first free name and say so."""
    names = (file.with_name(f"{file.name}.damaged-{i}") for i in range(1, 1000))
    aside = next(name for name in names if not name.exists())
    try:
        file.rename(aside)
    except OSError as error:
        return f"The file of what you did before is damaged and cannot be moved ({error.strerror}: `{file}`)."
    return f"The file of what you did before was damaged; it is kept as `{aside.name}`, and a new one begins."
