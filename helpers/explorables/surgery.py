"""The explorable of chapter 19: a whole trained model in the page, one parameter of it under a knob."""

import base64
import tomllib

import numpy as np
import traitlets

from .base import HERE, Explorable, knob, whole

RECORDED = HERE / "surgery.toml"  # made by tools/make_surgery.py, which turns a knob of the real model
SENTENCES = [
    "the dogs near the gate run .",
    "the cat works alone .",
    "Ada lives in Paris .",
    "the nurse says that she waits .",
    "the dog chases the cows , so the cows hide .",
    "the small gull near the harbours swims .",
]
PARTS = {  # in the page: the names of the weights and of the biases; {} is the block
    "embedding": ["embedding.weight", "embedding.weight"],
    "norm_1": ["blocks.{}.norm_1.weight", "blocks.{}.norm_1.bias"],
    "qkv": ["blocks.{}.attention.qkv.weight", "blocks.{}.attention.qkv.bias"],
    "out": ["blocks.{}.attention.out.weight", "blocks.{}.attention.out.bias"],
    "norm_2": ["blocks.{}.norm_2.weight", "blocks.{}.norm_2.bias"],
    "up": ["blocks.{}.feed_forward.up.weight", "blocks.{}.feed_forward.up.bias"],
    "down": ["blocks.{}.feed_forward.down.weight", "blocks.{}.feed_forward.down.bias"],
    "norm": ["norm.weight", "norm.bias"],
}
KNOBS = ("weight", "neighbour", "constant")  # of the real model
MOST = 10  # words that a beginning may have
SHOWN, WRITTEN = 6, 8  # bars; words that are written at most
PRESETS = {
    "Run becomes runs": dict(view_of="ours", prompt="the dogs near the gate", block="0", part="qkv")
    | dict(kind="biases", row=97.0, turn=2.0, head=0.0),
    "The steepest slope": dict(view_of="ours", part="embedding", kind="weights", row=149.0, column=22.0)
    | dict(turn=-1.0),
    "The one weight of the real model": dict(view_of="weight", turn=-1.0),
}
NUDGE = 1e-4  # how far a parameter is moved to either side, to find the slope


def language():
    from ..language.small_language import small_language

    return small_language()


def packed():
    """Return ({name: shape}, base64 of 16-bit floats): the first of the small models."""
    from ..reading.small_model import small_model

    shapes, pieces = {}, []
    for name, p in small_model().named_parameters():
        shapes[name] = list(p.shape)
        pieces.append(p.detach().numpy().astype("<f2").tobytes())
    return shapes, base64.b64encode(b"".join(pieces)).decode()


def recorded():
    """Return {knob: {value, losses, words}} and the beginning that is gone on from."""
    found = tomllib.loads(RECORDED.read_text(encoding="utf-8"))
    return {name: found[name] for name in KNOBS}, found["beginning"]


