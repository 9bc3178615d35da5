"""Tables for people."""

import pytest

from render.table import columns, lines, shown


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "yes"),
        (False, "no"),
        (None, "-"),
        (0, "0"),
        (1234567, "1,234,567"),
        (0.123456, "0.1235"),
        (-9999.4, "-9,999"),
        (12345.6, "12,346"),
        (1e-9, "1e-09"),
        ((0.5, 2), "0.5 to 2"),
        ([0.5, 2], "0.5, 2"),
        ([], ""),
        ("as it is", "as it is"),
    ],
)
def test_values_are_short(value, text):
    assert shown(value) == text


def test_names_are_aligned_and_nested_tables_indented():
    table = {"kind": "run", "made_by": {"numpy": "2.4", "git": None}, "range": (1, 2)}
    assert list(lines(table)) == [
        "kind     run",
        "made by",
        "  numpy  2.4",
        "  git    -",
        "range    1 to 2",
    ]


def test_lists_of_tables_become_columns():
    rows = [{"hidden": 8, "steps_per_s": 1234567.0}, {"hidden": 16, "steps_per_s": 9.5}]
    assert list(columns(rows)) == ["hidden  steps per s", "     8    1,234,567", "    16          9.5"]
    assert list(lines({"speed": rows}))[:2] == ["speed", "  hidden  steps per s"]


def test_nothing_is_no_table():
    assert list(lines({})) == []
    assert list(lines({"runs": []})) == ["runs  "]
