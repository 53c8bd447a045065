"""Put a learner's notebook and the course's new one together, cell by cell, by the ids of the cells.

A cell that only one side changed is that side's; one that both changed is the learner's. Cells that either
side added stay. Only the text of a cell counts: to run it is no change.
"""

import json

DAMAGED = (ValueError, KeyError, TypeError, AttributeError, RecursionError)  # what a broken notebook raises


def read(data):
    """Return (notebook, {id: cell}), in order, of a notebook as bytes; one that is damaged raises DAMAGED.

    A cell without an id, or with one that stands twice, gets an id of its own.
    """
    notebook, cells = json.loads(data), {}
    for number, cell in enumerate(notebook["cells"]):
        text(cell)
        name = cell["id"] if isinstance(cell.get("id"), str) else f"own-{number}"
        while name in cells:
            name += "-too"
        cells[name] = cell
    return notebook, cells


def text(cell):
    return None if cell is None else "".join(cell["source"])


def merge(old, own, new, metadata=None):
    """Return (notebook as bytes, ids of the cells that both sides changed).

    old: what the learner's notebook was made from, or None; own: the learner's; new: the course's. All bytes.
    metadata: what a notebook that was not there before gets besides its own.
    """
    course, theirs = read(new)
    if own is None:
        return write(course | {"metadata": course["metadata"] | (metadata or {})}), []
    notebook, mine = read(own)
    try:
        was = read(old)[1] if old else {}
    except DAMAGED:
        was = {}
    chosen, both = {}, []
    for name in order(list(was), list(mine), list(theirs)):
        # Texts, or None where a side has no such cell: to add and to delete are changes too.
        before, ours, news = text(was.get(name)), text(mine.get(name)), text(theirs.get(name))
        chosen[name] = theirs.get(name) if ours == before != news else mine.get(name)
        if None not in (ours, news) and before not in (ours, news) and ours != news:
            both.append(name)
    cells = {name: cell for name, cell in chosen.items() if cell is not None}
    if list(cells.values()) == list(mine.values()):  # to the byte, so that nothing is written
        return own, both
    cells = [cell | {"id": name} for name, cell in cells.items()]
    return write(notebook | {"nbformat_minor": 5, "cells": cells}), both


def write(notebook):
    text = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
    return text.encode(errors="backslashreplace")  # half a surrogate pair, which an output may hold


def order(was, mine, theirs):
    """Return all ids in the course's order; in the learner's, if they moved cells."""
    shared = [name for name in mine if name in was]
    moved = shared != [name for name in was if name in mine]
    first, second = (mine, theirs) if moved else (theirs, mine)
    woven, before = list(first), None
    for name in second:  # what the first one lacks comes behind what it followed
        if name not in woven:
            woven.insert(woven.index(before) + 1 if before else 0, name)
        before = name
    return woven


def same(one, other):
    """Tell whether two notebooks say the same, whatever was run in them."""
    first, second = read(one)[1], read(other)[1]
    return list(map(text, first.values())) == list(map(text, second.values()))
