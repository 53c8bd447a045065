"""Every notebook is clean, reads as prose in a diff, and every chapter keeps the form that readers rely on.

The last part breaks a good notebook in small ways and expects each rule to see it.
"""

import copy

import pytest
from chapter_rules import IN_CHAPTERS, numbers
from notebook_rules import EVERYWHERE, ROOT, chapters, load

NOTEBOOKS = sorted(
    p for folder in ("chapters", "exercises", "solutions") for p in (ROOT / folder).glob("*.ipynb")
)


def label(value):
    return f"{value.parent.name}/{value.stem}" if hasattr(value, "stem") else value.__name__


def test_there_are_notebooks():
    assert chapters() and set(chapters()) < set(NOTEBOOKS)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=label)
@pytest.mark.parametrize("rule", EVERYWHERE, ids=label)
def test_notebook(path, rule):
    complaints = rule(load(path))
    assert not complaints, "\n".join([rule.__doc__, *complaints])


@pytest.mark.parametrize("path", chapters(), ids=label)
@pytest.mark.parametrize("rule", IN_CHAPTERS, ids=label)
def test_chapter(path, rule):
    complaints = rule(load(path), path.stem)
    assert not complaints, "\n".join([rule.__doc__, *complaints])


@pytest.mark.parametrize("name", ["claims", "gpu"])
def test_a_page_beside_the_chapters_states_no_number_that_no_cell_asserts(name):
    complaints = numbers(load(ROOT / f"chapters/{name}.ipynb"), name)
    assert not complaints, "\n".join(complaints)


def md(name, *lines):
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": "\n".join(lines)}


def code(name, *lines, **metadata):
    cell = {"cell_type": "code", "id": name, "metadata": metadata, "source": "\n".join(lines)}
    return cell | {"execution_count": None, "outputs": []}


def question(text, name=""):
    name = name and f' id="recall-{name}"'
    return (
        f"<details{name}>\n<summary>{text}</summary>\n\nThe line slides and keeps its slope.\n\n</details>\n"
    )


SHOWN = {
    "image": {"alt": "A line that rises by two."},
    "figure": {"caption": "The slope is the weight.", "name": "slope"},
}


RECALL = [question(f"{name.capitalize()}?", name) for name in ("one", "two", "three", "four", "five")]


def good_chapter():
    """Return a small chapter without a fault."""
    cells = [
        md(
            "title",
            "# 1 · One line\n\nWhat does a weight do?\n\nYou will be able to:\n",
            "- place a line\n- read a slope\n- name both knobs\n",
            "You need: school algebra.\nTime: 5 minutes.\nThe model in hand has **2** parameters.",
        ),
        code("imports", "import numpy as np", "from helpers.explorables import Neuron"),
        md("predict", "Guess first, e.g. by eye.\nIs `w` small?\n", question("Higher?"), question("Lower?")),
        code("show", "Neuron()"),
        md("result", "The misfit is 0.33 here, or 33 %, and 1,024 weights of GPT-2 took 15 minutes in 2019."),
        code("check", "assert abs(np.mean([0.3, 0.36]) - 0.333) < 0.01 and np.size(1) != 1024"),
        code("slope", "draw_slope()", mystnb=SHOWN),
        md("close", "## What we built\n\nA line.\n\n## Recall\n", *RECALL),
        md("next", "Go on with [the exercises](../exercises/01_line.ipynb)."),
    ]
    spec = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {"cells": cells, "metadata": {"kernelspec": spec}, "nbformat": 4, "nbformat_minor": 5}


def change(name, old, new):
    """Return a fault: in the cell called name, old text becomes new."""

    def fault(notebook):
        cell = next(cell for cell in notebook["cells"] if cell["id"] == name)
        assert old in cell["source"], f"{name} holds no {old!r}"
        cell["source"] = cell["source"].replace(old, new)

    return fault


def put(path, value):
    """Return a fault: the value at a path of keys is another."""

    def fault(notebook):
        *way, last = path
        for key in way:
            notebook = notebook[key]
        notebook[last] = value

    return fault


def drop(name):
    return lambda notebook: notebook.update(cells=[cell for cell in notebook["cells"] if cell["id"] != name])


