"""The page of recall: what is due comes back when the rule says, and nothing that was graded is lost."""

import json
import random
import re
import sqlite3
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from fsrs import Card, Rating, Scheduler
from recall_deck import write_deck
from visible import is_seen, none_seen, unseen

PAGE = "chapters/recall"
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KEY = "every-knob-recalled"
FSRS = Scheduler(desired_retention=0.9, learning_steps=(), relearning_steps=(), enable_fuzzing=False)
QUESTION = re.compile(r'class="recall-question" data-id="([\w-]+)"')


def go_to(page, day):
    """Set the page's clock to nine o'clock, so many days after the start."""
    page.clock.set_fixed_time(START + timedelta(days=day))


def visit_on(visit, day=0, **options):
    """Open the page on a day, in a browser whose calendar is UTC's."""

    def prepare(context):
        context.clock.set_fixed_time(START + timedelta(days=day))
        for script in scripts:
            context.add_init_script(script)

    scripts = options.pop("scripts", [])
    return visit(PAGE, prepare=prepare, timezone_id="UTC", **options)


def kept(page):
    """Return what the browser keeps of recall, {id: entry}, without the pages that were started."""
    entries = json.loads(page.evaluate("(key) => localStorage.getItem(key)", KEY))["entries"]
    return {id: entry for id, entry in entries.items() if not id.startswith("page ")}


def start(page, name="01_neuron"):
    page.locator(f".recall-page[data-page='{name}'] .start").click()


def answer(page, grade):
    """Grade the question on the screen by the keyboard, and return the interval that its button told."""
    page.locator(".recall-session .question").focus()
    page.keyboard.press("Enter")
    told = page.locator(".recall-session .grades small").nth(grade - 1).inner_text()
    page.keyboard.press(str(grade))
    return 1 if told == "tomorrow" else int(told.split()[1])


def said(page, name="count"):
    return page.locator(f".recall-session .{name}").inner_text()


def left(page):
    """Return how many questions are due."""
    found = re.match(r"(\d+) questions? due today", said(page))
    return int(found[1]) if found else 0


@pytest.mark.parametrize("seed", range(4))
def test_the_rule_is_that_of_the_package_fsrs(visit, seed):
    """Reviews on time, early, late and twice a day."""
    draw = random.Random(seed)
    grades = [draw.choice([1, 2, 3, 3, 4]) for _ in range(25)]
    late = [draw.choice([-3, 0, 0, 5, 40]) for _ in grades]
    code = Path(__file__).parents[2].joinpath("helpers/studying/schedule.js").read_text(encoding="utf-8")
    card, now, since, expected, asked = Card(), START, 0, [], []
    for grade, delay in zip(grades, late, strict=True):
        card, _ = FSRS.review_card(card, Rating(grade), now)
        days = (card.due - now).days
        expected.append([card.stability, card.difficulty, days])
        asked.append([grade, since])
        since = max(0, days + delay)
        now += timedelta(days=since)
    with visit(PAGE) as at:
        found = at.page.evaluate(
            f"""async (asked) => {{
              const code = {json.dumps(code)};
              const file = new Blob([code], {{ type: "text/javascript" }});
              const {{ review }} = await import(URL.createObjectURL(file));
              let card = null;
              return asked.map(([grade, since]) => {{
                card = review(card, grade, since);
                return [card.stability, card.difficulty, card.days];
              }});
            }}""",
            asked,
        )
    for ours, theirs in zip(found, expected, strict=True):
        assert ours == pytest.approx(theirs, rel=1e-9)


@pytest.mark.parametrize("how", ["http", "file"])
def test_a_page_is_started_asked_and_comes_back(visit, how):
    with visit_on(visit, how=how) as at:
        page = at.page
        assert "You have started no page yet" in said(page) and none_seen(
            page.locator(".recall-session .asked")
        )
        start(page)
        assert left(page) >= 3 and unseen(page.locator(".recall-session .question")) == []
        assert none_seen(page.locator(".recall-session .answer"))
        page.get_by_role("button", name="Show the answer").click()
        assert is_seen(page.locator(".recall-session .answer"))
        told = page.locator(".recall-session .grades button").all_inner_texts()
        assert [text.split("\n") for text in told] == [
            ["1 Again", "tomorrow"],
            ["2 Hard", "tomorrow"],
            ["3 Good", "in 2 days"],
            ["4 Easy", "in 8 days"],
        ]
        page.get_by_role("button", name="3 Good").click()
        while left(page):
            answer(page, 3)
        assert said(page).startswith("Nothing is due. Next: ") and said(page).endswith("on 4 March 2026.")
        page.reload()
        assert left(page) == 0
        go_to(page, 2)
        page.reload()
        assert left(page) >= 3
        assert at.errors == [] and at.left == []


