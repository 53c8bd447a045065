"""What to do with gradients: three rules that move all parameters at once, batches, and the loop around them.

They leave out schedules for the rate, and decoupled weight decay.
"""

import numpy as np


class GradientDescent:
    """Step against the gradient. parameters: a list of tensors. rate: step per unit of gradient.

    Fed with a batch at a time it is SGD, stochastic gradient descent; the rule is the same.
    """

    def __init__(self, parameters, rate):
        self.parameters, self.rate = parameters, rate

    def zero_grad(self):
        """Forget the gradients: `backward` adds to what is there."""
        for p in self.parameters:
            p.grad = None

    def step(self):
        """Move every parameter once. Its gradient must be there; the array of its values is a new one."""
        for p in self.parameters:
            p.data = p.data - self.rate * p.grad


class Momentum(GradientDescent):
    """Step along a velocity that keeps a part of itself and adds the gradient. momentum: the part, 0 to 1."""

    def __init__(self, parameters, rate, momentum=0.9):
        super().__init__(parameters, rate)
        self.momentum = momentum
        self.velocity = [np.zeros_like(p.data) for p in parameters]

    def step(self):
        """Move every parameter once."""
        for i, p in enumerate(self.parameters):
            self.velocity[i] = self.momentum * self.velocity[i] + p.grad
            p.data = p.data - self.rate * self.velocity[i]


class Adam(GradientDescent):
    """Step by the mean gradient over its root mean square, both running (Kingma and Ba, arXiv:1412.6980).

    betas: the part that stays of each running mean, of gradients and of squares. epsilon: no division by 0.
    """

    def __init__(self, parameters, rate=0.001, betas=(0.9, 0.999), epsilon=1e-8):
        super().__init__(parameters, rate)
        self.betas, self.epsilon, self.steps = betas, epsilon, 0
        self.means = [np.zeros_like(p.data) for p in parameters]
        self.squares = [np.zeros_like(p.data) for p in parameters]

    def step(self):
        """Move every parameter once. Both means start at 0, so early ones are too small; it is corrected."""
        self.steps += 1
        keep, hold = self.betas
        for i, p in enumerate(self.parameters):
            self.means[i] = keep * self.means[i] + (1 - keep) * p.grad
            self.squares[i] = hold * self.squares[i] + (1 - hold) * p.grad**2
            mean = self.means[i] / (1 - keep**self.steps)
            square = self.squares[i] / (1 - hold**self.steps)
            p.data = p.data - self.rate * mean / (np.sqrt(square) + self.epsilon)


def epoch(examples, size, rng):
    """Yield the indices of each batch of one epoch: every example once, in a new random order.

    examples: how many there are. size: how many in a batch; the last one may be smaller.

    >>> [len(batch) for batch in epoch(5, 2, np.random.default_rng(0))]
    [2, 2, 1]
    """
    shuffled = rng.permutation(examples)  # [examples]
    for start in range(0, examples, size):
        yield shuffled[start : start + size]


def train(loss, optimiser, batches):
    """Take one step for each batch, and return the losses [batches], each from before its step.

    loss: a function of a batch that returns one number as a tensor. batches: anything to loop over.

    >>> from helpers.learning.autograd import Tensor
    >>> w = Tensor([1.0])
    >>> train(lambda batch: (w * w).sum(), GradientDescent([w], rate=0.25), range(3))
    [1.0, 0.25, 0.0625]
    """
    losses = []
    for batch in batches:
        optimiser.zero_grad()
        value = loss(batch)
        value.backward()
        optimiser.step()
        losses.append(float(value.data))
    return losses
