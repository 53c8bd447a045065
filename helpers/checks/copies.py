"""Plain copies: what a learner hands in, turned into exact numpy arrays, tuples, lists, dicts and text.

The copies are made with the methods of the base types: a subclass with a lying `__eq__` has no say.
"""

import contextlib
import sys
from fractions import Fraction
from types import FunctionType

from numpy import array, array2string, generic, may_share_memory, ndarray

LIMIT = 10_000_000  # numbers in one array: above that we do not copy
ITEMS, DEPTH = 100_000, 20  # of lists in lists, all together; one that holds itself has no end
DIGITS = 4000  # Python refuses to write a longer whole number
KNOWN = "biufcUS"  # the kinds of arrays that can be compared


class either(tuple):
    """Several values that are all right, in a pencil: either("an", "a+n"). As an answer it is the first."""

    def __new__(cls, *values):
        return super().__new__(cls, values)


class Odd(Exception):
    """A value that no check can compare; the text is a sentence for the learner."""


def plain(value):
    """Return an independent copy. Every number becomes an array of shape (). Raises Odd for anything else."""
    return _plain(value, [ITEMS], 0)


def _plain(value, left, depth):
    """Copy one value; left: a list that holds how many items may still come."""
    kind = type(value)
    if value is None or kind is str or kind is FunctionType:
        return value
    if kind is bool:
        return array(value)
    if kind is Fraction:
        return array(float(value))
    for base in (float, int, complex):
        if issubclass(kind, base) and not issubclass(kind, generic):
            return _number(base.__pos__(value))
    if _is_tensor(kind):
        return _array(_tensor(value))
    if issubclass(kind, (ndarray, generic)):
        return _array(value)
    if issubclass(kind, (tuple, list, dict)):
        return _items(value, kind, left, depth)
    raise Odd(f"{_a(kind)} came back, and a check cannot compare that.")


def _number(value):
    if type(value) is int and value.bit_length() > 62:
        raise Odd(f"A whole number of more than {18 if value.bit_length() < 70 else 20} digits came back.")
    return array(value)


def _items(value, kind, left, depth):
    """Copy a tuple, list or dict, as long as items are left to copy."""
    base = next(base for base in (either, tuple, list, dict) if issubclass(kind, base))
    left[0] -= base.__len__(value)
    if left[0] < 0 or depth > DEPTH:
        raise Odd(f"A {base.__name__} came back that is too long or too deep to compare.")
    if base is dict:
        pairs = [(key, item) for key, item in dict.items(value) if type(key) in (str, int)]
        return {key: _plain(item, left, depth + 1) for key, item in pairs}
    items = [_plain(item, left, depth + 1) for item in base.__iter__(value)]
    return either(*items) if kind is either else base(items)


def _tensor(value):
    """Return a torch tensor of any kind as an array; Odd where there are no numbers to read."""
    torch, kind = sys.modules["torch"], str(value.dtype).removeprefix("torch.")
    try:
        value = value.detach()
        value = value.to_dense() if value.layout is not torch.strided else value
        value = value.resolve_conj().resolve_neg().cpu()
        small = value.is_floating_point() and kind not in ("float16", "float32", "float64")
        # What numpy has no type for comes as half precision, which no check takes for full precision.
        return (value.float().half() if small else value).numpy()
    except (RuntimeError, TypeError, NotImplementedError) as error:
        raise Odd(f"A tensor of {kind} came back whose numbers cannot be read.") from error


def _array(value):
    size = ndarray.size.__get__(value) if issubclass(type(value), ndarray) else value.size
    if size > LIMIT:
        raise Odd(f"An array of {size:,} numbers came back.")
    copy = array(value, copy=True, subok=False)
    if copy.dtype.kind not in KNOWN:
        raise Odd(f"An array of {copy.dtype} came back: make it one of numbers, `dtype=float`.")
    return copy


def _is_tensor(kind):
    tensor = getattr(sys.modules.get("torch"), "Tensor", None)
    return isinstance(tensor, type) and issubclass(kind, tensor)


def _a(kind):
    name = str(type.__getattribute__(kind, "__name__"))[:60]
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


def arrays(value):
    """Yield the numpy arrays in a value of tuples, lists and dicts, tensors as arrays of the same memory."""
    if isinstance(value, (tuple, list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from arrays(item)
    elif isinstance(value, ndarray):
        yield value
    elif _is_tensor(type(value)):
        with contextlib.suppress(RuntimeError, TypeError):  # a kind that has no memory of this sort
            yield value.detach().numpy()


def shared(answer, inputs):
    """Return the place of the input whose memory an answer uses, or None."""
    for place, item in enumerate(inputs):
        if any(may_share_memory(one, other) for one in arrays(answer) for other in arrays(item)):
            return place
    return None


def mapped(change, value):
    """Return a value of tuples, lists and dicts with every array in it changed."""
    if isinstance(value, (tuple, list)):
        return type(value)(mapped(change, item) for item in value)
    if isinstance(value, dict):
        return {key: mapped(change, item) for key, item in value.items()}
    return array(change(value)) if isinstance(value, ndarray) else value


def show(value, exact=False):
    """Return a value as the learner would type it: an input exactly, an answer with six digits."""
    if isinstance(value, (tuple, list)):
        items = [show(item, exact) for item in (value if exact else value[:40])]
        inside = ", ".join(items + ["..."] * (len(value) > len(items)))
        comma = "," if isinstance(value, tuple) and len(value) == 1 else ""
        return f"({inside}{comma})" if isinstance(value, tuple) else f"[{inside}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {show(item, exact)}" for key, item in value.items()) + "}"
    if isinstance(value, ndarray) and value.ndim:
        return _show_array(value, exact)
    if isinstance(value, (ndarray, generic)):
        value = value.item()
    if isinstance(value, FunctionType):
        return getattr(value, "code", f"<{value.__name__}>")
    if type(value) is float:
        return _exactly(value) if exact else f"{value:.6g}"
    return repr(value) if exact or len(repr(value)) < 200 else repr(value)[:200] + "..."


def _show_array(value, exact):
    if exact:
        if not value.size:
            return f"np.zeros({value.shape})"
        style = {"formatter": {"float_kind": _exactly}, "threshold": 10**9}
    else:
        style = {"precision": 6, "suppress_small": True, "threshold": 40}
    digits = array2string(value, prefix="x = np.array(", separator=", ", **style)
    return f"np.array({digits})" + ("" if value.size else f" of shape {value.shape}")


def _exactly(number):
    number = float(number)
    return repr(number) if number - number == 0 else f"np.{number}"
