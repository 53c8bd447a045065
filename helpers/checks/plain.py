"""Plain copies: what a learner hands in, turned into exact numpy arrays, tuples, lists, dicts and text.

The copies are made with the methods of the base types: a subclass with a lying `__eq__` has no say.
"""

import sys
from types import FunctionType

from numpy import array, array2string, generic, ndarray

LIMIT = 10_000_000  # numbers in one array: above that we do not copy
ITEMS, DEPTH = 100_000, 20  # of a list in a list in a list; one that holds itself has no end


class Odd(Exception):
    """A value that no check can compare; the text is a sentence for the learner."""


def plain(value, depth=0):
    """Return an independent copy. Every number becomes an array of shape (). Raises Odd for anything else."""
    kind = type(value)
    if value is None or kind is str or kind is FunctionType:
        return value
    if kind is bool:
        return array(value)
    for base in (float, int, complex):
        if issubclass(kind, base) and not issubclass(kind, generic):
            return array(base.__pos__(value))
    if issubclass(kind, (ndarray, generic)) or _is_tensor(kind):
        return _array(value, kind)
    if issubclass(kind, (tuple, list)):
        base = tuple if issubclass(kind, tuple) else list
        if base.__len__(value) > ITEMS or depth > DEPTH:
            raise Odd(f"A {base.__name__} came back that is too long or too deep to compare.")
        return base(plain(item, depth + 1) for item in base.__iter__(value))
    if issubclass(kind, dict) and depth <= DEPTH:
        return {key: plain(item, depth + 1) for key, item in dict.items(value) if type(key) in (str, int)}
    raise Odd(f"{_a(kind)} came back, and a check cannot compare that.")


def _array(value, kind):
    if _is_tensor(kind):
        value = value.detach().cpu().numpy()
    size = ndarray.size.__get__(value) if issubclass(kind, ndarray) else value.size
    if size > LIMIT:
        raise Odd(f"An array of {size:,} numbers came back.")
    copy = array(value, copy=True, subok=False)
    if copy.dtype.kind not in "biufcUS":
        raise Odd(f"An array of {copy.dtype} came back: make it one of numbers, `dtype=float`.")
    return copy


def _is_tensor(kind):
    tensor = getattr(sys.modules.get("torch"), "Tensor", None)
    return isinstance(tensor, type) and issubclass(kind, tensor)


def _a(kind):
    name = str(type.__getattribute__(kind, "__name__"))
    return f"{'An' if name[0] in 'aeiouAEIOU' else 'A'} `{name}`"


def clone(value):
    """Return a copy of our own case inputs: arrays and containers new, numbers and functions as they are."""
    if isinstance(value, ndarray):
        return value.copy()
    if isinstance(value, (tuple, list)):
        return type(value)(clone(item) for item in value)
    if isinstance(value, dict):
        return {key: clone(item) for key, item in value.items()}
    return value


def unchanged(after, before):
    """Tell whether an input is exactly what it was: same type, shape and bits."""
    if after is before:
        return True
    if type(after) is not type(before):
        return False
    if isinstance(before, ndarray):
        same = after.shape == before.shape and after.dtype == before.dtype
        return same and after.tobytes() == before.tobytes()
    if isinstance(before, (tuple, list)):
        return len(after) == len(before) and all(map(unchanged, after, before))
    if isinstance(before, dict):
        return list(after) == list(before) and all(unchanged(after[key], before[key]) for key in before)
    return after == before


def show(value):
    """Return a value as the learner would type it, with six digits, long arrays shortened."""
    if isinstance(value, (tuple, list)):
        inside = ", ".join(map(show, value)) + ("," if isinstance(value, tuple) and len(value) == 1 else "")
        return f"({inside})" if isinstance(value, tuple) else f"[{inside}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {show(item)}" for key, item in value.items()) + "}"
    if isinstance(value, ndarray) and value.ndim:
        style = {"precision": 6, "separator": ", ", "suppress_small": True}
        digits = array2string(value, threshold=40, prefix="x = np.array(", **style)
        return f"np.array({digits})" + ("" if value.size else f" of shape {value.shape}")
    if isinstance(value, (ndarray, generic)):
        value = value.item()
    if type(value) is FunctionType:
        return f"<{value.__name__}>"
    return f"{value:.6g}" if type(value) is float else repr(value)[:200]
