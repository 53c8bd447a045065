"""What a trial is in chapter 17: a small network on two moons, trained under four knobs that nobody learns.

Many networks are trained side by side, which is only faster: each is what it would be alone. It leaves out
batches (every step sees all examples) and any schedule of the rate.
"""

import numpy as np

from ..learning.loss import log_softmax, softmax
from ..learning.moons import moons
from .search import log_scale

# {knob: (lowest, highest)}, all on a log scale. Of the momentum it is what each step forgets, 1 - momentum.
KNOBS = {"rate": (0.001, 10), "forgets": (0.003, 1), "decay": (0.00001, 1), "spread": (0.01, 10)}
STEPS, WORST = 100, 3.0  # of a whole training; the loss that stands for "ran away"


def settings(places):
    """Return what stands at places [k, 4] from 0 to 1: {knob: [k]}, on the log scales of KNOBS.

    >>> {name: value.round(3).tolist() for name, value in settings(np.array([[0.5, 1, 0.4, 1]])).items()}
    {'rate': [0.1], 'forgets': [1.0], 'decay': [0.001], 'spread': [10.0]}
    """
    columns = np.asarray(places, dtype=float).T  # [4, k]
    return {name: log_scale(columns[i], *KNOBS[name]) for i, name in enumerate(KNOBS)}


class Trainees:
    """k networks with 2 inputs, `width` ReLU units and 2 logits, each under settings of its own.

    places: [k, 4] from 0 to 1, see `settings`. seed: of the start, which all have in common but for its
    spread. data: the seed of the examples, 60 to train on and 400 to validate on.
    """

    def __init__(self, places, seed=0, data=0, width=16):
        at = {name: each[:, None, None] for name, each in settings(places).items()}  # [k, 1, 1] each
        self.rate, self.momentum, self.decay = at["rate"], 1 - at["forgets"], at["decay"]
        examples, rng = np.random.default_rng(data), np.random.default_rng(seed)
        self.x, target = moons(60, noise=0.3, rng=examples)
        self.x_valid, self.valid = moons(400, noise=0.3, rng=examples)
        self.hot, k = np.eye(2)[target], len(places)
        W, V = rng.normal(size=(width, 2)), rng.normal(size=(2, width))
        W, V = at["spread"] * W, at["spread"] * V  # [k, width, 2], [k, 2, width]
        self.parameters = [W, np.zeros((k, 1, width)), V, np.zeros((k, 1, 2))]
        self.velocity = [np.zeros_like(p) for p in self.parameters]

    def _forward(self, x):
        W, b, V, c = self.parameters
        hidden = np.maximum(x @ W.swapaxes(1, 2) + b, 0)  # [k, n, width]
        return hidden, hidden @ V.swapaxes(1, 2) + c  # [k, n, 2]

    def train(self, steps):
        """Take more steps of gradient descent with momentum and weight decay, and return self."""
        with np.errstate(all="ignore"):  # some run away, and are counted as such
            for _ in range(steps):
                hidden, logits = self._forward(self.x)
                up = (softmax(logits) - self.hot) / len(self.x)  # [k, n, 2]
                down = up @ self.parameters[2] * (hidden > 0)  # [k, n, width]
                gradients = [down.swapaxes(1, 2) @ self.x, down.sum(1, keepdims=True)]
                gradients += [up.swapaxes(1, 2) @ hidden, up.sum(1, keepdims=True)]
                for i, gradient in enumerate(gradients):
                    self.velocity[i] = self.momentum * self.velocity[i] + gradient
                    if i in (0, 2):  # weights decay, biases do not
                        self.parameters[i] = self.parameters[i] * (1 - self.rate * self.decay)
                    self.parameters[i] = self.parameters[i] - self.rate * self.velocity[i]
        return self

    def losses(self):
        """Return the validation loss of each network, [k], at most WORST."""
        with np.errstate(all="ignore"):
            surprise = -log_softmax(self._forward(self.x_valid)[1])
            found = surprise[:, np.arange(len(self.valid)), self.valid].mean(axis=1)
        return np.where(np.isfinite(found), np.minimum(found, WORST), WORST)

    def keep(self, chosen):
        """Go on with these networks only. chosen: a list of their numbers. Return self."""
        for name in ("rate", "momentum", "decay"):
            setattr(self, name, getattr(self, name)[chosen])
        self.parameters = [p[chosen] for p in self.parameters]
        self.velocity = [v[chosen] for v in self.velocity]
        return self


def losses(places, steps=STEPS, **options):
    """Return the validation loss of each setting, [k], after a whole training. places: [k, 4] from 0 to 1."""
    return Trainees(np.asarray(places), **options).train(steps).losses()
