"""The game of the page of claims: played to the end by mouse, keys and thumb, and it keeps the score."""

import re

import pytest
from visible import is_seen, none_seen, unseen

from helpers.claims import VERDICTS, claims

PAGE = "chapters/claims"
BY_SENTENCE = {f"“{claim.claim}”": claim for claim in claims().values()}
WORDS = [word for word, _ in VERDICTS.values()]


def word_of(page):
    """Return the verdict of the sentence on the screen, in words."""
    said = page.locator(".claims-game blockquote").inner_text()
    return VERDICTS[BY_SENTENCE[said].verdict][0]


def press(page, name):
    page.locator(".claims-game").get_by_role("button", name=name, exact=True).click()


def play(page, begin="Ten at random", right=lambda i: True):
    """Play a round; `right` says of each place whether to answer rightly. Return the sentences shown."""
    press(page, begin)
    count = int(page.locator(".claims-game .where").inner_text().split()[-1])
    shown = []
    for i in range(count):
        true = word_of(page)
        guess = true if right(i) else next(word for word in WORDS if word != true)
        shown.append(page.locator(".claims-game blockquote").inner_text())
        press(page, guess)
        told = page.locator(".claims-game .told").inner_text()
        assert told.endswith(f"{true}, as you said." if right(i) else f"{true}, you said: {guess}.")
        press(page, "Next" if i < count - 1 else "How many were right?")
    return shown


@pytest.mark.parametrize("how", ["http", "file"])
def test_ten_sentences_are_played_and_the_score_is_kept(visit, how):
    with visit(PAGE, how) as at:
        box = at.page.locator(".claims-game")
        shown = play(at.page, right=lambda i: i % 3 > 0)
        assert len(set(shown)) == 10
        assert box.locator(".question").inner_text() == "6 of 10 right"
        assert box.locator(".marks").inner_text() == "□■■□■■□■■□"
        missed = box.locator("li")
        assert missed.count() == 4 and unseen(missed.locator("a")) == []
        at.page.reload()
        assert "So far 6 of 10 right" in box.locator(".kept").inner_text()
        play(at.page)
        press(at.page, "Again")
        assert "So far 16 of 20 right" in box.locator(".kept").inner_text()
        at.page.on("dialog", lambda dialog: dialog.accept())
        press(at.page, "Forget it")
        assert "So far" not in box.locator(".kept").inner_text()
        assert at.errors == [] and at.left == []


@pytest.mark.parametrize("width", [1280, 390])
def test_all_hundred_are_asked_and_nothing_below_moves(visit, width):
    with visit(PAGE, viewport={"width": width, "height": 844}) as at:
        play(at.page, "All 100")
        assert at.page.locator(".claims-game .question").inner_text() == "100 of 100 right"
        press(at.page, "Again")
        press(at.page, "All 100")
        heights = at.page.evaluate("""() => {
          const box = document.querySelector(".claims-game"), found = new Set();
          const look = () => found.add(Math.round(box.getBoundingClientRect().height));
          for (let i = 0; i < 100; i++) {
            look();
            box.querySelector("button").click();
            look();
            if (i < 99) box.querySelector("button").click();
          }
          return [...found];
        }""")
        assert len(heights) == 1, heights


def test_it_is_played_by_keys_alone(visit):
    with visit(PAGE) as at:
        at.page.locator(".claims-game button").first.focus()
        at.page.keyboard.press("Enter")
        for _ in range(10):
            at.page.keyboard.press("Tab")  # from the sentence to the first verdict
            at.page.keyboard.press("Enter")
            assert is_seen(at.page.locator(".claims-game .told"))
            at.page.keyboard.press("Enter")  # Next has the focus
        assert re.fullmatch(r"\d+ of 10 right", at.page.locator(".claims-game .question").inner_text())


def test_the_verdict_leads_to_its_test_and_to_the_ledger(visit):
    with visit(PAGE) as at:
        play_until = "Its figure and its test"
        press(at.page, "All 100")
        while True:
            press(at.page, word_of(at.page))
            link = at.page.locator(".claims-game").get_by_role("link", name=play_until)
            if link.count():
                break
            press(at.page, "Next")
        claim = BY_SENTENCE[at.page.locator(".claims-game blockquote").inner_text()]
        assert is_seen(at.page.locator(".claims-game").get_by_role("link", name="In the ledger"))
        link.click()
        at.page.wait_for_url(f"**/{claim.chapter}.html#claim-{claim.id}")


def test_the_marks_are_copied(visit):
    with visit(PAGE, permissions=["clipboard-read", "clipboard-write"]) as at:
        play(at.page, right=lambda i: i > 0)
        press(at.page, "Copy this")
        at.page.locator(".claims-game").get_by_role("button", name="Copied").wait_for()  # it is seen, soon
        lines = at.page.evaluate("navigator.clipboard.readText()").split("\n")
        assert lines[:2] == ["Often said, and tested: 9 of 10", "□■■■■■■■■■"] and lines[2].endswith(".html")


BLOCKED = "Object.defineProperty(window, 'localStorage', { get() { throw new Error('blocked'); } })"
DAMAGED = ["{", "[]", '"text"', "null", '{"rounds": "many", "asked": -1, "right": 0.5}']


def test_where_nothing_can_be_kept_the_game_says_so(visit):
    with visit(PAGE, prepare=lambda context: context.add_init_script(BLOCKED)) as at:
        play(at.page)
        assert is_seen(at.page.locator(".claims-game").get_by_text("This browser keeps nothing here"))
        assert at.errors == []


@pytest.mark.parametrize("state", DAMAGED)
def test_a_damaged_score_begins_anew(visit, state):
    with visit(PAGE) as at:
        at.page.evaluate("(state) => localStorage.setItem('every-knob-game', state)", state)
        at.page.reload()
        assert is_seen(at.page.locator(".claims-game").get_by_role("button", name="Ten at random"))
        play(at.page)
        press(at.page, "Again")
        assert "So far 10 of 10 right" in at.page.locator(".claims-game .kept").inner_text()
        assert at.errors == []


def test_without_a_script_there_is_no_game(visit):
    with visit(PAGE, java_script_enabled=False) as at:
        assert none_seen(at.page.locator(".claims-game"))


def test_buttons_are_large_enough_for_a_thumb(visit):
    with visit(PAGE, viewport={"width": 390, "height": 844}) as at:
        press(at.page, "Ten at random")
        sizes = [each.bounding_box() for each in at.page.locator(".claims-game button").all()]
        assert len(sizes) == 5 and all(min(size["width"], size["height"]) >= 44 for size in sizes)
        wide = at.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390
