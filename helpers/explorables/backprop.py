"""The explorable of chapter 05: one training step of nine parameters, a number at a time."""

import traitlets

from ..learning.backprop import nine_gradients, relu_slope
from ..one_neuron.activations import relu, tanh
from ..one_neuron.network import two_two_one
from .base import Explorable, knob
from .network import PARAMETERS

# An activation, and its slope from the sum z and the answer h.
ACTIVATIONS = {"relu": (relu, lambda z, h: relu_slope(z)), "tanh": (tanh, lambda z, h: 1 - h * h)}
SLIDERS = ["step", "x1", "x2", "target", "w31", "b1", "rate"]


class Backprop(Explorable):
    """One step of gradient descent of the 2-2-1 network on one example; the loss is the squared gap.

    Names as in `Network`, and: target, what y should be; rate, how far to go for each unit of gradient;
    step, the stage that the view shows, 0 to 11. `numbers()` returns all numbers of all stages: d_ before a
    name is the gradient of the loss with respect to it, new_ its value after the update.
    """

    view = "backprop"
    summary = "One training step of a network of nine parameters: forward, back, and a move of all nine."

    w11, w12, b1 = knob(1.0), knob(0.5), knob(0.5)
    w21, w22, b2 = knob(0.5), knob(1.0), knob(0.5)
    w31, w32, b3 = knob(0.5), knob(-1.0), knob(2.0)
    x1, x2, target = knob(2.0), knob(-1.0), knob(1.0)
    rate, step = knob(0.02), knob(0.0)
    activation = traitlets.Enum(list(ACTIVATIONS), "relu").tag(sync=True)
    controls = traitlets.List([*SLIDERS, "activation"]).tag(sync=True)

    def _forward(self, knobs):
        """Return z1, z2, h1, h2, y, gap and loss by name for nine parameters by name."""
        values = two_two_one(self.x1, self.x2, **knobs, activation=ACTIVATIONS[self.activation][0])
        run = dict(zip(["z1", "z2", "h1", "h2", "y"], map(float, values), strict=True))
        gap = run["y"] - self.target
        return run | {"gap": gap, "loss": gap * gap}

    def numbers(self):
        knobs = {name: getattr(self, name) for name in PARAMETERS}
        run = self._forward(knobs)
        slope = ACTIVATIONS[self.activation][1]
        slopes = {f"slope{i}": slope(run[f"z{i}"], run[f"h{i}"]) for i in (1, 2)}
        hidden = {name: run[name] for name in ("h1", "h2", "y")}
        gradients = nine_gradients(
            self.x1, self.x2, self.w31, self.w32, **hidden, **slopes, target=self.target
        )
        new = {name: knobs[name] - self.rate * gradients[name] for name in PARAMETERS}
        after = self._forward(new)
        dy = gradients["b3"]
        inside = {"y": dy, "h1": dy * self.w31, "h2": dy * self.w32}
        inside |= {"z1": gradients["b1"], "z2": gradients["b2"]}
        given = {name: getattr(self, name) for name in ("x1", "x2", "target", "rate", "step")}
        shown = given | knobs | run | slopes
        shown |= {f"d_{name}": value for name, value in (gradients | inside).items()}
        shown |= {f"new_{name}": value for name, value in new.items()}
        return shown | {"new_y": after["y"], "new_loss": after["loss"]}
