"""Predictions that a reader commits to: a question, the reader's answer, and only then the right one.

A chapter names a prediction. Its words stand in `predictions/`, in a file for each chapter, and a cell of the
chapter computes with `came_true` which answer is right. `foretold.js` asks, `store.js` keeps.
"""

import re
import tomllib
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from html import escape
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Prediction:
    """A question and its answer, with choices {text: True, or what leads to this wrong one} or a number."""

    id: str
    chapter: str  # the name of the page, such as "04_loss"
    ask: str
    answer: str
    choices: dict = field(default_factory=dict)
    number: float | None = None
    unit: str = ""
    near: float = 0.0  # how far off still counts as right

    def __post_init__(self):
        right = sum(why is True for why in self.choices.values())
        if bool(self.choices) == (self.number is not None):
            raise ValueError(f"{self.id}: a prediction has either choices or a number.")
        if self.choices and right != 1:
            raise ValueError(f"{self.id}: {right} choices are marked as right, and one must be.")

    def is_right(self, *found):
        """Tell whether the right answer is the one that was computed; see `came_true`."""
        if self.number is not None:
            (value,) = found
            decimals = -Decimal(str(self.number)).as_tuple().exponent
            return bool(round(float(value), decimals) == self.number)
        if len(found) != len(self.choices):
            raise ValueError(f"{self.id}: {len(self.choices)} choices need as many conditions.")
        return [bool(each) for each in found] == [why is True for why in self.choices.values()]


@cache
def chapters():
    """Return {name of the page: what its file of predictions holds}, in the order of the names."""
    files = sorted((HERE / "predictions").glob("*.toml"))
    return {file.stem: tomllib.loads(file.read_text(encoding="utf-8")) for file in files}


@cache
def predictions():
    """Return all predictions by id, a dict of Prediction."""
    found = {}
    for chapter, data in chapters().items():
        for id, words in data.items():
            if isinstance(words, dict):
                if id in found:
                    raise ValueError(f"{id}: two predictions have this id.")
                found[id] = Prediction(id, chapter, **words)
    return found


def prediction(id):
    """Return a prediction by its id. An unknown one raises a LookupError that names the nearest ones."""
    if id not in predictions():
        near = get_close_matches(str(id), predictions(), n=3, cutoff=0)
        raise LookupError(f"No prediction is called {id!r}. The nearest are {', '.join(map(repr, near))}.")
    return predictions()[id]


def foretell(id):
    """Return the question of a prediction, to be shown by a notebook."""
    return Question(prediction(id))


def came_true(id, *found):
    """Tell whether the right answer of a prediction is what a cell has computed.

    found: for a number the number itself, which must round to it; for choices a condition for each, in their
    order, of which the one of the right choice must hold and no other.
    """
    return prediction(id).is_right(*found)


def inline(text):
    """Return text with `code`, **bold**, *emphasis* and $formulas$ as HTML; the book makes MathML of it."""

    def marked(part):
        if part.startswith("$"):
            return f'<span class="tex">{part}</span>'
        if part.startswith("`"):
            return f"<code>{part[1:-1]}</code>"
        part = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", part)
        return re.sub(r"\*(\S.*?)\*", r"<em>\1</em>", part)

    return "".join(map(marked, re.split(r"(\$[^$]+\$|`[^`]+`)", escape(text, quote=False).strip())))


def spoken(text):
    r"""Return the name of a choice that is only a formula, as an attribute: MathML names no button.

    >>> spoken("$10^{-5}$"), spoken("at $x = 0$")
    (' aria-label="10 to the power -5"', '')
    """
    if not re.fullmatch(r"\$[^$]+\$", text.strip()):
        return ""
    words = re.sub(r"\^\{?(-?\w+)\}?", r" to the power \1", text.strip(" $")).replace("\\", "")
    return f' aria-label="{escape(words)}"'


def code(name):
    """Return the style and the script of a view as HTML. The book keeps the first of each on a page.

    The script is one module, because a page opened as a file can import none.
    """
    style = (HERE / f"{name}.css").read_text(encoding="utf-8")
    script = "".join((HERE / f"{each}.js").read_text(encoding="utf-8") for each in ("store", name))
    script = re.sub(r'^import .* from "./store.js";\n', "", script, flags=re.MULTILINE)
    return f'<style data-once>{style}</style><script type="module" data-once>{script}</script>'


class Question:
    """A prediction on a page: it asks, keeps what the reader says, and shows the answer."""

    def __init__(self, prediction):
        self.prediction = prediction

    def __repr__(self):
        p = self.prediction
        return "\n".join([f"Predict: {p.ask.strip()}", *(f"- {each}" for each in p.choices)])

    def _repr_html_(self):
        p = self.prediction
        paragraphs = "".join(f"<p>{inline(each)}</p>" for each in p.answer.strip().split("\n\n"))
        whys = "".join(
            f'<p class="why" data-of="{escape(text)}" hidden>{inline(why)}</p>'
            for text, why in p.choices.items()
            if why is not True
        )
        return (
            f'<section class="foretell" id="foretell-{p.id}" data-id="{p.id}" aria-label="A prediction">'
            f'<form autocomplete="off" data-lm-suppress-shortcuts="true"><fieldset>'
            f"<legend><strong>Predict:</strong> {inline(p.ask)}</legend>{self._field()}</fieldset>"
            '<p class="press"><button value="">It is a guess</button>'
            '<button value="sure">I am sure</button></p></form>'
            f'<p class="told" role="status" tabindex="-1"></p>{whys}'
            '<details class="answer"><summary>Show the answer</summary>'
            f"<div>{paragraphs}</div></details>"
            '<p class="again" hidden><button type="button">Ask me again</button></p>'
            f"</section>{code('foretold')}"
        )

    def _field(self):
        p = self.prediction
        if p.number is not None:
            unit = escape(p.unit)
            return (
                '<label class="number"><input inputmode="decimal" size="8" aria-label="Your number"'
                f' type="text" data-number="{p.number}" data-near="{p.near}" data-unit="{unit}">'
                f" {unit}</label>"
            )
        return "".join(
            f'<label><input type="radio" name="said" value="{escape(text)}"'
            f"{' data-right' if why is True else ''}{spoken(text)}><span>{inline(text)}</span></label>"
            for text, why in p.choices.items()
        )
