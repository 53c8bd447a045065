"""Put one exercise on trial: try all its wrong and right answers and count what its check gets wrong."""

import ast
import contextlib
import copy
import gc
import io
import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

import numpy as np
import wrong_answers
from mutants import mutants

from helpers.checks import check
from helpers.checks.declare import EXERCISES, Exercise
from helpers.checks.verdict import BROKEN

ROOT = Path(__file__).parents[2]
SECONDS = 0.05  # for the answers that never come
GRACE = 2.0  # a check that takes longer than its limit and this hangs
MISTAKES = ("false passes", "false failures", "crashes", "hangs")
UNSEEN = (
    "right once",
    "writes into its input",
    "resizes its input",
)  # what comparing single outcomes cannot see


def same(a, b, rtol, atol):
    """Tell whether two outcomes are alike in kind, shape and value: numpy's judgement, not the engine's."""
    if isinstance(b, (tuple, list)):
        alike = isinstance(a, (tuple, list)) and len(a) == len(b)
        return alike and all(same(x, y, rtol, atol) for x, y in zip(a, b, strict=True))
    if isinstance(b, dict):
        return isinstance(a, dict) and a.keys() == b.keys() and all(same(a[k], b[k], rtol, atol) for k in b)
    if callable(b) or b is None or isinstance(b, str):
        return a is b or type(a) is type(b) is str and a == b
    if type(a) not in (bool, int, float, complex, np.ndarray) and type(a).__module__ != "numpy":
        return False
    a, b = np.asarray(a), np.asarray(b)
    kinds = [{"i": "f", "u": "f"}.get(x.dtype.kind, x.dtype.kind) for x in (a, b)]
    if a.shape != b.shape or kinds[0] != kinds[1]:
        return False
    if b.dtype.kind in "biu" and a.dtype.kind in "biu":
        return bool((a == b).all())
    return bool(np.allclose(a, b, rtol=rtol, atol=atol, equal_nan=True))


def outcome(run, case):
    """Return (value, inputs after the call), or the name of the error."""
    inputs = copy.deepcopy(case)
    try:
        with np.errstate(all="ignore"), contextlib.redirect_stdout(io.StringIO()):
            return run(*inputs), inputs
    except (Exception, SystemExit, KeyboardInterrupt, GeneratorExit, wrong_answers.Unspeakable) as error:
        return type(error).__name__


def agrees(exercise, answer, expected):
    """The oracle: tell whether an answer does on all cases what the solution does."""
    if exercise.wants_function and not callable(answer):
        return False
    near = {"rtol": exercise.rtol, "atol": exercise.atol}
    for case, want in expected:
        got = outcome(exercise.runner(answer), case)
        if isinstance(got, str) or isinstance(want, str):
            if got != want:
                return False
        elif not same(got[0], want[0], **near) or not same(got[1], case, rtol=0, atol=0):
            return False
    return True


def solved(exercise):
    """Return [(case, outcome of the solution)] of many cases: computed once, held against every answer."""
    return [(case, outcome(exercise.runner(exercise.solution), case)) for case in many_cases(exercise)]


def many_cases(exercise):
    """Return the check's own cases, those of other seeds, and all in whole numbers, where ties are likely."""
    drawn = [case for seed in range(9) for case in exercise.cases(seed)]
    whole = [tuple(np.round(i) if isinstance(i, (float, np.ndarray)) else i for i in case) for case in drawn]
    return drawn + [case for case in whole if _has_an_answer(exercise, case)]


def _has_an_answer(exercise, case):
    """Tell whether the solution has a finite answer to a case that nobody drew."""
    got = outcome(exercise.runner(exercise.solution), case)
    numbers = []
    if not isinstance(got, str):
        wrong_answers.leaves(numbers.append)(got[0])
    return bool(numbers) and all(np.isfinite(n).all() for n in numbers)


@dataclass
class Trial:
    """How many answers were tried on one exercise, and those that its check misjudged."""

    id: str
    tried: dict = field(
        default_factory=lambda: dict.fromkeys(["own", "general", "mutants", "equal", "right"], 0)
    )
    misjudged: dict = field(default_factory=lambda: {name: [] for name in MISTAKES})

    @property
    def wrong(self):
        return self.tried["own"] + self.tried["general"] + self.tried["mutants"]

    def put(self, group, name, answer, seconds=5.0):
        """Check one answer, note what went wrong, and return the verdict, or None after a crash."""
        self.tried[group] += 1
        start, printed = time.perf_counter(), io.StringIO()
        try:
            with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
                verdict = check(self.id, answer, seconds=seconds)
                shown = str(verdict) + verdict._repr_html_()
        except BaseException as error:
            self.misjudged["crashes"].append(f"{name}: {error!r}")
            return None
        if time.perf_counter() - start > seconds + GRACE:
            self.misjudged["hangs"].append(name)
        if verdict.state == BROKEN or printed.getvalue() or "Traceback" in shown:
            self.misjudged["crashes"].append(f"{name}: {verdict.message} {printed.getvalue()[:200]}")
        elif verdict.right != (group in ("equal", "right")):
            self.misjudged["false passes" if verdict.right else "false failures"].append(f"{name}: {verdict}")
        return verdict