# Grades all that is due, by a rule on the question's id and on how often it was graded; returns what came.
A_DAY = """(counts) => {
  const folds = [...document.querySelectorAll(".recall-question")];
  const box = document.querySelector(".recall-session"), done = [];
  while (!box.querySelector(".asked").hidden) {
    const words = box.querySelector(".question").textContent;
    const { id } = folds.find((each) => each.querySelector("summary").textContent === words).dataset;
    counts[id] = (counts[id] ?? 0) + 1;
    const grade = 1 + ([...id].reduce((sum, each) => sum + each.charCodeAt(), 0) + counts[id]) % 4;
    box.querySelector(".show").click();
    const button = box.querySelectorAll(".grades button")[grade - 1];
    const told = button.querySelector("small").textContent;
    done.push([id, grade, told === "tomorrow" ? 1 : parseInt(told.slice(3))]);
    button.click();
  }
  return done;
}"""
IDS = "(page) => [...page.querySelectorAll('details')].map((each) => each.dataset.id)"
PAGES = f"(all) => all.map((page) => [page.dataset.page, ({IDS})(page)])"


def test_half_a_year_of_a_reader_loses_nothing(visit):
    """Who starts a page a week is asked on the days, and as often, as the package fsrs foretells."""
    cards, due, counts = {}, {}, {}
    with visit_on(visit) as at:
        pages = at.page.locator(".recall-page").evaluate_all(PAGES)
        for day in range(182):
            week, first = divmod(day, 7)
            new = week < len(pages) and not first
            if new:
                due |= dict.fromkeys(pages[week][1], day)
            todo = {id for id in due if due[id] <= day}
            if not todo:
                continue
            go_to(at.page, day)
            if new:
                at.page.reload()
                start(at.page, pages[week][0])
            else:  # the page stood open over night
                at.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
            assert left(at.page) == len(todo), day
            done = at.page.evaluate(A_DAY, counts)
            assert {id for id, _, _ in done} == todo and len(done) == len(todo)
            for id, grade, told in done:
                counts[id] = counts.get(id, 0) + 1
                now = START + timedelta(days=day)
                cards[id], _ = FSRS.review_card(cards.get(id, Card()), Rating(grade), now)
                assert told == (cards[id].due - now).days
                due[id] = day + told
        found = kept(at.page)
        assert {id: entry["reviews"] for id, entry in found.items()} == counts and len(counts) >= 72
        for id, entry in found.items():
            assert entry["stability"] == pytest.approx(cards[id].stability, rel=1e-6)
        assert at.errors == []


def test_a_reworded_question_keeps_its_history(visit):
    with visit_on(visit) as at:
        start(at.page)
        words = said(at.page, "question")
        answer(at.page, 4)
        (id,) = kept(at.page)

        def reword(route):
            body = route.fetch().text()
            assert words in body
            route.fulfill(body=body.replace(words, "Asked in other words?"), content_type="text/html")

        at.page.route("**/recall.html", reword)
        go_to(at.page, 8)
        at.page.reload()
        fold = at.page.locator(f"[data-id='{id}'] summary")
        assert fold.inner_text() == "Asked in other words?"
        while said(at.page, "question") != "Asked in other words?":
            answer(at.page, 3)
        answer(at.page, 3)
        assert kept(at.page)[id]["reviews"] == 2


def test_two_tabs_do_not_grade_one_question_twice(visit):
    with visit_on(visit) as at:
        start(at.page)
        other = at.page.context.new_page()
        other.goto(at.page.url)
        answer(other, 3)
        at.page.get_by_text("Another tab of this book has gone on").wait_for()
        assert said(at.page, "question") == said(other, "question")
        answer(at.page, 3)
        assert len(kept(at.page)) == 2 and {e["reviews"] for e in kept(at.page).values()} == {1}


BLOCKED = "Object.defineProperty(window, 'localStorage', { get() { throw new Error('blocked'); } })"
FULL = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }"
TROUBLE = {
    "blocked": (BLOCKED, "This browser keeps nothing here"),
    "full": (FULL, "This browser's place for this book is full"),
}


@pytest.mark.parametrize("trouble", TROUBLE)
def test_where_nothing_can_be_kept_it_is_said_and_the_session_goes_on(visit, trouble):
    script, sentence = TROUBLE[trouble]
    with visit_on(visit, scripts=[script]) as at:
        start(at.page)
        before = left(at.page)
        answer(at.page, 3)
        assert left(at.page) == before - 1
        assert sentence in said(at.page, "said") and at.errors == []


@pytest.mark.parametrize(
    "state", ["{", "[]", '"text"', "null", '{"version": 1}', '{"version": 0, "entries": {}}']
)
def test_a_corrupt_state_is_set_aside_and_not_lost(visit, state):
    with visit_on(visit) as at:
        at.page.evaluate("([key, state]) => localStorage.setItem(key, state)", [KEY, state])
        at.page.reload()
        assert "It is set aside" in said(at.page, "said")
        assert at.page.evaluate("(key) => localStorage.getItem(`${key}-unread`)", KEY) == state
        start(at.page)
        answer(at.page, 3)
        assert len(kept(at.page)) == 1 and at.errors == []


