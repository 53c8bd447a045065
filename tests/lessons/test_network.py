"""Promise: the code of chapter 03 does what torch does, and swapping or rescaling units changes no answer."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.explorables import Network
from helpers.explorables.network import ACTIVATIONS, PARAMETERS, XOR_INPUTS, XOR_TARGETS
from helpers.one_neuron.activations import relu, tanh
from helpers.one_neuron.finite_differences import descend, slopes
from helpers.one_neuron.network import (
    collapse,
    count_parameters,
    network,
    rescale_units,
    swap_units,
    two_two_one,
)
from helpers.one_neuron.neuron import misfit

SOLVED = dict(w11=1, w12=1, b1=0, w21=1, w22=1, b2=-1, w31=1, w32=-2, b3=0)
seeds = st.integers(0, 2**32 - 1)
widths = st.lists(st.integers(1, 6), min_size=2, max_size=4)


def random_layers(sizes, seed):
    rng = np.random.default_rng(seed)
    layers = [(rng.normal(size=(m, n)), rng.normal(size=m)) for n, m in pairwise(sizes)]
    return layers, rng.normal(size=(5, sizes[0]))


def torch_stack(sizes, activation):
    """Return a torch model of Linear layers with these widths, and its parameters as our layers."""
    import torch

    generator = torch.Generator().manual_seed(0)
    linears = [torch.nn.Linear(n, m, dtype=torch.float64) for n, m in zip(sizes, sizes[1:], strict=False)]
    for linear in linears:
        for parameter in linear.parameters():
            parameter.data = torch.randn(parameter.shape, dtype=torch.float64, generator=generator)
    parts = [part for linear in linears for part in (linear, activation())][:-1]
    layers = [(linear.weight.detach().numpy(), linear.bias.detach().numpy()) for linear in linears]
    return torch.nn.Sequential(*parts), layers


@pytest.mark.parametrize("sizes", [(2, 2, 1), (7, 3, 4), (5, 2, 6, 3), (4, 1)])
@pytest.mark.parametrize(("ours", "name"), [(relu, "ReLU"), (tanh, "Tanh")])
def test_network_equals_torch(sizes, ours, name):
    import torch

    model, layers = torch_stack(sizes, getattr(torch.nn, name))
    x = torch.randn(9, sizes[0], dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    np.testing.assert_allclose(network(x.numpy(), layers, ours), model(x).detach().numpy(), rtol=1e-12)
    assert count_parameters(sizes) == sum(parameter.numel() for parameter in model.parameters())


def test_the_named_parameters_stand_where_torch_puts_them():
    import torch

    model, ((W, b), (V, c)) = torch_stack((2, 2, 1), torch.nn.ReLU)
    (w11, w12), (w21, w22) = W
    x = np.random.default_rng(0).normal(size=(50, 2))
    knobs = (w11, w12, b[0], w21, w22, b[1], *V[0], c[0])
    *_, y = two_two_one(x[:, 0], x[:, 1], *knobs, activation=relu)
    np.testing.assert_allclose(y, model(torch.tensor(x)).detach().numpy()[:, 0], rtol=1e-12)


@given(sizes=widths, seed=seeds)
def test_layers_without_activation_collapse(sizes, seed):
    layers, x = random_layers(sizes, seed)
    W, b = collapse(layers)
    assert W.shape == (sizes[-1], sizes[0]) and b.shape == (sizes[-1],)
    np.testing.assert_allclose(x @ W.T + b, network(x, layers, lambda z: z), rtol=1e-9, atol=1e-9)


@given(n=st.integers(1, 5), o=st.integers(1, 4), order=st.permutations(range(5)), seed=seeds)
def test_swapping_hidden_units_changes_no_answer(n, o, order, seed):
    layers, x = random_layers([n, 5, o], seed)
    swapped = swap_units(layers, list(order))
    np.testing.assert_array_equal(swapped[0][0], layers[0][0][list(order)])
    for activation in (relu, tanh):
        np.testing.assert_allclose(
            network(x, swapped, activation), network(x, layers, activation), rtol=1e-9, atol=1e-9
        )


@given(scale=st.lists(st.floats(0.01, 100), min_size=4, max_size=4), seed=seeds)
def test_rescaling_relu_units_changes_no_answer(scale, seed):
    layers, x = random_layers([3, 4, 2], seed)
    scaled = rescale_units(layers, np.array(scale))
    np.testing.assert_allclose(scaled[0][1], layers[0][1] * scale)
    np.testing.assert_allclose(network(x, scaled, relu), network(x, layers, relu), rtol=1e-9, atol=1e-9)


def test_rescaling_a_tanh_unit_does_change_the_answer():
    layers, x = random_layers([3, 4, 2], seed=0)
    scaled = rescale_units(layers, np.array([1.0, 1.0, 5.0, 1.0]))
    assert np.abs(network(x, scaled, tanh) - network(x, layers, tanh)).max() > 0.01


def test_slopes_equal_torch_gradients():
    import torch

    model, layers = torch_stack((2, 2, 1), torch.nn.Tanh)
    by_unit = [0, 1, 4, 2, 3, 5, 6, 7, 8]  # torch lists w11 w12 w21 w22 b1 b2 …, we list unit by unit
    knobs = np.concatenate([part.ravel() for pair in layers for part in pair])[by_unit]
    x, target = torch.tensor(XOR_INPUTS), torch.tensor(XOR_TARGETS)
    torch.nn.functional.mse_loss(model(x)[:, 0], target).backward()
    expected = np.concatenate([p.grad.numpy().ravel() for p in model.parameters()])[by_unit]

    def height(knobs):
        answers = two_two_one(*XOR_INPUTS.T, *knobs, tanh)[-1]  # [4]
        return np.mean((answers - XOR_TARGETS) ** 2)

    np.testing.assert_allclose(slopes(height, knobs), expected, atol=1e-8)


def test_many_networks_at_once_have_the_slopes_of_each_alone():
    def height(knobs):  # [9] or [9, networks]
        x1, x2, target = (v if knobs.ndim == 1 else v[:, None] for v in (*XOR_INPUTS.T, XOR_TARGETS))
        return np.mean((two_two_one(x1, x2, *knobs, tanh)[-1] - target) ** 2, axis=0)

    many = np.random.default_rng(0).normal(size=(9, 5))
    alone = np.column_stack([slopes(height, knobs) for knobs in many.T])
    np.testing.assert_allclose(slopes(height, many), alone, atol=1e-9)


def test_descend_reports_every_step_and_arrives():
    start = np.array([5.0, -3.0])
    end, heights = descend(lambda k: ((k - 1) ** 2).sum(axis=0), start, rate=0.1, steps=100)
    assert len(heights) == 101 and heights[0] == 32.0 and (np.diff(heights) < 0).all()
    np.testing.assert_allclose(end, 1, atol=1e-6)
    assert start.tolist() == [5.0, -3.0]


def test_explorable_starts_unsolved_and_can_be_solved():
    start = Network().numbers()
    assert start["right"] == 3 and start["misfit"] == 1
    solved = Network(**SOLVED).numbers()
    assert solved["right"] == 4 and solved["misfit"] == 0
    assert [solved[f"y_{i}"] for i in range(4)] == [0, 1, 1, 0]
    half = Network(**dict.fromkeys(PARAMETERS, 0), activation="none").numbers()
    assert half["misfit"] == 0.5 and half["right"] == 2


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_explorable_numbers_are_the_networks(activation):
    knobs = dict(zip(PARAMETERS, np.random.default_rng(0).normal(size=9).tolist(), strict=True))
    shown = Network(**knobs, x1=-0.4, x2=1.3, activation=activation).numbers()
    W = np.array([[knobs["w11"], knobs["w12"]], [knobs["w21"], knobs["w22"]]])
    b = np.array([knobs["b1"], knobs["b2"]])
    layers = [(W, b), (np.array([[knobs["w31"], knobs["w32"]]]), np.array([knobs["b3"]]))]
    inputs = np.vstack([XOR_INPUTS, [[-0.4, 1.3]]])
    *four, here = network(inputs, layers, ACTIVATIONS[activation])[:, 0]
    assert shown["y"] == pytest.approx(here)
    assert [shown[f"y_{i}"] for i in range(4)] == pytest.approx(four)
    assert shown["misfit"] == pytest.approx(misfit(np.array(four), XOR_TARGETS))
    assert shown["right"] == (np.abs(four - XOR_TARGETS) < 0.5).sum()
