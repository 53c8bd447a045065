"""Measure what helpers/real_models/families.toml holds: short trainings from three seeds, and a long one.

`python tools/make_families.py GPT BERT` prints the part of these families, which takes some minutes.
"""

import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parents[1]))

from helpers.real_models.families import STEPS, floor, learn, score

LONG = 5  # times the steps


def main():
    torch.set_num_threads(1)
    for family in sys.argv[1:]:
        print(f"[{family}]\nfloor = {floor(family):.4f}", flush=True)
        long = learn(family, 0, LONG * STEPS[family])
        print(f"long = {score(long, family):.4f}", flush=True)
        short = [round(score(learn(family, seed), family), 4) for seed in range(3)]
        print(f"short = {short}\n", flush=True)


if __name__ == "__main__":
    main()
