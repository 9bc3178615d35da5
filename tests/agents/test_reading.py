"""Whatever a file is and holds, its reader gets a value or one error, in bounded time and memory."""

import json
import os
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import UserError
from agents.reading import MOST_DEPTH, MOST_DIGITS, parse_json, parse_object, read_regular, refuse_irregular


def test_a_regular_file_is_read_up_to_a_size(tmp_path):
    (tmp_path / "a").write_bytes(b"12345")
    assert read_regular(tmp_path / "a") == read_regular(tmp_path / "a", 5) == b"12345"
    with pytest.raises(UserError, match="has 5 bytes, at most 4 are expected"):
        read_regular(tmp_path / "a", 4)
    (tmp_path / "link").symlink_to("a")
    assert read_regular(tmp_path / "link") == b"12345"
    with pytest.raises(FileNotFoundError):
        read_regular(tmp_path / "absent")


def test_pipes_devices_and_folders_are_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "zero").symlink_to("/dev/zero")
    for name in ("pipe", "zero", "."):
        with pytest.raises((UserError, IsADirectoryError)):
            read_regular(tmp_path / name)
        with pytest.raises(UserError, match="not a regular file"):
            refuse_irregular(tmp_path / name)


def test_a_sparse_file_takes_no_memory(tmp_path):
    with open(tmp_path / "huge", "wb") as file:
        file.truncate(1 << 42)
    with pytest.raises(UserError, match="at most"):
        read_regular(tmp_path / "huge")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)


@given(VALUES)
def test_values_are_read_as_they_were_written(value):
    assert parse_json(json.dumps(value)) == value


@given(st.binary() | st.text())
def test_any_text_gives_a_value_or_a_value_error(text):
    for parse in (parse_json, parse_object):
        with suppress(ValueError):
            parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 10**5,
        '{"a":' * 10**5,
        "[" * (MOST_DEPTH + 2) + "]" * (MOST_DEPTH + 2),
        "9" * (MOST_DIGITS + 1),
        "9" * 5000,
        "-" + "9" * 5000,
        "1e999",
        "NaN",
        "-Infinity",
        "",
        b"\xff",
    ],
)
def test_what_nobody_writes_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 - of whatever text
        parse_json(text)


def test_nested_values_are_read_up_to_a_depth_and_infinite_ones_if_asked():
    assert parse_json("[" * MOST_DEPTH + "]" * MOST_DEPTH)
    assert parse_json("[NaN, 1e999]", finite=False)[1] == float("inf")
    assert float(parse_json("9" * MOST_DIGITS)) > 1e299
