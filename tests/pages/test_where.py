"""Where a reader is: marks beside chapters, a page that counts, and a state that outlives what happens."""

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from axe_playwright_python.sync_playwright import Axe
from book_where import id_of
from browser import settle, watched
from measures import jumps, watch_jumps
from visible import is_seen, none_seen, seen, unseen

from helpers.checks import check
from helpers.studying.foretold import predictions

WHERE, PLAN, CHAPTER, RECALL = "chapters/where", "chapters/how_to", "chapters/01_neuron", "chapters/recall"
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KINDS = "read", "foretold", "recalled", "solved"
ASKED = {id: p for id, p in predictions().items() if p.chapter == "01_neuron"}
READ = {"01_neuron": {"when": 1_772_000_000_000}}
FORETOLD = {id: {"when": 1, "said": "this", "right": False} for id in ASKED}


def put(page, **kinds):
    """Write entries of some kinds into the browser, as another tab or an earlier day would have left them."""
    for kind, entries in kinds.items():
        state = json.dumps({"version": 1, "entries": entries})
        page.evaluate("([kind, state]) => localStorage.setItem(`every-knob-${kind}`, state)", [kind, state])


def kept(page):
    """Return all that the browser keeps, {kind: {id: entry}}."""
    texts = {
        kind: page.evaluate("(kind) => localStorage.getItem(`every-knob-${kind}`)", kind) for kind in KINDS
    }
    return {kind: json.loads(text)["entries"] if text else {} for kind, text in texts.items()}


def ring(page, chapter="01_neuron"):
    return page.locator(f".book-nav .toctree-l1 > a[href$='{chapter}.html'] > .where-ring")


def row(page, chapter="01_neuron"):
    return page.locator(f".where tr[data-id='{chapter}']")


def said(page):
    return page.locator(".where .said").inner_text()


def load(page, name, text):
    """Choose a file, as a person does."""
    with page.expect_file_chooser() as asked:
        page.get_by_text("Load from a file").click()
    page.locator(".where .said").evaluate("(e) => { e.textContent = '…' }")
    asked.value.set_files({"name": name, "mimeType": "application/json", "buffer": text.encode()})
    page.wait_for_function("document.querySelector('.where .said').textContent !== '…'")
    return said(page)


def drop(page, name, text):
    page.locator(".where .said").evaluate("(e) => { e.textContent = '…' }")
    moved = page.evaluate_handle(
        """([name, text]) => {
          const moved = new DataTransfer();
          moved.items.add(new File([text], name, { type: "application/json" }));
          return moved;
        }""",
        [name, text],
    )
    page.dispatch_event("main", "drop", {"dataTransfer": moved})
    page.wait_for_function("document.querySelector('.where .said').textContent !== '…'")
    return said(page)


def saved(page):
    with page.expect_download() as coming:
        page.get_by_role("button", name="Save to a file").click()
    return coming.value.path().read_text(encoding="utf-8")


def with_clock(context):
    context.clock.install(time=START)


def read_to_the_end(page, seconds):
    page.locator(".prev-next").scroll_into_view_if_needed()
    settle(page)
    page.clock.fast_forward(seconds * 1000)
    settle(page)


@pytest.mark.parametrize("how", ["http", "file"])
def test_a_page_is_read_when_its_end_was_seen_after_a_while(visit, how):
    with visit(CHAPTER, how, prepare=with_clock) as at:
        at.page.clock.fast_forward(60_000)
        settle(at.page)
        assert kept(at.page)["read"] == {}  # its end was not on the screen
        at.page.reload()
        read_to_the_end(at.page, 10)
        assert kept(at.page)["read"] == {} and at.page.locator(".where-ring").count() == 0
        read_to_the_end(at.page, 11)
        assert list(kept(at.page)["read"]) == ["01_neuron"]
        mark = at.page.locator(".book-nav a.current > .where-ring")
        assert is_seen(mark) and mark.get_attribute("aria-label").startswith("read, 0 of ")
        at.page.goto(at.page.url.replace(CHAPTER, "solutions/04_loss"))
        assert is_seen(ring(at.page))
        at.page.goto(at.page.url.replace("solutions/04_loss", WHERE))
        assert row(at.page).locator("td").first.inner_text() == "2 Mar 2026"
        assert at.errors == [] and at.left == []


def test_a_page_that_is_read_again_keeps_its_day(visit):
    with visit(CHAPTER, prepare=with_clock) as at:
        put(at.page, read=READ)
        at.page.reload()
        read_to_the_end(at.page, 30)
        assert kept(at.page)["read"] == READ


