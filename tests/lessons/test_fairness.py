"""Promise: chapter 20 measures what it says; helpers agree with a pencil and with other ways to compute."""

from itertools import product
from math import isnan

import numpy as np
import pytest
import torch

from helpers.explorables import Fairness
from helpers.explorables.fairness import LAST, NAMES, group, shares
from helpers.fairness import choosing, planted, pronouns, reduced
from helpers.fairness.counts import rates, right_share, wrong_share
from helpers.language.small_language import small_language
from helpers.language.transformer import Config, Transformer


def test_strength_by_pencil():
    assert planted.strength_of([np.log(9)], [np.log(1 / 9)]) == pytest.approx(0.9)
    assert planted.strength_of([0.0, 0.0], [0.0]) == 0.5
    assert planted.strength_of([np.log(1 / 4)], [np.log(4)]) == pytest.approx(0.2)


def test_counted_is_what_one_counts_in_the_text():
    language = small_language(0.7)
    tokens, _ = language.sample(20_000, np.random.default_rng(5))
    text = f" {language.decode(tokens)} "
    for job, odds in zip(planted.HERS, planted.counted(language, tokens, planted.HERS), strict=True):
        she, he = (text.count(f" the {job} says that {word} ") for word in ("she", "he"))
        assert odds == pytest.approx(np.log(she / he))


def test_a_job_without_one_of_the_pronouns_has_no_log_odds():
    language = small_language(1.0)
    tokens, _ = language.sample(3_000, np.random.default_rng(0))
    with pytest.raises(ValueError, match="no log-odds"):
        planted.counted(language, tokens, planted.HERS)


def test_asked_is_the_logarithm_of_two_probabilities():
    language = small_language()
    model = Transformer(Config(vocabulary=163, context=32, width=16, layers=1, heads=2), seed=3)
    with torch.no_grad():
        model.norm.bias.normal_(generator=torch.Generator().manual_seed(0))
        p = model(torch.tensor(language.encode(". the pilot says that"))[None])[0, -1].softmax(-1)
    she, he = p[language.encode("she he")].tolist()
    assert planted.asked(model, language, ["pilot"])[0] == pytest.approx(np.log(she / he), abs=1e-5)
    bare = planted.without_biases(model)
    assert bare.norm.bias.abs().sum() == 0 != model.norm.bias.abs().sum()
    assert torch.equal(bare.embedding.weight, model.embedding.weight)


def test_the_record_says_what_the_chapter_says():
    found, strengths = planted.record(), np.array(planted.STRENGTHS)[:, None]
    assert all(rows.shape == (len(planted.STRENGTHS), len(planted.SEEDS)) for rows in found.values())
    assert np.abs(found["text"] - strengths).max() < 0.025
    assert np.abs(found["model"] - found["text"]).max() < 0.03
    assert (found["loss_zeroed"] - found["loss"]).min() > 0.1
    assert np.abs(found["zeroed"] - found["model"]).mean() < 0.03


@pytest.mark.parametrize("seed", [0, 7, 30])
def test_choosing(seed):
    people = choosing.applicants(6_000, np.random.default_rng(seed))
    square, label = people["square"], people["label"]
    assert abs(choosing.gap(people["good"], square)) < 0.04
    assert choosing.gap(label, square) == pytest.approx(0.2, abs=0.04)
    weights = choosing.reweigh(square, label)
    assert weights.sum() == pytest.approx(len(label))
    shares = [np.average(label[square == g], weights=weights[square == g]) for g in (0, 1)]
    assert shares[0] == pytest.approx(shares[1])


def test_reweigh_leaves_an_empty_cell_alone():
    weights = choosing.reweigh(np.array([0, 0, 1, 1]), np.array([1, 0, 0, 0]))
    assert weights.tolist() == [0.5, 1.5, 0.75, 0.75]


def test_fit_stands_where_the_slope_is_zero():
    people = choosing.applicants(2_000, np.random.default_rng(1))
    x, weights = (
        choosing.columns(people, ["skill", "standin"]),
        choosing.reweigh(people["square"], people["label"]),
    )
    w, b = choosing.fit(x, people["label"], weights)
    p = torch.tensor([*w, b], requires_grad=True)
    z = torch.tensor(x) @ p[:-1] + p[-1]
    losses = torch.nn.functional.binary_cross_entropy_with_logits(
        z, torch.tensor(people["label"]), weight=torch.tensor(weights)
    )
    losses.backward()
    assert p.grad.abs().max() < 1e-4
    assert choosing.log_loss(x, w, b, people["label"]) == pytest.approx(
        torch.nn.functional.binary_cross_entropy_with_logits(z, torch.tensor(people["label"])).item()
    )


