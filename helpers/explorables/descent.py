"""The explorable of chapter 06: three optimisers race from one start over a landscape of two knobs."""

import traitlets

from ..learning.landscape import EDGE, LANDSCAPES, RULES, height, path
from .base import Explorable, knob, whole


class Descent(Explorable):
    """Gradient descent, momentum and Adam, all with one rate and from one start.

    landscape: bowl, valley or tilted. start_1, start_2: the two weights before the first step. rate: of all
    three. step: how many steps are shown. landscapes: {name: [curvature along, across, whether tilted]}.
    edge: who gets farther out than this has run away. watch: whose way is drawn strong.
    `numbers()` returns what the view shows.
    """

    view = "descent"
    summary = "Gradient descent, momentum and Adam race over a landscape of two weights, a step at a time."

    landscape = traitlets.Enum(list(LANDSCAPES), "valley").tag(sync=True)
    start_1, start_2 = knob(-3.5), knob(2.2)
    rate = knob(0.08)
    step = knob(20.0)
    landscapes = traitlets.Dict({name: [*land] for name, land in LANDSCAPES.items()}).tag(sync=True)
    edge = traitlets.Float(EDGE).tag(sync=True)
    watch = traitlets.Enum(["all", *RULES], "all").tag(sync=True)
    controls = traitlets.List(["landscape", "start_1", "start_2", "rate", "step", "watch"]).tag(sync=True)

    def numbers(self):
        along, across, tilted = LANDSCAPES[self.landscape]
        shown = {name: getattr(self, name) for name in ("start_1", "start_2", "rate", "step")}
        shown["stable"] = 2 / max(along, across)
        for name in RULES:
            start = (self.start_1, self.start_2)
            positions, gradients = path(name, self.landscape, start, self.rate, whole(self.step))
            (x, y), (gx, gy) = positions[-1], gradients[-1]
            shown |= {f"{name}_1": x, f"{name}_2": y, f"{name}_g1": gx, f"{name}_g2": gy}
            shown |= {
                f"{name}_loss": height(x, y, along, across, tilted),
                f"{name}_steps": len(positions) - 1,
            }
        return shown
