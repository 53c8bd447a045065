"""The verdicts on one notebook that somebody handed in: it runs in a process of its own, with limits.

Neither what a notebook has printed nor a progress file is believed: its code cells run anew, and `rerun`, in
that process, says each verdict. Where something stopped, a sentence says what. What it leaves out: a wall
around the process. It may read and write what its user may: run it in a container or an account of its own.
"""

import contextlib
import json
import os
import re
import secrets
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import helpers

from ..verdict import NOT_ATTEMPTED, NOT_RIGHT, RIGHT

LARGEST_NOTEBOOK = 50 * 2**20  # bytes
ORDER = (NOT_ATTEMPTED, NOT_RIGHT, RIGHT)  # what was right once stays right
IMPORT = re.compile(r"^\s*(?:from|import)\s+(helpers[\w.]*)(?:\s+import\s+(.*))?", re.MULTILINE)
# What exercises import from the course; a test compares.
IMPORTED = {"helpers.checks": {"check", "progress"}, "helpers.learning.autograd": {"Tensor"}}
OPEN_TO_ALL = "helpers.explorables"
SHELL = {"PYTHONDONTWRITEBYTECODE": "1", "MPLBACKEND": "agg", "OMP_NUM_THREADS": "1"}


def mark(path, seconds, size):
    """Return ({id: state}, [sentences]) of one notebook.

    seconds: for the whole notebook. size: bytes of memory, which Windows does not limit.
    """
    try:
        cells = code_cells(path)
    except ValueError as error:
        return {}, [str(error)]
    if not any("helpers.checks" in source for source in cells):  # a chapter, or notes
        return {}, []
    lines, ended = run(cells, seconds, size)
    states = {}
    for line in lines:
        if line.get("state") in ORDER:
            states[line["id"]] = max(states.get(line["id"], NOT_ATTEMPTED), line["state"], key=ORDER.index)
    return states, foreign(cells) + stopped(lines, ended, seconds, size)


def code_cells(path):
    """Return the code cells of a notebook as texts. Raises ValueError with a sentence if there are none."""
    try:
        if path.stat().st_size > LARGEST_NOTEBOOK:
            raise ValueError("It has more than 50 MB, and was not opened.")
        notebook = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"It could not be read ({error.strerror}).") from None
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError):
        raise ValueError("It is no notebook: it cannot be read as JSON.") from None
    try:
        cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
        tags = {tag for cell in cells for tag in cell.get("metadata", {}).get("tags", [])}
        sources = ["".join(cell["source"]) for cell in cells]
    except (TypeError, KeyError, AttributeError):
        raise ValueError("It is no notebook: it has no list of cells.") from None
    if "solution" in tags:
        raise ValueError("It is the course's own notebook of solutions, and does not count.")
    return sources


def run(cells, seconds, size):
    """Run cells in a process of their own; return (what it said, how it ended).

    How it ended: its exit status, negative for a signal, or None where it was ended after `seconds`.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        results, here, token = Path(folder, "results"), Path(folder, "here"), secrets.token_hex()
        kept = results.open("w+b")  # where a file that is open can be removed, we still have it
        here.mkdir()
        told = {"results": str(results), "token": token, "cells": cells, "seconds": seconds, "size": size}
        process = subprocess.Popen(
            [sys.executable, "-m", "helpers.checks.in_class.rerun"],
            cwd=here,
            env=environment(folder),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,  # what it prints fills no disk
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            process.communicate((json.dumps(told) + "\n").encode(), timeout=seconds)
            ended = process.returncode
        except subprocess.TimeoutExpired:
            ended = None
        finally:
            end(process)
        with kept:
            return said(kept, token), ended


def environment(folder):
    """Return the environment of a run: nothing of the reader's own progress, and the helpers that we are."""
    paths = [str(Path(helpers.__file__).parents[1]), os.environ.get("PYTHONPATH", "")]
    own = {"EVERY_KNOB_HOME": folder, "IPYTHONDIR": folder, "TMPDIR": folder}
    return os.environ | SHELL | own | {"PYTHONPATH": os.pathsep.join(filter(None, paths))}


def end(process):
    """End a process and, where the system can, all that it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL) if hasattr(os, "killpg") else process.kill()
    process.wait()


def said(results, token):
    """Return the lines of an open file that our own code wrote: a notebook that found it knows no token."""
    lines = []
    for text in results:
        with contextlib.suppress(ValueError, RecursionError):  # no JSON, no UTF-8
            lines.append(json.loads(text))
    return [line for line in lines if isinstance(line, dict) and line.get("token") == token]


def stopped(lines, ended, seconds, size):
    """Return [a sentence on what stopped the notebook or a cell], or [] where all cells ran."""
    begun = max((line["cell"] for line in lines if "cell" in line), default=0)
    errors = [line for line in lines if "error" in line]
    if any("done" in line for line in lines):
        return [_error(errors, size)] if errors else []
    if not begun:
        return ["It ran out of time before its first cell." if ended is None else "It could not be started."]
    rest = "what stands below did not run."
    if ended is None:
        return [f"Code cell {begun} was still running after {seconds:g} seconds: {rest}"]
    return [f"Code cell {begun} ended the whole process ({_status(ended)}): {rest}"]


def _error(errors, size):
    """Return a sentence on the first cell that stopped, with how many others did."""
    first, others = errors[0], len({line["cell"] for line in errors}) - 1
    says = {
        "EOFError": "asks for input(), and nobody is there to answer",
        "MemoryError": f"asked for more memory than the {size / 1e9:g} GB that it may have",
        "_ArrayMemoryError": f"asked for more memory than the {size / 1e9:g} GB that it may have",
    }.get(first["error"], f"stopped with {first['error']}: {first['text']}")
    more = f" ({others} more stopped, too)" if others else ""
    return f"Code cell {first['cell']} {says.rstrip('.')}{more}."


def _status(ended):
    """Return an exit status in words: "exit status 3", "SIGSEGV"."""
    known = -ended in {each.value for each in signal.Signals}
    return signal.Signals(-ended).name if known else f"exit status {ended}"


def foreign(cells):
    """Return [a sentence on what a notebook imports of the course that no exercise does], or []."""
    found = set()
    for module, names in (match for source in cells for match in IMPORT.findall(source)):
        given = {name.split(" as ")[0].strip("() ") for name in names.split("#")[0].split(",")}
        if module != OPEN_TO_ALL and not given <= IMPORTED.get(module, set()):
            found.add(module)
    return [f"It imports {', '.join(sorted(found))}: look at what for."] if found else []
