"""Promise: the activations are torch's, a boundary is where the helpers say, and the explorable shows it."""

import itertools

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from helpers.explorables import Boundary
from helpers.explorables.boundary import CORNERS, SETS
from helpers.one_neuron import activations
from helpers.one_neuron.activations import ACTIVATIONS, bell_share, gelu, sigmoid, step
from helpers.one_neuron.boundary import count_right, crossing, decide, distance, foot, kinks, normal, relu_sum
from helpers.one_neuron.neuron import neuron

numbers = st.floats(-50, 50, allow_subnormal=False)
away_from_zero = numbers.filter(lambda value: abs(value) > 0.01)
arrows = arrays(float, 3, elements=away_from_zero)
points = arrays(float, 3, elements=numbers)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu", "gelu"])
def test_activations_equal_torch(name):
    import torch

    z = torch.cat([torch.linspace(-8, 8, 4001, dtype=torch.float64), torch.tensor([-1000.0, 1000.0])])
    theirs = {"gelu": torch.nn.functional.gelu}.get(name) or getattr(torch, name)
    ours = ACTIVATIONS[name](z.numpy())
    assert ours.dtype == np.float64
    np.testing.assert_allclose(ours, theirs(z).numpy(), rtol=1e-12, atol=1e-15)


def test_bell_share_keeps_tiny_shares():
    import torch

    z = torch.linspace(-30, 5, 200, dtype=torch.float64)
    np.testing.assert_allclose(bell_share(z.numpy()), torch.special.log_ndtr(z).exp().numpy(), rtol=1e-11)


@pytest.mark.parametrize("f", ACTIVATIONS.values(), ids=ACTIVATIONS)
def test_activations_keep_the_shape(f):
    assert np.shape(f(0.5)) == () and f(np.zeros((2, 3))).shape == (2, 3)
    assert f(np.array([1, -1])).dtype == np.float64, "whole numbers in, floats out"


@pytest.mark.parametrize("f", ACTIVATIONS.values(), ids=ACTIVATIONS)
@given(z=numbers)
def test_every_activation_flips_at_zero(f, z):
    assume(abs(z) > 1e-12)  # nearer to zero, a sigmoid rounds to one half
    assert (f(z) > f(0.0)) == (z > 0)


@given(z=st.floats(-1e300, 1e300))
def test_sigmoid_never_overflows_and_is_symmetric(z):
    with np.errstate(over="raise", invalid="raise"):
        assert sigmoid(z) + sigmoid(-z) == pytest.approx(1, abs=1e-15)


def test_on_the_boundary_the_answer_is_no():
    assert step(0.0) == 0 and decide(np.array([2.0, 1.0]), np.array([1.0, 1.0]), -3.0) == 0


@given(w=arrows, b=numbers)
def test_the_foot_is_on_the_boundary_as_near_as_the_distance_says(w, b):
    assert neuron(foot(w, b), w, b) == pytest.approx(0, abs=1e-9)
    assert np.linalg.norm(foot(w, b)) == pytest.approx(distance(w, b), rel=1e-9)
    assert np.linalg.norm(normal(w)) == pytest.approx(1)


@given(w=arrows, b=numbers, p=points)
def test_no_point_of_the_boundary_is_nearer(w, b, p):
    on_it = p - neuron(p, w, b) * w / (w @ w)
    assert np.linalg.norm(on_it) >= distance(w, b) - 1e-9


