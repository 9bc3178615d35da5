"""The bootstrap covers what it says, keeps groups together, and draws the same again."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.statistics import bootstrap as bootstrap_module
from sim.statistics.bootstrap import bootstrap, draws, interval, iqm, percentiles, resampled, stretch, stretched


def test_intervals_cover_the_truth_as_often_as_they_say():
    covered = 0
    for seed in range(120):
        sample = np.random.default_rng(seed).normal(3, 1, 60)
        low, high = bootstrap(lambda index, sample=sample: sample[index].mean(), 60, seed=seed)
        covered += low < 3 < high
    # 95 % of 120 is 114; 103 is 4.6 standard deviations below
    assert covered >= 103


def test_planes_that_differ_widen_the_interval():
    rng = np.random.default_rng(0)
    sample = rng.normal(size=(6, 1)) + 0.01 * rng.normal(size=(6, 50))
    widths = [
        np.ptp(bootstrap(lambda index: sample.ravel()[index].mean(), units, groups=groups, seed=0))
        for groups, units in ((1, 300), (6, 50))
    ]
    assert widths[1] > 3 * widths[0]


def test_resamples_in_blocks_are_those_that_are_drawn_at_once(monkeypatch):
    monkeypatch.setattr(bootstrap_module, "AT_ONCE", 120)
    several = np.concatenate(list(draws(50, seed=3, purpose="p", at=2, resamples=20)))
    from agents.randomness import generator

    assert np.array_equal(several, generator(3, "p", 2).integers(50, size=(20, 50)))


def test_resamples_of_groups_stay_within_them():
    for index in np.concatenate(list(draws(4, groups=3, seed=0, resamples=50))):
        assert index.shape == (12,)
        for drawn in index.reshape(3, 4) // 4:
            assert len(set(drawn.tolist())) == 1


def test_a_smaller_resample_is_wider():
    values = np.random.default_rng(0).normal(size=40)
    widths = [
        np.ptp(percentiles([values[index].mean() for block in draws(40, seed=1, size=size) for index in block]))
        for size in (10, 40)
    ]
    assert widths[0] == pytest.approx(2 * widths[1], rel=0.15)


def test_the_interval_of_a_mean_is_that_of_a_library():
    values = np.random.default_rng(0).exponential(size=200)
    found = interval(values, seed=0)
    wanted = stats.bootstrap((values,), np.mean, n_resamples=20_000, method="percentile", rng=1).confidence_interval
    np.testing.assert_allclose(found, [wanted.low, wanted.high], rtol=0.05)


@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=40))
def test_the_interquartile_mean_is_that_of_the_middle_half(values):
    ordered, cut = np.sort(values), len(values) // 4
    assert iqm(values) == pytest.approx(ordered[cut : len(values) - cut].mean(), abs=1e-9)


def test_a_statistic_is_a_number_with_its_interval():
    values = np.arange(20.0)
    found = resampled("x", values, seed=0, detail="d")
    assert (found.quantity, found.value, found.sample, found.detail) == ("x", 9.5, 20, "d")
    assert found.low < 9.5 < found.high
    assert resampled("x", values, iqm, seed=0).value == iqm(values)
    assert resampled("x", np.array([np.inf, 1.0]), seed=0).value is None


@given(st.integers(-50, 50), st.integers(1, 40), st.integers(0, 2**64 - 1))
def test_the_interval_of_a_constant_is_that_constant(value, size, seed):
    assert interval(np.full(size, value), seed=seed).tolist() == [value, value]


def test_the_interval_of_a_mean_is_that_of_the_normal_approximation():
    sample = np.random.Generator(np.random.Philox(1)).normal(3, 2, 400)
    low, high = interval(sample, seed=0)
    half = 1.96 * sample.std() / 20
    assert low == pytest.approx(sample.mean() - half, abs=0.15 * half)
    assert high == pytest.approx(sample.mean() + half, abs=0.15 * half)


def test_intervals_along_an_axis_are_those_of_one_resample_after_another(monkeypatch):
    sample = np.random.default_rng(3).normal(size=37)
    for statistic in (None, iqm):
        one = statistic or np.mean
        expected = bootstrap(lambda index, one=one: one(sample[index]), 37, seed=1)
        for at_once in (1, 37 * 99, 10**9):
            monkeypatch.setattr(bootstrap_module, "AT_ONCE", at_once)
            np.testing.assert_allclose(interval(sample, statistic, seed=1), expected, rtol=1e-12)


def test_intervals_of_4_to_9_units_are_as_wide_as_students():
    values = np.array([1.0, 2.0, 4.0, 8.0, 16.0])
    low, high = interval(values, seed=1)
    plain = percentiles([values[index].mean() for block in draws(5, seed=1) for index in block])
    factor = math.sqrt(5 / 4) * 2.776445 / 1.959964  # Student's 97.5 % quantile of 4 degrees of freedom
    assert [low, high] == pytest.approx(values.mean() + factor * (plain - values.mean()), rel=1e-6)
    assert [stretch(units) for units in (1, 2, 3, 10, 100)] == [1.0] * 5
    assert stretch(4) > stretch(5) > stretch(9) > 1.1


def test_an_infinite_bound_stays():
    assert stretched(np.array([1.0, np.inf]), np.inf, 5).tolist() == [1.0, np.inf]
    assert stretched(np.array([1.0, np.inf]), 2.0, 5)[1] == np.inf
