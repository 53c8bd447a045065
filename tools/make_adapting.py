"""Measure what helpers/adapting/adapting.toml holds: a dialect, learned in many ways from several starts.

    python tools/make_adapting.py FOLDER rates full "lora 4"    the best rate of a method, on a seed apart
    python tools/make_adapting.py FOLDER base 0 1 2 3           the models of chapter 12 that all begin with
    python tools/make_adapting.py FOLDER seed 0 1 2 3           every method from these starts
    python tools/make_adapting.py FOLDER join                   the file, of what lies in the folder

On one thread: a base takes half a minute, a seed two minutes, the rates of a method some ten seconds.
"""

import json
import sys
from pathlib import Path

import language_model
import torch

from helpers.adapting import methods
from helpers.adapting.dialect import ask, texts
from helpers.adapting.lora import trained
from helpers.adapting.ranks import cut
from helpers.language.checkpoint import load, save
from helpers.language.training import evaluate

TARGET = Path(__file__).parents[1] / "helpers" / "adapting" / "adapting.toml"
TRIED = (0.003, 0.01, 0.03, 0.1, 0.3)  # rates
CUTS = (1, 2, 4, 8, 16)  # ranks to which the full change is cut


def base(folder, seed):
    """Train the model of chapter 12, with seed 0 just as there, and keep it."""
    model = language_model.trained(seed, lambda step: [seed, step] if seed else step, show=False)
    save(model, folder / f"base{seed}.safetensors")


def judged(model):
    """Return what a model loses on the dialect and on the old language, and its three answers."""
    losses = [evaluate(model, texts(which)[1]) for which in ("new", "old")]
    return [round(each, 4) for each in [*losses, *ask(model)]]


def main(folder, what, *more):
    """Do one of the four."""
    if what == "base":
        for seed in map(int, more):
            base(folder, seed)
    if what == "rates":
        start = load(folder / "base0.safetensors")
        for method in more:
            for rate in TRIED:
                print(method, rate, judged(methods.adapt(start, method, rate, seed=99)), flush=True)
    if what == "seed":
        for seed in map(int, more):
            start, kept = load(folder / f"base{seed}.safetensors"), folder / f"seed{seed}.json"
            rows = json.loads(kept.read_text()) if kept.exists() else {"before": judged(start)}
            if f"cut {CUTS[-1]}" not in rows:
                full = methods.adapt(start, "full", methods.RATES["full"], seed)
                for rank in CUTS:
                    rows[f"cut {rank}"] = judged(cut(start, full, rank))
            for name, method, told in runs():
                if name not in rows:
                    student = methods.adapt(start, method, methods.RATES[method], seed, **told)
                    rows[name] = judged(student)
                    kept.write_text(json.dumps(rows))
                    print(seed, name, len(trained(student)), rows[name], flush=True)
    if what == "join":
        join(folder)


def runs():
    """Return [(name of the row, method, what `adapt` is told besides)]."""
    return [
        *((method, method, {}) for method in methods.RATES),
        *((f"{method} replay {share}", method, {"replay": share}) for method, share in methods.REPLAYS),
        *((f"{method} {steps}", method, {"steps": steps}) for method, steps in methods.LONGER),
    ]


def join(folder):
    """Write the file: for each row a list of seeds, and of each seed two losses and three answers."""
    seeds = sorted(folder.glob("seed*.json"))
    parts = [json.loads(each.read_text()) for each in seeds]
    lines = ["# Made by tools/make_adapting.py; not edited by hand.", ""]
    lines += ["# For each seed: nats a word on the dialect and on the old language, and three answers."]
    lines += [f'"{name}" = {[part[name] for part in parts]}' for name in parts[0]]
    TARGET.write_text("\n".join([*lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    torch.set_num_threads(1)
    main(Path(sys.argv[1]), *sys.argv[2:])
