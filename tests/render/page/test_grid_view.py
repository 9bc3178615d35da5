"""Grids: maps, lines and data over the axes have the values of the cells."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest

from render.page.compose import page
from render.page.contents import contents_of
from render.page.grid_view import cell_means, choice, heats, lines
from sim.statistics.bootstrap import iqm
from sim.statistics.results import Number

from .conftest import Reader, planted

AXES = {"hidden": [4, 8, 16], "pool": [1, 64]}


@pytest.fixture(scope="module")
def contents():
    return contents_of(planted(AXES))


def axes(contents):
    return list(contents.made.plan.study.grid.axes)


def test_the_mean_of_a_cell_is_that_of_its_runs(contents):
    found = cell_means(contents)
    values = [
        findings["share"].value
        for measurement, findings in contents.made.results
        if measurement.use.name == "pellets_eaten" and measurement.task.runs[0].name.startswith("hidden 8, pool 64,")
    ]
    assert len(values) == 6
    assert found[8, 64]["pellets_eaten.share"] == iqm(np.array(values))
    assert len(found) == 6


def test_heat_maps_are_over_the_first_two_axes(contents):
    share, *others = heats(contents, axes(contents))
    assert len(others) == 2
    (cell,) = share.cells
    assert cell["title"] == "Trimmed mean share, %: hidden down, pool across"
    assert (cell["columns"], [name for name, _ in cell["rows"]]) == (("1", "64"), ["4", "8", "16"])
    shares = np.array([[each for _, each in cells] for _, cells in cell["rows"]])
    assert (np.diff(shares, axis=0) > 0).all()
    assert (np.diff(shares, axis=1) > 0).all()


def test_a_heat_map_is_a_mean_over_the_other_axes():
    contents = contents_of(planted({**AXES, "learner": ["es", "cma"]}))
    means = cell_means(contents)
    (cell,) = next(heats(contents, axes(contents))).cells
    least = np.mean([means[4, 1, learner]["pellets_eaten.share"] for learner in ("es", "cma")])
    assert float(cell["rows"][0][1][0][0]) == pytest.approx(least, abs=0.06)


def test_the_data_to_choose_from_are_the_means_of_the_cells(contents):
    data = json.loads(json.dumps(choice(contents, axes(contents))))
    means = cell_means(contents)
    assert data["axes"] == [{"name": name, "values": [str(each) for each in values]} for name, values in AXES.items()]
    at = data["names"].index("Trimmed mean share, %")
    for place, value in zip(data["cells"], data["values"][at], strict=True):
        cell = tuple(AXES[name][index] for name, index in zip(AXES, place, strict=True))
        assert value == pytest.approx(means[cell]["pellets_eaten.share"], rel=1e-5)


def test_lines_go_along_the_axis_with_most_numbers_with_a_line_for_each_other_value(contents):
    share, *_ = lines(contents)
    assert [label.names for label in share.labels] == [("pool 1",), ("pool 64",)]
    text = share.cells[0]["svg"]
    assert ">hidden</text>" in text
    assert len(re.findall(r"stroke-width: 2\b", text)) == 6  # an interval for each group


def test_one_axis_is_one_line_without_a_legend():
    (share, *_) = lines(contents_of(planted({"hidden": [4, 8, 16, 32]})))
    assert not share.labels
    assert [f">{name}</text>" in share.cells[0]["svg"] for name in ("4", "8", "16", "32")] == [True] * 4


def test_quantities_without_values_are_not_drawn(contents):
    of_all = tuple(replace(each, key="") for each in contents.entries)
    found = replace(contents.made.compared, groups={name: {} for name in contents.made.compared.groups})
    less = replace(contents, made=replace(contents.made, compared=found), entries=of_all)
    assert list(lines(less)) == []
    lost = tuple(
        replace(each, result=replace(each.result, value=None)) if isinstance(each.result, Number) else each
        for each in contents.entries
    )
    assert list(heats(replace(contents, entries=lost), axes(contents))) == []


@pytest.mark.parametrize("axes", [{"learner": ["es", "cma"]}, {"hidden": [4]}])
def test_without_an_axis_of_several_numbers_there_are_no_lines(axes):
    assert list(lines(contents_of(planted(axes)))) == []


@pytest.mark.parametrize("axes", [{"hidden": [4, 8, 16, 32]}, AXES, {**AXES, "learner": ["es", "cma"]}])
def test_the_page_of_a_grid_is_whole_and_holds_its_data(axes):
    made = planted(axes, claims=[{
        "text": "More units eat more.", "rule": "correlation", "of": "pellets_eaten.share",
        "against": "line_barrier.barrier", "expect": "below", "by": "Us (2026)",
    }])  # fmt: skip
    read = Reader(page(made))
    assert not read.open
    data = next(each for each in read.all("script") if each.get("id") == "choice")
    numbers = [each for _, findings in made.results for each in findings.values() if isinstance(each, Number)]
    assert len(numbers) == 3 * 6 * np.prod([len(each) for each in axes.values()])
    assert len(json.loads(data["text"])["values"]) == 3
    text = re.sub(r"\s+", " ", read.elements[0]["text"])
    assert "Spearman's correlation with trimmed mean share, %" in text
    assert re.search(r"More units eat more\.Us \(2026\) ?supported", text)
