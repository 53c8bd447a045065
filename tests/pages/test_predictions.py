"""A prediction is answered before it is shown, kept by its id, and counted on a page of its own."""

import json
import re

import pytest
from browser import settle
from visible import is_seen, none_seen, show

from helpers.studying.foretold import predictions

PAGE, RECORD = "chapters/04_loss", "chapters/foretold"
CHOICE, NUMBER = "dear-ride", "mean-of-two"
KEY = "every-knob-foretold"
RIGHT = next(text for text, why in predictions()[CHOICE].choices.items() if why is True)
WRONG = next(text for text, why in predictions()[CHOICE].choices.items() if why is not True)


def box(page, id):
    return page.locator(f"#foretell-{id}")


def choose(page, text, press="It is a guess"):
    box(page, CHOICE).get_by_label(text, exact=True).check()
    box(page, CHOICE).get_by_role("button", name=press).click()


def write(page, text, press="It is a guess"):
    box(page, NUMBER).get_by_role("textbox").fill(text)
    box(page, NUMBER).get_by_role("button", name=press).click()


def told(page, id):
    return box(page, id).locator(".told").inner_text()


def kept(page):
    return json.loads(page.evaluate("(key) => localStorage.getItem(key)", KEY))["entries"]


@pytest.mark.parametrize("how", ["http", "file"])
def test_a_wrong_choice_is_explained_and_kept(visit, how):
    with visit(PAGE, how) as at:
        answer = box(at.page, CHOICE).locator("details > div")
        assert none_seen(answer)
        choose(at.page, WRONG, "I am sure")
        assert told(at.page, CHOICE) == "✗ Not so. You were sure."
        why = box(at.page, CHOICE).locator(".why:visible")
        assert why.all_inner_texts() == [predictions()[CHOICE].choices[WRONG]]
        assert is_seen(answer) and is_seen(why)
        at.page.reload()
        assert told(at.page, CHOICE) == "✗ Not so. You were sure." and is_seen(answer)
        assert box(at.page, CHOICE).get_by_label(WRONG, exact=True).is_checked()
        entry = kept(at.page)[CHOICE]
        assert (entry["said"], entry["right"], entry["sure"]) == (WRONG, False, True)
        box(at.page, CHOICE).get_by_role("button", name="Ask me again").click()
        assert none_seen(answer) and told(at.page, CHOICE) == ""
        at.page.reload()
        assert none_seen(answer) and told(at.page, CHOICE) == ""
        choose(at.page, RIGHT)
        assert told(at.page, CHOICE) == "✓ Right." and kept(at.page)[CHOICE]["right"]
        assert at.errors == [] and at.left == []


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("0.75", "✓ Right."),
        ("0,75", "✓ Right."),
        ("75 %", "✓ Right."),
        ("- 0,4", "✗ Not so: you said -0.4 nats, 1.15 too low."),
        ("1,5", "✗ Not so: you said 1.5 nats, 0.75 too high."),
        ("1,000,000.5", "✗ Not so: you said 1000000.5 nats, 1000000 too high."),
        ("1,2,3", "Write a number first, such as 12 or 0.5."),
        ("%", "Write a number first, such as 12 or 0.5."),
        ("0.8 nats", "✓ Right: you said 0.8 nats, and near is enough."),
        ("1.1", "✗ Not so: you said 1.1 nats, 0.35 too high."),
        ("−0.4", "✗ Not so: you said -0.4 nats, 1.15 too low."),
        ("1,000", "✗ Not so: you said 1000 nats, 999 too high."),
        ("", "Write a number first, such as 12 or 0.5."),
        ("much", "Write a number first, such as 12 or 0.5."),
        ("1e999", "Write a number first, such as 12 or 0.5."),
    ],
)
def test_a_number_is_told_how_far_off_it_is(visit, written, said):
    with visit(PAGE) as at:
        write(at.page, written)
        assert told(at.page, NUMBER) == said
        assert is_seen(box(at.page, NUMBER).locator(".told"))
        assert (at.page.evaluate("(key) => localStorage.getItem(key)", KEY) is None) == said.startswith(
            "Write"
        )


def test_nothing_is_kept_before_a_choice(visit):
    with visit(PAGE) as at:
        box(at.page, CHOICE).get_by_role("button", name="I am sure").click()
        assert told(at.page, CHOICE) == "Choose an answer first."
        assert none_seen(box(at.page, CHOICE).locator("details > div"))


def test_two_tabs_know_of_each_other(visit):
    with visit(PAGE) as at:
        other = at.page.context.new_page()
        other.goto(at.page.url)
        choose(at.page, WRONG)
        write(other, "0.75")
        assert set(kept(other)) == {CHOICE, NUMBER}
        box(other, CHOICE).get_by_text("✗ Not so.").wait_for()
        box(at.page, NUMBER).get_by_text("✓ Right.").wait_for()


BLOCKED = "Object.defineProperty(window, 'localStorage', { get() { throw new Error('blocked'); } })"
FULL = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }"


