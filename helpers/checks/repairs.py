"""What would make a wrong answer right: each sentence names a cause, and is said if that repair works.

A repair has to make the answer right in every case that was tried, so that the sentence is true.
"""

from numpy import ndarray, sort

from .compare import coarse, difference, form, off, stacked
from .copies import mapped


def cause(outcomes, expected, *, rtol, atol):
    """Return the sentence of the first repair that makes all wrong values right, or "".

    outcomes, expected: pairs of plain values, one for each case that was wrong.
    """
    near = {"rtol": rtol, "atol": atol}
    several = any(isinstance(want, ndarray) and want.size > 1 for want in expected)
    for says, repair in REPAIRS.items():
        if repair is _shifted and not several:  # one number is always off by the same amount
            continue
        if all(_right(repair, got, want, near) for got, want in zip(outcomes, expected, strict=True)):
            return says
    return ""


def _right(repair, got, want, near):
    try:
        made = repair(got, want, near)
    except (TypeError, ValueError, IndexError, AttributeError):  # nothing that this repair could be done to
        return False
    return made is not None and difference(made, want, **near) == ""


def _flipped(got, want, near):
    return mapped(lambda a: ~a if a.dtype.kind == "b" else -a, got)


def _inverted(got, want, near):
    return mapped(lambda a: ~a, got) if _all(want, lambda a: a.dtype.kind == "b") else None


def _negative(got, want, near):
    return _flipped(got, want, near) if _all(want, lambda a: a.dtype.kind in "iuf") else None


def _swapped(got, want, near):
    return got[::-1] if isinstance(want, tuple) and isinstance(got, (tuple, list)) and len(want) > 1 else None


def _transposed(got, want, near):
    return stacked(got).T if isinstance(want, ndarray) and want.ndim == 2 else None


def _squeezed(got, want, near):
    got = stacked(got)
    return got.reshape(want.shape) if got.ndim > want.ndim and got.size == want.size else None


def _reordered(got, want, near):
    """The right numbers in another order: each right number is there as often as it should be."""
    got = stacked(got)
    if not isinstance(want, ndarray) or want.size < 2 or got.shape != want.shape:
        return None
    if off(sort(got, axis=None), sort(want, axis=None), **near).any():
        return None
    return want


def _shifted(got, want, near):
    """Every number off by the same: what the first one is off by mends all."""
    got = stacked(got)
    if not isinstance(want, ndarray) or not want.size or got.shape != want.shape:
        return None
    if "b" in (got.dtype.kind, want.dtype.kind):  # True is no number, and nothing is off by 0
        return None
    return got - (got.flat[0] - want.flat[0])


def _precise(got, want, near):
    return want if not coarse(got, want) else None


def _rounded(got, want, near):
    """Right to two digits, and the form is right: half precision, or rounded on the way."""
    return want if form(got, want) == "" and difference(got, want, rtol=5e-3, atol=0) == "" else None


def _all(value, holds):
    """Tell whether something holds for every array in a value, and there are no texts in it."""
    if isinstance(value, (tuple, list, dict)):
        return all(_all(item, holds) for item in (value.values() if isinstance(value, dict) else value))
    return isinstance(value, ndarray) and holds(value)


REPAIRS = {
    "This is right to about five digits. Was something rounded on the way, or computed in float32?": _precise,
    "The size is right and the sign is the wrong way round.": _negative,
    "True and False are the wrong way round.": _inverted,
    "These are the right values in the other order.": _swapped,
    "Rows and columns have changed places.": _transposed,
    "The numbers are right; one axis too many holds them.": _squeezed,
    "These are the right numbers in another order.": _reordered,
    "Every number is off by the same amount.": _shifted,
    "This is right to two or three digits. Was something rounded on the way?": _rounded,
}