FAULTS = [
    ("stripped", put(["cells", 3, "execution_count"], 7)),
    ("stripped", put(["cells", 3, "outputs"], [{"output_type": "stream", "name": "stdout", "text": "2"}])),
    ("stripped", put(["metadata", "widgets"], {})),
    ("stripped", put(["metadata", "kernelspec", "name"], "conda-env")),
    ("stripped", put(["nbformat_minor"], 4)),
    ("stripped", put(["cells", 0, "id"], "no id")),
    ("ids", put(["cells", 0, "id"], "imports")),
    ("ids", put(["cells", 0, "id"], "a3f09b1c")),
    ("ids", put(["cells", 0, "id"], "3f09-b1c2")),
    ("ids", put(["cells", 0, "id"], "Cell_1")),
    ("text", change("predict", "eye.\nIs", "eye. Is")),
    ("text", change("predict", "eye.\nIs `w`", "eye. `w`")),
    ("text", change("predict", "first, e.g.", "first,\ne.g.")),
    ("text", change("predict", "Guess", "Simply guess")),
    ("text", change("next", ".ipynb).", ".ipynb)!")),
    ("randomness", change("show", "Neuron()", "np.random.seed(0)")),
    ("randomness", change("show", "Neuron()", "np.random.normal(size=3)")),
    ("randomness", change("show", "Neuron()", "torch.manual_seed(0)")),
    ("randomness", change("show", "Neuron()", "random.shuffle([1, 2])")),
    ("hints", change("predict", "</summary>\n\n", "</summary>\n")),
    ("hints", change("predict", "<summary>Lower?</summary>", "")),
    ("hints", change("predict", "</details>", "")),
    ("short_cells", change("show", "Neuron()", "x = 1\n" * 31)),
    ("short_cells", change("show", "Neuron()", "x = 1  # " + "long " * 20)),
    ("first_cell", change("title", "# 1 · One line", "# One line")),
    ("first_cell", change("title", "do?", "do.")),
    ("first_cell", change("title", "- name both knobs\n", "")),
    ("first_cell", change("title", "- read", "- understand")),
    ("first_cell", change("title", "You need", "Bring")),
    ("first_cell", change("title", "5 minutes", "a while")),
    ("first_cell", change("title", "**2**", "two")),
    ("first_cell", change("result", "The misfit", "# Again\n\nThe misfit")),
    ("imports_cell", change("imports", "import numpy as np", "import numpy as np\nx = 1")),
    ("imports_cell", change("imports", "import numpy as np", "import numpy as np\n" * 9)),
    ("imports_cell", drop("imports")),
    ("reading_time", change("title", "5 minutes", "15 minutes")),
    ("reading_time", put(["cells", 4, "source"], "A word, and another.\n" * 2000)),
    ("sizes", change("show", "Neuron()", "x = 1\n" * 29)),
    ("sizes", put(["cells", 2, "source"], "word " * 500)),
    ("figures", put(["cells", 6, "metadata"], {})),
    ("figures", put(["cells", 6, "metadata", "mystnb", "image", "alt"], "A line.")),
    (
        "figures",
        put(["cells", 6, "metadata", "mystnb", "image", "alt"], "The picture in figures/slope.png is here."),
    ),
    ("figures", put(["cells", 6, "metadata", "mystnb", "image", "alt"], "The slope is the weight.")),
    (
        "figures",
        put(["cells", 6, "metadata", "mystnb", "figure", "caption"], "the slope is the weight of it"),
    ),
    ("figures", put(["cells", 5, "source"], "draw_slope()")),
    ("figures", change("slope", "draw_slope()", "x = 1\ndraw_slope()")),
    ("figures", change("show", "Neuron()", "plt.plot([1, 2])")),
    ("predictions", drop("predict")),
    ("ending", change("close", "What we built", "The end")),
    ("ending", change("close", RECALL[2], "")),
    ("ending", change("close", ' id="recall-three"', "")),
    ("ending", change("close", "recall-three", "recall-two")),
    ("ending", change("close", "Three?", "Three.")),
    ("ending", change("next", "01_line", "02_line")),
    ("alive", change("imports", "from helpers.explorables import Neuron", "")),
    ("alive", change("imports", "import numpy as np", "from ipywidgets import interact")),
    ("alive", change("show", "Neuron()", "Neuron().observe(print)")),
    ("numbers", change("result", "0.33", "0.35")),
    ("numbers", change("result", "33 %", "34 %")),
    ("numbers", change("result", "1,024", "1,025")),
    ("numbers", change("result", "15 minutes", "15 steps")),
    ("numbers", change("result", "2019", "2,019")),
    ("numbers", change("check", "assert abs", "abs")),
    ("numbers", change("check", "assert abs", "assert True or abs")),
    ("numbers", lambda notebook: notebook["cells"].insert(0, notebook["cells"].pop(4))),
]


def by_name(notebook):
    """Return the complaints of every rule about a notebook, by the name of the rule."""
    found = {rule.__name__: rule(notebook) for rule in EVERYWHERE}
    return found | {rule.__name__: rule(notebook, "01_line") for rule in IN_CHAPTERS}


def test_a_good_chapter_has_no_fault():
    assert {name: found for name, found in by_name(good_chapter()).items() if found} == {}


@pytest.mark.parametrize(("rule", "fault"), FAULTS, ids=[f"{i}-{name}" for i, (name, _) in enumerate(FAULTS)])
def test_a_rule_sees_the_fault(rule, fault):
    notebook = copy.deepcopy(good_chapter())
    fault(notebook)
    check = next(r for r in [*EVERYWHERE, *IN_CHAPTERS] if r.__name__ == rule)
    assert check(notebook) if check in EVERYWHERE else check(notebook, "01_line")


def test_every_rule_is_put_to_the_test():
    assert {name for name, _ in FAULTS} == {rule.__name__ for rule in [*EVERYWHERE, *IN_CHAPTERS]}
