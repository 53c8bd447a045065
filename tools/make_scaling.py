"""Write helpers/real_models/scaling.toml: what six sizes of one model lose on new text, eight seeds each.

The recipe is that of chapter 16, on one thread: 48 trainings of two to five seconds.

    python tools/make_scaling.py
"""

from pathlib import Path

import torch

from helpers.language.training import evaluate
from helpers.real_models.sizes import FLOOR, NEW, SIXTH, SIZES, build, size_of, trained

TARGET = Path(__file__).parent.parent / "helpers" / "real_models" / "scaling.toml"
SEEDS = 8


def scaling():
    """Return the text of scaling.toml."""
    widths = [*SIZES, SIXTH]
    lines = ["# Made by tools/make_scaling.py; not edited by hand.", ""]
    lines += [f"widths = {widths}", f"parameters = {[size_of(build(width)) for width in widths]}"]
    lines += ["# Nats a token on new text; a row for each width, a column for each seed.", "losses = ["]
    for width in widths:
        row = [round(evaluate(trained(width, seed), NEW), 4) for seed in range(SEEDS)]
        print(width, row, flush=True)
        lines.append(f"    {row},")
    return "\n".join([*lines, "]", f"floor = {FLOOR:.4f} # the grammar's own loss on that text", ""])


if __name__ == "__main__":
    torch.set_num_threads(1)
    TARGET.write_text(scaling(), encoding="utf-8")
