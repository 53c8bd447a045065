"""A model in a folder, as `transformers` saves it: its config.json and its tensors, or a sentence why not.

It leaves out pickles: such a file is a program, and it is not run.
"""

import json
from pathlib import Path


def folder_notes(folder, kind, name):
    """Return {name: value} of a folder's config.json, whose model_type is `kind` if it says one.

    name: of the kind, for a sentence. What is missing or of another kind raises a ValueError.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise ValueError(f"There is no folder {folder}.")
    path = folder / "config.json"
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ValueError(f"There is no {path.name} in {folder}: it says how large the model is.") from None
    except (OSError, ValueError, RecursionError) as error:
        raise ValueError(f"{path} cannot be read: {error}.") from None
    if not isinstance(said, dict) or said.get("model_type", kind) != kind:
        raise ValueError(f"{path} does not describe a {name}.")
    return said


def folder_tensors(folder):
    """Return {name: tensor} of all .safetensors files of a folder; a ValueError says if there is none."""
    from ..language.checkpoint import read  # which brings torch; the rest of this module does without

    folder = Path(folder)
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        kinds = ("*.bin", "*.pt", "*.pth", "*.ckpt")
        pickles = sorted(path.name for kind in kinds for path in folder.glob(kind))
        has = f"only {pickles[0]}, a pickle: that is a program, and we run none" if pickles else "none"
        raise ValueError(f"The parameters in {folder} have to be in a .safetensors file; there is {has}.")
    tensors = {}
    for path in files:
        tensors |= read(path)[0]
    return tensors
