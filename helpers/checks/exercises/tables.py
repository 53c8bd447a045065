"""The exercises of the page on tables of numbers: row times column, products, shares."""

import numpy as np

from ..declare import chapter, exercise
from ..domain import numbers

chapter("tables", "Tables of numbers", page="02_tables")

it = exercise(
    "tables.dot",
    "Row times column",
    solution=lambda row, column: (row * column).sum(),
    edges=[
        (np.array([3.0, -2.0]), np.array([-1.0, 4.0])),
        (np.array([1.0, 2.0, 3.0]), np.array([4.0, 5.0, 6.0])),
        (np.array([2.0]), np.array([5.0])),
        (np.array([1.0, 1.0]), np.array([2.0, -2.0])),
    ],
    domain={"row": numbers("n"), "column": numbers("n")},
    right=[
        lambda row, column: row @ column,
        lambda row, column: sum(a * b for a, b in zip(row, column, strict=True)),
        lambda row, column: float(np.dot(column, row)),
    ],
    why="Multiply in pairs, add up: neurons, layers and attention are full of this one sum.",
)
it.mistake("These are the products. They still have to be added up to one number.")(
    lambda row, column: row * column
)
it.mistake("The two were added up first and then multiplied. Multiply pair by pair, then add.")(
    lambda row, column: row.sum() * column.sum()
)
it.mistake("The numbers of each pair were added. They are to be multiplied, and the products added.")(
    lambda row, column: (row + column).sum()
)
it.mistake("Only the first product came back. Is the `return` inside the loop?")(
    lambda row, column: row[0] * column[0]
)
it.mistake("Only the last product came back: `=` replaces a total, and `+=` adds to it.")(
    lambda row, column: row[-1] * column[-1]
)
it.mistake("This is the mean of the products. Asked for is their sum.")(
    lambda row, column: (row * column).mean()
)
it.mistake(
    "Each number of the row met each of the column. The first meets the first, the second the second."
)(lambda row, column: row[:, None] * column)


def product(A, B):
    """Return the product of A [m, n] and B [n, k]."""
    answer = np.zeros((len(A), B.shape[1]))
    for i in range(len(A)):
        for j in range(B.shape[1]):
            for k in range(len(B)):
                answer[i, j] += A[i, k] * B[k, j]
    return answer


def _running(A, B):
    """Return the sums of a total that is never set back to 0."""
    return np.cumsum(product(A, B)).reshape(len(A), B.shape[1])


it = exercise(
    "tables.product",
    "Matrix times matrix",
    level=2,
    solution=lambda A, B: A @ B,
    edges=[
        (np.array([[3.0, -2.0]]), np.array([[1.0, -1.0], [2.0, 1.0]])),
        (np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([[1.0, -1.0], [2.0, 1.0]])),
        (np.array([[1.0, 2.0], [0.0, 1.0], [3.0, 0.0]]), np.array([[1.0, 2.0], [-1.0, 1.0]])),
        (np.array([[2.0], [3.0]]), np.array([[5.0, 7.0]])),
    ],
    domain={"A": numbers("m", "n"), "B": numbers("n", "k")},
    right=[
        product,
        lambda A, B: np.array([[row @ column for column in B.T] for row in A]),
        lambda A, B: (B.T @ A.T).T,
    ],
    why="Row i times column j stands at place i, j. Everything else about matrices follows from that.",
)
it.mistake("The two have changed places: this is `B` times `A`, and order counts.")(lambda A, B: B @ A)
it.mistake("This is `*`, number by number. Row times column also adds up.")(lambda A, B: A * B)
it.mistake("Rows and columns have changed places: row i times column j belongs into row i and column j.")(
    lambda A, B: (A @ B).T
)
it.mistake("Rows of `A` met rows of `B`. They have to meet its columns, `B[:, j]`.")(lambda A, B: A @ B.T)
it.mistake("The total goes on from place to place. It has to begin with 0 at each of them.")(_running)
it.mistake("Only the last product is left at each place: `=` replaces, `+=` adds.")(
    lambda A, B: A[:, -1:] * B[-1]
)
it.mistake("Only the first row is filled. Is the `return` inside the loop over the rows?")(
    lambda A, B: np.vstack([A[:1] @ B, 0 * (A[1:] @ B)])
)

it = exercise(
    "tables.shares",
    "Shares of a row",
    level=2,
    solution=lambda counts: counts / counts.sum(axis=-1, keepdims=True),
    edges=[
        (np.array([[1.0, 3.0], [6.0, 2.0]]),),
        (np.array([[1.0, 1.0, 2.0], [5.0, 3.0, 2.0]]),),
        (np.array([[7.0], [2.0]]),),
    ],
    allows="All numbers are above zero.",
    domain={"counts": numbers("m", "n", low=0, zero=False)},
    right=[
        lambda counts: counts / counts.sum(axis=1)[:, None],
        lambda counts: np.array([row / row.sum() for row in counts]),
        lambda counts: (counts.T / counts.sum(axis=1)).T,
    ],
    why="The sums are a column, so each row is divided by its own. A softmax ends with this very line.",
)
it.mistake("The whole table adds up to 1 now. Each row has to, by itself.")(
    lambda counts: counts / counts.sum()
)
it.mistake("The columns add up to 1 now. The rows have to: sum along the last axis.")(
    lambda counts: counts / counts.sum(axis=0)
)
it.mistake("The sums lie as a row, so they meet the columns. Stand them up, with `keepdims` or `None`.")(
    lambda counts: counts / counts.sum(axis=-1)
)
it.mistake("Each row was divided by its largest number, so that one is 1. Divide by the row's sum.")(
    lambda counts: counts / counts.max(axis=-1, keepdims=True)
)
it.mistake("Each row was divided by its mean. Divide by its sum.")(
    lambda counts: counts / counts.mean(axis=-1, keepdims=True)
)
it.mistake("These are the sums of the rows. Each number of a row is still to be divided by its sum.")(
    lambda counts: counts.sum(axis=-1, keepdims=True)
)
it.mistake("The division is upside down: a share is the number over the sum.")(
    lambda counts: counts.sum(axis=-1, keepdims=True) / counts
)
it.mistake("These are per cent, 100 times the shares.")(
    lambda counts: 100 * counts / counts.sum(axis=-1, keepdims=True)
)
