"""What an answer does on the whole domain of its exercise: numpy's judgement, not the engine's.

Two thousand inputs, drawn with a seed of its own. It leaves out what single outcomes cannot show, as an array
that a later call overwrites.
"""

import contextlib
import io
import signal
import time
from dataclasses import dataclass

import numpy as np
import wrong_answers

from helpers.checks.cases import runner
from helpers.checks.copies import either

INPUTS = 2000
SEED = 20_000
RAISED = (Exception, SystemExit, KeyboardInterrupt, GeneratorExit, wrong_answers.Unspeakable)


class Hangs(BaseException):
    """Raised in a mutant that goes on and on."""


@contextlib.contextmanager
def alarm(seconds):
    """Raise Hangs in this block when the time is over; where there are no signals, do without."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def ring(*_):
        raise Hangs

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def same(a, b, rtol, atol, single=False):
    """Tell whether two outcomes are alike in kind, shape and value; a list of numbers counts as an array."""
    a = a[0] if isinstance(a, either) else a
    if isinstance(b, either):
        return any(same(a, each, rtol, atol, single) for each in b)
    if isinstance(b, (tuple, list)):
        alike = isinstance(a, (tuple, list)) or isinstance(a, np.ndarray) and a.ndim > 0
        return (
            alike
            and len(a) == len(b)
            and all(same(x, y, rtol, atol, single) for x, y in zip(a, b, strict=True))
        )
    if isinstance(b, dict):
        return (
            isinstance(a, dict)
            and b.keys() <= a.keys()
            and all(same(a[k], b[k], rtol, atol, single) for k in b)
        )
    if callable(b) or b is None or isinstance(b, str):
        return a is b or type(a) is type(b) is str and a == b
    return _numbers(a) and same_numbers(np.asarray(a), np.asarray(b), rtol, atol, single)


def _numbers(a, depth=5):
    """Tell whether this is a number, an array of numbers or a list of lists of numbers."""
    if isinstance(a, (list, tuple)):
        return (
            depth > 0
            and all(_numbers(item, depth - 1) for item in a)
            and len({np.shape(item) for item in a}) <= 1
        )
    return type(a) in (bool, int, float, complex, np.ndarray) or type(a).__module__ == "numpy"


def same_numbers(a, b, rtol, atol, single):
    kinds = [{"i": "f", "u": "f"}.get(x.dtype.kind, x.dtype.kind) for x in (a, b)]
    if a.shape != b.shape or kinds[0] != kinds[1] and a.size:
        return False
    if b.dtype.kind in "biu" and a.dtype.kind in "biu":
        return bool((a == b).all())
    if single or a.dtype == np.float32:
        rtol, atol = 1e-4, max(atol, 1e-5 * float(np.max(np.abs(b), initial=0, where=np.isfinite(b))))
    if np.array_equal(a, b):  # much quicker than what follows, and the most frequent
        return True
    return bool(np.allclose(a, b, rtol=rtol, atol=atol, equal_nan=True))


def copied(item):
    """Return inputs as they are before a call: arrays, lists and dicts new."""
    if isinstance(item, np.ndarray):
        return item.copy()
    if isinstance(item, (tuple, list)):
        return type(item)(copied(part) for part in item)
    return {key: copied(part) for key, part in item.items()} if isinstance(item, dict) else item


def outcome(run, case):
    """Return (value, inputs after the call), or the name of the error."""
    inputs = copied(case)
    try:
        return run(*inputs), inputs
    except RAISED as error:
        return type(error).__name__


def identical(a, b):
    """Tell quickly whether two outcomes are alike to the bit; where it says no, they may still be alike."""
    if a is b:  # a function among the inputs, for one
        return True
    if type(a) is not type(b):
        return False
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype != object and a.shape == b.shape and a.tobytes() == b.tobytes()
    if isinstance(a, (tuple, list)):
        return len(a) == len(b) and all(map(identical, a, b))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(identical(a[key], b[key]) for key in a)
    return isinstance(a, (float, int, str, np.generic)) and a == b


@dataclass
class Domain:
    """The inputs of an exercise and what its solution does on them: computed once for all answers."""

    exercise: object
    expected: list
    patience: float  # seconds after which a mutant hangs

    def __init__(self, exercise, inputs=INPUTS):
        self.exercise, start = exercise, time.perf_counter()
        with quiet():
            solve = runner(exercise, exercise.solution)
            inputs //= calls_in_a_case(exercise)
            self.expected = [(case, outcome(solve, case)) for case in drawn(exercise, inputs)]
        self.patience = 2 + 5 * (time.perf_counter() - start)

    def agrees(self, answer, single=False):
        """Tell whether an answer does on all inputs what the solution does; single: to float32."""
        if self.exercise.wants_function and not callable(answer):
            return False
        near = {"rtol": self.exercise.rtol, "atol": self.exercise.atol} | {"single": single}
        run = runner(self.exercise, answer)
        with quiet():
            return all(self._alike(outcome(run, case), want, case, near) for case, want in self.expected)

    def _alike(self, got, want, case, near):
        if identical(got, want):
            return True
        if isinstance(got, str) or isinstance(want, str):
            return got == want
        untouched = all(map(unchanged, got[1], case)) or not all(map(unchanged, want[1], case))
        return same(got[0], want[0], **near) and untouched


def unchanged(after, before):
    """Tell whether an input is what it was before the call, to the bit."""
    if isinstance(before, np.ndarray):
        return (
            type(after) is type(before)
            and after.shape == before.shape
            and after.tobytes() == before.tobytes()
        )
    if isinstance(before, (tuple, list)):
        return len(after) == len(before) and all(map(unchanged, after, before))
    return after is before or after == before


@contextlib.contextmanager
def quiet():
    with np.errstate(all="ignore"), contextlib.redirect_stdout(io.StringIO()):
        yield


def calls_in_a_case(exercise, cases=20):
    """Return how many inputs one case tries: more than one where the outcome calls the answer repeatedly."""
    if not exercise.outcome or not callable(exercise.solution):
        return 1
    calls = 0

    def counted(*inputs):
        nonlocal calls
        calls += 1
        return exercise.solution(*inputs)

    with quiet():
        for case in drawn(exercise, cases)[-cases:]:
            exercise.outcome(counted, *copied(case))
    return max(1, calls // cases)


def drawn(exercise, inputs):
    """Return the edges, the corners and many draws of an exercise's domain."""
    if not exercise.takes_inputs:
        return [()]
    cases = [*map(tuple, exercise.edges), *exercise.domain.corners()]
    rng = np.random.default_rng(SEED)
    if exercise.domain.inputs:
        cases += [exercise.domain.draw(rng) for _ in range(inputs - len(cases))]
    return cases
