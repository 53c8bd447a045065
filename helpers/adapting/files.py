"""A LoRA in a file of its own, some thousand numbers beside a model that others have already.

It leaves out the format of `peft`, in which the same tensors have other names.
"""

import hashlib

import torch
from torch import nn

from ..language.checkpoint import read, write
from ..sentences import Sentence
from .lora import HALVES, LoRA, check_rank, found, refuse_a_second


def fingerprint(model):
    """Return the sha256 of a model's frozen parameters, without a LoRA that stands beside them."""
    digest = hashlib.sha256()
    plain = {name.replace(".linear.", "."): p for name, p in model.named_parameters()}
    for name in sorted(name for name in plain if not is_half(name)):
        digest.update(plain[name].detach().cpu().contiguous().view(torch.uint8).numpy())
    return digest.hexdigest()


def is_half(name):
    """Return whether a tensor's name is that of an A or a B."""
    return name.rpartition(".")[2] in HALVES


def save_lora(model, path):
    """Write A, B and the scale of every LoRA of a model, and which model they were made for."""
    tensors = {}
    for name, each in found(model).items():
        tensors[f"{name}.a"], tensors[f"{name}.b"] = each.a.detach(), each.b.detach()
        tensors[f"{name}.scale"] = torch.tensor(float(each.scale))
    if not tensors:
        raise Sentence("This model has no LoRA to write.")
    write(path, tensors, {"made for": fingerprint(model)})


def load_lora(model, path, rank=None):
    """Put the LoRA of a file into a model that has none, and return the model.

    rank: the rank that the file has to have, any unless given. What does not fit raises a ValueError of one
    sentence, and then nothing has changed.
    """
    tensors, notes = read(path)
    refuse_a_second(model)
    names = sorted({name.rpartition(".")[0] for name in tensors})
    lacking = [f"{n}.{half}" for n in names for half in (*HALVES, "scale") if f"{n}.{half}" not in tensors]
    if not names or lacking:
        raise Sentence(f"{path} is no whole LoRA: it lacks {lacking[0] if lacking else 'every tensor'}.")
    layers = dict(model.named_modules())
    ranks = {rank_of(name, tensors, layers.get(name), path) for name in names}
    if rank is not None and ranks != {rank}:
        said = " and ".join(map(str, sorted(ranks)))
        raise Sentence(f"{path} has the rank {said}, and {rank} was asked for.")
    if notes.get("made for") != fingerprint(model):
        raise Sentence(f"{path} was made for another model: its shapes fit, but the weights are others.")
    put(model, names, tensors)
    return model


def rank_of(name, tensors, layer, path):
    """Return the rank that the tensors of a name have; a Sentence if they do not fit the layer."""
    if not isinstance(layer, nn.Linear):
        raise Sentence(f"{path} was made for another model: this one has no layer {name}.")
    (outputs, inputs), a, b = layer.weight.shape, tensors[f"{name}.a"], tensors[f"{name}.b"]
    if a.dim() != 2 or b.dim() != 2 or tensors[f"{name}.scale"].numel() != 1:
        raise Sentence(f"{path} is no LoRA: of {name} it has no two matrices and one number.")
    if (len(b), a.shape[1]) != (outputs, inputs):
        shapes = f"[{len(b)}, {a.shape[1]}], and this model's has [{outputs}, {inputs}]"
        raise Sentence(f"{path} was made for another model: its {name} has {shapes}.")
    if len(a) != b.shape[1]:
        raise Sentence(f"In {path} the halves of {name} have the ranks {len(a)} and {b.shape[1]}.")
    check_rank(len(a), layer)
    return len(a)


@torch.no_grad()
def put(model, names, tensors):
    """Freeze a model and put checked tensors around its layers of these names."""
    model.requires_grad_(False)
    for name in names:
        inside, _, layer = name.rpartition(".")
        part = model.get_submodule(inside)
        each = LoRA(getattr(part, layer), len(tensors[f"{name}.a"]))
        each.a.copy_(tensors[f"{name}.a"])
        each.b.copy_(tensors[f"{name}.b"])
        each.scale = float(tensors[f"{name}.scale"])
        setattr(part, layer, each)
