"""Write helpers/fairness/planted.toml: an association planted at five strengths, four seeds each.

The recipe is that of chapter 20, two at a time on one thread each: 20 trainings of some 15 seconds.

    python tools/make_planted.py
"""

from concurrent.futures import ProcessPoolExecutor
from itertools import product
from pathlib import Path

import numpy as np
import torch

from helpers.fairness.planted import (
    HERS,
    HIS,
    SEEDS,
    STRENGTHS,
    asked,
    counted,
    strength_of,
    text_of,
    trained,
    without_biases,
)
from helpers.language.training import evaluate

TARGET = Path(__file__).parent.parent / "helpers" / "fairness" / "planted.toml"
NAMES = ("text", "model", "zeroed", "loss", "loss_zeroed")


def measured(strength, seed):
    """Return the numbers of one training in the order of NAMES."""
    torch.set_num_threads(1)
    language, tokens = text_of(strength, seed)
    model = trained(strength, seed)
    new, _surprise = language.sample(3_000, np.random.default_rng(99))
    shares, losses = [strength_of(*(counted(language, tokens, jobs) for jobs in (HERS, HIS)))], []
    for each in (model, without_biases(model)):
        shares.append(strength_of(*(asked(each, language, jobs) for jobs in (HERS, HIS))))
        losses.append(evaluate(each, new))
    return [round(float(number), 4) for number in [*shares, *losses]]


def planted():
    """Return the text of planted.toml."""
    with ProcessPoolExecutor(2) as pool:
        rows = list(pool.map(measured, *zip(*product(STRENGTHS, SEEDS), strict=True)))
    lines = ["# Made by tools/make_planted.py; not edited by hand."]
    lines += ["# A row for each strength, a column for each seed. Shares, then nats a token on new text."]
    for name, numbers in zip(NAMES, zip(*rows, strict=True), strict=True):
        table = np.reshape(numbers, (len(STRENGTHS), len(SEEDS))).tolist()
        lines += [f"{name} = [", *(f"    {row}," for row in table), "]"]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    TARGET.write_text(planted(), encoding="utf-8")
