"""BERT from the parts of `transformer`: a table of segments more, a head more, and no mask.

It leaves out next-sentence prediction, the pooler that serves it, and BERT's tokenizer.
"""

import torch
from torch import nn
from torch.nn import functional as F

from ..language.checkpoint import filled
from ..language.transformer import Config, Transformer, initialise
from .folder import folder_notes, folder_tensors

LIKE_BERT = {"norm_first": False, "norm_embedding": True, "causal": False, "output_bias": True}
OUTSIDE = {  # BERT's names on the left, ours on the right
    "bert.embeddings.word_embeddings": "embedding",
    "bert.embeddings.position_embeddings": "position_embedding",
    "bert.embeddings.token_type_embeddings": "segment_embedding",
    "bert.embeddings.LayerNorm": "norm_0",
    "cls.predictions.transform.dense": "head",
    "cls.predictions.transform.LayerNorm": "head_norm",
}
IN_BLOCK = {
    "attention.output.dense": "attention.out",
    "attention.output.LayerNorm": "norm_1",
    "intermediate.dense": "feed_forward.up",
    "output.dense": "feed_forward.down",
    "output.LayerNorm": "norm_2",
}
SPARE = ("bert.pooler.", "cls.seq_relationship.", "cls.predictions.decoder.", "bert.embeddings.position_ids")


class Bert(Transformer):
    """Tokens with gaps in, logits of every token out, each from both sides.

    config: with all of LIKE_BERT; more may differ. seed: as in Transformer.
    """

    def __init__(self, config, seed=0):
        super().__init__(config, seed)
        d = config.width
        self.segment_embedding = nn.Embedding(2, d)  # first text, second text
        self.head = nn.Linear(d, d)
        self.head_norm = nn.LayerNorm(d, eps=config.epsilon)
        initialise(self, torch.Generator().manual_seed(seed))

    def forward(self, tokens, mask=None, segments=None):
        """Return logits [batch, n, V]. tokens: [batch, n]; segments: [batch, n] of 0 and 1, 0 unless given.

        mask: [batch, 1, 1, n] or [n, n] truth values, False where nobody looks (padding).
        """
        segments = torch.zeros_like(tokens) if segments is None else segments
        n, c = tokens.shape[1], self.config
        if n > c.context:
            raise ValueError(f"{n} tokens are too many: this model takes {c.context}.")
        x = self.embedding(tokens) + self.position_embedding.weight[:n]  # [batch, n, d]
        x = self.norm_0(x + self.segment_embedding(segments))
        for block in self.blocks:
            x = block(x, mask)  # [batch, n, d]
        return self.output(self.head_norm(F.gelu(self.head(x))))  # [..., d] -> [..., V]


def our_tensors(tensors, layers):
    """Return {our name: tensor} of BERT's {name: tensor}; what serves only its other tasks is left out."""
    ours, given = {}, tidy(tensors)
    names = dict(OUTSIDE)
    for i in range(layers):
        place = f"bert.encoder.layer.{i}."
        names |= {place + theirs: f"blocks.{i}.{mine}" for theirs, mine in IN_BLOCK.items()}
        for kind in ("weight", "bias"):
            parts = [f"{place}attention.self.{part}.{kind}" for part in ("query", "key", "value")]
            if all(part in given for part in parts):
                ours[f"blocks.{i}.attention.qkv.{kind}"] = torch.cat([given.pop(part) for part in parts])
    if "cls.predictions.bias" in given:
        ours["output.bias"] = given.pop("cls.predictions.bias")
    for name, t in given.items():
        stem, _, kind = name.rpartition(".")
        ours[f"{names[stem]}.{kind}" if stem in names else name] = t
    return ours


def tidy(tensors):
    """Return {name: tensor} under the names of OUTSIDE and IN_BLOCK, without what holds nothing new.

    Old files say gamma and beta of a norm, and a file without its output begins no name with "bert.".
    An output with a matrix of its own, and not the table of tokens, raises a ValueError.
    """
    if "embeddings.word_embeddings.weight" in tensors:
        tensors = {f"bert.{name}": t for name, t in tensors.items()}
    found = {}
    for name, t in tensors.items():
        new = name.replace("LayerNorm.gamma", "LayerNorm.weight").replace("LayerNorm.beta", "LayerNorm.bias")
        found[new] = t
    twins = {  # two names of one tensor; a file has one of them or both
        "cls.predictions.decoder.weight": "bert.embeddings.word_embeddings.weight",
        "cls.predictions.decoder.bias": "cls.predictions.bias",
    }
    for second, first in twins.items():
        if second in found and not torch.equal(found[second], found.setdefault(first, found[second])):
            raise ValueError(f"{second} and {first} are one tensor in our BERT, and here they differ.")
    return {name: t for name, t in found.items() if not name.startswith(SPARE)}


def bert_config(notes):
    """Return our Config of {name: value}, a BERT's config.json; a ValueError says what ours lacks."""
    usual = {"hidden_act": "gelu", "position_embedding_type": "absolute", "type_vocab_size": 2,
             "model_type": "bert", "is_decoder": False, "tie_word_embeddings": True}  # fmt: skip
    for name, value in usual.items():
        if notes.get(name, value) != value:
            raise ValueError(f"Our BERT has {name} {value}, and here it is {notes[name]}.")
    names = {"vocabulary": "vocab_size", "context": "max_position_embeddings", "width": "hidden_size",
             "layers": "num_hidden_layers", "heads": "num_attention_heads",
             "hidden": "intermediate_size"}  # fmt: skip
    missing = [theirs for theirs in names.values() if theirs not in notes]
    if missing:
        raise ValueError(f"The configuration does not say {', '.join(missing)}.")
    shape = {ours: notes[theirs] for ours, theirs in names.items()}
    return Config(**shape, epsilon=notes.get("layer_norm_eps", 1e-12), **LIKE_BERT)


def from_tensors(tensors, config):
    """Return a Bert with BERT's tensors {name: tensor}. What is missing or left over raises a ValueError."""
    ours = our_tensors(tensors, config.layers)
    return filled(Bert(config), ours)


def from_bert(folder):
    """Return a Bert of a folder with config.json and .safetensors, as `transformers` saves it.

    Every way in which the folder does not fit raises a ValueError with a sentence; a pickle is not opened.
    """
    config = bert_config(folder_notes(folder, "bert", "BERT"))
    return from_tensors(folder_tensors(folder), config)
