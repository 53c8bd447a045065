"""Promise: each link and each message is seen when it should be, on a screen and on paper, and not before.

What a reader sees is asked of the browser, never of the HTML: see `visible`.
"""

import re

import pytest
from browser import settle
from readable import PAPER, SCREENS
from test_browser import NOTEBOOKS
from visible import UNSEEN, is_seen, none_seen, show, unseen

from helpers.claims import VERDICTS, claims

CHAPTERS = [page for page in NOTEBOOKS if page.startswith("chapters/")]
TESTED = [claim for claim in claims().values() if claim.tested]
BOXED = [page for page in CHAPTERS if any(page.endswith(claim.chapter) for claim in TESTED)]
SHOWN = [*SCREENS, PAPER]


@pytest.mark.parametrize(("how", "width"), SHOWN)
def test_every_link_of_the_ledger_is_seen(visit, how, width):
    with visit("chapters/claims") as at:
        show(at.page, how, width)
        links = at.page.locator(".ledger a", has_text="run the test")
        assert links.count() == len(TESTED) > 0
        assert unseen(links) == []
        assert unseen(at.page.locator(".ledger").get_by_text("not yet tested here")) == []


@pytest.mark.parametrize("claim", [TESTED[0], TESTED[-1]], ids=lambda claim: claim.id)
def test_the_ledger_leads_to_the_box_and_the_box_to_the_ledger(visit, claim):
    with visit("chapters/claims") as at:
        row = at.page.locator(f"#ledger-{claim.id}")
        row.get_by_role("link", name="run the test").click()
        at.page.wait_for_url(f"**/{claim.chapter}.html#claim-{claim.id}")
        box = at.page.locator(f"#claim-{claim.id}")
        assert box.get_by_text(claim.claim).is_visible()
        box.get_by_role("radio", name="tell me").check()
        box.get_by_role("link", name="in the ledger").click()
        at.page.wait_for_url(f"**/claims.html#ledger-{claim.id}")
        assert is_seen(row) and row.get_by_text(claim.why).is_visible()


# Open a box and the side road it is on, guess wrong, then right; return what a reader sees and should not.
GUESS = f"""([box, right, wrong]) => {{
  const why = {UNSEEN}, found = [], all = (query) => [...box.querySelectorAll(query)];
  const secret = all(".verdict, .verdict ~ *");
  const link = all("a").find((each) => each.textContent.includes("in the ledger"));
  const words = () => all(".verdict span").filter((each) => !why(each)).map((each) => each.textContent);
  const told = () => words().slice(1);  // after the sign
  const guess = (word) => {{
    const label = all("label").find((each) => each.textContent.trim().endsWith(word));
    if (why(label)) found.push(`${{word}} ${{why(label)}}`);
    label.click();
    return told().join();
  }};
  for (let at = box.parentElement; at; at = at.parentElement) if (at.matches("details")) at.open = true;
  if (secret.length !== 3 || !secret.every(why)) found.push("the verdict is seen too early");
  const nothing = guess("tell me");
  if (nothing) found.push(`nothing was guessed: ${{nothing}}`);
  for (const each of [...secret, link]) if (why(each)) found.push(`${{each.textContent}} ${{why(each)}}`);
  for (const [word, says] of [[wrong, "otherwise"], [right, "as you guessed"]]) {{
    const said = guess(word);
    if (!said.includes(says)) found.push(`${{word}} was guessed: ${{said}}`);
  }}
  return found;
}}"""


@pytest.mark.parametrize("page", BOXED)
def test_every_box_answers_a_guess_and_leads_to_the_ledger(visit, page):
    here = [claim for claim in TESTED if page.endswith(claim.chapter)]
    with visit(page) as at:
        assert at.page.locator(".often-said").count() == len(here) > 0
        for claim in here:
            box, word = at.page.locator(f"#claim-{claim.id}"), VERDICTS[claim.verdict][0]
            wrong = next(other for other, _ in VERDICTS.values() if other != word)
            assert at.page.evaluate(GUESS, [box.element_handle(), word, wrong]) == []
        for how, width in SHOWN:
            show(at.page, how, width)
            shown = at.page.locator(".often-said :is(blockquote, .verdict, .verdict ~ *, .guess.same)")
            assert shown.count() == 5 * len(here) and unseen(shown) == []
            assert none_seen(at.page.locator(".often-said .guess.other"))


