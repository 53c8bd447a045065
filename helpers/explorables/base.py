"""The base class of every explorable: one state, one view, two places to live.

In Jupyter, anywidget connects the view to Python. In a static page, `host.js` gives the same view a model of
its own. What it leaves out: any drawing; that is in the views and in `kit.js`, from which they import.
"""

import json
import re
from html import escape
from math import floor
from pathlib import Path

import anywidget
import traitlets

HERE = Path(__file__).parent
# What goes when a view and the kit become one module: the import of the one, the exports of the other.
IMPORT = re.compile(r'^import \{([^}]*)\} from "\./(kit|model)\.js";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=const |function )", re.MULTILINE)
DEFINED = re.compile(r"^(?=(?:export )?(?:const|function) (\w+))", re.MULTILINE)  # at the left edge


def _read(name):
    return (HERE / name).read_text(encoding="utf-8")


def whole(value):
    """Return the whole number nearest to a number, rounding a half up as a page does."""
    return floor(value + 0.5)


def knob(start):
    """Return a synced number: a weight, a bias or an input that the reader sets."""
    return traitlets.Float(start).tag(sync=True)


def module(view):
    """Return a view with its kit as one module, the text that anywidget and a page opened as a file can take.

    They stand in .js files that import and export, as editors and tools read them. Of the kit comes what the
    view imports, and what that needs in turn. A view may import from model.js besides, the transformer of
    chapter 12.
    """
    own = _read(f"{view}.js")
    imported = {name: re.findall(r"\w+", names) for names, name in IMPORT.findall(own)}
    parts = [EXPORT.sub("", needed(_read(f"{name}.js"), wanted)) for name, wanted in imported.items()]
    return "".join(parts) + IMPORT.sub("", own)


def needed(text, names):
    """Return the definitions of a file that have these names, and all that they use, in their order."""
    _, *found = DEFINED.split(text)
    pieces, wanted, ready = dict(zip(found[::2], found[1::2], strict=True)), list(names), set()
    while wanted:
        name = wanted.pop()
        if name in pieces and name not in ready:
            ready.add(name)
            wanted += re.findall(r"\w+", re.sub(r"^//.*", "", pieces[name], flags=re.MULTILINE))
    return "".join(piece for name, piece in pieces.items() if name in ready)


def _lean(text):
    """Drop indentation and the lines that hold only a comment: a reader of a page has no use for them."""
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not re.match(r"//|/\*[^*]*\*/$", line))


class Explorable(anywidget.AnyWidget):
    """A widget that is alive with a kernel and without one.

    A subclass sets `view` (the name of its .js file), its synced traits (the state; `controls` lists those
    that the reader changes), `summary` (one sentence for readers without JavaScript) and `numbers()`.
    """

    view = ""
    summary = ""

    def __init_subclass__(cls, **options):
        if "view" in vars(cls):  # not for the nameless subclass that traitlets makes of every instance
            cls._esm = module(cls.view)
            own = f"{cls.view}.css"  # what only this view needs, where there is such a file
            cls._css = _read("kit.css") + (_read(own) if (HERE / own).exists() else "")
        super().__init_subclass__(**options)

    def numbers(self):
        """Return every number the view shows, by the name it carries there, computed in Python."""
        raise NotImplementedError

    def state(self):
        """Return what the view needs to draw itself: this class's own synced traits, as plain values."""
        shared = anywidget.AnyWidget.class_traits()
        own = sorted(name for name in self.traits(sync=True) if name not in shared and name[0] != "_")
        return {name: getattr(self, name) for name in own}

    def static_html(self):
        """Return HTML with the state, the view and a host for it: alive from file://, alone.

        The script runs where it stands, before the page below is drawn, so nothing there is pushed down.
        """
        state = json.dumps(self.state(), allow_nan=False).replace("<", "\\u003c")
        script = _lean(self._esm.replace("export default", "const view =") + _read("host.js"))
        return (
            f'<div class="explorable" data-explorable="{self.view}"><p>{escape(self.summary)}</p>'
            f'<script type="application/json">{state}</script></div>'
            f'<style>{_lean(self._css)}</style><script>(() => {{"use strict";\n{script}\n}})()</script>'
        )

    def _repr_mimebundle_(self, **options):
        data, metadata = super()._repr_mimebundle_(**options)
        # Jupyter prefers the live widget to HTML; the book is told to prefer HTML.
        return data | {
            "text/html": self.static_html(),
            "text/plain": f"{type(self).__name__}: {self.summary}",
        }, metadata
