"""The ledger page: every claim in a table for each chapter, and the count of verdicts.

It shows the data of `helpers.claims` and decides nothing.
"""

from html import escape
from itertools import groupby
from pathlib import Path

from . import VERDICTS, claims, sources, sources_html, tally, verdict_html

HERE = Path(__file__).parent


class Page:
    """HTML that a notebook shows, with a plain text for those that show none."""

    def __init__(self, html, text):
        self.html, self.text = html, text

    def __repr__(self):
        return self.text

    def _repr_html_(self):
        return f"<style>{(HERE / 'ledger.css').read_text(encoding='utf-8')}</style>{self.html}"


def _row(claim):
    where, state = f"Tested in chapter {_title(claim.chapter)}", ""
    if claim.tested:
        test = f'<a href="{claim.chapter}.html#claim-{claim.id}">run the test</a>'
        where += f'<span class="in-book">: {test}</span>'
    else:
        where += ", not written yet"
        state = '<small class="untested">not yet tested here</small>'
    return (
        f'<tr id="ledger-{claim.id}"><th scope="row">{escape(claim.claim)}'
        f"<small>Said by {sources_html(claim)}</small></th>"
        f'<td><span class="verdict">{verdict_html(claim)}</span>{state}</td>'
        f"<td>{escape(claim.why)}<small>{where}</small></td></tr>"
    )


def _title(chapter):
    number, _, name = chapter.partition("_")
    return f"{int(number)}, {name.replace('_', ' ')}"


def ledger():
    """Return all claims as one table for each chapter, every row with the anchor `ledger-ID`."""
    tables = []
    for chapter, group in groupby(claims().values(), key=lambda c: c.chapter):
        rows = "".join(_row(c) for c in group)
        tables.append(
            f"<table><caption>Chapter {_title(chapter)}</caption><thead><tr>"
            '<th scope="col">Often said</th><th scope="col">Verdict</th><th scope="col">Why</th>'
            f"</tr></thead><tbody>{rows}</tbody></table>"
        )
    text = "\n".join(f"{c.chapter} {c.id}: {VERDICTS[c.verdict][0]}" for c in claims().values())
    return Page(f'<div class="ledger">{"".join(tables)}</div>', text)


def source_list():
    """Return who said the claims: the letter and the description of each source."""
    items = "".join(f"<dt>{letter}</dt><dd>{escape(s['about'])}</dd>" for letter, s in sources().items())
    text = "\n".join(f"{letter}: {s['about']}" for letter, s in sources().items())
    return Page(f'<div class="ledger"><dl>{items}</dl></div>', text)


def tally_table():
    """Return the count of each verdict as a table with bars: all claims, and those that a chapter tests."""
    everything, tested = tally(), tally(c for c in claims().values() if c.tested)
    rows = "".join(
        f'<tr><th scope="row"><span class="sign" aria-hidden="true">{sign}</span>{word}</th>'
        f'<td>{everything[key]}</td><td>{tested[key]}</td><td class="bar" aria-hidden="true">'
        f'<i style="width:{everything[key]}%"></i><i class="done" style="width:{tested[key]}%"></i></td></tr>'
        for key, (word, sign) in VERDICTS.items()
    )
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Verdict", "Claims", "Tested so far"))
    foot = f'<th scope="row">all</th><td>{everything.total()}</td><td>{tested.total()}</td>'
    blank = '<td aria-hidden="true"></td>'
    html = (
        '<div class="ledger"><table class="tally"><caption>Verdicts, counted</caption>'
        f"<thead><tr>{head}{blank}</tr></thead><tbody>{rows}</tbody><tfoot><tr>{foot}{blank}</tr></tfoot></table></div>"
    )
    return Page(html, ", ".join(f"{VERDICTS[key][0]} {count}" for key, count in everything.items()))
