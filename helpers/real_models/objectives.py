"""Four questions to one text: a masked token, the next one, a lost span, a token in an order drawn by lot.

Each function makes inputs and targets of the same windows, 12 tokens that begin with a sentence.
It leaves out what the papers do besides: BERT's random and unchanged tokens, spans of many lengths.
"""

import numpy as np
import torch
from torch.nn import functional as F

from ..language.training import windows as draw

SIZE, MASKED, SPAN, FORESEEN = 12, 2, 2, 6  # tokens: of a window, in gaps, in each of two spans, asked


def choose_masked(windows, generator):
    """Return places [batch, 2], in order: the tokens that BERT is asked for, one in six as in the paper."""
    lots = torch.rand(windows.shape, generator=generator)
    return lots.argsort(dim=1)[:, :MASKED].sort(dim=1).values


def choose_spans(windows, generator):
    """Return places [batch, 4]: two spans of two tokens with at least one token between them."""
    count = len(windows)
    first = torch.randint(0, SIZE // 2 - SPAN + 1, (count, 1), generator=generator)  # 0 to 4
    second = torch.randint(SIZE // 2 + 1, SIZE - SPAN + 1, (count, 1), generator=generator)  # 7 to 10
    return torch.cat([first + torch.arange(SPAN), second + torch.arange(SPAN)], dim=1)


def choose_order(windows, generator):
    """Return an order [batch, 12] of the places; the last six are asked for."""
    return torch.rand(windows.shape, generator=generator).argsort(dim=1)


def masked_logits(model, windows, places):
    """Return BERT's logits [batch, 2, V] at hidden places. The last token of the vocabulary is [MASK]."""
    hidden = windows.scatter(1, places, model.config.vocabulary - 1)
    return _at(model(hidden), places)


def next_logits(model, windows, places=None):
    """Return GPT's logits [batch, 11, V] for every token but the first."""
    return model(windows[:, :-1])


def corrupt(windows, places, first):
    """Return (source [batch, 10], target [batch, 6]): T5's task.

    first: the number of the sentinel <0>; that of <1> is one more. In the source a sentinel stands for each
    span, in the target each span stands behind its sentinel.

    >>> source, target = corrupt(torch.arange(12)[None], torch.tensor([[1, 2, 8, 9]]), first=50)
    >>> source.tolist()[0][:4], target.tolist()[0]
    ([0, 50, 3, 4], [50, 1, 2, 51, 8, 9])
    """
    marked = windows.scatter(1, places[:, :1], first).scatter(1, places[:, SPAN : SPAN + 1], first + 1)
    keep = torch.ones_like(windows, dtype=torch.bool)
    keep = keep.scatter(1, places, False).scatter(1, places[:, ::SPAN], True)  # the sentinels stay
    words = windows.gather(1, places)
    sentinels = torch.tensor([first, first + 1]).expand(len(windows), 2)
    target = torch.cat([sentinels[:, :1], words[:, :SPAN], sentinels[:, 1:], words[:, SPAN:]], dim=1)
    return marked[keep].view(len(windows), -1), target


def span_logits(model, windows, places):
    """Return T5's logits [batch, 4, V] for the lost tokens. The vocabulary ends with <0>, <1> and a start."""
    v = model.config.vocabulary
    source, target = corrupt(windows, places, v - 3)
    start = torch.full_like(target[:, :1], v - 1)
    logits = model(source, torch.cat([start, target[:, :-1]], dim=1))  # each token meets the one before
    return logits[:, [1, 2, 4, 5]]  # the sentinels are certain: nothing is to learn there


def order_logits(model, windows, order):
    """Return XLNet's logits [batch, 6, V] of the six places that come last in the order."""
    return _at(model(windows, order), order[:, -FORESEEN:])


def _at(logits, places):
    return logits.gather(1, places[..., None].expand(*places.shape, logits.shape[-1]))


def targets(windows, places):
    """Return the tokens that are asked for; places: None for all but the first."""
    return windows[:, 1:] if places is None else windows.gather(1, places)


OBJECTIVES = {  # how places are chosen, what the model says there, which of the places count
    "BERT": (choose_masked, masked_logits, slice(None)),
    "GPT": (lambda windows, generator: None, next_logits, None),
    "T5": (choose_spans, span_logits, slice(None)),
    "XLNet": (choose_order, order_logits, slice(-FORESEEN, None)),
}


def loss_of(family):
    """Return a loss for `training.train`, in nats per token asked for; a batch is (windows, places)."""
    _, logits_of, part = OBJECTIVES[family]

    def loss(model, batch):
        windows, places = batch
        asked = targets(windows, None if places is None else places[:, part])
        return F.cross_entropy(logits_of(model, windows, places).flatten(0, 1), asked.flatten())

    return loss


def batches(family, text, count, stop, seed=0):
    """Return batch_at(step) -> (windows [count, 12], places). stop: the token that ends a sentence."""

    def batch_at(step):
        generator = torch.Generator().manual_seed(1000 * seed + step)
        pieces = draw(text, SIZE - 1, count, np.random.default_rng((seed, step)), begin=stop)
        return pieces, OBJECTIVES[family][0](pieces, generator)

    return batch_at
