"""Rank correlations are those of a library, within strata too, and their intervals hold the true value."""

import numpy as np
import pytest
from scipy.stats import kendalltau, spearmanr

from sim.statistics.correlation import correlate, kendall, spearman
from sim.statistics.groups import bounds

X = np.random.default_rng(0).standard_normal(60)
Y = X + np.random.default_rng(1).standard_normal(60)


@pytest.mark.parametrize(("method", "library"), [("spearman", spearmanr), ("kendall", kendalltau)])
def test_correlations_are_a_library_s_and_their_intervals_hold_it(method, library):
    points = np.array([[*X, np.nan], [*Y, 1.0]])
    value, estimates, count = correlate([points], method=method, seed=0)
    assert value == pytest.approx(library(X, Y).statistic)
    low, high = bounds(estimates)
    assert low < value < high
    assert count == 60
    assert correlate([np.array([X, np.exp(X)])], method=method, seed=0)[0] == pytest.approx(1)


@pytest.mark.parametrize("function", [spearman, kendall])
def test_ties_count_as_in_a_library(function):
    x, y = np.array([[1.0, 1, 2, 3, 3]]), np.array([[2.0, 1, 1, 4, 4]])
    library = {spearman: spearmanr, kendall: kendalltau}[function]
    assert function(x, y)[0] == pytest.approx(library(x[0], y[0]).statistic)
    assert np.isnan(function(np.ones((1, 5)), y)[0])


def test_strata_are_correlated_apart():
    """Two strata that fall within themselves and rise together: Simpson's paradox."""
    falling = np.array([X, -X + 0.1 * Y])
    strata = [falling, falling + 100]
    assert correlate(strata, method="kendall", seed=0)[0] < -0.8
    assert correlate([np.concatenate(strata, axis=1)], method="kendall", seed=0)[0] > 0


@pytest.mark.parametrize(("x", "y"), [([1, 2, 3], [1, 2, 3]), ([1, 1, 1, 1, 1], [1, 2, 3, 4, 5])])
def test_points_that_are_few_or_alike_have_no_correlation(x, y):
    value, estimates, count = correlate([np.array([x, y], float)], method="spearman", seed=0)
    assert np.isnan(value)
    assert estimates is None
    assert count == len(x)


def test_intervals_hold_the_true_value_about_as_often_as_they_say():
    rng, true, held = np.random.default_rng(3), 6 / np.pi * np.arcsin(0.5 / 2), 0
    for seed in range(100):
        x = rng.standard_normal(40)
        y = 0.5 * x + np.sqrt(0.75) * rng.standard_normal(40)
        low, high = bounds(correlate([np.stack([x, y])], method="spearman", seed=seed)[1])
        held += low <= true <= high
    assert held >= 87
