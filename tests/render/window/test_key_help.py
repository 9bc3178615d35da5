import numpy as np
import pytest

from render.window.explore.explorer_keys import HELP as EXPLORER
from render.window.key_help import _help_page, put_help
from render.window.play.player import HELP as PLAYER
from render.window.watch.watch import HELP as WATCH

SIZES = [(360, 640), (400, 640), (720, 1280), (1000, 500)]
WINDOWS = {"explorer": EXPLORER, "player": PLAYER, "watch": WATCH}


def drawn(sections, size, value=255):
    frame = np.full((*size, 3), value, np.uint8)
    put_help(frame, "Keys", sections)
    return frame


def without(sections, heading, place):
    """The sections with one line's words gone and its room still there."""
    lines = list(sections[heading])
    name, does = lines[place]
    lines[place] = (name, "\u2007" * len(does))
    return {**sections, heading: tuple(lines)}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("window", WINDOWS)
def test_every_line_is_seen_at_any_usual_size(window, size):
    sections = WINDOWS[window]
    frame = drawn(sections, size)
    ink = frame.max(-1) > 60
    assert not ink[[0, -1]].any(), "nothing is cut above or below"
    assert not ink[:, [0, -1]].any(), "nothing is cut at the sides"
    last = list(sections)[-1]
    assert not np.array_equal(drawn(without(sections, last, -1), size), frame), "the last line is there"


def test_what_was_there_is_darkened_so_that_words_are_read():
    bright, dark = drawn({"": ()}, (400, 640)), drawn({"": ()}, (400, 640), 0)
    assert bright[200:].max() < 60
    assert dark[200:].max() < 60


def test_where_there_is_no_room_the_first_lines_are_seen_and_it_says_how_to_see_more():
    lines = tuple((name, f"does {name}") for name in "abcdefghijklmnopqrstuvwxyz")
    many = dict.fromkeys(("one", "two", "three", "four"), lines)
    frame, size = drawn(many, (240, 320)), (240, 320)
    assert not np.array_equal(drawn(without(many, "one", 0), size), frame), "the first line is there"
    assert (frame[:40, 160:].max(-1) > 100).any(), "the words at the upper right"
    assert not (drawn({"one": lines[:3]}, size)[:40, 220:].max(-1) > 100).any(), "only where there is no room"


def test_sections_stay_whole_in_columns():
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
