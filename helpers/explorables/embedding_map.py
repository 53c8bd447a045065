"""The explorable of chapter 08: rows of an embedding table before, while and after it is trained."""

import base64
import re
import tomllib

import numpy as np
import traitlets

from ..language.embeddings import cosine, nearest
from ..language.small_language import GRAMMAR
from .base import HERE, Explorable, knob, whole

TRAINED = tomllib.loads((HERE / "embedding_map.toml").read_text(encoding="utf-8"))
WORDS = [word for words in TRAINED["words"].values() for word in words.split()]
LANDMARKS = ["dog", "dogs", "whale", "cat", "barn", "runs", "run", "chases", "Ada", "Paris", "bread", "old"]
WIDTH, NEAR = 8, 6
TOPICS = {
    topic: [w for line in re.findall(rf"^\w+\.{topic}\.\w+ = (.*)", GRAMMAR, re.M) for w in line.split()]
    for topic in ("farm", "sea")
}


def rows(text):
    """Return a table, [words, WIDTH], from its bytes in base64."""
    return np.frombuffer(base64.b64decode(text), np.int8).reshape(-1, WIDTH).astype(float)


class EmbeddingMap(Explorable):
    """Some words by the cosines of their rows with the rows of two chosen words, after 0 to 1,000 steps.

    step: which of the tables. across, up: the two words, of `landmarks`. words: {kind: words}; topics:
    {topic: its words}, of two topics, which have colours. tables: [words, width] each, as bytes in base64;
    steps and losses: of each table. near: how many neighbours are listed, and named in the map.
    """

    view = "embedding_map"
    summary = "Words by how near their rows are to the rows of two chosen words, while the table is trained."

    step = knob(0.0)
    across = traitlets.Enum(LANDMARKS, "dog").tag(sync=True)
    up = traitlets.Enum(LANDMARKS, "dogs").tag(sync=True)
    words = traitlets.Dict(TRAINED["words"]).tag(sync=True)
    topics = traitlets.Dict(TOPICS).tag(sync=True)
    landmarks = traitlets.List(LANDMARKS).tag(sync=True)
    tables = traitlets.List(TRAINED["tables"]).tag(sync=True)
    steps = traitlets.List(TRAINED["steps"]).tag(sync=True)
    losses = traitlets.List(TRAINED["losses"]).tag(sync=True)
    width = traitlets.Int(WIDTH).tag(sync=True)
    near = traitlets.Int(NEAR).tag(sync=True)
    controls = traitlets.List(["step", "across", "up"]).tag(sync=True)

    def numbers(self):
        at = whole(self.step)
        table = rows(self.tables[at])
        across, up = WORDS.index(self.across), WORDS.index(self.up)
        x, y = cosine(table, table[across]), cosine(table, table[up])  # [words] each
        shown = {"step": self.step, "trained": self.steps[at], "loss": self.losses[at], "between": x[up]}
        shown |= {f"near_{k}": x[token] for k, token in enumerate(nearest(table, across, NEAR))}
        for i in range(len(WORDS)):
            shown |= {f"x_{i}": x[i], f"y_{i}": y[i]}
        return shown
