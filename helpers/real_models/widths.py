"""What becomes of the best rate when a model gets wider: a network of three matrices, trained with Adam.

It leaves out biases, batches and everything but the rate. (muP, the method that makes many settings carry
over, is Yang and others', arXiv:2203.03466; only one of its rules is tried here.)
"""

import torch


def task(seed):
    """Return 256 examples [256, 16] and their targets [256, 1], which a network that stays hidden gave."""
    dice = torch.Generator().manual_seed(seed)
    x, W = (torch.randn(*shape, generator=dice) for shape in ((256, 16), (16, 8)))
    return x, torch.tanh(x @ W / 2) @ torch.randn(8, 1, generator=dice)


def losses_at_rates(width, rates, seed, share=1.0, steps=60):
    """Return the training loss after the last step for each rate, [k]: one network for each, side by side.

    width: of both hidden layers. seed: of the task and of the start. share: of the rate that the two matrices
    get whose inputs are hidden units; the matrix of the inputs has all of it.
    """
    x, y = task(seed)
    dice = torch.Generator().manual_seed(1000 + seed)
    shapes = ((16, width), (width, width), (width, 1))
    gains = (1.0, 2.0, 1.0)
    starts = [torch.randn(*s, generator=dice) * (g / s[0]) ** 0.5 for s, g in zip(shapes, gains, strict=True)]
    rate = torch.tensor(rates)[:, None, None]  # [k, 1, 1]
    weights = [W.repeat(len(rates), 1, 1).requires_grad_() for W in starts]  # [k, n, m] each
    means, squares = ([torch.zeros_like(W) for W in weights] for _ in range(2))
    for step in range(1, steps + 1):
        gradients = torch.autograd.grad(_loss(x, y, weights).sum(), weights)
        with torch.no_grad():
            for i, g in enumerate(gradients):  # Adam, as in chapter 6
                means[i] = 0.9 * means[i] + 0.1 * g
                squares[i] = 0.999 * squares[i] + 0.001 * g**2
                move = (means[i] / (1 - 0.9**step)) / ((squares[i] / (1 - 0.999**step)) ** 0.5 + 1e-8)
                weights[i] -= rate * (share if i else 1.0) * move
    return _loss(x, y, weights).detach().nan_to_num(1e9)


def _loss(x, y, weights):
    first, second, last = weights
    hidden = torch.relu(torch.relu(x @ first) @ second)  # [k, 256, width]
    return ((hidden @ last - y) ** 2).mean(dim=(1, 2))  # [k]
