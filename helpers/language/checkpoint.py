"""A model in a .safetensors file with its Config, and a sentence for everything that can be wrong with one.

It leaves out other people's formats; GPT-2's is in `gpt2`.
"""

import json
import re
from dataclasses import asdict
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from .transformer import Config, Transformer

MORE = "training."  # what begins so is no parameter, but what a training needs to go on
EARLIER = re.compile(rf"^({re.escape(MORE)})?places\.")  # files of version 0.1 call the table of places so


def save(model, path, more=None):
    """Write a model: its parameters (a tied one once) and its Config.

    more: {name: tensor} to keep beside them. The old file stays until the new one is
    whole. A ValueError says so where nothing can be written.
    """
    tensors = {name: p.detach().contiguous() for name, p in model.named_parameters()} | (more or {})
    write(path, tensors, {"config": json.dumps(asdict(model.config))})


def write(path, tensors, notes):
    """Write {name: tensor} and {name: text}, all or nothing; a ValueError says so where it cannot be done."""
    path = Path(path)
    draft = path.with_name(path.name + ".part")
    try:
        save_file(tensors, draft, metadata=notes)
        draft.replace(path)
    except (SafetensorError, OSError) as error:
        raise ValueError(f"{path} cannot be written: {error}.") from None
    finally:
        draft.unlink(missing_ok=True)


def read(path):
    """Return ({name: tensor}, {name: text}) of a file; a ValueError says what is wrong with it."""
    if Path(path).is_dir():
        raise ValueError(f"{path} is a folder, not a file.")
    if not Path(path).exists():
        raise ValueError(f"There is no file {path}.")
    try:
        with safe_open(path, framework="pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            notes = file.metadata() or {}
    except (SafetensorError, OSError) as error:
        raise ValueError(f"{path} is no whole .safetensors file: {error}.") from None
    return {EARLIER.sub(r"\1position_embedding.", name): t for name, t in tensors.items()}, notes


def config_of(notes, path):
    """Return the Config that the notes of a file hold; a ValueError says what is wrong with it."""
    if "config" not in notes:
        raise ValueError(f"{path} does not say what model it holds: it was not written by this course.")
    try:
        return Config(**json.loads(notes["config"]))
    except (TypeError, ValueError) as error:
        raise ValueError(f"{path} describes a model that we cannot build: {error}.") from None


def load(path):
    """Return the model of a file that `save` wrote. What does not fit raises a ValueError."""
    tensors, notes = read(path)
    parameters = {name: t for name, t in tensors.items() if not name.startswith(MORE)}
    return filled(Transformer(config_of(notes, path)), parameters)


def fill(model, tensors):
    """Put {name: tensor} into the parameters of the same name: all of them, or none and a ValueError."""
    compare_shapes(shapes_of(dict(model.named_parameters())), shapes_of(tensors))
    for name, p in model.named_parameters():
        p.data.copy_(tensors[name])


def filled(model, tensors):
    """Return a model with {name: tensor} as parameters, in their dtype; a ValueError if one does not fit."""
    compare_shapes(shapes_of(dict(model.named_parameters())), shapes_of(tensors))
    model.to(next(iter(tensors.values())).dtype)
    fill(model, tensors)
    return model


def adopt(model, tensors):
    """Make {name: tensor} the parameters of a model, all or none, without a copy: `fill` for large ones.

    The model may stand on the device "meta", where a parameter has a shape and takes no memory.
    """
    compare_shapes(shapes_of(dict(model.named_parameters())), shapes_of(tensors))
    model.load_state_dict(tensors, assign=True, strict=False)
    if model.config.tied:
        model.output.weight = model.embedding.weight


def shapes_of(tensors):
    """Return {name: shape} of {name: tensor}."""
    return {name: tuple(t.shape) for name, t in tensors.items()}


def compare_shapes(wanted, given):
    """Raise a ValueError unless {name: shape} of what is given has just the names and shapes of a model's."""
    missing, extra = wanted.keys() - given.keys(), given.keys() - wanted.keys()
    if missing:
        raise ValueError(f"These tensors are missing: {', '.join(sorted(missing))}.")
    if extra:
        raise ValueError(f"The model has no place for these tensors: {', '.join(sorted(extra))}.")
    for name, shape in wanted.items():
        if given[name] != shape:
            has = f"{list(given[name])}, and the model has {list(shape)}"
            raise ValueError(f"{name} has the shape {has}.")
