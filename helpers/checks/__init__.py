"""Check an exercise and say what went wrong: `check("neuron.output", output)`, and `progress()`.

It never raises, never shows a traceback and never shows the solution. Nothing leaves the machine.

How to declare an exercise, in the module of its chapter (`neuron.py` is a whole one to copy from):

    from .declare import chapter, exercise

    chapter("neuron", "01 · One neuron")   # once; then one call per exercise, in the order of the page
    exercise(
        "neuron.line", "One input",        # for check("neuron.line", line); the title in the notebook
        level=1,                           # 1 to 3: ●○○, ●●○, ●●●
        solution=lambda x, w, b: w * x + b,         # NumPy only; the names of the inputs are shown
        edges=[(2.0, 3.0, 1.0), (0.0, 3.0, 1.0)],   # the cases that decide, simple numbers first
        draw=lambda rng, n: (rng.normal(size=n), rng.normal(), rng.normal()),  # four random ones follow
        wrong={                            # four to eight: name -> (function, what to say)
            "without_bias": (lambda x, w, b: w * x, "This is `w * x`: the bias is missing."),
        },
        right=[lambda x, w, b: b + x * w, lambda x, w, b: np.polyval([w, b], x)],  # two or more, other ways
        why="Two numbers are a whole family of lines.",  # shown when it is right
    )

- `draw(rng, n, m, ...)`: every further parameter is a size, and all sizes of one case are different.
  Floats and float arrays are rounded to `decimals=2`, so that a case on the screen can be typed in again.
- A case is a tuple of inputs. An input may be a number, an array, a list, a dict or a function.
- The solution may raise: `ValueError` in a case means that the learner's function has to raise it too.
- An answer that is a value: `solution=` is that value, and there are no cases.
- Any parameters that do the job: `solution=` is one set of them and `outcome=lambda answer, x: ...` says
  what they do with the inputs of a case. The shapes have to be the solution's; of the values
  only the outcomes count. In `wrong` and `right` stand other sets. It also works on functions:
  `outcome=lambda f, x: f(f(x))`.
- `rtol=`, `atol=` are 1e-6 and 1e-9 unless given.
- A wrong answer is recognised by value: in some case it has to differ from the solution and from the other
  wrong ones. `tests/checks/test_checks.py` tries them all, with some forty others that no
  exercise should accept.
"""

from dataclasses import replace
from difflib import get_close_matches

from .declare import EXERCISES
from .exercises import (  # noqa: F401  each declares its exercises
    attention,
    backprop,
    boundary,
    descent,
    embeddings,
    generalisation,
    language_model,
    loss,
    network,
    neuron,
    positions,
    transformer,
)
from .judge import STOPPED, judge
from .overview import progress
from .progress_file import record
from .state import kept
from .verdict import BROKEN, NOT_ATTEMPTED, NOT_RIGHT, UNKNOWN, Verdict

SECONDS = 5.0  # for all cases of one check together

__all__ = ["check", "progress"]


def check(id, answer=None, *, seconds=SECONDS):
    """Return the Verdict on an answer to the exercise with this id. Last in a cell, it shows itself.

    answer: what the exercise asks for, mostly a function, handed over by its name.
    """
    if type(id) is not str or id not in EXERCISES:
        return _unknown(id, answer)
    try:
        with kept() as printed:
            verdict = judge(EXERCISES[id], answer, seconds)
    except KeyboardInterrupt:  # the stop button, between two steps of ours
        return Verdict(id=id, title=EXERCISES[id].title, state=NOT_RIGHT, message=STOPPED)
    except Exception as error:  # a mistake of ours: the learner is told so, and the tests count it as a crash
        said = f"The check itself stumbled ({type(error).__name__}: {error}). That is not your mistake."
        return Verdict(id=id, title=EXERCISES[id].title, state=BROKEN, message=said)
    note = record(verdict) if verdict.state != NOT_ATTEMPTED else ""
    return replace(verdict, note=note, printed="" if verdict.right else printed.text)


def _unknown(id, answer):
    """Return the verdict on an id that no exercise has, with the nearest one."""
    if type(id) is not str:
        says = 'The id comes first and in quotes: `check("neuron.line", line)`.'
        return Verdict(id=str(answer) if type(answer) is str else "", state=UNKNOWN, message=says)
    near = get_close_matches(id, EXERCISES, n=1, cutoff=0)
    says = f"There is no exercise `{id}`." + (f" The nearest is `{near[0]}`." if near else "")
    return Verdict(id=id, state=UNKNOWN, message=says)
