"""What a prompt allows, as data: `numbers("m", "n")` is any table of m rows and n columns, and so on.

A domain is drawn from in styles: whole numbers with ties, many zeros, one sign only, all alike, large, small.
So a slip that shows only at zero, for one row or for negative numbers shows often.
"""

from dataclasses import dataclass, field

from numpy import abs as size_of
from numpy import allclose, array, asarray, broadcast_to, errstate, float32, inf, where
from numpy.random import default_rng

from .copies import mapped, show

SIZES = (1, 5)  # of every axis that has a name, unless an exercise says otherwise
STYLES = {  # name -> (how often, rng and shape -> values)
    "plain": (6, lambda rng, shape, large: rng.normal(size=shape).round(2)),
    "whole": (5, lambda rng, shape, large: rng.integers(-3, 4, size=shape) + 0.0),
    "zeros": (2, lambda rng, shape, large: rng.integers(-2, 3, size=shape) * (rng.random(shape) < 0.4) + 0.0),
    "positive": (2, lambda rng, shape, large: size_of(rng.normal(size=shape)).round(2) + 0.01),
    "negative": (2, lambda rng, shape, large: -size_of(rng.normal(size=shape)).round(2) - 0.01),
    "alike": (2, lambda rng, shape, large: _alike(rng, shape)),
    "large": (2, lambda rng, shape, large: (large * rng.normal(size=shape)).round(0)),
    "small": (1, lambda rng, shape, large: (0.01 * rng.normal(size=shape)).round(4)),
}
OFTEN = array([often for often, _ in STYLES.values()]) / sum(often for often, _ in STYLES.values())

OFTEN_ALONE = OFTEN * 0.6 + array([0.4 * (name == "whole") for name in STYLES])


def _alike(rng, shape):
    """Return one number everywhere, or in a table the same row everywhere."""
    row = rng.normal(size=shape[-1:] if len(shape) > 1 and rng.random() < 0.6 else ()).round(1)
    return broadcast_to(row, shape).copy()


@dataclass(frozen=True)
class Numbers:
    """An array of numbers, or one number where there is no shape. See `numbers`."""

    shape: tuple = ()
    low: float = -inf
    high: float = inf
    zero: bool = True
    large: float = 100.0
    floats: bool = False

    def draw(self, rng, sizes, style=None):
        shape = tuple(sizes.get(name, name) for name in self.shape)
        # One number is whole more often than not: it takes two of them to be equal, or each other's opposite.
        style = style or rng.choice(list(STYLES), p=OFTEN if shape else OFTEN_ALONE)
        values = asarray(self._bounded(rng, style, shape, STYLES[style][1](rng, shape, self.large)))
        if not self.zero:
            values = where(values == 0, self.high if 0 < self.high < 1 else 1.0, values)
        if style in ("whole", "zeros") and not self.floats and rng.random() < 0.4 and (values % 1 == 0).all():
            values = values.astype(int)
        return values if shape else values.item()

    def _bounded(self, rng, style, shape, values):
        low, high = self.low, self.high
        if low == -inf and high == inf:
            return values
        if inf in (high, -low):  # one bound: turned round at it
            return low + size_of(values) if high == inf else high - size_of(values)
        if style in ("whole", "zeros"):  # the ends, and what lies in the middle
            return rng.choice([low, high, round((low + high) / 2, 3)], size=shape)
        if style == "alike":
            return broadcast_to(rng.uniform(low, high), shape).round(2).clip(low, high)
        return rng.uniform(low, high, size=shape).round(4).clip(low, high)

    def limits(self):
        """Return the words, one of which a prompt has to use for each limit."""
        bounds = ("positive", "negative", "above", "below", "between", "least", "most", "from", "to")
        found = [] if self.zero or self.low > 0 or self.high < 0 else [("zero", "positive", "negative")]
        return found + ([bounds] if inf not in (self.high, -self.low) or self.low > -inf else [])


@dataclass(frozen=True)
class Whole:
    """A whole number from low to high, or an array of them. The ends come often. See `whole`."""

    low: int
    high: object  # a number, or the name of a size, of which it is one less
    shape: tuple = None

    def draw(self, rng, sizes, style=None):
        high = sizes[self.high] - 1 if isinstance(self.high, str) else self.high
        shape = tuple(sizes.get(name, name) for name in self.shape or ())
        values = rng.integers(self.low, high + 1, size=shape)
        chance = rng.random()
        if style == "alike" or chance < 0.15:
            values = broadcast_to(rng.choice([self.low, high, int(rng.integers(self.low, high + 1))]), shape)
        elif chance < 0.3:
            values = rng.choice([self.low, high], size=shape)
        return int(values) if self.shape is None else array(values)

    def limits(self):
        return []


@dataclass(frozen=True)
class AnyOf:
    """One of several kinds of input. See `any_of`."""

    kinds: tuple

    @property
    def shape(self):
        return tuple(name for kind in self.kinds for name in kind.shape or ())

    def draw(self, rng, sizes, style=None):
        return self.kinds[rng.integers(len(self.kinds))].draw(rng, sizes, style)

    def limits(self):
        return [words for kind in self.kinds for words in kind.limits()]


@dataclass(frozen=True)
class Made:
    """Anything else: a function of rng and the sizes that makes one input."""

    make: object
    shape: tuple = ()  # the names of the sizes that it uses

    def draw(self, rng, sizes, style=None):
        return self.make(rng, sizes)

    def limits(self):
        return []


def number(low=-inf, high=inf, *, zero=True, large=100.0, floats=False):
    """Any number from low to high; never zero with zero=False. large: how far the largest ones reach.

    Whole numbers come as int now and then, unless floats=True.
    """
    return Numbers((), low, high, zero, large, floats)