def test_two_ways_to_count_agree():
    for counts in product((1, 3, 10), repeat=4):
        tp, fp, fn, tn = counts
        base, chosen, found, right = rates(*counts)
        assert right == pytest.approx(right_share(base, chosen, found)) == pytest.approx(tp / (tp + fp))
        assert wrong_share(base, found, right) == pytest.approx(fp / (fp + tn))
    assert [isnan(share) for share in rates(0, 0, 0, 4)] == [False, False, True, True]


def test_the_explorable_cannot_have_all_three():
    assert Fairness().numbers()["closest"] > 0.1 and Fairness(base="same").numbers()["closest"] == 0
    for name in NAMES:
        at = Fairness(circles=50.0).numbers()[f"at_{name}"]
        shown = Fairness(circles=50.0, squares=at).numbers()
        assert abs(shown[f"gap_{name}"]) < 1e-9 and shown["held"] == 1
    assert Fairness(base="same", circles=30.0, squares=30.0).numbers()["held"] == 3


def test_each_share_of_the_explorable_only_rises_or_only_falls():
    for shape in ("circles", "squares"):
        rows = np.diff([shares(group(shape), t)[1][1:] for t in np.arange(0, LAST + 0.1, 0.5)], axis=0)
        assert (rows[:, :2] < 0).all() and (rows[:, 2] > 0).all()


def test_a_template_has_one_gap():
    assert pronouns.filled("The {} said that", "nurse") == "The nurse said that"
    for template, gaps in (("The nurse said", 0), ("The {} saw the {}", 2)):
        with pytest.raises(ValueError, match=f"has {gaps} gaps"):
            pronouns.filled(template, "nurse")
    with pytest.raises(ValueError, match="has 0 gaps"):
        pronouns.table(None, None, ["nurse"], ["no gap"])  # refused before the model is asked


def test_an_interval_takes_eight_numbers():
    with pytest.raises(ValueError, match="7 numbers are too few"):
        pronouns.interval(np.arange(7.0))


def test_bits_per_byte():
    assert reduced.bits_per_byte(200 * np.log(2), "é" * 100) == pytest.approx(1)  # two bytes each
    with pytest.raises(ValueError, match="too short to measure on"):
        reduced.bits_per_byte(1.0, "a" * 199)


def test_the_recorded_trainings():
    found = reduced.record()
    assert {len(row) for row in found.values()} == {4}
    assert (found["free named"] < 0.25 * found["before named"]).all()
    assert (found["free others"] < 0.5 * found["before others"]).all()
    assert (found["free meant"] < 0.4 * found["before meant"]).all()
    assert (found["held meant"] > 1.8 * found["free meant"]).all()
    for seed in range(4):
        one, two = reduced.halves(seed)
        assert sorted(one + two) == sorted(pronouns.JOBS) and len(one) == len(two) == 9


class Words:
    """A tokenizer of whole words, for a small model."""

    def __init__(self):
        self.words = {}

    def encode(self, text):
        return np.array([self.words.setdefault(w, len(self.words)) for w in text.split()])


def test_padding_and_memory_change_nothing():
    config = Config(vocabulary=60, context=32, width=24, layers=2, heads=2, positions="rotary")
    model, tokenizer = Transformer(config, seed=1), Words()
    texts = ["the nurse said that", "the doctor", "everyone thanked the old pilot because"]
    together = pronouns.streams(model, tokenizer, texts)
    behind = pronouns.streams(model, tokenizer, texts, before="it had rained.")
    for text, one, other in zip(texts, together, behind, strict=True):
        alone = model.stream(torch.from_numpy(tokenizer.encode(text))[None])[0, -1]
        whole = model.stream(torch.from_numpy(tokenizer.encode(f"it had rained. {text}"))[None])[0, -1]
        assert torch.allclose(one, alone, atol=1e-5) and torch.allclose(other, whole, atol=1e-5)
