"""Promise: the moment for which an explorable is there can be seen in its drawing.

It leaves out the numbers, which `test_explorables` holds against Python.
"""

import re

import pytest
from browser import settle, watched
from on_screen import CLASSES, twin

PAGE = '<!doctype html><html lang="en" data-theme="light"><meta charset="utf-8"><body>{}</body></html>'
PUT = "(it, state) => { for (const key in state) it.model.set(key, state[key]); it.model.save_changes(); }"


@pytest.fixture
def opened(chrome, tmp_path):
    """Return opened(kind, **state): an explorable by itself in a browser, as a Locator."""
    visits = []

    def show(kind, **state):
        path = tmp_path / f"{kind}.html"
        path.write_text(PAGE.format(CLASSES[kind](**state).static_html()), encoding="utf-8")
        visits.append(watched(chrome, path.as_uri(), reduced_motion="reduce"))
        place = visits[-1].__enter__().page.locator(".explorable")
        settle(place.page)
        return place

    yield show
    for visit in visits:
        visit.__exit__(None, None, None)


def style(place, selector, name):
    return place.locator(selector).first.evaluate(f"(it) => getComputedStyle(it).getPropertyValue('{name}')")


def test_three_racers_have_three_colours_and_one_can_be_watched(opened):
    place = opened("descent")
    names = ("descent", "momentum", "adam")
    assert len({style(place, f".racer.fresh.{name}", "stroke") for name in names}) == 3
    place.get_by_label("Adam", exact=True).check(force=True)
    settle(place.page)
    faint = {name: float(style(place, f".racer.fresh.{name}", "opacity")) < 0.3 for name in names}
    assert faint == {"descent": True, "momentum": True, "adam": False}


def test_only_neighbours_have_names_in_the_map_of_words(opened):
    place = opened("embedding_map", step=8.0)
    labels = place.locator("text.label").all()
    shown = {each.text_content() for each in labels if each.is_visible()}
    near = set(place.locator("dl.near dt").all_inner_texts()[1:])
    assert shown == {"dog", "dogs"} | near and len(near) == 6 < len(labels)
    assert style(place, ".word.farm", "fill") != style(place, ".word.sea", "fill")


def test_words_travel_from_table_to_table(opened):
    place = opened("embedding_map")
    place.page.emulate_media(reduced_motion="no-preference")
    where = "(it) => it.querySelectorAll('svg .word')[9].getAttribute('transform')"
    start = place.evaluate(where)
    place.evaluate(PUT, {"step": 8})
    settle(place.page, 4)
    under_way = place.evaluate(where)
    place.page.wait_for_timeout(700)
    assert len({start, under_way, place.evaluate(where)}) == 3


def test_a_line_parts_the_hidden_answers_where_xor_is_solved(opened):
    place = opened("network", **CLASSES["network"]().presets["XOR by hand"])
    line = place.locator(".twins > div:nth-child(2) path.line")
    marks = place.locator(".twins > div:nth-child(2) g.mark")
    a, b, c, d = map(float, re.findall(r"-?[\d.]+", line.get_attribute("d"))[:4])
    sides = []
    for mark in marks.all():
        x, y = map(float, re.findall(r"-?[\d.]+", mark.get_attribute("transform"))[:2])
        sides.append((mark.text_content(), (c - a) * (y - b) > (d - b) * (x - a)))
    assert len(set(sides)) == 2 and sorted(word for word, _ in set(sides)) == ["0", "1"]


def test_wires_are_as_wide_as_their_gradients_and_holding_trains(opened):
    place = opened("backprop", step=9.0)
    numbers = twin(place).numbers()
    wires = place.locator("path.wire").all()
    wide = [
        float(each.evaluate("(it) => getComputedStyle(it).strokeWidth").removesuffix("px")) for each in wires
    ]
    steep = [abs(numbers[f"d_{name}"]) for name in ("w11", "w12", "w21", "w22", "w31", "w32")]
    assert [w > 1 for w in wide] == [g > 0 for g in steep]
    ratios = [(w - 1) / g for w, g in zip(wide, steep, strict=True)]
    assert max(ratios) == pytest.approx(min(ratios))
    start, loss = twin(place).state(), numbers["loss"]
    place.get_by_role("button", name="Hold to train").hover()
    place.page.mouse.down()
    place.page.wait_for_function("(it) => it.model.get('w21') > 0.6", arg=place.element_handle())
    place.page.wait_for_timeout(400)
    place.page.mouse.up()
    settle(place.page)
    assert twin(place).numbers()["loss"] < loss / 2
    place.get_by_role("button", name="Reset").click()
    settle(place.page)
    assert twin(place).state() == start


# What an explorable says when something has happened, and the state in which it says it.
SAID = {
    "neuron": {"w": 1.9, "b": 3.3},
    "loss_surface": {"w": 1.9, "b": 3.3},
    "descent": {"rate": 0.3, "step": 60},
}


@pytest.mark.parametrize("kind", SAID)
def test_nothing_grows_when_something_is_said(opened, kind):
    place = opened(kind)
    heights = []
    for width in (760, 1000):
        place.page.set_viewport_size({"width": width, "height": 900})
        for state in (CLASSES[kind]().state(), SAID[kind]):
            place.evaluate(PUT, {name: state[name] for name in SAID[kind]})
            settle(place.page)
            heights.append(place.bounding_box()["height"])
    assert heights[0] == pytest.approx(heights[1], abs=1) and heights[2] == pytest.approx(heights[3], abs=1)


def test_the_handle_of_the_weight_stays_on_the_line(opened):
    place = opened("neuron")
    on_line = """(it) => {
      const handle = it.querySelector(".handle.weight").getBoundingClientRect();
      const line = it.querySelector("line.line"), at = (name) => Number(line.getAttribute(name));
      const middle = new DOMPoint(handle.x + handle.width / 2, handle.y + handle.height / 2);
      const { x, y } = middle.matrixTransform(line.getScreenCTM().inverse());
      return Math.abs(at("y1") + ((x - at("x1")) / (at("x2") - at("x1"))) * (at("y2") - at("y1")) - y);
    }"""
    for w, b in ((1.0, 0.0), (-4.0, 8.0), (4.0, 8.0), (0.0, 3.0), (-4.0, -1.0)):
        place.evaluate(PUT, {"w": w, "b": b})
        settle(place.page)
        assert place.evaluate(on_line) < 1, (w, b)
