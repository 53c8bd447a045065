"""Write what chapter 19 and its explorable take as given: three small models, and a knob of the real one.

`python tools/make_surgery.py small` trains the model of chapter 12 three times, from three seeds, and writes
helpers/reading/small_model.safetensors in float16. `python tools/make_surgery.py real` turns one weight of
the real model, its larger neighbour, and a constant in place of the weight, each through 41 positions, and
writes helpers/explorables/surgery.toml. Each takes some minutes.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from language_model import trained
from safetensors.torch import save_file

from helpers.reading.inside import recorded, unchanged
from helpers.reading.passages import passages
from helpers.reading.real_knob import BLOCK, COLUMN, NAME, ROW, added, losses, written
from helpers.reading.small_model import PATH, SEEDS
from helpers.reading.surgery import turned
from helpers.real_models import smollm

TARGET = Path(__file__).parents[1] / "helpers" / "explorables" / "surgery.toml"
POSITIONS = 41
BEGINNING, COUNT = "The capital of France is", 8  # what is gone on from, by so many tokens
NEIGHBOUR = 1487  # the column of the larger weight in the same row


def small():
    """Train the three models and write them."""
    tensors = {}
    for seed in range(SEEDS):
        model = trained(seed, lambda step, s=seed: step + 10_000 * s)
        tensors |= {f"{seed}.{name}": p.detach().half() for name, p in model.named_parameters()}
    save_file(tensors, PATH)


def positions(kind):
    """Return [41]: factors of a weight from −1 to 3, or constants from 0 to 40,000."""
    return np.linspace(0, 40_000, POSITIONS) if kind == "constant" else np.linspace(-1, 3, POSITIONS)


def real():
    """Turn the knobs and write what they do."""
    model, tokenizer = smollm.load()
    batch = passages(tokenizer)
    stream = recorded(model, batch[:, :-1], ["stream"])["stream", BLOCK]
    lines = ["# Made by tools/make_surgery.py; not edited by hand.", f'beginning = "{BEGINNING}"', ""]
    for kind in ("weight", "neighbour", "constant"):
        place = ROW, NEIGHBOUR if kind == "neighbour" else COLUMN
        w = model.get_parameter(NAME)[place].item()
        found, texts = [], []
        for at in positions(kind):
            factor, change = (0.0, added(at)) if kind == "constant" else (at, unchanged)
            with turned(model, NAME, place, factor * w):
                found.append(round(losses(model, batch, change, BLOCK, stream).mean().item(), 4))
                texts.append(written(model, tokenizer, BEGINNING, COUNT, change).removeprefix(BEGINNING))
            print(kind, round(float(at), 2), found[-1], repr(texts[-1]), flush=True)
        lines += [f"[{kind}]", f"value = {w!r}", f"losses = {found}"]
        lines += ["words = [", *(f"    {toml(text)}," for text in texts), "]", ""]
    TARGET.write_text("\n".join(lines), encoding="utf-8")


def toml(text):
    """Return a text as TOML writes it."""
    return json.dumps(text, ensure_ascii=False)


if __name__ == "__main__":
    torch.set_num_threads(1)
    {"small": small, "real": real}[sys.argv[1]]()