@pytest.mark.parametrize("page", [*BOXED, "chapters/foretold"])
def test_a_cell_that_asks_has_no_line_for_its_code(visit, page):
    with visit(page) as at:
        asks = at.page.locator(".cell:has(.often-said, .foretell, .foretold-record)")
        assert asks.count() > 0 and asks.get_by_text("Show the code").count() == 0


def test_a_box_is_answered_by_the_mouse(visit):
    """As one is opened by hand, the others are above."""
    page = BOXED[0]
    claim = next(claim for claim in TESTED if page.endswith(claim.chapter))
    with visit(page) as at:
        box, word = at.page.locator(f"#claim-{claim.id}"), VERDICTS[claim.verdict][0]
        box.get_by_role("radio", name=word, exact=True).check()
        assert is_seen(box.get_by_text("as you guessed")) and is_seen(box.get_by_text(claim.why))


def test_checks_and_side_roads_wait_behind_a_line(visit):
    with visit("chapters/07_generalisation") as at:
        for kind, said in (
            ("checks", r"^\d+ checked$"),
            ("side-road", r"^\d+ minutes?; nothing later needs it$"),
        ):
            folds = at.page.locator(f"details.{kind}:not(.side-road *)")
            lines = folds.locator("> summary").all_inner_texts()
            assert lines and all(re.match(said, line) for line in lines), lines
            assert unseen(folds.locator("> summary")) == [] and none_seen(folds.locator("pre, p"))
        titles = at.page.locator("section:has(> details.side-road) > :is(h2, h3)")
        assert unseen(titles) == [] and all("Side road: " in text for text in titles.all_inner_texts())


def test_a_link_to_a_claim_opens_its_test(visit):
    folded = next(claim for claim in TESTED if claim.chapter == "07_generalisation")
    with visit("chapters/07_generalisation") as at:
        test = at.page.locator(f".tag_claim-{folded.id} details.checks pre")
        assert test.count() and none_seen(test)
        at.page.goto(f"{at.page.url}#claim-{folded.id}")
        settle(at.page)
        assert unseen(test) == []


def test_a_fold_answers_the_mouse_and_the_keyboard(visit):
    with visit(CHAPTERS[0]) as at:
        fold = at.page.locator("details.hide").first
        code = fold.locator("pre")
        for press in (
            lambda: fold.get_by_text("Show the code").click(),
            lambda: at.page.keyboard.press("Enter"),
        ):
            assert is_seen(fold.get_by_text("Show the code")) and none_seen(code)
            press()
            assert is_seen(code) and is_seen(fold.get_by_text("Hide the code"))
            assert none_seen(fold.get_by_text("Show the code"))
            fold.get_by_text("Hide the code").click()


COLOURS = """() => [...document.querySelectorAll("main :is(p, pre, span, td, text, h2)")].map((each) => {
  const { color, fill } = getComputedStyle(each);
  return [each.outerHTML.slice(0, 60), color, fill];
})"""


@pytest.mark.parametrize("page", [CHAPTERS[1], "chapters/claims"])
def test_paper_is_white_in_the_dark_theme_too(visit, page):
    on_screen, on_paper = [], []
    for theme in ("light", "dark"):
        with visit(page, theme=theme) as at:
            on_screen.append(at.page.evaluate(COLOURS))
            show(at.page, *PAPER)
            on_paper.append(at.page.evaluate(COLOURS))
    assert on_screen[0] != on_screen[1] and on_paper[0] == on_paper[1]


def test_folds_open_for_the_printer_of_a_browser_that_cannot_style_them(visit):
    old = "CSS.supports = (query) => !query.includes('details-content')"
    with visit(CHAPTERS[0], prepare=lambda context: context.add_init_script(old)) as at:
        first, *others = at.page.locator("main details").all()
        first.locator("> summary").evaluate("(line) => line.click()")
        is_open = "(fold) => fold.open"
        at.page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert others and all(fold.evaluate(is_open) for fold in (first, *others))
        at.page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert first.evaluate(is_open) and not any(fold.evaluate(is_open) for fold in others)


