"""The explorable of chapter 03: a network of nine parameters, every one of them a slider in the drawing."""

import numpy as np
import traitlets

from ..one_neuron.activations import relu, sigmoid, tanh
from ..one_neuron.network import two_two_one
from .base import Explorable, knob

ACTIVATIONS = {"none": lambda z: z, "relu": relu, "tanh": tanh, "sigmoid": sigmoid}
PARAMETERS = ["w11", "w12", "b1", "w21", "w22", "b2", "w31", "w32", "b3"]
XOR_INPUTS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR_TARGETS = np.array([0.0, 1.0, 1.0, 0.0])
# What the buttons set. Half of XOR_TARGETS is 1, so 0.5 everywhere has the lowest misfit of a constant.
PRESETS = {
    "XOR by hand": dict(zip(PARAMETERS, (1, 1, 0, 1, 1, -1, 1, -2, 0), strict=True)) | {"activation": "relu"},
    "0.5 everywhere": dict.fromkeys(PARAMETERS, 0) | {"b3": 0.5},
}


class Network(Explorable):
    """The 2-2-1 network on the four points of XOR.

    w_ji: the weight into unit j from its i-th input; b_j: the bias of unit j; unit 3 is the output.
    x1, x2: the inputs whose numbers the drawing shows. activation: none, relu, tanh or sigmoid, in the hidden
    units only. points, targets: the four of XOR. presets: {button: what it sets}. `numbers()` returns what
    the view shows.
    """

    view = "network"
    summary = "A network of two inputs, two hidden units and one output: six weights and three biases."

    w11, w12, b1 = knob(1.0), knob(1.0), knob(0.0)
    w21, w22, b2 = knob(1.0), knob(1.0), knob(0.0)
    w31, w32, b3 = knob(1.0), knob(0.0), knob(0.0)
    x1, x2 = knob(1.0), knob(1.0)
    activation = traitlets.Enum(list(ACTIVATIONS), "relu").tag(sync=True)
    points = traitlets.List(XOR_INPUTS.astype(int).tolist()).tag(sync=True)
    targets = traitlets.List(XOR_TARGETS.astype(int).tolist()).tag(sync=True)
    presets = traitlets.Dict(PRESETS).tag(sync=True)
    controls = traitlets.List([*PARAMETERS, "x1", "x2", "activation"]).tag(sync=True)

    def forward(self, x1, x2):
        """Return z1, z2, h1, h2, y by name for numbers or arrays x1, x2 of one shape."""
        knobs = {name: getattr(self, name) for name in PARAMETERS}
        values = two_two_one(x1, x2, **knobs, activation=ACTIVATIONS[self.activation])
        return dict(zip(["z1", "z2", "h1", "h2", "y"], values, strict=True))

    def numbers(self):
        shown = {name: getattr(self, name) for name in [*PARAMETERS, "x1", "x2"]}
        shown |= self.forward(self.x1, self.x2)
        four = self.forward(*np.array(self.points, dtype=float).T)
        squares = (four["y"] - np.array(self.targets)) ** 2  # [4]
        for name, values in {**four, "square": squares}.items():
            shown |= {f"{name}_{i}": value for i, value in enumerate(values)}
        # An answer is right when it is closer to its target than to the other one.
        return shown | {"misfit": squares.mean(), "right": (squares < 0.25).sum()}
