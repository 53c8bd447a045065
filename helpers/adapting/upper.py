"""The upper blocks of a model by themselves: what the lower ones give is computed once and kept.

Only the upper ones are trained. It leaves out models whose positions are added between blocks, or that look
ahead.
"""

import torch
from torch.nn import functional as F


def padded(tokenizer, sentences):
    """Return (tokens [sentences, n], real [sentences, n]) of texts; real is False where a row is filled up.

    Rows are filled up behind, where a model that looks back only does not see it.
    """
    rows = [torch.tensor(tokenizer.encode(text)) for text in sentences]
    tokens = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)
    real = torch.nn.utils.rnn.pad_sequence([torch.ones_like(row) for row in rows], batch_first=True)
    return tokens, real.bool()


def ends(real):
    """Return [texts]: the place of the last token of each, of `real` as `padded` returns it."""
    return real.sum(dim=1) - 1


@torch.no_grad()
def lower(model, tokens, blocks):
    """Return the stream [texts, n, d] behind the first so many blocks. tokens: [texts, n]."""
    x = model.embed(tokens)
    mask, rotation = model.mask_and_rotation(tokens.shape[1])
    for block in model.blocks[:blocks]:
        x = block(x, mask, rotation)  # [texts, n, d]
    return x


def upper(model, x, blocks):
    """Return what the output layer sees, [texts, n, d], of the stream x in front of the last blocks.

    blocks: those of the model, or others in their place.
    """
    mask, rotation = model.mask_and_rotation(x.shape[1])
    for block in blocks:
        x = block(x, mask, rotation)
    return model.norm(x)


class Kept:
    """Texts with the stream behind the lower blocks: what it takes to ask or to train the upper ones.

    tokens, real: as `padded` returns them.
    """

    def __init__(self, model, tokens, real, blocks):
        self.model, self.blocks = model, blocks
        self.tokens, self.real = tokens, real
        self.x = lower(model, tokens, blocks)  # [texts, n, d]

    def seen(self, rows=slice(None)):
        """Return [texts, n, d]: what the output layer sees of some texts."""
        return upper(self.model, self.x[rows], self.model.blocks[self.blocks :])

    def logits(self, rows=slice(None)):
        """Return ([places, V], [places]): logits where a token follows, and that token, of some texts."""
        follows = self.real[rows][:, 1:]  # [texts, n - 1]
        seen = self.seen(rows)[:, :-1][follows]  # [places, d]
        return self.model.output(seen), self.tokens[rows][:, 1:][follows]

    def loss(self, rows=slice(None)):
        """Return the mean surprise, in nats, at every token but the first."""
        return F.cross_entropy(*self.logits(rows))

    @torch.no_grad()
    def next_words(self):
        """Return [texts, V]: the probabilities of what follows each text."""
        rows = torch.arange(len(self.real))
        seen = self.seen()[rows, ends(self.real)]  # [texts, d]
        return self.model.output(seen).softmax(dim=-1)
