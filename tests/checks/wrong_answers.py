"""Answers that no exercise should take, and odd ones that every exercise should: made from its solution.

Some change nothing for an exercise, as zeros where zero is right: `trial` finds them out and leaves them out.
"""

import itertools
import random
import sys
import time

import numpy as np


class Liar:
    """Claims to be equal to everything."""

    __eq__ = __ne__ = __le__ = __ge__ = lambda self, other: True
    __hash__ = object.__hash__
    __array__ = lambda self, *a, **k: np.zeros(())  # noqa: E731
    __sub__ = __rsub__ = __abs__ = lambda self, *other: 0.0


class LyingFloat(float):
    __eq__ = __ne__ = __le__ = lambda self, other: True
    __hash__ = float.__hash__
    __sub__ = __rsub__ = __abs__ = __float__ = lambda self, *other: 0.0


class LyingArray(np.ndarray):
    def __array_ufunc__(self, *args, **kwargs):
        return np.array(True)

    def __array_function__(self, *args, **kwargs):
        return True

    __eq__ = __ne__ = __le__ = lambda self, other: np.array(True)


class Unspeakable(BaseException):
    def __str__(self):
        raise RuntimeError("no words")


def leaves(change):
    """Return a change of every number or array in an answer that may be a tuple, a list or a dict of them."""

    def deep(answer):
        if isinstance(answer, (tuple, list)):
            return type(answer)(deep(item) for item in answer)
        if isinstance(answer, dict):
            return {key: deep(item) for key, item in answer.items()}
        return answer if isinstance(answer, str) else change(np.asarray(answer))

    return deep


def number(array):
    """Return an array of shape () as a number, as a learner would have it."""
    return array[()] if array.ndim == 0 else array


CHANGED_LEAVES = {
    "nan": lambda a: number(a * np.nan),
    "infinite": lambda a: number(a + np.inf),
    "zeros": lambda a: number(np.zeros_like(a)),
    "ones": lambda a: number(np.ones_like(a)),
    "sign flipped": lambda a: number(~a if a.dtype == bool else -a),
    "off by one": lambda a: number(a + 1),
    "doubled": lambda a: number(a * 2),
    "reversed": lambda a: number(a[::-1] if a.ndim else a),
    "rolled": lambda a: number(np.roll(a, 1)),
    "transposed": lambda a: number(a.T),
    "axis behind": lambda a: a[..., None],
    "axis in front": lambda a: a[None],
    "broadcastable": lambda a: a[:, None] if a.ndim == 1 else np.broadcast_to(a, (2, *a.shape)),
    "summed up": lambda a: a.sum() if a.ndim else a[None],
    "first only": lambda a: a[:1] if a.ndim else a[None],
    "one too many": lambda a: np.append(a, 0.0),
    "a list": lambda a: a.tolist() if a.ndim else [a.item()],
    "text": lambda a: str(a),
    "array of text": lambda a: a.astype(str),
    "complex": lambda a: number(a + 0j),
    "objects": lambda a: a.astype(object),
    "truth values": lambda a: number(a != 0) if a.dtype != bool else number(a + 0.0),
    "cut to whole numbers": lambda a: number(np.trunc(a + 0.0)),
    "half precision": lambda a: number(a.astype(np.float16)),
    "a lying object": lambda a: Liar(),
    "a lying number": lambda a: LyingFloat(12345.0),
    "a lying array": lambda a: np.full(a.shape, 12345.0).view(LyingArray),
    "missing": lambda a: None,
    "dots": lambda a: ...,
}
CHANGED_WHOLE = {
    "wrapped in a tuple": lambda r: (r,),
    "wrapped in a dict": lambda r: {"answer": r},
    "a set": lambda r: {1, 2},
    "other order": lambda r: r[::-1] if isinstance(r, tuple) else [r, r],
    "first item": lambda r: r[0] if isinstance(r, tuple) else (r, r),
    "a function": lambda r: lambda: r,
    "a module": lambda r: np,
    "a list that holds itself": lambda r: (lambda a: a.append(a) or a)([]),
    "none": lambda r: None,
}


