"""Promises about `make bench`: every part can start, and it takes one part and says what it is at.

It leaves out all times: no test asserts one.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BENCH = ROOT / "tests" / "benchmarks"
PARTS = """
import bench, importlib
for name in bench.PARTS:
    assert callable(importlib.import_module(name).measure), name
print(*bench.PARTS)
"""
SMALL = """
import sys, types, bench
part = types.ModuleType("changes")
part.measure = lambda course, rounds: [("one change", "2 of 3", "2", str((course / "helpers").exists()))]
sys.modules["changes"] = part
bench.main()
"""

pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="needs make")


def bench(only, code=None):
    """Run the line that `make bench ONLY=…` runs; with code in the place of its script, if there is any."""
    line = subprocess.run(
        ["make", "-n", "bench", f"ONLY={only}", f"PY={sys.executable}", "-o", ".venv/installed"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    if code:
        line = re.sub(r"tests/benchmarks/bench\.py", '-c "$CODE"', line)
    environment = os.environ | {"CODE": f"import sys; sys.path.insert(0, {str(BENCH)!r})\n{code}"}
    return subprocess.run(line, shell=True, cwd=ROOT, env=environment, capture_output=True, text=True)


def test_every_part_of_the_bench_can_start():
    run = bench("", PARTS)
    assert run.stdout.split() == ["engine", "language", "real", "building", "changes", "frames", "pages"], (
        run.stderr
    )


def test_the_bench_takes_one_part_and_says_what_it_is_at():
    run = bench("changes", SMALL)
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[-1].split() == ["one", "change", "2", "of", "3", "2", "True"]
    began, ended = run.stderr.splitlines()
    assert began.split() == ["changes", "begins"] and re.fullmatch(r" *changes took \d+ s", ended)


def test_the_bench_knows_its_parts():
    run = bench("nothing")
    assert run.returncode == 2 and "choose from" in run.stderr and "frames" in run.stderr
