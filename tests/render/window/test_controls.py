import numpy as np
import pytest

from render.window.controls import (
    ACCENT,
    KNOWN,
    STAY,
    TRACK,
    Toast,
    bar_box,
    button_box,
    put_note,
    put_scrub_bar,
    share_at,
    text_size,
    within,
)

SIZES = [(720, 1280), (240, 320), (1000, 300), (2160, 3840)]


def blank(size=(720, 1280), value=100):
    return np.full((*size, 3), value, np.uint8)


@pytest.mark.parametrize("size", SIZES)
def test_the_bar_lies_in_the_frame_and_its_ends_are_0_and_1(size):
    x, y, width, height = box = bar_box(size)
    assert 0 < x < x + width < size[1]
    assert 0 < y < y + height <= size[0]
    assert (share_at(box, x), share_at(box, x + width - 1)) == (0, 1)
    assert (share_at(box, -100), share_at(box, 10**5)) == (0, 1)
    assert share_at(box, x + round(0.25 * (width - 1))) == pytest.approx(0.25, abs=0.01)


def test_a_box_excludes_its_far_edges_unless_slack_is_given():
    assert within((10, 20, 5, 6), 10, 20)
    assert not within((10, 20, 5, 6), 15, 20)
    assert within((10, 20, 5, 6), 15, 20, 1)
    assert not within((10, 20, 5, 6), 10, 26)


def test_the_bar_colours_played_finished_and_missing_frames_differently():
    frame, box = blank(), bar_box((720, 1280))
    put_scrub_bar(frame, box, 0.25, True, known=np.array([1.0, 1.0, 1.0, 0.0]))
    x, y, width, _ = box
    colours = [tuple(frame[y, x + round(fraction * width)]) for fraction in (0.1, 0.5, 0.9)]
    assert colours == [ACCENT, KNOWN, TRACK]


@pytest.mark.parametrize("size", SIZES)
def test_the_button_shows_what_a_click_does(size):
    """Two bars, with a gap between, while it plays; a triangle, widest in its middle row, while it is paused."""
    rows = []
    for playing in (True, False):
        frame, box = blank(size, 0), bar_box(size)
        put_scrub_bar(frame, box, 0.5, playing)
        x, y, wide, tall = button_box(box, text_size(frame))
        ink = frame[max(0, y) : y + tall, max(0, x) : x + wide].max(-1) > 200
        assert ink.any()
        rows.append(ink[ink.any(1)])
    bars, triangle = rows
    middle = bars.shape[1] // 2
    assert not bars[:, middle].any()
    assert len({int(count) for count in bars.sum(1)}) == 1
    assert triangle.sum(1).max() == triangle.sum(1)[len(triangle) // 2]
    assert triangle.sum(1)[0] < triangle.sum(1).max()


@pytest.mark.parametrize("size", SIZES)
def test_the_button_lies_in_the_frame_beside_the_bar(size):
    bar = bar_box(size)
    x, y, width, height = button_box(bar, text_size(blank(size)))
    assert x >= 0
    assert y + height <= size[0] + 1
    assert x + width <= bar[0]


def test_a_message_stays_fades_and_disappears():
    toast = Toast()
    assert toast.shown == 0
    toast.say("saved")
    frame = blank()
    toast.put(frame)
    assert (frame != 100).any()
    toast.tick(STAY - 0.3)
    assert 0 < toast.shown < 1
    toast.tick(1)
    frame = blank()
    toast.put(frame)
    assert toast.shown == 0
    assert (frame == 100).all()


@pytest.mark.parametrize("place", [(0, 0), (1279, 719), (640, 360), (1279, 0)])
def test_a_note_stays_inside_the_frame(place):
    frame = blank(value=255)
    put_note(frame, ["85.5 pellets", "x +0.1, y -0.2"], place)
    changed = (frame != 255).any(-1)
    rows, columns = np.nonzero(changed)
    assert rows.max() - rows.min() > 25
    assert columns.max() - columns.min() > 60
    assert changed.sum() == (rows.max() - rows.min() + 1) * (columns.max() - columns.min() + 1)


def ink(frame, dark=60):
    """Left, top, right and bottom of the pixels that are brighter than the sheet under the words."""
    rows, columns = np.nonzero(frame.max(-1) > dark)
    return columns.min(), rows.min(), columns.max(), rows.max()


@pytest.mark.parametrize("low", [False, True])
@pytest.mark.parametrize("size", SIZES)
def test_a_long_message_is_wrapped_and_stays_inside_the_frame(size, low):
    toast, frame = Toast(), blank(size, 0)
    toast.say("float64 tells no pixels apart that are closer than 1e-13 norms " * 4)
    toast.put(frame, low)
    left, top, right, bottom = ink(frame)
    assert 0 < left < right < size[1] - 1
    assert 0 < top < bottom < size[0] - 1
    once, short = Toast(), blank(size, 0)
    once.say("float64")
    once.put(short, low)
    assert bottom - top > 1.8 * (ink(short)[3] - ink(short)[1]), "more than one line"
