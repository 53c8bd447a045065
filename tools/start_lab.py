"""Bring the learner's copy of the course up to date and open it in JupyterLab: python tools/start_lab.py

What follows on the command line goes to JupyterLab: --no-browser, --ip=0.0.0.0, --port=9000.
"""

import os
import sys

from my_course import NAME, ROOT, update

WELCOME = "chapters/welcome.ipynb"


def kernel():
    """Return what JupyterLab writes into each notebook that it opens: with it, none opens as changed."""
    from ipykernel.ipkernel import IPythonKernel
    from jupyter_client.kernelspec import KernelSpecManager

    spec = KernelSpecManager().get_kernel_spec("python3")
    named = {"name": "python3", "display_name": spec.display_name, "language": spec.language}
    return {"kernelspec": named, "language_info": IPythonKernel.language_info}


def main(options):
    """Update the copy, say what there is to say, and run JupyterLab in its folder."""
    try:
        from jupyterlab.labapp import LabApp
    except ModuleNotFoundError:
        raise SystemExit("JupyterLab is not installed here: run  pip install -e '.[lab]'  first.") from None
    for sentence in update(metadata=kernel()):
        print(sentence)
    if not (ROOT / NAME / WELCOME).is_file():
        raise SystemExit(f"There is no {NAME}/{WELCOME} to open.")
    if getattr(os, "geteuid", lambda: None)() == 0:  # as in most containers
        print("You are root, which JupyterLab refuses unless told: it is started with --allow-root.")
        options = ["--allow-root", *options]
    # In the address, and not as a file to open: then the lines that Jupyter prints lead there too.
    page = [f"--ServerApp.root_dir={ROOT / NAME}", f"--LabApp.default_url=/lab/tree/{WELCOME}"]
    LabApp.launch_instance([*page, *options])


if __name__ == "__main__":
    main(sys.argv[1:])
