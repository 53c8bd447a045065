"""What one small change costs: how many notebooks the next build executes, which, and how long it takes."""

import json

from course import NOTEBOOKS, build, built


def replaced(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path} has no {old!r}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def hint(course):
    replaced(course / "helpers" / "checks" / "exercises" / "attention.py", 'why="', 'why="Look: ')


def sentence(course):
    path = course / "chapters" / "09_attention.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    [cell for cell in notebook["cells"] if cell["cell_type"] == "markdown"][-1]["source"].append(
        "\nSo it is."
    )
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def reason(course):
    replaced(course / "helpers" / "claims" / "claims.toml", 'why = "', 'why = "Look: ')


def line(name):
    def change(course):
        path = course / "helpers" / name
        path.write_text(path.read_text(encoding="utf-8") + "\nAGAIN = True\n", encoding="utf-8")

    return change


CHANGES = [
    ("a hint of the exercises on attention", hint, "2"),
    ("a sentence of the chapter on attention", sentence, "0"),
    ("the reason of one claim", reason, "3"),
    ("a line of helpers/language/attention.py", line("language/attention.py"), "its users"),
    ("a line of helpers/figures/neuron.py", line("figures/neuron.py"), "1"),
]


def measure(course, rounds):
    """Yield (what, value, aim, detail) for each row of the table. Each change is made once, not in rounds."""
    built(course)
    build(course)  # and what others have changed in the copy
    count = sum(1 for name in NOTEBOOKS for _ in (course / name).glob("*.ipynb"))
    for what, change, aim in CHANGES:
        change(course)
        seconds, executed = build(course)
        which = ", ".join(path.removesuffix(".ipynb") for path in sorted(executed))
        yield what, f"{len(executed)} of {count}", aim, f"{seconds:.1f} s  {which}"
