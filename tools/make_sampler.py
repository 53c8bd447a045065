"""Write helpers/explorables/sampler.toml: what the model of chapter 12 says next, after a few beginnings.

It trains that model as the chapter does, on one thread, in half a minute. Beside its logits, in hundredths,
stand the grammar's own probabilities.

    python tools/make_sampler.py
"""

import base64
from pathlib import Path

import numpy as np
import torch
from language_model import loss_on_new, trained

from helpers.language.next_word import next_word_probabilities
from helpers.language.small_language import small_language

TARGET = Path(__file__).parent.parent / "helpers" / "explorables" / "sampler.toml"
BEGINNINGS = [
    "the dog",
    "the nurse says that",
    "the doctor says that",
    "the dogs near the gate",
    "the dog chases the",
    "the dog chases the cows , so the",
    "the dog fears the cows , so the",
    "Ada lives in",
]


@torch.inference_mode()
def logits(model, language, beginning):
    """Return [words] whole numbers: the logits after a beginning, in hundredths, the largest 0."""
    tokens = torch.from_numpy(language.encode(". " + beginning))
    raw = model(tokens[None])[0, -1].double().numpy()
    return np.round(100 * (raw - raw.max())).astype("<i2")


def sampler():
    """Return the text of sampler.toml."""
    language = small_language()
    model = trained()
    lines = ["# Made by tools/make_sampler.py; not edited by hand.", ""]
    loss, floor = loss_on_new(model), language.entropy()
    lines += [f"loss = {loss:.4f} # on new text; the entropy of the language is {floor:.4f}"]
    lines += [f'words = "{" ".join(language.words)}"', ""]
    for beginning in BEGINNINGS:
        p = next_word_probabilities(language, language.encode(beginning))
        truth = {language.words[token]: round(float(p[token]), 4) for token in np.flatnonzero(p)}
        packed = base64.b64encode(logits(model, language, beginning).tobytes()).decode()
        lines += ["[[beginnings]]", f'text = "{beginning}"', f'logits = "{packed}"']
        lines += ["truth = { " + ", ".join(f'"{word}" = {p}' for word, p in truth.items()) + " }", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    torch.set_num_threads(1)
    TARGET.write_text(sampler(), encoding="utf-8")
    print(f"wrote {TARGET.name}")