def numbers(*shape, low=-inf, high=inf, zero=True, large=100.0, floats=False):
    """An array of such numbers. shape: names of sizes or whole numbers, as in numbers("m", 2)."""
    return Numbers(shape, low, high, zero, large, floats)


def whole(low, high):
    """A whole number from low to high; the name of a size as high means an index: whole(0, "n")."""
    return Whole(low, high)


def wholes(*shape, low=0, high):
    """An array of whole numbers from low to high (or, below the size of that name: indices)."""
    return Whole(low, high, shape)


def any_of(*kinds):
    """An input of one of these kinds: any_of(numbers("n"), numbers("m", "n")) is one example or a batch."""
    return AnyOf(kinds)


def made(make, *names):
    """An input that a function of rng and {name: size} makes; names: the sizes that it uses."""
    return Made(make, names)


def size(name):
    """The size of that name itself, as a whole number."""
    return Made(lambda rng, sizes: sizes[name], (name,))


def switch():
    """True or False."""
    return Made(lambda rng, sizes: bool(rng.integers(2)))


def choice(*options):
    """One of these values."""
    return Made(lambda rng, sizes: options[rng.integers(len(options))])


def order(name):
    """All whole numbers below a size, in some order."""
    return Made(lambda rng, sizes: rng.permutation(sizes[name]), (name,))


def shares(*shape, smallest=0.0):
    """Rows of probabilities that add up to 1, even or uneven. smallest: is added to each first."""

    def make(rng, sizes):
        *rows, n = (sizes.get(name, name) for name in shape)
        rough = rng.dirichlet([rng.choice([0.05, 0.5, 1.0, 20.0])] * n, size=tuple(rows)) + smallest
        return rough / rough.sum(axis=-1, keepdims=True)

    return Made(make, shape)


def written(code, **values):
    """Return the function that this code is, for a case that can be copied from the screen.

    code: a lambda as text, with the names of values in braces. Its names are `np` and what Python has.

    >>> f = written("lambda x: {w} * x + {b}", w=2.0, b=1.0)
    >>> f(3.0), f.code
    (7.0, 'lambda x: 2.0 * x + 1.0')
    """
    import numpy as np

    text = code.format(**{name: show(value, exact=True) for name, value in values.items()})
    function = eval(text, {"np": np, "__name__": __name__})
    function.code = text
    return function


def steady(function):
    """Return a `where`: cases in which float32 changes little, so that who computes so is not refused."""

    def holds(*case):
        rounded = mapped(lambda a: a.astype(float32) if a.dtype.kind == "f" else a, case)
        with errstate(all="ignore"):
            rough, exact = function(*rounded), function(*case)
        pairs = zip(rough, exact, strict=True) if isinstance(exact, tuple) else [(rough, exact)]
        return all(allclose(a, b, rtol=3e-5, atol=1e-7 * size_of(b).max()) for a, b in pairs)

    return holds


@dataclass(frozen=True)
class Domain:
    """The inputs of an exercise: {name: what it may be}, or one function of rng that makes a whole case."""

    inputs: object = field(default_factory=dict)
    sizes: dict = field(default_factory=dict)  # name of a size -> (smallest, largest)
    where: object = None  # tells whether inputs that were drawn are allowed

    def draw(self, rng, style=None, smallest=()):
        """Return one case, a tuple of inputs. smallest: names of the sizes that are as small as may be."""
        for _ in range(1000):
            if callable(self.inputs):
                case = tuple(self.inputs(rng))
            else:
                sizes = self._sizes(rng, smallest)
                case = tuple(each.draw(rng, sizes, style) for each in self.inputs.values())
            if self.where is None or self.where(*case):
                return case
            style = None
        raise ValueError("a thousand draws in a row were refused by `where`")

    def corners(self):
        """Yield cases at the edge: each style for itself, each size and all sizes at their smallest."""
        if callable(self.inputs) or not self.inputs:
            return
        rng, names = default_rng(0), self.names()
        for smallest in [*([name] for name in names), names]:
            yield self.draw(rng, "whole", smallest)
            yield self.draw(rng, "plain", smallest)
        for style in STYLES:
            yield self.draw(rng, style)

    def names(self):
        """Return the names of all sizes."""
        used = [
            name for each in self.inputs.values() for name in (*(each.shape or ()), getattr(each, "high", 0))
        ]
        return list(dict.fromkeys(name for name in [*used, *self.sizes] if isinstance(name, str)))

    def _sizes(self, rng, smallest):
        """Draw the sizes, mostly unequal, so that a transposed product cannot pass by luck; and squares."""
        bounds = {name: self.sizes.get(name, SIZES) for name in self.names()}
        if not smallest and rng.random() < 0.2:
            side = int(rng.integers(2, SIZES[1] + 1))
            return {name: min(max(side, low), high) for name, (low, high) in bounds.items()}
        for _ in range(3):
            drawn = {name: int(rng.integers(low, high + 1)) for name, (low, high) in bounds.items()}
            if len(set(drawn.values())) == len(drawn):
                break
        return drawn | {name: bounds[name][0] for name in smallest}

    def limits(self):
        """Return [(words, ...)]: for each limit the words, one of which a prompt has to use."""
        if callable(self.inputs):
            return []
        named = ("least", "two", "three", "four", "five", "more than one", "several", "even", "zero", "no ")
        tight = [named for low, _ in self.sizes.values() if low != SIZES[0]]
        return [words for each in self.inputs.values() for words in each.limits()] + tight
