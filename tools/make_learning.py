"""Write helpers/explorables/learning.toml: the model of chapter 12 at eight moments of its training.

It trains that model as the chapter does, on one thread, in a minute. Each weight is kept as one of 63 values,
a whole number from −31 to 31 times the step of its row, and is one character of base64. The losses are those
of what is kept.

    python tools/make_learning.py
"""

import base64

import numpy as np
import torch
from language_model import loss_on_new, trained

from helpers.explorables.learning import ALPHABET, MOST, QUESTIONS, RECORDED, kept_model
from helpers.language.next_word import next_word_probabilities
from helpers.language.small_language import small_language
from helpers.learning.markov import count_pairs, entropy

MOMENTS = [0, 25, 70, 150, 300, 800, 1200, 1800]  # steps


def snapshots():
    """Return {step: {name: tensor}} of the training of the chapter, at the moments."""
    found = {}

    def keep(model, step):
        if step in MOMENTS:
            found[step] = {name: p.detach().clone() for name, p in model.named_parameters()}

    trained(watch=keep)
    return found


def packed(tensors):
    """Return (weights, steps) as text: a character for each weight, base64 of a float16 for each row."""
    weights, steps = [], []
    for w in tensors.values():
        rows = w.reshape(-1, w.shape[-1]).numpy().astype(float)
        step = (np.abs(rows).max(axis=1, keepdims=True) / MOST).astype("<f2")
        step[step == 0] = 1  # a row of zeros: any step will do
        weights.append(np.clip(np.round(rows / step.astype(float)), -MOST, MOST).astype(int) + MOST)
        steps.append(step)
    signs = "".join(ALPHABET[i] for each in weights for i in each.ravel())
    return signs, base64.b64encode(b"".join(each.tobytes() for each in steps)).decode()


def stairs(language, text):
    """Return [4] nats a word: all alike, by frequency, by the word before, by the grammar."""
    size = len(language.words)
    shares = np.bincount(text, minlength=size) / len(text)
    after = count_pairs(text, size)
    after = after / after.sum(axis=1, keepdims=True)
    return [np.log(size), entropy(shares), shares @ entropy(after), language.entropy()]


def learning():
    """Return the text of learning.toml."""
    language = small_language()
    text, _ = language.sample(120_000, np.random.default_rng(0))
    lines = ["# Made by tools/make_learning.py; not edited by hand.", ""]
    lines += [f'words = "{" ".join(language.words)}"']
    lines += [f"stairs = {[round(float(each), 4) for each in stairs(language, text)]}"]
    moments = snapshots()
    shapes = {name: list(w.shape) for name, w in moments[0].items()}
    lines += ["shapes = { " + ", ".join(f'"{name}" = {shape}' for name, shape in shapes.items()) + " }", ""]
    for asked, right in QUESTIONS.values():
        p = next_word_probabilities(language, language.encode(asked))[language.encode(right)].sum()
        lines += ["[[questions]]", f'asked = "{asked}"', f'right = "{right}"', f"truth = {p:.4f}", ""]
    for step, tensors in moments.items():
        weights, steps = packed(tensors)
        loss = loss_on_new(kept_model(shapes, weights, steps).float())
        lines += ["[[moments]]", f"step = {step}", f"loss = {loss:.4f}"]
        lines += [f'steps = "{steps}"', f'weights = "{weights}"', ""]
    return "\n".join(lines)


if __name__ == "__main__":
    torch.set_num_threads(1)
    RECORDED.write_text(learning(), encoding="utf-8")
    print(f"wrote {RECORDED.name}")
