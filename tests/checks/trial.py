"""Put one exercise on trial: try all its wrong and right answers and count what its check gets wrong."""

import ast
import contextlib
import gc
import io
import json
import time
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from unittest.mock import patch

import numpy as np
import wrong_answers
from mutants import TOOLS, mutants
from oracle import Domain, Hangs, alarm

from helpers.checks import cases, check
from helpers.checks.declare import EXERCISES
from helpers.checks.verdict import BROKEN

ROOT = Path(__file__).parents[2]
JUDGE = import_module("helpers.checks.judge")
CHECKS = import_module("helpers.checks")
SECONDS = 0.05  # for the answers that never come
FRESH = 300  # draws of a check; at a reader's it is a matter of time
EQUAL = 5  # mutants that do the same and are checked all the same, for each exercise
GRACE = 2.0  # a check that takes longer than its limit and this hangs
MISTAKES = ("false passes", "false failures", "crashes", "hangs")
UNSEEN = (
    "right once",
    "writes into its input",
    "resizes its input",
)  # what comparing single outcomes cannot see


@dataclass
class Trial:
    """How many answers were tried on one exercise, and those that its check misjudged."""

    id: str
    tried: dict = field(
        default_factory=lambda: dict.fromkeys(["own", "general", "mutants", "equal", "right"], 0)
    )
    passed: int = 0  # mutants that differ and were taken
    misjudged: dict = field(default_factory=lambda: {name: [] for name in MISTAKES})

    def row(self):
        """Return the row of the table: how many answers were tried, and how many of them misjudged."""
        tried, different = self.tried, self.tried["mutants"]
        counts = {
            "exercise": self.id,
            "own": tried["own"],
            "general": tried["general"],
            "right": tried["right"],
        }
        counts |= {
            "mutants": different + tried["equal"],
            "equal": tried["equal"],
            "refused": different - self.passed,
        }
        counts |= {"passed though different": self.passed}
        return counts | {name: len(answers) for name, answers in self.misjudged.items()}

    @property
    def wrong(self):
        return self.tried["own"] + self.tried["general"] + self.tried["mutants"]

    def mutant(self, domain, name, mutant):
        """Hold a mutant against the whole domain: where it differs anywhere, the check has to refuse it."""
        single = "_single(" in name  # counts as wrong only where float32 is not near enough
        try:
            with alarm(domain.patience):
                equal = domain.agrees(mutant, single)
        except Hangs:
            equal = False
        if not equal:
            verdict = self.put("mutants", name, mutant, seconds=1.0)
            self.passed += verdict is not None and verdict.right
        elif single or self.tried["equal"] >= EQUAL:
            self.tried["equal"] += 1
        else:
            self.put("equal", name, mutant)

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


def general(exercise, domain):
    """Yield (name, wrong answer, seconds) for all that no exercise takes, less what changes nothing here."""
    answers = list(wrong_answers.slips(exercise.solution, exercise.rtol, exercise.atol))
    if exercise.wants_function:
        answers += wrong_answers.misbehaviour(exercise.solution, [case for case, _ in domain.expected])
    for name, answer in answers:
        if name in UNSEEN and exercise.outcome is None or not domain.agrees(answer):
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


@cache
def fresh_cases(exercise, seed):
    """The draws that are new in each call, for a trial: drawn once, so that it can be repeated."""
    rng = np.random.default_rng(seed)
    return (
        cases.solved(exercise, [exercise.domain.draw(rng) for _ in range(FRESH)])
        if exercise.domain.inputs
        else []
    )


@patch.object(JUDGE, "new_seed", lambda: 1)
@patch.object(JUDGE, "fresh_cases", fresh_cases)
@patch.object(CHECKS, "record", lambda verdict: "")  # the file of progress has tests of its own
def try_all(id, name, source, space):
    """Return the Trial of one exercise; source defines name when it runs in a namespace."""
    exercise, trial = EXERCISES[id], Trial(id)
    domain = Domain(exercise)
    for says, answer in exercise.mistakes:
        verdict = trial.put("own", says, answer)
        if verdict is not None and verdict.misconception != says:
            trial.misjudged["false failures"].append(f"another sentence than {says!r}: {verdict}")
    for slip, answer, seconds in general(exercise, domain):
        trial.put("general", slip, answer, seconds=seconds)
    for slip, text in mutants(source):
        trial.mutant(domain, f"{slip}:\n{text}\n", made(name, text, space | TOOLS))
    rights = {"solution": exercise.solution, "notebook": made(name, source, space)}
    rights |= {f"right[{i}]": answer for i, answer in enumerate(exercise.right)}
    for slip, answer in rights.items():
        if not domain.agrees(answer):
            trial.misjudged["false failures"].append(f"{slip} is declared right and is not")
    if exercise.wants_function:
        odd = wrong_answers.harmless(exercise.solution, exercise.rtol, exercise.atol)
        rights |= {n: a for n, a in odd if exercise.outcome is None or domain.agrees(a)}
    for slip, answer in rights.items():
        trial.put("right", slip, answer)
    return trial
