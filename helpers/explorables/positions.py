"""The explorable of chapter 10: a query and a key on a line of words, a score that knows their distance."""

import traitlets

from .base import Explorable, knob, whole

# Four pairs of numbers each. The key is the query turned by three steps with a base of 10,000, about:
# under rotation they fit best where the key stands three places before.
QUERY = [[1.2, 0.3], [0.5, 1.2], [-0.3, 0.6], [0.4, -0.2]]
KEY = [[-1.23, -0.13], [0.12, 1.29], [-0.32, 0.59], [0.4, -0.2]]
WAYS = ["none", "sinusoids", "rotation"]


class Positions(Explorable):
    """One query and one key, and three ways to tell them where they stand.

    query, key: their places. shift: how many words stand before both. log_base: the base of the speeds is ten
    to this power. way: nothing is done, sinusoids are added, or both are turned. q, k: four pairs of numbers.
    """

    view = "positions"
    summary = "A query and a key on a line of words: four dials, and a score that changes with their places."

    query, key = knob(12.0), knob(4.0)
    shift = knob(0.0)
    log_base = knob(4.0)
    way = traitlets.Enum(WAYS, "rotation").tag(sync=True)
    q = traitlets.List(QUERY).tag(sync=True)
    k = traitlets.List(KEY).tag(sync=True)
    controls = traitlets.List(["query", "key", "shift", "log_base", "way"]).tag(sync=True)

    def numbers(self):
        import torch

        from ..language.positions import angles, rotate

        base, pairs = 10**self.log_base, len(self.q)
        query, key, shift = whole(self.query), whole(self.key), whole(self.shift)
        q, k = (torch.tensor(each, dtype=torch.float64) for each in (self.q, self.k))  # [pairs, 2]

        def placed(x, place):
            at = torch.tensor([place])
            if self.way == "rotation":  # number i turns with number i + d/2
                return rotate(x.T.flatten()[None], at, base)[0].view(2, pairs).T
            if self.way == "sinusoids":
                turned = angles(at, 2 * pairs, base)[0]  # [pairs]
                return x + torch.stack([turned.sin(), turned.cos()], dim=-1)
            return x

        at_q, at_k = placed(q, query + shift), placed(k, key + shift)
        score = (at_q * at_k).sum()
        unmoved = (placed(q, query) * placed(k, key)).sum()
        shown = {
            "query": self.query,
            "key": self.key,
            "shift": self.shift,
            "log_base": self.log_base,
            "place_q": query + shift,
            "place_k": key + shift,
            "distance": query - key,
            "score": score,
            "change": score - unmoved,
        }
        for i, speed in enumerate(angles(torch.tensor([1]), 2 * pairs, base)[0]):
            shown |= {f"speed_{i}": speed, f"product_{i}": (at_q[i] * at_k[i]).sum()}
            shown |= {
                f"qx_{i}": at_q[i, 0],
                f"qy_{i}": at_q[i, 1],
                f"kx_{i}": at_k[i, 0],
                f"ky_{i}": at_k[i, 1],
            }
        return {name: float(value) for name, value in shown.items()}
