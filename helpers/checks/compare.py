"""Say in one sentence how an answer differs from what is expected, without saying what is expected.

Type first, then shape, dtype, finiteness and value.
The words name the usual slip: a flipped sign, another order.
"""

from numpy import abs as size_of
from numpy import argwhere, array_equal, inf, isfinite, isnan, minimum, ndarray, ptp, sort, where

from .plain import plain

KINDS = dict.fromkeys("iuf", "numbers") | {"b": "truth values", "c": "complex numbers", "U": "text"}
SINGLE = {"b": "True or False", "c": "A complex number", "U": "A text"}


def difference(answer, expected, *, rtol, atol):
    """Return "" where two plain values agree, otherwise a sentence.

    Numbers agree within atol + rtol·|expected|, and a whole number that is expected has to be met within 0.1.
    """
    if isinstance(expected, (tuple, list, dict)):
        return _items(answer, expected, rtol=rtol, atol=atol)
    if not isinstance(expected, ndarray):  # text, None, a function
        agree = type(answer) is type(expected) and answer == expected
        return "" if agree else f"{describe(answer)} came back."
    return (
        _type(answer, expected)
        or _shape(answer, expected)
        or _dtype(answer, expected)
        or _finite(answer, expected)
        or _value(answer, expected, rtol=rtol, atol=atol)
    )


def describe(value):
    """Return "A number", "An array of shape (3,)", "Nothing" … for a plain value."""
    if value is None:
        return "Nothing (`None`)"
    if isinstance(value, ndarray):
        return f"An array of shape {value.shape}" if value.ndim else SINGLE.get(value.dtype.kind, "A number")
    if isinstance(value, (tuple, list, dict)):
        return f"A {type(value).__name__} of {len(value)}"
    return "A text" if isinstance(value, str) else "A function"


def _items(answer, expected, *, rtol, atol):
    """Compare a tuple, list or dict item by item; a list or an array of as many rows passes for a tuple."""
    if isinstance(answer, ndarray) and answer.ndim and not isinstance(expected, dict):
        answer = [plain(row) for row in answer]
    kinds = dict if isinstance(expected, dict) else (tuple, list)
    if not isinstance(answer, kinds) or len(answer) != len(expected):
        return _instead(answer, f"a {type(expected).__name__} of {len(expected)}")
    for key in expected if isinstance(expected, dict) else range(len(expected)):
        if isinstance(expected, dict) and key not in answer:
            return f"The key {key!r} is missing."
        sentence = difference(answer[key], expected[key], rtol=rtol, atol=atol)
        if sentence:
            return f"Item {key!r}: {sentence}"
    return ""


def _type(answer, expected):
    if isinstance(answer, ndarray):
        return ""
    fits = isinstance(answer, list) and expected.ndim
    hint = " Turn it into an array with `np.array(...)`." if fits else ""
    return _instead(answer, describe(expected).lower()) + hint


def _instead(answer, wanted):
    hint = " Is there a `return`?" if answer is None else ""
    return f"{describe(answer)} came back where {wanted} is asked for.{hint}"


def _shape(answer, expected):
    if answer.shape == expected.shape:
        return ""
    hint = ""
    if answer.ndim > expected.ndim and answer.size == expected.size:
        hint = " The numbers are as many as they should be; one axis too many holds them."
    elif answer.shape == expected.shape[::-1]:
        hint = " Rows and columns have changed places."
    return _instead(answer, describe(expected).lower()) + hint


def _dtype(answer, expected):
    came, wanted = KINDS.get(answer.dtype.kind), KINDS.get(expected.dtype.kind)
    if came == wanted:
        return ""
    return f"The answer is made of {came or answer.dtype}; {wanted} are asked for."


def _finite(answer, expected):
    if expected.dtype.kind not in "fiuc" or array_equal(isfinite(answer), isfinite(expected)):
        return ""
    if isnan(answer).any() and not isnan(expected).any():
        return "NaN (not a number) came back: something like 0/0 or the root of a negative number happened."
    if isfinite(expected).all():
        return "Infinity came back: something was divided by zero."
    return "A finite number came back where there is none, or the other way round."


def _value(answer, expected, *, rtol, atol):
    if atol == inf:  # any value will do: asked for is only whether the form fits
        return ""
    if expected.dtype.kind in "bU":
        wrong = answer != expected
        if wrong.all() and wrong.size and expected.dtype.kind == "b":
            return "True and False are the wrong way round."
        return _where(wrong)
    finite = isfinite(expected)
    wrong = where(finite, False, (answer != expected) & ~(isnan(answer) & isnan(expected)))
    answer, expected = where(finite, answer, 0), where(finite, expected, 0)
    room = atol + rtol * size_of(expected)
    room = minimum(room, 0.1) if expected.dtype.kind in "iu" else room
    wrong = wrong | (size_of(answer - expected) > room)
    if not wrong.any():
        return ""
    if (size_of(answer + expected) <= room).all():
        return "The size is right and the sign is the wrong way round."
    if not answer.any():
        return "Only zero came back."
    if answer.size > 1 and (size_of(sort(answer, axis=None) - sort(expected, axis=None)) <= room.max()).all():
        return "These are the right numbers in another order."
    if answer.size > 1 and ptp(answer - expected) <= room.max():
        return "Every number is off by the same amount."
    return _where(wrong)


def _where(wrong):
    """Return how many numbers are off and where the first of them stands."""
    if not wrong.any():
        return ""
    if wrong.all():
        return "The value is not right." if wrong.ndim == 0 else "None of the values is right."
    first = ", ".join(str(int(i)) for i in argwhere(wrong)[0])
    return f"{int(wrong.sum())} of {wrong.size} values are not right, the first at index [{first}]."
