"""Scalings: exact power laws, intervals, and slopes that saturation does not bias."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.errors import UserError
from sim.statistics.scaling import fit, planes, reported

SCALES = 10.0 ** np.arange(-6, 0)


def fitted(values, **settings):
    return fit(float, SCALES, np.asarray(values)[None, None], seed=0, **settings)


@settings(max_examples=20)
@given(exponent=st.floats(0.05, 2), amplitude=st.floats(1e-3, 0.4))
def test_a_power_law_is_found_exactly(exponent, amplitude):
    found = fitted(amplitude * SCALES**exponent)
    assert found.estimate == pytest.approx(exponent, rel=1e-9)
    assert found.interval == pytest.approx((exponent, exponent), rel=1e-9)
    assert found.decades == pytest.approx(5)
    assert not found.saturated


def test_saturated_scales_are_left_out_if_three_others_remain():
    found = fitted([0.001, 0.01, 0.1, 0.9, 1, 1])
    assert found.fitted.tolist() == [True] * 3 + [False] * 3
    assert found.estimate == pytest.approx(1)
    assert not found.saturated
    full = fitted([0.4, 0.8, 1, 1, 1, 1])
    assert full.fitted.tolist() == [True] * 3 + [False] * 3
    assert full.saturated
    assert fitted([1.0] * 6).estimate == 0


def test_scales_that_are_too_rare_or_too_fine_are_left_out():
    values = [0, 0.001, 0.002, 0.02, 0.2, 0.3]
    assert fitted(values, least=0.0015).fitted.tolist() == [False, False, True, True, True, True]
    assert fitted(values, first=3, ceiling=9).fitted.tolist() == [False] * 3 + [True] * 3
    nothing = fitted([0, 0, 0, 0, 0.1, 0.2])
    assert math.isnan(nothing.estimate)
    assert np.isnan(nothing.interval).all()
    assert nothing.decades == 0


def test_the_seed_names_the_intervals():
    statistics = np.random.default_rng(1).random((2, 30, 6)) * 0.1 * SCALES**0.3
    first, second, other = (fit(float, SCALES, statistics, seed=seed) for seed in (4, 4, 5))
    assert first.interval == second.interval
    assert first.interval != other.interval
    assert first.interval[0] < first.estimate < first.interval[1]


@pytest.mark.parametrize(
    ("fields", "message"),
    [(np.zeros((63, 64)), "64 x 64"), (np.zeros(64), "64 x 64"), (np.full((64, 64), np.nan), "finite")],
)
def test_bad_fields_are_refused(fields, message):
    with pytest.raises(UserError, match=message):
        planes(fields)


def test_a_scaling_is_reported_as_a_number_and_its_points():
    found = reported("level", "level_median", fitted(0.1 * SCALES**0.5), "median")
    number, points = found["level_median"], found["level_median_points"]
    assert (number.quantity, number.detail, number.note) == ("level", "median", "5.0 decades")
    assert number.value == pytest.approx(0.5)
    assert not number.doubtful
    assert points.quantity == "level_points"
    np.testing.assert_array_equal(points.x, SCALES)
    assert points.fitted.all()


@pytest.mark.parametrize(
    ("values", "note"), [([0.4, 0.8, 1, 1, 1, 1], "saturated"), ([0, 0, 0, 0, 0.1, 0.2], "too few scales to fit")]
)
def test_a_scaling_that_cannot_be_trusted_is_doubtful(values, note):
    number = reported("level", "slot", fitted(values))["slot"]
    assert note in number.note
    assert number.doubtful


def test_a_fit_ends_at_the_first_saturated_scale_although_later_ones_are_lower():
    found = fitted([0.001, 0.01, 0.1, 0.9, 0.3, 1])
    assert found.fitted.tolist() == [True] * 3 + [False] * 3


def test_the_last_scales_can_be_left_out():
    found = fitted(0.1 * SCALES, last=4)
    assert found.fitted.tolist() == [True] * 4 + [False] * 2


def test_local_slopes_lie_within_the_interval():
    found = fitted([0.001, 0.002, 0.02, 0.04, 0.4, 0.4], local=True)
    assert found.interval == pytest.approx((0, 1))
    assert fitted([0.001, 0.002, 0.02, 0.04, 0.4, 0.4]).interval == pytest.approx((found.estimate, found.estimate))


def test_rare_differences_weigh_little():
    """Three hits where one was to be expected flatten an unweighted slope, which should be 1."""
    values = np.array([3e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1])
    weighed, plain = fitted(values, counted=1_000_000), fitted(values)
    assert abs(weighed.estimate - 1) < 0.4 * abs(plain.estimate - 1)
