"""The explorable of chapter 12: the whole model at eight moments of its training, alive in the page."""

import base64
import tomllib
from functools import cache

import numpy as np
import traitlets

from .base import HERE, Explorable, knob, whole

RECORDED = HERE / "learning.toml"  # made by tools/make_learning.py, which trains the model
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
MOST = 31  # a weight is a whole number from −31 to 31, times the step of its row
QUESTIONS = {  # the five of the chapter
    "fact": ("Ada lives in", "Paris"),
    "association": ("the nurse says that", "she"),
    "agreement": ("the dogs near the gate", "run eat graze rest"),
    "order, chases": ("the dog chases the cows , so the", "cows"),
    "order, fears": ("the dog fears the cows , so the", "dog"),
}
BEGINNINGS = ["", "the dogs near the gate", "the nurse says that", "the dog fears the cows , so the"]
LONGEST = 14  # words on the screen
DRAWS = np.random.default_rng(0).random((6, LONGEST)).round(3).tolist()  # chances that are drawn, six times


@cache
def recorded():
    """Return what the tool wrote: words, stairs, questions and moments."""
    return tomllib.loads(RECORDED.read_text(encoding="utf-8"))


def rows_of(shape):
    """Return how many rows a tensor is kept in; a vector is one."""
    return shape[0] if len(shape) > 1 else 1


def kept_model(shapes, weights, steps):
    """Return the Transformer of a moment, in double precision, from the text that it is kept as."""
    import torch

    from ..language.checkpoint import filled
    from ..language.transformer import Transformer
    from ..reading.small_model import CONFIG

    whole_numbers = np.array([ALPHABET.index(sign) - MOST for sign in weights])
    step = np.frombuffer(base64.b64decode(steps), "<f2").astype(float)
    at, row, tensors = 0, 0, {}
    for name, shape in shapes.items():
        rows, size = rows_of(shape), int(np.prod(shape))
        w = whole_numbers[at : at + size].reshape(rows, -1) * step[row : row + rows, None]
        tensors[name] = torch.from_numpy(w.reshape(shape))
        at, row = at + size, row + rows
    return filled(Transformer(CONFIG), tensors)


class Learning(Explorable):
    """A model while it learns: its loss, what it writes, where it looks, and five answers.

    moment: 0 to 7. beginning: the index of a text that is gone on from. draw: which of six rows of chances
    the words are drawn with. head: whose attention is drawn, 0 to 3 in the first block, then the second.
    shapes, moments: the parameters, as tools/make_learning.py keeps them. `numbers()` returns what the view
    shows; `written()` the words.
    """

    view = "learning"
    summary = "A language model at eight moments of its training: what it writes, and five answers."

    moment, draw, head = knob(0.0), knob(0.0), knob(4.0)
    beginning = traitlets.Enum([str(i) for i in range(len(BEGINNINGS))], "1").tag(sync=True)
    beginnings = traitlets.List(BEGINNINGS).tag(sync=True)
    draws = traitlets.List(DRAWS).tag(sync=True)
    words = traitlets.Unicode().tag(sync=True)
    stairs, questions, moments = (traitlets.List().tag(sync=True) for _ in range(3))
    shapes = traitlets.Dict().tag(sync=True)
    alphabet = traitlets.Unicode(ALPHABET).tag(sync=True)
    controls = traitlets.List(["moment", "beginning", "draw", "head"]).tag(sync=True)

    @traitlets.default("words")
    def _words(self):
        return recorded()["words"]

    @traitlets.default("stairs")
    def _stairs(self):
        return recorded()["stairs"]

    @traitlets.default("questions")
    def _questions(self):
        return recorded()["questions"]

    @traitlets.default("moments")
    def _moments(self):
        return recorded()["moments"]

    @traitlets.default("shapes")
    def _shapes(self):
        return recorded()["shapes"]

    def encode(self, text):
        """Return the tokens of a text that begins a sentence: a full stop stands in front."""
        return [self.words.split().index(word) for word in [".", *text.split()]]

    def model(self):
        """Return the Transformer of the moment."""
        now = self.moments[whole(self.moment)]
        return kept_model(self.shapes, now["weights"], now["steps"])

    def written(self):
        """Return the tokens of the text as it is gone on with, the full stop in front included."""
        import torch

        tokens, model = self.encode(self.beginnings[int(self.beginning)]), self.model()
        for chance in self.draws[whole(self.draw)][len(tokens) - 1 :]:
            with torch.no_grad():
                p = model(torch.tensor(tokens)[None])[0, -1].softmax(-1)
            reached = int((p.cumsum(-1) <= chance).sum())
            tokens.append(min(reached, len(p) - 1))
        return tokens

    def numbers(self):
        import torch

        from ..reading.inside import recorded as kept

        now, model = self.moments[whole(self.moment)], self.model()
        head, text = whole(self.head), torch.tensor(self.written())[None]
        looks = kept(model, text, ["weights"])["weights", head // 4][0, head % 4, -1]
        shown = {name: getattr(self, name) for name in ("moment", "draw", "head")}
        shown |= {"steps": now["step"], "loss": now["loss"]}
        for i, each in enumerate(self.questions):
            tokens = torch.tensor(self.encode(each["asked"]))[None]
            with torch.no_grad():
                p = model(tokens)[0, -1].softmax(-1)
            shown[f"p_{i}"] = p[self.encode(each["right"])[1:]].sum().item()
            shown[f"truth_{i}"] = each["truth"]
        return shown | {f"look_{t}": each for t, each in enumerate(looks.tolist())}
