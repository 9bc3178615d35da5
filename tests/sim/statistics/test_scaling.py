"""Scalings: exact power laws, intervals that hold what they should, and slopes that saturation does not bend."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.errors import UserError
from sim.statistics.scaling import across, bootstrap, fit, planes, student

SCALES = 10.0 ** np.arange(-6, 0)


def fitted(values, **settings):
    return fit("x", "y", float, SCALES, np.asarray(values)[None, None], seed=0, **settings)


@settings(max_examples=20)
@given(exponent=st.floats(0.05, 2), amplitude=st.floats(1e-3, 0.4))
def test_a_power_law_is_found_exactly(exponent, amplitude):
    found = fitted(amplitude * SCALES**exponent)
    assert found.estimate == pytest.approx(exponent, rel=1e-9)
    assert found.interval == pytest.approx((exponent, exponent), rel=1e-9)
    np.testing.assert_allclose(found.local, exponent)
    assert found.decades == pytest.approx(5)
    assert not found.saturated


def test_saturated_scales_are_left_out_as_long_as_three_remain():
    found = fitted([0.001, 0.01, 0.1, 0.9, 1, 1])
    assert found.fitted.tolist() == [True] * 3 + [False] * 3
    assert found.estimate == pytest.approx(1)
    assert not found.saturated
    full = fitted([0.4, 0.8, 1, 1, 1, 1])
    assert full.fitted.tolist() == [True] * 3 + [False] * 3
    assert full.saturated
    assert fitted([1.0] * 6).estimate == 0


def test_what_is_too_rare_or_too_fine_is_left_out():
    values = [0, 0.001, 0.002, 0.02, 0.2, 0.3]
    assert fitted(values, least=0.0015).fitted.tolist() == [False, False, True, True, True, True]
    assert fitted(values, first=3, ceiling=9).fitted.tolist() == [False] * 3 + [True] * 3
    nothing = fitted([0, 0, 0, 0, 0.1, 0.2])
    assert math.isnan(nothing.estimate)
    assert np.isnan(nothing.interval).all()
    assert nothing.decades == 0


def test_intervals_cover_the_truth_as_often_as_they_say():
    covered = 0
    for seed in range(120):
        sample = np.random.default_rng(seed).normal(3, 1, 60)
        low, high = bootstrap(lambda index, sample=sample: sample[index].mean(), 1, 60, seed)
        covered += low < 3 < high
    # 95 % of 120 is 114; 103 is 4.6 standard deviations below
    assert covered >= 103


def test_planes_that_differ_widen_the_interval():
    rng = np.random.default_rng(0)
    sample = rng.normal(size=(6, 1)) + 0.01 * rng.normal(size=(6, 50))
    widths = [np.ptp(bootstrap(lambda index: sample.ravel()[index].mean(), *shape, 0)) for shape in ((1, 300), (6, 50))]
    assert widths[1] > 3 * widths[0]


def test_intervals_are_the_same_again():
    statistics = np.random.default_rng(1).random((2, 30, 6)) * 0.1 * SCALES**0.3
    first, second, other = (fit("x", "y", float, SCALES, statistics, seed=seed) for seed in (4, 4, 5))
    assert first.interval == second.interval
    assert first.interval != other.interval
    assert first.interval[0] < first.estimate < first.interval[1]


@pytest.mark.parametrize(
    ("freedom", "quantile"), [(1, 12.7062), (2, 4.30265), (4, 2.77645), (9, 2.26216), (99, 1.98422)]
)
def test_student_is_that_of_the_tables(freedom, quantile):
    assert student(freedom) == pytest.approx(quantile, rel=1e-4)


def test_across_replicates():
    mean = across([1.0, 2.0, 3.0])
    assert mean.estimate == 2
    assert mean.interval == pytest.approx((2 - 4.30265 / math.sqrt(3), 2 + 4.30265 / math.sqrt(3)), rel=1e-4)
    with pytest.raises(UserError, match="2 or more"):
        across([1.0])
    with pytest.raises(UserError, match="finite"):
        across([1.0, math.nan])


@pytest.mark.parametrize(
    ("fields", "message"),
    [(np.zeros((63, 64)), "64 x 64"), (np.zeros(64), "64 x 64"), (np.full((64, 64), np.nan), "finite")],
)
def test_bad_fields_are_refused(fields, message):
    with pytest.raises(UserError, match=message):
        planes(fields)
