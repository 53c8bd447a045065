"""The engine against torch: thousands of random graphs, deep graphs, gradients that add up, bad input."""

import gc
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from helpers.learning.autograd import (
    Tensor,
    add,
    backward,
    exp,
    log,
    matmul,
    order,
    relu,
    softmax_cross_entropy,
    tanh,
)

ROOT = Path(__file__).parents[2]
WHOLE = (2, 3, 4)  # every array of a graph broadcasts against this shape, until a sum or an index cuts it
INDICES = [0, -1, slice(1, None), slice(None, None, 2), None, [0, 0, -1], np.array([[0, -1], [0, 0]]), ...]

# name -> (ours, torch's), each a function of one array whose values keep their distance from where it breaks
ONE = {
    "exp": (lambda x: exp(tanh(x)), lambda x: x.tanh().exp()),
    "log": (lambda x: log(x * x + 0.5), lambda x: (x * x + 0.5).log()),
    "relu": (relu, torch.relu),
    "tanh": (tanh, torch.tanh),
    "square": (lambda x: tanh(x) ** 2, lambda x: x.tanh() ** 2),
    "root": (lambda x: (x * x + 1) ** 0.5, lambda x: (x * x + 1) ** 0.5),
    "over": (lambda x: 1 / (x * x + 1), lambda x: 1 / (x * x + 1)),
    "power": (lambda x: (2 + tanh(x)) ** -1.5, lambda x: (2 + x.tanh()) ** -1.5),
    "power 0": (lambda x: x**0, lambda x: x**0),
    "negative": (lambda x: -x, lambda x: -x),
    "from constant": (lambda x: 1.5 - x, lambda x: 1.5 - x),
    "transpose": (lambda x: x.T, lambda x: x.permute(tuple(reversed(range(x.ndim))))),
    "sum": (lambda x: x.sum() * 0.1, lambda x: x.sum() * 0.1),
    "mean": (lambda x: x.mean(), lambda x: x.mean()),
}
ONE_AXIS = {
    "sum along": (lambda x, axis: x.sum(axis), lambda x, axis: x.sum(axis)),
    "mean along": (lambda x, axis: x.mean(axis=axis), lambda x, axis: x.mean(axis)),
}
TWO = {
    "add": (lambda x, y: x + y, torch.add),
    "multiply": (lambda x, y: tanh(x) * y, lambda x, y: x.tanh() * y),
    "subtract": (lambda x, y: x - y, torch.sub),
    "divide": (lambda x, y: x / (y * y + 1), lambda x, y: x / (y * y + 1)),
}
STEPS = st.tuples(st.sampled_from([*ONE, *ONE_AXIS, *TWO, "matmul", "take"]), *[st.integers(0, 99)] * 3)


# Two cuts leave nothing of the first array; then come the means of nothing, in all and along each axis.
NOTHING_LEFT = [("take", 0, 1, 2), ("take", 1, 1, 2), ("mean", 2, 1, 0)]
NOTHING_LEFT += [("mean along", 2, 1, axis) for axis in range(3)]


def leaf(rng, choice):
    """Return an array that broadcasts against WHOLE: some axes have length 1, some in front are missing."""
    shape = [1 if choice >> i & 1 else n for i, n in enumerate(WHOLE)]
    return rng.normal(size=shape[choice % 4 :])


def fits(op, x, *rest):
    """Tell whether NumPy can do it."""
    try:
        op(x, *rest)
    except (ValueError, IndexError):
        return False
    return True


def grow(steps, rng):
    """Run the steps twice, in our engine and in torch; return the leaves and the values of both, in pairs."""
    leaves, values = [], []

    def new(array):
        leaves.append((Tensor(array), torch.tensor(array, requires_grad=True)))
        values.append(leaves[-1])
        return leaves[-1]

    def made(ours, theirs):
        big = np.abs(ours.data).max(initial=0) > 30
        values.append((tanh(ours), theirs.tanh()) if big else (ours, theirs))

    new(leaf(rng, 0))
    for name, i, j, k in steps:
        x, u = values[i % len(values)]
        y, v = new(leaf(rng, k)) if j % 3 == 0 else values[j % len(values)]
        if name in ONE:
            made(ONE[name][0](x), ONE[name][1](u))
        elif name in ONE_AXIS and x.data.ndim:
            axis = k % x.data.ndim
            made(ONE_AXIS[name][0](x, axis), ONE_AXIS[name][1](u, axis))
        elif name in TWO and fits(np.add, x.data, y.data):
            made(TWO[name][0](x, y), TWO[name][1](u, v))
        elif name == "matmul" and x.data.ndim:
            W, V = new(rng.normal(size=(x.data.shape[-1], 1 + k % 4)[: 1 + k % 2]))
            made(x @ W, u @ V)
        elif name == "take" and fits(lambda a, at: a[at], x.data, INDICES[k % len(INDICES)]):
            made(x[INDICES[k % len(INDICES)]], u[INDICES[k % len(INDICES)]])
    return leaves, values


