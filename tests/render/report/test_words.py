"""Words: how numbers are told."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from render.report.words import about, doubtful, interval, is_control, number, raised, remark, sample, value, which
from sim.comparison.number import Number

DRAWN = Number(87.7525, (86.8766, 88.6364), 256, 3, "share")


@pytest.mark.parametrize(
    ("given_value", "width", "told"),
    [
        (87.7525, 0.88, "87.75"),
        (80.516, 2.1, "80.5"),
        (0.0, 1.0, "0"),
        (-1944.6, 52.7, "−1 945"),
        (16384, None, "16 384"),
        (0.5, None, "0.5"),
        (1.0, None, "1"),
        (491520000.0, None, "4.92 × 10⁸"),
        (2e-7, None, "2 × 10⁻⁷"),
        (-0.0001, 0.5, "0.00"),
        (None, None, "–"),
        (math.inf, None, "–"),
    ],
)
def test_numbers_have_the_digits_that_their_interval_allows(given_value, width, told):
    assert number(given_value, width) == told


@given(st.floats(-1e9, 1e9, allow_subnormal=False), st.none() | st.floats(1e-6, 1e6))
def test_what_is_told_is_within_a_twentieth_of_the_width_or_a_thousandth(drawn, width):
    told = number(drawn, width).replace("−", "-").replace(" × 10", "e").replace(" ", "")
    told = told.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    room = max(0.05 * width, 5e-7, 5e-3 * abs(drawn)) if width else 5e-3 * abs(drawn)
    assert abs(float(told) - drawn) <= room * (1 + 1e-9)


def test_a_number_says_all_that_it_is():
    told = about(DRAWN)
    assert value(DRAWN) == "87.75"
    assert interval(DRAWN) == "86.88 to 88.64"
    assert sample(DRAWN) == "256 mazes"
    for part in ("pellets eaten", "Agarwal", "86.88 to 88.64", "n = 256 mazes", "seed 3"):
        assert part in told


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("share", "1 maze"),
        ("cka_outputs", "1 life"),
        ("boundary", "1 block of planes"),
        ("hessian_trace", "1 random vector"),
    ],
)
def test_one_is_told_as_one(key, told):
    assert sample(Number(0.5, None, 1, 0, key)) == told


def test_slots_of_one_definition_are_told_apart():
    assert which("line_pellets_barrier", "pellets_barrier") == "straight line"
    assert which("curve_imitation_detour", "detour") == "curve trained for the loss"
    assert which("level_median_bowl", "level_bowl") == "median"
    assert which("uncertainty_0.3", "uncertainty") == "0.3 norms out"
    assert which("uncertainty_0.3_50", "uncertainty") == "0.3 norms out, lives of 50 steps"
    assert which("hessian_top_20", "hessian_top") == "first 20 steps"
    assert which("share", "share") == ""


def test_every_row_of_a_section_has_a_name_of_its_own(comparison):
    for section in comparison.sections.values():
        for slots in section.numbers.values():
            names = [(number.key, which(slot, number.key)) for slot, number in slots.items()]
            assert len(set(names)) == len(names)


def test_remarks_do_not_repeat_what_the_row_says():
    found = Number(0.9, None, 16, 0, "uncertainty", "at 0.3 norms, 3.0 decades")
    assert remark(found, "0.3 norms out") == "3.0 decades"
    assert remark(found, "") == found.note


def test_doubt_and_controls_are_known():
    assert doubtful(Number(1.0, None, 1, 0, "level", "0.6 decades, saturated"))
    assert not doubtful(DRAWN)
    assert is_control("level_median_bowl", "level_bowl")
    assert not is_control("share", "share")


def test_exponents_are_raised():
    assert raised(-12) == "⁻¹²"
