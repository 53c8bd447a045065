"""The model that is alive in a page is the model of Python, and it says what it cannot take."""

import numpy as np
import pytest
import torch
from browser import served, settle, watched
from on_screen import differences, read, twin

from helpers.explorables import Surgery
from helpers.language.small_language import small_language
from helpers.reading.small_model import small_model

PAGE = (
    '<!doctype html><html lang="en" data-theme="light"><meta charset="utf-8"><title>Surgery</title><body>{}'
)
LOGITS = """async ([source, shapes, numbers, texts]) => {
  const { reader, tensorsOf, unpackHalves } = await import(
    URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  const tensors = tensorsOf(shapes, unpackHalves(numbers));
  return texts.map((text) => {
    const read = reader(tensors, { layers: 2, heads: 4, base: 10_000 });
    return text.map((token) => Array.from(read(token).logits));
  });
}"""


@pytest.fixture
def visit(chrome, tmp_path):
    (tmp_path / "surgery.html").write_text(PAGE.format(Surgery().static_html()), encoding="utf-8")
    with served(tmp_path) as address, watched(chrome, address + "surgery.html") as opened:
        settle(opened.page)
        yield opened


def test_its_logits_are_pythons(visit):
    """Both compute in 64 bits from the same 16-bit parameters, so only rounding is between them."""
    from helpers.explorables.base import HERE

    rng, language = np.random.default_rng(5), small_language()
    sampled, _ = language.sample(400, rng)
    texts = [list(map(int, sampled[start : start + n])) for start, n in ((0, 1), (3, 7), (50, 20), (200, 32))]
    texts.append(rng.integers(0, 163, 32).tolist())  # and one that is no sentence
    state, source = Surgery().state(), (HERE / "model.js").read_text(encoding="utf-8")
    given = [source, state["shapes"], state["numbers16"][0], texts]
    model = small_model().double()
    for text, seen in zip(texts, visit.page.evaluate(LOGITS, given), strict=True):
        with torch.no_grad():
            wanted = model(torch.tensor([text]))[0].numpy()
        assert np.abs(np.array(seen) - wanted).max() < 1e-9


def test_its_parameters_are_those_of_the_model():
    state = Surgery().state()
    assert sum(int(np.prod(shape)) for shape in state["shapes"].values()) == 64_464
    assert len(state["numbers16"][0]) == -(-2 * 64_464 // 3) * 4  # two bytes each, in base64


@pytest.mark.parametrize(
    "text, said",
    [("the unicorn", "“unicorn”"), ("   ", "at least one word"), ("the dog " * 6, "up to 10 words")],
)
def test_a_beginning_that_it_cannot_take_is_a_sentence(visit, text, said):
    place = visit.page.locator(".explorable")
    before = twin(place).state()
    box = place.locator("input.prompt")
    box.fill(text)
    settle(visit.page)
    note = place.locator(".note").first.inner_text()
    assert said in note and note.endswith(".")
    assert twin(place).state() == before and differences(read(place), Surgery().numbers()) == []
    box.fill("the cat")
    settle(visit.page)
    assert place.locator(".note").first.text_content() == "" and twin(place).prompt == "the cat"
    assert differences(read(place), twin(place).numbers()) == [] and visit.errors == []


def test_an_address_outside_of_a_part_is_a_sentence(visit):
    place = visit.page.locator(".explorable")
    outside = place.locator(".note").nth(1)
    assert outside.text_content() == ""
    place.evaluate("(e) => { e.model.set('part', 'out'); e.model.set('row', 150); e.model.save_changes(); }")
    settle(visit.page)
    assert outside.inner_text() == "It has 48 rows and 48 columns: the nearest to your choice is taken."
    shown = {each["name"]: each["text"] for each in read(place)}
    assert shown["at_row"] == "47" and differences(read(place), twin(place).numbers()) == []


def test_a_link_brings_the_beginning_back(visit):
    page = visit.page
    page.goto(page.url + "?1#surgery?prompt=the+cat+near&turn=1")
    settle(page)
    place = page.locator(".explorable")
    assert (twin(place).prompt, twin(place).turn) == ("the cat near", 1.0)
    page.goto(page.url.split("?")[0] + "?2#surgery?prompt=the+unicorn")
    settle(page)
    assert twin(place).prompt == Surgery().prompt and "unicorn" in place.locator(".note").first.inner_text()


def test_what_it_writes_is_what_the_model_writes(visit):
    place = visit.page.locator(".explorable")
    model, language = small_model(), small_language()
    for beginning in ("the dogs near the gate", "Ada", "the nurse says that"):
        place.locator("input.prompt").fill(beginning)
        settle(visit.page)
        tokens, said = language.encode(f". {beginning}").tolist(), []
        with torch.no_grad():
            while len(said) < 9 and said[-1:] != ["."]:
                tokens.append(int(model(torch.tensor([tokens]))[0, -1].argmax()))
                said.append(language.words[tokens[-1]])
        if said[-1] != ".":
            said.pop()  # eight words at most, and the full stop
        assert place.locator(".ours .says strong").inner_text() == " ".join(said)
