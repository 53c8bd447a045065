"""A LoRA in a file of its own, some thousand numbers beside a model that others have already.

It leaves out the format of `peft`, in which the same tensors have other names.
"""

import hashlib

import torch
from safetensors.torch import save_file
from torch import nn

from ..language.checkpoint import read
from .lora import HALVES, LoRA, found


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
        raise ValueError("This model has no LoRA to write.")
    save_file(tensors, path, metadata={"made for": fingerprint(model)})


def load_lora(model, path, rank=None):
    """Put the LoRA of a file into a model that has none, and return the model.

    rank: the rank that the file has to have, any unless given. What does not fit raises a ValueError of one
    sentence, and then nothing has changed.
    """
    tensors, notes = read(path)
    if found(model):
        raise ValueError("This model has a LoRA already: merge it first, or take it out.")
    names = sorted({name.rpartition(".")[0] for name in tensors})
    lacking = [f"{n}.{half}" for n in names for half in (*HALVES, "scale") if f"{n}.{half}" not in tensors]
    if not names or lacking:
        raise ValueError(f"{path} is no whole LoRA: it lacks {lacking[0] if lacking else 'every tensor'}.")
    layers = dict(model.named_modules())
    ranks = set()
    for name in names:
        a, b, layer = tensors[f"{name}.a"], tensors[f"{name}.b"], layers.get(name)
        if not isinstance(layer, nn.Linear):
            raise ValueError(f"{path} was made for another model: this one has no layer {name}.")
        weight = layer.weight
        if a.dim() != 2 or b.dim() != 2 or (len(b), a.shape[1]) != tuple(weight.shape):
            shapes = f"[{len(b)}, {a.shape[-1]}], and this model's has {list(weight.shape)}"
            raise ValueError(f"{path} was made for another model: its {name} has {shapes}.")
        if len(a) != b.shape[1]:
            raise ValueError(f"In {path} the halves of {name} have the ranks {len(a)} and {b.shape[1]}.")
        ranks.add(len(a))
    if rank is not None and ranks != {rank}:
        said = " and ".join(map(str, sorted(ranks)))
        raise ValueError(f"{path} has the rank {said}, and {rank} was asked for.")
    if notes.get("made for") != fingerprint(model):
        raise ValueError(f"{path} was made for another model: its shapes fit, but the weights are others.")
    put(model, names, tensors)
    return model


@torch.no_grad()
def put(model, names, tensors):
    """Freeze a model and put checked tensors around its layers of these names."""
    model.requires_grad_(False)
    for name in names:
        inside, layer = name.rsplit(".", 1)
        part = model.get_submodule(inside)
        each = LoRA(getattr(part, layer), len(tensors[f"{name}.a"]))
        each.a.copy_(tensors[f"{name}.a"])
        each.b.copy_(tensors[f"{name}.b"])
        each.scale = float(tensors[f"{name}.scale"])
        setattr(part, layer, each)
