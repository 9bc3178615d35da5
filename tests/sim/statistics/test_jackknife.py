"""The jackknife of a mean is Student's interval; that of a logarithm of a deviation contains the true one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t

from sim.statistics.jackknife import jackknife


def without(values, statistic):
    return np.array([statistic(np.delete(values, at)) for at in range(len(values))])


@given(st.lists(st.floats(-100, 100), min_size=3, max_size=12))
def test_of_a_mean_it_is_the_interval_of_student(values):
    values = np.array(values)
    reach = t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
    expected = (values.mean() - reach, values.mean() + reach)
    assert jackknife(values.mean(), without(values, np.mean)) == pytest.approx(expected, abs=1e-6)


def test_it_contains_the_deviation_of_ten_normal_numbers_as_often_as_it_says():
    rng, hits = np.random.default_rng(5), 0
    for _ in range(400):
        values = rng.normal(3, 2, 10)
        low, high = jackknife(np.log(values.std(ddof=1)), without(values, lambda some: np.log(some.std(ddof=1))))
        hits += low < np.log(2) < high
    assert hits / 400 == pytest.approx(0.95, abs=0.033)  # three standard errors


@pytest.mark.parametrize(("whole", "rest"), [(1.0, [1.0, 2.0]), (np.nan, [1.0] * 5), (1.0, [1.0, -np.inf, 2.0, 3.0])])
def test_too_few_runs_or_values_that_are_not_finite_have_no_interval(whole, rest):
    assert jackknife(whole, np.array(rest)) is None
