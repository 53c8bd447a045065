"""The page that counts what a reader foretold: how often they were right, by part, and where they were sure.

It hands the questions to the page. Only the browser knows what was answered, and `record.js` reads it.
"""

from html import escape

from .foretold import chapters, code, inline, predictions


class Record:
    """Every question of the book with its link, to be counted by the page that shows it."""

    def __repr__(self):
        return f"The book asks for {len(predictions())} predictions; a browser shows what you answered."

    def _repr_html_(self):
        items = "".join(
            f'<li data-id="{p.id}" data-part="{escape(chapters()[p.chapter]["part"])}" hidden>'
            f'<a href="{p.chapter}.html#foretell-{p.id}">{escape(chapters()[p.chapter]["title"])}</a>: '
            f"{inline(p.ask)}</li>"
            for p in predictions().values()
        )
        return (
            '<section class="foretold-record" aria-label="What you foretold">'
            '<p class="count" role="status">With a script, this page shows how many of the '
            f"{len(predictions())} predictions you made, and how many came true.</p>"
            '<table hidden><caption>By part</caption><thead><tr><th scope="col">Part</th>'
            '<th scope="col">asked</th><th scope="col">foretold</th><th scope="col">right</th></tr></thead>'
            '<tbody></tbody></table><p class="sure" hidden></p>'
            f"<ul hidden>{items}</ul></section>{code('record')}"
        )


def what_you_foretold():
    """Return the page of what a reader foretold, to be shown by a notebook."""
    return Record()
