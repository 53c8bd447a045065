"""Write helpers/fairness/reduced.toml: eight short trainings of the real model about nine jobs each.

It takes the real model, and some two minutes on one quiet thread.

    python tools/make_reduced.py
"""

from pathlib import Path

import torch

from helpers.fairness.reduced import MEANT, Bench, Top, halves, retrained
from helpers.real_models.smollm import load

TARGET = Path(__file__).parent.parent / "helpers" / "fairness" / "reduced.toml"
SEEDS = (0, 1, 2, 3)


def reduced():
    """Return the text of reduced.toml."""
    bench, found = Bench(*load()), {}
    for seed in SEEDS:
        jobs, _others = halves(seed)
        free, held = retrained(bench, jobs), retrained(bench, jobs, held=MEANT[:6])
        for when, top in (("before", Top(bench.model)), ("free", free), ("held", held)):
            for what, number in bench.judged(top, jobs).items():
                found.setdefault(f"{when} {what}", []).append(round(float(number), 4))
        print({name: row[-1] for name, row in found.items()}, flush=True)
    lines = ["# Made by tools/make_reduced.py; not edited by hand.", "# A column for each seed of `halves`."]
    return "\n".join([*lines, *(f'"{name}" = {row}' for name, row in found.items()), ""])


if __name__ == "__main__":
    torch.set_num_threads(1)
    TARGET.write_text(reduced(), encoding="utf-8")
