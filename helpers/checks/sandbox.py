"""Run a learner's function on a list of cases, whatever it does, within a time limit.

It runs in a thread, because that works on Linux, macOS and Windows and in Jupyter. A thread can be stopped
between two Python instructions only: what hangs inside C and holds Python's lock (`10**10**9`) goes on.
"""

import ctypes
import linecache
import sys
import sysconfig
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from .copies import Odd, clone, plain, shared, unchanged

OURS = str(Path(__file__).parents[1])  # all of helpers
LIBRARIES = (
    OURS,
    *(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")),
    "<__array_function__",
)
REMEMBERED = 40  # answers that are looked at again after the last call

STALE = "An earlier answer changed when the function was called again: make a new array each time."


class Stop(SystemExit):
    """Raised inside a learner's endless loop, twice: where it is, and at the next line, in what caught it.

    Once would not do for `while True: try: ... except: pass`. It is a SystemExit, because a thread that dies
    of one dies quietly.
    """

    on_its_way = False  # a second one inside this code, deep in a recursion, would be too much for Python

    def __init__(self):
        super().__init__()
        try:
            frame, learners = sys._getframe(1), []
            while frame is not None and frame.f_code is not attempt.__code__:  # no further: the rest is ours
                learners.append(frame)
                frame = frame.f_back
            if frame is not None:  # otherwise it came between two attempts, where nobody catches it but us
                for each in learners:
                    each.f_trace = _stop_again
                sys.settrace(lambda *event: None)  # without one, no frame is traced
        finally:
            Stop.on_its_way = False


def _stop_again(frame, event, arg):
    if event == "exception":  # the first Stop itself, which Python 3.12 and newer report before it is caught
        return _stop_again
    raise Stop


@dataclass
class Outcome:
    """What one call did: a plain value, or an error, or something that no check can compare."""

    value: object = None
    error: str = ""  # "ValueError"
    kinds: tuple = ()  # the names of its classes: "LinAlgError", "ValueError", ...
    text: str = ""  # what the error said
    line: str = ""  # the learner's own line that raised it
    odd: str = ""  # a sentence about a value that is no number, array, text, tuple, list or dict
    changed: int | None = None  # which input was different after the call
    shared: int | None = None  # which input's memory the answer uses
    raw: object = None  # the learner's own object, to see whether a later call changes it


@dataclass
class Run:
    """All outcomes, and how the run ended: "finished", "too slow", "interrupted" or "not started"."""

    outcomes: list
    ended: str
    left_running: bool  # it could not be stopped and goes on in the background


def attempt(function, case):
    """Call function on copies of the inputs of one case and return the Outcome."""
    inputs, depth = clone(case), sys.getrecursionlimit()
    try:
        raw = function(*inputs)
    except Stop:
        raise
    except BaseException as error:  # also SystemExit and KeyboardInterrupt: they are the learner's, not ours
        sys.setrecursionlimit(depth)
        kinds = tuple(str(type.__getattribute__(kind, "__name__")) for kind in type.mro(type(error)))
        return Outcome(error=kinds[0], kinds=kinds, text=_said(error), line=_line(error))
    if sys.getrecursionlimit() != depth:  # what follows is our own code, and it may need more than is left
        sys.setrecursionlimit(depth)
    pairs = enumerate(zip(inputs, case, strict=True))
    changed = next((i for i, (after, before) in pairs if not unchanged(after, before)), None)
    try:
        value = plain(raw)
    except Odd as odd:
        return Outcome(odd=str(odd), changed=changed)
    return Outcome(value=value, changed=changed, shared=shared(raw, inputs), raw=raw)


def run(function, cases, seconds, goes_on=lambda outcomes: True):
    """Run function on one case after the other in a thread of its own; give up after so many seconds for one.

    goes_on: is asked after each case, with all outcomes so far, whether the next one is wanted.
    """
    outcomes, failed, over = [], [], threading.Event()

    def work():
        try:
            for case in cases:
                outcomes.append(attempt(function, case))
                if not goes_on(outcomes):
                    break
            for outcome in outcomes[:REMEMBERED]:  # who returns one array each time has overwritten the first
                if outcome.raw is not None and not unchanged(plain(outcome.raw), outcome.value):
                    outcome.odd = STALE
        except Stop:
            pass
        except BaseException as error:  # ours: hand it to the thread that asked
            failed.append(error)
        finally:
            over.set()

    def guarded():
        try:  # noqa: SIM105  the way out of a `with` is more code of ours that a Stop could hit
            work()
        except Stop:  # one that was sent before `over`, and came after the end of `try`
            pass

    worker = threading.Thread(target=guarded, daemon=True)
    ended = "finished"
    try:
        worker.start()
        _wait(worker, seconds, outcomes)
    except RuntimeError:  # the machine has no thread left to give
        return Run([], "not started", False)
    except KeyboardInterrupt:  # the stop button in Jupyter
        ended = "interrupted"
    if worker.is_alive():
        ended = "too slow" if ended == "finished" else ended
        _stop(worker, over, min(seconds, 0.5))
    if failed:
        raise failed[0]
    return Run(list(outcomes), ended, worker.is_alive())


def _wait(worker, seconds, outcomes):
    """Wait until no case has been done for so long; on a slow machine three times as long in all.

    The time in which modules are imported does not count, for a minute at most.
    """
    start = time.perf_counter()
    deadline, last = start + seconds, start + 3 * seconds
    imported, done = len(sys.modules), 0
    while worker.is_alive() and (now := time.perf_counter()) < min(deadline, last):
        worker.join(max(0.0, min(0.1, deadline - now)))
        if len(sys.modules) > imported:
            imported, deadline = len(sys.modules), time.perf_counter() + seconds
            last = min(deadline + 2 * seconds, start + 60 + seconds)
        elif len(outcomes) > done:
            done, deadline = len(outcomes), time.perf_counter() + seconds


def _stop(worker, over, seconds):
    """Raise Stop in the thread until it is over, or leave it: a sleeping thread harms nobody."""
    deadline = time.perf_counter() + seconds
    Stop.on_its_way = False
    while worker.is_alive() and time.perf_counter() < deadline:
        if not Stop.on_its_way and not over.is_set():
            Stop.on_its_way = True
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(worker.ident), ctypes.py_object(Stop))
        worker.join(0.002)


def _said(error):
    """Return the first line of what an error says."""
    try:
        return str(error).strip().partition("\n")[0][:200]
    except Stop:
        raise
    except BaseException:  # an exception class whose `__str__` raises, whatever it raises
        return ""


def _line(error):
    """Return the learner's own line in which an error was raised: the last that no library and we wrote."""
    line, step = "", error.__traceback__
    while step is not None:
        file = step.tb_frame.f_code.co_filename
        if not file.startswith(LIBRARIES):
            line = linecache.getline(file, step.tb_lineno).strip() or line
        step = step.tb_next
    return line[:100]
