"""The exercises of the page on NumPy and Python: lists place by place, axes and masks."""

import numpy as np

from ..declare import chapter, exercise
from ..domain import Domain, made, numbers

chapter("numpy", "NumPy and Python", page="00_numpy")


def _list(name):
    return made(lambda rng, sizes: numbers(name).draw(rng, sizes).tolist(), name)


it = exercise(
    "numpy.add",
    "Two lists, place by place",
    solution=lambda a, b: [x + y for x, y in zip(a, b, strict=True)],
    edges=[
        ([1, 2, 3], [10, 20, 30]),
        ([5, 7.5], [0.5, 1.5]),
        ([4], [-4]),
    ],
    domain={"a": _list("n"), "b": _list("n")},
    right=[
        lambda a, b: [a[i] + b[i] for i in range(len(a))],
        lambda a, b: np.array(a) + np.array(b),
        lambda a, b: list(map(sum, zip(a, b, strict=True))),
    ],
    why="`zip` takes both lists along, a pair at a time. With arrays, `a + b` does the same.",
)
it.mistake("With lists, `+` puts one behind the other. Add up pair by pair, in a loop.")(lambda a, b: a + b)
it.mistake("This is the sum of all numbers together. Each place has a sum of its own.")(
    lambda a, b: sum(a) + sum(b)
)
it.mistake("Only the first place came back. Is the `return` inside the loop?")(lambda a, b: [a[0] + b[0]])
it.mistake("The last place is missing. `range(n)` ends with n − 1, so it needs no − 1 of your own.")(
    lambda a, b: [x + y for x, y in zip(a[:-1], b[:-1], strict=True)]
)
it.mistake("These are the pairs. The two numbers of each still have to be added.")(
    lambda a, b: list(zip(a, b, strict=True))
)
it.mistake("The numbers of each pair were multiplied. They are to be added.")(
    lambda a, b: [x * y for x, y in zip(a, b, strict=True)]
)
it.mistake(
    "Here each number of `a` met each number of `b`: two loops, one in the other. One loop is enough."
)(lambda a, b: [x + y for x in a for y in b])

it = exercise(
    "numpy.means",
    "Means of rows and columns",
    solution=lambda table: (table.mean(axis=1), table.mean(axis=0)),
    edges=[
        (np.array([[1.0, 5.0], [2.0, 7.0], [3.0, 9.0]]),),
        (np.array([[1.0, 2.0, 6.0]]),),
        (np.array([[4.0]]),),
    ],
    domain={"table": numbers("m", "n")},
    right=[
        lambda table: (table.sum(axis=1) / table.shape[1], table.sum(axis=0) / len(table)),
        lambda table: ([row.mean() for row in table], [column.mean() for column in table.T]),
        lambda table: (np.mean(table, axis=-1).tolist(), np.mean(table, 0)),
    ],
    why="The axis that is named disappears: along 1 each row leaves a number, along 0 each column.",
)
it.mistake("The two have changed places. Along axis 0 the rows disappear, and each column is left.")(
    lambda table: (table.mean(axis=0), table.mean(axis=1))
)
it.mistake("These are sums. A mean divides by how many numbers were added.")(
    lambda table: (table.sum(axis=1), table.sum(axis=0))
)
it.mistake("This is the mean of the whole table, twice. `axis` says along which direction to go.")(
    lambda table: (table.mean(), table.mean())
)
it.mistake(
    "The sums are right. A row has as many numbers as there are columns: divide by that, and vice versa."
)(lambda table: (table.sum(axis=1) / len(table), table.sum(axis=0) / table.shape[1]))
it.mistake("These are the means of the first row and the first column only.")(
    lambda table: (table[0].mean(), table[:, 0].mean())
)
it.mistake("These are the largest numbers of the rows and columns. Asked for are the means.")(
    lambda table: (table.max(axis=1), table.max(axis=0))
)

RIDES = Domain({"rides": numbers("m", 2, low=0)})


def _rides_and_limit(rng):
    """Return rides and a limit, which often is as long as one of the rides."""
    (rides,) = RIDES.draw(rng)
    return rides, float(rng.choice([*rides[:, 0], *rides[:, 0], *rides[:, 1], 0.0, 2.0]))


it = exercise(
    "numpy.longer",
    "Long rides only",
    level=2,
    solution=lambda rides, limit: rides[rides[:, 0] > limit, 1],
    edges=[
        (np.array([[1.0, 5.0], [2.0, 7.5], [3.0, 8.5], [4.0, 11.5]]), 2.0),
        (np.array([[3.0, 8.0], [1.0, 6.0], [7.0, 20.0]]), 3.0),
        (np.array([[1.0, 5.0], [2.0, 7.5]]), 6.0),
        (np.array([[4.0, 3.0], [5.0, 13.5]]), 3.5),
    ],
    allows="No number is below 0.",
    domain=_rides_and_limit,
    right=[
        lambda rides, limit: [euros for km, euros in rides if km > limit],
        lambda rides, limit: rides[:, 1][rides[:, 0] > limit],
        lambda rides, limit: np.array([row[1] for row in rides.tolist() if row[0] > limit]),
    ],
    why="A comparison makes a mask, and the mask picks: no loop, and the order of the rides stays.",
)
it.mistake("A ride that is exactly as long as the limit is not longer: `>` and not `>=`.")(
    lambda rides, limit: rides[rides[:, 0] >= limit, 1]
)
it.mistake("The rides are the right ones. Return what they cost, the second column, and not whole rows.")(
    lambda rides, limit: rides[rides[:, 0] > limit]
)
it.mistake("The rides are the right ones. These are their kilometres; asked for is what they cost.")(
    lambda rides, limit: rides[rides[:, 0] > limit, 0]
)
it.mistake("This is the mask. Put it into brackets behind the prices, and it picks.")(
    lambda rides, limit: rides[:, 0] > limit
)
it.mistake("These are the other rides, those that are not longer than the limit.")(
    lambda rides, limit: rides[rides[:, 0] <= limit, 1]
)
it.mistake("The limit was held against the price. It is a length, and lengths stand in the first column.")(
    lambda rides, limit: rides[rides[:, 1] > limit, 1]
)
it.mistake("This is how many such rides there are. Asked for is what each of them cost.")(
    lambda rides, limit: (rides[:, 0] > limit).sum()
)