def test_the_mark_of_a_chapter_says_what_was_done(visit):
    with visit(RECALL) as at:
        assert at.page.locator(".where-ring, .where-here").count() == 0  # who has done nothing sees none
        questions = at.page.locator("[data-page='01_neuron'] details").evaluate_all(
            "(all) => all.map((e) => e.dataset.id)"
        )
        recalled = {
            id: {"when": 1, "due": 9, "stability": 2, "difficulty": 5, "reviews": 1} for id in questions
        }
        put(at.page, read=READ, foretold=FORETOLD, recalled=dict(list(recalled.items())[:3]))
        at.page.reload()
        link = at.page.get_by_role("link", name=f"{len(ASKED)} of {len(ASKED)} foretold").first
        name = ring(at.page).get_attribute("aria-label")
        assert f"read, {len(ASKED)} of {len(ASKED)} foretold, 3 of 5 recalled, 0 of " in name
        assert ring(at.page).get_attribute("title") == name and is_seen(ring(at.page)) and is_seen(link)
        assert at.page.locator(".where-ring").count() == 1
        whole = at.page.locator(".where-ring .whole")
        assert whole.count() == 0
        solved = row_ids(at, "solved")
        put(at.page, recalled=recalled, solved={id: {"when": 1, "right": True} for id in solved})
        at.page.reload()
        assert whole.count() == 1


def row_ids(at, kind):
    """Return the ids of the first chapter, as the page of the table has them."""
    other = at.page.context.new_page()
    other.goto(at.page.url.replace(RECALL, WHERE))
    ids = row(other).get_attribute(f"data-{kind}").split()
    other.close()
    return ids


def test_what_was_taken_back_counts_no_more(visit):
    with visit(WHERE) as at:
        put(at.page, read=READ, foretold={id: {"when": 2, "gone": True} for id in ASKED})
        at.page.reload()
        assert row(at.page).locator(".foretold").inner_text() == f"0 of {len(ASKED)}"
        row(at.page).get_by_role("checkbox").uncheck()
        assert kept(at.page)["read"]["01_neuron"]["gone"] and at.page.locator(".where-ring").count() == 0
        at.page.reload()
        assert not row(at.page).get_by_role("checkbox").is_checked()
        row(at.page).get_by_role("checkbox").check()
        at.page.reload()
        assert row(at.page).get_by_role("checkbox").is_checked() and is_seen(ring(at.page))


def test_a_mark_follows_what_is_done_on_its_own_page(visit):
    with visit(CHAPTER) as at:
        box = at.page.locator(".foretell").first
        box.get_by_role("radio").or_(box.get_by_role("textbox")).first.evaluate(
            "(e) => { if (e.type === 'radio') e.checked = true; else e.value = '1'; }"
        )
        box.get_by_role("button", name="It is a guess").click()
        mark = at.page.locator(".book-nav a.current > .where-ring")
        assert is_seen(mark) and f"1 of {len(ASKED)} foretold" in mark.get_attribute("aria-label")


def test_the_plan_says_in_which_week_the_reader_is(visit):
    with visit(PLAN) as at:
        rows = at.page.locator("#a-plan-by-the-week tbody tr")
        assert rows.count() == 24 and none_seen(rows.locator(".where-ring, .where-here"))
        put(at.page, read=READ | {"04_loss": {"when": 1}})
        at.page.reload()
        here = at.page.locator("#a-plan-by-the-week tr[aria-current=step]")
        assert here.locator("a").first.inner_text() == "Chapter 4" and seen(rows.locator(".where-here"))
        assert unseen(rows.locator(".where-ring")) == [] and rows.locator(".where-ring").count() == 2
        put(at.page, read={})
        at.page.reload()
        assert none_seen(rows.locator(".where-ring, .where-here")) and here.count() == 0


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", [PLAN, CHAPTER, WHERE])
def test_marks_move_nothing(visit, name, width):
    with visit(name, prepare=watch_jumps, viewport={"width": width, "height": 844}) as at:
        put(at.page, read=READ, foretold=FORETOLD)
        at.page.reload()
        settle(at.page)
        if width > 1000:
            assert at.page.locator(".where-ring").count() > 0
        shift, what = jumps(at.page)
        assert shift == pytest.approx(0, abs=0.001), what
        assert at.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.fixture
