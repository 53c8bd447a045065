"""Execute every notebook under nbval, two at a time: `python tools/run_notebooks.py RESULTS.xml`.

Nothing is cached and no output is compared; a cell that raises fails. This file is also the plugin that each
worker loads first: it leaves out what costs a second to import, and lends nbval the forked kernels.
"""

import os
import sys

import pytest

# See tools/book.py: a second in each process, for a check of web addresses.
sys.modules["rfc3987_syntax"] = None

FOLDERS = ["chapters", "exercises", "solutions"]
PLUGINS = ["run_notebooks", "xdist.plugin", "xdist.looponfail", "nbval.plugin"]
# A notebook stays whole in one worker, and a kernel that dies is given up after two minutes, not 33.
OPTIONS = ["--nbval-lax", "--nbval-current-env", "--nbval-cell-timeout=120", "-n2", "--dist=loadfile"]


def pytest_configure(config):
    if hasattr(config, "workerinput"):
        from provisioner import use_warm_kernels
        from warm_kernels import warm_up

        warm_up()
        use_warm_kernels()


def main(results):
    """Run pytest on the folders of notebooks below the working directory; return its exit status."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    plugins = [word for name in PLUGINS for word in ("-p", name)]
    return pytest.main([*plugins, *OPTIONS, f"--junitxml={results}", *FOLDERS])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
