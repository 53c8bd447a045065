"""Reverse-mode automatic differentiation over NumPy arrays: every gradient from one pass backwards.

It leaves out second derivatives, changing arrays in place, and every operation that the course does not need.
"""

import numpy as np

from .loss import check_classes, cross_entropy, softmax


class Tensor:
    """An array that remembers what it was made from, and so how a gradient gets back there.

    data: floats of any shape; a NumPy array is not copied. grad: None, or an array of that shape, to which
    `backward` adds. requires_grad: False for a constant. TypeError when whole numbers shall have a gradient.

    >>> w = Tensor([1.0, 2.0])
    >>> (w * w).sum().backward()
    >>> w.grad.tolist()
    [2.0, 4.0]
    """

    __slots__ = ("back", "data", "grad", "inputs", "requires_grad", "saved")
    __array_ufunc__ = None  # in array @ tensor, NumPy leaves the work to us

    def __init__(self, data, requires_grad=True):
        self.data, self.requires_grad = np.asarray(data), requires_grad
        self.grad, self.inputs, self.back, self.saved = None, (), None, None
        if requires_grad:
            check_floats(self.data.dtype)

    def __repr__(self):
        return f"Tensor({self.data})"


def check_floats(kind):
    """Stop with a sentence where whole numbers shall have a gradient. kind: the dtype of an array."""
    if kind.kind != "f":
        says = f"A gradient needs floats, and these are {kind}"
        raise TypeError(f"{says}: write 3.0, not 3.")


def constant(x):
    """Return a number or an array as a tensor that gets no gradient."""
    made = Tensor(x, requires_grad=False)
    if isinstance(x, int | float):
        made.data = x  # a plain number takes the precision of what it meets
    return made


def record(forward, back, *inputs, saved=None):
    """Return the tensor that `forward` makes of the inputs, and remember the way back.

    forward: a function of arrays. back: a function of the new tensor and of the gradient that reached it.
    inputs: tensors; numbers and arrays are taken as constants. saved: whatever else `back` needs.
    ValueError, naming the shapes, when they do not go together.
    """
    inputs = [x if isinstance(x, Tensor) else constant(x) for x in inputs]
    made = Tensor(result(forward, back, inputs), requires_grad=False)
    if any([x.requires_grad for x in inputs]):
        made.requires_grad, made.inputs = True, inputs
        made.back, made.saved = back, saved
    return made


def result(forward, back, inputs):
    """Return what `forward` makes of the arrays of the inputs; an error of NumPy becomes a sentence."""
    try:
        return forward(*[x.data for x in inputs])
    except ValueError:
        name = back.__name__.removesuffix("_back")
        shapes = " and ".join(str(np.shape(x.data)) for x in inputs)
        raise ValueError(f"{name} cannot take the shape {shapes}.") from None


def receive(tensor, gradient):
    """Add a gradient to the one that a tensor has: a value that is used twice gets two."""
    if tensor.requires_grad:
        gradient = unbroadcast(gradient, tensor.data.shape)
        tensor.grad = gradient if tensor.grad is None else tensor.grad + gradient


def unbroadcast(gradient, shape):
    """Return the gradient for an array of this shape: summed over the axes along which it was repeated.

    >>> unbroadcast(np.ones((3, 2)), (2,)).tolist()
    [3.0, 3.0]
    """
    if gradient.shape == shape:
        return gradient
    gradient = gradient.sum(axis=tuple(range(gradient.ndim - len(shape))))  # axes that were put in front
    repeated = tuple(i for i, n in enumerate(shape) if n == 1)
    return gradient.sum(axis=repeated, keepdims=True) if repeated else gradient


def add(a, b):
    """Return a + b; shapes broadcast."""
    return record(np.add, add_back, a, b)


def add_back(made, gradient):
    """Hand the gradient on to both terms, unchanged."""
    for x in made.inputs:
        receive(x, gradient)


def multiply(a, b):
    """Return a * b; shapes broadcast."""
    return record(np.multiply, multiply_back, a, b)


def multiply_back(made, gradient):
    """Hand each factor the gradient times the other factor."""
    a, b = made.inputs
    receive(a, gradient * b.data)
    receive(b, gradient * a.data)


def rows_times(x, W):
    """Return x @ W for x of any shape as one product of two matrices. x: [..., n]. W: [n, m] or [n]."""
    if np.ndim(x) == 0 or np.ndim(W) not in (1, 2):
        raise ValueError("rows and a matrix, or a vector")
    return (x.reshape(-1, x.shape[-1]) @ W).reshape(x.shape[:-1] + W.shape[1:])


def matmul(a, b):
    """Return a @ b. a: [..., n]. b: [n, m] or [n]. The answer is [..., m] or [...]."""
    return record(rows_times, matmul_back, a, b)


def matmul_back(made, gradient):
    """Hand on gradient @ W.T to the rows and x.T @ gradient to the matrix: only these shapes fit."""
    a, b = made.inputs
    x = a.data.reshape(-1, len(b.data))  # [rows, n]
    W = b.data.reshape(len(b.data), -1)  # [n, m]
    gradient = gradient.reshape(-1, W.shape[1])  # [rows, m]
    if a.requires_grad:
        receive(a, (gradient @ W.T).reshape(a.data.shape))
    if b.requires_grad:
        receive(b, (x.T @ gradient).reshape(b.data.shape))


def power(a, n):
    """Return a to the power n. n: a number that is not learned."""
    return record(lambda x: x**n, power_back, a, saved=n)


def power_back(made, gradient):
    """Hand on the gradient times n a^(n - 1)."""
    (a,), n = made.inputs, made.saved
    receive(a, gradient * (n * a.data ** (n - 1) if n else 0.0))


