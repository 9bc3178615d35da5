"""Panels: each kind of result is drawn in one way, whatever the quantity."""

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given as drawn_from
from hypothesis import strategies as st
from markupsafe import escape

from render.page.contents import contents_of
from render.page.drawn_points import BINS, as_curve, off_the_axes, thinned
from render.page.panels import PANELS, heat, panels, plots
from sim.measures import Quantity
from sim.statistics.results import KINDS, Curve, Histogram, Matrix, Scatter

from .conftest import given


@pytest.fixture(scope="module")
def contents(made):
    return contents_of(made)


def of(contents, slot):
    return [each for each in contents.entries if each.slot == slot]


def svgs(panel):
    return "".join(cell["svg"] for cell in panel.cells)


def changed(items, **more):
    """Results with other definitions."""
    return [replace(each, quantity=replace(each.quantity, **more)) for each in items]


def test_there_is_a_panel_for_every_kind_but_numbers():
    assert {*PANELS} == {*KINDS} - {"number"}


def test_every_quantity_of_a_section_has_its_panel(contents):
    uses = [use.name for use in contents.made.plan.study.sections[0].uses]
    found = {panel.name: panel for panel in panels(contents, uses)}
    kinds = {each.quantity.kind for each in contents.entries if each.use.name in uses}
    assert {"number", "curve", "map", "histogram"} <= kinds
    drawn = {each.basic.name for each in contents.entries if each.use.name in uses and each.quantity.kind != "number"}
    assert {name.lower() for name in found} == {name.lower() for name in drawn}
    assert found["Fitness"].scale
    assert found["Pellets by maze"].styles == {"greedy": "", "sampled": "dashed", "without memory": "dotted"}
    assert all(panel.text for panel in found.values())


def test_lines_have_the_colours_of_their_subjects_and_a_legend(contents):
    panel = plots(contents, "a", of(contents, "eaten.mean"))
    assert [label.colours for label in panel.labels] == [("c0",), ("c1",), ("c2",)]
    assert {f"var(--c{at})" for at in range(3)} <= set(re.findall(r"var\(--\w+\)", svgs(panel)))
    assert not panel.styles
    assert panel.titled


def test_controls_are_thin_and_dashed(contents):
    items = [each for each in contents.entries if each.base == "uncertainty_points"]
    panel = plots(contents, "a", items)
    assert panel.styles == {"measured": "", "bowl": "dashed thin", "other mazes": "dotted thin"}
    assert len(panel.cells) == 2  # whole episodes, with the controls, and those of 10 steps
    assert ["stroke-dasharray" in cell["svg"] for cell in panel.cells] == [True, False]


def test_many_details_have_charts_side_by_side_on_the_same_axes(contents):
    items = [replace(each, detail=f"part {at}") for at in range(4) for each in of(contents, "half_radii")]
    panel = plots(contents, "a", items)
    assert [f"part {at}" in cell["svg"] for at, cell in enumerate(panel.cells)] == [True] * 4
    ticks = [re.findall(r"text-anchor: middle[^>]*>([\d.]+)<", cell["svg"]) for cell in panel.cells]
    assert ticks[0]
    assert all(each == ticks[0] for each in ticks)


def test_curves_that_are_apart_have_a_chart_for_each_run_of_which_at_most_twelve_are_drawn(contents):
    items = [
        replace(each, result=replace(each.result, apart=True), runs=(f"{each.runs[0]} {at}",))
        for at in range(10)
        for each in of(contents, "eaten.mean")
    ]
    panel = plots(contents, "a", items[:3])
    assert [escape(each.runs[0]) in cell["svg"] for each, cell in zip(items, panel.cells, strict=False)] == [True] * 3
    assert not panel.styles
    panel = plots(contents, "a", items)
    assert len(panel.cells) == 10
    assert panel.text == "Of 30, one in 3 is drawn."


def test_points_that_were_not_fitted_are_hollow(contents):
    (item, *_) = of(contents, "eaten.mean")
    curve = Curve("eaten", np.arange(1.0, 4), np.arange(1.0, 4), fitted=np.array([True, False, True]))
    text = svgs(plots(contents, "a", [replace(item, result=curve)]))
    assert len(re.findall(r"<use [^>]*fill: var\(--page\)", text)) == 1
    assert len(re.findall(r"<use [^>]*fill: var\(--c0\)", text)) == 2


def test_intervals_are_bars_and_a_line_breaks_where_there_is_no_value(contents):
    (item, *_) = of(contents, "eaten.mean")
    y = np.array([1.0, np.nan, 3.0, 4.0])
    curve = Curve("eaten", np.arange(1.0, 5), y, y - 0.5, y + 0.5)
    text = svgs(plots(contents, "a", [replace(item, result=curve)]))
    assert len(re.findall(r'<path d="M [\d. ]+L [\d. ]+" [^>]*stroke-width: 2"', text)) == 3


