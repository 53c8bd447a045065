"""Measure what helpers/adapting/news.toml holds: a fact taught to the real model in several ways.

    python tools/make_news.py

It takes about six minutes on one thread.
"""

from pathlib import Path

import torch

from helpers.adapting.added import add_biases, take_biases_out
from helpers.adapting.lora import add_lora, take_out, trained
from helpers.adapting.teaching import BLOCKS, RANK, STEPS, Lesson, rehearse, replay, teach
from helpers.real_models.smollm import load

TARGET = Path(__file__).parents[1] / "helpers" / "adapting" / "news.toml"
SEEDS = range(3)  # biases begin at zero, nothing is drawn, and one seed is all


def ways(it, seed):
    """Return {way: (a function that makes what is kept small beside the lesson, or None; steps)}."""
    return {
        "plain 12": (None, 12),
        "plain": (None, STEPS),
        "replay 4": (lambda: replay(it, 4, seed), STEPS),
        "replay 10": (lambda: replay(it, 10, seed), STEPS),
        "replay all": (lambda: replay(it, 10, seed, windows=1), STEPS),
        "rehearsal": (lambda: rehearse(it, seed=seed), STEPS),
        "biases": (None, 100),
    }


def taught(it, way, seed):
    """Return the judgement after one way of teaching; the model is as before afterwards."""
    make, steps = ways(it, seed)[way]
    beside = make and make()  # before anything changes
    if way == "biases":
        teach(it, add_biases(it.model, range(BLOCKS, 30)), beside, steps, rate=0.02)
        said = it.judge()
        take_biases_out(it.model)
        return said
    add_lora(it.model, RANK, blocks=range(BLOCKS, 30), seed=seed)
    teach(it, list(trained(it.model).values()), beside, steps)
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
    for way in ways(lesson, 0):
        seeds = SEEDS[:1] if way == "biases" else SEEDS
        lines.append(f'"{way}" = {[row(taught(lesson, way, seed)) for seed in seeds]}')
        print(lines[-1], flush=True)
    TARGET.write_text("\n".join([*lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
