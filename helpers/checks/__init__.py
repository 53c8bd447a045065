"""Check an exercise and say what went wrong: `check("neuron.output", output)`, and `progress()`.

It never raises, never shows a traceback and never shows the solution. Nothing leaves the machine.

How to declare an exercise, in the module of its chapter (`exercises/neuron.py` is one to copy from):

    from ..declare import chapter, exercise
    from ..domain import number, numbers

    chapter("neuron", "01 · One neuron")   # once; then one call per exercise, in the order of the page;
                                           # page="02_tables" where the title has no number
    it = exercise(
        "neuron.line", "One input",        # for check("neuron.line", line); the title in the notebook
        level=1,                           # 1 to 3: ●○○, ●●○, ●●●
        solution=lambda x, w, b: w * x + b,         # NumPy only; the names of the inputs are shown
        domain={"x": numbers("n"), "w": number(), "b": number()},    # what the prompt allows
        edges=[(2.0, 3.0, 1.0), (0.0, 3.0, 1.0)],   # the cases that are shown first, simple numbers
        right=[lambda x, w, b: b + x * w, lambda x, w, b: np.polyval([w, b], x)],  # two or more, other ways
        why="Two numbers are a whole family of lines.",  # shown when it is right
    )

    it.mistake("This is `w * x`: the bias is missing.")(lambda x, w, b: w * x)    # four to eight of them

    @it.mistake("Every example has a bias of its own here.")    # one that needs more room
    def per_example(x, w, b):
        ...

- The domain is what `domain.py` offers: numbers, whole numbers, switches, sizes from one on, shares. Where
  inputs hang together, it is a function of rng that makes a whole case. `sizes={"n": (2, 6)}` for axes that
  are not from 1 to 5; `where=lambda x, w, b: ...` tells which cases are allowed.
- `allows="..."` says in a sentence what is not allowed ("`w` is never zero"); the prompt has the same words.
- A case is a tuple of inputs: numbers, arrays, lists, dicts, or a function made by `written`.
- The solution may raise: `ValueError` in a case means that the learner's function has to raise it too, and
  with `words=True` that the error has to say something. With `new=True` the answer has to be new arrays.
- `asks=lambda answer: ...` gives a sentence where the prompt asks something of the code itself.
- An answer that is a value: `solution=` is that value, there is no domain, and mistakes can stand in
  `wrong={what to say: value}`. `either("an", "a+n")` in it
  stands for several right ones.
- Any parameters that do the job: `solution=` is one set of them and `outcome=lambda answer, x: ...` says
  what they do with the inputs of a case. Of their values only the outcomes count.
  It also works on functions: `outcome=lambda f, x: f(f(x))`.
- `rtol=`, `atol=` are 1e-6 and 1e-9 unless given. An answer in float32 is held to the precision of float32.
- A mistake is recognised by what it gives in all cases. `tests/checks` tries them all, with some forty others
  that no exercise should accept, and every mutant of the solution on two thousand inputs of the domain.
"""

from dataclasses import replace
from difflib import get_close_matches

from .borrowed import kept
from .declare import EXERCISES
from .exercises import (  # noqa: F401  each declares its exercises
    attention,
    backprop,
    boundary,
    checkpoint,
    descent,
    embeddings,
    fairness,
    families,
    fine_tuning,
    generalisation,
    interpretability,
    language_model,
    loss,
    network,
    neuron,
    numpy_page,
    parameter_types,
    positions,
    scale,
    tables,
    transformer,
    tuning,
)
from .judge import STOPPED, judge
from .overview import progress
from .progress_file import record
from .verdict import BROKEN, NOT_ATTEMPTED, NOT_RIGHT, UNKNOWN, Verdict

SECONDS = 5.0  # without an answer to the next case

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
