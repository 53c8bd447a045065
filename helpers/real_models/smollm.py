"""The real model of Part IV: where its file lies on this machine, and how it is opened.

SmolLM2-135M-Instruct (Allal et al. 2025, Apache 2.0). Nothing is fetched here; that is in `fetch`.
"""

import hashlib
import os
import shlex
import sys
from pathlib import Path

from ..sentences import Sentence

NAME = "SmolLM2-135M-Instruct.Q4_1.gguf"
SIZE = 98_362_432  # bytes
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
MODULE = "helpers.real_models"  # what brings it, run by `python -m`


class NotHere(Sentence):
    """The file of the real model is missing or is another one."""


def folder():
    """Return the folder for real models: EVERY_KNOB_MODELS, or one in the user's cache."""
    if named := os.environ.get("EVERY_KNOB_MODELS"):
        return Path(named).expanduser()
    if sys.platform == "win32":
        cache = os.environ.get("LOCALAPPDATA") or "~/AppData/Local"
    elif sys.platform == "darwin":
        cache = "~/Library/Caches"
    else:
        cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(cache).expanduser() / "every-knob"


def command():
    """Return what brings the model, as this machine's terminal takes it from the folder that we are in."""
    python = Path(sys.executable)
    if python.is_relative_to(Path.cwd()):
        python = python.relative_to(Path.cwd())
    return f"{shlex.quote(str(python))} -m {MODULE}"


def what_is_wrong(path):
    """Return what is wrong with the file of the real model, as the end of a sentence; "" if nothing is."""
    try:
        size = path.stat().st_size
        if size != SIZE:
            return f"has {size:,} bytes and not {SIZE:,}"
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != SHA256:
                return "was altered: its bytes are other ones"
    except FileNotFoundError:
        return "is not there"
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    return ""


def model_file():
    """Return the path of the model's file. A NotHere says what to type if it is missing or altered."""
    path = folder() / NAME
    if wrong := what_is_wrong(path):
        how = f"type  {command()}  in a terminal, or  %run -m {MODULE}  in a cell, once and with a network"
        raise NotHere(f"The real model {wrong} ({path}): {how}.")
    return path


def load():
    """Return (model, tokenizer): our Transformer with the real model's parameters, and its RealTokenizer."""
    from .gguf import read_header  # torch is not needed for the rest of this module
    from .llama import build
    from .tokens import RealTokenizer

    path = model_file()
    notes, stored = read_header(path)
    return build(path, notes, stored), RealTokenizer(notes)
