"""Promise: the nine gradients by hand and every number of the explorable are torch's, whatever the state."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib import pyplot as plt

from helpers.explorables import Backprop
from helpers.explorables.backprop import ACTIVATIONS, PARAMETERS
from helpers.figures import backprop as figures
from helpers.learning.backprop import nine_gradients, relu_slope
from helpers.one_neuron.activations import relu, tanh
from helpers.one_neuron.finite_differences import slopes
from helpers.one_neuron.network import two_two_one

NINE = [3, -1.5, 1.5, -6, 3, -3, 6, 1.5, 3]  # of the network that the chapter works through by hand
number = st.floats(-3, 3)
states = st.fixed_dictionaries(
    dict.fromkeys([*PARAMETERS, "x1", "x2", "target"], number)
    | {"rate": st.floats(0, 0.2), "activation": st.sampled_from(sorted(ACTIVATIONS))}
)


def by_torch(state):
    """Return by name what the explorable should show: values, gradients, new values, the new answer."""
    import torch

    act = {"relu": torch.relu, "tanh": torch.tanh}[state["activation"]]
    given = {
        name: torch.tensor(value, dtype=torch.float64) for name, value in state.items() if name[0] in "wbxt"
    }
    knobs = {name: given[name].requires_grad_() for name in PARAMETERS}
    inside = two_two_one(given["x1"], given["x2"], **knobs, activation=act)
    inside = dict(zip(["z1", "z2", "h1", "h2", "y"], inside, strict=True))
    loss = (inside["y"] - given["target"]) ** 2
    gradients = torch.autograd.grad(loss, [*knobs.values(), *inside.values()], allow_unused=True)
    shown = {f"d_{name}": g.item() for name, g in zip([*knobs, *inside], gradients, strict=True)}
    new = {name: knobs[name].item() - state["rate"] * shown[f"d_{name}"] for name in knobs}
    fresh = {name: torch.tensor(value, dtype=torch.float64) for name, value in new.items()}
    after = two_two_one(given["x1"], given["x2"], **fresh, activation=act)[-1]
    shown |= {name: value.item() for name, value in inside.items()} | {"loss": loss.item()}
    shown |= {f"new_{name}": value for name, value in new.items()}
    return shown | {"new_y": after.item(), "new_loss": ((after - given["target"]) ** 2).item()}


@settings(max_examples=200, deadline=None)
@given(state=states)
def test_explorable_shows_what_torch_computes(state):
    shown = Backprop(**state).numbers()
    for name, expected in by_torch(state).items():
        assert shown[name] == pytest.approx(expected, rel=1e-9, abs=1e-12), name


@pytest.mark.parametrize("name", sorted(ACTIVATIONS))
def test_gradients_by_hand_are_the_slopes(name):
    activation, slope = ACTIVATIONS[name]
    for seed in range(20):
        x1, x2, target, *knobs = np.random.default_rng(seed).normal(size=12)
        z1, z2, h1, h2, y = two_two_one(x1, x2, *knobs, activation)
        hidden = {"h1": h1, "h2": h2, "slope1": slope(z1, h1), "slope2": slope(z2, h2)}
        found = nine_gradients(x1, x2, knobs[6], knobs[7], **hidden, y=y, target=target)

        def height(k, x1=x1, x2=x2, target=target):
            return (two_two_one(x1, x2, *k, activation)[-1] - target) ** 2

        np.testing.assert_allclose(
            list(found.values()), slopes(height, np.array(knobs)), rtol=1e-6, atol=1e-8
        )
        assert list(found) == PARAMETERS


def test_explorable_starts_with_numbers_for_a_pocket_calculator():
    shown = Backprop().numbers()
    assert [shown[f"d_{name}"] for name in PARAMETERS] == NINE
    assert (shown["y"], shown["loss"], shown["d_y"]) == (2.5, 2.25, 3)
    assert all(
        round(value, 2) == pytest.approx(value, abs=1e-12)
        for name, value in shown.items()
        if name[:5] != "new_y" and name != "new_loss"
    )
    assert shown["new_loss"] < 0.6


def test_a_large_rate_overshoots_and_a_rate_of_zero_moves_nothing():
    assert Backprop(rate=0.1).numbers()["new_loss"] > Backprop().numbers()["loss"]
    still = Backprop(rate=0.0).numbers()
    assert still["new_loss"] == still["loss"]
    assert all(still[f"new_{name}"] == still[name] for name in PARAMETERS)


def test_a_silent_unit_gets_no_gradient():
    silent = Backprop(b1=-4.0).numbers()
    assert silent["z1"] < 0 and silent["d_h1"] != 0
    assert all(silent[name] == 0 for name in ("d_z1", "d_w11", "d_w12", "d_b1", "d_w31"))
    assert silent["d_w21"] != 0


def test_relu_has_no_slope_at_zero():
    import torch

    z = torch.tensor([-1.0, 0.0, 2.0], requires_grad=True)
    torch.relu(z).sum().backward()
    np.testing.assert_array_equal(relu_slope(z.detach().numpy()), z.grad.numpy())
    shown = Backprop(w11=0.0, w12=0.0, b1=0.0).numbers()
    assert shown["z1"] == 0 and shown["slope1"] == 0


def test_the_slopes_in_the_explorable_are_those_of_the_activations():
    z = np.linspace(-3, 3, 13) + 0.1
    for name, f in (("relu", relu), ("tanh", tanh)):
        activation, slope = ACTIVATIONS[name]
        assert activation is f
        np.testing.assert_allclose(slope(z, f(z)), (f(z + 1e-6) - f(z - 1e-6)) / 2e-6, atol=1e-6)


def test_figures_state_the_numbers_of_the_chapter():
    from helpers.learning.autograd import Tensor, order

    w, b = Tensor(3.0), Tensor(1.0)
    product = w * 2.0
    y = product + b
    gap = y - 5.0
    loss = gap * gap
    loss.backward()
    figures.draw_graph()
    texts = [t.get_text() for t in plt.gcf().axes[0].texts]
    plt.close("all")
    for name, made in (
        ("w", w),
        ("b", b),
        ("w · 2", product),
        ("y", y),
        ("gap = y − 5", gap),
        ("loss", loss),
    ):
        at = texts.index(name)
        value, gradient = texts[at - 2 : at]
        assert (float(value), float(gradient)) == (made.data, made.grad), name
    walk = [figures.STOPS[name] for name in ("w · 2", "y", "gap = y − 5", "loss")]
    assert order(loss) == [product, y, gap, loss] and walk == [4, 3, 2, 1]


@pytest.mark.parametrize("draw", [figures.draw_secants, figures.draw_graph, figures.draw_flat])
def test_figures_are_drawn(draw):
    draw()
    assert plt.gcf().axes
    plt.close("all")


def test_the_stops_of_a_walk_stand_below_the_pieces():
    figures.draw_graph(figures.STOPS)
    texts = [t.get_text() for t in plt.gcf().axes[0].texts]
    plt.close("all")
    for name, stop in figures.STOPS.items():
        assert texts[texts.index(name) + 1] == f"stop {stop}"
