"""Texts for numbers and lists."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from render.page.words import (
    capital,
    first_sentence,
    interval,
    learned,
    listed,
    number,
    p_value,
    raised,
    sample,
    value,
    way_of_learning,
    width,
)  # fmt: skip
from sim.statistics.results import Number

DRAWN = Number("share", 87.7525, (86.8766, 88.6364), 256)


@pytest.mark.parametrize(
    ("given_value", "known", "told"),
    [
        (87.7525, 0.88, "87.8"),
        (87.7525, 0.34, "87.75"),
        (80.516, 2.1, "80.5"),
        (0.0, 1.0, "0"),
        (-1944.6, 52.7, "−1\u202f945"),
        (16384, None, "16\u202f384"),
        (0.5, None, "0.5"),
        (1.0, None, "1"),
        (1.0, 1e-16, "1"),
        (491520000.0, None, "4.92 × 10⁸"),
        (2e-7, None, "2 × 10⁻⁷"),
        (-0.0001, 0.5, "0.0"),
        (None, None, "–"),
        (math.inf, None, "–"),
    ],
)
def test_numbers_have_the_digits_that_their_interval_allows(given_value, known, told):
    assert number(given_value, known) == told


@given(st.floats(-1e9, 1e9, allow_subnormal=False), st.none() | st.floats(1e-6, 1e6))
def test_what_is_told_is_within_a_seventh_of_the_width_or_a_thousandth(drawn, known):
    told = number(drawn, known).replace("−", "-").replace(" × 10", "e").replace("\u202f", "")
    told = told.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    room = max(known / 7, 5e-7, 5e-3 * abs(drawn)) if known else 5e-3 * abs(drawn)
    assert abs(float(told) - drawn) <= room * (1 + 1e-9)


def test_p_values_have_three_decimals_and_a_sign():
    assert [p_value(p) for p in (0.0, 0.0004, 0.0421, 1.0)] == ["< 0.001", "< 0.001", "= 0.042", "= 1.000"]
    assert [p_value(p, is_bound=True) for p in (0.0001, 0.00109, 0.014)] == ["< 0.001", "< 0.002", "< 0.014"]


def test_a_number_with_its_interval():
    assert (value(DRAWN), interval(DRAWN), width(DRAWN)) == ("87.8", "86.9 to 88.6", pytest.approx(0.88, abs=0.01))
    assert (interval(Number("share", 1.0)), width(Number("share", 1.0))) == ("", None)


@pytest.mark.parametrize(
    ("count", "counted", "told"),
    [
        (256, "mazes", "256 mazes"),
        (1, "mazes", "1 maze"),
        (1, "blocks of planes", "1 block of planes"),
        (1, "random vectors", "1 random vector"),
        (9, "", ""),
    ],
)
def test_samples_are_counted(count, counted, told):
    assert sample(Number("share", 0.5, sample=count), counted) == told


def test_words_are_listed():
    assert [listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])] == ["a", "a and b", "a, b and c"]
    assert (capital("pH"), capital(""), raised(-12)) == ("PH", "", "⁻¹²")


def test_single_values_have_three_digits():
    assert [value(Number("share", each)) for each in (52.3798, 0.123456, 16384.0)] == ["52.4", "0.123", "16\u202f384"]


def test_runs_and_methods_have_plain_names():
    assert [learned(each) for each in ("evolve (es)", "imitate", "hidden 4")] == [
        "evolved (ES)",
        "imitated",
        "hidden 4",
    ]
    assert [way_of_learning(each) for each in ("reinforce", "x")] == ["policy gradients (REINFORCE)", "x"]


@pytest.mark.parametrize(
    ("text", "first", "rest"),
    [
        ("One. Two. Three.", "One.", "Two. Three."),
        ("As in Li et al. (2018) it is. Two.", "As in Li et al. (2018) it is.", "Two."),
        ("One (Li et al. 2018). Two.", "One (Li et al. 2018).", "Two."),
        ("At a radius of 0.7 only.", "At a radius of 0.7 only.", ""),
        ("", "", ""),
    ],
)
def test_the_first_sentence_of_a_text(text, first, rest):
    assert first_sentence(text) == (first, rest)
