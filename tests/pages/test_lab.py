"""In a real JupyterLab: explorables are live widgets, both ways, and a wrong answer is told what it was."""

import json
from functools import partial
from pathlib import Path

import nbformat
import pytest
from browser import watched
from lab import WAIT, Notebook, jupyterlab
from on_screen import CLASSES, differences, is_range, reach, read
from visible import is_seen, none_seen

from helpers.checks.declare import EXERCISES
from helpers.claims import VERDICTS, claims
from helpers.studying.foretold import predictions

EXERCISE_NOTEBOOK = Path(__file__).parents[2] / "exercises" / "01_neuron.ipynb"
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
NUMBERS = "import json; print(json.dumps({name: float(value) for name, value in shown.numbers().items()}))"


@pytest.fixture(scope="module")
def lab(chrome, tmp_path_factory):
    """A JupyterLab on an empty folder: its address and the folder."""
    folder = tmp_path_factory.mktemp("lab")
    with jupyterlab(folder) as address:
        yield address, folder


@pytest.fixture
def open_notebook(chrome, lab):
    """Return open_notebook(name, notebook as read by nbformat) -> (notebook in the page, watched page)."""
    with watched(chrome, "about:blank") as visit:
        yield partial(write_and_open, visit, lab)


@pytest.fixture(scope="module")
def blank(chrome, lab):
    """A notebook of empty cells for all explorables in turn: to open one costs far more than to use it."""
    cells = [nbformat.v4.new_code_cell() for _ in range(4)]
    written = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
    with watched(chrome, "about:blank") as visit:
        yield write_and_open(visit, lab, "blank.ipynb", written)


def write_and_open(visit, lab, name, notebook):
    address, folder = lab
    nbformat.write(notebook, folder / name)
    return Notebook(visit.page, address, name), visit


def settled(notebook, index, place, tries=20):
    """Run a cell that prints numbers until page and kernel agree (messages queue), and return the numbers."""
    for _ in range(tries):
        numbers = json.loads(notebook.run(index))
        wrong = differences(read(place), numbers)
        if not wrong:
            return numbers
        notebook.page.wait_for_timeout(100)
    raise AssertionError("\n".join(wrong))


@pytest.mark.parametrize("kind", list(CLASSES))
def test_explorable_follows_and_leads(blank, kind):
    name = CLASSES[kind].__name__
    sources = [f"from helpers.explorables import {name}\nshown = {name}()\nshown", NUMBERS, "", NUMBERS]
    python = CLASSES[kind]()
    notebook, visit = blank
    visit.errors.clear()  # those of another explorable
    for index, text in enumerate(sources):
        notebook.write(index, text)
    notebook.run_all()
    place = notebook.cell(0).locator(f".explorable[data-explorable={kind}]")
    place.wait_for(timeout=WAIT)
    assert differences(read(place), python.numbers()) == []

    # The page leads: keys on the sliders, and Python's numbers are those of the page.
    sliders = place.locator("input[type=range]")
    for slider in sliders.all():
        slider.focus()
        lowest = float(slider.input_value()) == float(slider.get_attribute("min"))
        visit.page.keyboard.press("ArrowRight" if lowest else "ArrowLeft")
    for radio in place.locator("input:checked").all():
        radio.focus()
        visit.page.keyboard.press("ArrowRight")
    numbers = settled(notebook, 1, place)
    assert numbers != pytest.approx({name: float(value) for name, value in python.numbers().items()})

    # Python leads: each control is set there, and the page follows.
    middle = {name: (3 * v[0] + v[1]) / 4 if is_range(v) else v[-1] for name, v in reach(place).items()}
    notebook.write(2, "\n".join(f"shown.{name} = {value!r}" for name, value in middle.items()))
    notebook.run(2)
    numbers = settled(notebook, 3, place)
    expected = {name: float(v) for name, v in CLASSES[kind](**middle).numbers().items()}
    assert numbers == pytest.approx(expected, nan_ok=True)  # NaN: nothing was tried by hand
    assert visit.errors == [] and visit.left == []


