"""How many parameters of each type a model has, and how many of these are biases, by formula.

The fields are those of `transformer.Config` that change a count. Five families have parts of their own.
It builds nothing; the tests hold it against the classes of transformers.
"""

BUCKETS = 32  # as in `language.positions`, which needs torch

FAMILIES = {  # what each has beyond our Config
    "ours": "nothing more",  # GPT-2, GPT-3, Llama, Mistral, SmolLM2
    "BERT": "a segment table and a pooler",
    "T5": "a decoder, which also looks at the encoder",
    "XLNet": "relative positions and segments in its attention",
    "Qwen2": "biases in the queries, keys and values alone",
}


def divisor(number, most):
    """Return the largest whole number up to `most` that divides a number.

    >>> divisor(768, 11)
    8
    """
    return next(n for n in range(min(number, most), 0, -1) if number % n == 0)


def layout(
    vocabulary, context, width, layers, heads, kv_heads, hidden,
    gated=False, norm="layer", positions="learned", biases=True, output_bias=False, tied=True, family="ours",
):  # fmt: skip
    """Return {type: (parameters, of these biases)}, in the order of `parameter_types.TYPES`.

    Where the heads do not divide the width, or the kv_heads the heads, the next smaller number that does.
    """
    d, h, stacks = width, hidden, 2 if family == "T5" else 1
    heads = divisor(d, heads)
    kv = d // heads * divisor(heads, kv_heads)  # numbers that all keys of a token have together
    attentions = layers * (3 if family == "T5" else 1)  # in T5's decoder each block has two
    norms = {"T5": 5 * layers + 2, "XLNet": 2 * layers}.get(family, 2 * layers + 1)
    in_attention = (d + 2 * kv) * (biases or family == "Qwen2") + d * biases
    if family == "XLNet":
        in_attention = 2 * d  # what is added to every query, for contents and for distances
    return {
        "embedding": (vocabulary * d + d * (family == "XLNet"), 0),  # one vector for a hidden token
        "position": ({"learned": context * d, "buckets": stacks * BUCKETS * heads}.get(positions, 0), 0),
        "segment": {"BERT": (2 * d, 0), "XLNet": (3 * layers * d, layers * d)}.get(family, (0, 0)),
        "attention": both(attentions * (2 * d * d + 2 * d * kv + d * d * (family == "XLNet")),
                          attentions * in_attention),
        "feed-forward": both(stacks * layers * (2 + gated) * d * h,
                             stacks * layers * ((1 + gated) * h + d) * biases),
        "normalisation": both(norms * d, norms * d * (norm == "layer")),
        "output": both((0 if tied else vocabulary * d) + d * d * (family == "BERT"),
                       vocabulary * output_bias + d * (family == "BERT")),
    }  # fmt: skip


def both(weights, biases):
    """Return (parameters, of these biases) of a count of either."""
    return weights + biases, biases


GPT2 = dict(vocabulary=50_257, context=1024, width=768, layers=12, heads=12, kv_heads=12, hidden=3072)
LLAMA = dict(vocabulary=32_000, context=4096, width=4096, layers=32, heads=32, kv_heads=32, hidden=11_008)
LLAMA |= dict(gated=True, norm="rms", positions="rotary", biases=False, tied=False)
PRESETS = {  # the nine of nine.toml; what is not said is as in `layout`
    "BERT-base": GPT2 | dict(vocabulary=30_522, context=512, family="BERT"),
    "GPT-2 small": GPT2,
    "GPT-3": GPT2 | dict(context=2048, width=12_288, layers=96, heads=96, kv_heads=96, hidden=49_152),
    "T5-base": GPT2
    | dict(vocabulary=32_128, context=512, norm="rms", positions="buckets", biases=False, family="T5"),
    "XLNet-base": GPT2
    | dict(vocabulary=32_000, context=512, positions="sinusoids", output_bias=True, family="XLNet"),
    "Llama-2-7B": LLAMA,
    "Mistral-7B": LLAMA | dict(context=32_768, kv_heads=8, hidden=14_336),
    "Qwen2-7B": LLAMA
    | dict(vocabulary=152_064, context=32_768, width=3584, layers=28, heads=28, kv_heads=4, hidden=18_944)
    | dict(family="Qwen2"),
    "SmolLM2-135M": LLAMA
    | dict(vocabulary=49_152, context=8192, width=576, layers=30, heads=9, kv_heads=3, hidden=1536)
    | dict(tied=True),
}