class Surgery(Explorable):
    """One parameter turned: of the model of chapter 12, computed here, or of the real one, recorded.

    view_of: "ours", or one of KNOBS. prompt: up to 10 words of the small language. block, part, kind, row,
    column: the address of a parameter; what a part does not have is taken as near as there is. turn: what is
    added to it, from −2 to 2 in 41 positions. head: whose attention is drawn, 0 to 3 in the first block and 4
    to 7 in the second. shapes, numbers16: the parameters. sentences: tokens [words] each, the text that the
    loss is measured on. `numbers()` returns what the view shows.
    """

    view = "surgery"
    summary = "A whole trained model: type a beginning, turn one of its 64,464 parameters, see what moves."

    view_of = traitlets.Enum(["ours", *KNOBS], "ours").tag(sync=True)
    prompt = traitlets.Unicode("the dogs near the gate").tag(sync=True)
    block = traitlets.Enum(["0", "1"], "0").tag(sync=True)
    part = traitlets.Enum(list(PARTS), "qkv").tag(sync=True)
    kind = traitlets.Enum(["weights", "biases"], "weights").tag(sync=True)
    row, column, turn, head = knob(97.0), knob(26.0), knob(0.0), knob(0.0)
    words = traitlets.List(language().words).tag(sync=True)
    parts = traitlets.Dict(PARTS).tag(sync=True)
    shapes = traitlets.Dict().tag(sync=True)
    numbers16 = traitlets.List().tag(sync=True)
    sentences = traitlets.List([language().encode(f". {each}").tolist() for each in SENTENCES]).tag(sync=True)
    knobs = traitlets.Dict(recorded()[0]).tag(sync=True)
    beginning = traitlets.List([recorded()[1]]).tag(sync=True)
    limits = traitlets.Dict({"most": MOST, "shown": SHOWN, "written": WRITTEN, "nudge": NUDGE}).tag(sync=True)
    presets = traitlets.Dict(PRESETS).tag(sync=True)
    controls = traitlets.List(
        ["view_of", "prompt", "block", "part", "kind", "row", "column", "turn", "head"]
    ).tag(sync=True)

    @traitlets.default("shapes")  # not at import: the parameters are read with torch
    def _shapes(self):
        return packed()[0]

    @traitlets.default("numbers16")
    def _numbers16(self):
        return [packed()[1]]

    def address(self):
        """Return (name, place) of the chosen parameter."""
        name = PARTS[self.part][self.kind == "biases"].format(self.block)
        wanted = (whole(self.row), whole(self.column))
        return name, tuple(min(i, side - 1) for i, side in zip(wanted, self.shapes[name], strict=False))

    def numbers(self):
        import torch

        from ..reading.inside import recorded as kept
        from ..reading.small_model import small_model
        from ..reading.surgery import measured, turned

        model, (name, place) = small_model().double(), self.address()
        tokens = torch.from_numpy(language().encode(f". {self.prompt}"))[None]
        value = model.get_parameter(name)[place].item()
        texts = [torch.tensor(each) for each in self.sentences]

        def loss():
            logits = [model(text[None, :-1])[0] for text in texts]
            pairs = zip(logits, texts, strict=True)
            costs = [torch.nn.functional.cross_entropy(z, t[1:], reduction="none") for z, t in pairs]
            return torch.cat(costs).mean()

        with torch.no_grad():
            before, was = loss().item(), model(tokens)[0, -1].softmax(-1).numpy()
            up, down = measured(model, name, place, (NUDGE, -NUDGE), loss)
            with turned(model, name, place, value + self.turn):
                after, now = loss().item(), model(tokens)[0, -1].softmax(-1).numpy()
                head = whole(self.head)
                looks = kept(model, tokens, ["weights"])["weights", head // 4][0, head % 4, -1]
        slope, order = (up - down) / (2 * NUDGE), np.argsort(-was, kind="stable")[:SHOWN]
        shown = {each: getattr(self, each) for each in ("row", "column", "turn", "head")}
        shown |= {"at_row": place[0], "at_column": place[1] if len(place) > 1 else 0}
        shown |= {"was": value, "value": value + self.turn, "slope": slope, "told": slope * self.turn}
        shown |= {"loss_before": before, "loss": after, "moved": after - before}
        shown |= {f"p_{i}": now[k] for i, k in enumerate(order)}
        shown |= {f"q_{i}": was[k] for i, k in enumerate(order)}
        shown |= {"rest": 1 - now[order].sum(), "rest_was": 1 - was[order].sum()}
        shown |= {f"look_{t}": each for t, each in enumerate(looks.tolist())}
        return shown | self.real()

    def real(self):
        """Return the numbers of the recorded knob, at the position of the turn."""
        record = self.knobs[self.view_of if self.view_of != "ours" else "weight"]
        at = whole(10 * self.turn) + 20  # 0 to 40
        constant = self.view_of == "constant"
        value = 1_000.0 * at if constant else record["value"] * (at - 10) / 10
        return {"real_value": value, "real_loss": record["losses"][at], "real_intact": self.intact()}

    def intact(self):
        """Return the loss with the weight as it is."""
        return self.knobs["weight"]["losses"][20]
