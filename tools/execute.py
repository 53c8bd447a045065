"""Execute notebooks into a jupyter-cache: those whose outputs are not in it, two at a time, longest first."""

import asyncio
import json
import os
import re
import shutil
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor, wait
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


def execute(digests, cache_folder, seconds_file, done):
    """Fill the cache for these notebooks, with each as it ends, and leave nothing in it that belongs to none.

    Parameters: {path: digest} of the notebooks, where a new digest says that old outputs no longer count; the
    folder of the cache; a JSON file that keeps how long each notebook took; a dict that gets {path: are its
    outputs in the cache} and is kept up to date.
    Returns the list of failures, each a text that names the notebook, the cell and the error.
    """
    cache = get_cache(cache_folder)
    notebooks = {path: nbformat.read(path, as_version=4) for path in digests}
    records = {path: found(notebook, cache, cache_folder) for path, notebook in notebooks.items()}
    known = {path: record.data.get("digest") for path, record in records.items() if record}
    done |= {path: known.get(path) == digests[path] for path in digests}
    todo = {path: notebook for path, notebook in notebooks.items() if not done[path]}
    seconds = json.loads(seconds_file.read_text()) if seconds_file.exists() else {}

    def keep(path, took):
        data = {"execution_seconds": took, "digest": digests[path]}
        bundle = CacheBundleIn(notebooks[path], str(path), data=data)
        records[path] = cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
        seconds[str(path)] = round(took, 3)
        done[path] = True
        save(seconds_file, seconds)

    if todo:
        warm_up()  # for a caller that has not done it earlier
        use_warm_kernels()
        print(f"Executing {len(todo)} of {len(notebooks)} notebooks, {AT_ONCE} at a time", flush=True)
        longest_first = sorted(todo, key=lambda path: -seconds.get(str(path), guess(todo[path])))
        if failures := beside(execute_all({path: todo[path] for path in longest_first}, keep)):
            return failures
    kept = {record.hashkey for record in records.values()}  # all have one now
    for record in cache.list_cache_records():
        if record.hashkey not in kept:
            cache.remove_cache(record.pk)
    return []


def found(notebook, cache, cache_folder):
    """Return the record of the notebook's code in the cache, or None; what a killed build half wrote goes."""
    try:
        record = cache.match_cache_notebook(notebook)
    except KeyError:
        return None
    folder = cache_folder / "executed" / record.hashkey
    try:
        json.loads((folder / "base.ipynb").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        shutil.rmtree(folder, ignore_errors=True)
        return None
    return record


def save(file, data):
    """Write data as JSON, all or nothing."""
    new = file.with_suffix(".new")
    new.write_text(json.dumps(data, indent=1), encoding="utf-8")
    new.replace(file)


def guess(notebook):
    """Return what to sort a notebook by that never ran: before all that did, torch and many cells first."""
    return 1000 * (1 + ("import torch" in nbformat.writes(notebook))) + len(notebook.cells)


def beside(coroutine):
    """Run a coroutine in a thread; return its result. Ctrl-C cancels it, and goes on when it has cleaned up.

    In the main thread nbclient would put handlers of its own in the place of ours, and go on.
    """
    loop = asyncio.new_event_loop()
    task = loop.create_task(coroutine)
    with ThreadPoolExecutor(1) as thread:
        result = thread.submit(loop.run_until_complete, task)
        try:
            while not result.done():
                wait([result], timeout=0.2)  # in turns: Windows tells of Ctrl-C only between two of them
        except BaseException:
            loop.call_soon_threadsafe(task.cancel)
            raise
    return result.result()


async def execute_all(notebooks, keep):
    """Execute {path: notebook} in place, AT_ONCE at a time; return the failures.

    keep(path, seconds) is called for each that has come to its end, as soon as it has.
    """
    computing = asyncio.Semaphore(AT_ONCE)
    started = asyncio.Semaphore(2 * AT_ONCE)  # the next kernels get ready meanwhile: that is mostly waiting

    async def one(path, notebook):
        async with started:
            took, failure = await execute_one(path, notebook, computing)
        if failure is None:
            keep(path, took)
        print(f"  {took:6.2f} s  {path}{'  FAILED' if failure else ''}", flush=True)
        return failure

    failures = await asyncio.gather(*(one(path, notebook) for path, notebook in notebooks.items()))
    return [failure for failure in failures if failure]


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
        coalesce_streams=True,  # what a cell prints word by word; MyST-NB would put each on a line of its own
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
            if asyncio.current_task().cancelling():  # nbclient takes that for the death of the kernel
                raise asyncio.CancelledError from error
            failure = describe(path, notebook, error)
        finally:  # whoever is cancelled while the kernel starts leaves it running
            if client.km and client.km.has_kernel:
                await client.km.shutdown_kernel(now=True)
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
