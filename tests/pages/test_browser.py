"""The built book in a real browser, page by page: nothing leaves, nothing fails, everything answers."""

import re
from pathlib import Path

import nbformat
import pytest
import visible
import yaml
from axe_playwright_python.sync_playwright import Axe
from browser import MOST_FILES, most_bytes, settle, watched
from measures import jumps, shape, watch_jumps
from on_screen import CLASSES, differences, press_every_control, read, twin
from readable import read_all

ROOT = Path(__file__).parents[2]


def files_in(entry):
    """Return the pages of an entry of _toc.yml and of all entries below it, in the order of the book."""
    below = [*entry.get("parts", []), *entry.get("chapters", []), *entry.get("sections", [])]
    own = [entry[key] for key in ("root", "file") if key in entry]
    return own + [page for each in below for page in files_in(each)]


TOC = files_in(yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8")))
PAGES = [*TOC, "search"]
NOTEBOOKS = [page for page in TOC if re.match(r"\w+/\d\d_", page)]


@pytest.fixture(scope="module", params=PAGES)
def seen(request, chrome, home):
    """Each page of the book in turn, opened once for all the tests that look at it, in their order here."""
    with watched(chrome, f"{home}{request.param}.html", color_scheme="light", prepare=watch_jumps) as visit:
        yield visit


def open_details(page):
    """Unfold every answer, hint and hidden input, so that what they hold is looked at too."""
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    settle(page)


def test_every_page_is_tried(book):
    built = {path.relative_to(book).with_suffix("").as_posix() for path in book.rglob("*.html")}
    assert {page for page in built if not page.startswith("_")} == {*PAGES, "index"}


@pytest.mark.parametrize("how", ["http", "file"])
def test_index_leads_to_the_first_page(visit, how):
    with visit(TOC[0], how) as seen:
        seen.page.goto(seen.page.url.replace(TOC[0], "index"))
        seen.page.wait_for_url(f"**/{TOC[0]}.html")
        assert seen.errors == [] and seen.left == []


def test_nothing_jumps_while_a_page_comes_and_is_read(seen):
    shift, what = jumps(seen.page)
    assert shift < 0.05, what


# Chapters that begin with more than a screen of text; each has its first picture where its subject needs it.
LATE = {"00_numpy", "02_boundary", "02_tables", "04_loss", "06_descent", "07_generalisation", "08_embeddings"}


def test_a_chapter_is_no_wall_of_code_and_begins_with_a_picture(seen):
    page = re.search(r"/chapters/(\d\d_\w+)\.html", seen.page.url)
    if page:
        found = shape(seen.page)
        assert found["code"] <= 0.25, f"{found['code']:.1%} of the page's height is code"
        late = found["first"] > 1000
        assert late == (page[1] in LATE), f"the first picture or widget stands at {found['first']:.0f} px"


def test_the_watch_for_jumps_sees_one(chrome, home):
    with watched(chrome, f"{home}{TOC[1]}.html", prepare=watch_jumps) as visit:
        assert jumps(visit.page)[0] < 0.05
        visit.page.evaluate("document.querySelector('main').style.paddingTop = '300px'")
        assert jumps(visit.page)[0] > 0.05


def test_light_and_alone(seen):
    seen.page.evaluate("scrollTo(0, document.body.scrollHeight)")  # what loads late loads now
    seen.page.wait_for_load_state("networkidle")
    assert seen.left == [], "requests to other hosts"
    assert seen.errors == []
    assert len(seen.requests) <= MOST_FILES, "\n".join(seen.requests)
    assert seen.weight() <= most_bytes(seen.page.url.split("/", 3)[3])
    wide = "(all) => all.filter((e) => e.scrollWidth > e.clientWidth).map((e) => e.textContent)"
    assert seen.page.locator(".cell_input pre").evaluate_all(wide) == [], "code that has to be scrolled"


def test_explorables_answer(seen):
    for place in seen.page.locator(".explorable[data-explorable]").all():
        assert differences(read(place), twin(place).numbers()) == []
        assert press_every_control(seen.page, place) == []
        assert differences(read(place), twin(place).numbers()) == []
    assert seen.left == [] and seen.errors == []


@pytest.mark.parametrize("page", PAGES)
def test_opens_from_a_file(visit, page):
    with visit(page, "file") as seen:
        for place in seen.page.locator(".explorable[data-explorable]").all():
            before = twin(place).state()
            place.locator("input[type=range]").first.press("ArrowRight")  # http has tried all the others
            assert twin(place).state() != before
            assert differences(read(place), twin(place).numbers()) == []
        assert seen.left == [] and seen.errors == []


def test_every_explorable_stands_in_the_book(book):
    text = "".join((book / f"{page}.html").read_text(encoding="utf-8") for page in TOC)
    assert set(re.findall(r'data-explorable="(\w+)"', text)) == set(CLASSES)


def test_notebook_downloads(seen, home):
    page = seen.page.url.removeprefix(home).removesuffix(".html")
    links = seen.page.get_by_role("link", name="Download this notebook")
    assert links.count() == (page in NOTEBOOKS)
    if page not in NOTEBOOKS:
        return
    with seen.page.expect_download() as waiting:
        links.click()
    folder, name = page.split("/")
    wanted = f"{name}.ipynb" if folder == "chapters" else f"{name}_{folder}.ipynb"
    assert waiting.value.suggested_filename == wanted  # what a tab calls it, and no two are called the same
    notebook = nbformat.read(waiting.value.path(), as_version=4)
    nbformat.validate(notebook)
    assert notebook == nbformat.read(ROOT / f"{page}.ipynb", as_version=4)


def test_everything_can_be_read(seen):
    if not seen.page.url.endswith("/search.html"):  # asks to be filled in
        read_all(seen.page, folds=seen.page.get_by_role("link", name="Download this notebook").count())


@pytest.mark.parametrize("page", PAGES)
def test_everything_can_be_read_without_javascript(visit, page):
    with visit(page, java_script_enabled=False) as seen:
        assert len(seen.page.locator("main").inner_text()) > (60 if page == "search" else 300)
        for place in seen.page.locator(".explorable[data-explorable]").all():
            assert CLASSES[place.get_attribute("data-explorable")].summary in place.inner_text()
        for formula in seen.page.locator("main :not(details *, [hidden] *) > math").all()[:5]:
            assert formula.bounding_box()["width"] > 0
        if page in TOC:
            read_all(seen.page, folds=page in NOTEBOOKS)
            dead = visible.seen(seen.page.locator("button:not([popovertarget])"))
            assert dead == [], "a button that does nothing"
        assert seen.left == []


# What reaches beyond the right edge and cannot be scrolled to within its own box.
WIDER = """() => [...document.querySelectorAll("main *")].filter((element) => {
  const box = element.getBoundingClientRect();
  if (!box.width || !box.height || box.right <= document.documentElement.clientWidth + 1) return false;
  for (let at = element.parentElement; at; at = at.parentElement)
    if (["auto", "scroll"].includes(getComputedStyle(at).overflowX) || at.tagName === "svg") return false;
  return true;
}).map((element) => element.outerHTML.slice(0, 120))"""


def test_fits_a_phone(seen):
    open_details(seen.page)
    for width in (390, 320):
        seen.page.set_viewport_size({"width": width, "height": 800})
        settle(seen.page)
        assert seen.page.evaluate(WIDER) == [], f"at {width} px"
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= width


# Selectors are half of axe's time; the HTML of a finding says as much.
AXE = {"resultTypes": ["violations"], "selectors": False}
COLOURS = ("color-contrast", "link-in-text-block")
# Mark one element of each look. What axe says of colours depends on these properties and on nothing else, and
# a page has thirty looks in a thousand elements.
LOOKS = """() => {
  const looks = new Set();
  for (const element of document.body.querySelectorAll("*")) {
    delete element.dataset.look;
    if (![...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim())) continue;
    const { color, fill, fontSize, fontWeight, textDecorationLine, textShadow } = getComputedStyle(element);
    const look = [color, fill, fontSize, fontWeight, textDecorationLine, textShadow];
    const link = element.closest("a");
    if (link) look.push(getComputedStyle(link.parentElement).color);
    const under = new Set();
    for (let at = element; at; at = at.parentElement) {
      const { backgroundColor, backgroundImage, opacity, filter } = getComputedStyle(at);
      under.add([backgroundColor, backgroundImage, opacity, filter].join());
    }
    const key = [...look, ...under].join("|");
    if (!looks.has(key)) element.dataset.look = "";
    looks.add(key);
  }
  return looks.size;
}"""
# The other rules ask nothing of a piece of code, of a formula or of a curve, and those are most of a page.
# A formula that names a button stays: without the name the button would have none.
PIECES = "pre > span, pre > span *, math *, svg :not(title, desc)"
REMOVE = """(all) => {
  for (const piece of all.filter((each) => !each.closest("label")))
    piece.replaceWith(piece.matches("pre *") ? piece.textContent : "");
}"""


def findings(page, **options):
    """Return what axe finds serious in a page."""
    found = Axe().run(page, **options).response["violations"]
    return [
        f"{each['id']}: {node['html'][:200]} {node['failureSummary']}"
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]


# What is written in a figure, and its contrast with what lies below it: a filled shape, or the page. A text
# with a halo of its own is clear of anything.
FAINT = """(page) => {
  const rgb = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => {
    const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    const [x, y, z] = [r, g, b].map((v) => linear(v / 255));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const over = (below, style) => {
    const [r, g, b, a = 1] = rgb(style.fill);
    const share = a * style.fillOpacity * style.opacity;
    return [r, g, b].map((v, i) => share * v + (1 - share) * below[i]);
  };
  const back = rgb(getComputedStyle(document.body).backgroundColor);
  return [...document.querySelectorAll(".plot text")].flatMap((text) => {
    const own = getComputedStyle(text);
    const { left, top, width, height } = text.getBoundingClientRect();
    if (!width || (own.stroke !== "none" && parseFloat(own.strokeWidth) > 1)) return [];
    let below = back;
    for (const shape of text.closest("svg").querySelectorAll("path, rect, circle, polygon")) {
      const style = getComputedStyle(shape);
      if (shape.closest("defs, clipPath") || style.fill === "none") continue;
      if (!(shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING)) continue;
      const at = new DOMPoint(left + width / 2, top + height / 2);
      if (shape.isPointInFill(at.matrixTransform(shape.getScreenCTM().inverse()))) below = over(below, style);
    }
    const [low, high] = [light(over(below, own)), light(below)].sort((a, b) => a - b);
    const contrast = (high + 0.05) / (low + 0.05);
    return contrast < 4.5 ? [`${text.textContent}: ${contrast.toFixed(1)}`] : [];
  });
}"""


def test_what_is_written_in_a_figure_can_be_read(seen):
    """In both themes; axe says nothing of text that lies on a shape."""
    for theme in ("light", "dark"):
        seen.page.emulate_media(color_scheme=theme)
        seen.page.wait_for_function("(theme) => document.documentElement.dataset.theme === theme", arg=theme)
        open_details(seen.page)
        assert seen.page.evaluate(FAINT) == [], theme


def test_accessible_in_both_themes(seen):
    serious, page = [], seen.page
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(reduced_motion="reduce")
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        page.wait_for_function("(theme) => document.documentElement.dataset.theme === theme", arg=theme)
        open_details(page)
        assert page.evaluate(LOOKS) > 5
        colours = AXE | {"runOnly": COLOURS}
        serious += [f"{theme}, {each}" for each in findings(page, context="[data-look]", options=colours)]
    page.locator(PIECES).evaluate_all(REMOVE)
    rest = AXE | {"rules": {rule: {"enabled": False} for rule in COLOURS}}
    serious += findings(page, options=rest)
    assert not serious, f"{len(serious)} findings\n" + "\n".join(serious[:12])


def test_menus_open_on_a_phone(visit):
    with visit(NOTEBOOKS[0], viewport={"width": 390, "height": 800}) as seen:
        for name, inside in (("All pages", "#book-nav"), ("On this page", "#page-toc")):
            link = seen.page.locator(f"{inside} a").nth(1)
            assert not link.is_visible()
            seen.page.get_by_role("button", name=name).click()
            assert link.is_visible()
            seen.page.keyboard.press("Escape")
            assert not link.is_visible()


def test_search_finds_the_bias(visit):
    with visit(TOC[0]) as seen:
        seen.page.get_by_role("searchbox").fill("bias")
        seen.page.keyboard.press("Enter")
        found = seen.page.locator("#search-results a[href*='01_neuron.html']")
        found.first.wait_for()
        seen.page.locator("#search-results").get_by_text("bias").first.wait_for()  # in the text of a page
        found.first.click()
        seen.page.wait_for_url("**/01_neuron.html*")
        assert seen.errors == [] and seen.left == []


@pytest.mark.parametrize("how", ["http", "file"])
def test_theme_switch(visit, how):
    shade = "getComputedStyle(document.body).backgroundColor"
    with visit(TOC[0], how) as seen:
        page, switch = seen.page, seen.page.locator(".theme-switch:visible")
        colours = {}
        for _ in range(3):  # automatic, light, dark
            switch.click()
            colours[page.evaluate("document.documentElement.dataset.mode")] = page.evaluate(shade)
        assert colours.keys() == {"auto", "light", "dark"}
        assert colours["auto"] == colours["light"] != colours["dark"]
        while page.evaluate("document.documentElement.dataset.mode") != "dark":
            switch.click()
        page.reload()
        assert page.evaluate(shade) == colours["dark"], "the choice is forgotten"
