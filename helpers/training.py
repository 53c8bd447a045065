"""Training a language model: windows of text, AdamW, a rate that warms up and cools down, a loss curve.

It leaves out more than one machine.
"""

import hashlib
import math

import numpy as np
import torch
from torch.nn import functional as F
from tqdm.auto import tqdm

from .checkpoint import fill, read, save


def windows(tokens, size, count, rng, begin=None):
    """Return [count, size + 1] whole numbers: pieces of a text that begin at random places.

    tokens: [n] on numpy. begin: token after which a piece may begin (the full stop); anywhere unless given.
    A text that is too short raises a ValueError.
    """
    if len(tokens) < size + 2:
        raise ValueError(f"The text has {len(tokens)} tokens, and a window takes {size + 1}.")
    last = len(tokens) - size - 1
    at = np.arange(last + 1) if begin is None else np.flatnonzero(tokens[:last] == begin) + 1
    if not len(at):
        raise ValueError("No piece of this text begins where it should.")
    return torch.from_numpy(tokens[rng.choice(at, count)[:, None] + np.arange(size + 1)])


def next_token_loss(model, batch):
    """Return the mean surprise, in nats, at every token but the first. batch: [pieces, n + 1]."""
    logits = model(batch[:, :-1])  # [pieces, n, vocabulary]
    return F.cross_entropy(logits.flatten(0, 1), batch[:, 1:].flatten())


def rate_at(step, steps, peak, warm_up=0.1):
    """Return the learning rate: up in a straight line for a tenth of the steps, then down along a cosine."""
    turn = max(1, int(warm_up * steps))
    if step < turn:
        return peak * (step + 1) / turn
    return peak * 0.5 * (1 + math.cos(math.pi * (step - turn) / max(1, steps - turn)))


class Diverged(RuntimeError):
    """The loss is no number any more; the model is as it was when it last was one."""


def train(model, batch_at, steps, rate=3e-3, decay=0.01, path=None, every=100, show=True):
    """Train a model in place; return the loss of every step.

    batch_at: a function of the step, from 0, that returns [pieces, n + 1] tokens: the same step, the same
    batch, so that a training can go on where it was cut off. path: a file that keeps the state after each
    `every` steps; if it is there already, training goes on from it.
    A loss that is no number raises Diverged, and the model has its last good state.
    """
    optimiser = make_optimiser(model, rate, decay)
    losses = resume(model, optimiser, path)
    device, good = model.embedding.weight.device, None
    bar = tqdm(range(len(losses), steps), initial=len(losses), total=steps, disable=not show, desc="training")
    for step in bar:
        if step % every == 0 or good is None:
            good = [p.detach().clone() for p in model.parameters()]
        loss = one_step(model, optimiser, batch_at(step).to(device), rate_at(step, steps, rate))
        if not math.isfinite(loss):
            for p, value in zip(model.parameters(), good, strict=True):
                p.data.copy_(value)
            raise Diverged(
                f"At step {step} the loss is {loss}: try a rate below {rate}. The model is as it was."
            )
        losses.append(loss)
        bar.set_postfix_str(f"loss {loss:.3f}", refresh=False)
        if path and (step + 1) % every == 0:
            keep(model, optimiser, losses, path)
    return losses


def make_optimiser(model, rate, decay):
    """Return AdamW; only matrices decay, biases and gains do not."""
    matrices = [p for p in model.parameters() if p.dim() > 1]
    vectors = [p for p in model.parameters() if p.dim() < 2]
    groups = [{"params": matrices, "weight_decay": decay}, {"params": vectors, "weight_decay": 0.0}]
    return torch.optim.AdamW([g for g in groups if g["params"]], lr=rate, betas=(0.9, 0.99), fused=True)


def one_step(model, optimiser, batch, rate):
    """Return the loss of a batch, after one step downhill on it, with gradients of a length of at most 1."""
    loss = next_token_loss(model, batch)
    optimiser.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    for group in optimiser.param_groups:
        group["lr"] = rate
    optimiser.step()
    return loss.item()


@torch.inference_mode()
def evaluate(model, tokens):
    """Return the mean surprise of a model on a text, in nats per token. tokens: [n] on numpy.

    The text is cut into windows that overlap by half, and of each only the second half counts: so every token
    is foreseen once, from half a context or more. The first half context and an incomplete end count nothing.
    """
    size = model.config.context
    step = size // 2
    pieces = torch.from_numpy(np.lib.stride_tricks.sliding_window_view(tokens, size + 1)[::step].copy())
    total = 0.0
    for part in pieces.to(model.embedding.weight.device).split(64):
        logits = model(part[:, :-1])[:, size - step :]  # [pieces, step, vocabulary]
        total += float(
            F.cross_entropy(logits.flatten(0, 1), part[:, 1 + size - step :].flatten(), reduction="sum")
        )
    return total / (len(pieces) * step)


def fingerprint(model):
    """Return the sha256 of all parameters: it is another one when a single bit is."""
    parts = (p.detach().cpu().contiguous().numpy().tobytes() for _, p in sorted(model.named_parameters()))
    return hashlib.sha256(b"".join(parts)).hexdigest()


def keep(model, optimiser, losses, path):
    """Write all that a training needs to go on."""
    more = {"optimiser.losses": torch.tensor(losses, dtype=torch.float64)}
    for name, p in model.named_parameters():
        more |= {f"optimiser.{name}.{key}": value for key, value in optimiser.state[p].items()}
    save(model, path, more)


def resume(model, optimiser, path):
    """Put the state of a file into a model and its optimiser; return the losses so far, [] without a file."""
    if path is None or not path.exists():
        return []
    tensors, _ = read(path)
    fill(model, {name: t for name, t in tensors.items() if not name.startswith("optimiser.")})
    for name, p in model.named_parameters():
        keys = ("step", "exp_avg", "exp_avg_sq")
        optimiser.state[p] = {key: tensors[f"optimiser.{name}.{key}"].clone() for key in keys}
    return tensors["optimiser.losses"].tolist()
