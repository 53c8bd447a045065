"""What an installation without the extra `torch` says in a notebook where a cell needs it: one sentence.

The base install is small; from chapter 3 on, some cells need torch and what comes with it. Python itself says
`No module named 'torch'` below a traceback, and not what to type.
"""

import sys
from importlib import metadata

PACKAGE, EXTRA = "every-knob-helpers", "torch"


def requirements():
    """Return {module: requirement} of the extra, such as {"torch": "torch>=2.13"}; empty if not installed."""
    try:
        listed = metadata.requires(PACKAGE) or []
    except metadata.PackageNotFoundError:  # imported from the folder of the course
        return {}
    pairs = [text.partition(";")[::2] for text in listed]
    wanted = [text.strip() for text, marker in pairs if f'"{EXTRA}"' in marker.replace("'", '"')]
    return {text.partition(">=")[0]: text for text in wanted}


def say_what_to_install(shell, kind, error, traceback, tb_offset=None):
    """Show a ModuleNotFoundError: in one sentence where the extra is missing, otherwise as ever."""
    module, needed = (error.name or "").partition(".")[0], requirements()
    if module in needed:
        command = " ".join(["%pip install", *(f'"{text}"' for text in needed.values())])
        error.msg = f"{module} is not installed: run  {command}  in a cell of its own, then this one again."
        error._render_traceback_ = lambda: [error.msg]  # IPython asks an error how it wants to be shown
    shell.showtraceback((kind, error, traceback), tb_offset=tb_offset)


def listen():
    """In a notebook, let `say_what_to_install` show each ModuleNotFoundError; elsewhere, do nothing."""
    ipython = sys.modules.get("IPython")
    if ipython and (shell := ipython.get_ipython()):
        shell.set_custom_exc((ModuleNotFoundError,), say_what_to_install)
