"""Who solved what: the notebooks of a class as one table for the eye and one for a spreadsheet.

A folder of a class holds a folder or a notebook for each learner, and its name is the learner's.
"""

import csv
import sys
from dataclasses import dataclass, field
from pathlib import Path

from ..declare import CHAPTERS, EXERCISES, PLACES
from ..overview import level
from ..verdict import MARKS, NOT_ATTEMPTED, NOT_RIGHT, RIGHT
from .marking import ORDER, mark

NEVER = "·"  # no notebook of this learner checks it


@dataclass
class Learner:
    """What is known of one learner."""

    name: str
    notebooks: list = field(default_factory=list)
    states: dict = field(default_factory=dict)  # {id: state}
    said: list = field(default_factory=list)  # sentences

    def count(self, state):
        return sum(each == state for each in self.states.values())

    def add(self, states, said):
        for id, state in states.items():
            self.states[id] = max(self.states.get(id, NOT_ATTEMPTED), state, key=ORDER.index)
        self.said += said


def learners(places):
    """Return the Learners of all places, by name; one who stands in two folders is one learner."""
    found = {}
    for place in map(Path, places):
        inside = [place] if place.is_file() else sorted(place.iterdir())
        for path in inside:
            hidden = path.name.startswith(".")
            if hidden or not (path.is_dir() or path.suffix == ".ipynb" and path.is_file()):
                continue
            name = clean(path.name if path.is_dir() else path.stem)
            found.setdefault(name, Learner(name)).notebooks += notebooks(path)
    return [found[name] for name in sorted(found, key=str.casefold)]


def notebooks(path):
    """Return [(name, path)] of what one learner handed in; of a whole my_course, the exercises only."""
    if path.is_file():
        return [(path.name, path)]
    found = [(each.relative_to(path), each) for each in sorted(path.rglob("*.ipynb")) if each.is_file()]
    return [(name.as_posix(), each) for name, each in found if not any(map(left_out, name.parts[:-1]))]


def left_out(folder):
    """Tell whether a folder in a learner's holds none of the learner's exercises."""
    return folder in ("chapters", "solutions") or folder.startswith(".")


def report(places, seconds, size, file=None):
    """Return the Learners of all places, marked; file: where to say whose turn it is."""
    found = learners(places)
    for learner in found:
        for name, path in learner.notebooks:
            print(f"{learner.name}: {clean(name)}", file=file or sys.stderr, flush=True)
            states, said = mark(path, seconds, size)
            learner.add(states, [clean(f"{name}: {sentence}", 300) for sentence in said])
        if not learner.states and not learner.said:
            learner.said.append("No notebook here calls a check.")
    return found


def clean(text, most=60):
    """Return a text of a learner's as one line without anything that a terminal would obey."""
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    return text if len(text) <= most else f"{text[: most - 1]}…"


def table(found):
    """Return the report as text: a line for each learner, then a block for each chapter."""
    wide = max([len(learner.name) for learner in found] + [7])
    lines = [f"{'Learner':{wide}}  right  not right  not tried"]
    for each in found:
        right, wrong, untried = map(each.count, (RIGHT, NOT_RIGHT, NOT_ATTEMPTED))
        lines.append(f"{each.name:{wide}}  {right:5}  {wrong:9}  {untried:9}")
        lines += [f"{'':{wide}}  {sentence}" for sentence in each.said]
    for chapter, ids in chapters(found):
        lines += ["", chapter]
        lines += [f"  {n} {EXERCISES[id].title} {level(EXERCISES[id])} {id}" for n, id in enumerate(ids, 1)]
        lines += [" " * wide + "".join(f"{n:3}" for n in range(1, len(ids) + 1))]
        for each in found:
            marks = [MARKS[each.states[id]] if id in each.states else NEVER for id in ids]
            lines.append(f"{each.name:{wide}}" + "".join(f"{mark:>3}" for mark in marks))
    marks = ", ".join(f"{MARKS[state]} {state}" for state in reversed(ORDER))
    return "\n".join([*lines, "", f"{marks}, {NEVER} not in the notebooks."])


def chapters(found):
    """Return [(chapter, its ids)] of the chapters that somebody's notebooks check, in the book's order."""
    seen = {id.partition(".")[0] for learner in found for id in learner.states}
    keys = sorted(seen, key=lambda key: PLACES[key])
    return [(CHAPTERS[key], [id for id in EXERCISES if id.startswith(f"{key}.")]) for key in keys]


def write_csv(found, path):
    """Write a row for each learner, with a column for each exercise of the chapters that occur."""
    ids = [id for _, each in chapters(found) for id in each]
    with open(path, "w", newline="", encoding="utf-8-sig") as file:  # with the mark that spreadsheets expect
        rows = csv.writer(file)
        rows.writerow(["learner", "right", "not right", "not tried", *ids, "remarks"])
        for each in found:
            counts = map(each.count, (RIGHT, NOT_RIGHT, NOT_ATTEMPTED))
            states = [each.states.get(id, "") for id in ids]
            rows.writerow(map(harmless, [each.name, *counts, *states, " ".join(each.said)]))


def harmless(value):
    """Return a value that no spreadsheet takes for a formula."""
    return f"'{value}" if str(value).startswith(("=", "+", "-", "@")) else value
