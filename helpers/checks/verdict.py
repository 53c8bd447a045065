"""What a check answers: a state, a sentence and the case that shows it, as HTML in Jupyter, else as text."""

import re
from dataclasses import dataclass
from html import escape

NOT_ATTEMPTED, NOT_RIGHT, RIGHT = "not attempted yet", "not right yet", "right"
UNKNOWN, BROKEN = "no such exercise", "the check is broken"
MARKS = {NOT_ATTEMPTED: "○", NOT_RIGHT: "✗", RIGHT: "✓", UNKNOWN: "?", BROKEN: "!"}
# Not those of the book, where blue, orange and green are weights, biases and gradients.
COLOURS = {RIGHT: "var(--right, #882E72)", NOT_RIGHT: "var(--not-right, #7A5B2E)"}


@dataclass(frozen=True)
class Verdict:
    """The answer of a check; `bool(verdict)` is True for a right answer only.

    misconception names the wrong answer that was recognised. case shows a call and what it gave.
    """

    id: str
    state: str
    message: str
    title: str = ""
    case: str = ""
    printed: str = ""
    misconception: str = ""
    note: str = ""  # about the progress file

    @property
    def right(self):
        return self.state == RIGHT

    def __bool__(self):
        return self.right

    def __str__(self):
        lines = [self._headline(), self.message]
        lines += [f"    {line}" for line in self.case.splitlines()]
        if self.printed:
            lines += ["Your code printed:"] + [f"    {line}" for line in self.printed.splitlines()]
        return "\n".join(lines + ([self.note] if self.note else []))

    __repr__ = __str__

    def _repr_html_(self):
        parts = [f"<p><strong>{escape(self._headline())}</strong></p>", f"<p>{prose(self.message)}</p>"]
        if self.case:
            parts.append(_block(self.case))
        if self.printed:
            parts.append(f"<p>Your code printed:</p>{_block(self.printed)}")
        if self.note:
            parts.append(f"<p>{prose(self.note)}</p>")
        style = f"border-left: 4px solid {COLOURS.get(self.state, 'var(--data, #6E7781)')}; padding: 0 1em"
        return f'<div class="verdict" data-state="{self.state}" style="{style}">{"".join(parts)}</div>'

    def _headline(self):
        state = self.state[0].upper() + self.state[1:]
        return f"{MARKS[self.state]} {state}" + (f" · {self.title}" if self.title else "")


def prose(text):
    """Return text as HTML, with `code` in backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text, quote=False))


def _block(text):
    style = "overflow-x: auto; background: transparent; color: inherit; border: 0; padding: 0 0 0 1em"
    return f'<pre tabindex="0" style="{style}">{escape(text, quote=False)}</pre>'