def test_the_copy_button_comes_with_the_mouse_and_says_what_it_did(visit):
    with visit(CHAPTERS[0], permissions=["clipboard-read", "clipboard-write"]) as at:
        code = at.page.locator(".cell_input .highlight").first
        button = code.locator(".copy")
        assert none_seen(button)
        code.hover()
        assert is_seen(button)
        button.click()
        button.get_by_text("Copied").wait_for()
        assert is_seen(button)
        assert at.page.evaluate("navigator.clipboard.readText()") == code.locator("pre").inner_text().strip()
        at.page.mouse.move(0, 0)
        button.evaluate("(it) => it.blur()")
        assert none_seen(button)


def test_the_first_key_shows_a_way_to_the_text(visit):
    with visit(CHAPTERS[0]) as at:
        link = at.page.get_by_role("link", name="Skip to the text")
        assert none_seen(link)
        at.page.keyboard.press("Tab")
        assert is_seen(link)


@pytest.mark.parametrize(("how", "width"), SHOWN[:3])
def test_what_stands_around_the_text_is_seen(visit, how, width):
    with visit(CHAPTERS[0]) as at:
        show(at.page, how, width)
        around = ".brand, .theme-switch, main .page-links a, .prev-next a, .colophon a"
        assert at.page.locator(around).count() > 5 and unseen(at.page.locator(around)) == []
        for name, inside in (("All pages", ".book-nav"), ("On this page", ".page-contents")):
            opener = at.page.get_by_role("button", name=name)
            if width < 900:
                assert is_seen(opener) and none_seen(at.page.locator(f"{inside} a"))
                opener.click()
            assert is_seen(
                at.page.locator(f"{inside} > nav > ul > li > a, {inside} .bd-toc-item > ul > li > a")
            )
            if inside == ".book-nav":
                assert is_seen(at.page.get_by_role("searchbox"))
            at.page.keyboard.press("Escape")


@pytest.mark.parametrize(("words", "said"), [("bias", "Search finished"), ("qwertzuiop", "did not match")])
def test_search_says_what_it_found(visit, words, said):
    with visit(CHAPTERS[0], viewport={"width": 390, "height": 800}) as at:
        at.page.get_by_role("button", name="All pages").click()
        at.page.get_by_role("searchbox").fill(words)
        at.page.keyboard.press("Enter")
        answer = at.page.locator("#search-results").get_by_text(said)
        answer.wait_for()
        assert is_seen(answer) and unseen(at.page.locator("#search-results li > a")) == []


@pytest.mark.parametrize("script", [True, False])
def test_search_says_that_it_needs_javascript_where_there_is_none(visit, script):
    with visit("search", java_script_enabled=script) as at:
        assert is_seen(at.page.get_by_text("Search needs JavaScript")) is not script


# What an explorable says in one state and not in the one that it begins with: name -> the state, the words.
SAYS = {
    "attention": ({"scale": 3, "q31": 3, "q32": 3, "k01": 3, "k02": 3}, "✓ likes listens to Ada alone."),
    "block": ({"part": "output", "tied": "yes"}, "nothing of its own: the embedding, tied"),
    "boundary": ({"data": "xor"}, "no line gets all of them"),
    "descent": ({"rate": 0.3, "step": 60}, "Ran away and was stopped"),
    "neuron": ({"w": 1.9, "b": 3.3}, "✓ reached"),
}


@pytest.mark.parametrize("name", SAYS)
def test_what_an_explorable_says_is_seen(visit, name):
    state, words = SAYS[name]
    put = (
        "(it, state) => { for (const key in state) it.model.set(key, state[key]); it.model.save_changes(); }"
    )
    with visit("chapters/explorables") as at:
        place = at.page.locator(f".explorable[data-explorable={name}]")
        said = place.locator("*:not(:has(*))", has_text=words)
        assert none_seen(said)
        place.evaluate(put, state)
        settle(at.page)
        for how, width in SHOWN:
            show(at.page, how, width)
            assert is_seen(said)


def test_a_drawn_word_is_seen(visit):
    with visit("chapters/explorables") as at:
        place = at.page.locator(".explorable[data-explorable=sampler]")
        assert place.locator(".drawn span").inner_text() == ""
        place.get_by_role("button", name="Draw").click()
        assert place.locator(".drawn span").inner_text() and is_seen(place.locator(".drawn span"))