@given(w=arrows, b=numbers, x=points, factor=st.floats(0.01, 100))
def test_scaling_weights_and_bias_together_leaves_the_boundary(w, b, x, factor):
    assert distance(factor * w, factor * b) == pytest.approx(distance(w, b), rel=1e-9)
    np.testing.assert_allclose(foot(factor * w, factor * b), foot(w, b), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(normal(factor * w), normal(w), rtol=1e-9)
    assume(abs(neuron(x, w, b)) > 1e-9)  # on the boundary itself, rounding decides
    assert decide(x, factor * w, factor * b) == decide(x, w, b)


@given(w=arrows, b=numbers)
def test_a_negative_factor_turns_every_decision_round(w, b):
    x = np.random.default_rng(0).normal(size=(20, 3))
    assume(np.abs(neuron(x, w, b)).min() > 1e-9)
    assert (decide(x, -w, -b) == 1 - decide(x, w, b)).all()


@given(w=away_from_zero, b=numbers, x=numbers)
def test_a_bias_slides_the_curve_to_its_crossing(w, b, x):
    assert sigmoid(w * x + b) == pytest.approx(sigmoid(w * (x - crossing(w, b))), abs=1e-9)


def test_without_weights_there_is_no_boundary():
    nothing = np.zeros(2)
    assert np.isnan(distance(nothing, 1.0)) and np.isnan(distance(nothing, 0.0))
    assert np.isnan(foot(nothing, 1.0)).all()


def test_relu_sum_equals_a_torch_network():
    import torch

    rng = np.random.default_rng(0)
    w, b, v = rng.normal(size=(3, 64))
    network = torch.nn.Sequential(torch.nn.Linear(1, 64), torch.nn.ReLU(), torch.nn.Linear(64, 1, bias=False))
    network = network.double()
    with torch.no_grad():
        for parameter, values in zip(network.parameters(), (w[:, None], b, v[None]), strict=True):
            parameter.copy_(torch.tensor(values))
        x = np.linspace(-5, 5, 301)
        expected = network(torch.tensor(x)[:, None])[:, 0].numpy()
    np.testing.assert_allclose(relu_sum(x, w, b, v), expected, rtol=1e-12, atol=1e-12)


@given(seed=st.integers(0, 10_000), units=st.integers(1, 40))
def test_between_kinks_straight_and_at_each_a_turn(seed, units):
    w, b, v = np.random.default_rng(seed).integers(-4, 5, size=(3, units)).astype(float)
    places = kinks(w, b, v, -20, 20)
    assert (np.diff(places) > 0).all()
    edges = np.concatenate([[-20.5], places, [20.5]])
    thirds = edges[:-1, None] + np.diff(edges)[:, None] * [1 / 3, 1 / 2, 2 / 3]  # [pieces, 3]
    y = relu_sum(thirds.ravel(), w, b, v).reshape(thirds.shape)
    slopes = np.diff(y) / np.diff(thirds)  # [pieces, 2]
    np.testing.assert_allclose(slopes[:, 0], slopes[:, 1], atol=1e-8)
    assert (np.abs(np.diff(slopes[:, 0])) > 0.5).all(), "turns of whole numbers are at least 1"


def test_kinks_merge_cancel_and_keep_to_the_window():
    one = np.ones(2)
    assert kinks(np.array([1.0, 2.0]), np.array([-1.0, -2.0]), one, -5, 5).tolist() == [1]
    assert kinks(np.array([1.0, -1.0]), np.zeros(2), np.array([1.0, -1.0]), -5, 5).size == 0, "that is x"
    assert kinks(np.array([1.0, 1.0]), np.array([-6.0, 5.0]), one, -5, 5).tolist() == [-5]
    assert kinks(np.zeros(2), one, one, -5, 5).size == 0


@pytest.mark.parametrize("name", SETS)
def test_best_is_what_a_search_finds(name):
    x, target = np.array(SETS[name]["x"]), np.array(SETS[name]["target"])
    knob = np.arange(-10, 11) / 4
    tried = itertools.product(knob, repeat=3)
    found = max(count_right(x, target, np.array([w1, w2]), b) for w1, w2, b in tried)
    assert found == SETS[name]["best"]


@given(w=arrays(float, 2, elements=numbers), b=numbers)
def test_no_neuron_decides_xor(w, b):
    assert count_right(np.array(CORNERS), np.array([0, 1, 1, 0]), w, b) <= 3


@given(w=arrays(float, 2, elements=numbers))
def test_the_evenings_need_a_bias(w):
    chosen = SETS["evenings"]
    assert count_right(np.array(chosen["x"]), np.array(chosen["target"]), w, 0.0) < chosen["best"]


def test_explorable_by_hand():
    shown = Boundary(w1=3, w2=4, b=-5, x1=1, x2=0.5, activation="relu", data="and").numbers()
    assert (shown["product_1"], shown["product_2"], shown["z"], shown["answer"]) == (3, 2, 0, 0)
    assert (shown["bias_size"], shown["length"], shown["distance"]) == (5, 5, 1)
    assert [shown[f"z_{i}"] for i in range(4)] == [-5, -1, -2, 2]
    assert [shown[f"answer_{i}"] for i in range(4)] == [0, 0, 0, 2]
    assert (shown["right"], shown["total"], shown["best"]) == (4, 4, 4)


def test_explorable_without_weights():
    shown = Boundary(w1=0, w2=0, b=1, data="xor").numbers()
    assert np.isnan(shown["distance"]) and shown["right"] == 2
    assert np.isfinite([value for name, value in shown.items() if name != "distance"]).all()


def test_explorable_offers_every_activation():
    z = neuron(np.array([1.5, -1.5]), np.array([1.2, -0.4]), 0.6)
    for name, f in ACTIVATIONS.items():
        assert Boundary(activation=name).numbers()["answer"] == f(z)
    with pytest.raises(Exception, match="activation"):
        Boundary(activation="swish")


def test_gelu_is_the_exact_form():
    rough = lambda z: 0.5 * z * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3)))  # noqa: E731
    z = np.linspace(-4, 4, 801)
    assert 1e-4 < np.abs(gelu(z) - rough(z)).max() < 1e-3, "GPT-2's approximation is near, and not the same"
    assert activations.gelu is ACTIVATIONS["gelu"]
