"""Promise: in a contrast theme ("forced colours") an explorable loses nothing that carries meaning.

It leaves out the rest of a page, and ordinary themes; those are in `test_browser` and `test_explorables`.
"""

import io
import re

import numpy as np
import pytest
from browser import watched
from on_screen import CLASSES
from PIL import Image

PAGE = """<!doctype html><html lang="en" data-theme="{}"><meta charset="utf-8"><title>Explorables</title>
<body style="margin: 0">{}</body></html>"""
# Each thing that is drawn, and its colours. It leaves out the lines of a grid, what only hides something, and
# the figure in a dark disc.
DRAWN = """() => {
  const shapes = "line, path, circle, rect, ellipse, text";
  return [...document.querySelectorAll(`.explorable svg :is(${shapes})`)]
    .filter((each) => !each.closest(".grid, .gaps, .halo, .back, .mark.one text, clipPath"))
    .map((each) => {
      const { stroke, fill } = getComputedStyle(each);
      return [each.outerHTML, [stroke, fill].filter((colour) => /^rgb\\(|0\\.[5-9]\\d*\\)$/.test(colour))];
    });
}"""
BARS = {  # what differs from the card by its background alone
    "block": ".shares i.feed-forward",
    "sampler": ".next li:nth-child(2) .track i",
    "attention": ".heat tr:first-child td:nth-child(2)",
    "network": "td.here",
}


class Shown:
    """A page with all explorables, the picture of all of it, and the colour that they stand on."""

    def __init__(self, page):
        self.page = page
        picture = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
        self.picture = np.asarray(picture).astype(int)  # [height, width, 3]
        background = page.locator(".explorable").first.evaluate("(e) => getComputedStyle(e).backgroundColor")
        self.card = colour(background)

    def pixels(self, locator):
        """Return the part of the picture that shows an element, [height, width, 3]."""
        box = {name: round(value) for name, value in locator.bounding_box().items()}
        return self.picture[box["y"] : box["y"] + box["height"], box["x"] : box["x"] + box["width"]]


@pytest.fixture(scope="module", params=["light on dark", "dark on light", "light on light", "dark on dark"])
def shown(chrome, tmp_path_factory, request):
    """All explorables on a page of one theme, read on a machine whose contrast theme is light or dark."""
    theme, forced = request.param.split(" on ")
    path = tmp_path_factory.mktemp("pages") / "contrast.html"
    body = "".join(kind().static_html() for kind in CLASSES.values())
    path.write_text(PAGE.format(theme, body), encoding="utf-8")
    with watched(chrome, path.as_uri(), forced_colors="active", color_scheme=forced) as visit:
        visit.page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        yield Shown(visit.page)


def colour(text):
    return [int(part) for part in re.findall(r"\d+", text)[:3]]


def contrast(one, other):
    """Return the contrast of two colours (three numbers up to 255), as WCAG 2 defines it: 1 to 21."""
    shares = np.array([one, other]) / 255
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    low, high = sorted(linear @ (0.2126, 0.7152, 0.0722))
    return (high + 0.05) / (low + 0.05)


def test_what_is_drawn_stands_out(shown):
    drawn = shown.page.evaluate(DRAWN)
    assert len(drawn) > 500
    best = {what: max((contrast(colour(each), shown.card) for each in has), default=0) for what, has in drawn}
    assert {what: value for what, value in best.items() if value < 3} == {}


def test_tracks_of_sliders_can_be_seen(shown):
    sliders = shown.page.locator(".panel:not(.behind) > .slider > input").all()
    assert len(sliders) > 40
    for slider in sliders:
        track = shown.pixels(slider)[12, 4:-4]  # the middle of 24 lines
        seen = np.mean([contrast(pixel, shown.card) > 3 for pixel in track])
        assert seen > 0.8, f"{seen:.0%} of the track of {slider.get_attribute('data-control')} can be seen"


def test_what_is_chosen_can_be_told(shown):
    groups = shown.page.locator("fieldset.choice").all()
    assert len(groups) > 10
    for group in groups:
        chosen = shown.pixels(group.locator("input:checked + span"))[5, 14]
        for other in group.locator("input:not(:checked) + span").all():
            assert contrast(chosen, shown.pixels(other)[5, 14]) > 3, group.inner_text()


@pytest.mark.parametrize("kind", BARS)
def test_bars_and_shades_can_be_seen(shown, kind):
    bar = shown.page.locator(f".explorable[data-explorable={kind}] {BARS[kind]}").first
    assert contrast(shown.pixels(bar)[3, 3], shown.card) > 1.2
