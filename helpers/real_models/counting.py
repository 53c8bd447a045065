"""How many parameters a transformer has, from its shape alone; no model is built.

It leaves out the families whose blocks have more parts, such as T5 with a decoder.
"""

GPT2 = {"vocabulary": 50_257, "context": 1024}
LLAMA = {"vocabulary": 32_000, "gated": True, "norm": "rms", "biases": False, "tied": False}
MODELS = {  # as their papers and their configurations say
    "GPT-2 small": GPT2 | {"width": 768, "layers": 12},
    "GPT-2 medium": GPT2 | {"width": 1024, "layers": 24},
    "GPT-2 large": GPT2 | {"width": 1280, "layers": 36},
    "GPT-2 XL": GPT2 | {"width": 1600, "layers": 48},
    "GPT-3": GPT2 | {"context": 2048, "width": 12_288, "layers": 96},
    "Llama-2-7B": LLAMA | {"width": 4096, "layers": 32, "hidden": 11_008},
    "Mistral-7B": LLAMA | {"width": 4096, "layers": 32, "hidden": 14_336, "kv_width": 1024},
}


def count_parameters(
    vocabulary, width, layers, context=0, hidden=None, kv_width=None,
    gated=False, norm="layer", biases=True, tied=True,
):  # fmt: skip
    """Return {kind: parameters} of a transformer with its norms in front, as GPT-2 and Llama are.

    context: rows of a learned table of places, 0 without one. kv_width: numbers that all keys of a token
    have together, and all values; the width unless given. The others are those of `transformer.Config`.

    >>> sum(count_parameters(vocabulary=50_257, width=768, layers=12, context=1024).values())
    124439808
    """
    d, h, kv, norms = width, hidden or 4 * width, kv_width or width, 2 * layers + 1
    in_block = (2 * d + 2 * kv) + (1 + gated) * h + d  # biases: attention's, then the feed-forward layer's
    return {
        "embedding": vocabulary * d,
        "places": context * d,
        "attention": layers * (2 * d * d + 2 * d * kv),
        "feed-forward": layers * (2 + gated) * d * h,
        "gains": norms * d,
        "biases": layers * in_block * biases + norms * d * (norm == "layer"),
        "output": 0 if tied else vocabulary * d,
    }


def shares(counts):
    """Return {kind: percent} of {kind: parameters}."""
    total = sum(counts.values())
    return {kind: 100 * n / total for kind, n in counts.items()}
