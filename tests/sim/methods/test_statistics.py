"""Interquartile means, differences and probabilities of improvement have known answers, and their intervals hold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu, trim_mean

from agents.randomness import generator
from sim.methods import statistics
from sim.methods.statistics import difference, differs, group, improvement, middle

VALUES = st.lists(st.integers(-50, 50).map(lambda whole: whole / 4), min_size=2, max_size=12)


@given(VALUES)
def test_the_middle_is_the_mean_of_the_inner_half_and_lies_in_its_interval_s_range(values):
    value, (low, high) = middle(group(values, seed=1))
    assert value == pytest.approx(trim_mean(values, 0.25))
    assert min(values) <= low <= high <= max(values)


def test_means_of_resamples_are_interquartile_means():
    one = group([0, 1, 2, 3, 4, 5, 6, 100], seed=3)
    expected = [trim_mean(one.values[index], 0.25) for index in one.drawn[:50]]
    assert statistics._means(one)[:50] == pytest.approx(expected)


def test_a_hand_made_improvement():
    value, (low, high) = improvement(group([1, 2, 3], seed=0), group([2, 0, 9, 9], seed=0, at=1))
    assert value == (1 + 1.5 + 2) / 12  # 1 beats 0; 2 beats 0 and ties 2; 3 beats 2 and 0
    assert 0 <= low <= value <= high <= 1


@given(VALUES, VALUES)
def test_improvement_is_mann_and_whitney_s(one, other):
    a, b = group(one, seed=2), group(other, seed=2, at=1)
    value, bounds = improvement(a, b)
    assert value == pytest.approx(mannwhitneyu(one, other).statistic / (len(one) * len(other)))
    assert improvement(b, a)[0] == pytest.approx(1 - value)
    back = improvement(b, a)[1]
    assert back == pytest.approx((1 - bounds[1], 1 - bounds[0]), abs=0.12)


def test_improvement_of_resamples_is_counted_right():
    one, other = group([1, 2, 3, 4], seed=5), group([2, 3, 3], seed=5, at=1)
    slow = []
    for left, right in zip(one.drawn, other.drawn, strict=True):
        x, y = one.values[left][:, None], other.values[right][None]
        slow.append(((x > y) + 0.5 * (x == y)).mean())
    expected = np.percentile(slow, [2.5, 97.5], method="inverted_cdf")
    assert improvement(one, other)[1] == pytest.approx(tuple(expected))


def test_what_does_not_overlap_has_probability_one_and_differs():
    high, low = group([5, 6, 7], seed=0), group([1, 2, 3], seed=0, at=1)
    assert improvement(high, low) == (1.0, (1.0, 1.0))
    value, bounds = difference(high, low)
    assert value == 4
    assert differs(bounds)
    assert difference(low, high)[0] == -4


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
    assert 0.01 <= _told(0.0) <= 0.09


def test_pairs_of_a_ring_are_not_taken_for_independent_ones():
    assert _told(0.0, share=1.0, ring=True) <= 0.1
    assert _told(0.0, share=1.0) > 0.12  # so it would be were they drawn like runs


@pytest.mark.parametrize("values", [[], [3.0], [np.nan, np.inf, 3.0]])
def test_one_value_has_no_interval(values):
    one, other = group(values, seed=0), group([1.0, 2.0], seed=0, at=1)
    assert middle(one)[1] is None
    assert difference(one, other)[1] is improvement(one, other)[1] is None
    assert np.isnan(middle(one)[0]) == (not values)
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
