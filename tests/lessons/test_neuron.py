"""Promise: the code of chapter 01 does what torch and transformers do, and its explorable shows it."""

import make_census
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.explorables import Neuron
from helpers.one_neuron.neuron import line, misfit, neuron
from helpers.real_models import census

numbers = st.floats(-100, 100, allow_subnormal=False)


@pytest.mark.parametrize(("examples", "inputs"), [(1, 1), (7, 3), (2, 11)])
def test_neuron_equals_torch_linear(examples, inputs):
    import torch

    layer = torch.nn.Linear(inputs, 1, dtype=torch.float64)
    x = torch.randn(examples, inputs, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    w, b = layer.weight.detach().numpy()[0], layer.bias.item()
    expected = layer(x).detach().numpy()[:, 0]  # [examples]
    np.testing.assert_allclose(neuron(x.numpy(), w, b), expected, rtol=1e-12)
    np.testing.assert_allclose(neuron(x.numpy()[0], w, b), expected[0], rtol=1e-12)


def test_misfit_equals_torch_mse():
    import torch

    rng = np.random.default_rng(0)
    prediction, target = rng.normal(size=(2, 9))
    expected = torch.nn.functional.mse_loss(torch.tensor(prediction), torch.tensor(target)).item()
    assert misfit(prediction, target) == pytest.approx(expected, rel=1e-12)


@given(x=numbers, w=numbers, b=numbers)
def test_a_line_is_a_neuron_with_one_input(x, w, b):
    assert line(x, w, b) == pytest.approx(neuron(np.array([x]), np.array([w]), b), abs=1e-9)


def test_neuron_refuses_a_wrong_number_of_inputs():
    with pytest.raises(ValueError, match="mismatch"):
        neuron(np.zeros(3), np.zeros(2), 0.0)


def test_the_census_is_what_transformers_builds():
    made = make_census.census()
    assert made == make_census.TARGET.read_text(encoding="utf-8"), "run: python tools/make_census.py"


def test_the_census_counts_tied_tensors_once():
    assert census.parameters("GPT-2 small") == 124_439_808
    assert census.biases("GPT-2 small") == 12 * 11 * 768 + 768


@given(w=numbers, b=numbers)
def test_no_line_beats_the_lowest_misfit_that_the_explorable_shows(w, b):
    shown = Neuron(w=w, b=b).numbers()
    assert shown["lowest"] <= shown["misfit"] + 1e-9
    assert shown["misfit"] == pytest.approx(np.mean([shown[f"square_{i}"] for i in range(5)]))
