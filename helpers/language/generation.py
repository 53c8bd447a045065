"""From logits to text: the next token is drawn; a cache of keys and values saves computing twice.

It leaves out beams and other searches.
"""

import math

import torch


class KeyValueCache:
    """The memory of one attention layer: the keys and values of the tokens that it has seen."""

    def __init__(self):
        self.k = self.v = None  # later [batch, heads, length, d / heads] each
        self.length = 0

    def add(self, k, v):
        """Return all keys and all values, [batch, heads, tokens so far, d / heads], the new ones last."""
        if self.k is not None:
            # [batch, heads, tokens, d / heads], joined along the tokens
            k, v = torch.cat([self.k, k], dim=-2), torch.cat([self.v, v], dim=-2)
        self.k, self.v, self.length = k, v, k.shape[-2]
        return k, v


def next_probabilities(logits, temperature=1.0, top_k=None):
    """Return the probabilities [..., vocabulary] that a token is drawn with.

    logits: [..., vocabulary]. temperature: below 1 sharpens, above 1 flattens, 0 leaves the largest only.
    top_k: how many of the largest logits stay in the draw, with all that are as large as the last of them;
    all unless given. A temperature below 0 or a top_k below 1 raises a ValueError.
    """
    check_knobs(temperature, top_k)
    if temperature == 0:
        largest = logits.argmax(dim=-1, keepdim=True)  # [..., 1]
        return torch.zeros_like(logits).scatter(-1, largest, 1.0)
    if top_k is not None and top_k < logits.shape[-1]:
        least = logits.topk(top_k).values[..., -1:]  # [..., 1] the smallest that stays
        logits = logits.masked_fill(logits < least, float("-inf"))  # probability 0
    # The largest becomes 0: divided by a tiny temperature, it would be infinite.
    logits = logits - logits.amax(dim=-1, keepdim=True)
    return (logits / temperature).softmax(dim=-1)  # [..., vocabulary]


def check_knobs(temperature, top_k):
    """Raise a ValueError if a temperature or a top_k makes no sense."""
    if not 0 <= temperature < math.inf:
        raise ValueError(f"The temperature is {temperature}: it has to be a number from 0 up.")
    if top_k is not None and top_k < 1:
        raise ValueError(f"top_k is {top_k}: at least one token has to stay in the draw.")


def draw(logits, generator=None, temperature=1.0, top_k=None):
    """Return one token for each row of logits [batch, vocabulary], as [batch, 1] on the CPU."""
    p = next_probabilities(logits, temperature, top_k).cpu()  # [batch, vocabulary]
    if temperature == 0:
        return p.argmax(dim=-1, keepdim=True)
    return torch.multinomial(p, 1, generator=generator)  # [batch, 1]


def first_seen(n, context):
    """Return the place of the first of n tokens that a model still sees.

    Whenever the context is full, it lets go of half of it at once, so that the rest can be remembered.

    >>> [first_seen(n, 4) for n in (1, 4, 5, 6, 7, 8)]
    [0, 0, 2, 2, 4, 4]
    """
    step = max(1, context // 2)  # what is let go at once
    return step * max(0, math.ceil((n - context) / step))


@torch.no_grad()
def generate(model, tokens, count, generator=None, temperature=1.0, top_k=None, cached=True):
    """Return tokens [n + count] or [batch, n + count]: those given, and as many more as the model wrote.

    tokens: [n] or [batch, n] whole numbers, at least one. generator: a torch.Generator on the CPU, needed
    unless the temperature is 0. cached=False computes everything again for each token, to the same result.
    A ValueError says what cannot be gone on from.
    """
    start = beginning(model, tokens, count, generator, temperature)  # [batch, n]
    n, memories, seen = start.shape[-1], None, None
    cached = cached and len(model.blocks) > 0  # a model without blocks has nothing to remember with
    text = torch.cat([start, start.new_zeros(len(start), count)], dim=-1)  # [batch, n + count]
    for end in range(n, n + count):
        first = first_seen(end, model.config.context)
        if not cached or first != seen:  # the beginning has moved, and with it the place of every token
            memories, seen = [KeyValueCache() for _ in model.blocks], first
            new = text[:, first:end]  # [batch, end - first] all that is seen
        else:
            new = text[:, end - 1 : end]  # [batch, 1] the last; the others are remembered
        logits = model(new, memories if cached else None)[:, -1]  # [batch, V] after the last token
        text[:, end : end + 1] = draw(logits, generator, temperature, top_k)  # [batch, 1]
    return text.cpu().reshape(*torch.as_tensor(tokens).shape[:-1], n + count)  # [n + count] for [n]


def beginning(model, tokens, count, generator, temperature):
    """Return tokens as [batch, n] on the model's device, or raise a ValueError that says what is wrong."""
    c, tokens = model.config, torch.as_tensor(tokens)
    if tokens.dim() not in (1, 2) or tokens.numel() == 0:
        raise ValueError("Nothing to go on from: give at least one token.")
    if tokens.is_floating_point() or tokens.dtype == torch.bool:
        raise ValueError("Tokens are whole numbers.")
    if not 0 <= tokens.min() <= tokens.max() < c.vocabulary:
        raise ValueError(f"The tokens of this model are 0 to {c.vocabulary - 1}.")
    if count < 0:
        raise ValueError(f"{count} tokens cannot be written.")
    if not c.causal:
        raise ValueError("This model looks ahead: it fills gaps and writes no text.")
    if generator is None and temperature != 0:
        raise ValueError("A draw needs a generator: torch.Generator().manual_seed(0), or temperature=0.")
    return tokens.reshape(-1, tokens.shape[-1]).long().to(model.embedding.weight.device)
