"""Keep a learner's own copy of the course in my_course/, out of the way of git, the book and the tests.

`make lab` calls it each time. What nobody touched becomes what the course has now; a notebook that the
learner wrote in is put together cell by cell. Nothing that a learner wrote is deleted: what cannot be put
together is kept beside the new file, under a name that says so.

my_course/.made_from holds the course as it was when the copies were made: it tells who changed what.
"""

import os
from collections import defaultdict
from pathlib import Path

from fingerprints import PAGES
from merge_notebooks import DAMAGED, merge, same

ROOT = Path(__file__).resolve().parent.parent
NAME = "my_course"


def update(root=ROOT, metadata=None):
    """Bring the copy up to date; return a list of sentences that the learner should read.

    metadata: what a new notebook gets besides its own, such as the name of the kernel here.
    """
    mine, said, failed = root / NAME, [], defaultdict(list)
    if not mine.exists():
        said.append(f"{NAME} is your own copy of the course: write into it, and no update takes that away.")
    for name in sorted(files(root) | files(mine / ".made_from")):
        try:
            said += bring(name, root, mine, metadata)
        except OSError as error:
            failed[error.strerror].append(name)
        except DAMAGED:
            said.append(f"{name} is damaged in the course itself, so {NAME}/{name} was left as it is.")
    for reason, (name, *more) in failed.items():
        names = f"{name} and {len(more)} more" if more else name
        said.append(f"{NAME}/{names} could not be brought up to date ({reason}).")
    for path in [mine / folder / name for folder in PAGES for name in ("helpers", "helpers.py")]:
        if path.exists():
            said.append(f"{path.relative_to(root)} hides the course's own helpers: rename it.")
    return said


def files(top):
    """Return the names of all files of the course below a folder, relative to it."""
    found = [path for folder in PAGES for path in (top / folder).rglob("*") if path.is_file()]
    names = [path.relative_to(top) for path in found]
    return {name.as_posix() for name in names if not any(part.startswith(".") for part in name.parts)}


def bring(name, root, mine, metadata):
    """Bring one file of the copy up to date; return the sentences on it."""
    file, base, said = mine / name, mine / ".made_from" / name, []
    new, old, own = content(root / name), content(base), content(file)
    if new is None:
        return drop(name, file, base)
    join = merge if name.endswith(".ipynb") else choose
    fresh, _ = join(None, None, new, metadata)
    try:
        result, both = join(old, own, new, metadata)
        if both:
            said.append(f"{NAME}/{name}: you and the course both changed {', '.join(both)}; yours stays.")
    except DAMAGED:
        aside = set_aside(file)
        said.append(f"{NAME}/{name} could not be read or joined with its news: it is kept as {aside.name}.")
        result = fresh
    if result != own:
        write(file, result)
    if new != old:
        write(base, new)  # last: when anything stops us before, the next call does it all again
    return said


def choose(old, own, new, metadata):
    """Return (bytes, []) for a file that is no notebook. Raise a ValueError if both sides changed it."""
    if own in (None, old, new):
        return new, []
    if new == old:
        return own, []
    raise ValueError("both sides changed it")


def drop(name, file, base):
    """Remove a file that the course no longer has, unless the learner wrote in it; return what to say."""
    old, own = content(base), content(file)
    try:
        untouched = own in (None, old) or name.endswith(".ipynb") and same(old, own)
    except DAMAGED:
        untouched = False
    if untouched:
        file.unlink(missing_ok=True)
    base.unlink()
    return [] if untouched else [f"The course no longer has {name}; yours stays in {NAME}."]


def content(path):
    """Return the bytes of a file, or None where there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def write(path, data):
    """Write a file whole and then move it into place: nobody ever finds half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        fresh.write_bytes(data)
        os.replace(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)


def set_aside(path):
    """Rename a file to the first free name beside it: 01_neuron.kept-1.ipynb; return the new path."""
    names = (path.with_name(f"{path.stem}.kept-{number}{path.suffix}") for number in range(1, 1000))
    aside = next(name for name in names if not name.exists())
    return path.rename(aside)


if __name__ == "__main__":
    for sentence in update():
        print(sentence)
