"""Grids: what is shown over their axes is what their cells have."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest

from render.page.compose import page
from render.page.grid_view import cell_means, choice, heats, lines
from render.page.parties import cast
from sim.statistics.bootstrap import iqm
from sim.statistics.results import Number

from .conftest import Reader, planted

AXES = {"hidden": [4, 8, 16], "pool": [1, 64]}


@pytest.fixture(scope="module")
def who():
    return cast(planted(AXES))


def axes(who):
    return list(who.made.plan.study.grid.axes)


def test_the_mean_of_a_cell_is_that_of_its_runs(who):
    found = cell_means(who)
    values = [
        findings["share"].value
        for planned, findings in who.made.found
        if planned.use.name == "pellets_eaten" and planned.task.runs[0].name.startswith("hidden 8, pool 64,")
    ]
    assert len(values) == 6
    assert found[8, 64]["pellets_eaten", "share"] == iqm(np.array(values))
    assert len(found) == 6


def test_heat_maps_are_over_the_first_two_axes(who):
    share, *others = heats(who, axes(who))
    assert len(others) == 2
    (cell,) = share.cells
    assert cell["title"] == "Pellets eaten, %: hidden down, pool across"
    assert (cell["columns"], [name for name, _ in cell["rows"]]) == (("1", "64"), ["4", "8", "16"])
    shares = np.array([[each for _, each in cells] for _, cells in cell["rows"]])
    assert (np.diff(shares, axis=0) > 0).all()
    assert (np.diff(shares, axis=1) > 0).all()


def test_an_axis_that_a_table_leaves_out_is_averaged_over():
    who = cast(planted({**AXES, "learner": ["es", "cma"]}))
    means = cell_means(who)
    (cell,) = next(heats(who, axes(who))).cells
    least = np.mean([means[4, 1, learner]["pellets_eaten", "share"] for learner in ("es", "cma")])
    assert float(cell["rows"][0][1][0][0]) == pytest.approx(least, abs=0.06)


def test_what_a_reader_chooses_from_is_what_cells_have(who):
    data = json.loads(json.dumps(choice(who, axes(who))))
    means = cell_means(who)
    assert data["axes"] == [{"name": name, "values": [str(each) for each in values]} for name, values in AXES.items()]
    at = data["names"].index("Pellets eaten, %")
    for place, value in zip(data["cells"], data["values"][at], strict=True):
        cell = tuple(AXES[name][index] for name, index in zip(AXES, place, strict=True))
        assert value == pytest.approx(means[cell]["pellets_eaten", "share"], rel=1e-5)


def test_lines_go_along_the_axis_with_most_numbers_and_others_are_inks(who):
    share, *_ = lines(who)
    assert [party.names for party in share.parties] == [("pool 1",), ("pool 64",)]
    text = share.cells[0]["svg"]
    assert ">hidden</text>" in text
    assert len(re.findall(r"stroke-width: 2\b", text)) == 6  # an interval for each group


def test_one_axis_is_one_line_without_a_legend():
    (share, *_) = lines(cast(planted({"hidden": [4, 8, 16, 32]})))
    assert not share.parties
    assert [f">{name}</text>" in share.cells[0]["svg"] for name in ("4", "8", "16", "32")] == [True] * 4


def test_what_no_group_has_is_not_drawn(who):
    of_all = tuple(replace(each, party="") for each in who.shown)
    found = replace(who.made.compared, groups={name: {} for name in who.made.compared.groups})
    less = replace(who, made=replace(who.made, compared=found), shown=of_all)
    assert list(lines(less)) == []
    lost = tuple(
        replace(each, result=replace(each.result, value=None)) if isinstance(each.result, Number) else each
        for each in who.shown
    )
    assert list(heats(replace(who, shown=lost), axes(who))) == []


@pytest.mark.parametrize("axes", [{"learner": ["es", "cma"]}, {"hidden": [4]}])
def test_without_an_axis_of_several_numbers_there_are_no_lines(axes):
    assert list(lines(cast(planted(axes)))) == []


@pytest.mark.parametrize("axes", [{"hidden": [4, 8, 16, 32]}, AXES, {**AXES, "learner": ["es", "cma"]}])
def test_the_page_of_a_grid_is_whole_and_holds_its_data(axes):
    made = planted(axes, claims=[{
        "text": "More units eat more.", "rule": "correlation", "of": "pellets_eaten.share",
        "against": "line_barrier.barrier", "expect": "below", "by": "Us (2026)",
    }])  # fmt: skip
    read = Reader(page(made))
    assert not read.open
    data = next(each for each in read.all("script") if each.get("id") == "choice")
    numbers = [each for _, findings in made.found for each in findings.values() if isinstance(each, Number)]
    assert len(numbers) == 3 * 6 * np.prod([len(each) for each in axes.values()])
    assert len(json.loads(data["text"])["values"]) == 3
    text = re.sub(r"\s+", " ", read.elements[0]["text"])
    assert "Spearman's correlation with pellets eaten, %" in text
    assert "More units eat more. Us (2026)supported" in text
