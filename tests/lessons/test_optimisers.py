"""Promise: each rule takes the steps of torch's own, and an epoch holds every example once."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.learning.autograd import Tensor, tanh
from helpers.learning.optimisers import Adam, GradientDescent, Momentum, epoch, train

seeds = st.integers(0, 2**32 - 1)
rates = st.floats(1e-4, 0.5)
parts = st.floats(0.0, 0.99)
SHAPES = [(), (3,), (4, 2), (2, 3, 2)]


def pulled(draws):
    """Return our tensors and torch's with the same values."""
    import torch

    return [Tensor(d) for d in draws], [torch.tensor(d, requires_grad=True) for d in draws]


def gap_after(steps, seed, ours, theirs):
    """Return the largest difference after so many steps with the same gradients of very different sizes."""
    import torch

    rng = np.random.default_rng(seed)
    knobs, twins = pulled([np.asarray(rng.normal(size=shape)) for shape in SHAPES])
    ours, theirs = ours(knobs), theirs(twins)
    for _ in range(steps):
        for p, q in zip(knobs, twins, strict=True):
            p.grad = np.asarray(rng.normal(size=p.data.shape) * 10.0 ** rng.integers(-6, 3))
            q.grad = torch.tensor(p.grad)
        ours.step(), theirs.step()
    return max(np.abs(p.data - q.detach().numpy()).max() for p, q in zip(knobs, twins, strict=True))


@settings(max_examples=25, deadline=None)
@given(seed=seeds, rate=rates)
def test_gradient_descent_equals_torch(seed, rate):
    import torch

    assert (
        gap_after(100, seed, lambda p: GradientDescent(p, rate), lambda p: torch.optim.SGD(p, rate)) < 1e-10
    )


@settings(max_examples=25, deadline=None)
@given(seed=seeds, rate=rates, part=parts)
def test_momentum_equals_torch(seed, rate, part):
    import torch

    theirs = lambda p: torch.optim.SGD(p, rate, momentum=part)  # noqa: E731
    assert gap_after(100, seed, lambda p: Momentum(p, rate, part), theirs) < 1e-10


@settings(max_examples=25, deadline=None)
@given(seed=seeds, rate=rates, betas=st.tuples(parts, st.floats(0.5, 0.9999)))
def test_adam_equals_torch(seed, rate, betas):
    import torch

    theirs = lambda p: torch.optim.Adam(p, rate, betas=betas)  # noqa: E731
    assert gap_after(100, seed, lambda p: Adam(p, rate, betas), theirs) < 1e-10


@pytest.mark.parametrize("name", ["GradientDescent", "Momentum", "Adam"])
def test_training_a_network_equals_torch(name):
    """Here the gradients are our own too: 100 steps of a network with tanh on a squared error."""
    import torch

    rules = {
        "GradientDescent": (GradientDescent, lambda p: torch.optim.SGD(p, 0.05)),
        "Momentum": (Momentum, lambda p: torch.optim.SGD(p, 0.05, momentum=0.9)),
        "Adam": (Adam, lambda p: torch.optim.Adam(p, 0.05)),
    }
    ours, theirs = rules[name]
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(20, 3)), rng.normal(size=(20, 1))
    knobs, twins = pulled([rng.normal(size=s) for s in [(5, 3), (5,), (1, 5), (1,)]])

    def loss(batch):
        W, b, V, c = knobs
        return ((tanh(x @ W.T + b) @ V.T + c - y) ** 2).mean()

    losses = train(loss, ours(knobs, 0.05), range(100))
    optimiser, expected = theirs(twins), []
    for _ in range(100):
        optimiser.zero_grad()
        W, b, V, c = twins
        value = ((torch.tanh(torch.tensor(x) @ W.T + b) @ V.T + c - torch.tensor(y)) ** 2).mean()
        value.backward()
        optimiser.step()
        expected.append(value.item())
    np.testing.assert_allclose(losses, expected, atol=1e-10)
    for p, q in zip(knobs, twins, strict=True):
        np.testing.assert_allclose(p.data, q.detach().numpy(), atol=1e-10)


@pytest.mark.parametrize("rule", [GradientDescent, Momentum, Adam])
def test_a_step_makes_new_arrays_and_zero_grad_forgets(rule):
    w = Tensor(np.array([1.0, 2.0]))
    optimiser, before = rule([w], 0.1), w.data
    (w * w).sum().backward()
    optimiser.step()
    assert before.tolist() == [1.0, 2.0] and (w.data < before).all()
    optimiser.zero_grad()
    assert w.grad is None


@given(size=st.floats(1e-4, 1e8), sign=st.sampled_from([-1.0, 1.0]), rate=rates)
def test_the_first_step_of_adam_is_the_rate(size, sign, rate):
    w = Tensor(np.array([0.0]))
    w.grad = np.array([sign * size])
    Adam([w], rate).step()
    assert float(w.data[0]) == pytest.approx(-sign * rate, rel=2e-4)


@given(curvature=st.floats(0.1, 50), part=st.floats(0.05, 1.95))
def test_the_largest_stable_rate_is_two_over_the_curvature(curvature, part):
    w = Tensor(np.array([1.0]))
    optimiser = GradientDescent([w], part / curvature)
    train(lambda step: (0.5 * curvature * w * w).sum(), optimiser, range(50))
    assert float(w.data[0]) == pytest.approx((1 - part) ** 50, rel=1e-6, abs=1e-12)


@given(examples=st.integers(1, 200), size=st.integers(1, 60), seed=seeds)
def test_an_epoch_holds_every_example_once(examples, size, seed):
    batches = list(epoch(examples, size, np.random.default_rng(seed)))
    assert sorted(np.concatenate(batches)) == list(range(examples))
    assert [len(b) for b in batches[:-1]] == [size] * (len(batches) - 1) and 1 <= len(batches[-1]) <= size


def test_epochs_come_in_a_new_order_that_the_generator_decides():
    rng = np.random.default_rng(0)
    first, second = (np.concatenate(list(epoch(50, 8, rng))) for _ in range(2))
    again = np.concatenate(list(epoch(50, 8, np.random.default_rng(0))))
    assert (first != second).any() and (first == again).all()


def test_train_takes_a_step_for_each_batch_and_reports_the_loss_before_it():
    w, seen = Tensor(np.array([1.0])), []

    def loss(batch):
        seen.append(batch)
        return (w * w).sum()

    assert train(loss, GradientDescent([w], 0.25), "abc") == [1.0, 0.25, 0.0625]
    assert seen == ["a", "b", "c"] and w.data.tolist() == [0.125]
