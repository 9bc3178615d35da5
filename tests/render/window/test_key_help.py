import numpy as np
import pytest

from render.legend import print_size, scale_letters
from render.window.key_help import LEAST, _help_page, help_pages, next_help, put_help
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
    assert int(bright[200:].max()) - int(dark[200:].max()) < 12, (
        "the title of the window shows through that of the help"
    )


def test_without_room_the_keys_stand_on_several_pages_and_a_line_says_so():
    lines = tuple((name, f"does {name}") for name in "abcdefghijklmnopqrstuvwxyz"[:9])
    many, size = dict.fromkeys(("one", "two", "three", "four"), lines), (240, 320)
    pages, _ = help_pages(many, size)
    assert len(pages) > 1
    assert [heading for page in pages for heading in page] == list(many)
    frames = []
    for shown in range(1, len(pages) + 1):
        frames.append(np.full((*size, 3), 255, np.uint8))
        put_help(frames[-1], "Keys", many, shown)
        assert (frames[-1][:40, 160:].max(-1) > 100).any(), "the number of the page is missing"
    assert not np.array_equal(*frames[:2])
    assert not (drawn({"one": lines[:3]}, size)[:40, 220:].max(-1) > 100).any(), "one page needs no number"


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("size", [(240, 320), (300, 400), (720, 1280), (2160, 3840)])
def test_h_leads_through_all_pages_and_closes(window, size):
    sections, shown, seen = WINDOWS[window], 0, []
    while shown := next_help(shown, sections, size):
        frame = np.full((*size, 3), 255, np.uint8)
        put_help(frame, "Keys", sections, shown)
        ink = frame.max(-1) > 60
        assert not ink[[0, -1]].any(), "lines are cut off above or below"
        assert not ink[:, [0, -1]].any(), "lines are cut off at the sides"
        seen += help_pages(sections, size)[0][shown - 1]
    assert seen == list(sections)


@pytest.mark.parametrize("window", WINDOWS)
def test_large_letters_are_large_on_all_pages(window):
    size, sections = (300, 400), WINDOWS[window]
    scale_letters(1.6)
    try:
        pages, text = help_pages(sections, size)
        assert len(pages) > 1
        assert LEAST < text <= print_size(size)
        for page in pages:
            found = [_help_page(page, text, most) for most in (1, 2, 3)]
            assert any(one.tall <= size[0] and one.wide <= size[1] for one in found)
    finally:
        scale_letters(1.0)


@pytest.mark.parametrize("shown", range(1, 6))
def test_the_title_and_the_number_of_the_page_stand_apart(shown):
    size, sections = (240, 320), WINDOWS["explore"]
    assert len(help_pages(sections, size)[0]) == 5
    frame = np.zeros((*size, 3), np.uint8)
    put_help(frame, "Explore the landscape", sections, shown)
    rows = np.flatnonzero((frame.max(-1) > 100).any(1))
    written = (frame[rows[0] : rows[0] + 9].max(-1) > 60).any(0)
    gaps = np.diff(np.flatnonzero(written))
    assert gaps.max() >= 9


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
