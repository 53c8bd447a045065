"""The ledger as a game: one sentence a screen, five signs, and the verdict at once.

The sentences are read from the ledger on the same page, so nothing stands twice; without a script the game is
not shown, and the ledger is all there is.
"""

import json
from html import escape

from . import VERDICTS, claims
from .ledger import HERE, Page


def game():
    """Return the game, to be shown by a notebook that shows the ledger too."""
    verdicts = escape(json.dumps(list(VERDICTS.values()), ensure_ascii=False))
    html = (
        f"<style>{(HERE / 'game.css').read_text(encoding='utf-8')}</style>"
        "<noscript><style>.claims-game { display: none; }</style></noscript>"
        f'<section class="claims-game" aria-label="A game with the sentences" data-verdicts="{verdicts}">'
        f'<p class="question">Do you know which of these {len(claims())} sentences hold?</p>'
        '<p class="choices"><button type="button" data-count="10">Ten at random</button>'
        f'<button type="button" data-count="{len(claims())}">All {len(claims())}</button></p>'
        '<p class="kept" role="status">Your score stays on this machine.</p></section>'
        f'<script type="module">{(HERE / "game.js").read_text(encoding="utf-8")}</script>'
    )
    return Page(html, "The game needs a browser; the ledger below has all sentences and verdicts.")
