"""How an answer becomes a verdict: not attempted, a known misconception, a case that differs, or right."""

from types import FunctionType

from numpy import inf

from .compare import difference
from .declare import Exercise
from .plain import Odd, plain, show
from .sandbox import run
from .verdict import NOT_ATTEMPTED, NOT_RIGHT, RIGHT, Verdict

STOPPED = "You stopped the check before it was done."
NEVER_TRIED = "Replace the line `raise NotImplementedError` by your own, run that cell, then this one."


def judge(exercise: Exercise, answer, seconds) -> Verdict:
    """Return the verdict on an answer. The expected outcomes are computed before the learner's code runs."""

    def verdict(state, message, **more):
        return Verdict(id=exercise.id, title=exercise.title, state=state, message=message, **more)

    cases = exercise.cases()
    expected = exercise.results(exercise.solution, cases)
    if _untouched(answer):
        return verdict(NOT_ATTEMPTED, "There is no answer here yet.")
    unfit, answer = _unfit(exercise, answer)
    if unfit:
        return verdict(NOT_RIGHT, unfit)

    done = run(exercise.runner(answer), cases, seconds)
    if done.ended == "interrupted":
        return verdict(NOT_RIGHT, STOPPED)
    if done.ended == "too slow":
        case = _call(exercise, answer, cases[min(len(done.outcomes), len(cases) - 1)])
        says = f"No answer within {seconds:g} seconds. Is there a loop that never ends?"
        if done.left_running:
            says += " It could not be stopped: restart the kernel before you go on."
        return verdict(NOT_RIGHT, says, case=case)
    if all(outcome.error == "NotImplementedError" for outcome in done.outcomes):
        return verdict(NOT_ATTEMPTED, NEVER_TRIED)

    faults = [_fault(exercise, got, want) for got, want in zip(done.outcomes, expected, strict=True)]
    first = next((i for i, sentence in enumerate(faults) if sentence), None)
    if first is None:
        return verdict(RIGHT, exercise.why)
    case = _call(exercise, answer, cases[first], done.outcomes[first])
    for name, (wrong, says) in exercise.wrong.items():
        results = exercise.results(wrong, cases)
        if not any(_fault(exercise, got, want) for got, want in zip(done.outcomes, results, strict=True)):
            return verdict(NOT_RIGHT, says, case=case, misconception=name)
    return verdict(NOT_RIGHT, faults[first], case=case)


def _untouched(answer):
    """Tell whether nothing was filled in: None, Ellipsis, or a tuple, list or dict of nothing else."""
    if type(answer) in (tuple, list, dict) and answer:
        items = answer.values() if type(answer) is dict else answer
        return all(item is None or item is ... for item in items)
    return answer is None or answer is ...


def _unfit(exercise, answer):
    """Return (sentence, answer): why the check cannot start, or the answer ready to run."""
    if exercise.wants_function:
        if not callable(answer):
            return "Hand over the function itself, by its name and without parentheses after it.", None
        return _misses_inputs(exercise, answer), answer
    try:
        answer = plain(answer)
    except Odd as odd:
        return str(odd), None
    if exercise.outcome is None:
        return "", answer
    return _misshapen(answer, plain(exercise.solution)), answer


def _misses_inputs(exercise, answer):
    """Return a sentence if a plain function does not take as many inputs as asked for."""
    if exercise.outcome or type(answer) is not FunctionType:
        return ""
    names, code = exercise.parameters(), answer.__code__
    own = code.co_varnames[: code.co_argcount]
    needed = len(own) - len(answer.__defaults__ or ())
    if needed <= len(names) and (len(names) <= len(own) or code.co_flags & 0x04):  # 0x04: it takes *args
        return ""
    return f"The function is called with ({', '.join(names)}), and yours takes ({', '.join(own)})."


def _misshapen(answer, solution):
    """Return a sentence if parameters cannot be put to use: all but their values is compared."""
    return difference(answer, solution, rtol=0, atol=inf)


def _fault(exercise, got, want):
    """Return "" if an outcome is as wanted, otherwise a sentence."""
    if want.error and not got.error:
        return f"Here a `{want.error}` is asked for, and an answer came back."
    if want.error and want.error not in got.kinds:
        return f"Here a `{want.error}` is asked for, and `{got.error}` was raised."
    if got.error and not want.error:
        return f"`{got.error}` was raised" + (f": {got.text}" if got.text else ".")
    if got.changed is not None:
        name = exercise.parameters()[got.changed]
        return f"After the call the input `{name}` is not what it was: work on a copy, `{name}.copy()`."
    if got.odd or want.error:
        return got.odd
    return difference(got.value, want.value, rtol=exercise.rtol, atol=exercise.atol)


def _call(exercise, answer, case, outcome=None):
    """Return the call as text that can be typed in again, and what came back."""
    names, values = exercise.parameters(), [show(value) for value in case]
    given = [f"{name}={value}" for name, value in zip(names, values, strict=True)]
    if exercise.wants_function:
        name = answer.__name__ if type(answer) is FunctionType else ""
        name = name if name.isidentifier() else exercise.id.partition(".")[2]
        text = f"{name}({', '.join(given)})"
        if len(text) > 90 or "\n" in text:  # then a line for each input
            lines = [f"{name} = {value}" for name, value in zip(names, values, strict=True)]
            text = "\n".join([*lines, f"{name}({', '.join(names)})"])
    else:
        text = ", ".join(given) or "your answer"
    if outcome is None or outcome.odd:
        return text
    return f"{text}\ngave {outcome.error or show(outcome.value)}"
