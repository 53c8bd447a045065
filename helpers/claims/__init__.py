"""The ledger of claims and the "Often said" box that shows one of them.

A chapter names a claim; the words, sources and verdict come from `claims.toml`. The page of all claims is in
`helpers.claims.ledger`, and the tests of the claims are cells of the chapters.
"""

import tomllib
from collections import Counter
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from html import escape
from pathlib import Path

HERE = Path(__file__).parent

# Every verdict as a reader sees it: the word, and a sign that is no colour.
VERDICTS = {
    "holds": ("holds", "✓"),
    "holds-with-a-condition": ("holds with a condition", "◐"),
    "misleading": ("misleading", "≠"),
    "wrong": ("wrong", "✗"),
    "not-knowable": ("cannot be known", "?"),
}


@dataclass(frozen=True)
class Claim:
    """A sentence that popular explanations say, and its verdict. All fields are text, sources are letters."""

    id: str
    chapter: str
    sources: tuple
    claim: str
    verdict: str
    why: str

    @property
    def tested(self):
        """True when the chapter that tests the claim is written."""
        return self.chapter in finished()


@cache
def _data():
    return tomllib.loads((HERE / "claims.toml").read_text(encoding="utf-8"))


@cache
def claims():
    """Return all claims by id, a dict of Claim in the order of the chapters."""
    return {c["id"]: Claim(**c | {"sources": tuple(c["sources"])}) for c in _data()["claim"]}


def sources():
    """Return the sources by letter; each is a dict with the texts `short` and `about`."""
    return _data()["sources"]


def finished():
    """Return the names of the chapters that are written, such as "01_neuron"."""
    return _data()["finished"]


def tally(chosen=None):
    """Return how many of the chosen claims (default: all) have each verdict, as a Counter.

    >>> tally().total()
    100
    """
    return Counter(c.verdict for c in (claims().values() if chosen is None else chosen))


def verdict_html(claim):
    """Return the verdict of a claim as HTML: the sign, hidden from screen readers, and the word."""
    word, sign = VERDICTS[claim.verdict]
    return f'<span class="sign" aria-hidden="true">{sign}</span>{word}'


def sources_html(claim):
    """Return who says the claim as HTML: "a blog post (A) and a beginner's guide (C)"."""
    said = [
        f'{escape(sources()[s]["short"])} (<abbr title="{escape(sources()[s]["about"])}">{s}</abbr>)'
        for s in claim.sources
    ]
    return " and ".join([", ".join(said[:-1]), said[-1]]) if len(said) > 1 else said[0]


class OftenSaid:
    """One claim as a note: the sentence, who says it, five signs to press, and behind each the verdict."""

    def __init__(self, claim):
        self.claim = claim

    def __repr__(self):
        c = self.claim
        return f"Often said ({', '.join(c.sources)}): “{c.claim}”\nVerdict: {VERDICTS[c.verdict][0]}. {c.why}"

    def _repr_html_(self):
        c = self.claim
        guesses = "".join(
            f'<label><input type="radio" name="guess-{c.id}" value="{key}"'
            f"{' data-right' if key == c.verdict else ''}>"
            f'<span class="sign" aria-hidden="true">{sign}</span>{word}</label>'
            for key, (word, sign) in VERDICTS.items()
        )
        tell = f'<label class="tell"><input type="radio" name="guess-{c.id}" value="">tell me</label>'
        return (
            f"<style>{(HERE / 'claims.css').read_text(encoding='utf-8')}</style>"
            f'<aside class="often-said" id="claim-{c.id}">'
            f"<blockquote>“{escape(c.claim)}”</blockquote>"
            f'<p class="kicker"><strong>Often said</strong> by {sources_html(c)}</p>'
            f"<fieldset><legend>True?</legend>{guesses}{tell}</fieldset>"
            f'<div aria-live="polite"><div class="answer"><p class="verdict">{verdict_html(c)}'
            '<span class="guess same">, as you guessed</span>'
            '<span class="guess other">, and you guessed otherwise</span></p>'
            f"<p>{escape(c.why)}</p>"
            f'<a class="in-book" href="claims.html#ledger-{c.id}">This claim in the ledger</a>'
            "</div></div></aside>"
        )


def often_said(claim_id):
    """Return the box of a claim, to be shown by a notebook.

    An unknown id raises a LookupError that names the nearest one.
    """
    if claim_id not in claims():
        near = get_close_matches(str(claim_id), claims(), n=1, cutoff=0)
        raise LookupError(f"No claim of the ledger is called {claim_id!r}. The nearest is {near[0]!r}.")
    return OftenSaid(claims()[claim_id])
