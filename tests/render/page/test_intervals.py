"""Forests and strips: every value, interval and run has its mark."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np

from render.page.compose import figure
from render.page.contents import contents_of
from render.page.intervals import forests, strips, swarm
from sim.statistics.results import Number

from .conftest import given


def marks(text, kind):
    return len(re.findall(kind, text))


def test_quantities_that_share_a_unit_have_a_chart_with_a_row_for_each(made):
    contents = contents_of(made)
    rows = contents.rows(["pellets_eaten"])
    charts = {
        re.findall(r'aria-label="([^"]*)"', each.cells[0]["svg"])[0]: each for each in forests(contents, "a", rows)
    }
    assert set(charts) == {"In %", "In pellets"}
    text = charts["In pellets"].cells[0]["svg"]
    for words in ("mean pellets", "mean pellets, sampled", "pellets lost without memory"):
        assert f">{words}</text>" in text
    assert marks(text, r"<use ") == 3 * 3
    assert marks(text, r"stroke-width: 2\b") == 3 * 3


def test_controls_are_grey_in_the_row_of_their_quantity(made):
    contents = contents_of(made)
    three = contents.rows(["uncertainty"])
    more = [replace(three[0], detail=f"radius {at}") for at in (1, 2)]
    (panel,) = forests(contents, "a", [*three, *more])
    assert "Grey, controls: | bowl, ○ other mazes." in panel.text
    grey = marks(panel.cells[0]["svg"], r"<use [^>]*stroke: var\(--quiet\)")
    assert grey == 2 * 3


def test_doubtful_values_are_hollow(made):
    found = []
    for measurement, findings in made.results:
        doubt = {
            slot: replace(each, doubtful=True) if isinstance(each, Number) else each for slot, each in findings.items()
        }
        found.append((measurement, doubt if measurement.use.name == "pellets_eaten" else findings))
    contents = contents_of(replace(made, results=tuple(found)))
    for panel in forests(contents, "a", contents.rows(["pellets_eaten"])):
        text = panel.cells[0]["svg"]
        assert marks(text, r"<use [^>]*fill: var\(--page\)") == marks(text, r"<use ") > 0


def test_no_chart_holds_values_of_very_different_sizes(made):
    contents = contents_of(made)
    huge = {key: {row: replace(each, value=1e6) for row, each in of.items()} for key, of in contents.numbers().items()}
    key = contents.single[0].key
    contents = replace(
        contents,
        entries=tuple(
            replace(e, result=huge[key][e.row]) if e.slot == "revisits" and e.key == key else e
            for e in contents.entries
        ),
    )
    names = [panel.cells[0]["svg"] for panel in forests(contents, "a", contents.rows(["pellets_eaten"]))]
    assert not any('aria-label="In %"' in each for each in names)


def test_every_run_is_a_dot_and_every_group_a_mean_and_a_band():
    panel = strips(contents_of(given(["evolve (es)", "imitate"])))
    assert len(panel.cells) == 3
    share, _, barrier = (str(cell["svg"]) for cell in panel.cells)
    assert marks(share, r"<use ") == 12
    assert marks(barrier, r"<use ") == 18  # and six pairs of one run and one of the other method
    assert marks(share, r"stroke-width: 11\b") == 2
    assert marks(share, r"stroke-width: 2.6") == 2
    assert re.search(r">evolved \(ES\) \d", share)
    assert ">evolved (ES) × imitated " in barrier


def test_missing_values_have_no_dots():
    made = given(["a", "b"])
    (measurement, findings), *others = made.results
    hole = {**findings, "share": replace(findings["share"], value=None)}
    less = replace(made, results=((measurement, hole), *others))
    one, other = (str(strips(contents_of(each)).cells[0]["svg"]) for each in (made, less))
    assert marks(one, "<use ") == marks(other, "<use ") + 1


def test_the_figure_is_a_small_file_that_stands_alone():
    text = figure(strips(contents_of(given(["evolve (es)", "imitate"]))), "Two & <more>")
    root = ET.fromstring(text)
    assert root.get("width") == "1400"
    assert "Two &amp; &lt;more&gt;" in text
    assert "var(--" not in text
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
    assert len(text) < 60_000
    inner = root.findall("{http://www.w3.org/2000/svg}svg")
    assert [(each.get("x"), each.get("y")) for each in inner] == [("14", "56"), ("346", "56"), ("678", "56")]


def test_dots_in_one_place_make_room():
    assert len(set(swarm(np.full(5, 5.0)).tolist())) == 5
    assert swarm(np.array([0.0, 50.0])).tolist() == [0.0, 0.0]
