"""One parameter turned, and put back: what it does, and what its gradient said before.

It leaves out changes of many parameters at once.
"""

from contextlib import contextmanager

import torch


def parameter(model, name, place):
    """Return (tensor, place as a tuple); a ValueError says what is wrong with an address.

    name: as in `named_parameters`. place: whole numbers, one for each axis, counted from 0.
    """
    named, place = dict(model.named_parameters()), tuple(place)
    if name not in named:
        raise ValueError(f"This model has no parameter {name!r}.")
    sides = list(named[name].shape)
    inside = len(place) == len(sides) and all(0 <= i < side for i, side in zip(place, sides, strict=True))
    if not inside:
        raise ValueError(f"{name} has the shape {sides}, and {list(place)} is no place in it.")
    return named[name], place


@contextmanager
def turned(model, name, place, value):
    """Within it, one parameter has another value; afterwards it has its own again, whatever happened.

    An address outside of the model, or a value that is no number, raises a ValueError and changes nothing.
    """
    tensor, place = parameter(model, name, place)
    if not torch.isfinite(torch.tensor(float(value))):
        raise ValueError(f"A parameter is a number, and {value} is none.")
    kept = tensor.data[place].clone()
    tensor.data[place] = value
    try:
        yield
    finally:
        tensor.data[place] = kept


def slope(model, name, place, loss):
    """Return dL/dw of one parameter, from the backward pass.

    loss: a function without arguments that returns a tensor of one number. Gradients of a training
    under way stay as they are.
    """
    tensor, place = parameter(model, name, place)
    (gradient,) = torch.autograd.grad(loss(), [tensor])
    return gradient[place].item()


def measured(model, name, place, steps, loss):
    """Return [steps]: how much the loss changes when one parameter is moved by each of these steps."""
    tensor, place = parameter(model, name, place)
    start = tensor.data[place].item()
    with torch.no_grad():
        before, changes = loss().item(), []
        for step in steps:
            with turned(model, name, place, start + step):
                changes.append(loss().item() - before)
    return changes


def larger(model, size):
    """Return [(name, row, column, value)] of all weights in matrices of blocks that are larger in size."""
    found = []
    for name, p in model.named_parameters():
        if p.dim() == 2 and name.startswith("blocks"):
            found += [(name, *place, p[*place].item()) for place in (p.abs() > size).nonzero().tolist()]
    return found
