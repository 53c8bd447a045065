"""Promises about `make book`, on a small course: only what changed is made, and Ctrl-C loses nothing.

The line is that of the Makefile, in a process group of its own, and a signal to the group is what Ctrl-C is.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from test_build import write

ROOT = Path(__file__).parents[2]
TOC = "format: jb-book\nroot: chapters/quick\nchapters: [{file: chapters/slow}]\n"
BAR = "import sys\nfrom tqdm import tqdm\nfor _ in tqdm(range(2), file=sys.stdout): pass"
WAIT = "import os\nopen('../waiting', 'w').close()\nwhile not os.path.exists('../go'): pass"
STOPPED = "Stopped. {} of 2 notebooks are done; the next `make book` goes on from there."

pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="needs make")


PIECES = 'for piece in "wor", "d by", " word":\n    print(piece, end="", flush=True)'


@pytest.fixture
def course(tmp_path):
    """A course of two notebooks: a quick one, and one that computes until there is a file `go`."""
    for name in ("tools", "helpers"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("_config.yml", "Makefile"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "_toc.yml").write_text(TOC)
    (tmp_path / "helpers" / "said.py").write_text("SAID = 'done quickly'")
    write(tmp_path / "chapters" / "quick.ipynb", "from helpers.said import SAID\nprint(SAID)", PIECES)
    write(tmp_path / "chapters" / "slow.ipynb", BAR, WAIT)
    shutil.copy(ROOT / "chapters" / "references.bib", tmp_path / "chapters")
    return tmp_path


# The installation is there already, in another folder.
MAKE = ["make", "book", f"PY={sys.executable}", "-o", ".venv/installed"]


def start(course, *command, **environment):
    """Start a command as a terminal does: in a process group of its own, and heedful of Ctrl-C."""
    return subprocess.Popen(
        command,
        cwd=course,
        env=os.environ | {"PYTHONPATH": str(course)} | environment,  # the course's own helpers
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def lines(process):
    """Return what a process printed until its end, line by line, without what make says of itself."""
    said, _ = process.communicate(timeout=120)
    return [line for line in said.splitlines() if not line.startswith("make: ")]


def wait_for(condition, process):
    while not condition():
        assert process.poll() is None, process.stdout.read()
        time.sleep(0.02)


def alive(processes):
    _, left = psutil.wait_procs(processes, timeout=5)
    return [process for process in left if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]


@pytest.mark.parametrize(("kernels", "times"), [("forked", 2), ("ordinary", 1)])
def test_ctrl_c_ends_the_build_in_one_sentence_and_loses_nothing(course, kernels, times):
    book, seconds = start(course, *MAKE, EVERY_KNOB_KERNELS=kernels), course / "_build" / "seconds.json"
    wait_for(lambda: (course / "waiting").exists() and seconds.exists(), book)
    time.sleep(0.3)  # until it has said so
    processes = psutil.Process(book.pid).children(recursive=True)
    for _ in range(times):
        os.killpg(book.pid, signal.SIGINT)
        time.sleep(0.05)
    began, quick, *stopped = lines(book)
    assert began.startswith("Executing 2 of 2") and quick.endswith("chapters/quick.ipynb")
    assert stopped == [STOPPED.format(1)] and book.returncode != 0
    assert len(processes) > 1 and alive(processes) == []

    (course / "go").touch()
    book = start(course, *MAKE, EVERY_KNOB_KERNELS=kernels)
    began, slow, *page = lines(book)
    assert began.startswith("Executing 1 of 2") and slow.endswith("chapters/slow.ipynb")
    assert page == [f"The book: {(course / '_build/html/index.html').as_uri()}"] and book.returncode == 0
    assert "done quickly" in (course / "_build/html/chapters/quick.html").read_text()


@pytest.mark.parametrize("kernels", ["forked", "ordinary"])
def test_no_kernel_outlives_a_build_that_is_killed(course, kernels):
    """As a second Ctrl-C kills it, too, when the first one has not ended the kernels yet."""
    book = start(course, *MAKE, EVERY_KNOB_KERNELS=kernels)
    wait_for((course / "waiting").exists, book)
    builder, *processes = psutil.Process(book.pid).children(recursive=True)
    assert builder.cmdline()[1].endswith("book.py")
    builder.kill()
    try:
        assert processes and alive(processes) == []
    finally:
        for process in alive(processes):
            process.kill()


def test_a_changed_helper_makes_the_pages_that_use_it(course):
    (course / "go").touch()
    assert "done quickly" in page_of(course, "quick", start(course, *MAKE))
    slow = (course / "_build/html/chapters/slow.html").stat().st_mtime_ns
    (course / "helpers" / "said.py").write_text("SAID = 'done again'")
    book = start(course, *MAKE)
    assert "done again" in page_of(course, "quick", book)
    assert (course / "_build/html/chapters/slow.html").stat().st_mtime_ns == slow
    assert lines(start(course, *MAKE))[0] == "Nothing has changed."


def test_what_is_printed_piece_by_piece_stands_on_one_line(course):
    (course / "go").touch()
    assert ">word by word" in page_of(course, "quick", start(course, *MAKE))


def page_of(course, name, book):
    """Return the HTML of a page when the book is built."""
    said = lines(book)
    assert book.returncode == 0 and f"{name}.ipynb" in "".join(said[1:-1]), said
    return (course / "_build" / "html" / "chapters" / f"{name}.html").read_text(encoding="utf-8")


def test_ctrl_c_while_pages_are_made_says_the_same(course):
    (course / "go").touch()
    with open(course / "tools" / "sphinx_ext" / "book_page.py", "a") as piece:
        piece.write("\nopen('sphinx', 'w').close()\n__import__('time').sleep(60)\n")
    book = start(course, sys.executable, "tools/book.py")
    wait_for((course / "sphinx").exists, book)
    book.send_signal(signal.SIGINT)
    assert lines(book)[-1] == STOPPED.format(2) and book.returncode == 130


def test_who_is_told_to_ignore_ctrl_c_does(course):
    """As in the background of a script, where Ctrl-C is meant for another process."""
    book = start(course, "sh", "-c", f"trap '' INT; exec '{sys.executable}' tools/book.py")
    wait_for((course / "waiting").exists, book)
    book.send_signal(signal.SIGINT)
    (course / "go").touch()
    assert lines(book)[-1].startswith("The book: ") and book.returncode == 0
