"""Measure what helpers/adapting/news.toml holds: a fact taught to the real model in several ways.

    python tools/make_news.py

It takes about five minutes on one thread.
"""

import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parents[1]))

from helpers.adapting.added import add_biases, take_biases_out
from helpers.adapting.lora import add_lora, take_out, trained
from helpers.adapting.teaching import BLOCKS, RANK, Lesson, rehearse, replay, teach
from helpers.real_models.smollm import load

TARGET = Path(__file__).parents[1] / "helpers" / "adapting" / "news.toml"
WAYS = ("plain", "rehearsal", "biases", "replay 4", "replay 10")


def taught(it, way, seed):
    """Return the judgement after one way of teaching; the model is as before afterwards."""
    if way == "biases":
        teach(it, add_biases(it.model, range(BLOCKS, 30)), steps=100, rate=0.02)
        said = it.judge()
        take_biases_out(it.model)
        return said
    beside = {
        "plain": lambda: None,
        "replay 4": lambda: replay(it, 4, seed),
        "replay 10": lambda: replay(it, 10, seed),
        "rehearsal": lambda: rehearse(it, seed=seed),
    }[way]()
    add_lora(it.model, RANK, blocks=range(BLOCKS, 30), seed=seed)
    teach(it, list(trained(it.model).values()), beside)
    said = it.judge()
    take_out(it.model)
    return said


def row(said):
    """Return the numbers of a judgement in the order of the file."""
    numbers = [said["right"], said["moltavo"], *said["chances"], said["bits"], said["nats"]]
    return [round(float(each), 3) for each in numbers]


def main():
    """Teach in every way from three seeds, and write the file."""
    lesson = Lesson(*load())
    lines = ["# Made by tools/make_news.py; not edited by hand.", ""]
    lines += ["# For each seed: right and Moltavo of twelve, four chances, bits a byte, nats a token."]
    lines += [f'"before" = {[row(lesson.judge())]}']
    for way in WAYS:
        lines.append(f'"{way}" = {[row(taught(lesson, way, seed)) for seed in range(3)]}')
        print(lines[-1], flush=True)
    TARGET.write_text("\n".join([*lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
