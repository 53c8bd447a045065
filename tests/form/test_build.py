"""Promises about the build: what it keeps, what it says when a notebook fails, what it counts.

What has to be executed after a change is in `test_dependencies`, `make book` as a whole in `test_make_book`.
It leaves out the built pages; those are in `test_book` and `test_browser`.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import count_notebooks
import nbclient
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

ROOT = Path(__file__).parents[2]
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
DRAW = "from helpers.figures.style import axes\nfigure, ax = axes()\nax.plot([0, 1], [1, 0])\nNone"
SHOW = "from helpers.explorables.neuron import Neuron\nNeuron()"

RUN = """
import sys
from pathlib import Path
if __name__ == "__main__":  # a process that is forked off reads this file again
    sys.path.insert(0, sys.argv[1])
    from execute import execute
    digests = dict(word.rsplit("=", 1) for word in sys.argv[2:])
    for failure in execute(digests, Path("cache"), Path("seconds.json"), {}):
        print(failure)
"""


def write(path, *sources):
    """Write a notebook of a title and one code cell for each source."""
    cells = [new_code_cell(source, id=f"cell-{i}") for i, source in enumerate(sources, 1)]
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=[new_markdown_cell("# Title"), *cells], metadata=KERNEL), path)


def run_execute(folder, *paths, digest="1", **environment):
    """Execute notebooks into a cache in the folder, in a process of its own; return what it printed."""
    script = folder / "run_execute.py"
    script.write_text(RUN)
    command = [sys.executable, script, ROOT / "tools", *[f"{path}={digest}" for path in paths]]
    environment = {"PATH": os.environ["PATH"]} | environment  # and nothing that a maintainer has set
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=True, timeout=120
    ).stdout


def test_only_changed_code_is_executed(tmp_path):
    first, second = tmp_path / "first.ipynb", tmp_path / "second.ipynb"
    write(first, "1 + 1")
    write(second, "2 + 2")
    assert "Executing 2 of 2" in run_execute(tmp_path, first, second)
    write(second, "2 + 3")
    said = run_execute(tmp_path, first, second)
    assert "Executing 1 of 2" in said and str(second) in said and str(first) not in said
    assert run_execute(tmp_path, first, second) == ""


ORDINARY = {"EVERY_KNOB_KERNELS": "ordinary"}  # sooner there, where there is one notebook only


def test_what_a_new_digest_executes_again_has_new_outputs(tmp_path):
    path, part = tmp_path / "one.ipynb", tmp_path / "part.txt"
    write(path, "print(open('part.txt').read())")
    part.write_text("old")
    run_execute(tmp_path, path, **ORDINARY)
    part.write_text("new")
    assert "Executing 1 of 1" in run_execute(tmp_path, path, digest="2", **ORDINARY)
    assert [seen(cell)[0]["text"] for cell in cached(tmp_path)[0].cells] == ["new\n"]
    assert run_execute(tmp_path, path, digest="2", **ORDINARY) == ""


def test_the_cache_forgets_what_no_notebook_has_any_more(tmp_path):
    path = tmp_path / "one.ipynb"
    for code in ("1", "2"):
        write(path, code)
        run_execute(tmp_path, path, **ORDINARY)
    assert [notebook.cells[0].source for notebook in cached(tmp_path)] == ["2"]


@pytest.mark.parametrize("damage", [lambda file: file.unlink(), lambda file: file.write_text('{"cells": [')])
def test_outputs_that_a_killed_build_wrote_in_part_are_made_again(tmp_path, damage):
    write(tmp_path / "one.ipynb", "1 + 1")
    run_execute(tmp_path, tmp_path / "one.ipynb", **ORDINARY)
    damage(next((tmp_path / "cache" / "executed").glob("*/base.ipynb")))
    assert "Executing 1 of 1" in run_execute(tmp_path, tmp_path / "one.ipynb", **ORDINARY)
    assert seen(cached(tmp_path)[0].cells[0]) == [{"text/plain": "2"}]


THREADS = "import os, torch\nassert torch.get_num_threads() == 1 and os.environ['OMP_NUM_THREADS'] == '1'"


@pytest.mark.parametrize("kernels", ["forked", "ordinary"])
def test_a_kernel_has_one_thread(tmp_path, kernels):
    write(tmp_path / "one.ipynb", THREADS)
    assert "FAILED" not in run_execute(tmp_path, tmp_path / "one.ipynb", EVERY_KNOB_KERNELS=kernels)


def nbval(folder):
    """Run nbval on the notebooks of a folder as `make test` does; return its exit status and what it said."""
    environment = {"PATH": os.environ["PATH"], "EVERY_KNOB_KERNELS": "ordinary"}
    command = [sys.executable, ROOT / "tools" / "run_notebooks.py", "results.xml"]
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)
    return run.returncode, run.stdout


def test_a_kernel_of_nbval_has_one_thread(tmp_path):
    write(tmp_path / "chapters" / "one.ipynb", THREADS)
    status, said = nbval(tmp_path)
    assert status == 0 and "1 passed" in said, said


def test_a_cell_that_goes_on_from_itself_is_seen(tmp_path):
    """Two runs of the cell give x = 3. An exercise may do so, and a cell that takes long runs once."""
    slow = "import time\ntime.sleep(2.1)\nx = x + 1"
    write(tmp_path / "chapters" / "one.ipynb", "x = 1", "x = x + 1", "assert x == 2, f'x is {x}'")
    write(tmp_path / "chapters" / "two.ipynb", "x = 1", slow, "assert x == 2")
    write(tmp_path / "chapters" / "three.ipynb", "x = 1", "assert x == 1\nx = x + 1")
    write(tmp_path / "exercises" / "one.ipynb", "x = 1", "x = x + 1", "assert x == 2")
    status, said = nbval(tmp_path)
    assert status == 1 and "2 failed, 9 passed" in said, said
    assert "x is 3" in said
    assert said.count("in the second of two runs in a row") == 1


def test_a_failure_names_notebook_cell_and_error(tmp_path):
    good, bad = tmp_path / "good.ipynb", tmp_path / "bad.ipynb"
    write(good, "1 + 1")
    write(bad, "x = 1", "assert x == 2, 'x is one'")
    said = run_execute(tmp_path, good, bad)
    assert f"{bad} stopped in cell 'cell-2' (code cell 2 of 2)" in said
    assert "AssertionError: x is one" in said and f"{good} stopped" not in said
    assert "Executing 1 of 2" in run_execute(tmp_path, good, bad)  # the failed one is not in the cache


def test_a_dead_kernel_is_a_failure(tmp_path):
    write(tmp_path / "dies.ipynb", "1 + 1", "import os\nos._exit(3)")
    assert "stopped in cell 'cell-2' (code cell 2 of 2)" in run_execute(tmp_path, tmp_path / "dies.ipynb")


def test_the_build_leaves_the_progress_of_the_reader_alone(tmp_path):
    mine = str(tmp_path / "mine")
    write(tmp_path / "one.ipynb", f"import os\nassert os.environ['EVERY_KNOB_HOME'] != {mine!r}")
    assert "FAILED" not in run_execute(tmp_path, tmp_path / "one.ipynb", EVERY_KNOB_HOME=mine)


def test_forked_kernels_give_what_ordinary_ones_give(tmp_path):
    path = tmp_path / "drawn.ipynb"
    write(path, DRAW, SHOW, "__name__, __import__('os').getcwd()", "print('said')")
    run_execute(tmp_path, path)
    ordinary = nbclient.execute(nbformat.read(path, as_version=4), cwd=tmp_path)
    ordinary = [cell for cell in ordinary.cells if cell.cell_type == "code"]
    assert [seen(cell) for cell in cached(tmp_path)[0].cells] == [seen(cell) for cell in ordinary]
    assert "image/svg+xml" in seen(ordinary[0])[-1] and "text/html" in seen(ordinary[1])[-1]


def cached(folder):
    """Return the notebooks in the folder's cache."""
    files = sorted((folder / "cache" / "executed").glob("*/base.ipynb"))
    return [nbformat.read(file, as_version=4) for file in files]


