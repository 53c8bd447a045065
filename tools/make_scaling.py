"""Write helpers/real_models/scaling.toml: what six sizes of one model lose on new text, eight seeds each.

The recipe is that of chapter 16, on one thread: 48 trainings of two to five seconds, and two that take twice
as many steps, of the largest size and of the seeds that had learned least.

    python tools/make_scaling.py
"""

from pathlib import Path

import torch

from helpers.language.training import evaluate
from helpers.real_models.sizes import FLOOR, NEW, SIXTH, SIZES, STEPS, build, size_of, trained

TARGET = Path(__file__).parent.parent / "helpers" / "real_models" / "scaling.toml"
SEEDS = 8
LATE = (4, 5)  # seeds of the largest size


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
    lines += ["]", f"floor = {FLOOR:.4f} # the grammar's own loss on that text"]
    longer = [round(evaluate(trained(SIXTH, seed, 2 * STEPS), NEW), 4) for seed in LATE]
    return "\n".join([*lines, f"longer = {longer} # width 48, seeds 4 and 5, twice the steps", ""])


if __name__ == "__main__":
    torch.set_num_threads(1)
    TARGET.write_text(scaling(), encoding="utf-8")
