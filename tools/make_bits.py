"""Write helpers/explorables/bits.toml: what the real model says with one bit of one weight turned over.

The weight is number 13 of a block of 32. In each of four formats each bit is turned, one at a time, and the
model answers and is tried on four texts. It needs the real model, and takes some minutes on one thread.

    python tools/make_bits.py
"""

import json
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from helpers.real_models.bits import bits_of, block_of, flipped
from helpers.real_models.gguf import read_blocks, read_header
from helpers.real_models.smollm import load, model_file
from helpers.real_models.texts import TEXTS

TARGET = Path(__file__).parent.parent / "helpers" / "explorables" / "bits.toml"
NAME, LAYER, ROW = "blk.11.ffn_down.weight", 11, 507
PLACE = 1229  # of the weight in its row
QUESTION, WORDS = "The capital of France is", 6


def fields(block):
    """Return {format: [[what, bits], …]} of the weight and of what its block shares. block: its 20 bytes."""
    d, m = block[:4].view("<f2").astype(float)
    w = float(np.float32(d * 15 + m))
    scale = float(np.float16(max(abs(d * np.arange(16) + m)) / 127))
    brain = bits_of(np.float32(w), "<f4")
    up = int(brain[16:], 2) > 2**15  # bfloat16: the upper half of float32, rounded
    return {
        "float32": [["weight", brain]],
        "bfloat16": [["weight", f"{int(brain[:16], 2) + up:016b}"]],
        "int8": [["weight", bits_of(round(w / scale), "i1")], ["scale", bits_of(scale, "<f2")]],
        "int4": [["weight", "1111"], ["scale", bits_of(d, "<f2")], ["minimum", bits_of(m, "<f2")]],
    }


class Probe:
    """The real model with another block in one place: its loss on the texts, and its answer."""

    def __init__(self):
        self.model, self.tokenizer = load()
        self.weight = self.model.blocks[LAYER].feed_forward.down.weight
        self.texts = [torch.tensor(self.tokenizer.encode(text))[None] for text in TEXTS.values()]
        self.question = self.tokenizer.encode(QUESTION).tolist()

    @torch.inference_mode()
    def __call__(self, block):
        """Return (loss or None, words) with the 32 weights of a block."""
        first = PLACE // 32 * 32
        kept = self.weight.data[ROW, first : first + 32].clone()
        self.weight.data[ROW, first : first + 32] = torch.tensor(block, dtype=torch.float32)
        losses = [F.cross_entropy(self.model(t[:, :-1])[0], t[0, 1:], reduction="sum") for t in self.texts]
        tokens = list(self.question)
        for _ in range(WORDS):
            logits = self.model(torch.tensor([tokens]))[0, -1]
            if not torch.isfinite(logits).all():
                break
            tokens.append(int(logits.argmax()))
        self.weight.data[ROW, first : first + 32] = kept
        loss = float(sum(losses)) / sum(t.shape[1] - 1 for t in self.texts)
        said = self.tokenizer.decode(tokens[len(self.question) :]).replace("\n", " ")
        return (round(loss, 2) if np.isfinite(loss) else "none"), said


def main():
    notes, stored = read_header(model_file())
    at = (ROW * stored[NAME].shape[1] + PLACE) // 32
    block = read_blocks(model_file(), stored[NAME])[at]
    formats, probe = fields(block), Probe()
    lines = ["# Made by tools/make_bits.py; not edited by hand.", ""]
    lines += [f"bytes = {block.tolist()}", f"question = {json.dumps(QUESTION)}", ""]
    for name, parts in formats.items():
        losses, said = [], []
        joined = "".join(bits for _, bits in parts)
        for turned in range(len(joined) + 1):  # 0: none
            bits = flipped(joined, turned - 1) if turned else joined
            loss, words = probe(block_of(name, parts, bits, block.tolist()))
            losses.append(loss)
            said.append(words)
            print(name, turned, loss, words, flush=True)
        lines += [f"[formats.{name}]", f"parts = {json.dumps(parts)}", f"losses = {json.dumps(losses)}"]
        lines += [f"says = {json.dumps(said, ensure_ascii=False)}", ""]
    TARGET.write_text("\n".join(lines), encoding="utf-8")
    print(f"wrote {TARGET.name}")


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
