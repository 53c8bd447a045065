"""The explorable of chapter 17: a hidden loss over two knobs, and three ways to find its lowest place."""

from functools import lru_cache
from itertools import accumulate

import numpy as np
import traitlets

from ..real_models.search import grid, suggest
from .base import Explorable, knob, whole

TRIALS, HAND, GAMES = 36, 12, 20  # of each search, of the reader, and how many games there are
START, CANDIDATES = 8, 40  # random trials of the model before it has a say, and places that it compares
WIDTH, SHARE = 0.1, 0.25  # of its bells; of the trials that it calls good
LIMITS = {"rate": [-4, 0], "decay": [-6, -1]}  # powers of ten
# {name: curvature below and above the best rate, curvature of the decay}
LANDSCAPES = {"one": [2.5, 9.0, 0.15], "both": [2.5, 2.5, 2.5], "trap": [2.5, 9.0, 0.15]}
FLOOR, MOST = 0.2, 3.0  # the lowest loss, and what running away costs
HIDDEN = 0.08  # the radius of the trap's hole


def dice(seed):
    """Yield numbers between 0 and 1. Lehmer's rule needs whole numbers only, so a page gets the same ones."""
    state = seed
    while True:
        state = state * 48271 % 2147483647
        yield state / 2147483647


@lru_cache(maxsize=4)
def games(kind):
    """Return [(best place [2], hole [2], {search: places [TRIALS, 2]})], one for each game."""
    return [game(kind, number) for number in range(1, GAMES + 1)]


def game(kind, number):
    """Return one of them. All that is drawn is drawn in one order, whatever is shown of it."""
    roll = dice(7919 * number + 11)
    draw = lambda: next(roll)  # noqa: E731
    for _ in range(3):
        draw()
    best = np.array([0.25 + 0.5 * draw(), 0.2 + 0.6 * draw()])
    hole = np.array([0.1 + 0.8 * draw(), 0.1 + 0.8 * draw()])
    random = np.array([[draw(), draw()] for _ in range(TRIALS)])
    keys = [draw() for _ in range(TRIALS)]
    model = random[:START]
    while len(model) < TRIALS:
        candidates = np.array([[draw(), draw()] for _ in range(CANDIDATES)])
        found = loss(model, kind, best, hole)
        model = np.vstack([model, suggest(candidates, model, found, WIDTH, SHARE)])
    searches = {"grid": grid(6, 2)[np.argsort(keys)], "random": random, "model": model}
    return best, hole, searches


def loss(places, kind, best, hole):
    """Return the loss at places [..., 2] from 0 to 1. The valley of the trap ends halfway."""
    below, above, across = LANDSCAPES[kind]
    x, y = np.moveaxis(places - best, -1, 0)
    high = FLOOR + np.where(x > 0, above, below) * x**2 + across * y**2
    if kind == "trap":
        deep = ((places - hole) ** 2).sum(axis=-1) < HIDDEN**2
        high = np.where(deep, FLOOR, high + FLOOR)
    return np.minimum(high, MOST)


class Search(Explorable):
    """A hidden loss over two knobs: trials by hand, by a grid, at random and by a model, one by one.

    kind: whether one knob matters or both, or a small hole hides the lowest place. search: whose trials are
    drawn, beside those by hand. game: which place is hidden, and all dice. trials: how many are shown.
    rate, decay: the powers of ten where the next trial by hand goes. hand: those that were made, [[rate,
    decay], ...]. hidden: whether the map is. The rest is what the page has to know. `numbers()` returns what
    the view shows.
    """

    view = "search"
    summary = "A hidden loss over two knobs, searched by hand, by a grid, at random and by a model."

    search = traitlets.Enum(["grid", "random", "model"], "random").tag(sync=True)
    kind = traitlets.Enum(list(LANDSCAPES), "one").tag(sync=True)
    hidden = traitlets.Enum(["yes", "no"], "yes").tag(sync=True)
    game = knob(1.0)
    trials = knob(0.0)
    rate, decay = knob(-3.0), knob(-2.0)
    hand = traitlets.List([[-3.5, -5.5]]).tag(sync=True)  # one trial is made, so that a trial is seen
    limits = traitlets.Dict(LIMITS).tag(sync=True)
    landscapes = traitlets.Dict(LANDSCAPES).tag(sync=True)
    rules = traitlets.Dict(
        dict(trials=TRIALS, hand=HAND, games=GAMES, start=START, candidates=CANDIDATES, width=WIDTH)
        | dict(share=SHARE, floor=FLOOR, hole=HIDDEN, most=MOST)
    ).tag(sync=True)
    controls = traitlets.List(["search", "kind", "hidden", "game", "trials", "rate", "decay", "hand"]).tag(
        sync=True
    )

    def numbers(self):
        count, names = whole(self.trials), ("grid", "random", "model")
        played = games(self.kind)
        best = {
            name: [
                list(accumulate(loss(searches[name], self.kind, at, hole), min))
                for at, hole, searches in played
            ]
            for name in names
        }
        at, hole, searches = played[whole(self.game) - 1]
        places = [[self._place("rate", rate), self._place("decay", decay)] for rate, decay in self.hand]
        mine = [loss(np.array(place), self.kind, at, hole) for place in places]
        shown = {name: getattr(self, name) for name in ("game", "trials", "rate", "decay")}
        shown |= {"hand_count": len(mine), "hand_best": min(mine, default=np.nan)}
        shown["hand_rates"] = len({place[0] for place in places})
        for name in names:
            now = [curve[count - 1] for curve in best[name]] if count else [np.nan] * GAMES
            shown[f"{name}_best"] = now[whole(self.game) - 1]
            shown[f"{name}_mean"] = sum(now) / GAMES
            shown[f"{name}_rates"] = len({rate for rate, _ in searches[name][:count].round(6).tolist()})
            if name != "random":
                against = [curve[count - 1] for curve in best["random"]] if count else now
                shown[f"{name}_ahead"] = sum(a < b for a, b in zip(now, against, strict=True))
        return {name: float(value) for name, value in shown.items()}

    def _place(self, name, value):
        low, high = self.limits[name]
        return (value - low) / (high - low)