@pytest.mark.parametrize(
    ("script", "sentence"),
    [(BLOCKED, "This browser keeps nothing here"), (FULL, "This browser's place for this book is full")],
)
def test_where_nothing_can_be_kept_it_is_said_and_answered_all_the_same(visit, script, sentence):
    with visit(PAGE, prepare=lambda context: context.add_init_script(script)) as at:
        choose(at.page, WRONG)
        said = told(at.page, CHOICE)
        assert said.startswith("✗ Not so.") and said.count(sentence) == 1
        assert is_seen(box(at.page, CHOICE).locator("details > div")) and at.errors == []


@pytest.mark.parametrize(
    ("state", "sentence", "after"),
    [
        ("{", "could not be read", "{"),
        ('{"entries": {}}', "could not be read", '{"entries": {}}'),
        ('{"version": 99, "entries": {}}', "of a newer edition", None),
    ],
)
def test_a_state_that_cannot_be_read_is_not_lost(visit, state, sentence, after):
    with visit(PAGE) as at:
        at.page.evaluate("([key, state]) => localStorage.setItem(key, state)", [KEY, state])
        at.page.reload()
        assert at.page.locator(".foretell .told", has_text=sentence).count() == 1
        choose(at.page, RIGHT)
        aside = at.page.evaluate("(key) => localStorage.getItem(`${key}-unread`)", KEY)
        now = at.page.evaluate("(key) => localStorage.getItem(key)", KEY)
        assert aside == after and (now == state if after is None else CHOICE in now)
        assert at.errors == []


def test_a_question_in_other_words_keeps_its_history(visit):
    old = {"version": 1, "entries": {CHOICE: {"when": 1, "said": "the old words", "right": True}}}
    with visit(PAGE) as at:
        at.page.evaluate("([key, state]) => localStorage.setItem(key, state)", [KEY, json.dumps(old)])
        at.page.reload()
        assert (
            told(at.page, CHOICE) == "✓ Right. You said “the old words”, when this question had other words."
        )


def test_without_a_script_it_is_a_question_and_a_folded_answer(visit):
    with visit(PAGE, java_script_enabled=False) as at:
        for id in (CHOICE, NUMBER):
            assert is_seen(box(at.page, id).locator("legend"))
            assert none_seen(box(at.page, id).locator("button, input, .press"))
            assert none_seen(box(at.page, id).locator("details > div"))
            box(at.page, id).locator("summary").click()
            assert is_seen(box(at.page, id).locator("details > div"))
        assert is_seen(box(at.page, CHOICE).locator("label"))
    with visit(RECORD, java_script_enabled=False) as at:
        assert "With a script" in at.page.locator(".foretold-record").inner_text()


def test_paper_has_the_question_and_nothing_to_press(visit):
    with visit(PAGE) as at:
        show(at.page, "paper", 794)
        assert is_seen(box(at.page, CHOICE).locator("legend, label, details > div"))
        assert none_seen(box(at.page, CHOICE).locator("button, input, summary"))


def test_it_is_answered_by_keys_alone(visit):
    with visit(PAGE) as at:
        box(at.page, CHOICE).get_by_role("radio").first.focus()
        at.page.keyboard.press("ArrowDown")
        at.page.keyboard.press("Enter")
        assert told(at.page, CHOICE).startswith("✗ Not so.")
        assert at.page.evaluate("document.activeElement.className") == "told"
        box(at.page, NUMBER).get_by_role("textbox").focus()
        at.page.keyboard.type("0.75")
        at.page.keyboard.press("Enter")
        assert told(at.page, NUMBER) == "✓ Right."


@pytest.mark.parametrize("options", [{"color_scheme": "dark"}, {"forced_colors": "active"}])
def test_thumbs_reach_it_on_a_phone(visit, options):
    with visit(PAGE, viewport={"width": 390, "height": 844}, **options) as at:
        places = at.page.locator(".foretell :is(button, label, summary, [type=text]):visible")
        sizes = [each.bounding_box() for each in places.all()]
        assert len(sizes) > 20 and all(size["height"] >= 44 and size["width"] >= 44 for size in sizes)
        choose(at.page, WRONG)
        assert is_seen(box(at.page, CHOICE).locator(".told, .why:visible"))
        assert at.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_page_counts_and_leads_to_what_was_sure_and_wrong(visit):
    with visit(RECORD) as at:
        record = at.page.locator(".foretold-record")
        assert f"the pages ask {len(predictions())} times" in record.locator(".count").inner_text()
        assert none_seen(record.locator("table"))
        at.page.goto(at.page.url.replace(RECORD, PAGE))
        choose(at.page, WRONG, "I am sure")
        write(at.page, "0.75")
        at.page.goto(at.page.url.replace(PAGE, RECORD))
        settle(at.page)
        count = record.locator(".count").inner_text()
        assert count.strip() == f"You foretold 2 of {len(predictions())}, and 1 came true."
        named = re.compile("Part II ")  # and not Part III
        row = record.locator("tr", has_text=named).locator("td").all_inner_texts()
        asked = sum(p.chapter[:2] in ("04", "05", "06", "07") for p in predictions().values())
        assert row == [str(asked), "2", "1"]
        lines = record.locator("li:visible")
        assert lines.count() == 1 and is_seen(lines.locator("a"))
        lines.locator("a").click()
        at.page.wait_for_url(f"**/{PAGE}.html#foretell-{CHOICE}")
        assert is_seen(box(at.page, CHOICE).locator("legend"))
