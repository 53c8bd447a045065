"""The numbers that an explorable shows in a page, held against the numbers that Python computes."""

import math
import re
from decimal import ROUND_HALF_UP, Decimal

from helpers import explorables

CLASSES = {getattr(explorables, name).view: getattr(explorables, name) for name in explorables.__all__}

# What the page shows, read after the next drawing: views draw once a frame, and have asked for it before us.
READ = """async (element) => {
  await new Promise(requestAnimationFrame);
  return [...element.querySelectorAll("[data-name]")].map((each) => ({
    name: each.dataset.name, value: each.dataset.value, digits: each.dataset.digits, text: each.textContent,
  }));
}"""
# One visit for a whole grid: put each state into the page's model and read every number.
WALK = """async (element, states) => {
  const seen = [];
  for (const state of states) {
    for (const [name, value] of Object.entries(state)) element.model.set(name, value);
    element.model.save_changes();
    seen.push(await (READ)(element));
  }
  return seen;
}""".replace("READ", READ)
STATE = "(element, names) => Object.fromEntries(names.map((name) => [name, element.model.get(name)]))"
CONTROLS = """(element) => [...element.querySelectorAll("[data-control]")].map(
  ({ type, min, max, value, dataset }) => ({ name: dataset.control, type, min, max, value }))"""


def twin(place):
    """Return the Python explorable in the state that a page's explorable (a Locator) is in."""
    kind = CLASSES[place.get_attribute("data-explorable")]
    return kind(**place.evaluate(STATE, list(kind().state())))


def reach(place):
    """Return what each control can be set to: name -> [low, high] for a slider, the values for a choice."""
    found = {}
    for each in place.evaluate(CONTROLS):
        if each["type"] == "range":
            found[each["name"]] = [float(each["min"]), float(each["max"])]
        else:
            found.setdefault(each["name"], []).append(each["value"])
    return found


def is_range(values):
    return isinstance(values[0], float)


def read(place):
    """Return the numbers that an explorable shows in a page, one dictionary for each element."""
    return place.evaluate(READ)


def walk(place, states):
    """Put a page's explorable into each state, and return for each the numbers that the page shows."""
    return place.evaluate(WALK, list(states))


def rounded(value, digits=4):
    """Return the text that stands for a number: two decimals, more where needed, 1,000, a true minus."""
    if not math.isfinite(value):
        return "none"
    exact = Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    text = re.sub(r"(\.\d\d\d*?)0+$", r"\1", f"{exact:,f}")
    return text.removeprefix("-") if not exact else text.replace("-", "−")


def differences(shown, numbers):
    """Return one sentence for each way in which a page's numbers are not Python's `numbers()`."""
    wrong = [f"{name} is in Python only" for name in numbers.keys() - {each["name"] for each in shown}]
    for each in shown:
        name, text = each["name"], each["text"]
        if name not in numbers:
            wrong.append(f"{name} is in the page only")
            continue
        expected, value = float(numbers[name]), float(each["value"] if each["value"] is not None else "nan")
        if not math.isfinite(expected):
            same = not math.isfinite(value)
        else:
            same = math.isclose(value, expected, rel_tol=1e-6, abs_tol=1e-9)
        if not same:
            wrong.append(f"{name}: the page has {value}, Python {expected}")
        elif text != rounded(value, int(each["digits"] or 4)):
            wrong.append(f"{name}: {value} is shown as {text}")
    return wrong


def press_every_control(page, place):
    """Turn each control of an explorable by one key; return a sentence for each that does not answer."""
    silent = []
    for slider in place.locator("input[type=range]").all():
        name, before = slider.get_attribute("data-control"), slider.input_value()
        text = place.locator(f"output[for='{slider.get_attribute('id')}']").inner_text()
        slider.focus()
        page.keyboard.press("ArrowRight" if before != slider.get_attribute("max") else "ArrowLeft")
        shown = [each for each in read(place) if each["name"] == name]
        after = place.locator(f"output[for='{slider.get_attribute('id')}']").inner_text()
        if before == slider.input_value() or text == after:
            silent.append(f"{name} does not answer an arrow key")
        elif any(float(each["value"]) != float(slider.input_value()) for each in shown):
            silent.append(f"{name} moved, its number did not")
    for box in place.locator("input[type=text]").all():
        box.fill(" ".join(box.input_value().split()[:-1]))  # without its last word
    for group in place.locator("fieldset.choice").all():
        before = group.locator("input:checked").input_value()
        group.locator("input:checked").focus()
        page.keyboard.press("ArrowRight")
        if group.locator("input:checked").input_value() == before:
            silent.append(f"{group.locator('legend').inner_text()} does not answer an arrow key")
    return silent
