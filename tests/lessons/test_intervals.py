"""Promise: an interval of few numbers holds the mean as often as it says."""

import numpy as np
import pytest

from helpers.real_models.intervals import half_interval, student


@pytest.mark.parametrize(
    ("n", "t"), [(4, 3.1824), (6, 2.5706), (8, 2.3646), (12, 2.2010), (20, 2.0930), (40, 2.0227)]
)
def test_t_is_that_of_the_tables(n, t):
    assert abs(student(n) - t) < 0.004


def test_nineteen_of_twenty_intervals_hold_the_mean():
    numbers = np.random.default_rng(0).normal(3, size=(20_000, 4))
    held = np.abs(numbers.mean(axis=1) - 3) < half_interval(numbers)
    assert abs(held.mean() - 0.95) < 0.005
    assert np.array_equal(half_interval(numbers.T, axis=0), half_interval(numbers))


def test_three_numbers_are_too_few():
    with pytest.raises(ValueError, match="3 numbers are too few"):
        half_interval([1, 2, 3])