def general(exercise, expected):
    """Yield (name, wrong answer, seconds) for all that no exercise takes, less what changes nothing here."""
    answers = list(wrong_answers.slips(exercise.solution, exercise.rtol, exercise.atol))
    if exercise.wants_function:
        answers += wrong_answers.misbehaviour(exercise.solution, exercise.cases())
    for name, answer in answers:
        if name in UNSEEN and exercise.outcome is None or not agrees(exercise, answer, expected):
            yield name, answer, 5.0
    if exercise.wants_function:
        # Hypothesis and pytest run code of their own when garbage is collected. A Stop that arrives there, in
        # the middle of a deep recursion, would be counted against the check.
        gc.collect()
        gc.disable()
        try:
            yield from ((name, answer, SECONDS) for name, answer in wrong_answers.endless())
        finally:
            gc.enable()


def solved_code():
    """Return {id: (name, source of its solution cells, namespace before them)} of all solution notebooks."""
    found = {}
    for path in sorted((ROOT / "solutions").glob("*.ipynb")):
        space, pending = {"np": np}, []
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        for cell in (c for c in cells if c["cell_type"] == "code"):
            tree = ast.parse("".join(cell["source"]))
            kinds = (ast.FunctionDef, ast.ClassDef, ast.Assign)
            definitions = ast.Module([n for n in tree.body if isinstance(n, kinds)], [])
            imports = ast.Module([n for n in tree.body if isinstance(n, (ast.Import, ast.ImportFrom))], [])
            exec(compile(imports, str(path), "exec"), space)
            if "solution" in cell["metadata"].get("tags", []):
                pending += definitions.body
            else:  # what is given, and the stubs
                exec(compile(definitions, str(path), "exec"), space)
            for node in ast.walk(tree):
                match node:
                    case ast.Call(ast.Name("check"), [ast.Constant(id), ast.Name(name)]) if pending:
                        last = max(i for i, definition in enumerate(pending) if name in _names(definition))
                        found[id] = name, ast.unparse(ast.Module(pending[: last + 1], [])), dict(space)
                        exec(found[id][1], space)
                        pending = []
    return found


def _names(definition):
    """Return the names that a definition or an assignment gives."""
    targets = getattr(definition, "targets", [])
    inside = {n.id for target in targets for n in ast.walk(target) if isinstance(n, ast.Name)}
    return inside or {definition.name}


def made(name, source, space):
    """Return what a piece of code calls by this name; None if the code does not run."""
    space = dict(space)
    try:
        with np.errstate(all="ignore"):
            exec(compile(source, "<mutant>", "exec"), space)
    except Exception:  # a mutant may be anything; one that cannot be defined is no answer
        return None
    return space.get(name)


def once(results):
    """Return a method that keeps what an exercise's own answers give: its cases are the same each time."""
    known = {}

    def remembered(exercise, answer, cases):
        key = exercise.id, id(answer)
        if key not in known:
            known[key] = results(exercise, answer, cases)
        return known[key]

    return remembered


@patch.object(Exercise, "results", once(Exercise.results))
def try_all(id, name, source, space):
    """Return the Trial of one exercise; source defines name when it runs in a namespace."""
    exercise, trial = EXERCISES[id], Trial(id)
    expected = solved(exercise)
    for slip, (answer, says) in exercise.wrong.items():
        verdict = trial.put("own", slip, answer)
        if verdict and (verdict.misconception, verdict.message) != (slip, says):
            trial.misjudged["false failures"].append(f"{slip} got another message: {verdict}")
    for slip, answer, seconds in general(exercise, expected):
        trial.put("general", slip, answer, seconds=seconds)
    for slip, text in mutants(source):
        mutant = made(name, text, space)
        trial.put("equal" if agrees(exercise, mutant, expected) else "mutants", f"{slip}:\n{text}\n", mutant)
    rights = {"solution": exercise.solution, "notebook": made(name, source, space)}
    rights |= {f"right[{i}]": answer for i, answer in enumerate(exercise.right)}
    if exercise.wants_function:
        odd = wrong_answers.harmless(exercise.solution, exercise.rtol, exercise.atol)
        rights |= {n: a for n, a in odd if exercise.outcome is None or agrees(exercise, a, expected)}
    for slip, answer in rights.items():
        trial.put("right", slip, answer)
    return trial
