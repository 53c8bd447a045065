"""Say in one sentence how an answer differs from what is expected, without saying what is expected.

First the form (type, shape, kind of number), then the values. Why it differs is in `repairs`.
"""

from numpy import abs as size_of
from numpy import argwhere, array, array_equal, errstate, isfinite, isnan, ndarray, where

from .copies import either

KINDS = dict.fromkeys("iuf", "numbers") | {"b": "truth values", "c": "complex numbers", "U": "text"}
SINGLE = {"b": "True or False", "c": "A complex number", "U": "A text"}
SINGLE_PRECISION = {"rtol": 1e-4, "atol": 3e-7}  # of float32, the second times the largest number


def difference(answer, expected, *, rtol, atol):
    """Return "" where two plain values agree, otherwise a sentence.

    Numbers agree within atol + rtol·|expected|; a whole number has to be met within a millionth.
    """
    return form(answer, expected) or value(answer, expected, rtol=rtol, atol=atol)


def form(answer, expected):
    """Return "" where an answer has the type, shape and kind of number that is expected."""
    answer = answer[0] if isinstance(answer, either) else answer
    if isinstance(expected, either):
        return "" if any(not form(answer, each) for each in expected) else form(answer, expected[0])
    if isinstance(expected, (tuple, list, dict)):
        return _container(answer, expected) or _first(form, answer, expected)
    if not isinstance(expected, ndarray):  # text, None, a function
        return "" if type(answer) is type(expected) else _instead(answer, describe(expected).lower())
    answer = stacked(answer) if expected.ndim else answer
    return _type(answer, expected) or _shape(answer, expected) or _kind(answer, expected)


def value(answer, expected, *, rtol, atol):
    """Return "" where the values of two things of the same form agree."""
    answer = answer[0] if isinstance(answer, either) else answer
    near = {"rtol": rtol, "atol": atol}
    if isinstance(expected, either):
        fitting = [each for each in expected if not form(answer, each)]
        said = [value(answer, each, **near) for each in fitting]
        return "" if "" in said else said[0]
    if isinstance(expected, (tuple, list, dict)):
        return _first(lambda a, b: value(a, b, **near), answer, expected)
    if not isinstance(expected, ndarray):
        return "" if answer == expected else "That is not it."
    answer = stacked(answer) if expected.ndim else answer
    if not answer.size:  # of the same shape, so nothing to compare
        return ""
    if expected.dtype.kind in "bU":
        return _where(answer != expected)
    wrong = off(answer, expected, **near)
    name = not answer.ndim and expected.dtype.kind in "iu"  # 0 may be a token or a place
    if wrong.any() and not answer.any() and not name:
        return "Only zero came back."
    return _finite(answer, expected) or _where(wrong)


def off(answer, expected, *, rtol, atol):
    """Return an array that is True where a number is further off than allowed."""
    if expected.dtype.kind in "iu" and answer.dtype.kind in "iu":
        return answer != expected
    finite, whole = isfinite(expected), expected.dtype.kind in "iu"
    with errstate(all="ignore"):
        differs = (answer != expected) & ~(isnan(answer) & isnan(expected))
        answer, expected = where(finite, answer, 0.0), where(finite, expected, 0.0)
        room = atol + rtol * size_of(expected)
        room = room.clip(max=1e-6) if whole else room
        return where(finite, ~(size_of(answer - expected) <= room), differs)


def usable(answer):
    """Return "" where all numbers of an answer are numbers, otherwise a sentence."""
    if isinstance(answer, (tuple, list, dict)):
        items = answer.values() if isinstance(answer, dict) else answer
        return next(filter(None, map(usable, items)), "")
    if isinstance(answer, ndarray) and answer.dtype.kind in "fc" and not isfinite(answer).all():
        return "NaN (not a number) or infinity stands in the answer."
    return ""


def precision(answer):
    """Return the dtype kind of the coarsest numbers in an answer: 2, 4 or 8 bytes."""
    if isinstance(answer, (tuple, list, dict)):
        items = answer.values() if isinstance(answer, dict) else answer
        return min((precision(item) for item in items), default=8)
    return answer.dtype.itemsize if isinstance(answer, ndarray) and answer.dtype.kind == "f" else 8