def progress(tmp_path, monkeypatch):
    """The progress file that the checks themselves write: one exercise right, one not."""
    monkeypatch.setenv("EVERY_KNOB_HOME", str(tmp_path))
    check("neuron.line", lambda x, w, b: w * x + b)
    check("neuron.weighted_sum", lambda x, w, b: 0.0)
    return (tmp_path / "progress.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("way", [load, drop])
def test_the_progress_file_of_the_exercises_is_taken(visit, progress, way):
    with visit(WHERE) as at:
        of = row(at.page).get_attribute("data-solved").split()
        assert way(at.page, "progress.json", progress) == "“progress.json” is loaded. New here: 1."
        assert row(at.page).locator(".solved").inner_text() == f"1 of {len(of)}" and is_seen(ring(at.page))
        assert list(kept(at.page)["solved"]) == ["neuron.line"]
        # What was solved once stays solved, whatever a file of another machine says.
        fresh = json.dumps({"version": 1, "exercises": {"neuron.line": {"tries": 1, "right": False}}})
        assert way(at.page, "progress.json", fresh) == "“progress.json” holds nothing that is new here."
        assert row(at.page).locator(".solved").inner_text() == f"1 of {len(of)}" and at.errors == []


def test_a_state_is_saved_and_loaded_on_another_machine(visit):
    (first, *_, last) = ASKED
    with visit(WHERE, accept_downloads=True) as at:
        put(at.page, read=READ, foretold={first: {"when": 5, "said": "old"}, last: {"when": 5, "said": "a"}})
        at.page.reload()
        text = saved(at.page)
        assert "among your downloads" in said(at.page)
    with visit(WHERE) as at:
        put(at.page, foretold={first: {"when": 9, "said": "new"}}, solved={"x": {"when": 1, "right": True}})
        at.page.reload()
        assert load(at.page, "state.json", text) == "“state.json” is loaded. New here: 2."
        found = kept(at.page)
        assert found["read"] == READ and set(found["solved"]) == {"x"}  # nothing that was here is lost
        assert {id: e["said"] for id, e in found["foretold"].items()} == {first: "new", last: "a"}
        assert row(at.page).get_by_role("checkbox").is_checked()
        assert load(at.page, "state.json", text) == "“state.json” holds nothing that is new here."


STRANGE = ["", "{", "[]", "null", '"text"', "{}", '{"book": "every-knob"}', '{"exercises": []}', "\0\0"]
OLD = {"book": "every-knob", "version": 0, "kinds": {}}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [(text, "is neither a saved state of this book nor the exercises' progress file") for text in STRANGE]
    + [
        (json.dumps(OLD), "has no version that this book knows"),
        (json.dumps(OLD | {"version": 99}), "is of a newer edition of the book"),
        ('{"version": 99, "exercises": {}}', "is of a newer edition of the book"),
    ],
)
def test_a_file_that_is_none_changes_nothing(visit, text, sentence):
    with visit(WHERE) as at:
        put(at.page, read=READ)
        at.page.reload()
        assert load(at.page, "a.json", text) == f"“a.json” {sentence}: nothing is changed."
        assert kept(at.page)["read"] == READ and at.errors == []


def test_entries_of_a_file_that_make_no_sense_are_left_out(visit):
    kinds = {"read": {"a": None, "b": {"when": "x"}, "01_neuron": {"when": 3}}, "solved": [], "other": {}}
    with visit(WHERE) as at:
        text = json.dumps(OLD | {"version": 1, "kinds": kinds})
        assert load(at.page, "a.json", text) == "“a.json” is loaded. New here: 1."
        assert kept(at.page)["read"] == {"01_neuron": {"when": 3}} and at.errors == []


@pytest.mark.parametrize(("when", "shown"), [(1e300, "2 Mar 2026"), (-5, ""), ("1", ""), (None, "")])
def test_a_date_that_cannot_be_is_not_kept(visit, when, shown):
    with visit(WHERE, prepare=with_clock) as at:
        kinds = {"read": {"01_neuron": {"when": when}}}
        load(at.page, "a.json", json.dumps(OLD | {"version": 1, "kinds": kinds}))
        assert row(at.page).locator("td").first.inner_text().strip() == shown and at.errors == []


def test_what_was_foretold_is_a_text_or_a_number(visit):
    (first, *_) = ASKED
    with visit(WHERE) as at:
        put(at.page, foretold={first: {"when": 5, "said": {"a": 1}}})
        at.page.reload()
        assert row(at.page).locator(".foretold").inner_text() == f"0 of {len(ASKED)}"


def test_forgetting_asks_once(visit):
    with visit(WHERE) as at:
        put(at.page, read=READ, foretold=FORETOLD)
        at.page.evaluate("localStorage.setItem('mode', 'dark')")
        at.page.reload()
        press = at.page.get_by_role("button", name="Forget everything", exact=True)
        sure = at.page.get_by_role("button", name="Yes, forget everything")
        assert none_seen(at.page.locator(".where .sure"))
        press.click()
        assert is_seen(sure) and none_seen(press)
        assert at.page.evaluate("document.activeElement.textContent") == "Keep it"
        at.page.keyboard.press("Enter")
        assert kept(at.page)["read"] == READ and is_seen(press)
        press.click()
        sure.click()
        assert said(at.page) == "All of it is forgotten." and at.page.locator(".where-ring").count() == 0
        assert at.page.evaluate("Object.keys(localStorage)") == ["mode"]  # the reader's colours stay


