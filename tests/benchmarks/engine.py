"""The speed of our autograd: against torch, against micrograd, and on graphs of up to a million operations.

Both sides of a ratio take turns, step by step, on one thread, from the same values, and their losses are held
against each other. What it leaves out: memory.
"""

import json
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import numpy as np
import torch
from micrograd.engine import Value
from micrograd.nn import MLP

from helpers.learning.autograd import Tensor, relu, softmax_cross_entropy
from helpers.learning.moons import moons
from helpers.learning.optimisers import GradientDescent
from helpers.one_neuron.network import network, start

DECAY = 1e-4  # of the demo that everybody knows: a margin of 1, and a little of the squared parameters
F = torch.nn.functional


def rate(step):
    return max(0.1, 1.0 - 0.9 * step / 100)


def our_step(layers, loss_of):
    """Return step(k) -> loss of our engine. layers: pairs of arrays. loss_of(layers, parameters): tensor."""
    layers = [(Tensor(W), Tensor(b)) for W, b in layers]
    parameters = [p for pair in layers for p in pair]
    optimiser = GradientDescent(parameters, rate(0))

    def step(k):
        loss = loss_of(layers, parameters)
        optimiser.zero_grad()
        loss.backward()
        optimiser.rate = rate(k)
        optimiser.step()
        return float(loss.data)

    return step


def torch_step(layers, loss_of):
    """The same for torch, eager, with its own SGD."""
    parameters = [torch.tensor(part, requires_grad=True) for pair in layers for part in pair]
    optimiser = torch.optim.SGD(parameters, lr=rate(0))

    def step(k):
        loss = loss_of(parameters)
        optimiser.zero_grad()
        loss.backward()
        optimiser.param_groups[0]["lr"] = rate(k)
        optimiser.step()
        return loss.item()

    return step


def torch_network(x, parameters):
    for W, b in zip(parameters[:-2:2], parameters[1:-2:2], strict=True):
        x = F.linear(x, W, b).relu()
    return F.linear(x, *parameters[-2:])


def micrograd_step(layers, x, y):
    """The same for micrograd, a number at a time, as its own demo has it."""
    widths = [W.shape[0] for W, _ in layers]
    model = MLP(x.shape[1], widths)
    for layer, (W, b) in zip(model.layers, layers, strict=True):
        for neuron, row, bias in zip(layer.neurons, W, b, strict=True):
            neuron.b.data = float(bias)
            for weight, value in zip(neuron.w, row, strict=True):
                weight.data = float(value)

    def step(k):
        margins = [
            (1 + -float(t) * model([Value(float(v)) for v in row])).relu()
            for row, t in zip(x, y, strict=True)
        ]
        loss = sum(margins) * (1 / len(margins)) + DECAY * sum(p * p for p in model.parameters())
        model.zero_grad()
        loss.backward()
        for p in model.parameters():
            p.data -= rate(k) * p.grad
        return loss.data

    return step


def in_turns(steps, count):
    """Run steps 0 to count - 1 of each side in turns. Return (median seconds, losses) of each."""
    seconds, losses = [[] for _ in steps], [[] for _ in steps]
    for k in range(count):
        for side, step in enumerate(steps):
            begin = time.perf_counter()
            losses[side].append(step(k))
            seconds[side].append(time.perf_counter() - begin)
    return [median(each) for each in seconds], losses


def check(ours, theirs, digits):
    np.testing.assert_allclose(ours, theirs, rtol=10.0**-digits)


def two_moons():
    """Return the median seconds of a step of the 337 parameters: ours, torch's, micrograd's."""
    rng = np.random.default_rng(0)
    x, label = moons(100, 0.1, rng)
    y = 2.0 * label[:, None] - 1  # [100, 1] of -1 and 1
    layers = start([2, 16, 16, 1], rng)
    assert sum(W.size + b.size for W, b in layers) == 337

    def ours(layers, parameters):
        return relu(1 - y * network(x, layers, relu)).mean() + DECAY * sum((p * p).sum() for p in parameters)

    def theirs(parameters):
        margins = (1 - torch.from_numpy(y) * torch_network(torch.from_numpy(x), parameters)).relu()
        return margins.mean() + DECAY * sum((p * p).sum() for p in parameters)

    (fast, eager), losses = in_turns([our_step(layers, ours), torch_step(layers, theirs)], 400)
    check(*losses, digits=5)
    (slow,), lost = in_turns([micrograd_step(layers, x, y[:, 0])], 5)
    check(losses[0][:5], lost[0], digits=5)
    return fast, eager, slow


def digits(batch=128):
    """Return the median seconds of a step of 784-256-256-10 in single precision: ours, torch's."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(batch, 784)).astype(np.float32)
    target = rng.integers(0, 10, size=batch)
    layers = [(W.astype(np.float32), b.astype(np.float32)) for W, b in start([784, 256, 256, 10], rng)]

    def ours(layers, parameters):
        return softmax_cross_entropy(network(x, layers, relu), target)

    def theirs(parameters):
        return F.cross_entropy(torch_network(torch.from_numpy(x), parameters), torch.from_numpy(target))

    seconds, losses = in_turns([our_step(layers, ours), torch_step(layers, theirs)], 100)
    check(losses[0][:3], losses[1][:3], digits=4)
    return seconds


def chains():
    """Return the median microseconds of an operation in chains of 10⁴, 10⁵ and 10⁶."""
    script = Path(__file__).with_name("chain.py")
    return json.loads(
        subprocess.run([sys.executable, script], capture_output=True, check=True, text=True).stdout
    )


def measure(*_):
    """Yield (what, value, aim, detail) for each row of the table. It needs neither a course nor rounds."""
    torch.set_num_threads(1)
    fast, eager, slow = two_moons()
    detail = f"ours {1e6 * fast:.0f} µs, torch {1e6 * eager:.0f} µs"
    yield "a step of 337 parameters / torch's", f"{fast / eager:.2f} x", "at most 0.6", detail
    yield (
        "micrograd's step / ours",
        f"{slow / fast:,.0f} x",
        "at least 1,000",
        f"micrograd {1e3 * slow:.0f} ms",
    )
    ours, theirs = digits()
    detail = f"ours {1e3 * ours:.2f} ms, torch {1e3 * theirs:.2f} ms"
    yield "a step of 784-256-256-10 / torch's", f"{ours / theirs:.2f} x", "at most 1.25", detail
    short, middle, long = chains()
    detail = f"{short:.1f}, {middle:.1f} and {long:.1f} µs an operation of 10⁴, 10⁵ and 10⁶"
    yield (
        "a chain of 10⁶ operations / one of 10⁴",
        f"{max(middle, long) / short:.2f} x",
        "at most 1.5",
        detail,
    )


if __name__ == "__main__":
    for line in measure():
        print(*line, sep="  |  ")
