"""From logits to text: the next token is drawn; a memory of keys and values saves computing twice.

It leaves out beams and other searches.
"""

import torch


class Memory:
    """The keys and values of the tokens that one attention layer has seen."""

    def __init__(self):
        self.k = self.v = None
        self.length = 0

    def add(self, k, v):
        """Return all keys and all values, [batch, heads, tokens so far, d], the new ones last."""
        if self.k is not None:
            k, v = torch.cat([self.k, k], dim=-2), torch.cat([self.v, v], dim=-2)
        self.k, self.v, self.length = k, v, k.shape[-2]
        return k, v


def next_probabilities(logits, temperature=1.0, top_k=None):
    """Return the probabilities [..., vocabulary] that a token is drawn with.

    logits: [..., vocabulary]. temperature: below 1 sharpens, above 1 flattens, 0 leaves the largest only.
    top_k: how many of the largest logits stay in the draw; all unless given. A negative temperature or a
    top_k below 1 raises a ValueError.
    """
    if temperature < 0:
        raise ValueError(f"The temperature is {temperature}: it cannot be below 0.")
    if top_k is not None and top_k < 1:
        raise ValueError(f"top_k is {top_k}: at least one token has to stay in the draw.")
    if temperature == 0:
        return torch.zeros_like(logits).scatter(-1, logits.argmax(dim=-1, keepdim=True), 1.0)
    if top_k is not None and top_k < logits.shape[-1]:
        least = logits.topk(top_k).values[..., -1:]
        logits = logits.masked_fill(logits < least, float("-inf"))
    return (logits / temperature).softmax(dim=-1)


@torch.inference_mode()
def generate(model, tokens, count, generator=None, temperature=1.0, top_k=None, cached=True):
    """Return tokens [n + count]: those given, and as many more as the model wrote.

    tokens: [n], at least one. generator: a torch.Generator, needed unless the temperature is 0. What
    no longer fits the context is forgotten. cached=False computes everything again for each token.
    """
    tokens, context = list(map(int, tokens)), model.config.context
    if not tokens:
        raise ValueError("Nothing to go on from: give at least one token.")
    memories = None
    for _ in range(count):
        if cached and memories and memories[0].length < context:
            new = tokens[-1:]
        else:  # the first time, and whenever the context is full
            memories = [Memory() for _ in model.blocks] if cached else None
            new = tokens[-context:] if len(tokens) <= context else tokens[-max(1, context // 2) :]
            new = new if cached else tokens[-context:]
        logits = model(torch.tensor([new], device=model.embedding.weight.device), memories)[0, -1]
        p = next_probabilities(logits, temperature, top_k).cpu()
        drawn = p.argmax() if temperature == 0 else torch.multinomial(p, 1, generator=generator)
        tokens.append(int(drawn))
    return torch.tensor(tokens)