BLOCKED = "Object.defineProperty(window, 'localStorage', { get() { throw new Error('blocked'); } })"


def test_where_nothing_can_be_kept_it_is_said(visit):
    with visit(WHERE, prepare=lambda context: context.add_init_script(BLOCKED)) as at:
        sentence = "This browser keeps nothing here, so this is gone with the page."
        assert said(at.page) == sentence and at.page.locator(".where-ring").count() == 0
        text = json.dumps(OLD | {"version": 1, "kinds": {"read": READ}})
        assert load(at.page, "a.json", text) == sentence and at.errors == []


def test_a_quota_that_is_truly_used_up_is_said(visit):
    """Chromium's own limit, not a made-up one."""
    fill = """() => {
      let text = "x".repeat(2 ** 20);
      for (let i = 0; text.length; i++)
        try { localStorage.setItem(`other-${i}`, text); }
        catch { text = text.slice(0, text.length / 2); }
    }"""
    with visit(WHERE) as at:
        put(at.page, read=READ)
        at.page.evaluate(fill)
        tick = row(at.page, "04_loss").get_by_role("checkbox")
        tick.click()
        assert said(at.page).startswith("This browser's place for this book is full: this was not kept.")
        assert not tick.is_checked()  # the table shows what is kept
        assert kept(at.page)["read"] == READ and at.errors == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_corrupt_state_is_set_aside(visit, kind):
    with visit(WHERE) as at:
        at.page.evaluate("(kind) => localStorage.setItem(`every-knob-${kind}`, '{')", kind)
        at.page.reload()
        assert "It is set aside" in said(at.page) and at.errors == []
        assert at.page.evaluate("(kind) => localStorage.getItem(`every-knob-${kind}-unread`)", kind) == "{"


def test_two_tabs_lose_nothing(visit):
    with visit(WHERE) as at:
        other = at.page.context.new_page()
        other.goto(at.page.url)
        row(other).get_by_role("checkbox").check()
        at.page.get_by_text("Another tab of this book has gone on").wait_for()
        assert row(at.page).get_by_role("checkbox").is_checked() and is_seen(ring(at.page))
        row(at.page, "04_loss").get_by_role("checkbox").check()
        other.wait_for_function("localStorage.getItem('every-knob-read').includes('04_loss')")  # not at once
        assert set(kept(other)["read"]) == {"01_neuron", "04_loss"}


def test_a_page_of_another_file_name_keeps_its_id():
    env = SimpleNamespace(metadata={"chapters/05_cost": {"id": "04_loss"}, "chapters/06_new": {}})
    assert [id_of(env, f"chapters/{name}") for name in ("05_cost", "06_new", "07_more")] == [
        "04_loss",
        "06_new",
        "07_more",
    ]


def test_without_a_script_the_table_says_what_each_chapter_asks(visit):
    with visit(WHERE, java_script_enabled=False) as at:
        assert none_seen(at.page.locator(".where .desk")) and none_seen(at.page.locator(".where input"))
        assert row(at.page).locator(".recalled").inner_text() == "5" and is_seen(row(at.page).locator("th a"))


@pytest.mark.parametrize("name", [WHERE, PLAN])
@pytest.mark.parametrize("look", ["light", "dark", "forced"])
def test_on_a_phone_it_is_accessible_and_fits_a_thumb(visit, look, name):
    options = {"forced_colors": "active"} if look == "forced" else {"color_scheme": look}
    with visit(name, viewport={"width": 390, "height": 844}, **options) as at:
        put(at.page, read=READ, foretold=FORETOLD)
        at.page.reload()
        if name == WHERE:
            at.page.get_by_role("button", name="Forget everything").click()
            sizes = [e.bounding_box() for e in at.page.locator(".where :is(button, label):visible").all()]
            assert len(sizes) > 20 and all(min(size["width"], size["height"]) >= 44 for size in sizes)
            assert unseen(row(at.page).locator("td")) == []  # no column waits beyond the edge
            table = at.page.locator(".where table").bounding_box()
            assert table["x"] >= 0 and table["x"] + table["width"] <= 390
        at.page.get_by_role("button", name="All pages").click()
        assert is_seen(ring(at.page))
        assert at.page.evaluate("document.documentElement.scrollWidth") <= 390
        found = Axe().run(at.page).response["violations"]
        found = [each for each in found if each["impact"] in ("serious", "critical")]
        assert [node["html"] + node["failureSummary"] for each in found for node in each["nodes"]] == []


