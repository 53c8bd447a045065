"""Each explorable by itself in a browser, over http and from a file: it answers, its numbers are true."""

import itertools
import json
import re
from contextlib import ExitStack

import numpy as np
import pytest
from browser import served, settle, watched
from on_screen import CLASSES, differences, is_range, press_every_control, reach, read, twin, walk

KINDS = list(CLASSES)
PAGE = """<!doctype html><html lang="en" data-theme="light"><meta charset="utf-8"><title>Explorable</title>
<meta name="viewport" content="width=device-width"><body style="margin: 0">{}</body></html>"""
NUMBERS = itertools.count()
MODELS = {"surgery": 180_000, "learning": 545_000}  # bytes of the parameters: one model, and eight
NONSENSE = ["abc", "", "%20", "NaN", "Infinity", "1e999", "[object Object]", "%00", "<b>"]


SIZE = {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder for pages, and the address at which it is served."""
    path = tmp_path_factory.mktemp("pages")
    with served(path) as address:
        yield path, address


@pytest.fixture(scope="module")
def shared(chrome):
    """One watched page that the tests use in turn: to open a new one takes longer than most of them."""
    with watched(chrome, "about:blank") as visit:
        yield visit


@pytest.fixture
def show(chrome, folder, shared):
    """Return show(*explorables, how=…): the watched page on which they stand one below the other.

    With options of the browser it is a page of its own.
    """
    path, address = folder
    with ExitStack() as stack:

        def open_page(*shown, how="http", after="", **options):
            name = f"{next(NUMBERS)}.html"  # one that is new before the #, or nothing starts anew
            body = "".join(each.static_html() for each in shown)
            (path / name).write_text(PAGE.format(body), encoding="utf-8")
            home = address if how == "http" else path.as_uri() + "/"
            if options:
                return stack.enter_context(watched(chrome, home + name + after, **options))
            shared.errors.clear()
            shared.left.clear()
            shared.page.set_viewport_size(SIZE)
            shared.page.goto(home + name + after, wait_until="load")
            settle(shared.page)
            return shared

        yield open_page


def grid(controls, count=24, seed=0):
    """Return states: every control at its ends with the others where they are, corners, and random states."""
    rng = np.random.default_rng(seed)
    states = [{name: end} for name, values in controls.items() for end in values]
    corners = itertools.product(*(values if len(values) == 2 else values[:1] for values in controls.values()))
    states += [dict(zip(controls, corner, strict=True)) for corner in itertools.islice(corners, 8)]
    for _ in range(count):
        draw = lambda v: float(rng.uniform(*v)) if is_range(v) else str(rng.choice(v))  # noqa: E731
        states.append({name: draw(values) for name, values in controls.items()})
    return states


@pytest.mark.parametrize("how", ["http", "file"])
@pytest.mark.parametrize("kind", KINDS)
def test_numbers_equal_python(show, kind, how):
    visit = show(CLASSES[kind](), how=how)
    place = visit.page.locator(".explorable")
    states = grid(reach(place)) if how == "http" else grid(reach(place), count=8)[-12:]  # the same code
    assert len(states) > (20 if how == "http" else 9), "a grid that is too small proves little"
    state, wrong = CLASSES[kind]().state(), []
    for change, shown in zip(states, walk(place, states), strict=True):
        state |= change
        wrong += [f"{change}: {each}" for each in differences(shown, CLASSES[kind](**state).numbers())]
    assert not wrong, "\n".join(wrong[:20])
    assert visit.errors == [] and visit.left == []


@pytest.mark.parametrize("kind", KINDS)
def test_starts_where_python_says(show, kind):
    limits = reach(show(CLASSES[kind]()).page.locator(".explorable"))
    name, (low, high) = next((name, ends) for name, ends in limits.items() if is_range(ends))
    python = CLASSES[kind](**{name: (low + 3 * high) / 4})
    place = show(python).page.locator(".explorable")
    assert differences(read(place), python.numbers()) == []


@pytest.mark.parametrize("kind", KINDS)
def test_keys_and_reset(show, kind):
    page = show(CLASSES[kind]()).page
    place = page.locator(".explorable")
    start = twin(place).state()
    assert press_every_control(page, place) == []
    after = twin(place)
    assert [name for name in reach(place) if getattr(after, name) == start[name]] == []
    assert differences(read(place), after.numbers()) == []
    place.get_by_role("button", name="Reset").click()
    settle(page)
    assert twin(place).state() == start
    assert differences(read(place), CLASSES[kind]().numbers()) == []
    for slider in place.locator("input[type=range]").all():
        assert float(slider.input_value()) == pytest.approx(start[slider.get_attribute("data-control")])


@pytest.mark.parametrize("kind", KINDS)
def test_every_button_does_what_python_says(show, kind):
    """Each is pressed by key: a preset sets what Python named, and after each the numbers are true."""
    python = CLASSES[kind]()
    presets = getattr(python, "presets", {})
    visit = show(python)
    place, pressed = visit.page.locator(".explorable"), []
    for button in place.get_by_role("button").all():
        pressed.append(button.inner_text())
        button.press("Enter")
        if button.inner_text() == "Pause":  # it plays: stop it
            button.press("Enter")
        settle(visit.page)
        after = twin(place)
        for name, value in presets.get(pressed[-1], {}).items():
            assert getattr(after, name) == value, f"{pressed[-1]} sets {name} to {getattr(after, name)}"
        assert differences(read(place), after.numbers()) == [], pressed[-1]
        assert not re.search(r"\[object|undefined|NaN|\{", place.inner_text()), (
            "text that no reader understands"
        )
    assert {"Reset", "Copy link", *presets} <= set(pressed) and visit.errors == []


def test_some_explorables_have_presets():
    assert {kind for kind in KINDS if "presets" in CLASSES[kind]().state()} >= {"network", "block"}


@pytest.mark.parametrize("kind", KINDS)
def test_handles_stay_within_the_sliders(show, kind):
    page = show(CLASSES[kind]()).page
    place = page.locator(".explorable")
    limits = reach(place)
    for index in range(place.locator(".handle").count()):
        before = twin(place).state()
        box = place.locator(".handle").nth(index).bounding_box()
        middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        for far in (24, -4000, 4000):
            page.mouse.move(*middle)
            page.mouse.down()
            page.mouse.move(middle[0] + far, middle[1] + far, steps=3)
            page.mouse.up()
            settle(page)
            after = twin(place)
            for name, (low, high) in ((n, v) for n, v in limits.items() if is_range(v)):
                assert low <= getattr(after, name) <= high, f"handle {index} drags {name} beyond its slider"
            if far == 24:
                assert after.state() != before, f"handle {index} moves nothing"
            place.get_by_role("button", name="Reset").click()
            settle(page)


@pytest.mark.parametrize("kind", KINDS)
def test_shared_address(show, kind):
    python = CLASSES[kind]()
    limits = reach(show(python).page.locator(".explorable"))
    state = {name: (3 * v[0] + v[1]) / 4 if is_range(v) else v[-1] for name, v in limits.items()}
    after = f"#{kind}?" + "&".join(f"{name}={value}" for name, value in state.items())
    page = show(python, after=after).page
    place = page.locator(".explorable")
    assert {name: getattr(twin(place), name) for name in state} == pytest.approx(state)
    assert differences(read(place), twin(place).numbers()) == []
    place.get_by_role("button", name="Reset").click()
    settle(page)
    assert twin(place).state() == python.state()


@pytest.mark.parametrize("kind", KINDS)
def test_nonsense_in_the_address_is_ignored(show, kind):
    python = CLASSES[kind]()
    names = [*python.controls, "nobody", "constructor", "__proto__", "controls"]
    visit = show(python)
    home = visit.page.url
    for i, text in enumerate(NONSENSE):  # new before the # too, or nothing starts anew
        visit.page.goto(f"{home}?{i}#{kind}?" + "&".join(f"{name}={text}" for name in names))
        settle(visit.page)
        assert twin(visit.page.locator(".explorable")).state() == python.state(), text
    assert visit.errors == []


@pytest.mark.parametrize("kind", KINDS)
def test_huge_values_in_the_address_are_clamped(show, kind):
    python = CLASSES[kind]()
    visit = show(python, after=f"#{kind}?" + "&".join(f"{name}=1e300" for name in python.controls))
    place = visit.page.locator(".explorable")
    for name, values in reach(place).items():
        expected = values[1] if is_range(values) else getattr(python, name)
        assert getattr(twin(place), name) == expected
    assert visit.errors == []


@pytest.mark.parametrize("kind", KINDS)
def test_copied_link_brings_the_state_back(show, kind):
    page = show(CLASSES[kind]()).page
    place = page.locator(".explorable")
    slider = place.locator("input[type=range]").first
    slider.focus()
    page.keyboard.press("ArrowRight")
    expected = twin(place).state()
    place.get_by_role("button", name="Copy link").click()
    page.wait_for_url(re.compile(f"#{kind}"))
    page.reload()
    settle(page)
    assert twin(place).state() == expected


@pytest.mark.parametrize("kind", KINDS)
def test_two_on_one_page_are_independent(show, kind):
    page = show(CLASSES[kind](), CLASSES[kind]()).page
    first, second = (page.locator(".explorable").nth(i) for i in (0, 1))
    untouched = second.inner_html()
    for each in first.locator("input[type=range], input:checked").all():
        each.focus()
        page.keyboard.press("ArrowRight")
    settle(page)
    assert second.inner_html() == untouched
    assert second.locator("input:checked").count() == second.locator("fieldset.choice").count()
    assert twin(first).state() != twin(second).state() == CLASSES[kind]().state()
    twice = page.evaluate("""() => {
      const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
      return ids.filter((id, i) => ids.indexOf(id) !== i);
    }""")
    assert twice == [], "ids stand twice on the page"


def test_all_on_one_page(show):
    visit = show(*(kind() for kind in CLASSES.values()))
    for place in visit.page.locator(".explorable").all():
        assert differences(read(place), twin(place).numbers()) == []
    assert visit.errors == []


@pytest.mark.parametrize("kind", KINDS)
def test_colours_follow_the_theme(show, kind):
    page = show(CLASSES[kind]()).page
    colours = "(e) => { const s = getComputedStyle(e); return [s.color, s.backgroundColor] }"
    light = page.locator(".explorable").evaluate(colours)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    dark = page.locator(".explorable").evaluate(colours)
    brightness = lambda colour: sum(map(int, re.findall(r"\d+", colour)[:3]))  # noqa: E731
    assert brightness(light[0]) < brightness(light[1])
    assert brightness(dark[0]) > brightness(dark[1])


@pytest.mark.parametrize("kind", KINDS)
def test_fits_the_screen(show, kind):
    page = show(CLASSES[kind]()).page
    for details in page.locator("details").all():
        details.evaluate("(e) => { e.open = true }")
    wider = """() => [...document.querySelectorAll(".explorable, .explorable *")]
      .filter((e) => !e.closest("svg svg, svg *") && e.getBoundingClientRect().right > innerWidth + 0.5)
      .map((e) => e.tagName + "." + e.className)"""
    for width in (320, 390, 768):
        page.set_viewport_size({"width": width, "height": 800})
        settle(page)
        assert page.evaluate(wider) == [], f"at {width} px"
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_moves_for_those_who_ask(show, kind):
    moving = """() => [...document.querySelectorAll(".explorable, .explorable *")].filter((e) => {
      const s = getComputedStyle(e);
      return s.transitionDuration.split(", ").some((t) => t !== "0s") || s.animationName !== "none";
    }).map((e) => e.tagName + "." + e.className)"""
    assert show(CLASSES[kind](), reduced_motion="reduce").page.evaluate(moving) == []
    assert show(CLASSES[kind]()).page.evaluate(moving) != [], "nothing ever moves: this test tests nothing"


@pytest.mark.parametrize("kind", KINDS)
def test_without_javascript(show, kind):
    visit = show(CLASSES[kind](), java_script_enabled=False)
    assert CLASSES[kind].summary in visit.page.locator(".explorable").inner_text()
    assert len(CLASSES[kind].summary) > 20


@pytest.mark.parametrize("kind", KINDS)
def test_view_is_small_and_brings_everything(kind):
    """40 kB; whole models with their words, and a record of another, travel besides, with their page."""
    text, state = CLASSES[kind]().static_html(), CLASSES[kind]().state()
    names = ("numbers16", "moments", "shapes", "words", "knobs") if kind in MODELS else ()
    models = sum(len(json.dumps(state.get(name, 0))) for name in names)
    assert len(text.encode()) - models < 42_000 and models <= MODELS.get(kind, 0)
    addresses = set(re.findall(r"(?:https?:)?//[\w.-]+\.\w+[^\s\"'`]*", text)) - {
        "http://www.w3.org/2000/svg"
    }
    assert not addresses and "import(" not in text and not re.search(r"^import ", text, re.M)


@pytest.mark.parametrize("kind", KINDS)
def test_state_cannot_close_its_script(show, kind):
    evil = "</script><script>document.title = 'broken'</script><!-- \u2028 \"'"
    python = CLASSES[kind]()
    words = [
        name
        for name, value in python.state().items()
        if isinstance(value, str) and name not in python.controls
    ]
    python = CLASSES[kind](**dict.fromkeys(words, evil))
    visit = show(python)
    assert visit.page.title() == "Explorable" and visit.errors == []
    assert twin(visit.page.locator(".explorable")).state() == python.state()
    held = re.search(r'<script type="application/json">(.*?)</script>', python.static_html(), re.S)[1]
    assert json.loads(held) == python.state()


@pytest.mark.parametrize("kind", KINDS)
def test_on_a_phone_a_knob_and_its_picture_are_in_one_view(show, kind):
    """A thumb near the lower edge turns a knob; the eyes are on a picture that is still in view, by half."""
    page = show(CLASSES[kind](), viewport={"width": 390, "height": 844}).page
    page.evaluate("document.body.style.paddingBottom = '100vh'")
    unseen = """(knob) => {
      window.scrollBy(0, knob.getBoundingClientRect().bottom - innerHeight * 0.85);
      const pictures = [...document.querySelectorAll(".explorable :is(svg, canvas, table, .next, .bars)")];
      const seen = pictures.some((picture) => {
        const { top, bottom, height } = picture.getBoundingClientRect();
        return height >= 40 && Math.min(bottom, innerHeight) - Math.max(top, 0) >= height / 2;
      });
      return seen ? null : knob.getAttribute("aria-label") ?? knob.closest("label, .slider")?.innerText;
    }"""
    knobs = page.locator(".explorable .panel input[type=range]:visible").all()
    lost = [knob.evaluate(unseen) for knob in knobs]
    assert not [name for name in lost if name], f"{len(knobs)} knobs"


# [size on the screen in px, words] of each text of a drawing that is seen.
LETTERS = """() => [...document.querySelectorAll(".explorable svg text")].flatMap((text) => {
  const { width, height } = text.getBoundingClientRect();
  if (!text.textContent.trim() || !width || !height) return [];
  if (!text.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return [];
  const { a, b } = text.getScreenCTM();
  return [[parseFloat(getComputedStyle(text).fontSize) * Math.hypot(a, b), text.textContent]];
})"""


@pytest.mark.parametrize("kind", list(CLASSES))
def test_on_a_phone_the_words_of_a_picture_can_be_read(show, kind):
    page = show(CLASSES[kind](), viewport={"width": 390, "height": 844}).page
    assert [(round(size, 1), words) for size, words in page.evaluate(LETTERS) if size < 11] == []


@pytest.mark.parametrize("kind", list(CLASSES))
def test_undo_goes_one_turn_back(show, kind):
    """Every control is turned, and one of them again: Undo leads back to the start, and then rests."""
    page = show(CLASSES[kind]()).page
    place = page.locator(".explorable")
    undo = place.get_by_role("button", name="Undo", exact=True)
    start = twin(place).state()
    assert undo.is_disabled()
    assert press_every_control(page, place) == []
    settle(page)
    middle = twin(place).state()
    page.wait_for_timeout(600)  # another turn, and not the same
    slider = place.locator("input[type=range]:visible").last
    slider.press("ArrowRight" if slider.input_value() != slider.get_attribute("max") else "ArrowLeft")
    settle(page)
    assert twin(place).state() != middle
    undo.click()
    settle(page)
    assert twin(place).state() == middle
    presses = 1
    while undo.is_enabled():
        assert presses < 100
        undo.click()
        settle(page)
        presses += 1
        assert differences(read(place), twin(place).numbers()) == []
    assert twin(place).state() == start and presses >= 2
