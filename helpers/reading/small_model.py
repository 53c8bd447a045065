"""The model of chapter 12 as it came out of three trainings, 64,464 parameters each, rounded to float16.

tools/make_surgery.py trained them and wrote small_model.safetensors. It leaves out the training; chapter 12
has it.
"""

from pathlib import Path

import torch

from ..language.checkpoint import fill, read
from ..language.transformer import Config, Transformer

PATH = Path(__file__).parent / "small_model.safetensors"
CONFIG = Config(vocabulary=163, context=32, width=48, positions="rotary")
SEEDS = 3


def small_model(seed=0):
    """Return the Transformer of one training; seed: 0, 1 or 2, what its first values and windows came from.

    Any other seed raises a ValueError.
    """
    if seed not in range(SEEDS):
        raise ValueError(f"There are three trainings, 0, 1 and 2, and no {seed!r}.")
    tensors, _ = read(PATH)
    model = Transformer(CONFIG)
    own = {
        name.removeprefix(f"{seed}."): t.to(torch.float32)
        for name, t in tensors.items()
        if name.startswith(f"{seed}.")
    }
    fill(model, own)
    return model
