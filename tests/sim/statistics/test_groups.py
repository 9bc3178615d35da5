"""Interquartile means, differences and probabilities of improvement have known answers, and their intervals hold."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu, trim_mean

from agents.randomness import generator
from sim.statistics import groups
from sim.statistics.groups import (
    difference,
    differs,
    group,
    holm,
    improvement,
    interquartile_mean,
    means,
    two_sided,
)

VALUES = st.lists(st.integers(-50, 50).map(lambda whole: whole / 4), min_size=2, max_size=12)


@given(VALUES)
def test_the_interquartile_mean_is_that_of_the_inner_half_and_its_interval_lies_within_the_values(values):
    value, bounds = interquartile_mean(group(values, seed=1))
    assert value == pytest.approx(trim_mean(values, 0.25))
    assert (bounds is None) == (len(values) < 4)
    if bounds:
        assert bounds[0] <= value <= bounds[1]
        assert len(values) < 10 or (min(values) <= bounds[0] and bounds[1] <= max(values))


def test_means_of_resamples_are_interquartile_means():
    one = group([0, 1, 2, 3, 4, 5, 6, 7, 8, 100], seed=3)
    expected = [trim_mean(one.values[index], 0.25) for index in one.drawn[:50]]
    assert groups.means(one)[:50] == pytest.approx(expected)


def test_a_hand_made_improvement():
    value, (low, high) = improvement(group([1, 2, 3], seed=0), group([2, 0, 9, 9], seed=0, at=1))
    assert value == (1 + 1.5 + 2) / 12  # 1 beats 0; 2 beats 0 and ties 2; 3 beats 2 and 0
    assert 0 < low < value < high < 1


@given(VALUES, VALUES)
def test_improvement_is_mann_and_whitney_s(one, other):
    a, b = group(one, seed=2), group(other, seed=2, at=1)
    value, bounds = improvement(a, b)
    assert value == pytest.approx(mannwhitneyu(one, other).statistic / (len(one) * len(other)))
    assert bounds[0] <= value <= bounds[1]
    back, (low, high) = improvement(b, a)
    assert back == pytest.approx(1 - value)
    assert (low, high) == pytest.approx((1 - bounds[1], 1 - bounds[0]))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.97, 1.0])
def test_at_its_bounds_a_probability_is_as_far_from_what_was_found_as_an_interval_reaches(share):
    low, m, n = groups._lowest(share, 8, 5), 8, 5
    more = (m + n) / 2 - 1
    error = math.sqrt(low * (1 - low) * (1 + more * (1 - low) / (2 - low) + more * low / (1 + low)) / (m * n))
    assert 0 < low < share
    assert share - low == pytest.approx(1.959964 * error)


def test_ten_runs_that_do_not_overlap_with_ten_leave_room_for_a_probability_of_four_fifths():
    value, (low, high) = improvement(group(range(10, 20), seed=0), group(range(10), seed=0, at=1))
    assert (value, high) == (1, 1)
    assert low == pytest.approx(0.8006, abs=1e-3)


@pytest.mark.parametrize("shift", [0.0, 1.5, 3.0])
def test_the_interval_of_a_probability_holds_it(shift):
    rng, held = generator(12, "test/methods"), 0
    true = 0.5 * math.erfc(-shift / 2)
    for _ in range(400):
        low, high = improvement(
            group(rng.standard_normal(6) + shift, seed=0), group(rng.standard_normal(6), seed=0, at=1)
        )[1]
        held += low <= true <= high
    assert 0.91 <= held / 400 <= 0.99


def test_what_does_not_overlap_differs():
    high, low = group([5, 6, 7, 8], seed=0), group([1, 2, 3, 4], seed=0, at=1)
    value, bounds = difference(high, low)
    assert value == 4
    assert differs(bounds)
    assert difference(low, high)[0] == -4


@pytest.mark.parametrize("runs", [2, 3])
def test_two_or_three_runs_tell_nothing_apart(runs):
    high, low = group(range(5, 5 + runs), seed=0), group(range(runs), seed=0, at=1)
    assert interquartile_mean(high)[1] is difference(high, low)[1] is None
    assert group(range(7), seed=0, ring=True).independent == 3
    assert interquartile_mean(group(range(7), seed=0, ring=True))[1] is None
    assert interquartile_mean(group(range(8), seed=0, ring=True))[1] is not None


@pytest.mark.parametrize(
    ("runs", "least", "most"), [(4, 0.93, 0.985), (5, 0.93, 0.985), (8, 0.93, 0.985), (10, 0.9, 0.97)]
)
def test_an_interval_holds_the_true_mean_as_often_as_its_definition_says(runs, least, most):
    rng, trials = generator(13, "test/methods"), 400
    drawn = (interquartile_mean(group(rng.standard_normal(runs), seed=trial))[1] for trial in range(trials))
    assert least <= sum(low <= 0 <= high for low, high in drawn) / trials <= most


def _told(shift, share=0.0, ring=False, trials=400, runs=10):
    """How often a difference of `shift` standard deviations is told."""
    rng, told = generator(11, "test/methods"), 0

    def values():
        own, extra = rng.standard_normal(runs), rng.standard_normal(runs)
        return share * (own + np.roll(own, -1)) + (1 - share) * extra

    for trial in range(trials):
        one, other = group(values() + shift, seed=trial, ring=ring), group(values(), seed=trial, at=1, ring=ring)
        told += differs(difference(one, other)[1])
    return told / trials


def test_a_planted_difference_is_found_and_none_in_nothing():
    assert _told(2.5) > 0.97
    for runs in (4, 10):
        assert 0.01 <= _told(0.0, runs=runs) <= 0.1


def test_pairs_of_a_ring_are_not_taken_for_independent_ones():
    assert _told(0.0, share=1.0, ring=True) <= 0.1
    assert _told(0.0, share=1.0) > 0.12  # so it would be were they drawn like runs


@pytest.mark.parametrize("values", [[], [3.0], [np.nan, np.inf, 3.0]])
def test_one_value_has_no_interval(values):
    one, other = group(values, seed=0), group([1.0, 2.0, 3.0, 4.0], seed=0, at=1)
    assert interquartile_mean(one)[1] is None
    assert difference(one, other)[1] is improvement(one, other)[1] is None
    assert np.isnan(interquartile_mean(one)[0]) == (not values)
    assert one.left_out == max(0, len(values) - 1)


def test_resamples_are_their_names():
    one = group([1, 2, 3], seed=4)
    assert (one.drawn == group([7, 8, 9], seed=4).drawn).all()
    assert (one.drawn != group([1, 2, 3], seed=4, at=1).drawn).any()
    assert (one.drawn != group([1, 2, 3], seed=5).drawn).any()


@pytest.mark.parametrize(
    ("interval", "does"), [(None, False), ((None, 3), False), ((-1, 1), False), ((0, 1), False), ((0.1, 1), True)]
)
def test_differs(interval, does):
    assert differs(interval) is does


def p_value(one, other):
    return two_sided(means(one) - means(other))[0]


def test_a_p_value_is_small_where_groups_do_not_overlap_and_large_where_they_are_one():
    high, low = group(range(10, 20), seed=0), group(range(10), seed=0, at=1)
    assert p_value(high, low) == p_value(low, high) == pytest.approx(2 / 10_001)
    assert p_value(low, group(range(10), seed=0, at=2)) > 0.5


def test_a_p_value_beyond_all_resamples_is_a_bound_and_equal_estimates_have_none():
    assert two_sided(np.arange(1.0, 100)) == (pytest.approx(2 / 100), True)
    assert two_sided(np.arange(-1.0, 98)) == (pytest.approx(6 / 100), False)
    assert two_sided(np.full(99, 3.0)) == two_sided(np.zeros(99)) == (None, False)


@pytest.mark.parametrize(("runs", "least"), [(10, 0.9), (30, 0.92)])
def test_the_interval_of_a_spread_holds_it(runs, least):
    rng, trials, held = generator(15, "test/methods"), 200, 0
    for trial in range(trials):
        low, high = groups.bounds(groups.log_spreads(group(rng.standard_normal(runs), seed=trial)))
        held += low <= 0 <= high
    assert held / trials >= least


def test_p_values_are_as_rare_as_they_say_where_nothing_differs():
    rng, low = generator(14, "test/methods"), 0
    for trial in range(300):
        one, other = (group(rng.standard_normal(10), seed=trial, at=at) for at in (0, 1))
        low += p_value(one, other) < 0.05
    assert 0.02 <= low / 300 <= 0.11


def test_holm_is_that_of_a_worked_example():
    assert holm([0.01, None, 0.04, 0.03, 0.005]) == pytest.approx([0.03, None, 0.06, 0.06, 0.02], nan_ok=True)
    assert holm([]) == []
    assert holm([0.7, 0.9]) == [1.0, 1.0]