@settings(max_examples=2000, deadline=None)
@given(st.lists(STEPS, min_size=1, max_size=14), st.integers(0, 2**32 - 1))
@example(NOTHING_LEFT, 0)
def test_random_graphs_equal_torch(steps, seed):
    rng = np.random.default_rng(seed)
    leaves, values = grow(steps, rng)
    for ours, theirs in values:
        np.testing.assert_allclose(ours.data, theirs.detach().numpy(), rtol=1e-9, atol=1e-9)
    # Each value has a share in the output, with a weight of its own, so no gradient is the same everywhere.
    values = [(ours, theirs) for ours, theirs in values if np.isfinite(ours.data).all()]  # NaN has no slope
    weights = [rng.normal(size=ours.data.shape) for ours, _ in values]
    sum((ours * w).sum() for (ours, _), w in zip(values, weights, strict=True)).backward()
    sum((theirs * torch.tensor(w)).sum() for (_, theirs), w in zip(values, weights, strict=True)).backward()
    for ours, theirs in leaves:
        assert ours.grad.shape == ours.data.shape
        np.testing.assert_allclose(ours.grad, theirs.grad.numpy(), rtol=1e-9, atol=1e-9)


EMPTY = [((0,), None), ((0, 3), None), ((0, 3), 0), ((0, 3), 1), ((3, 0), 0), ((3, 0), 1), ((2, 0, 3), 1)]