def test_exercise_says_what_the_mistake_was(open_notebook):
    exercise = EXERCISES["neuron.line"]
    written = nbformat.read(EXERCISE_NOTEBOOK, as_version=4)
    at = {cell.id: index for index, cell in enumerate(written.cells)}
    notebook, visit = open_notebook("exercise.ipynb", written)
    notebook.run_all()

    def verdict_on(returned):
        notebook.write(at["line-stub"], f"def line(x, w, b):\n    {returned}")
        notebook.run(at["line-stub"])
        return notebook.run(at["line-check"])

    plain = lambda text: text.replace("`", "")  # noqa: E731  as on the screen
    assert "not attempted yet" in verdict_on("raise NotImplementedError").lower()
    wrong = verdict_on("return w * x")
    assert plain(exercise.mistakes[0][0]) in wrong
    assert plain(exercise.why) not in wrong
    assert plain(exercise.why) in verdict_on("return w * x + b")
    assert "1 of" in notebook.run(len(written.cells) - 1), "progress() has not noticed"

    # The learner's own function, alive under ipywidgets' sliders.
    notebook.run(at["line-play"])
    play = notebook.cell(at["line-play"])
    play.locator("img").wait_for(timeout=WAIT)
    before = play.locator("img").get_attribute("src")
    play.locator(".widget-slider [role=slider]").first.focus()
    visit.page.keyboard.press("ArrowRight")
    for _ in range(100):
        if play.locator("img").count() and play.locator("img").get_attribute("src") != before:
            break
        visit.page.wait_for_timeout(100)
    else:
        raise AssertionError("the plot does not follow the slider")
    assert visit.errors == [] and visit.left == []


def test_the_game_is_played_in_jupyterlab_too_and_after_its_cell_ran_again(blank):
    notebook, visit = blank
    visit.errors.clear()
    for index, text in enumerate(("from helpers.claims.game import game\ngame()", "", "", "")):
        notebook.write(index, text)
    notebook.run_all()
    box = notebook.cell(0).locator(".claims-game")
    box.get_by_role("button", name="All 100").click()
    assert "run the last cell of this page first" in box.inner_text()
    notebook.write(1, "from helpers.claims.ledger import ledger\nledger()")
    notebook.run(1)
    for _ in range(2):
        notebook.run(0)
        box.get_by_role("button", name="All 100").click()
        assert "1 of 100" in box.inner_text() and box.locator(".choices button").count() == 5
        box.get_by_role("button", name="misleading").click()
        assert box.locator(".told").is_visible() and box.locator("a").count() == 0
    assert visit.errors == [] and visit.left == []


def test_a_prediction_is_asked_in_jupyterlab_and_asked_again_by_its_cell(blank):
    """The cell is the widget: it asks, answers, keeps, and shows what was said when it runs again."""
    notebook, visit = blank
    visit.errors.clear()
    asked = next(each for each in predictions().values() if each.choices)
    right = next(text for text, why in asked.choices.items() if why is True)
    place = list(asked.choices).index(right)
    cell = f'from helpers.studying.foretold import foretell\nforetell("{asked.id}")'
    for index, text in enumerate((cell, "", "", "")):
        notebook.write(index, text)
    notebook.run_all()
    box = notebook.cell(0).locator(".foretell")
    answer = box.locator("details > div")
    assert none_seen(answer)
    box.get_by_role("radio").nth(place).check()
    box.get_by_role("button", name="I am sure").click()
    assert box.locator(".told").inner_text() == "✓ Right. You were sure." and is_seen(answer)
    notebook.run(0)
    assert box.locator(".told").inner_text() == "✓ Right. You were sure." and is_seen(answer)
    assert visit.errors == [] and visit.left == []


def test_a_sentence_that_is_often_said_is_judged_in_jupyterlab(blank):
    notebook, visit = blank
    visit.errors.clear()
    claim = claims()["knobs"]
    for index, text in enumerate(('from helpers.claims import often_said\noften_said("knobs")', "", "", "")):
        notebook.write(index, text)
    notebook.run_all()
    box = notebook.cell(0).locator(".often-said")
    assert none_seen(box.get_by_text(claim.why))
    box.get_by_role("radio", name=VERDICTS[claim.verdict][0], exact=True).check()
    assert is_seen(box.get_by_text(claim.why)) and is_seen(box.get_by_text("as you guessed"))
    assert none_seen(box.locator("a"))  # a notebook has no ledger to lead to
    assert visit.errors == [] and visit.left == []
