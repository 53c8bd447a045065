"""The tokenizer of a real model, from the notes of its file: text in, whole numbers out, and back.

It knows byte-pair encoding with GPT-2's alphabet of bytes, digits one by one; `tokenizers` merges.
It leaves out SentencePiece and other ways of cutting a text.
"""

import numpy as np
from tokenizers import AddedToken, Tokenizer, models, pre_tokenizers

CONTROL = 3  # the type of tokens that no text holds, such as the end of a message


def alphabet():
    """Return {sign: byte}: GPT-2 writes each of the 256 bytes as a sign that can be seen.

    >>> alphabet()["A"], alphabet()["Ġ"], alphabet()["Ċ"]
    (65, 32, 10)
    """
    seen = [*range(33, 127), *range(161, 173), *range(174, 256)]  # these stand for themselves
    others = [byte for byte in range(256) if byte not in seen]
    return {chr(byte): byte for byte in seen} | {chr(256 + i): byte for i, byte in enumerate(others)}


class RealTokenizer:
    """A tokenizer as chapter 8 has it: `encode`, `decode`, `pieces`, and `tokens`, the bytes of each token.

    notes: of a GGUF file. end: the token after which a text is over. chat_template: a program, as text.
    A ValueError says what the notes do not have, or have otherwise.
    """

    def __init__(self, notes):
        kind = (notes.get("tokenizer.ggml.model"), notes.get("tokenizer.ggml.pre"))
        if kind != ("gpt2", "smollm"):
            raise ValueError(f"The file cuts its text by {kind}, and we know ('gpt2', 'smollm').")
        signs, merges = (notes.get(f"tokenizer.ggml.{name}", []) for name in ("tokens", "merges"))
        types = notes.get("tokenizer.ggml.token_type", np.ones(len(signs)))
        self.end = notes.get("tokenizer.ggml.eos_token_id")
        self.chat_template = notes.get("tokenizer.chat_template", "")
        byte = alphabet()
        try:
            self.tokens = [bytes(map(byte.__getitem__, sign)) for sign in signs]
            pairs = [tuple(pair.split(" ")) for pair in merges]
            self.inner = Tokenizer(models.BPE({sign: i for i, sign in enumerate(signs)}, pairs))
        except Exception as error:  # the library has no narrower kind
            raise ValueError(f"The file's tokens cannot be used: {error}.") from None
        digits, words = pre_tokenizers.Digits(True), pre_tokenizers.ByteLevel(add_prefix_space=False)
        self.inner.pre_tokenizer = pre_tokenizers.Sequence([digits, words])
        self.control = {sign: i for i, sign in enumerate(signs) if types[i] == CONTROL}
        self.inner.add_special_tokens([AddedToken(sign, special=True) for sign in self.control])

    def __len__(self):
        """Return how many tokens there are: the rows of the embedding table."""
        return len(self.tokens)

    def encode(self, text, control=True):
        """Return the tokens [n] of a text. control=False: <|im_end|> and the like are signs as others are."""
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # as in chapter 8
        self.inner.encode_special_tokens = not control
        return np.array(self.inner.encode(text).ids, dtype=int)

    def decode(self, tokens):
        """Return the text of tokens [n]. A number that is no token raises a ValueError."""
        return b"".join(map(self.bytes_of, np.array(tokens).tolist())).decode(errors="replace")

    def bytes_of(self, token):
        """Return the bytes of one token."""
        if token not in range(len(self)):
            raise ValueError(f"There is no token {token}: there are {len(self)}, counted from 0.")
        return self.tokens[token]

    def pieces(self, text):
        """Return the tokens of a text as text, to look at."""
        return [self.decode([token]) for token in self.encode(text)]
