"""Points of classes: a class has one colour in all charts, every run has its chart, and rare classes lie on top."""

import re
from dataclasses import replace

import numpy as np
import pytest

from render.page.chart import RIGHT, WIDE
from render.page.contents import contents_of
from render.page.panels import TABLES, points
from render.page.point_classes import DOTS, class_labels, of_some_runs
from sim.measures import Quantity
from sim.statistics.results import Scatter

from .conftest import given

MINE = Quantity("states", "What they are.", kind="scatter", axes=("first", "second"))


@pytest.fixture(scope="module")
def contents(made):
    return contents_of(made)


def clouds(contents, *scatters):
    """Every scatter as a result of each run of the page."""
    items = [each for each in contents.entries if each.slot == "half_radii"] or [
        each for each in contents.entries if each.slot == "by_maze"
    ]
    return [replace(each, result=one, detail=one.detail, quantity=MINE) for each in items for one in scatters]


def cloud(classes, of, detail="", **more):
    x = np.arange(len(of), dtype=np.float64)
    return Scatter("half_radii", x, x, detail, classes=classes, of=np.array(of), **more)


def colours(svg):
    """The colours of the points in the order in which they are drawn."""
    return re.findall(r"<use [^>]*fill: var\(--(\w+)\)", svg)


def test_every_run_has_its_chart_with_its_name_and_the_legend_explains_the_classes(contents):
    panel = points(contents, "a", clouds(contents, cloud(("left", "right"), [0, 1, 1], "pool")))
    assert (len(panel.cells), panel.columns) == (3, 3)
    names = [label.names[0] for label in contents.single]
    assert [name.partition(" ")[0] in cell["svg"] for name, cell in zip(names, panel.cells, strict=True)] == [True] * 3
    assert all(", pool</text>" in cell["svg"] for cell in panel.cells)
    assert [label.names for label in panel.labels] == [("left",), ("right",)]
    shown = dict.fromkeys(colour for cell in panel.cells for colour in colours(cell["svg"]))
    assert set(shown) == {label.colours[0] for label in panel.labels}


def test_a_class_has_one_colour_in_charts_of_different_classes(contents):
    some = clouds(contents, cloud(("left", "right"), [0, 1], "a"), cloud(("right", "dead"), [0, 1], "b"))[:2]
    panel = points(contents, "a", some)
    named = {label.key: label.colours[0] for label in class_labels(some)}
    assert len(set(named.values())) == 3
    assert set(colours(panel.cells[0]["svg"])) == {named["left"], named["right"]}
    assert set(colours(panel.cells[1]["svg"])) == {named["right"], named["dead"]}


def test_the_rarest_class_is_drawn_last(contents):
    (some, *_) = clouds(contents, cloud(("rare", "common", "never"), [1, 0, 1, 1, 0, 1]))
    rare, common = (label.colours[0] for label in class_labels([some])[:2])
    (cell,) = points(contents, "a", [some]).cells
    assert colours(cell["svg"]) == [common] * 4 + [rare] * 2


def test_points_without_numbers_of_classes_are_of_the_first(contents):
    (some, *_) = clouds(contents, cloud(("only", "other"), [0, 0, 0]))
    some = replace(some, result=replace(some.result, of=None))
    (cell,) = points(contents, "a", [some]).cells
    assert set(colours(cell["svg"])) == {class_labels([some])[0].colours[0]}


def test_of_very_many_points_some_are_drawn(contents):
    (some, *_) = clouds(contents, cloud(("a", "b"), [0, 1] * (DOTS + 1)))
    (cell,) = points(contents, "a", [some]).cells
    assert DOTS / 2 < cell["svg"].count("<use") <= DOTS


def test_the_shade_is_the_region_above_0(contents):
    shade = np.where(np.linspace(0, 10, 41) > 4.875, 1.0, -1.0) * np.ones((7, 1))  # it crosses 0 at 4.875
    (some, *_) = clouds(contents, cloud(("a",), [0] * 11, shade=shade, extent=(0.0, 10.0, 0.0, 10.0)))
    (cell,) = points(contents, "a", [some]).cells
    outline = re.findall(r'<path d="(M [^"]*)"[^>]*style="[^"]*fill: var\(--faint\)', cell["svg"])
    assert len(outline) == 1
    edges = [float(x) for x, _ in re.findall(r"([\d.]+) ([\d.]+)", outline[0])]
    places = [float(x) for x, _ in re.findall(r'<use [^>]*?x="([\d.]+)"[^>]*?y="([\d.]+)"', cell["svg"])]
    assert min(edges) == pytest.approx(places[0] + 4.875 * (places[1] - places[0]), abs=0.3)
    assert max(edges) == pytest.approx(WIDE[0] - RIGHT, abs=0.3)  # beyond its extent it is as at its edge


def test_axes_are_shared_and_have_room_for_the_shade(contents):
    small = cloud(("a",), [0, 0, 0], "small")
    shaded = cloud(("a",), [0, 0, 0], "shaded", shade=np.ones((3, 3)), extent=(-40.0, 60.0, 0.0, 1.0))
    panel = points(contents, "a", clouds(contents, small, shaded))
    ticks = [re.findall(r"text-anchor: middle[^>]*>([−\d.]+)<", cell["svg"]) for cell in panel.cells]
    assert all(each == ticks[0] for each in ticks)
    assert "50" in ticks[0]


def test_of_many_runs_some_are_drawn_with_all_their_charts():
    contents = contents_of(given(["a", "b", "c"], each=9))
    some = clouds(contents, cloud(("x", "y"), [0, 1], "pool"), cloud(("x", "y"), [0, 1], "unseen"))
    panel = points(contents, "a", some)
    assert len(panel.cells) <= TABLES
    assert "Of 27 runs, one in 5 is drawn." in panel.text
    assert panel.columns == 2  # both charts of a run stand side by side
    drawn, _ = of_some_runs(some, TABLES)
    assert {entry.runs: [each.detail for each in drawn if each.runs == entry.runs] for entry in drawn} == {
        runs: ["pool", "unseen"] for runs in dict.fromkeys(entry.runs for entry in drawn)
    }
    assert {entry.runs[0][0] for entry in drawn} == {"a", "b", "c"}


def test_points_without_classes_have_the_colours_of_their_subjects(contents):
    x = np.arange(3.0)
    panel = points(contents, "a", clouds(contents, Scatter("half_radii", x, x)))
    assert [label.colours for label in panel.labels] == [("c0",), ("c1",), ("c2",)]
