"""Promise: the code of chapter 07 fits, splits, shrinks and drops as numpy.linalg and torch do."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.explorables import Capacity
from helpers.explorables.capacity import SEEDS, draws
from helpers.learning.autograd import Tensor, relu
from helpers.learning.generalisation import (
    curve,
    dropout,
    fit,
    polynomial,
    random_features,
    shrink,
    split,
    train_network,
)
from helpers.learning.optimisers import Adam, GradientDescent
from helpers.one_neuron.network import network, start

seeds = st.integers(0, 2**32 - 1)


def problem(seed, n=12, k=5):
    """Return features [n, k] with a column of ones in front, and targets [n]."""
    rng = np.random.default_rng(seed)
    return np.column_stack([np.ones(n), rng.normal(size=(n, k - 1))]), rng.normal(size=n)


@settings(deadline=None)
@given(degree=st.integers(0, 14), seed=seeds)
def test_features_are_numpys_chebyshev_polynomials(degree, seed):
    x = np.random.default_rng(seed).uniform(-1, 1, 20)
    np.testing.assert_allclose(
        polynomial(x, degree), np.polynomial.chebyshev.chebvander(x, degree), atol=1e-12
    )


def test_whole_numbers_do_not_overflow():
    whole = polynomial(np.array([3, -2]), 40)
    assert (whole == polynomial(np.array([3.0, -2.0]), 40)).all() and whole.max() > 2.0**64


def test_every_polynomial_is_a_weighted_sum_of_the_features():
    x = np.linspace(-1, 1, 40)
    powers = x[:, None] ** np.arange(15)
    W = np.linalg.lstsq(polynomial(x, 14), powers)[0]
    np.testing.assert_allclose(polynomial(x, 14) @ W, powers, atol=1e-10)


def test_the_fit_is_well_conditioned_at_fifteen_even_points():
    assert np.linalg.cond(polynomial(np.linspace(-1, 1, 15), 14)) < 1000


@settings(deadline=None)
@given(ridge=st.floats(1e-4, 100), seed=seeds)
def test_ridge_solves_its_equations_and_leaves_the_bias_free(ridge, seed):
    X, y = problem(seed)
    w = fit(X, y, ridge)
    slopes = 2 * X.T @ (X @ w - y) / len(y)
    np.testing.assert_allclose(slopes + 2 * ridge * w * (np.arange(5) > 0), 0, atol=1e-8)
    lifted = fit(X, y + 10, ridge) - w
    np.testing.assert_allclose(lifted, [10, 0, 0, 0, 0], atol=1e-6)


@settings(deadline=None)
@given(seed=seeds)
def test_without_ridge_it_is_least_squares_and_more_of_it_shrinks_the_weights(seed):
    X, y = problem(seed)
    np.testing.assert_allclose(fit(X, y), np.linalg.lstsq(X, y)[0], rtol=1e-12)
    sizes = [np.linalg.norm(fit(X, y, ridge)[1:]) for ridge in (0, 0.01, 0.1, 1, 10)]
    assert (np.diff(sizes) < 1e-12).all()
    far = fit(X, y, 1e9)
    np.testing.assert_allclose(far, [y.mean(), 0, 0, 0, 0], atol=1e-6)


@settings(deadline=None)
@given(n=st.integers(2, 10), extra=st.integers(0, 20), seed=seeds)
def test_as_many_features_as_examples_fit_exactly_and_one_fewer_does_not(n, extra, seed):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(n, 4)), rng.normal(size=n)
    X = np.column_stack([x, rng.normal(size=(n, n + extra))])[:, : n + extra]
    if np.linalg.cond(X) < 1e6:
        np.testing.assert_allclose(X @ fit(X, y), y, atol=1e-6)
    fewer = X[:, : n - 1]
    assert np.mean((fewer @ fit(fewer, y) - y) ** 2) > 1e-15


def test_of_all_exact_fits_it_is_the_smallest():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(6, 20)), rng.normal(size=6)
    w = fit(X, y)
    np.testing.assert_allclose(w, np.linalg.pinv(X) @ y, atol=1e-12)
    other = w + (np.eye(20) - np.linalg.pinv(X) @ X) @ rng.normal(size=20)
    np.testing.assert_allclose(X @ other, y, atol=1e-10)
    assert np.linalg.norm(other) > np.linalg.norm(w)
    vanishing = np.linalg.solve(X.T @ X + 1e-7 * np.eye(20), X.T @ y)  # a ridge on all, close to 0
    np.testing.assert_allclose(vanishing, w, atol=1e-6)


@settings(deadline=None)
@given(sizes=st.lists(st.integers(0, 9), min_size=1, max_size=4), spare=st.integers(0, 5), seed=seeds)
def test_a_split_shares_nothing(sizes, spare, seed):
    n = sum(sizes) + spare
    parts = split(n, sizes, np.random.default_rng(seed))
    assert [len(part) for part in parts] == sizes
    together = np.concatenate(parts)
    assert len(set(together.tolist())) == len(together) and set(together.tolist()) <= set(range(n))
    with pytest.raises(ValueError, match="examples of"):
        split(n, [*sizes, spare + 1], np.random.default_rng(seed))


@settings(deadline=None)
@given(p=st.floats(0, 0.9), seed=seeds)
def test_dropout_has_two_values_and_keeps_the_mean(p, seed):
    h = np.ones((200, 100))
    out = dropout(h, p, np.random.default_rng(seed))
    kept = out != 0
    np.testing.assert_allclose(out[kept], 1 / (1 - p))
    assert abs(kept.mean() - (1 - p)) < 0.03 and abs(out.mean() - 1) < 0.03 / (1 - p) and (h == 1).all()


def test_dropout_of_a_tensor_sends_the_gradient_through_the_same_mask():
    h = Tensor(np.random.default_rng(0).normal(size=(30, 7)))
    out = dropout(h, 0.4, np.random.default_rng(1))
    out.sum().backward()
    np.testing.assert_allclose(h.grad, out.data / h.data)


@pytest.mark.parametrize("p", [0.1, 0.5, 0.8])
def test_dropout_is_torchs_rule(p):
    import torch

    h = np.random.default_rng(0).normal(size=(400, 50))
    theirs = torch.nn.functional.dropout(torch.tensor(h), p).numpy()
    ours = dropout(h, p, np.random.default_rng(0))
    for out in (ours, theirs):
        np.testing.assert_allclose(out, np.where(out == 0, 0, h / (1 - p)), rtol=1e-12)
        assert abs((out == 0).mean() - p) < 0.02


@pytest.mark.parametrize(("ours", "name"), [(GradientDescent, "SGD"), (Adam, "AdamW")])
def test_shrink_before_a_step_is_torchs_decay(ours, name):
    import torch

    X, y = problem(0)
    start = np.random.default_rng(1).normal(size=5)
    w, theirs = Tensor(start), torch.tensor(start, requires_grad=True)
    optimiser = ours([w], rate=0.05)
    torchs = getattr(torch.optim, name)([theirs], lr=0.05, weight_decay=0.3)
    for _ in range(60):
        optimiser.zero_grad()
        ((X @ w - y) ** 2).mean().backward()
        shrink([w], 0.05, 0.3)
        optimiser.step()
        torchs.zero_grad()
        ((torch.tensor(X) @ theirs - torch.tensor(y)) ** 2).mean().backward()
        torchs.step()
    np.testing.assert_allclose(w.data, theirs.detach().numpy(), rtol=1e-9, atol=1e-12)


def test_decay_arrives_at_the_ridge_solution():
    X, y = problem(0)
    b, w = Tensor(np.zeros(1)), Tensor(np.zeros(4))
    descent = GradientDescent([b, w], rate=0.1)
    for _ in range(3000):
        descent.zero_grad()
        ((X[:, :1] @ b + X[:, 1:] @ w - y) ** 2).mean().backward()
        shrink([w], 0.1, 2 * 0.05)
        descent.step()
    np.testing.assert_allclose(np.append(b.data, w.data), fit(X, y, 0.05), atol=1e-9)


def test_random_features_are_the_same_units_for_the_same_seed():
    x = np.random.default_rng(0).normal(size=(9, 4))
    first, second = (random_features(part, 7, np.random.default_rng(3)) for part in (x, x[:2]))
    assert first.shape == (9, 7) and (first >= 0).all()
    np.testing.assert_allclose(first[:2], second, rtol=1e-12)


def test_training_learns_labels_by_heart_and_reports_each_step():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(30, 10)), rng.integers(0, 3, 30)
    layers = [(Tensor(W), Tensor(b)) for W, b in start([10, 40, 3], rng)]
    seen = train_network(layers, x, y, relu, steps=300, watch=lambda: len(layers))
    assert seen == [2] * 300
    assert (network(x, layers, relu).data.argmax(axis=1) == y).all()


def test_explorable_fits_what_numpy_fits():
    shown = Capacity(degree=5, noise=0.4, log_ridge=-2, points=20, draw="3").numbers()
    x = np.linspace(-1, 1, 20)
    y = np.sin(np.pi * x) + 0.4 * np.array(draws()[2][:20])
    X = np.polynomial.chebyshev.chebvander(x, 5)
    price = 20 * 0.01 * np.diag([0.0, 1, 1, 1, 1, 1])
    w = np.linalg.solve(X.T @ X + price, X.T @ y)
    assert shown["train"] == pytest.approx(np.mean((X @ w - y) ** 2))
    assert shown["size"] == pytest.approx(np.linalg.norm(w[1:]))
    grid = np.linspace(-1, 1, 201)
    gap = np.polynomial.chebyshev.chebval(grid, w) - curve(grid)
    assert shown["test"] == pytest.approx(np.mean(gap**2) + 0.16)
    assert (shown["parameters"], shown["train_5"]) == (6, shown["train"])


def test_explorable_shows_what_the_chapter_says():
    start, wild = Capacity().numbers(), Capacity(degree=14).numbers()
    assert start["best"] == 3 and start["test"] < 0.11
    assert wild["train"] < 1e-20 and wild["test"] > 100
    assert Capacity(degree=14, log_ridge=-2).numbers()["test"] < 0.2
    assert Capacity(degree=14, points=60).numbers()["test"] < 0.2
    assert Capacity(degree=14, noise=0).numbers()["test"] < 1e-12
    assert len(SEEDS) == 5 and all(Capacity(draw=d).numbers()["best"] <= 6 for d in "12345")