def test_a_card_that_makes_no_sense_is_asked_anew(visit):
    with visit_on(visit) as at:
        id = at.page.locator(".recall-question").first.get_attribute("data-id")
        state = {"version": 1, "entries": {id: {"when": 1, "due": "soon", "stability": -1}}}
        at.page.evaluate("([key, state]) => localStorage.setItem(key, state)", [KEY, json.dumps(state)])
        at.page.reload()
        start(at.page, "00_numpy")
        answer(at.page, 3)
        assert kept(at.page)[id]["reviews"] == 1 and at.errors == []


def test_a_state_of_a_newer_edition_is_left_alone(visit):
    with visit_on(visit) as at:
        state = '{"version": 99, "entries": {}}'
        at.page.evaluate("([key, state]) => localStorage.setItem(key, state)", [KEY, state])
        at.page.reload()
        start(at.page)
        answer(at.page, 3)
        assert "of a newer edition" in said(at.page, "said")
        assert at.page.evaluate("(key) => localStorage.getItem(key)", KEY) == state


def test_without_a_script_all_questions_stand_there_folded(visit):
    with visit(PAGE, java_script_enabled=False) as at:
        assert none_seen(at.page.locator(".recall-session")) and none_seen(at.page.locator(".start"))
        first = at.page.locator(".recall-question").first
        assert is_seen(first.locator("summary")) and none_seen(first.locator("p"))
        first.locator("summary").click()
        assert is_seen(first.locator("p"))


def test_formulas_of_an_answer_are_mathml(visit):
    with visit_on(visit) as at:
        start(at.page, "02_boundary")
        for _ in range(left(at.page)):
            at.page.get_by_role("button", name="Show the answer").click()
            if at.page.locator(".recall-session .answer math").count():
                break
            at.page.get_by_role("button", name="3 Good").click()
        assert is_seen(at.page.locator(".recall-session .answer math").first)


@pytest.mark.parametrize("look", ["light", "dark", "forced"])
def test_on_a_phone_it_is_accessible_and_fits_a_thumb(visit, look):
    options = {"forced_colors": "active"} if look == "forced" else {"color_scheme": look}
    with visit_on(visit, viewport={"width": 390, "height": 844}, **options) as at:
        start(at.page)
        at.page.get_by_role("button", name="Show the answer").click()
        buttons = at.page.locator(".recall-session button:visible, .recall-page button:visible")
        sizes = [each.bounding_box() for each in buttons.all()]
        assert len(sizes) > 20 and all(min(size["width"], size["height"]) >= 44 for size in sizes)
        assert at.page.evaluate("document.documentElement.scrollWidth") <= 390
        assert unseen(at.page.locator(".recall-session .grades button")) == []
        found = Axe().run(at.page).response["violations"]
        found = [each for each in found if each["impact"] in ("serious", "critical")]
        assert [node["html"] + node["failureSummary"] for each in found for node in each["nodes"]] == []


def test_it_is_done_by_keys_alone(visit):
    with visit_on(visit) as at:
        at.page.locator(".start").nth(1).focus()
        at.page.keyboard.press("Enter")  # the question has the focus
        count = left(at.page)
        for _ in range(count):
            at.page.keyboard.press("Enter")
            assert is_seen(at.page.locator(".recall-session .answer"))
            at.page.keyboard.press("3")
        assert left(at.page) == 0 and len(kept(at.page)) == count


def notes(path, folder):
    """Return {guid: (id of its kind, fields)} of an .apkg, as Anki would read it."""
    with zipfile.ZipFile(path) as file:
        database = sqlite3.connect(file.extract("collection.anki2", folder))
    found = database.execute("select guid, mid, flds from notes").fetchall()
    assert len(found) == len({guid for guid, _, _ in found})
    return {guid: (kind, fields.split("\x1f")) for guid, kind, fields in found}


def test_the_deck_for_anki_holds_every_question(visit, book, tmp_path):
    html = (book / f"{PAGE}.html").read_text(encoding="utf-8")
    with visit(PAGE) as at:
        link = at.page.get_by_role("link", name="as a deck for Anki")
        with at.page.expect_download() as coming:
            link.click()
        found = notes(coming.value.path(), tmp_path)
    assert len(found) == len(QUESTION.findall(html)) >= 72
    answers = [fields[1] for _, fields in found.values()]
    assert all(answers) and any(r"\(|b/w|\)" in text for text in answers)
    assert not any("<math" in text for text in answers)


def test_a_deck_that_is_imported_again_replaces_the_words_and_adds_no_note(tmp_path):
    was = [("one", "01_neuron", "1 · Neuron", "What?", "<p>This.</p>")]
    new = [("one", "01_neuron", "1 · Neuron", "What, in other words?", "<p>That.</p>")]
    for name, questions in (("was", was), ("new", new)):
        write_deck(questions, tmp_path / f"{name}.apkg")
    was, new = (notes(tmp_path / f"{name}.apkg", tmp_path / name) for name in ("was", "new"))
    assert was.keys() == new.keys()
    (((kind, before), (other, after)),) = zip(was.values(), new.values(), strict=True)
    assert kind == other and before != after
