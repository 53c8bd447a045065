"""Write helpers/explorables/embedding_map.toml: the table of the bigram model of chapter 08 as it trains.

    python tools/make_embedding_map.py

Each table is the rows of some words, rounded to whole numbers from -127 to 127, a byte each, in base64.
"""

import base64
from pathlib import Path

import numpy as np

from helpers.language.embeddings import bigram, train_bigram
from helpers.language.small_language import small_language
from helpers.learning.loss import log_softmax
from helpers.learning.markov import count_pairs

PATH = Path(__file__).parent.parent / "helpers" / "explorables" / "embedding_map.toml"
STEPS = [0, 10, 20, 50, 100, 200, 300, 500, 1000]
WORDS = {
    "one": "dog cow horse hen whale seal crab cat baker singer",
    "many": "dogs cows horses whales seals cats",
    "verb": "runs eats run eat swims swim works chases avoids chase hides waits",
    "other": "barn gate harbour Ada Ben Eva Paris Oslo Rome bread rice soup nurse pilot old small the often",
}
SCALE = 20


def snapshots():
    """Return (tables, losses): E [words, width] and the loss on the whole text after each of STEPS."""
    language = small_language()
    tokens, _ = language.sample(100_000, np.random.default_rng(0))
    rng = np.random.default_rng(0)
    vocabulary = len(language.words)
    parameters = bigram(vocabulary, 8, rng)
    counts = count_pairs(tokens, vocabulary)
    kept = language.encode(" ".join(WORDS.values()))
    tables, losses = [], []

    def keep():
        E, W, b = (p.data for p in parameters)
        tables.append(E[kept])
        losses.append(-(counts * log_softmax(E @ W.T + b)).sum() / counts.sum())

    def batches():
        for step in range(STEPS[-1]):
            if step in STEPS:
                keep()
            yield rng.integers(len(tokens) - 1, size=512)

    train_bigram(tokens, parameters, batches())
    keep()
    return tables, losses


def rounded(table):
    """Return a table as whole numbers that fit into a byte each."""
    return np.clip(np.round(SCALE * table), -127, 127).astype(np.int8)


def text():
    """Return what the file has to hold."""
    tables, losses = snapshots()
    rows = [f'    "{base64.b64encode(rounded(table).tobytes()).decode()}",' for table in tables]
    words = [f'{kind} = "{words}"' for kind, words in WORDS.items()]
    return "\n".join(
        [
            "# Made by tools/make_embedding_map.py.",
            f"steps = {STEPS}",
            f"losses = {[round(float(loss), 4) for loss in losses]}",
            "tables = [",
            *rows,
            "]",
            "",
            "[words]",
            *words,
            "",
        ]
    )


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
