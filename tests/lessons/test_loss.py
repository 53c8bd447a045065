"""Promise: the code of chapter 04 does what torch does at any scores, and its floors are floors."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from helpers.explorables import LossSurface
from helpers.learning.autograd import Tensor, softmax_cross_entropy
from helpers.learning.generalisation import train_network
from helpers.learning.line_loss import (
    LOSSES,
    absolute_error,
    absolute_slopes,
    lowest_absolute,
    lowest_squared,
    squared_slopes,
)
from helpers.learning.loss import cross_entropy, log_softmax, softmax, squared_loss
from helpers.learning.markov import count_pairs, entropy, entropy_rate, expected_loss, sample, stationary
from helpers.one_neuron.finite_differences import slopes
from helpers.one_neuron.network import start
from helpers.one_neuron.neuron import line

seeds = st.integers(0, 2**32 - 1)
scores = arrays(float, array_shapes(min_dims=1, max_dims=3, max_side=6), elements=st.floats(-1000, 1000))


def source(n, seed, zeros=False):
    """Return a random table of a source; with zeros, half of its entries beside a full circle are 0."""
    rng = np.random.default_rng(seed)
    P = rng.dirichlet(np.ones(n), size=n)
    if zeros:
        P = P * ((rng.random((n, n)) < 0.5) | (np.roll(np.eye(n), 1, axis=1) > 0))
    return P / P.sum(axis=1, keepdims=True)


def rides(seed, n=6):
    rng = np.random.default_rng(seed)
    return rng.permutation(n) + rng.normal(size=n) / 10, 5 * rng.normal(size=n)


@given(scores)
def test_softmax_equals_torch(z):
    np.testing.assert_allclose(softmax(z), torch.softmax(torch.tensor(z), -1).numpy(), rtol=1e-12)
    theirs = torch.log_softmax(torch.tensor(z), -1).numpy()
    np.testing.assert_allclose(log_softmax(z), theirs, rtol=1e-12, atol=1e-12)


@given(scores, st.floats(-1000, 1000))
def test_only_gaps_between_scores_count(z, shift):
    assert np.isfinite(log_softmax(z)).all()
    np.testing.assert_allclose(softmax(z).sum(axis=-1), 1)
    np.testing.assert_allclose(softmax(z + shift), softmax(z), atol=1e-9)


@given(seeds, st.sampled_from([1.0, 30.0, 1000.0]))
def test_cross_entropy_equals_torch(seed, size):
    rng = np.random.default_rng(seed)
    z, target = size * rng.normal(size=(9, 4)), rng.integers(4, size=9)
    theirs = torch.nn.functional.cross_entropy(torch.tensor(z), torch.tensor(target))
    np.testing.assert_allclose(cross_entropy(z, target), theirs.item(), rtol=1e-12)


SCORES = np.array([[1.0, 2.0, 0.0], [3.0, 1.0, 0.0]])


def test_targets_as_they_should_be():
    assert cross_entropy(SCORES, np.array([1, 0])) == pytest.approx(0.2887, abs=5e-5)
    assert cross_entropy(SCORES, [1, 0]) == cross_entropy(SCORES, np.array([1, 0], dtype=np.uint8))


@pytest.mark.parametrize(
    ("target", "says"),
    [
        (np.array([[1], [0]]), r"the shape \(2, 3\) need \(2,\) targets, not \(2, 1\)\.$"),
        (np.array([[1, 0]]), r"not \(1, 2\)\.$"),
        (np.array([1]), r"not \(1,\)\.$"),
        (np.array([1, 0, 2]), r"not \(3,\)\.$"),
        (1, r"not \(\)\.$"),
        (np.eye(3)[[1, 0]], r"not \(2, 3\)\.$"),
        (np.array([1, -1]), r"^There is no class -1: there are 3, counted from 0\.$"),
        (np.array([3, 0]), r"^There is no class 3: there are 3, counted from 0\.$"),
        (np.array([1.0, 0.0]), r"a whole one, and these are float64\.$"),
        (np.array([True, False]), r"a whole one, and these are bool\.$"),
    ],
)
def test_targets_that_would_train_nothing_get_a_sentence(target, says):
    layers = [(Tensor(W), Tensor(b)) for W, b in start([3, 3], np.random.default_rng(0))]
    for act in (
        lambda: cross_entropy(SCORES, target),
        lambda: softmax_cross_entropy(Tensor(SCORES), target),
        lambda: train_network(layers, SCORES, target, np.tanh, steps=1),
    ):
        with pytest.raises(ValueError, match=says):
            act()


@pytest.mark.parametrize("targets", [np.zeros((5, 1)), np.zeros((1, 5)), np.zeros(4), np.zeros(1), 0.0])
def test_amounts_of_another_shape_get_a_sentence(targets):
    x = np.arange(5.0)
    acts = [lambda loss=loss: loss(x, targets) for loss in LOSSES.values()]
    acts += [lambda slope=slope: slope(x, targets, 1.0, 0.0) for slope in (squared_slopes, absolute_slopes)]
    acts += [lambda lowest=lowest: lowest(x, targets) for lowest in (lowest_squared, lowest_absolute)]
    for act in acts:
        with pytest.raises(ValueError, match=r"needs one target, and the shapes are \(5,\) and \("):
            act()


@given(seeds)
def test_slopes_equal_nudging(seed):
    x, y = rides(seed)
    w, b = np.random.default_rng(seed).normal(size=2)
    for ours, height in (
        (squared_slopes, lambda gap: np.mean(gap**2)),
        (absolute_slopes, lambda gap: np.mean(np.abs(gap))),
    ):
        if np.abs(line(x, w, b) - y).min() < 1e-4:
            continue  # a nudge would cross the corner of |gap|
        nudged = slopes(lambda k, height=height: height(line(x, *k) - y), np.array([w, b]), 1e-6)
        np.testing.assert_allclose(ours(x, y, w, b), nudged, atol=1e-6)


def test_a_point_on_the_line_adds_no_slope():
    assert absolute_slopes(np.array([1.0, 2.0]), np.array([1.0, 2.0]), w=1.0, b=0.0) == (0, 0)


@given(seeds)
def test_lowest_squared_equals_numpy(seed):
    x, y = rides(seed)
    np.testing.assert_allclose(lowest_squared(x, y), np.polyfit(x, y, 1), atol=1e-9)
    np.testing.assert_allclose(squared_slopes(x, y, *lowest_squared(x, y)), 0, atol=1e-9)


@given(seeds)
def test_nothing_is_below_the_lowest(seed):
    x, y = rides(seed)
    rng = np.random.default_rng(seed)
    for loss, found in ((squared_loss, lowest_squared(x, y)), (absolute_error, lowest_absolute(x, y))):
        floor = loss(line(x, *found), y)
        for size in (1e-3, 0.1, 3.0):
            for w, b in found + size * rng.normal(size=(40, 2)):
                assert loss(line(x, w, b), y) >= floor - 1e-12


def test_a_line_needs_two_places():
    with pytest.raises(ValueError, match="two different xs"):
        lowest_absolute(np.ones(3), np.arange(3.0))


@given(seeds, st.integers(2, 7), st.booleans())
def test_stationary_stays(seed, n, zeros):
    P = source(n, seed, zeros)
    shares = stationary(P)
    np.testing.assert_allclose(shares @ P, shares, atol=1e-9)
    np.testing.assert_allclose(shares.sum(), 1)
    assert (shares > -1e-12).all()
    lazy = np.linalg.matrix_power((P + np.eye(n)) / 2, 2**20)  # waits half the time: settles, whatever P
    np.testing.assert_allclose(shares, lazy[0], atol=1e-6)


def test_a_source_that_swings_has_shares_too():
    np.testing.assert_allclose(stationary(np.array([[0.0, 1.0], [1.0, 0.0]])), [0.5, 0.5])
    assert entropy_rate(np.array([[0.0, 1.0], [1.0, 0.0]])) == pytest.approx(0)


@given(seeds, st.integers(2, 7))
def test_no_model_is_expected_below_the_floor(seed, n):
    P = source(n, seed, zeros=seed % 2 == 0)
    floor, rng = entropy_rate(P), np.random.default_rng(seed)
    assert expected_loss(P, P) == pytest.approx(floor)
    for size in (1e-3, 0.1, 3.0):
        Q = (P + 1e-6) * np.exp(size * rng.normal(size=(n, n)))
        assert expected_loss(P, Q / Q.sum(axis=1, keepdims=True)) >= floor - 1e-12
    # A model that ignores the context has the entropy of the frequencies as its floor.
    shares = stationary(P)
    assert expected_loss(P, np.tile(shares, (n, 1))) == pytest.approx(entropy(shares))
    assert entropy(shares) >= floor - 1e-12


def test_what_a_model_rules_out_costs_without_limit():
    assert expected_loss(np.full((2, 2), 0.5), np.eye(2)) == np.inf


def test_entropy_of_certainty_and_of_a_uniform_guess():
    assert entropy(np.array([0.0, 1.0, 0.0])) == 0
    np.testing.assert_allclose(entropy(np.full((2, 5), 0.2)), np.log(5))


def test_a_long_text_has_the_shares_and_the_surprise_that_were_computed():
    P = source(4, 1, zeros=True)
    text = sample(P, 100_000, np.random.default_rng(0))
    pairs = count_pairs(text, 4)
    assert pairs.sum() == len(text) - 1 and (pairs[P == 0] == 0).all()
    np.testing.assert_allclose(pairs / pairs.sum(), stationary(P)[:, None] * P, atol=0.01)
    assert -np.log(P[text[:-1], text[1:]]).mean() == pytest.approx(entropy_rate(P), abs=0.01)


def test_sample_is_the_same_for_the_same_generator_and_reaches_the_last_symbol():
    P = source(5, 0)
    one, two = (sample(P, 1000, np.random.default_rng(3)) for _ in range(2))
    assert (one == two).all() and len(one) == 1000 and set(one.tolist()) == set(range(5))


def test_pairs_that_come_twice_count_twice():
    assert count_pairs(np.array([0, 1, 0, 1, 1]), 3).tolist() == [[0, 2, 0], [1, 1, 0], [0, 0, 0]]


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("y4", [0.0, 11.5, 20.0])
def test_the_explorable_can_show_its_lowest_place(loss, y4):
    shown = LossSurface(loss=loss, y4=y4).numbers()
    at = LossSurface(loss=loss, y4=y4, w=shown["lowest_w"], b=shown["lowest_b"]).numbers()
    assert at["height"] == pytest.approx(shown["lowest"])
    assert -1 <= shown["lowest_w"] <= 5 and -4 <= shown["lowest_b"] <= 10  # the reach of the sliders
    costs = [at[f"cost_{i}"] for i in range(5)]
    assert np.mean(costs) == pytest.approx(at["height"])