def exp(a):
    """Return e to the power of each number."""
    return record(np.exp, exp_back, a)


def exp_back(made, gradient):
    """Hand on the gradient times e^a, which is what was made."""
    receive(made.inputs[0], gradient * made.data)


def log(a):
    """Return the natural logarithm of each number."""
    return record(np.log, log_back, a)


def log_back(made, gradient):
    """Hand on the gradient over a."""
    receive(made.inputs[0], gradient / made.inputs[0].data)


def relu(a):
    """Return each number where it is above zero, and 0 elsewhere."""
    return record(lambda x: np.maximum(x, 0), relu_back, a)


def relu_back(made, gradient):
    """Hand on the gradient where the unit was open."""
    receive(made.inputs[0], gradient * (made.data > 0))


def tanh(a):
    """Return the hyperbolic tangent of each number."""
    return record(np.tanh, tanh_back, a)


def tanh_back(made, gradient):
    """Hand on the gradient times 1 - tanh²."""
    receive(made.inputs[0], gradient * (1 - made.data**2))


def total(a, axis=None):
    """Return the sum of all numbers, or along an axis."""
    return record(lambda x: x.sum(axis=axis), total_back, a, saved=axis)


def total_back(made, gradient):
    """Hand every term of the sum the gradient of the sum."""
    (a,), axis = made.inputs, made.saved
    if axis is not None:
        gradient = np.expand_dims(gradient, axis)
    receive(a, gradient + np.zeros(a.data.shape, gradient.dtype))


def mean(a, axis=None):
    """Return the mean of all numbers, or along an axis."""
    summed = total(a, axis)
    count = a.data.size  # the mean of nothing is NaN, as in torch
    return summed * (summed.data.size / count if count else np.nan)


def take(a, index):
    """Return a[index], for any index that NumPy knows."""
    return record(lambda x: x[index], take_back, a, saved=index)


def take_back(made, gradient):
    """Put the gradient where the numbers came from; one that was taken twice gets both."""
    (a,), index = made.inputs, made.saved
    scattered = np.zeros_like(a.data)
    np.add.at(scattered, index, gradient)
    receive(a, scattered)


def transpose(a):
    """Return a with its axes in the opposite order."""
    return record(np.transpose, transpose_back, a)


def transpose_back(made, gradient):
    """Turn the gradient back."""
    receive(made.inputs[0], gradient.T)


def softmax_cross_entropy(z, target):
    """Return `cross_entropy` as one operation. z: [examples, classes]. target: [examples] whole numbers."""
    check_classes(z.data.shape, target)  # here, for `record` would say less
    back = softmax_cross_entropy_back
    return record(lambda z: cross_entropy(z, target), back, z, saved=target)


def softmax_cross_entropy_back(made, gradient):
    """Hand on the probabilities, less 1 at the target, over the number of examples."""
    (z,), target = made.inputs, made.saved
    gap = softmax(z.data)  # [examples, classes]
    gap[np.arange(len(target)), target] -= 1
    receive(z, gradient * gap / len(target))


def order(output):
    """Return the output and all tensors made on the way to it, each after those that it was made from.

    A list of what is still to do stands in for a function that calls itself, so no graph is too deep.
    """
    done, ordered, todo = set(), [], [output]
    while todo:
        tensor = todo.pop()
        waiting = [x for x in tensor.inputs if x.inputs and x not in done]
        if waiting:
            todo += [tensor, *waiting]  # it comes again after what it waits for
        elif tensor not in done:
            done.add(tensor)
            ordered.append(tensor)
    return ordered


def first_gradient(output, gradient):
    """Return the gradient that the walk back starts with: 1 for a single number, or the one that was given.

    ValueError when there is nothing to start from, or nothing asked for a gradient.
    """
    if not output.requires_grad:
        raise ValueError("Nothing that this was made from asked for a gradient.")
    shape = output.data.shape
    if gradient is None and output.data.size != 1:
        says = "backward starts from one number, not the shape"
        raise ValueError(f"{says} {shape}: take a mean first.")
    if gradient is None:
        gradient = np.ones_like(output.data)
    gradient = np.asarray(gradient)
    if gradient.shape != shape:
        says = f"The gradient has the shape {gradient.shape}, the output {shape}."
        raise ValueError(says)
    return gradient


def backward(output, gradient=None):
    """Add to the `grad` of every parameter what the output would gain per unit of it.

    output: a single number, unless the gradient that it starts from is given, in the output's shape.
    ValueError as from `first_gradient`.
    """
    gradient = first_gradient(output, gradient)
    ordered = order(output)
    for tensor in ordered:
        if tensor.inputs:
            tensor.grad = None  # left over from an earlier pass; only parameters keep theirs
    receive(output, gradient)
    for tensor in reversed(ordered):
        if tensor.inputs:
            tensor.back(tensor, tensor.grad)


# What Python's signs and brackets mean for a tensor.
Tensor.__add__ = Tensor.__radd__ = add
Tensor.__mul__ = Tensor.__rmul__ = multiply
Tensor.__matmul__ = matmul
Tensor.__rmatmul__ = lambda a, b: matmul(b, a)
Tensor.__pow__ = power
Tensor.__neg__ = lambda a: a * -1.0
Tensor.__sub__ = lambda a, b: a + b * -1.0
Tensor.__rsub__ = lambda a, b: a * -1.0 + b
Tensor.__truediv__ = lambda a, b: a * b**-1.0
Tensor.__rtruediv__ = lambda a, b: a**-1.0 * b
Tensor.__getitem__ = take
Tensor.sum = total
Tensor.mean = mean
Tensor.backward = backward
Tensor.T = property(transpose)
