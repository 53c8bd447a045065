"""Measure what helpers/real_models/families.toml holds: short trainings from three seeds, and a long one.

`python tools/make_families.py GPT BERT` prints the part of these families, which takes some minutes.
"""

import sys

import torch
from torch.nn.functional import cross_entropy

from helpers.language.small_language import small_language
from helpers.language.training import train
from helpers.real_models.families import BATCH, RATES, STEPS, build, exam, floor, learn, score, text
from helpers.real_models.objectives import FORESEEN, MASKED, SIZE, batches, next_logits, order_logits

LONG = 5  # times the steps


def asked_for_two(model, batch):
    """Return GPT's loss at two tokens of each window, drawn by lot: as many as BERT is asked for."""
    windows, _ = batch
    generator = torch.Generator().manual_seed(int(windows.sum()))  # the same batch, the same lots
    places = torch.rand(windows[:, 1:].shape, generator=generator).argsort(dim=1)[:, :MASKED]
    right = next_logits(model, windows).log_softmax(dim=-1).gather(2, windows[:, 1:, None])[..., 0]
    return -right.gather(1, places).mean()


@torch.no_grad()
def same_question(model, family):
    """Return the loss of GPT or XLNet at the last six tokens of GPT's exam, from left to right."""
    windows = exam("GPT")[0]
    order = torch.arange(SIZE).expand(windows.shape)
    logits = order_logits(model, windows, order) if family == "XLNet" else next_logits(model, windows)
    last = logits[:, -FORESEEN:].flatten(0, 1)
    return cross_entropy(last, windows[:, -FORESEEN:].flatten()).item()


def few_questions(seed):
    """Return the loss, in its own exam, of a GPT that got as many steps and answers as BERT."""
    model, stop = build("GPT", seed), small_language().words.index(".")
    draw = batches("GPT", text(), BATCH, stop, seed)
    train(model, draw, STEPS["BERT"], RATES["GPT"], show=False, loss_of=asked_for_two)
    return score(model, "GPT")


def main():
    torch.set_num_threads(1)
    for family in sys.argv[1:]:
        print(f"[{family}]\nfloor = {floor(family):.4f}", flush=True)
        long = learn(family, 0, LONG * STEPS[family])
        print(f"long = {score(long, family):.4f}", flush=True)
        models = [learn(family, seed) for seed in range(3)]
        print(f"short = {[round(score(model, family), 4) for model in models]}", flush=True)
        if family in ("GPT", "XLNet"):
            print(f"same = {[round(same_question(model, family), 4) for model in models]}", flush=True)
        if family == "GPT":
            print(f"few = {[round(few_questions(seed), 4) for seed in range(3)]}")
        print(flush=True)


if __name__ == "__main__":
    main()