def coarse(answer, expected):
    """Return "" where an answer is right to the precision of float32."""
    if sentence := form(answer, expected):
        return sentence
    if isinstance(expected, (tuple, list, dict)) and not isinstance(expected, either):
        return _first(coarse, answer, expected)
    largest = 1.0
    if isinstance(expected, ndarray) and expected.dtype.kind in "fc":
        sizes = size_of(expected[isfinite(expected)])
        largest = float(sizes.max()) if sizes.size else 0.0
    return value(answer, expected, rtol=SINGLE_PRECISION["rtol"], atol=SINGLE_PRECISION["atol"] * largest)


def stacked(answer):
    """Return a list or tuple of numbers as the array that it would be; anything else as it is."""
    if not isinstance(answer, (list, tuple)) or not answer:
        return array([]) if isinstance(answer, (list, tuple)) else answer
    if all(isinstance(item, str) for item in answer):
        return array(answer)
    rows = [stacked(item) for item in answer]
    if any(not isinstance(row, ndarray) or row.shape != rows[0].shape for row in rows):
        return answer
    return array(rows)


def describe(value):
    """Return "A number", "An array of shape (3,)", "Nothing" … for a plain value."""
    if value is None:
        return "Nothing (`None`)"
    if value is ...:
        return "Three dots"
    if isinstance(value, ndarray):
        return f"An array of shape {value.shape}" if value.ndim else SINGLE.get(value.dtype.kind, "A number")
    if isinstance(value, (tuple, list, dict)):
        return f"A {type(value).__name__} of {len(value)}"
    return "A text" if isinstance(value, str) else "A function"


def _container(answer, expected):
    """Compare the outside of a tuple, list or dict; a list or an array of as many rows passes for a tuple."""
    kinds = dict if isinstance(expected, dict) else (tuple, list)
    if isinstance(answer, ndarray) and answer.ndim and kinds is not dict:
        answer = list(answer)
    if not isinstance(answer, kinds) or len(answer) != len(expected):
        return _instead(answer, f"a {type(expected).__name__} of {len(expected)}")
    missing = [key for key in expected if key not in answer] if kinds is dict else []
    return f"The key {missing[0]!r} is missing." if missing else ""


def _first(compare, answer, expected):
    """Return the first sentence that a comparison of the items has, with the name of the item."""
    answer = list(map(array, answer)) if isinstance(answer, ndarray) else answer
    for key in expected if isinstance(expected, dict) else range(len(expected)):
        if sentence := compare(answer[key], expected[key]):
            return f"Item {key!r}: {sentence}"
    return ""


def _type(answer, expected):
    if isinstance(answer, ndarray):
        return ""
    hint = " Its rows are not all of the same length." if isinstance(answer, list) and expected.ndim else ""
    return _instead(answer, describe(expected).lower()) + hint


def _instead(answer, wanted):
    hint = " Is there a `return`?" if answer is None else ""
    return f"{describe(answer)} came back where {wanted} is asked for.{hint}"


def _shape(answer, expected):
    return "" if answer.shape == expected.shape else _instead(answer, describe(expected).lower())


def _kind(answer, expected):
    came, wanted = KINDS.get(answer.dtype.kind), KINDS.get(expected.dtype.kind)
    if came == wanted or not answer.size:
        return ""
    return f"The answer is made of {came or answer.dtype}; {wanted} are asked for."


def _finite(answer, expected):
    if array_equal(isfinite(answer), isfinite(expected)):
        return ""
    if isnan(answer).any() and not isnan(expected).any():
        return "NaN (not a number) came back: 0/0, 0 · ∞, ∞ − ∞ or the root of a negative number makes it."
    if isfinite(expected).all():
        return "Infinity came back: a division by 0, a logarithm of 0 or too large a power makes it."
    return "A finite number came back where there is none, or the other way round."


def _where(wrong):
    """Return how many numbers are off and where the first of them stands."""
    if not wrong.any():
        return ""
    if wrong.all():
        return "The value is not right." if wrong.ndim == 0 else "None of the values is right."
    first = ", ".join(str(int(i)) for i in argwhere(wrong)[0])
    return f"{int(wrong.sum())} of {wrong.size} values are not right, the first at index [{first}]."
