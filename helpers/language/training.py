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
    count = len(tokens) - size  # the last place with size tokens behind it is count - 1
    if count < 1:
        raise ValueError(f"The text has {len(tokens)} tokens, and a window takes {size + 1}.")
    at = np.arange(count) if begin is None else np.flatnonzero(tokens[: count - 1] == begin) + 1
    if not len(at):
        raise ValueError(f"No window of {size + 1} tokens begins after token {begin}.")
    return at


def next_token_loss(model, batch):
    """Return the mean surprise, in nats, at every token but the first. batch: [pieces, n + 1]."""
    batch = batch.to(model.embedding.weight.device)
    logits = model(batch[:, :-1])  # [pieces, n] -> [pieces, n, V]
    return F.cross_entropy(logits.flatten(0, 1), batch[:, 1:].flatten())


def rate_at(step, steps, peak, warm_up=0.1):
    """Return the learning rate: up in a straight line for a tenth of the steps, then down along a cosine."""
    warm_up_steps = max(1, int(warm_up * steps))
    if step < warm_up_steps:
        return peak * (step + 1) / warm_up_steps
    part = (step - warm_up_steps) / max(1, steps - warm_up_steps)  # 0 to 1
    return peak * 0.5 * (1 + math.cos(math.pi * part))


def make_optimiser(model, decay=0.01):
    """Return AdamW; only matrices decay, biases and gains do not. `optimiser_step` sets its rate."""
    matrices = [p for p in model.parameters() if p.dim() > 1]
    # Nothing says that a gain or a bias should be small.
    vectors = [p for p in model.parameters() if p.dim() < 2]
    groups = [
        {"params": matrices, "weight_decay": decay},
        {"params": vectors, "weight_decay": 0.0},
    ]
    # 0.99 looks back over a hundred steps; 0.999, as is usual, over a thousand: most
    # of a short training.
    return torch.optim.AdamW(groups, betas=(0.9, 0.99), fused=True)


def optimiser_step(model, optimiser, loss, rate):
    """Take one step downhill with this rate; a gradient that is longer than 1 is shortened to 1."""
    optimiser.zero_grad()
    loss.backward()
    # One odd batch with a long gradient shall not throw the model far.
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    for group in optimiser.param_groups:
        group["lr"] = rate  # another one in every step
    optimiser.step()


class Diverged(RuntimeError):
    """The loss is NaN or absurdly large; the model is as it was when all was well."""


def brake(model, loss, good, where):
    """Put good parameters back and raise Diverged, if a loss is NaN or absurdly large.

    That is more than ten times the loss of a guess among all tokens. good: {name: tensor}.
    """
    # An even guess costs ln V. Early steps may cost more, but seldom ten times as much.
    if not loss <= 10 * math.log(model.config.vocabulary):  # NaN, too
        fill(model, good)
        raise Diverged(f"{where}, the loss is {loss:.3g}: the model is put back.")


def train(
    model,
    batch_at,  # a function of the step, from 0, that returns [pieces, n + 1] tokens
    steps,
    rate=3e-3,  # the highest; `rate_at` says how it rises and falls
    path=None,  # a file for the state of the training
    every=100,  # how many steps lie between two times that it is written
    show=True,  # a bar
    watch=lambda step: None,  # called with the number of steps taken so far
    loss_of=next_token_loss,  # a function of model and batch
):
    """Train a model in place; return the loss of every step.

    The same step has to bring the same batch, so that a training can go on where it was cut off: if there is
    a file at `path` already, it goes on from it. It is written at the end, too.
    A loss that is NaN or absurdly large raises Diverged; model and file have the last good state.
    """
    optimiser = make_optimiser(model)
    losses = resume(model, optimiser, path)  # of the steps that are done already, if any
    good = copy(model)
    with tqdm(initial=len(losses), total=steps, disable=not show) as bar:
        for step in range(len(losses), steps):
            loss = loss_of(model, batch_at(step))
            brake(model, loss.item(), good, f"At step {step}, with a rate of {rate}")
            if step % every == 0:  # the loss has just said that these parameters are sound
                good = copy(model)
                keep(model, optimiser, losses, path)
            watch(step)
            optimiser_step(model, optimiser, loss, rate_at(step, steps, rate))
            losses.append(loss.item())
            bar.set_postfix_str(f"loss {losses[-1]:.3f}", refresh=False)
            bar.update()
    done = len(losses)
    if done:  # nobody has looked yet at what the last step made
        last = loss_of(model, batch_at(done - 1)).item()
        brake(model, last, good, f"At step {done}, with a rate of {rate}")
    keep(model, optimiser, losses, path)
    watch(done)
    return losses


def copy(model):
    """Return {name: tensor}, the parameters as they are now."""
    return {name: p.detach().clone() for name, p in model.named_parameters()}


def keep(model, optimiser, losses, path):
    """Write all that a training needs to go on, where there is a path."""
    if path is not None:
        more = {f"{MORE}losses": torch.tensor(losses, dtype=torch.float64)}
        for name, p in model.named_parameters():
            for key, value in optimiser.state[p].items():  # STATE; nothing before the first step
                more[f"{MORE}{name}.{key}"] = value
        save(model, path, more)


def resume(model, optimiser, path):
    """Put the state in a file into a model and its optimiser; return the losses so far, [] without a file.

    A file of another model, or of a model without its training, raises a ValueError.
    """
    if path is None or not Path(path).exists():
        return []  # a new training
    tensors, notes = read(path)
    if f"{MORE}losses" not in tensors:
        raise ValueError(f"{path} holds no training to go on with.")
    if config_of(notes, path) != model.config:
        raise ValueError(f"{path} holds the training of another model.")
    state = {name.removeprefix(MORE): t for name, t in tensors.items() if name.startswith(MORE)}
    losses = state.pop("losses").tolist()
    # All is looked at before anything is changed: a file that does not fit leaves the model as it was.
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
    at = starts(tokens, size)[::new]  # [windows]
    cut = torch.from_numpy(tokens[at[:, None] + np.arange(size + 1)])  # [windows, size + 1]
    total = 0.0
    for part in cut.to(model.embedding.weight.device).split(64):  # 64 windows at a time, for the memory
        logits, target = model(part[:, :-1])[:, -new:], part[:, -new:]  # [64, new, V], [64, new]
        total += F.cross_entropy(logits.flatten(0, 1), target.flatten(), reduction="sum").item()
    return total / (len(cut) * new)


def fingerprint(model):
    """Return the sha256 of all parameters: it is another one when a single bit is."""
    digest = hashlib.sha256()
    for _, p in sorted(model.named_parameters()):  # by name: always the same order
        digest.update(p.detach().cpu().contiguous().view(torch.uint8).numpy())
    return digest.hexdigest()
