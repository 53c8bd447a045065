"""The recall questions as a deck for Anki, https://apps.ankiweb.net, with the package genanki."""

from html import escape

import genanki
from docutils import nodes

# Fixed once: by them Anki knows the deck and the kind of card again, and a note by the id of its question.
DECK, MODEL = 1_764_252_001, 1_764_252_002
BACK = '{{FrontSide}}<hr id="answer">{{Answer}}'
CARD = genanki.Model(
    MODEL,
    "Every Knob, recall",
    fields=[{"name": "Question"}, {"name": "Answer"}, {"name": "Page"}],
    templates=[{"name": "Recall", "qfmt": "{{Question}}<p><small>{{Page}}</small></p>", "afmt": BACK}],
    css=".card { max-width: 40rem; margin: auto; font: 1.2rem/1.5 Georgia, serif; }",
)


def for_anki(node):
    """Return a copy of a node in which formulas are written as Anki reads them: \\(x\\) and \\[x\\]."""
    copy = node.deepcopy()
    for formula in [*copy.findall(nodes.math), *copy.findall(nodes.math_block)]:
        ends = r"\(", r"\)"
        if isinstance(formula, nodes.math_block):
            ends = r"\[", r"\]"
        formula.replace_self(nodes.raw("", escape(formula.astext()).join(ends), format="html"))
    return copy


def write_deck(questions, path):
    """Write a deck to a path. questions: [(id, page, its title, question, answer)], the last two as HTML."""
    deck = genanki.Deck(DECK, "Every Knob")
    for id, page, title, question, answer in questions:
        note = genanki.Note(CARD, [question, answer, escape(title)], guid=genanki.guid_for(id), tags=[page])
        deck.add_note(note)
    path.parent.mkdir(exist_ok=True)
    genanki.Package(deck).write_to_file(path)
