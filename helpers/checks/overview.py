"""The picture of what is done so far: chapter by chapter, and what to try next."""

from dataclasses import dataclass
from html import escape

from .declare import CHAPTERS, EXERCISES, PLACES
from .progress_file import load
from .verdict import MARKS, NOT_ATTEMPTED, NOT_RIGHT, RIGHT, prose


@dataclass(frozen=True)
class Progress:
    """What is done, chapter by chapter: rows of (chapter, [(exercise, state)]), shown as text or HTML."""

    rows: tuple
    note: str

    @property
    def next(self):
        """The exercise to try next: one that was begun before one that was not; None when all are right."""
        open_ones = [(e, state) for _, row in self.rows for e, state in row if state != RIGHT]
        begun = [e for e, state in open_ones if state == NOT_RIGHT]
        return (begun or [e for e, _ in open_ones] or [None])[0]

    def __str__(self):
        lines = []
        for name, row in self.rows:
            done = sum(state == RIGHT for _, state in row)
            lines.append(f"{name}: {done} of {len(row)} right")
            lines += [f"  {MARKS[state]} {e.title} {level(e)} {state}" for e, state in row]
        return "\n".join(lines + [self._closing()] + ([self.note] if self.note else []))

    __repr__ = __str__

    def _repr_html_(self):
        parts = []
        for name, row in self.rows:
            done = sum(state == RIGHT for _, state in row)
            lines = [
                f"{MARKS[state]} {escape(e.title)} <small>{level(e)} {state}</small>" for e, state in row
            ]
            parts.append(
                f"<p><strong>{escape(name)}</strong> {_bar(done, len(row))} {done} of {len(row)} right</p>"
            )
            items = "".join(f"<li>{line}</li>" for line in lines)
            parts.append(f'<ul style="list-style: none; padding-left: 1em">{items}</ul>')
        notes = [self._closing()] + ([self.note] if self.note else [])
        parts += [f"<p>{prose(note)}</p>" for note in notes]
        return f'<div class="progress-so-far">{"".join(parts)}</div>'

    def _closing(self):
        if self.next is None:
            return "All of these are right."
        return f"Next: {self.next.title} ({self.next.id})."


def _bar(done, all):
    """Return a bar in the colour of the text: a `<meter>` would be green, which is for gradients."""
    box = "display: inline-block; width: 6em; height: 0.6em; border: 1px solid; vertical-align: middle"
    fill = f"display: block; width: {done / all:.0%}; height: 100%; background: currentColor; opacity: 0.7"
    return f'<span style="{box}" aria-hidden="true"><span style="{fill}"></span></span>'


def level(exercise):
    """Return the difficulty as marks: ●○○, ●●○ or ●●●."""
    return "●" * exercise.level + "○" * (3 - exercise.level)


def progress(chapter=None):
    """Draw what is right so far and what to try next, for one chapter ("neuron") or for all."""
    known, note = load()
    if chapter is not None and chapter not in CHAPTERS:
        chapter, note = None, f"There is no chapter {chapter!r}; these are all: {', '.join(CHAPTERS)}."
    rows = []
    for key, name in sorted(CHAPTERS.items(), key=lambda pair: PLACES[pair[0]]):
        row = [(e, _state(known.get(e.id))) for e in EXERCISES.values() if e.id.startswith(f"{key}.")]
        if chapter in (None, key) and row:
            rows.append((name, tuple(row)))
    return Progress(tuple(rows), note)


def _state(was):
    if was is None or was["tries"] == 0:
        return NOT_ATTEMPTED
    return RIGHT if was["right"] else NOT_RIGHT
