"""The nine parameters of the 2-2-1 network, looked for by trying and by derivatives, at the same cost.

It leaves out batches and better optimisers: what is compared is knowing the slopes against not knowing them.
"""

import numpy as np

from ..learning.autograd import Tensor, tanh
from ..learning.optimisers import GradientDescent, train
from ..one_neuron.network import two_two_one

X1, X2, Y = np.array([[0, 0, 1, 1], [0, 1, 0, 1], [0, 1, 1, 0]])  # XOR


def misfits(knobs):
    """Return the squared loss over the four lines of XOR, [networks]. knobs: [9, networks]."""
    out = two_two_one(X1, X2, *[knob[:, None] for knob in knobs], activation=np.tanh)[-1]  # [networks, 4]
    return ((out - Y) ** 2).mean(axis=1)


def one_round(knobs):
    """Try nine positions of each knob while the others stay: return the best of 81 networks. knobs: [9]."""
    tried = np.tile(knobs[:, None], (1, 81))  # [9, 81]
    for i in range(9):
        tried[i, 9 * i : 9 * i + 9] = np.linspace(-2, 2, 9)
    return tried[:, misfits(tried).argmin()]


def by_positions(start, rounds):
    """Return the loss after so many rounds of 81 networks, for each start, [starts]. start: [9, starts]."""
    ends = []
    for knobs in start.T:
        for _ in range(rounds):
            knobs = one_round(knobs)
        ends.append(knobs)
    return misfits(np.array(ends).T)


def by_guesses(runs, networks, rng):
    """Return the lowest loss of so many networks with random knobs from -2 to 2, for each run, [runs]."""
    return np.array([misfits(rng.uniform(-2, 2, size=(9, networks))).min() for _ in range(runs)])


def by_derivatives(start, steps, rate=0.1):
    """Return the loss after so many steps of descent, for each start, [starts]. start: [9, starts]."""
    knobs = [Tensor(knob[:, None]) for knob in start]  # nine, of all starts side by side

    def loss(_):
        out = two_two_one(X1, X2, *knobs, activation=tanh)[-1]  # [starts, 4]
        return ((out - Y) ** 2).sum() * 0.25  # all losses added: each start has knobs of its own

    train(loss, GradientDescent(knobs, rate), range(steps))
    return misfits(np.array([knob.data[:, 0] for knob in knobs]))