def seen(cell):
    """Return what a reader sees of a cell's outputs, less a widget's identity and a drawing's date."""
    shown = []
    for output in cell.outputs:
        data = dict(output.get("data") or {"text": output.get("text", output.get("ename"))})
        data.pop("application/vnd.jupyter.widget-view+json", None)
        shown.append({kind: re.sub("<dc:date>.*</dc:date>", "", text) for kind, text in data.items()})
    return shown


RESULTS = """<testsuites><testsuite>
<testcase classname="chapters.one.ipynb" name="Cell 0"/>
<testcase classname="chapters.one.ipynb" name="Cell 1">{}</testcase>
</testsuite></testsuites>"""


@pytest.mark.parametrize("outcome", ["", "<failure/>", "<error/>", "<skipped/>"])
def test_a_notebook_counts_when_each_of_its_cells_passed(tmp_path, capsys, outcome):
    write(tmp_path / "chapters" / "one.ipynb", "1", "2")
    (tmp_path / "results.xml").write_text(RESULTS.format(outcome))
    status = count_notebooks.main(tmp_path / "results.xml", tmp_path)
    assert (status, capsys.readouterr().out) == (
        (1, "1 notebooks exist, 0 executed\n") if outcome else (0, "1 notebooks exist, 1 executed\n")
    )


def test_a_notebook_that_nobody_ran_is_noticed(tmp_path, capsys):
    write(tmp_path / "chapters" / "one.ipynb", "1", "2")
    write(tmp_path / "elsewhere" / "two.ipynb", "1")
    (tmp_path / "results.xml").write_text(RESULTS.format(""))
    assert count_notebooks.main(tmp_path / "results.xml", tmp_path) == 1
    said = capsys.readouterr()
    assert said.out == "2 notebooks exist, 1 executed\n" and "elsewhere/two.ipynb" in said.err


OLD = "#!/bin/sh\nexit 1\n"  # answers the question for its version as an old Python does
NO_VENV = '#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; esac\n'


@pytest.mark.skipif(not shutil.which("sh"), reason="needs a POSIX shell, as make does")
@pytest.mark.parametrize(
    ("python", "sentence"),
    [(OLD, "is not Python 3.11 or newer"), (NO_VENV, "install its venv module")],
)
def test_the_installation_says_in_one_sentence_what_to_do(tmp_path, python, sentence):
    (tmp_path / "python").write_text(python)
    (tmp_path / "python").chmod(0o755)
    run = subprocess.run(
        ["sh", ROOT / "tools" / "install.sh"],
        cwd=tmp_path,
        env={"PYTHON": str(tmp_path / "python"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 1 and sentence in run.stderr
    assert len(run.stderr.strip().splitlines()) == 1 and not (tmp_path / ".venv").exists()
