"""Training a language model: windows of text, AdamW, a rate that warms up and cools down, a loss curve.

It leaves out more than one machine.
"""

import hashlib
import math
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F
from tqdm import tqdm

from .checkpoint import MORE, config_of, fill, read, save

STATE = ("step", "exp_avg", "exp_avg_sq")  # what AdamW remembers of a parameter


def windows(tokens, size, count, rng, begin=None):
    """Return [count, size + 1] whole numbers: pieces of a text that begin at random places.

    tokens: [n] on numpy. begin: as in `starts`.
    """
    at = rng.choice(starts(tokens, size, begin), count)  # [count]
    return torch.from_numpy(tokens[at[:, None] + np.arange(size + 1)])


def starts(tokens, size, begin=None):
    """Return the places where a window of size + 1 tokens can begin.

    begin: a token after which it has to (the full stop); anywhere unless given. A text that is too short, or
    that has no such place, raises a ValueError.
    """
    count = len(tokens) - size
    if count < 1:
        raise ValueError(f"The text has {len(tokens)} tokens, and a window takes {size + 1}.")
    at = np.arange(count) if begin is None else np.flatnonzero(tokens[: count - 1] == begin) + 1
    if not len(at):
        raise ValueError(f"No window of {size + 1} tokens begins after token {begin}.")
    return at


def next_token_loss(model, batch):
    """Return the mean surprise, in nats, at every token but the first. batch: [pieces, n + 1]."""
    batch = batch.to(model.embedding.weight.device)
    logits = model(batch[:, :-1])  # [pieces, n, vocabulary]
    return F.cross_entropy(logits.flatten(0, 1), batch[:, 1:].flatten())


def rate_at(step, steps, peak, warm_up=0.1):
    """Return the learning rate: up in a straight line for a tenth of the steps, then down along a cosine."""
    turn = max(1, int(warm_up * steps))
    if step < turn:
        return peak * (step + 1) / turn
    part = (step - turn) / max(1, steps - turn)
    return peak * 0.5 * (1 + math.cos(math.pi * part))


def make_optimiser(model, rate, decay):
    """Return AdamW; only matrices decay, biases and gains do not."""
    matrices = [p for p in model.parameters() if p.dim() > 1]
    vectors = [p for p in model.parameters() if p.dim() < 2]
    groups = [
        {"params": matrices, "weight_decay": decay},
        {"params": vectors, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.99), fused=True)


def descend(model, optimiser, loss, rate):
    """Take one step downhill with this rate; a gradient that is longer than 1 is shortened to 1."""
    optimiser.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    for group in optimiser.param_groups:
        group["lr"] = rate
    optimiser.step()


class Diverged(RuntimeError):
    """The loss is no number any more, or absurd; the model is as it was when all was well."""


def brake(model, loss, good, where):
    """Put good parameters back and raise Diverged, if a loss is no number or absurdly large.

    That is more than ten times the loss of a guess among all tokens. good: {name: tensor}.
    """
    if not loss <= 10 * math.log(model.config.vocabulary):  # nothing is true of what is no number
        fill(model, good)
        raise Diverged(f"{where}, the loss is {loss:.3g}: the model is put back.")


def train(
    model,
    batch_at,
    steps,
    rate=3e-3,
    decay=0.01,
    path=None,
    every=100,
    show=True,
    watch=lambda step: None,
    loss_of=next_token_loss,
):
    """Train a model in place; return the loss of every step.

    batch_at: a function of the step, from 0, that returns [pieces, n + 1] tokens: the same step, the same
    batch, so that a training can go on where it was cut off. path: a file for the state of the training,
    written every so many steps and at the end; if it is there already, training goes on from it.
    watch: called with the number of steps taken so far. loss_of: a function of model and batch.
    A loss that is no number, or absurdly large, raises Diverged; model and file have the last good state.
    """
    optimiser = make_optimiser(model, rate, decay)
    losses, good = resume(model, optimiser, path), copy(model)
    with tqdm(initial=len(losses), total=steps, disable=not show) as bar:
        for step in range(len(losses), steps + 1):  # one more than there are steps: is the end sound?
            loss = loss_of(model, batch_at(min(step, max(0, steps - 1))))
            brake(model, loss.item(), good, f"At step {step}, with a rate of {rate}")
            if step % every == 0 or step == steps:
                good = copy(model)
                keep(model, optimiser, losses, path)
            watch(step)
            if step < steps:
                descend(model, optimiser, loss, rate_at(step, steps, rate))
                losses.append(loss.item())
                bar.set_postfix_str(f"loss {losses[-1]:.3f}", refresh=False)
                bar.update()
    return losses


def copy(model):
    """Return {name: tensor}, the parameters as they are now."""
    return {name: p.detach().clone() for name, p in model.named_parameters()}


def keep(model, optimiser, losses, path):
    """Write all that a training needs to go on, where there is a path."""
    if path is not None:
        more = {f"{MORE}losses": torch.tensor(losses, dtype=torch.float64)}
        for name, p in model.named_parameters():
            for key, value in optimiser.state[p].items():
                more[f"{MORE}{name}.{key}"] = value
        save(model, path, more)


def resume(model, optimiser, path):
    """Put the state in a file into a model and its optimiser; return the losses so far, [] without a file.

    A file of another model, or of a model without its training, raises a ValueError.
    """
    if path is None or not Path(path).exists():
        return []
    tensors, notes = read(path)
    if f"{MORE}losses" not in tensors:
        raise ValueError(f"{path} holds no training to go on with.")
    if config_of(notes, path) != model.config:
        raise ValueError(f"{path} holds the training of another model.")
    state = {name.removeprefix(MORE): t for name, t in tensors.items() if name.startswith(MORE)}
    losses = state.pop("losses").tolist()
    slots = {f"{name}.{key}": (p, key) for name, p in model.named_parameters() for key in STATE}
    if state.keys() != (slots.keys() if losses else set()):
        raise ValueError(f"{path} holds a training of which a part is missing.")
    fill(model, {name: t for name, t in tensors.items() if not name.startswith(MORE)})
    for name, value in state.items():
        p, key = slots[name]
        optimiser.state[p][key] = value.to(p.device)
    return losses


@torch.inference_mode()
def evaluate(model, tokens):
    """Return the mean surprise of a model on a text, in nats per token. tokens: [n] on numpy.

    The text is cut into windows that overlap by half, and of each only the second half counts: so every token
    is foreseen once, from half a context or more. The first half context and an incomplete end count nothing.
    A text that is shorter than a window raises a ValueError.
    """
    size = model.config.context
    new = max(1, size // 2)  # how many tokens of a window count
    at = starts(tokens, size)[::new]
    total, cut = 0.0, torch.from_numpy(tokens[at[:, None] + np.arange(size + 1)])  # [windows, size + 1]
    for part in cut.to(model.embedding.weight.device).split(64):
        logits, truth = model(part[:, :-1])[:, -new:], part[:, -new:]
        total += F.cross_entropy(logits.flatten(0, 1), truth.flatten(), reduction="sum").item()
    return total / (len(cut) * new)


def fingerprint(model):
    """Return the sha256 of all parameters: it is another one when a single bit is."""
    digest = hashlib.sha256()
    for _, p in sorted(model.named_parameters()):
        digest.update(p.detach().cpu().contiguous().view(torch.uint8).numpy())
    return digest.hexdigest()