@pytest.mark.parametrize("values", [[3.0, 1.0], [], [np.inf, np.inf], [np.nan, 2.0]])
def test_histograms_are_empirical_distributions(contents, values):
    (item, *_) = of(contents, "by_maze_sampled")
    text = svgs(plots(contents, "a", [replace(item, result=Histogram("by_maze", np.array(values)))]))
    path = re.findall(r'<path d="(M [^"]*)"[^>]*stroke: var\(--c0\)', text)[0]
    levels = list(dict.fromkeys(re.findall(r"[\d.]+ ([\d.]+) ", path)))
    assert len(levels) == 1 + np.isfinite(values).sum()  # from 0 up, a step for each finite value


def test_infinite_values_lie_beyond_the_axis():
    found = as_curve(Histogram("q", np.array([1.0, np.inf, 3.0, np.inf])), False)
    assert (found.x.tolist(), found.y.tolist()) == ([1, 3, np.inf, np.inf], [25, 50, 75, 100])


def test_points_of_a_pair_of_subjects_are_drawn_around_the_line_of_equals(contents):
    items = [each for each in contents.entries if each.result.kind == "scatter"]
    panel = plots(contents, "a", items)
    assert len(panel.cells) == 2
    assert [" × " in cell["svg"] for cell in panel.cells] == [True, True]
    assert [cell["svg"].count("<use") for cell in panel.cells] == [8, 8]
    assert not panel.labels


def test_points_of_groups_are_one_cloud():
    contents = contents_of(given(["a", "b"]))
    items = [each for each in contents.entries if each.slot == "eaten"]
    items = [replace(each, result=Scatter("eaten", each.result.x, each.result.y)) for each in items]
    panel = plots(contents, "a", items)
    assert len(panel.cells) == 1
    assert panel.cells[0]["svg"].count("<use") == 5 * 12


def test_of_very_many_lines_some_are_drawn_and_the_text_says_so(contents):
    panel = plots(contents, "a", of(contents, "eaten.mean") * 50)
    assert "Of 150, one in 3 is drawn." in panel.text
    assert "Of" not in plots(contents, "a", of(contents, "eaten.mean")).text


def test_logarithmic_axes_are_those_of_the_definition(contents):
    items = changed(of(contents, "eaten.mean"), log="xy")
    assert svgs(plots(contents, "a", items)) != svgs(plots(contents, "a", changed(items, log="")))


def test_a_matrix_is_a_table_whose_colours_go_from_its_least_to_its_greatest_value():
    found = heat(Matrix("q", np.array([[1.0, np.nan], [2.0, 3.0]]), ("a", "b"), ("c", "d")), "T")
    assert found["columns"] == ("c", "d")
    assert [name for name, _ in found["rows"]] == ["a", "b"]
    assert [[text for text, _ in cells] for _, cells in found["rows"]] == [["1.00", "–"], ["2.00", "3.00"]]
    shares = [share for _, cells in found["rows"] for _, share in cells]
    assert np.allclose(shares, [0, np.nan, 0.5, 1], equal_nan=True)


@drawn_from(st.lists(st.floats(0, 1e6), min_size=1, max_size=400), st.booleans(), st.integers(1, 20))
def test_thinned_curves_are_means_in_order(values, log, bins):
    x, y = np.arange(1.0, len(values) + 1), np.array(values)
    along, up = thinned(x, y, bins, log=log)
    assert len(along) <= max(bins, 1)
    assert (np.diff(along) > 0).all()
    assert up.min() >= y.min() - 1e-6
    assert up.max() <= y.max() * (1 + 1e-9)
    if len(values) <= bins:
        assert np.array_equal(up, y)


def test_a_long_curve_is_thinned_to_means_of_neighbours():
    x, y = thinned(np.arange(1.0, 4 * BINS + 1), np.tile([0.0, 1.0], 2 * BINS))
    assert len(x) == BINS
    assert np.allclose(y, 0.5, atol=0.2)


def test_an_unknown_quantity_is_drawn_like_any_other(contents):
    mine = Quantity("my own", "What it is.", kind="curve", axes=("here", "there"))
    items = [replace(each, quantity=mine) for each in of(contents, "eaten.mean")]
    text = svgs(plots(contents, "a", items))
    assert ">here</text>" in text
    assert ">there</text>" in text


def test_values_that_the_axes_cannot_show_are_counted(contents):
    (radii,) = of(contents, "half_radii")[:1]
    some = Histogram("half_radii", np.array([1.0, np.inf, np.inf]))
    assert off_the_axes([replace(radii, result=some)]) == "2 of 3 values lie beyond the axis."
    assert off_the_axes([replace(radii, result=Histogram("half_radii", np.ones(3)))]) == ""
    curve = replace(changed([radii], log="y")[0], result=Curve("half_radii", np.ones(2), np.array([0.0, 1.0])))
    assert off_the_axes([curve]) == "Values of 0 and below are not on the logarithmic axis."
    assert off_the_axes([replace(curve, result=Curve("half_radii", np.ones(2), np.ones(2)))]) == ""