# Answers every prediction of a page with what stands first, as a press of the button does; returns the ids.
FORETELL = """() => [...document.querySelectorAll(".foretell.live:not(.told-so)")].map((box) => {
  const [field, radio] = [box.querySelector("[data-number]"), box.querySelector("[type=radio]")];
  if (field) field.value = "1"; else radio.checked = true;
  box.querySelector(".press button").click();
  return box.dataset.id;
})"""
GRADE = """() => {
  const box = document.querySelector(".recall-session");
  let done = 0;
  for (; !box.querySelector(".asked").hidden; done++) {
    box.querySelector(".show").click();
    box.querySelectorAll(".grades button")[2].click();
  }
  return done;
}"""
# The 20 seconds after which a page can count as read, a thousand times as fast; the calendar is set by hand.
QUICK = "const after = setTimeout; window.setTimeout = (f, ms) => after(f, ms === 20000 ? 20 : ms);"
IS_READ = """(id) => {
  document.querySelector(".prev-next").scrollIntoView();
  return JSON.parse(localStorage.getItem("every-knob-read") ?? "null")?.entries[id];
}"""


def renamed(route):
    """An update of the book: chapters have other titles, and every question has other words."""
    text = route.fetch().text()
    for end in ("</h1>", "</summary>", "</legend>"):
        text = text.replace(end, f" Now in other words.{end}")
    route.fulfill(body=text, content_type="text/html")


def test_half_a_year_of_a_reader_who_uses_all_of_it_loses_nothing(chrome, home, progress):
    """A chapter a week is foretold, read and recalled; an update, two tabs and another machine come."""
    before, state, chapters, graded = {kind: {} for kind in KINDS}, None, None, 0

    def opened(name):
        return watched(chrome, f"{home}{name}.html", prepare=prepare, accept_downloads=True)

    def prepare(context):
        context.clock.set_fixed_time(START)
        context.add_init_script(QUICK)

    def nothing_lost(page):
        nonlocal before
        now = kept(page)
        for kind in KINDS:
            assert set(before[kind]) <= set(now[kind]), kind
        assert all(now["read"][id] == entry for id, entry in before["read"].items())
        reviews = {id: entry.get("reviews", 0) for id, entry in before["recalled"].items()}
        assert all(now["recalled"][id].get("reviews", 0) >= many for id, many in reviews.items())
        before = now

    for machine, weeks in ((1, range(13)), (2, range(13, 26))):
        with opened(WHERE) as at:
            page = at.page
            page.clock.set_fixed_time(START + timedelta(weeks=weeks[0]))
            if machine == 1:
                assert "New here: 1." in load(page, "progress.json", progress)
                ids = page.locator(".where tr[data-id]")
                chapters = ids.evaluate_all("(all) => all.map((e) => e.dataset.id)")
            else:  # another machine: a fresh profile, and the file; and the book has been updated
                assert "is loaded" in load(page, "state.json", state)
                page.route("**/chapters/*.html", renamed)
            for number in weeks:
                page.clock.set_fixed_time(START + timedelta(weeks=number))
                if number < len(chapters):
                    page.goto(f"{home}chapters/{chapters[number]}.html")
                    answered = page.evaluate(FORETELL)
                    assert set(answered) <= set(kept(page)["foretold"])
                    page.wait_for_function(IS_READ, arg=chapters[number])
                page.goto(f"{home}{RECALL}.html")
                if number == 6:  # two tabs at once
                    other = page.context.new_page()
                    other.goto(page.url)
                    graded += other.evaluate(GRADE)
                    other.close()
                graded += page.evaluate(GRADE)
                nothing_lost(page)
            page.goto(f"{home}{WHERE}.html")
            state = saved(page)
            if machine == 2:
                page.unroute("**/chapters/*.html")
                page.reload()
                rows = page.locator(".where tr[data-id]")
                asked = sum(len(each.get_attribute("data-recalled").split()) for each in rows.all())
                words = page.locator(".where .count").inner_text()
                assert f"{len(chapters)} of {len(chapters)} pages read" in words
                assert f"{asked} of {asked} recalled" in words and "1 of " in words.split(", ")[-1]
                assert f"{len(predictions())} of {len(predictions())} foretold" in words
                assert sum(e.get("reviews", 0) for e in kept(page)["recalled"].values()) == graded > 2 * asked
            assert at.errors == []
