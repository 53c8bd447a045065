"""Execute every notebook under nbval, two at once, longest first: python tools/run_notebooks.py RESULTS.xml

Nothing is cached and no output is compared; a cell that raises fails. Learners run cells again, so a cell of
a chapter runs twice in a row, unless it takes long. This file is also the plugin that each worker loads
first: it leaves out what costs a second to import, and lends nbval the forked kernels.
"""

import json
import os
import sys
import time
from math import inf
from pathlib import Path

import pytest

# See tools/book.py: a second in each process, for a check of web addresses.
sys.modules["rfc3987_syntax"] = None

FOLDERS = ["chapters", "exercises", "solutions"]
SECONDS = Path("_build", "seconds.json")  # what each took when the book was built
LONG = 2.0  # seconds; such a cell runs once
PLUGINS = ["run_notebooks", "xdist.plugin", "xdist.looponfail", "nbval.plugin"]
# A notebook stays whole in one worker, and a kernel that dies is given up after five minutes, not 33.
OPTIONS = ["--nbval-lax", "--nbval-current-env", "--nbval-cell-timeout=300"]
OPTIONS += ["-n2", "--dist=loadfile", "--no-loadscope-reorder"]  # in our order, not by the number of cells


def pytest_configure(config):
    if hasattr(config, "workerinput"):
        from provisioner import use_warm_kernels
        from warm_kernels import warm_up

        warm_up()
        use_warm_kernels()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    start = time.perf_counter()
    result = yield
    if item.path.parent.name == "chapters" and time.perf_counter() - start < LONG:
        run_again(item)
    return result


def run_again(cell):
    """Run a cell of nbval once more; what stops it then is said to be the second run's."""
    from nbval.plugin import NbCellError

    try:
        cell.runtest()
    except NbCellError as error:
        cell.raise_cell_error(f"{error} (in the second of two runs in a row)", error.inner_traceback)


def notebooks():
    """Return the notebooks below the working directory: those that never ran, then the longest first."""
    seconds = json.loads(SECONDS.read_text()) if SECONDS.exists() else {}
    found = [path.as_posix() for folder in FOLDERS for path in sorted(Path(folder).glob("*.ipynb"))]
    return sorted(found, key=lambda path: -seconds.get(path, inf))


def main(results):
    """Run pytest on all notebooks; return its exit status."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    plugins = [word for name in PLUGINS for word in ("-p", name)]
    return pytest.main([*plugins, *OPTIONS, f"--junitxml={results}", *notebooks()])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
