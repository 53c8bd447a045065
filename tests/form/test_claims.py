"""The ledger is whole, a cell of each chapter tests each of its claims, and no page says other than it."""

import re
from html.parser import HTMLParser

import pytest
import yaml
from notebook_rules import ROOT, TOOL_PAGES, asserts, chapters, load, markdown, source, tags

from helpers.claims import VERDICTS, claims, finished, often_said, sources, tally
from helpers.claims.last_page import by_source, mended, paragraph, parts, repairs
from helpers.claims.ledger import ledger, source_list, tally_table

BOX = re.compile(r"^often_said\(\"([a-z0-9-]+)\"\)$")
# Words that name a verdict and seldom anything else. "Holds" and "wrong" are words of every text.
TYPED = re.compile(
    r"\bverdict(?: is\b|s?:)|\b(?:holds,? with a condition|misleading|cannot be known|not[- ]knowable)\b",
    re.IGNORECASE,
)
VOID = {"input", "br", "img", "hr"}


class Tags(HTMLParser):
    """Collect the start tags with their attributes and the text; complain about a tag that is not closed."""

    def __init__(self, html):
        super().__init__()
        self.found, self.words, self.open = [], [], []
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)

    def values(self, name):
        return [attributes[name] for _, attributes in self.found if name in attributes]


def boxes(notebook):
    """Return (position, claim id) for every box of a notebook."""
    matches = [(at, BOX.match(source(cell).strip())) for at, cell in enumerate(notebook["cells"])]
    return [(at, match.group(1)) for at, match in matches if match]


def is_tested(notebook, claim, after):
    """Tell whether a cell after a position carries the claim's tag and an assert that can fail."""
    later = notebook["cells"][after + 1 :]
    return any(f"claim-{claim}" in tags(c) and c["cell_type"] == "code" and asserts(c) for c in later)


def test_the_ledger_is_whole():
    raw = re.findall(
        r'^id = "(.*)"$', (ROOT / "helpers/claims/claims.toml").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert len(raw) == len(set(raw)) == len(claims()) == 100
    assert list(sources()) == ["A", "B", "C", "D", "E"]
    written = finished()  # in the order of the story
    place = {chapter: at for at, chapter in enumerate(written)}
    # By their numbers; of two pages with one number, as the story has them.
    order = [(int(c.chapter[:2]), place.get(c.chapter, len(written)), c.chapter) for c in claims().values()]
    assert order == sorted(order)
    assert tally().total() == 100 and set(tally()) == set(VERDICTS)


@pytest.mark.parametrize("claim", claims().values(), ids=lambda c: c.id)
def test_a_claim_is_well_formed(claim):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", claim.id)
    assert re.fullmatch(r"\d\d_[a-z_]+", claim.chapter)
    assert claim.verdict in VERDICTS
    assert (
        claim.sources
        and set(claim.sources) <= set(sources())
        and list(claim.sources) == sorted(set(claim.sources))
    )
    assert claim.claim.endswith(".") and claim.why.endswith(".") and claim.claim != claim.why
    # A measured number belongs in a cell that asserts it, and the ledger has no cells.
    assert not re.search(r"\d\.\d|\d,\d|\d ?%|(?<![\w-])\d{2,}", claim.why)


def test_the_finished_chapters_are_those_in_the_book():
    parts = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))["parts"]
    files = [entry["file"].removeprefix("chapters/") for part in parts for entry in part["chapters"]]
    assert (
        finished()
        == [path.stem for path in chapters(tools=False)]
        == [name for name in files if re.match(r"\d\d_", name) and name not in TOOL_PAGES]
    )


@pytest.mark.parametrize("path", chapters(), ids=lambda p: p.stem)
def test_a_chapter_tests_its_claims_and_no_others(path):
    notebook = load(path)
    shown = [claim for _, claim in boxes(notebook)]
    own = {c.id for c in claims().values() if c.chapter == path.stem}
    assert len(shown) == len(set(shown)), "a claim is shown twice"
    assert set(shown) == own, (
        f"missing: {sorted(own - set(shown))}; of another chapter: {sorted(set(shown) - own)}"
    )
    untested = [claim for at, claim in boxes(notebook) if not is_tested(notebook, claim, at)]
    assert not untested, f"no later cell tagged claim-ID with an assert that can fail: {untested}"
    tagged = {
        t.removeprefix("claim-") for cell in notebook["cells"] for t in tags(cell) if t.startswith("claim-")
    }
    assert tagged == own, f"tags without a box: {sorted(tagged - own)}"
    strays = [
        cell["id"]
        for cell in notebook["cells"]
        if "often_said(" in source(cell) and not BOX.match(source(cell))
    ]
    assert not strays, f"more than the box in {strays}"


@pytest.mark.parametrize("path", chapters(), ids=lambda p: p.stem)
def test_only_the_ledger_names_verdicts(path):
    typed = {
        cell["id"]: TYPED.findall(source(cell)) for cell in markdown(load(path)) if TYPED.search(source(cell))
    }
    assert not typed, f"the box says the verdict, from the ledger: {typed}"


