"""Charts: values stand where their axes say, and an SVG needs nothing but the page's style sheet."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from render.page.chart import BOTTOM, COLOURS, RIGHT, TOP, Axis, axis, chart, placeholder

UNIT = Axis(0, 1, "x")


def drawn(draw=lambda axes: None, name="a", title="T", x=UNIT, y=UNIT):
    return str(chart(name, title, x, y, draw))


@given(st.lists(st.floats(-1e6, 1e6, allow_subnormal=False), min_size=1, max_size=20))
def test_an_axis_holds_all_values_and_names_some(values):
    found = axis([values], "x")
    assert found.low <= min(values) <= max(values) <= found.high
    assert found.low < found.high
    assert 2 <= len(found.ticks()) <= 10


@given(st.lists(st.floats(1e-9, 1e9), min_size=1, max_size=20))
def test_a_logarithmic_axis_holds_all_values_above_0(values):
    found = axis([[*values, 0.0, -1.0, np.nan]], "x", log=True)
    assert 0 < found.low <= min(values) <= max(values) <= found.high
    assert found.ticks()


def test_an_axis_begins_at_0_where_that_is_near():
    assert axis([[1, 9]]).low == 0
    assert axis([[81, 89]]).low > 80
    assert axis([[-1, 9]]).low < -1


def test_an_axis_of_nothing_can_be_drawn():
    assert axis([[np.nan]]).low < axis([[np.nan]]).high
    assert axis([], log=True).low < axis([], log=True).high


def test_few_values_are_named_themselves_unless_they_are_crowded():
    assert list(axis([[20, 50, 200]], log=True, few=True).ticks().values()) == ["20", "50", "200"]
    assert 51.0 not in axis([[20, 50, 51, 200]], log=True, few=True).ticks()


@pytest.mark.parametrize(
    ("low", "high", "names"),
    [
        (11, 96, ["20", "30", "50", "70"]),
        (1, 30, ["1", "2", "5", "10", "20"]),
        (0.0037, 0.31, ["0.01", "0.03", "0.1", "0.3"]),
        (1, 1e6, ["10⁰", "10²", "10⁴", "10⁶"]),
    ],
)
def test_a_logarithmic_axis_names_more_than_its_powers_of_ten_where_these_are_few(low, high, names):
    assert list(Axis(low, high, "x", log=True).ticks().values()) == names


def test_the_ends_of_the_axes_are_the_corners():
    text = drawn(lambda axes: axes.plot([0, 1], [0, 1], color=placeholder("c0")))
    path = next(part for part in text.split("<path ") if "var(--c0)" in part)
    (left, floor), (right, top) = re.findall(r"([\d.]+) ([\d.]+)", path.split('"')[1])
    assert (float(right), float(top), float(floor)) == (460 - RIGHT, TOP, 300 - BOTTOM)
    assert float(left) > 30


def test_a_chart_has_the_colours_and_fonts_of_the_page():
    text = drawn(lambda axes: [axes.plot([0, 1], [0, at], color=placeholder(name)) for at, name in enumerate(COLOURS)])
    assert {f"var(--{variable})" for variable in COLOURS.values()} == set(re.findall(r"var\(--\w+\)", text))
    assert not re.search(r"font-family|#a1|http|<style|<metadata|<!--", text)
    assert len(text) < 8000
    ET.fromstring(text)


def test_charts_of_other_names_have_other_ids():
    def dots(axes):
        axes.plot([0.5], [0.5], "o", color=placeholder("c1"))

    found = re.findall(r' id="([^"]*)"', drawn(dots, "a b<") + drawn(dots, "other"))
    assert len(set(found)) == len(found) >= 4


def test_text_stays_as_it_is_written():
    text = drawn(lambda axes: axes.set_title("0.05 norms < out"), title="$a_1$ & 0.125 b", x=Axis(0, 1, "$x^2$"))
    assert "0.05 norms &lt; out" in text
    assert ">$a_1$ &amp; 0.125 b</text>" in text
    assert 'aria-label="$a_1$ &amp; 0.125 b"' in text
    assert "$x^2$" in text
    assert 'transform="rotate(-90' in text


def test_coordinates_are_short():
    text = drawn(lambda axes: axes.plot(np.linspace(0, 1, 7), np.linspace(0, 1, 7) ** 3))
    assert not re.search(r"\d\.\d\d", re.sub(r'style="[^"]*"', "", text))
