"""The speed of the real model: how it opens, writes and reads, against transformers on the same tensors.

Both sides take turns on one thread. They share the memory of the tensors, so that neither finds more of them
in the processor's cache. What it leaves out: GPUs, and texts of several at once.
"""

import json
import subprocess
import sys
import time
from itertools import pairwise
from statistics import median

import torch
import transformers
from engine import in_turns
from torch.nn import functional as F

from helpers.real_models.llama import Undrawn
from helpers.real_models.smollm import load
from helpers.real_models.writing import new_tokens

WRITTEN, PROMPT = 32, 256  # tokens
OPENED = """
import json, resource, sys, time
from pathlib import Path
from helpers.real_models.smollm import load
begin = time.perf_counter()
load()
seconds = time.perf_counter() - begin
status = Path("/proc/self/status")
if status.exists():  # Linux counts a parent's memory into ru_maxrss of a child that has just begun
    peak = 1024 * int(status.read_text().partition("VmHWM:")[2].split()[0])
else:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print(json.dumps([seconds, peak]))
"""


def opened():
    """Return (seconds, bytes at the peak) of a process of its own that opens the model on one thread."""
    run = subprocess.run([sys.executable, "-c", OPENED], capture_output=True, check=True, text=True)
    return json.loads(run.stdout)


def twin(model):
    """Return transformers' Llama with the tensors of our model, which are not copied."""
    c = model.config
    shape = transformers.LlamaConfig(
        vocab_size=c.vocabulary,
        hidden_size=c.width,
        intermediate_size=c.hidden,
        num_hidden_layers=c.layers,
        num_attention_heads=c.heads,
        num_key_value_heads=c.kv_heads,
        max_position_embeddings=c.context,
        rms_norm_eps=c.epsilon,
        rope_parameters={"rope_type": "default", "rope_theta": c.base},
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=None,
    )
    tensors = {"model.embed_tokens.weight": model.embedding.weight, "model.norm.weight": model.norm.weight}
    for i, block in enumerate(model.blocks):
        qkv = block.attention.qkv.weight.split(block.attention.widths)
        parts = dict(zip("qkv", qkv, strict=True)) | {"o": block.attention.out.weight}
        named = {f"self_attn.{name}_proj": w for name, w in parts.items()}
        named |= {
            f"mlp.{name}_proj": getattr(block.feed_forward, name).weight for name in ("gate", "up", "down")
        }
        named |= {"input_layernorm": block.norm_1.weight, "post_attention_layernorm": block.norm_2.weight}
        tensors |= {f"model.layers.{i}.{name}.weight": w for name, w in named.items()}
    with Undrawn():
        theirs = transformers.LlamaForCausalLM(shape).eval()
    theirs.load_state_dict({name: w.detach() for name, w in tensors.items()}, assign=True, strict=False)
    theirs.tie_weights()
    assert theirs.lm_head.weight.data_ptr() == model.embedding.weight.data_ptr()
    assert sum(p.numel() for p in theirs.parameters()) == sum(p.numel() for p in model.parameters())
    return theirs


class Watch:
    """Notes when tokens come, as a `streamer` of transformers does: the prompt, then each new one."""

    def __init__(self):
        self.times = []

    def put(self, tokens):
        self.times.append(time.perf_counter())

    def end(self):
        pass


def writers(model, theirs):
    """Return for each side a function of (prompt, count): the likeliest tokens, and when each came."""

    def ours(prompt, count):
        watch, tokens = Watch(), []
        for token in new_tokens(model, prompt, count, temperature=0):
            watch.put(token)
            tokens.append(token)
        return tokens, watch.times

    def others(prompt, count):
        watch, tokens = Watch(), torch.as_tensor(prompt)[None]
        more = {"attention_mask": torch.ones_like(tokens), "pad_token_id": 0, "streamer": watch}
        tokens = theirs.generate(tokens, max_new_tokens=count, do_sample=False, **more)[0]
        return tokens[len(prompt) :].tolist(), watch.times[1:]

    return ours, others


@torch.inference_mode()
def bandwidth(weight):
    """Return the bytes a second of one product of a large matrix and a vector: each number is read once."""
    x = torch.ones(1, weight.shape[1])
    begin = time.perf_counter()
    F.linear(x, weight)
    return weight.numel() * weight.element_size() / (time.perf_counter() - begin)


def writing(model, both, prompt, rounds):
    """Return the median seconds a token of each side, and the median bandwidth of products in between."""
    seconds, rates = [[], []], []
    for _ in range(rounds):
        said = []
        for side, write in enumerate(both):
            rates += [bandwidth(model.output.weight) for _ in range(WRITTEN // 4)]
            tokens, times = write(prompt, 1 + WRITTEN)
            seconds[side] += [b - a for a, b in pairwise(times)]
            said.append(tokens)
        assert said[0] == said[1] and len(said[0]) == 1 + WRITTEN
    assert len(seconds[0]) == len(seconds[1]) == rounds * WRITTEN
    return [median(each) for each in seconds], median(rates)


def measure(_=None, rounds=3):
    """Yield (what, value, aim, detail) for each row of the table. It needs no course."""
    torch.set_num_threads(1)
    runs = [opened() for _ in range(rounds)]
    seconds, peak = median(run[0] for run in runs), max(run[1] for run in runs)
    yield "opening the real model", f"{seconds:.1f} s", "at most 3", "with its sha256 and its tokenizer"
    yield "its memory at the peak", f"{peak / 1e9:.2f} GB", "at most 1.1", "a process with torch"
    model, tokenizer = load()
    both = writers(model, twin(model))
    prompt = tokenizer.encode("Gravity is a force that").tolist()
    (ours, theirs), rate = writing(model, both, prompt, rounds)
    detail = f"ours {1e3 * ours:.0f} ms a token, transformers {1e3 * theirs:.0f} ms"
    yield "writing with a memory / transformers'", f"{ours / theirs:.2f} x", "at most 1.05", detail
    size = sum(p.numel() * p.element_size() for p in model.parameters())
    detail = f"{size / 1e6:.0f} MB a token; a large product reads {rate / 1e9:.1f} GB/s"
    yield "its speed / what the memory allows", f"{size / ours / rate:.0%}", "at least 85 %", detail
    long = torch.randint(model.config.vocabulary, (PROMPT,), generator=torch.Generator().manual_seed(0))
    steps = [lambda _, write=write: write(long.tolist(), 1)[0][0] for write in both]
    (ours, theirs), said = in_turns(steps, 2 * rounds + 1)
    assert said[0] == said[1]
    detail = f"ours {ours:.2f} s, transformers {theirs:.2f} s"
    yield f"reading {PROMPT} tokens / transformers'", f"{ours / theirs:.2f} x", "at most 1.0", detail


if __name__ == "__main__":
    for line in measure():
        print(*line, sep="  |  ")