@pytest.mark.parametrize("claim", claims().values(), ids=lambda c: c.id)
def test_a_box_says_what_the_ledger_says(claim):
    box = often_said(claim.id)
    page = Tags(box._repr_html_())
    text = "".join(page.words)
    assert f"“{claim.claim}”" in text and claim.why in text
    verdict = text.index("tell me")
    assert f"{VERDICTS[claim.verdict][0]}, as you guessed" in text[verdict:]
    assert all(word not in text[verdict:] for word, _ in VERDICTS.values() if word not in said(claim))
    radios = [attributes for tag, attributes in page.found if tag == "input"]
    assert {radio["name"] for radio in radios} == {f"guess-{claim.id}"}
    assert [radio["value"] for radio in radios] == [*VERDICTS, ""]
    assert [radio["value"] for radio in radios if "data-right" in radio] == [claim.verdict]
    assert page.values("id") == [f"claim-{claim.id}"]
    assert page.values("href") == [f"claims.html#ledger-{claim.id}"]
    assert page.values("title") == [sources()[letter]["about"] for letter in claim.sources]
    assert repr(box).endswith(f"Verdict: {VERDICTS[claim.verdict][0]}. {claim.why}")


def said(claim):
    return f"{VERDICTS[claim.verdict][0]} {claim.why} guessed otherwise"


def test_an_unknown_claim_names_the_nearest():
    with pytest.raises(LookupError, match=r"'volume-nob'\. The nearest is 'volume-knob'\.$"):
        often_said("volume-nob")
    with pytest.raises(LookupError, match="The nearest is"):
        often_said(None)


def test_the_ledger_page_has_a_row_for_each_claim():
    page = Tags(ledger()._repr_html_())
    assert page.values("id") == [f"ledger-{name}" for name in claims()]
    links = [f"{c.chapter}.html#claim-{c.id}" for c in claims().values() if c.chapter in finished()]
    assert page.values("href") == links
    text = "".join(page.words)
    assert text.count("not yet tested here") == text.count("not written yet") == 100 - len(links)
    assert all(c.claim in text and c.why in text for c in claims().values())


def test_the_sources_are_described():
    words = Tags(source_list()._repr_html_()).words
    assert [word for letter, source in sources().items() for word in (letter, source["about"])] == words[-10:]


def test_the_tally_adds_up():
    page = Tags(tally_table()._repr_html_())
    numbers = [int(word) for word in page.words if word.isdigit()]
    done = tally(c for c in claims().values() if c.tested)
    assert numbers == [n for key in VERDICTS for n in (tally()[key], done[key])] + [100, done.total()]


def cell(text, *names):
    return {"cell_type": "code", "metadata": {"tags": list(names)}, "source": text}


@pytest.mark.parametrize(
    "test",
    [
        cell("assert True", "claim-knobs"),
        cell("assert 1 + 1 == 2", "claim-knobs"),
        cell("assert (x == 1, 'always true')", "claim-knobs"),
        cell("assert x == 1 or True", "claim-knobs"),
        cell("x == 1", "claim-knobs"),
        cell("assert x == 1", "claim-volume-knob"),
        {**cell("assert x == 1", "claim-knobs"), "cell_type": "markdown"},
    ],
)
def test_a_cell_that_tests_nothing_does_not_count(test):
    box = cell('often_said("knobs")')
    good = cell("assert x == 1", "claim-knobs")
    assert is_tested({"cells": [box, good]}, "knobs", 0)
    assert not is_tested({"cells": [box, test]}, "knobs", 0)
    assert not is_tested({"cells": [good, box]}, "knobs", 1)
    assert boxes({"cells": [box, good]}) == [(0, "knobs")]


def test_a_typed_verdict_is_seen():
    assert all(map(TYPED.search, ["So it is Misleading.", "It holds with a condition.", "Verdict: wrong."]))
    assert not TYPED.search("The equality holds, a wrong sign shows, and the verdict waits.")


def test_the_last_page_mends_every_sentence_that_needs_it():
    mended_ones = {id for id, claim in claims().items() if claim.verdict != "holds"}
    assert set(repairs()) == mended_ones
    for id, words in repairs().items():
        assert words[0].isupper() or words[0] == "“", id
        assert words.endswith(".") and words.count(". ") == 0, f"{id}: one sentence"
        assert words != claims()[id].claim and "  " not in words, id
        assert not re.search(r"\d[.,]\d", words), f"{id}: measured numbers live in cells"
    for page in (by_source(), mended(), paragraph()):
        assert Tags(page._repr_html_()).open == [] and page.__repr__()


def test_each_part_of_the_paragraph_leads_to_its_test():
    html = paragraph()._repr_html_()
    leads = [value for value in Tags(html).values("href")]
    tested = [id for _text, id in parts() if claims()[id].tested]
    assert leads == [f"{claims()[id].chapter}.html#claim-{id}" for id in tested] and len(tested) >= 18
    assert len({id for _text, id in parts()}) == len(parts())
