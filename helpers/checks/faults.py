"""What is wrong with one outcome, in a sentence; which mistake gives it; and what would make it right."""

from numpy import float32, ndarray

from .cases import runner
from .compare import coarse, difference, precision
from .copies import mapped, plain
from .repairs import cause
from .sandbox import attempt, run

WHOLE = "It is right for floats. This input holds whole numbers, and so does an array that is made like it."


def fault(exercise, got, want, case, mine=None):
    """Return "" if an outcome is as wanted, otherwise a sentence.

    mine: the answer of ours that gave what is wanted, where that is not the solution.
    """
    if got.error or want.error:
        return _raised(exercise, got, want)
    if got.changed != want.changed:
        name = _input(exercise, got.changed, want.changed)
        return f"After the call the input `{name}` is not what it was: work on a copy, `{name}.copy()`."
    if got.odd or want.odd:
        return "" if got.odd == want.odd else got.odd or "This can be compared."
    if exercise.new and mine is None and got.shared != want.shared:
        name = _input(exercise, got.shared, want.shared)
        return f"The answer lies in the memory of the input `{name}`: make a new array."
    sentence = difference(got.value, want.value, rtol=exercise.rtol, atol=exercise.atol)
    if sentence and precision(got.value) == 4 and _right_in_single(exercise, got, want, case, mine):
        return ""
    return sentence


def _input(exercise, *places):
    """Return the name of the first input that is named by its place."""
    return exercise.parameters()[next(place for place in places if place is not None)]


def _raised(exercise, got, want):
    """Return "" if the error that is wanted was raised, otherwise a sentence."""
    if want.error and not got.error:
        return f"Here a `{want.error}` is asked for, and an answer came back."
    if want.error and want.error not in got.kinds:
        return f"Here a `{want.error}` is asked for, and `{got.error}` was raised."
    if want.error:
        wordless = exercise.words and want.text and not got.text
        return f"The `{want.error}` says nothing: put into words what is wrong." if wordless else ""
    said = f"`{got.error}` was raised" + (f": {got.text}" if got.text else ".")
    if got.line:
        return f"{said} (in the line `{got.line}`)"
    if exercise.outcome and exercise.wants_function:
        return f"What came back could not be put to use: {said}"
    return said


def _right_in_single(exercise, got, want, case, mine):
    """Tell whether an answer in float32 is right as far as float32 goes, its inputs rounded or not."""
    if not coarse(got.value, want.value):
        return True
    rounded = mapped(lambda a: a.astype(float32).astype(float) if a.dtype.kind == "f" else a, case)
    want = attempt(runner(exercise, exercise.solution if mine is None else mine), rounded)
    return not want.error and not want.odd and not coarse(got.value, want.value)


def reason(exercise, answer, tried):
    """Return a sentence that says what is wrong in all these (case, wanted, got); "" where none is true."""
    if any(want.error or got.error or got.odd or got.changed is not None for _, want, got in tried):
        return ""
    near = {"rtol": exercise.rtol, "atol": exercise.atol}
    if any(not difference(got.value, want.value, **near) for _, want, got in tried):
        return ""  # the values are right, and something else is wrong
    whole = exercise.wants_function and all(_whole(case) for case, _, _ in tried)
    if whole and _right_in_floats(exercise, answer, tried):
        return WHOLE
    return cause([got.value for _, _, got in tried], [want.value for _, want, _ in tried], **near)


def _right_in_floats(exercise, answer, tried):
    """Tell whether the same cases are right when their whole numbers come as floats."""
    floats = [mapped(lambda a: a.astype(float) if a.dtype.kind in "iu" else a, case) for case, _, _ in tried]
    again = run(runner(exercise, answer), floats, 1.0).outcomes
    if len(again) < len(tried):
        return False
    return not any(
        fault(exercise, got, want, case) for got, (case, want, _) in zip(again, tried, strict=True)
    )


def _whole(case):
    """Tell whether an array of whole numbers is among the inputs."""
    return any(isinstance(item, ndarray) and item.dtype.kind in "iu" for item in case)


def recognised(exercise, answer, tried):
    """Return the sentence of the mistake that gives exactly what was given in every case, or ""."""
    if not exercise.wants_function:  # the very values first: what they do may be the same for two mistakes
        same = [
            says
            for says, wrong in exercise.mistakes
            if not difference(answer, plain(wrong), rtol=1e-9, atol=0)
        ]
        if same:
            return same[0]
    for says, wrong in exercise.mistakes:
        does = runner(exercise, wrong)
        if all(not fault(exercise, got, attempt(does, case), case, mine=wrong) for case, _, got in tried):
            return says
    return ""
