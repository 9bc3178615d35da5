import numpy as np
import pytest

from render.window.key_help import _help_page, put_help
from render.window.key_table import ALL, help_of

SIZES = [(360, 640), (400, 640), (720, 1280), (1000, 500)]
WINDOWS = {window: help_of(window) for window in ALL}


def drawn(sections, size, value=255):
    frame = np.full((*size, 3), value, np.uint8)
    put_help(frame, "Keys", sections)
    return frame


def without(sections, heading, place):
    """The sections with the words of one line replaced by spaces of the same width."""
    lines = list(sections[heading])
    name, does = lines[place]
    lines[place] = (name, "\u2007" * len(does))
    return {**sections, heading: tuple(lines)}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("window", WINDOWS)
def test_every_line_is_visible_at_any_usual_size(window, size):
    sections = WINDOWS[window]
    frame = drawn(sections, size)
    ink = frame.max(-1) > 60
    assert not ink[[0, -1]].any(), "lines are cut off above or below"
    assert not ink[:, [0, -1]].any(), "lines are cut off at the sides"
    last = list(sections)[-1]
    assert not np.array_equal(drawn(without(sections, last, -1), size), frame), "the last line is missing"


def test_the_frame_under_the_help_is_dark():
    bright, dark = drawn({"": ()}, (400, 640)), drawn({"": ()}, (400, 640), 0)
    assert bright[200:].max() < 60
    assert dark[200:].max() < 60


def test_without_room_the_first_lines_are_visible_and_a_message_says_how_to_see_more():
    lines = tuple((name, f"does {name}") for name in "abcdefghijklmnopqrstuvwxyz")
    many = dict.fromkeys(("one", "two", "three", "four"), lines)
    frame, size = drawn(many, (240, 320)), (240, 320)
    assert not np.array_equal(drawn(without(many, "one", 0), size), frame), "the first line is missing"
    assert (frame[:40, 160:].max(-1) > 100).any(), "the message at the upper right is missing"
    assert not (drawn({"one": lines[:3]}, size)[:40, 220:].max(-1) > 100).any(), "the message is there"


def test_no_section_is_split_between_columns():
    sections = dict.fromkeys(("a", "b", "c", "d"), (("1", "x"),) * 8)
    page = _help_page(sections, 10, 2)
    columns = sorted({x for *_, x, _ in page.lines})
    assert len(columns) == 2
    for x in columns:
        lines = [(name, row) for name, _, at, row in page.lines if at == x]
        assert [name for name, _ in lines if name in sections] in (["a", "b"], ["c", "d"])
        assert [row for _, row in lines] == sorted(row for _, row in lines)
        assert len(lines) == 18
    assert page.tall < _help_page(sections, 10, 1).tall
