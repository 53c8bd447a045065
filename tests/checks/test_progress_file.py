"""Two kernels that check at once lose nothing, and no lock stops a check for long.

What else is remembered, and what happens to a damaged file, is in `test_check_engine`.
"""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from helpers.checks import check, progress_file

CHECKS = """
import sys
from helpers.checks.progress_file import record
from helpers.checks.verdict import NOT_RIGHT, Verdict
print("ready", flush=True)
sys.stdin.readline()
for number in range(100):
    for id in (f"{sys.argv[1]}.{number}", "both"):
        note = record(Verdict(id=id, state=NOT_RIGHT, message=''))
        assert note == "", note
"""
HOLD = """
import sys
from pathlib import Path
from helpers.checks.progress_file import _locked
with _locked(Path(sys.argv[1])):
    print("ready", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("EVERY_KNOB_HOME", str(tmp_path))
    return tmp_path


def start(code, argument):
    """Start a Python of its own and wait until it says that it is ready."""
    command = [sys.executable, "-c", code, argument]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    return process


def line(x, w, b):
    return w * x + b


def test_two_kernels_that_check_at_once_lose_nothing(home):
    both = [start(CHECKS, name) for name in "ab"]
    for process in both:
        process.stdin.write("go\n")
        process.stdin.flush()
    assert [process.wait(timeout=60) for process in both] == [0, 0]
    saved = json.loads((home / "progress.json").read_text())["exercises"]
    assert saved.pop("both")["tries"] == 200
    assert set(saved) == {f"{name}.{number}" for name in "ab" for number in range(100)}
    assert {was["tries"] for was in saved.values()} == {1}
    assert {path.name for path in home.iterdir()} == {"progress.json", "progress.lock"}


def test_who_holds_the_lock_for_long_is_not_waited_for(home, monkeypatch):
    monkeypatch.setattr(progress_file, "PATIENCE", 0.2)
    holder = start(HOLD, str(home / "progress.lock"))
    begun = time.monotonic()
    verdict = check("neuron.line", line)
    assert verdict.right and verdict.note == "" and 0.2 <= time.monotonic() - begun < 10
    assert "neuron.line" in (home / "progress.json").read_text()
    holder.communicate("done\n", timeout=30)


def test_a_lock_goes_with_its_process(home, monkeypatch):
    monkeypatch.setattr(progress_file, "PATIENCE", 30)
    holder = start(HOLD, str(home / "progress.lock"))
    holder.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
    holder.communicate(timeout=30)
    assert (home / "progress.lock").exists()
    begun = time.monotonic()
    assert check("neuron.line", line).note == "" and time.monotonic() - begun < 30


def test_a_lock_that_cannot_be_made_costs_the_memory_only(home):
    (home / "progress.lock").mkdir()
    verdict = check("neuron.line", line)
    assert verdict.right and "`progress()` will not know of this" in verdict.note
    assert not os.path.exists(home / "progress.json")
