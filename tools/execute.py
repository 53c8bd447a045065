"""Execute notebooks into a jupyter-cache: those whose code is not in it, two at a time, longest first."""

import asyncio
import json
import os
import re
import tempfile
import time
from pathlib import Path

import nbformat
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from provisioner import use_warm_kernels
from traitlets.config import Config
from warm_kernels import warm_up

AT_ONCE = 2  # two processes of one thread each: faster than one of two on the machines measured
SECONDS_PER_CELL = 300  # a training takes half a minute on a quiet machine, and machines are not always quiet
FAILURES = (CellExecutionError, CellTimeoutError, DeadKernelError)


def stale(paths, cache):
    """Return {path: notebook} of those whose code has no outputs in the cache."""
    found = {}
    for path in paths:
        notebook = nbformat.read(path, as_version=4)
        try:
            cache.match_cache_notebook(notebook)
        except KeyError:
            found[path] = notebook
    return found


def execute(paths, cache_folder, seconds_file):
    """Fill the cache for these notebooks.

    Parameters: notebook paths; the folder of the cache; a JSON file that keeps how long each notebook took.
    Returns the list of failures, each a text that names the notebook, the cell and the error.
    """
    cache = get_cache(cache_folder)
    todo = stale(paths, cache)
    if not todo:
        return []
    seconds = json.loads(seconds_file.read_text()) if seconds_file.exists() else {}
    warm_up()  # for a caller that has not done it earlier
    use_warm_kernels()
    print(f"Executing {len(todo)} of {len(paths)} notebooks, {AT_ONCE} at a time")
    longest_first = sorted(todo, key=lambda path: -seconds.get(str(path), guess(todo[path])))
    outcomes = asyncio.run(execute_all({path: todo[path] for path in longest_first}))
    for path, took, failure in outcomes:
        if failure is None:
            bundle = CacheBundleIn(todo[path], str(path), data={"execution_seconds": took})
            cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
            seconds[str(path)] = round(took, 3)
    seconds_file.write_text(json.dumps(seconds, indent=1))
    return [failure for _, _, failure in outcomes if failure]


def guess(notebook):
    """Return what to sort a notebook by that never ran: before all that did, torch and many cells first."""
    return 1000 * (1 + ("import torch" in nbformat.writes(notebook))) + len(notebook.cells)


async def execute_all(notebooks):
    """Execute {path: notebook} in place, AT_ONCE at a time; return a list of (path, seconds, failure)."""
    computing = asyncio.Semaphore(AT_ONCE)
    started = asyncio.Semaphore(2 * AT_ONCE)  # the next kernels get ready meanwhile: that is mostly waiting

    async def one(path, notebook):
        async with started:
            took, failure = await execute_one(path, notebook, computing)
        print(f"  {took:6.2f} s  {path}{'  FAILED' if failure else ''}")
        return path, took, failure

    return await asyncio.gather(*(one(path, notebook) for path, notebook in notebooks.items()))


async def execute_one(path, notebook, computing):
    """Execute one notebook in place, in its own folder, when the semaphore `computing` lets it.

    Returns the seconds it took, and None or a text that says what failed.
    """
    start = None

    async def begin(**_):
        nonlocal start
        await computing.acquire()
        start = time.perf_counter()

    client = NotebookClient(
        notebook,
        on_notebook_start=begin,
        timeout=SECONDS_PER_CELL,
        config=Config({"KernelManager": {"transport_encryption": "auto"}}),  # a kernel warns without
        record_timing=False,  # it goes into the metadata, and with that the cache would never find it again
        shutdown_kernel="immediate",  # nothing in it is worth a farewell
        resources={"metadata": {"path": str(Path(path).parent.resolve())}},
    )
    failure = None
    with tempfile.TemporaryDirectory() as home:
        # Checks remember what is solved. Each notebook starts from nothing, so that an exercise page does not
        # count what a solution has solved, and the reader's own progress is left alone.
        try:
            await client.async_execute(env=os.environ | {"EVERY_KNOB_HOME": home})
        except FAILURES as error:
            failure = describe(path, notebook, error)
    computing.release()
    return time.perf_counter() - start, failure


def describe(path, notebook, error):
    """Return a text for a failed notebook: where it stopped, the code of that cell, and the error."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.execution_count]
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    cell = next((c for c in code if any(o.output_type == "error" for o in c.outputs)), None)
    cell = cell or (code[len(cells)] if len(cells) < len(code) else code[-1])
    reason = re.sub(r"\x1b\[[0-9;]*m", "", str(error)).strip()
    return f"{path} stopped in cell {cell.id!r} (code cell {code.index(cell) + 1} of {len(code)}):\n{reason}"
