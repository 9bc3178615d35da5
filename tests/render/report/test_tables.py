"""Tables and notes: rows, samples, footnotes."""

from render.report.notes import Notes
from render.report.tables import table
from sim.comparison.number import Number

A = Number(1.5, (1.0, 2.0), 10, 0, "pellets")
B = Number(2.5, (2.0, 3.0), 10, 0, "pellets")
BOWL = Number(1.0, None, 5, 0, "level_bowl")


def rows(html):
    return html.partition("<tbody>")[2].split("</tr>")[:-1]


def test_a_sample_that_all_share_is_told_once():
    html = table({"a": {"pellets": A}, "b": {"pellets": B}}, Notes(), ["a", "b"], "Said.")
    assert rows(html)[0].count(">10 mazes<") == 1
    assert "Said. Seed 0." in html


def test_samples_and_seeds_that_differ_are_told_apiece():
    other = Number(2.5, None, 7, 3, "pellets", "so")
    html = table({"a": {"pellets": A}, "b": {"pellets": other}}, Notes(), ["a", "b"], "Said.")
    assert "10 mazes, seed 0" in html
    assert "7 mazes, seed 3; so" in html
    assert "Seeds are given" in html


def test_controls_stand_last_and_a_gap_is_a_gap():
    html = table({"a": {"level_median_bowl": BOWL, "pellets": A}, "b": {"pellets": B}}, Notes(), ["a", "b"], "Said.")
    first, last = rows(html)
    assert "mean pellets" in first
    assert 'class="control"' in last
    assert "<td></td>" in last


def test_footnotes_are_numbered_as_they_are_called():
    notes = Notes()
    assert ">1</a>" in notes.call("pellets")
    assert ">2</a>" in notes.call("level_bowl")
    assert ">1</a>" in notes.call("pellets")
    assert notes.listed().index("note-pellets") < notes.listed().index("note-level_bowl")


def test_doubt_and_absence_are_seen():
    notes = Notes()
    assert 'class="doubtful"' in notes.shown(Number(1.0, None, 5, 0, "level", "0.6 decades, saturated"))
    assert 'value=""' in notes.shown(Number(None, None, 5, 0, "ruggedness", "flat"))
