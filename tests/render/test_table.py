"""Tables on terminals and in files."""

import io
import os
import re
import sys

import pytest
from rich.console import Console

from render.table import UNLIMITED, formatted, print_table, shown

ROWS = [
    {"work": "greedy", "hidden": 8, "steps_per_s": 148140461.0, "peak_share": 0.276432},
    {"work": "imitation", "hidden": 16, "steps_per_s": 9.5, "peak_share": None},
]
NESTED = {"kind": "run", "made_by": {"numpy": "2.4", "git": None}, "range": (1, 2)}


def plain(table):
    console = Console(file=io.StringIO(), width=UNLIMITED, color_system=None)
    return formatted(table, console).splitlines()


def on_terminal(table, width):
    """The lines of a table on a terminal of `width` characters, and the same lines without styles."""
    console = Console(
        file=io.StringIO(), force_terminal=True, width=width, color_system="standard", legacy_windows=False
    )
    lines = formatted(table, console).splitlines()
    return lines, [re.sub(r"\x1b\[[0-9;]*m", "", line).rstrip() for line in lines]


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
        (float("nan"), "nan"),
        ((0.5, 2), "0.5 to 2"),
        ([0.5, 2], "0.5, 2"),
        ([], "-"),
        ({}, "-"),
        ("", "-"),
        ("as it is", "as it is"),
        ("\x1b[31mred", r"\x1b[31mred"),
    ],
)
def test_values_are_short(value, text):
    assert shown(value) == text


def test_names_are_aligned_and_nested_tables_indented():
    assert plain(NESTED) == [
        "kind     run",
        "made by",
        "  numpy  2.4",
        "  git    -",
        "range    1 to 2",
    ]


def test_lists_of_tables_have_columns_with_numbers_to_the_right():
    assert plain({"speed": ROWS}) == [
        "speed",
        "  work       hidden    steps per s  peak share",
        "  greedy          8  148,140,461        0.2764",
        "  imitation      16            9.5      -",
    ]


def test_rows_may_lack_entries():
    assert plain({"speed": [{"a": 1}, {"b": "x"}]}) == ["speed", "  a  b", "  1  -", "  -  x"]


def test_empty_tables():
    assert plain({}) == []
    assert plain({"runs": [], "made_by": {}}) == ["runs     -", "made by  -"]


def test_text_is_not_markup():
    assert plain({"path": "[red]runs[/red] :smile:"}) == ["path  [red]runs[/red] :smile:"]


@pytest.mark.parametrize("width", [80, 50, 40, 30])
@pytest.mark.parametrize("table", [NESTED, {"speed": ROWS}, {"note": "a sentence of words " * 10, "speed": ROWS}])
def test_no_line_is_wider_than_the_terminal(table, width):
    styled, lines = on_terminal(table, width)
    assert max(map(len, lines)) <= width
    assert "\x1b[1m" in "".join(styled)  # a title is bold
    words = " ".join(lines).split()
    assert [word for word in " ".join(plain(table)).split() if word not in words] == []  # nothing was cut off


def test_a_list_that_is_too_wide_is_narrowed_or_printed_row_by_row():
    heads = {width: on_terminal({"speed": ROWS}, width)[1][1:3] for width in (46, 45, 42, 41, 39, 38)}
    assert heads[46][0] == "  work       hidden    steps per s  peak share"
    assert heads[45] == heads[42] == [f"{'peak':>42}", "  work       hidden    steps per s   share"]
    assert heads[41] == heads[39] == [f"{'peak':>39}", "  work      hidden   steps per s  share"]
    assert on_terminal({"speed": ROWS}, 38)[1][:7] == [
        "speed",
        "  work         greedy",
        "  hidden       8",
        "  steps per s  148,140,461",
        "  peak share   0.2764",
        "",
        "  work         imitation",
    ]


def test_sentences_are_wrapped_and_paths_are_not():
    lines = on_terminal({"note": "one two three four", "path": "runs/" + "x" * 40}, 18)[1]
    assert lines == ["note  one two", "      three four", "path  runs/" + "x" * 40]


def test_a_file_gets_plain_lines_of_any_length(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "40")
    print_table({"note": "word " * 50, "speed": ROWS})
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert len(out.splitlines()) == 5


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="this system has no pseudo-terminals")
def test_a_terminal_gets_styles(monkeypatch):
    leader, follower = os.openpty()
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("COLUMNS", "40")
    with os.fdopen(follower, "w") as terminal:
        monkeypatch.setattr(sys, "stdout", terminal)
        print_table(NESTED)
        terminal.flush()
        text = os.read(leader, 4096).decode()
    os.close(leader)
    assert "\x1b[1mmade by\x1b[0m" in text
