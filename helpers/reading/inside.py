"""A forward pass that hands over everything on its way: to look at, and to put something else in its place.

It computes what `Transformer.forward` computes, step by step. It leaves out the memory of earlier tokens.
"""

import torch

from ..language.attention import attention_weights, join_heads

NAMES = ("stream", "weights", "values", "heads", "attention", "feed_forward")


def unchanged(name, block, value):
    """Return a value as it came: the change that changes nothing."""
    return value


@torch.no_grad()
def run(model, tokens, change=unchanged, start=0, x=None):
    """Return logits [batch, n, V]; everything on the way goes through `change(name, block, value)`.

    tokens: [batch, n] whole numbers. The names, in the order in which a block hands them over:
    stream [batch, n, d], in front of the block; weights [batch, heads, n, n]; values [batch, heads, n, size];
    heads [batch, heads, n, size], what each head collects; attention and feed_forward [batch, n, d], what
    each adds to the stream. Behind the last block the stream comes once more. A change returns a value of
    the same shape and leaves its input as it is. start, x: begin in front of that block, with this stream.
    """
    check_tokens(model, tokens)
    x = model.embed(tokens) if x is None else x  # [batch, n, d]
    mask, rotation = model.mask_and_rotation(tokens.shape[1])
    for i in range(start, len(model.blocks)):
        block, attention = model.blocks[i], model.blocks[i].attention
        x = change("stream", i, x)
        q, k, v = attention.project(block.norm_1(x))  # [batch, heads, n, size]
        if rotation is not None:
            q, k = rotation(q), rotation(k)
        times = attention.heads // attention.kv_heads  # heads that share keys and values
        k, v = k.repeat_interleave(times, 1), v.repeat_interleave(times, 1)
        weights = change("weights", i, attention_weights(q, k, mask, attention.scale))
        heads = change("heads", i, weights @ change("values", i, v))
        x = x + change("attention", i, attention.out(join_heads(heads)))
        x = x + change("feed_forward", i, block.feed_forward(block.norm_2(x)))
    return model.output(model.norm(change("stream", len(model.blocks), x)))


def check_tokens(model, tokens):
    """Raise a ValueError with a sentence unless tokens are [batch, n] with one token or more, all known."""
    if tokens.dim() != 2 or tokens.shape[1] == 0:
        raise ValueError("A text without tokens has nothing to look at: give at least one.")
    if not 0 <= tokens.min() <= tokens.max() < model.config.vocabulary:
        raise ValueError(f"The tokens of this model are 0 to {model.config.vocabulary - 1}.")


def recorded(model, tokens, names=NAMES, change=unchanged):
    """Return {(name, block): value} of one forward pass, for some names; what is changed is kept as changed.

    tokens: [batch, n].
    """
    found = {}

    def keep(name, block, value):
        value = change(name, block, value)
        if name in names:
            found[name, block] = value
        return value

    run(model, tokens, keep)
    return found


def lens(model, streams):
    """Return [streams, ..., V]: the logits if the output layer came right behind each stream.

    streams: tensors [..., d], from in front of the first block to behind the last. Each goes through the last
    norm, which takes the scale from the stream itself. Source: nostalgebraist 2020.
    """
    with torch.no_grad():
        return torch.stack([model.output(model.norm(x)) for x in streams])
