"""Write helpers/explorables/precision.toml: what a model loses with fewer bits for each weight of its blocks.

Ours is the model of chapter 12, trained as there; the real one is read from its file, and reads windows of
200 tokens: this repository's README and licences, and Python's own docstrings. Where one of these changes,
all losses of the real model move a little, so they are made in one run and compared within it.

    python tools/make_precision.py
"""

import json
import pydoc
import statistics
from functools import partial
from pathlib import Path

import numpy as np
import torch
from language_model import loss_on_new, trained
from torch.nn import functional as F

from helpers.language.small_language import small_language
from helpers.language.training import evaluate
from helpers.real_models import smollm
from helpers.real_models.int8 import to_int8
from helpers.real_models.quantise import changed, clipped, matrices, quantise, rounded

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "helpers" / "explorables" / "precision.toml"
OUR_BLOCKS, REAL_BLOCKS = (16, 48), (32, 0)  # weights of a group; 0 is a whole row
THE_ONE = ("blocks.11.feed_forward.down.weight", 507, 1229)


def real_texts(tokenizer):
    """Return [windows, 201] tokens of English, licences and code."""
    texts = [(ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "LICENSE", "LICENSE-TEXT")]
    texts += [pydoc.plain(pydoc.render_doc(module)) for module in (json, statistics)]
    texts += [Path(json.__file__).read_text(encoding="utf-8")]
    rows = [np.array(tokenizer.encode(text)) for text in texts]
    pieces = [row[at : at + 201] for row in rows for at in (0, 400) if len(row) >= at + 201]
    return torch.from_numpy(np.array(pieces))


@torch.inference_mode()
def real_loss(model, batch):
    """Return the mean surprise, in nats a token."""
    total = 0.0
    for row in batch:
        total += F.cross_entropy(model(row[None, :-1])[0], row[1:]).item()
    return total / len(batch)


def one_weight(model, batch):
    """Return lines on one weight and its matrix, and on the two that are larger: of the model, of its row."""
    name, row, column = THE_ONE
    kept = matrices(model)[name]
    w = kept.detach().clone()
    limit = w.abs().flatten().kthvalue(int(0.999 * w.numel())).values.item()
    steps = quantise(w, 4, 32)[1].reshape(len(w), -1)[row]  # of the blocks in the row of the one
    found = [f"limit = {limit:.3f}", f"touched = {int((w.abs() > limit).sum())}"]
    found += [f"the_one = {w[row, column].item():.3f}"]
    found += [f"the_one_rounded = {rounded(w, 4)[row, column].item():.3f}"]
    found += [f"step = {steps[column // 32].item():.3f}", f"median_step = {steps.median().item():.3f}"]

    def without(value, at):
        other = value.clone()
        other[at] = w[at] if value is not w else 0
        return other

    one, top = (row, column), (row, w[row].argmax().item())
    tries = {"one_rounded": rounded(w, 4), "clipped": clipped(w, limit)}
    tries |= {"rounded_but_one": without(tries["one_rounded"], one)}
    tries |= {"clipped_but_one": without(tries["clipped"], one)}
    tries |= {"one_zero": without(w, one), "row_largest_zero": without(w, top)}
    found += [f"row_largest = {w[top].item():.3f}"]
    for key, value in tries.items():
        kept.data.copy_(value)
        found.append(f"{key} = {real_loss(model, batch):.3f}")
        print(found[-1], flush=True)
    kept.data.copy_(w)
    sizes = {key: p.detach().abs() for key, p in matrices(model).items()}
    found.append(f"larger = {sum(int((size > w[one].abs()).sum()) for size in sizes.values())}")
    home = max(sizes, key=lambda key: sizes[key].max())
    large, place = matrices(model)[home].data.view(-1), sizes[home].argmax()
    found.append(f"largest = {large[place].item():.3f}")
    large[place] = 0
    found.append(f"largest_zero = {real_loss(model, batch):.3f}")
    return found


def precision():
    """Return the text of precision.toml."""
    language = small_language()
    new, _ = language.sample(3_000, np.random.default_rng(1))
    ours = trained()
    lines = ["# Made by tools/make_precision.py; not edited by hand.", "# Nats a token.", "", "[ours]"]
    lines += [f"float32 = {loss_on_new(ours):.4f}"]
    for bits in range(8, 0, -1):
        for block in (16, 48):
            value = evaluate(changed(ours, partial(rounded, bits=bits, block=block)), new)
            lines.append(f"bits_{bits}_block_{block} = {value:.4f}")
    print("\n".join(lines), flush=True)
    model, tokenizer = smollm.load()
    batch = real_texts(tokenizer)
    real = [f"windows = {len(batch)}", f"file = {real_loss(model, batch):.3f}"]
    real += [f"int8 = {real_loss(to_int8(model), batch):.3f}"]
    for bits, block in ((8, None), (4, 32), (4, None), (3, 32), (3, None), (2, 32), (2, None)):
        value = real_loss(changed(model, partial(rounded, bits=bits, block=block)), batch)
        real.append(f"bits_{bits}_{'row' if block is None else f'block_{block}'} = {value:.3f}")
        print(real[-1], flush=True)
    real += one_weight(model, batch)
    return "\n".join([*lines, "", "[real]", *real, ""])


if __name__ == "__main__":
    torch.set_num_threads(1)
    TARGET.write_text(precision(), encoding="utf-8")