@pytest.mark.parametrize(("shape", "axis"), EMPTY)
def test_the_mean_of_nothing_is_nan_as_in_torch(shape, axis, recwarn):
    ours, theirs = Tensor(np.zeros(shape)), torch.zeros(shape, dtype=torch.float64, requires_grad=True)
    made, wanted = ours.mean(axis=axis), theirs.mean() if axis is None else theirs.mean(axis)
    np.testing.assert_array_equal(made.data, wanted.detach().numpy())
    assert np.shape(made.data) == tuple(wanted.shape)
    made.sum().backward()
    wanted.sum().backward()
    assert ours.grad.shape == shape == tuple(theirs.grad.shape) and not recwarn.list


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 6), st.integers(1, 5), st.integers(0, 2**32 - 1), st.sampled_from([1, 1000]))
def test_softmax_cross_entropy_equals_torch(examples, classes, seed, scale):
    rng = np.random.default_rng(seed)
    logits, target = scale * rng.normal(size=(examples, classes)), rng.integers(0, classes, size=examples)
    z, u = Tensor(logits), torch.tensor(logits, requires_grad=True)
    ours, theirs = (
        softmax_cross_entropy(z, target),
        torch.nn.functional.cross_entropy(u, torch.tensor(target)),
    )
    (3 * ours).backward()
    (3 * theirs).backward()
    np.testing.assert_allclose(ours.data, theirs.item(), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(z.grad, u.grad.numpy(), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("x", [(4,), (3, 4), (2, 3, 4), (0, 4)])
@pytest.mark.parametrize("W", [(4,), (4, 5)])
def test_matmul_of_all_shapes_with_an_uneven_gradient(x, W):
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=x), rng.normal(size=W)
    ours, theirs = [Tensor(a), Tensor(b)], [torch.tensor(each, requires_grad=True) for each in (a, b)]
    made, wanted = ours[0] @ ours[1], theirs[0] @ theirs[1]
    start = rng.normal(size=made.data.shape)
    made.backward(start)
    wanted.backward(torch.tensor(start))
    assert made.data.shape == tuple(wanted.shape)
    for mine, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(mine.grad, other.grad.numpy(), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("operations", [10_000, 100_000])
def test_a_deep_graph_neither_recurses_nor_overflows(operations):
    x = z = Tensor(1.0)
    for _ in range(operations // 2):
        z = z * 1.0001 + 0.001
    z.backward()
    assert len(order(z)) == operations
    assert x.grad == pytest.approx(1.0001 ** (operations // 2), rel=1e-9)
    del z  # taking it apart must not recurse either


def test_a_wide_graph_that_uses_a_value_often():
    x = Tensor(3.0)
    z = x
    for _ in range(40):
        z = z + z  # 2^40 paths lead back to x
    z.backward()
    assert x.grad == 2.0**40


def test_order_has_every_tensor_once_and_after_its_inputs():
    a, b = Tensor(1.0), Tensor(2.0)
    c = a * b
    out = (c + a) * c
    ordered = order(out)
    assert ordered[-1] is out and len(ordered) == len(set(ordered)) == 3
    place = {tensor: at for at, tensor in enumerate(ordered)}
    assert all(place[x] < place[t] for t in ordered for x in t.inputs if x in place)


def test_gradients_add_up_over_passes_in_parameters_only():
    w = Tensor([1.0, -2.0])
    half = w * 0.5
    loss = (half * half).sum()
    loss.backward()
    once, between = w.grad.copy(), half.grad.copy()
    loss.backward()
    assert (w.grad == 2 * once).all() and (half.grad == between).all()


def test_a_gradient_that_was_handed_over_is_not_changed():
    a, start = Tensor([1.0, 2.0]), np.array([1.0, 10.0])
    (a + a + a).backward(start)
    assert start.tolist() == [1.0, 10.0] and a.grad.tolist() == [3.0, 30.0]


def test_parameters_and_constants():
    x, w = np.array([[1.0, 2.0]]), Tensor([3.0, 4.0])
    made = x @ w  # NumPy on the left
    made.sum().backward()
    assert made.inputs[0].grad is None and w.grad.tolist() == [1.0, 2.0]
    still = Tensor([1.0, 2.0], requires_grad=False) * 2
    assert not still.requires_grad and still.inputs == ()


def test_single_precision_stays_single():
    w = Tensor(np.ones((2, 3), dtype=np.float32))
    loss = softmax_cross_entropy(tanh(np.ones((4, 3), dtype=np.float32) @ w.T) / 2, np.array([0, 1, 0, 1]))
    loss.backward()
    assert loss.data.dtype == w.grad.dtype == np.float32


def test_a_graph_leaves_nothing_for_the_garbage_collector():
    gc.collect()
    gc.disable()
    try:
        w = Tensor(np.ones((3, 2)))
        loss = (relu(np.ones((5, 2)) @ w.T) ** 2).mean()
        loss.backward()
        del loss
        assert gc.collect() == 0
    finally:
        gc.enable()


BAD = {
    "whole numbers": (lambda: Tensor([1, 2]), TypeError, "int64"),
    "a whole number": (lambda: Tensor(3), TypeError, "write 3.0, not 3"),
    "shapes that do not add": (lambda: Tensor([1.0, 2.0]) + np.ones(3), ValueError, "(2,) and (3,)"),
    "shapes that do not multiply": (
        lambda: matmul(Tensor(np.ones((2, 3))), np.ones((2, 3))),
        ValueError,
        "matmul",
    ),
    "a stack of matrices": (lambda: Tensor(np.ones((2, 3))) @ np.ones((2, 3, 2)), ValueError, "(2, 3, 2)"),
    "a number times a matrix": (lambda: Tensor(2.0) @ np.ones((2, 2)), ValueError, "matmul"),
    "no single number": (lambda: Tensor([1.0, 2.0]).backward(), ValueError, "one number"),
    "a start that does not fit": (lambda: Tensor([1.0, 2.0]).backward([1.0]), ValueError, "(1,)"),
    "only constants": (lambda: backward(add(1.0, 2.0)), ValueError, "asked for a gradient"),
    "an index too far": (lambda: Tensor([1.0, 2.0])[5], IndexError, "out of bounds"),
    "a target too far": (
        lambda: softmax_cross_entropy(Tensor([[1.0, 2.0]]), np.array([2])),
        ValueError,
        "no class 2: there are 2, counted from 0",
    ),
    "targets as a column": (
        lambda: softmax_cross_entropy(Tensor([[1.0, 2.0], [3.0, 1.0]]), np.array([[1], [0]])),
        ValueError,
        "(2, 2) need (2,) targets, not (2, 1)",
    ),
    "an axis too far": (lambda: Tensor([1.0, 2.0]).sum(axis=1), ValueError, "(2,)"),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_input_gets_one_sentence(kind):
    act, error, part = BAD[kind]
    with pytest.raises(error) as caught:
        act()
    says = str(caught.value)
    assert part in says and "\n" not in says and len(says) < 120
