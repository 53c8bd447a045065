"""Stopping bad trials early: train all settings a little, keep the best third, train on, and so forth.

It leaves out running several such races with other first lengths.
"""

import numpy as np


class Known:
    """Trainings whose losses stand in a table: {steps: [losses]}."""

    def __init__(self, table):
        self.table, self.steps, self.alive = table, 0, slice(None)

    def train(self, steps):
        """Go on by so many steps, and return self."""
        self.steps += steps
        return self

    def keep(self, chosen):
        """Go on with these only, and return self."""
        self.alive = np.arange(len(self.table[self.steps]))[self.alive][chosen]
        return self

    def losses(self):
        """Return the loss of each that is left."""
        return np.array(self.table[self.steps])[self.alive]


def halve(racers, first, part=3):
    """Return (number of the winner, its loss, steps taken by all together).

    racers: anything with `train(steps)`, `losses()` and `keep(numbers)`, such as `trials.Trainees`. first:
    the steps before the first look. part: one of so many goes on, and has then taken `part` times the steps.
    """
    losses = racers.train(first).losses()
    alive, steps, taken = np.arange(len(losses)), first, first * len(losses)
    while len(alive) > part:
        best = np.argsort(losses, kind="stable")[: len(alive) // part]
        alive = alive[best]
        losses = racers.keep(best).train((part - 1) * steps).losses()
        taken += (part - 1) * steps * len(alive)
        steps = part * steps
    return int(alive[losses.argmin()]), float(losses.min()), taken
