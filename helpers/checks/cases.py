"""The cases that a check tries: edges, corners and a few draws that stay, and many that are new each time."""

import os
import time
from functools import cache
from zlib import crc32

from numpy.random import default_rng

from .sandbox import attempt

ALWAYS = 12  # draws that are the same in every call, after the edges and the corners
LEAST, MOST = 40, 500  # draws that are new in every call ...
SECONDS = 0.2  # ... as many of them as the solution does in this time


def runner(exercise, answer):
    """Return the function of a case that the check runs."""
    if exercise.outcome:
        return lambda *inputs: exercise.outcome(answer, *inputs)
    return answer if exercise.wants_function else lambda: answer


@cache
def known_cases(exercise):
    """Return [(case, Outcome of the solution)]: edges, corners and a few draws, always the same."""
    if not exercise.takes_inputs:
        return solved(exercise, [()])
    cases = [*map(tuple, exercise.edges), *exercise.domain.corners()]
    if exercise.domain.inputs:
        rng = default_rng(crc32(exercise.id.encode()))
        cases += [exercise.domain.draw(rng) for _ in range(ALWAYS)]
    return solved(exercise, cases)


def fresh_cases(exercise, seed):
    """Return [(case, Outcome of the solution)] of as many draws as there is time for."""
    if not exercise.takes_inputs or not exercise.domain.inputs:
        return []
    rng, start, pairs = default_rng(seed), time.perf_counter(), []
    while len(pairs) < LEAST or len(pairs) < MOST and time.perf_counter() - start < SECONDS:
        pairs += solved(exercise, [exercise.domain.draw(rng)])
    return pairs


def solved(exercise, cases):
    """Return [(case, Outcome of the solution)]."""
    return [(case, attempt(runner(exercise, exercise.solution), case)) for case in cases]


def new_seed():
    """Return a seed that no answer can know."""
    return int.from_bytes(os.urandom(8), "little")
