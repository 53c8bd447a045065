"""Promise: two moons, the start of a network and the race over a landscape are what chapter 06 says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.explorables import Descent
from helpers.learning.landscape import EDGE, LANDSCAPES, RULES, height, path
from helpers.learning.moons import moons
from helpers.one_neuron.network import count_parameters, start

seeds = st.integers(0, 2**32 - 1)
places = st.tuples(st.floats(-4, 4), st.floats(-3, 3))


@given(n=st.integers(1, 300), seed=seeds)
def test_moons_without_noise_lie_on_two_half_circles(n, seed):
    points, target = moons(n, 0.0, np.random.default_rng(seed))
    assert points.shape == (n, 2) and abs(2 * target.sum() - n) <= 1
    middle = np.where(target[:, None] == 1, [1.0, 0.5], 0.0)  # [n, 2]
    np.testing.assert_allclose(np.linalg.norm(points - middle, axis=1), 1.0)
    assert (np.where(target == 1, 0.5 - points[:, 1], points[:, 1]) >= 0).all()


def test_moons_have_the_noise_that_was_asked_for():
    quiet, _ = moons(5000, 0.0, np.random.default_rng(3))
    noisy, _ = moons(5000, 0.2, np.random.default_rng(3))
    assert (noisy - quiet).std() == pytest.approx(0.2, rel=0.03)


def test_start_has_the_shapes_of_a_network_and_the_spread_for_relu():
    widths = [2, 16, 16, 1]
    layers = start(widths, np.random.default_rng(0))
    assert [W.shape for W, _ in layers] == [(16, 2), (16, 16), (1, 16)]
    assert sum(W.size + b.size for W, b in layers) == count_parameters(widths) == 337
    assert all((b == 0).all() for _, b in layers)
    ((W, _),) = start([400, 300], np.random.default_rng(0))
    assert W.std() == pytest.approx(np.sqrt(2 / 400), rel=0.01)


def test_start_keeps_the_mean_square_of_a_relu_network():
    h = np.random.default_rng(0).normal(size=(500, 300))
    for W, _ in start([300] * 9, np.random.default_rng(1)):
        h = np.maximum(h @ W.T, 0)
    assert 0.5 < (h**2).mean() < 2


@pytest.mark.parametrize("name", LANDSCAPES)
@given(at=places)
def test_gradients_of_a_path_are_the_slopes_of_the_height(name, at):
    (x, y), e = at, 1e-6
    _, ((gx, gy),) = path("descent", name, at, 0.1, 0)
    land = LANDSCAPES[name]
    assert gx == pytest.approx((height(x + e, y, *land) - height(x - e, y, *land)) / (2 * e), abs=1e-6)
    assert gy == pytest.approx((height(x, y + e, *land) - height(x, y - e, *land)) / (2 * e), abs=1e-6)


@given(at=places)
def test_the_tilted_valley_is_the_valley_turned(at):
    (x, y), half = at, np.sqrt(0.5)
    turned = height((x + y) * half, (x - y) * half, *LANDSCAPES["valley"])
    assert height(x, y, *LANDSCAPES["tilted"]) == pytest.approx(turned)


@given(at=places, rate=st.floats(0.005, 0.099))
def test_gradient_descent_does_not_mind_a_turned_landscape_and_adam_does(at, rate):
    (x, y), half = at, np.sqrt(0.5)
    turned = ((x + y) * half, (x - y) * half)
    here, _ = path("descent", "valley", at, rate, 60)
    there, _ = path("descent", "tilted", turned, rate, 60)
    np.testing.assert_allclose(np.linalg.norm(here, axis=1), np.linalg.norm(there, axis=1), atol=1e-9)


def test_adam_minds_a_turned_landscape():
    here, _ = path("adam", "valley", (-3.0, 2.0), 0.05, 60)
    there, _ = path("adam", "tilted", (-np.sqrt(0.5), -5 * np.sqrt(0.5)), 0.05, 60)
    assert np.linalg.norm(here[0]) == pytest.approx(np.linalg.norm(there[0]))
    assert abs(np.linalg.norm(here[-1]) - np.linalg.norm(there[-1])) > 0.1


@pytest.mark.parametrize("name", LANDSCAPES)
@pytest.mark.parametrize("rule", RULES)
def test_below_the_largest_stable_rate_nobody_runs_away(rule, name):
    for rate in (0.005, 0.05, 0.099):
        positions, _ = path(rule, name, (4.0, -3.0), rate, 60)
        assert len(positions) == 61


def test_a_runaway_is_stopped_at_the_first_place_beyond_the_edge():
    positions, gradients = path("descent", "valley", (1.0, 1.0), 0.2, 60)
    assert len(positions) == len(gradients) < 61
    assert np.abs(positions[-1]).max() > EDGE >= np.abs(positions[:-1]).max()
    shown = Descent(rate=0.2, start_1=1.0, start_2=1.0, step=60.0).numbers()
    assert shown["descent_steps"] == len(positions) - 1 and shown["descent_2"] == positions[-1][1]


def test_explorable_shows_the_first_steps_by_hand():
    shown = Descent(landscape="valley", start_1=-2.0, start_2=1.0, rate=0.05, step=1.0).numbers()
    assert shown["stable"] == 0.1
    assert (shown["descent_1"], shown["descent_2"]) == pytest.approx((-2 + 0.05 * 0.2 * 2, 1 - 0.05 * 20))
    assert (shown["momentum_1"], shown["momentum_2"]) == pytest.approx((-1.98, 0.0))
    assert (shown["adam_1"], shown["adam_2"]) == pytest.approx((-1.95, 0.95))
    assert shown["adam_g2"] == pytest.approx(19.0) and shown["adam_steps"] == 1


def test_explorable_can_be_won_by_each():
    def losses(rate):
        shown = Descent(rate=rate, step=60.0).numbers()
        return {name: (shown[f"{name}_loss"], shown[f"{name}_steps"]) for name in RULES}

    assert min(losses(0.02).items(), key=lambda item: item[1][0])[0] == "momentum"
    assert [name for name, (_, steps) in losses(0.25).items() if steps == 60] == ["adam"]
    bowl = Descent(landscape="bowl", rate=0.05, step=1.0).numbers()
    assert bowl["descent_loss"] == pytest.approx(0.0)
