"""Promise: what chapter 19 says of the real model, on a few texts; chapter 16 agrees about the weight."""

import tomllib

import numpy as np
import pytest
import torch

from helpers.explorables.base import HERE
from helpers.explorables.surgery import KNOBS, recorded
from helpers.reading import real_knob
from helpers.reading.changes import without
from helpers.reading.first_token import constants_instead, fit_constants, hidden
from helpers.reading.induction import both_losses, looks_back, repeated, scores
from helpers.reading.inside import recorded as kept
from helpers.reading.passages import PASSAGES, passages
from helpers.reading.real_knob import BLOCK, COLUMN, NAME, ROW, added, losses, written
from helpers.reading.surgery import larger, turned
from helpers.real_models import smollm
from helpers.real_models.texts import TEXTS

LATE = range(BLOCK + 1, 30)


@pytest.fixture(scope="module")
def real():
    return smollm.load()


@pytest.fixture(scope="module")
def texts(real):
    return passages(real[1])[::4]  # three of the twelve, for time


@pytest.fixture(scope="module")
def intact(real, texts):
    """The stream in front of block 11, and the losses."""
    stream = kept(real[0], texts[:, :-1], ["stream"])["stream", BLOCK]
    return stream, losses(real[0], texts, start=BLOCK, x=stream)


def test_the_passages_are_long_enough(real):
    assert (
        passages(real[1]).shape == (12, 49) and min(len(real[1].encode(t)) for t in PASSAGES.values()) >= 64
    )
    with pytest.raises(ValueError, match="shortest passage"):
        passages(real[1], 1000)


def test_our_pass_gives_the_real_models_logits(real, texts):
    with torch.no_grad():
        wanted = real[0](texts[:1, :-1])
    assert torch.allclose(real_knob.run(real[0], texts[:1, :-1]), wanted, atol=2e-3)


def test_four_heads_repeat_and_twelve_calm_ones_need_not(real):
    """One text that the chapter does not use."""
    tokens = repeated(48, texts=4)[3:]
    found = scores(real[0], tokens)
    order = [divmod(int(k), 9) for k in found.flatten().argsort(descending=True)]
    assert set(order[:4]) == {(18, 6), (17, 3), (17, 4), (17, 5)} and found[16, 0] < 0.01
    first, second = both_losses(real[0], tokens)
    off_first, off_second = both_losses(real[0], tokens, without(order[:4]))
    assert second < 2.5 < first - 8 and off_second > 5.5 and abs(off_first - first) < 0.3
    calm = [at for at in order if found[at] < 0.1]
    dozen = np.random.default_rng(1).permutation(calm)[:12].tolist()
    assert both_losses(real[0], tokens, without(dozen))[1] < off_second - 2
    blind = scores(real[0], tokens, without([(16, 0)]))
    assert max(blind[at] for at in order[:4]) < 0.35 < 0.6 < min(found[at] for at in order[:4])
    assert looks_back(kept(real[0], tokens, ["weights"])["weights", 16], 1)[0] > 0.9


def test_one_weight_and_a_constant_in_its_place(real, texts, intact):
    model, tokenizer = real
    stream, before = intact
    with turned(model, NAME, (ROW, COLUMN), 0.0):
        off = losses(model, texts, start=BLOCK, x=stream)
        back = losses(model, texts, added(20_000), BLOCK, stream)
        wrong = losses(model, texts, added(20_000, row=300), BLOCK, stream)
        mute, speech = (
            written(model, tokenizer, "The capital of France is", 3, change)
            for change in (real_knob.unchanged, added(20_000))
        )
    assert (off - before).min() > 1 and (back - before).abs().max() < 0.1 and (wrong - off).min() > 2
    assert "Paris" in speech and "Paris" not in mute
    assert torch.equal(losses(model, texts, start=BLOCK, x=stream), before)  # it is back


def test_chapter_16_says_the_same_of_the_weight(real, texts, intact):
    """On other texts: the same eight are larger, the largest does nothing, its neighbour little."""
    model, (stream, before) = real[0], intact
    said = tomllib.loads((HERE / "precision.toml").read_text())["real"]
    found = larger(model, said["the_one"])
    assert len(found) == said["larger"] and model.get_parameter(NAME)[ROW, COLUMN].item() == pytest.approx(
        said["the_one"], abs=1e-3
    )
    name, *place, value = max(found, key=lambda each: abs(each[-1]))
    assert value == pytest.approx(said["largest"], abs=1e-3)
    with turned(model, name, place, 0.0):
        change = losses(model, texts, start=BLOCK, x=stream) - before
    assert change.abs().max() < 0.02 and abs(said["largest_zero"] - said["file"]) < 0.02
    row = {tuple(place): value for name, *place, value in found if name == NAME}
    assert [(at[0], round(value, 3)) for at, value in row.items()] == [(ROW, said["row_largest"])]
    with turned(model, NAME, next(iter(row)), 0.0):
        change = (losses(model, texts, start=BLOCK, x=stream) - before).mean()
    assert change == pytest.approx(said["row_largest_zero"] - said["file"], abs=0.1)


def test_one_constant_a_head_replaces_all_that_the_first_token_hands_over(real, texts):
    model, tokenizer = real
    others = torch.tensor([tokenizer.encode(text)[:56].tolist() for text in TEXTS.values()])
    constants = fit_constants(model, others, LATE)
    assert sum(each.numel() for each in constants.values()) == 10_368
    x = kept(model, texts[:, :-1], ["stream"])["stream", BLOCK + 1]
    base = losses(model, texts, start=BLOCK + 1, x=x)
    zero = {i: 0 * each for i, each in constants.items()}
    change = {
        name: (losses(model, texts, each, BLOCK + 1, x) - base).mean()
        for name, each in {
            "constants": constants_instead(constants),
            "zero": constants_instead(zero),
            "hidden": hidden(LATE),
            "hidden, constants": hidden(LATE, constants),
        }.items()
    }
    assert abs(change["constants"]) < 0.1 and change["zero"] > 0.4
    assert min(change["hidden"], change["hidden, constants"]) > 0.5


def test_the_recorded_knob_is_the_real_model(real):
    model, tokenizer = real
    batch = passages(tokenizer)
    stream = kept(model, batch[:, :-1], ["stream"])["stream", BLOCK]
    record, beginning = recorded()
    assert set(record) == set(KNOBS) and all(len(each["losses"]) == 41 for each in record.values())
    w = model.get_parameter(NAME)[ROW, COLUMN].item()
    assert record["weight"]["value"] == pytest.approx(w)
    for at, factor, change in ((10, 0.0, real_knob.unchanged), (20, 1.0, real_knob.unchanged)):
        with turned(model, NAME, (ROW, COLUMN), factor * w):
            loss = losses(model, batch, change, BLOCK, stream).mean().item()
            said = written(model, tokenizer, beginning, 8, change).removeprefix(beginning)
        assert record["weight"]["losses"][at] == pytest.approx(loss, abs=2e-3)
        assert record["weight"]["words"][at] == said
    with turned(model, NAME, (ROW, COLUMN), 0.0):
        loss = losses(model, batch, added(20_000), BLOCK, stream).mean().item()
    assert record["constant"]["losses"][20] == pytest.approx(loss, abs=2e-3)
