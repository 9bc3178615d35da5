"""Charts: values stand where their axes say."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from render.report.chart import BOTTOM, LEFT, RIGHT, TOP, Axis, Chart

UNIT = Axis(0, 1, "x")


def test_the_ends_of_the_axes_are_the_corners():
    chart = Chart(Axis(2, 4, "x"), Axis(1, 100, "y", log=True), "t", (200, 100))
    assert chart.at([2, 4], [1, 100]).tolist() == [[LEFT, 100 - BOTTOM], [200 - RIGHT, TOP]]
    assert chart.at(3, 10)[0].tolist() == [(LEFT + 200 - RIGHT) / 2, (TOP + 100 - BOTTOM) / 2]


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20))
def test_an_axis_holds_all_values_and_names_some(values):
    axis = Axis.around([values], "x")
    assert ((axis.place(values) >= 0) & (axis.place(values) <= 1)).all()
    assert all(axis.low <= tick <= axis.high for tick in axis.ticks())
    assert 2 <= len(axis.ticks()) <= 10


@given(st.lists(st.floats(1e-9, 1e9), min_size=1, max_size=20))
def test_a_logarithmic_axis_holds_all_values_above_0(values):
    axis = Axis.around([[*values, 0.0, -1.0, np.nan]], "x", log=True)
    assert ((axis.place(values) >= 0) & (axis.place(values) <= 1)).all()
    assert np.isnan(axis.place([0.0, -1.0])).all()


def test_a_logarithmic_axis_of_less_than_a_decade_names_more_than_its_powers_of_ten():
    assert Axis(11, 96, "x", log=True).ticks() == [20, 30, 50, 70]
    assert Axis(1, 30, "x", log=True).ticks() == [1, 2, 5, 10, 20]


def test_an_axis_of_nothing_can_be_drawn():
    assert Axis.around([[np.nan]], "x").low < Axis.around([[np.nan]], "x").high


def test_a_line_breaks_where_a_value_has_no_place():
    chart = Chart(UNIT, UNIT, "t")
    chart.line([0, 0.5, 1, 1], [0, 1, np.nan, 0], "c0")
    assert re.sub(r"[\d. ]", "", chart.marks[0].partition(' d="')[2]) == 'MLM"/>'


def test_steps_are_the_empirical_distribution():
    chart = Chart(Axis(0, 4, "x"), Axis(0, 100, "y"), "t", (LEFT + RIGHT + 400, TOP + BOTTOM + 100))
    chart.steps([3, 1], "c0")
    path = re.findall(r"[ML]([\d.]+) ([\d.]+)", chart.marks[0])
    spots = [(round((float(x) - LEFT) / 100), round(100 + TOP - float(y))) for x, y in path]
    assert spots == [(0, 0), (1, 0), (1, 50), (3, 50), (3, 100), (4, 100)]


def test_dots_are_hollow_where_they_were_not_fitted():
    chart = Chart(UNIT, UNIT, "t")
    chart.dots([0, 1, np.nan], [0, 1, 1], "c1", [True, False, True])
    assert ["dot c1" in mark for mark in chart.marks] == [True, False]


def test_words_are_told_as_text():
    chart = Chart(Axis(0, 1, "<x>"), UNIT, "a & b")
    chart.words(0, 0, "<i>")
    assert "<x>" not in chart.svg()
    assert "<i>" not in chart.svg()
    assert "a &amp; b" in chart.svg()


@pytest.mark.parametrize(("high", "name"), [(1e6, "10³"), (2e3, "1 000")])
def test_powers_of_ten_are_named_so_over_several_decades(high, name):
    assert Axis(1 if high > 1e5 else 500, high, "x", log=True).name(1000) == name
