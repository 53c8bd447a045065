"""An exercise as a chapter declares it: data only. How an answer is judged is in `judge`."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from .domain import Domain

CHAPTERS = {}  # "neuron" -> "01 · One neuron"
PLACES = {}  # "neuron" -> what puts it in the order of the book
EXERCISES = {}  # id -> Exercise, in the order of the story


@dataclass(kw_only=True, eq=False)
class Exercise:
    """See `helpers.checks` for how to declare one."""

    id: str
    title: str
    solution: object
    why: str
    domain: Domain
    allows: str = ""  # what the prompt says of the inputs, word for word
    edges: Sequence = ()
    outcome: Callable | None = None
    mistakes: list = field(default_factory=list)  # of pairs: (what to say, the answer that embodies it)
    right: Sequence = ()
    level: int = 1
    rtol: float = 1e-6
    atol: float = 1e-9
    new: bool = False  # the answer has to be new arrays, no parts of the inputs
    words: bool = False  # an error that is asked for has to say something
    asks: Callable | None = None  # answer -> "" or a sentence: what the prompt asks of the code itself

    @property
    def wants_function(self):
        return callable(self.solution)

    @property
    def takes_inputs(self):
        return self.outcome is not None or self.wants_function

    def parameters(self):
        """Return the names of the inputs of one case."""
        if not self.takes_inputs:
            return []
        names = list(inspect.signature(self.outcome or self.solution).parameters)
        return names[1:] if self.outcome else names

    def mistake(self, says):
        """Decorate a function that embodies a misconception with the sentence that it gets."""

        def add(answer):
            self.mistakes.append((says, answer))
            return answer

        return add


def chapter(key, title, page=""):
    """Name a chapter; its exercises have ids that begin with key and a dot.

    page: the name of its notebook, such as "02_tables", for a title without a number.
    """
    CHAPTERS[key] = title
    PLACES[key] = page or title


def exercise(id, title, *, domain=None, sizes=None, where=None, wrong=None, **fields):
    """Declare an exercise: build it, file it under its id and return it, so that `.mistake` can follow.

    domain: {input: what it may be}, in the order of the solution's parameters, or a function of rng that
    makes a whole case. sizes: {name: (smallest, largest)}. where: tells which cases are allowed.
    wrong: {what to say: answer}, for misconceptions that are values.
    """
    if id in EXERCISES:
        raise ValueError(f"The exercise {id} is declared twice.")
    inputs = Domain(domain or {}, sizes or {}, where)
    made = Exercise(id=id, title=title, domain=inputs, mistakes=list((wrong or {}).items()), **fields)
    if isinstance(domain, dict) and list(domain) != made.parameters():
        raise ValueError(f"The inputs of {id} are {made.parameters()}, and its domain has {list(domain)}.")
    EXERCISES[id] = made
    return made
