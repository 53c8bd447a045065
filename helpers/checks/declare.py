"""An exercise as a chapter declares it: the solution, the inputs to try, the usual mistakes."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from zlib import crc32

from numpy import ndarray
from numpy.random import default_rng

from .sandbox import attempt

CHAPTERS = {}  # "neuron" -> "01 · One neuron"
EXERCISES = {}  # id -> Exercise, in the order of the story
DRAWS = 4  # random cases per check, after the edge cases


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """See `helpers.checks` for how to declare one."""

    id: str
    title: str
    solution: object
    why: str
    draw: Callable | None = None
    edges: Sequence = ()
    outcome: Callable | None = None
    wrong: Mapping = field(default_factory=dict)
    right: Sequence = ()
    level: int = 1
    decimals: int | None = 2
    rtol: float = 1e-6
    atol: float = 1e-9

    @property
    def wants_function(self):
        return callable(self.solution)

    def parameters(self):
        """Return the names of the inputs of one case."""
        if not self._takes_inputs():
            return []
        names = list(inspect.signature(self.outcome or self.solution).parameters)
        return names[1:] if self.outcome else names

    def cases(self, seed=0):
        """Return a list of tuples of inputs: the edge cases, then four random ones that a seed decides."""
        if not self._takes_inputs():
            return [()]
        rng = default_rng([crc32(self.id.encode()), seed])
        drawn = [self._drawn(rng) for _ in range(DRAWS)] if self.draw else []
        return [tuple(edge) for edge in self.edges] + drawn

    def results(self, answer, cases):
        """Return the Outcome of an answer of ours on each case. A learner's runs in the sandbox instead."""
        return [attempt(self.runner(answer), case) for case in cases]

    def runner(self, answer):
        """Return the function of a case that the check runs."""
        if self.outcome:
            return lambda *inputs: self.outcome(answer, *inputs)
        return answer if self.wants_function else lambda: answer

    def _takes_inputs(self):
        return self.outcome is not None or self.wants_function

    def _drawn(self, rng):
        """Draw one case. Sizes are all different, so that a transposed product cannot pass by luck."""
        n_sizes = len(inspect.signature(self.draw).parameters) - 1
        sizes = rng.permutation(range(2, 4 + n_sizes))[:n_sizes].tolist()
        return tuple(self._rounded(item) for item in self.draw(rng, *sizes))

    def _rounded(self, item):
        """Round what was drawn, so that a case on the screen can be typed in again."""
        if isinstance(item, (tuple, list)):
            return type(item)(self._rounded(part) for part in item)
        if self.decimals is None or not isinstance(item, (float, ndarray)):
            return item
        return round(float(item), self.decimals) if isinstance(item, float) else item.round(self.decimals)


def chapter(key, title):
    """Name a chapter; its exercises have ids that begin with key and a dot."""
    CHAPTERS[key] = title


def exercise(id, title, **fields):
    """Declare an exercise: build it, file it under its id and return it."""
    if id in EXERCISES:
        raise ValueError(f"The exercise {id} is declared twice.")
    EXERCISES[id] = Exercise(id=id, title=title, **fields)
    return EXERCISES[id]
