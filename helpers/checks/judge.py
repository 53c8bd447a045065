"""How an answer becomes a verdict: not attempted, a known misconception, a case that differs, or right."""

import time
from types import FunctionType

from .cases import LEAST, fresh_cases, known_cases, new_seed, runner
from .compare import form, usable
from .copies import Odd, plain, show
from .declare import Exercise
from .faults import fault, reason, recognised
from .sandbox import run
from .verdict import NOT_ATTEMPTED, NOT_RIGHT, RIGHT, Verdict

NOTHING_YET = "There is no answer here yet."
NEVER_TRIED = "Replace the line `raise NotImplementedError` by your own, run that cell, then this one."
STOPPED = "You stopped the check before it was done."
NO_THREAD = "This machine has no thread left for the check: restart the kernel, then run this cell again."
SECONDS = 0.3  # for new cases, once the known ones are right


def judge(exercise: Exercise, answer, seconds) -> Verdict:
    """Return the verdict on an answer. The expected outcomes are computed before the learner's code runs."""

    def verdict(state, message, **more):
        return Verdict(id=exercise.id, title=exercise.title, state=state, message=message, **more)

    if untouched(answer):
        return verdict(NOT_ATTEMPTED, NOTHING_YET)
    unfit, answer = _unfit(exercise, answer)
    if unfit:
        return verdict(NOT_RIGHT, unfit)

    known = known_cases(exercise)
    pairs = known + fresh_cases(exercise, new_seed())
    done, faults = _tried(exercise, answer, pairs, len(known), seconds)
    if done.ended != "finished":
        case = called(exercise, answer, pairs[min(len(done.outcomes), len(pairs) - 1)][0])
        return verdict(NOT_RIGHT, _ended(done, seconds), case=case if done.ended == "too slow" else "")
    if all(outcome.error == "NotImplementedError" for outcome in done.outcomes):
        return verdict(NOT_ATTEMPTED, NEVER_TRIED)

    wrong = [i for i, sentence in enumerate(faults) if sentence]
    if not wrong:
        said = exercise.asks(answer) if exercise.asks else ""
        return verdict(NOT_RIGHT, said) if said else verdict(RIGHT, exercise.why)
    tried = [(case, want, got) for (case, want), got in zip(pairs, done.outcomes, strict=False)]
    shown = _shortest(wrong, tried, len(exercise.edges))
    case = called(exercise, answer, tried[shown][0], done.outcomes[shown])
    if says := recognised(exercise, answer, tried):
        return verdict(NOT_RIGHT, says, case=case, misconception=says)
    says = reason(exercise, answer, [tried[i] for i in wrong]) or faults[shown]
    right = len(faults) - len(wrong)
    share = f" It is right in {right} of {len(faults)} cases." if right > len(wrong) else ""
    return verdict(NOT_RIGHT, says + share, case=case)


def _tried(exercise, answer, pairs, known, seconds):
    """Return the Run of an answer on pairs of (case, wanted), and what is wrong in each outcome, or "".

    All known cases are tried, so that a misconception shows itself; new ones until one is wrong.
    """
    faults, start = [], time.perf_counter()

    def goes_on(outcomes):
        case, want = pairs[len(outcomes) - 1]
        faults.append(fault(exercise, outcomes[-1], want, case))
        if outcomes[-1].odd:  # nothing to recognise a misconception by
            return False
        if len(outcomes) < known:
            return True
        # On a slow machine the known cases have to do.
        least = LEAST if time.perf_counter() - start < seconds / 2 else 0
        late = time.perf_counter() - start > SECONDS and len(outcomes) >= known + least
        return not any(faults) and not late

    done = run(runner(exercise, answer), [case for case, _ in pairs], seconds, goes_on)
    # An array that a later call overwrote is found out after the last call only.
    return done, [outcome.odd or said for outcome, said in zip(done.outcomes, faults, strict=False)]


def _ended(done, seconds):
    """Return a sentence on a run that did not finish."""
    if done.ended == "interrupted":
        return STOPPED
    if done.ended == "not started":
        return NO_THREAD
    says = f"No answer within {seconds:g} seconds. Is there a loop that never ends?"
    return says + " It could not be stopped: restart the kernel before you go on." * done.left_running


def _shortest(wrong, tried, edges):
    """Return which case to show: the first edge that is wrong, or else the case that is shortest to write."""
    if wrong[0] < edges:
        return wrong[0]
    return min(wrong, key=lambda i: len(show(tried[i][0], exact=True)))


def untouched(answer):
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
    if said := _open(exercise.solution, answer):
        return said, None
    try:
        answer = plain(answer)
    except Odd as odd:
        return str(odd), None
    if exercise.outcome is None:
        return "", answer
    return form(answer, plain(exercise.solution)) or usable(answer), answer


def _open(solution, answer):
    """Return a sentence that names the first item of a pencil that is not filled in yet."""
    if type(answer) is dict:
        found = [key for key, item in answer.items() if item is None or item is ...]
        return f"`{found[0]}` is still open." if found else ""
    if type(answer) in (tuple, list):
        found = [i for i, item in enumerate(answer) if item is None or item is ...]
        return f"Item {found[0]} is still open (counted from 0)." if found else ""
    return ""


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


def called(exercise, answer, case, outcome=None):
    """Return the call as text that can be typed in again, and what came back."""
    names, values = exercise.parameters(), [show(value, exact=True) for value in case]
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
    return f"{text}\ngave {outcome.error or show(outcome.value)[:2000]}"
