"""One step by several processes: `torchrun` starts this file, and each process takes a shard of the batch.

`start` runs it and returns what it found. It leaves out graphics cards and more than one machine.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from helpers.sentences import Sentence

PIECES, CONTEXT = 8, 32
STEPS = 20  # that are timed
PATIENCE = 300  # seconds


class NotStarted(Sentence):
    """What kept the processes from working."""


def model_and_batch():
    """Return the same untrained model and batch [8, 33] in every process, from one seed."""
    from helpers.language.small_language import small_language
    from helpers.language.training import windows
    from helpers.language.transformer import Config, Transformer

    language = small_language()
    text, _ = language.sample(2000, np.random.default_rng(0))
    torch.manual_seed(0)
    model = Transformer(Config(vocabulary=163, context=CONTEXT, width=48, positions="rotary"))
    return model, windows(text, CONTEXT, PIECES, np.random.default_rng(1))


def mean_loss(model, batch):
    """Return the mean surprise over all targets of a batch [pieces, n + 1]."""
    return F.cross_entropy(model(batch[:, :-1]).flatten(0, 1), batch[:, 1:].flatten())


def gradient(model):
    """Return all derivatives of a model as one list [parameters]."""
    return torch.cat([p.grad.flatten() for p in model.parameters()])


def alone(first=PIECES):
    """Return the gradient of one process for the first pieces of the batch."""
    model, batch = model_and_batch()
    mean_loss(model, batch[:first]).backward()
    return gradient(model)


def steps_a_second(model, batch, count=STEPS):
    """Return how many forward and backward passes a second this process makes, with all others at work."""
    mean_loss(model, batch).backward()
    began = time.perf_counter()
    for _ in range(count):
        model.zero_grad()
        mean_loss(model, batch).backward()
    return count / (time.perf_counter() - began)


def shard(batch, cut, rank, processes):
    """Return the pieces of a batch that a process takes. cut: where the batch is cut, for two of them."""
    cuts = [0, cut, PIECES] if processes == 2 else [0, PIECES]
    return batch[cuts[rank] : cuts[rank + 1]]


def work(cases, path, dying=None):
    """Be one of the processes; process 0 writes what it found for each case.

    cases: (cut, weighted) each: where the batch is cut in two, and whether each loss counts by its share of
    the tokens. DDP takes the mean over the processes. dying: a process that ends before its first gradient.
    """
    torch.set_num_threads(1)
    torch.distributed.init_process_group("gloo")
    rank, processes = torch.distributed.get_rank(), torch.distributed.get_world_size()
    if rank == dying:
        os._exit(7)  # as a process that is killed: without a word
    model, batch = model_and_batch()
    shared = torch.nn.parallel.DistributedDataParallel(model)
    found = []
    for cut, weighted in cases:
        mine = shard(batch, cut, rank, processes)
        share = processes * len(mine) / PIECES if weighted else 1.0
        model.zero_grad()
        (share * mean_loss(shared, mine)).backward()
        found.append(gradient(model).tolist())
    even = shard(batch, PIECES // 2, rank, processes)
    speed = steps_a_second(shared, even)
    if rank == 0:
        Path(path).write_text(json.dumps({"gradients": found, "speed": speed}), encoding="utf-8")
    torch.distributed.destroy_process_group()


def start(processes=2, cases=((PIECES // 2, False),), port=None, dying=None):
    """Return ([gradient [parameters] for each case], steps a second on even shards) of 1 or 2 processes.

    port: where the processes meet; torchrun finds a free one unless given. dying: a process that is to die,
    to see what happens then. A NotStarted says what failed.
    """
    if processes not in (1, 2):
        raise ValueError(f"This file shares a batch among 1 or 2 processes, not {processes}.")
    with tempfile.TemporaryDirectory() as folder:
        return _started(Path(folder) / "found.json", processes, cases, port, dying)


def _started(path, processes, cases, port, dying):
    meet = ["--standalone"] if port is None else [f"--master-port={port}"]
    call = [sys.executable, "-m", "torch.distributed.run", *meet, f"--nproc-per-node={processes}"]
    call += ["-m", "helpers.real_models.ddp_step", json.dumps([cases, str(path), dying])]
    root = Path(__file__).resolve().parents[2]
    room = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(root)}
    try:
        done = subprocess.run(call, capture_output=True, text=True, env=room, check=False, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        raise NotStarted(f"The processes did not finish in {PATIENCE} seconds and were stopped.") from None
    if done.returncode or not path.exists():
        raise NotStarted(meaning(done.stderr, port))
    held = json.loads(path.read_text(encoding="utf-8"))
    return list(map(torch.tensor, held["gradients"])), held["speed"]


def meaning(told, port=None):
    """Return one sentence for what torchrun told when it failed."""
    if re.search(r"EADDRINUSE|address already in use|failed to listen", told, re.IGNORECASE):
        return (
            f"The port {port} is taken by another program: give another one, or none and torchrun finds one."
        )
    if found := re.search(r"Root Cause.*?rank\s*:\s*(\d+).*?exitcode\s*:\s*(-?\d+)", told, re.DOTALL):
        rank, code = found.groups()
        return (
            f"Process {rank} died (exit code {code}), so torchrun stopped the others: no gradient came back."
        )
    lines = [line for line in told.splitlines() if "Error" in line] or ["it says nothing"]
    return f"torchrun could not start the processes ({lines[-1].strip()[:200]})."


if __name__ == "__main__":
    work(*json.loads(sys.argv[1]))
