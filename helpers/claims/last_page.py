"""The last page: verdicts by source, sentences mended, and one paragraph with a cell for each of its parts.

It shows the data of `helpers.claims`, `repairs.toml` and `said.toml`, and decides nothing.
"""

import tomllib
from functools import cache
from html import escape
from itertools import groupby

from . import HERE, VERDICTS, claims, sources, sources_html, tally
from .ledger import Page, _title


@cache
def repairs():
    """Return {claim id: how it can be said instead} for every claim that needs other words."""
    return tomllib.loads((HERE / "repairs.toml").read_text(encoding="utf-8"))


@cache
def parts():
    """Return [(text, claim id)]: the paragraph, in its order."""
    found = tomllib.loads((HERE / "said.toml").read_text(encoding="utf-8"))["part"]
    return [(part["text"], part["claim"]) for part in found]


def _linked(text, claim):
    """Return text as HTML that leads to the cells that test a claim, where its chapter is written."""
    if not claims()[claim].tested:
        return escape(text)
    return f'<a class="leads" href="{claims()[claim].chapter}.html#claim-{claim}">{escape(text)}</a>'


def _test_of(claim):
    """Return a line that leads to the test of a claim, where its chapter is written."""
    link = f'<a href="{claim.chapter}.html#claim-{claim.id}">run the test</a>'
    return f'<small class="in-book">{link}</small>' if claim.tested else ""


def by_source():
    """Return a table: how many sentences of each source, and of all, have each verdict."""
    columns = [tally(c for c in claims().values() if letter in c.sources) for letter in sources()] + [tally()]
    names = [
        f'<abbr title="{escape(source["about"])}">{letter}</abbr>' for letter, source in sources().items()
    ]
    head = "".join(f'<th scope="col">{name}</th>' for name in [*names, "all"])
    rows, text = "", []
    for key, (word, sign) in VERDICTS.items():
        cells = "".join(f"<td>{count[key]}</td>" for count in columns)
        rows += (
            f'<tr><th scope="row"><span class="sign" aria-hidden="true">{sign}</span>{word}</th>{cells}</tr>'
        )
        text.append(f"{word}: {[count[key] for count in columns]}")
    foot = "".join(f"<td>{count.total()}</td>" for count in columns)
    html = (
        '<div class="ledger"><table class="by-source"><caption>Verdicts by source</caption>'
        f'<thead><tr><th scope="col">Verdict</th>{head}</tr></thead><tbody>{rows}</tbody>'
        f'<tfoot><tr><th scope="row">sentences</th>{foot}</tr></tfoot></table></div>'
    )
    return Page(html, "\n".join(text))


def mended():
    """Return, for each chapter, a table of its sentences that need other words, and these words."""
    tables, text = [], []
    chosen = [claim for claim in claims().values() if claim.id in repairs()]
    for chapter, group in groupby(chosen, key=lambda c: c.chapter):
        rows = ""
        for claim in group:
            repair = repairs()[claim.id]
            rows += (
                f'<tr><th scope="row">{escape(claim.claim)}<small>Said by {sources_html(claim)}</small></th>'
                f"<td>{escape(repair)}{_test_of(claim)}</td></tr>"
            )
            text.append(f"{claim.claim} -> {repair}")
        tables.append(
            f'<table class="mended"><caption>Chapter {_title(chapter)}</caption>'
            '<thead><tr><th scope="col">Often said</th>'
            f'<th scope="col">Better said</th></tr></thead><tbody>{rows}</tbody></table>'
        )
    return Page(f'<div class="ledger">{"".join(tables)}</div>', "\n".join(text))


def paragraph():
    """Return the paragraph; each part leads to the cell that tests it."""
    html = " ".join(_linked(text, claim) for text, claim in parts())
    return Page(f'<div class="ledger"><p>{html}</p></div>', " ".join(text for text, _ in parts()))
