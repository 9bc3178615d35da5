"""Tables of numbers and their notes: rows, samples, footnotes."""

from dataclasses import replace

import pytest
from markupsafe import Markup

from render.page.contents import contents_of
from render.page.number_tables import Column, Notes, cell, table, tables
from sim.statistics.results import Number
from sim.study.comparison import compare

from .conftest import given

A = Number("share", 1.5, (1.0, 2.0), 10)
B = Number("share", 2.5, (2.0, 3.0), 10)


@pytest.fixture(scope="module")
def contents(made):
    return contents_of(made)


@pytest.fixture(scope="module")
def share(contents):
    return contents.highlights()[0]


def row(share, one, other):
    """The row of two numbers, of which either may be missing."""
    columns = [Column(Markup(name), {share.row: each} if each else {}) for name, each in (("a", one), ("b", other))]
    found = table([share], columns, Notes())
    return found["rows"][0] if found["rows"] else None


def test_a_sample_that_all_numbers_share_is_in_the_last_column(share):
    found = row(share, A, B)
    assert found["sample"] == "10 mazes"
    assert [each["note"] for each in found["cells"]] == ["", ""]
    assert [each["text"] for each in found["cells"]] == ["1.5", "2.5"]


def test_samples_and_notes_that_differ_are_in_their_cells(share):
    found = row(share, A, replace(B, sample=7, note="so"))
    assert found["sample"] == ""
    assert [each["note"] for each in found["cells"]] == ["10 mazes", "7 mazes; so"]


def test_a_gap_is_a_gap_and_columns_without_numbers_are_left_out(share):
    columns = [Column(Markup(name), {share.row: A} if name == "b" else {}) for name in "abc"]
    found = table([share], columns, Notes())
    assert (found["heads"], len(found["rows"][0]["cells"])) == (["b"], 1)
    assert table([share], columns[:1], Notes())["rows"] == []


def test_every_number_of_every_subject_and_pair_is_in_a_table(contents):
    rows = contents.rows([use.name for use in contents.made.plan.study.uses])
    found = tables(contents, rows, Notes())
    shown = sum(bool(each) for one in found for line in one["rows"] for each in line["cells"])
    assert shown == sum(map(len, contents.numbers().values())) > 90
    controls = [line["label"] for one in found for line in one["rows"] if line["control"]]
    assert controls[:2] == ["uncertainty exponent, bowl", "uncertainty exponent, other mazes"]
    assert all(
        line["sample"] or any(each.get("note") for each in line["cells"]) for one in found for line in one["rows"]
    )


def test_tables_of_groups_have_means_differences_and_probabilities():
    contents = contents_of(given(["evolve (es)", "imitate"]))
    first, second = tables(contents, contents.highlights(), Notes())
    assert [Markup(head).striptags() for head in first["heads"]] == [
        "evolved (ES)",
        "imitated",
        "evolved (ES) − imitated",
    ]
    share, radius, barrier = first["rows"]
    assert (share["sample"], barrier["sample"]) == ("6 runs", "6 pairs")
    assert share["cells"][2]["chance"] == "P 1.00 (0.69 to 1.00)"
    assert (share["cells"][2]["kind"], radius["cells"][2]["kind"]) == ("", "alike")
    assert [Markup(head).striptags() for head in second["heads"]] == ["evolved (ES) × imitated"]
    assert [line["label"] for line in second["rows"]] == ["barrier, points"]


def test_footnotes_are_numbered_as_they_are_called(contents):
    notes, (first, second, *_) = Notes(), contents.highlights()
    assert ">1</a>" in notes.call(first)
    assert ">2</a>" in notes.call(second)
    assert ">1</a>" in notes.call(first)
    assert [note.at for note in notes.listed.values()] == [1, 2]
    note = notes.listed[f"pellets_eaten-{first.result.quantity}"]
    assert (note.at, note.quantity) == (1, first.quantity)
    assert "bootstrap" not in note.text  # the head of all definitions says it once


def test_a_control_refers_to_the_definition_that_it_shares(contents):
    notes, rows = Notes(), contents.rows(["uncertainty"])
    bowl = next(row for row in rows if row.result.quantity == "uncertainty_bowl")
    notes.call(bowl)
    assert list(notes.listed) == ["uncertainty-uncertainty", "uncertainty-uncertainty_bowl"]
    basic, control = notes.listed.values()
    assert control.text == "Control: on a quadratic bowl with the same heights."
    assert basic.at == 1
    assert "#note-uncertainty-uncertainty" in control.basic


def test_a_text_is_said_once():
    notes = Notes()
    assert [notes.once(text) for text in ("a", "b", "a", "")] == ["a", "b", "", ""]


def test_doubtful_and_missing_numbers_are_marked():
    assert cell(replace(A, doubtful=True))["kind"] == "doubtful"
    assert cell(Number("share", None, note="flat"))["text"] == "–"
    assert set(cell(None).values()) == {""}


def test_a_mean_is_doubtful_if_half_of_its_values_are():
    """So a page of many runs shows what that of one run does: numbers whose controls fail make no claim."""
    planted = given(["a", "b"])
    for many, doubtful in ((2, False), (3, True), (6, True)):
        results, left = [], many
        for measurement, findings in planted.results:
            mine = measurement.use.name == "half_radius" and measurement.task.runs[0].group == "a" and left
            left -= bool(mine)
            changed = {slot: replace(each, doubtful=True) for slot, each in findings.items()} if mine else findings
            results.append((measurement, changed))
        compared, slot = compare(planted.plan, results), "half_radius.half_radius"
        assert compared.groups["a"][slot].doubtful == doubtful
        assert compared.groups["a"][slot].note == f"{many} are doubtful"
        assert not compared.groups["b"][slot].doubtful
        assert compared.differences["a", "b"][slot].doubtful == (many == 6)
        assert not compared.groups["a"]["pellets_eaten.share"].doubtful