def slips(answer, rtol, atol):
    """Yield (name, wrong answer): the answer itself is changed, or what it returns where it is a function."""
    changes = {name: leaves(change) for name, change in CHANGED_LEAVES.items()} | CHANGED_WHOLE
    changes["just outside"] = leaves(lambda a: number(_outside(a, rtol, atol)))
    for name, change in changes.items():
        if callable(answer):
            yield name, lambda *inputs, change=change: change(answer(*inputs))
        else:
            yield name, change(answer)


def _outside(a, rtol, atol):
    """Return a a little further off than the tolerance; a whole number has none."""
    return a + 0.2 if a.dtype.kind in "biu" else a + 1.5 * (rtol * np.abs(a) + atol)


def _inside(a, rtol, atol):
    return a if a.dtype.kind in "biu" else a + 0.5 * (rtol * np.abs(a) + atol)


def _raising(error):
    def wrong(*inputs):
        raise error

    return wrong


def misbehaviour(solution, cases):
    """Yield (name, wrong function) for functions that raise, or forget, or write where they should not."""
    for error in (ArithmeticError("no"), SystemExit(0), KeyboardInterrupt(), Unspeakable(), GeneratorExit()):
        yield f"raises {type(error).__name__}", _raising(error)
    yield "not written yet", _raising(NotImplementedError())
    yield "takes nothing", lambda: 0.0
    yield "takes one more", lambda a, b, c, d, e, f, g, h: 0.0
    yield "returns its first input", lambda *inputs: inputs[0]
    first = solution(*cases[0])
    yield "called already", first
    yield "always the first answer", lambda *inputs: first
    yield "a class", type("Answer", (), {"__init__": lambda self, *inputs: None})
    calls = itertools.count()
    yield "right once", lambda *inputs: solution(*inputs) if next(calls) == 0 else None
    yield "noisy", lambda *inputs: leaves(lambda a: a + np.random.normal())(solution(*inputs))
    if any(isinstance(item, np.ndarray) for item in cases[0]):
        yield "writes into its input", lambda *inputs: _write(inputs, solution(*inputs))
        yield "resizes its input", lambda *inputs: _reshape(inputs, solution(*inputs))

    async def later(*inputs):
        return solution(*inputs)

    def one_by_one(*inputs):
        yield solution(*inputs)

    yield "a coroutine", later
    yield "a generator", one_by_one


def _write(inputs, answer):
    next(item for item in inputs if isinstance(item, np.ndarray))[...] += 1
    return answer


def _reshape(inputs, answer):
    array = next(item for item in inputs if isinstance(item, np.ndarray))
    array.shape = (1, *array.shape)
    return answer


def endless():
    """Yield (name, function that never comes back)."""

    def loop(*inputs):
        while True:
            pass

    def stubborn(*inputs):
        while True:
            try:
                while True:
                    len(inputs)
            except:  # noqa: E722
                pass

    def asleep(*inputs):
        time.sleep(1e6)

    def deeper(*inputs):
        return deeper(*inputs)

    def printing(*inputs):
        while True:
            print("still here")

    yield from {f.__name__: f for f in (loop, stubborn, asleep, deeper, printing)}.items()


def harmless(solution, rtol, atol):
    """Yield (name, right function) for functions that do something odd on the way to the right answer."""

    def chatty(*inputs):
        print("x" * 10_000, file=sys.stderr)
        print("working" * 100)
        return solution(*inputs)

    def careless(*inputs):
        np.random.seed(1)
        random.seed(1)
        np.set_printoptions(precision=1)
        np.seterr(divide="raise")
        sys.setrecursionlimit(5000)
        np.busday_count = None
        return solution(*inputs)

    class Callable:
        def __call__(self, *inputs):
            return solution(*inputs)

    yield "chatty", chatty
    yield "careless", careless
    yield "a callable object", Callable()
    changes = CHANGED_A_LITTLE | {"just inside": lambda a: number(_inside(a, rtol, atol))}
    for name, change in changes.items():
        yield name, lambda *inputs, change=change: leaves(change)(solution(*inputs))


CHANGED_A_LITTLE = {
    "arrays without axes": lambda a: a,
    "in Fortran's order": lambda a: number(np.asfortranarray(a)) if a.ndim else number(a),
    "a subclass": lambda a: a.view(type("Mine", (np.ndarray,), {})),
    "every second of a larger one": lambda a: np.repeat(a, 2, axis=-1)[..., ::2] if a.ndim else number(a),
}
