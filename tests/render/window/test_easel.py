import time

import numpy as np
import pytest

from render.palette import PALETTES
from render.window.event import Key
from render.window.watch.easel import Easel
from render.window.watch.foraging import Foraging

SIZE = (360, 640)


@pytest.fixture
def show(watched):
    show = Foraging(watched.path, None, "train", 0)
    show.press(Key("space"))
    end = time.monotonic() + 20
    while not show.ready:
        assert time.monotonic() < end
        time.sleep(0.002)
    yield show
    show.close()


@pytest.fixture
def easel():
    easel = Easel(SIZE)
    easel.canvas.max_wait = 60
    yield easel
    easel.close()


def test_what_did_not_change_is_not_painted_again(show, easel):
    first = easel.paint(show, PALETTES[0], -1)
    assert easel.paint(show, PALETTES[0], -1) is first
    show.seek(3.0)
    assert not np.array_equal(easel.paint(show, PALETTES[0], -1), first)


def test_all_of_the_picture_is_what_the_painter_paints(show, easel):
    show.seek(7.5)
    frame = np.zeros((*SIZE, 3), np.uint8)
    show.painter()(frame, 7.5, PALETTES[1])
    assert np.array_equal(easel.paint(show, PALETTES[1], -1), frame)


def test_what_is_under_the_cursor_stays_there(show, easel):
    whole = easel.paint(show, PALETTES[0], -1)
    easel.zoom(100, 120, 4)
    assert easel.under(100, 120) == (100, 120)
    close = easel.paint(show, PALETTES[0], -1)
    assert close.shape == whole.shape
    assert np.abs(close[118:122, 98:102].mean((0, 1)) - whole[119:122, 99:102].mean((0, 1))).max() < 25


def test_a_drag_is_one_step_back(show, easel):
    easel.zoom(100, 100, 5)
    close = easel.viewport
    easel.grab()
    for _ in range(5):
        easel.drag(-10, 0)
    assert easel.under(50, 100)[0] > close.pixel(50, 100)[1]
    easel.undo()
    assert easel.viewport == close
    easel.undo()
    assert easel.under(33, 44) == (33, 44)
    easel.undo()  # there is nothing before
    assert easel.under(33, 44) == (33, 44)


def test_a_new_size_shows_all(show, easel):
    easel.zoom(10, 10, 9)
    easel.resize((500, 400))
    assert easel.under(399, 499) == (399, 499)
    assert easel.under(400, 10) == (-1, -1)
    assert easel.paint(show, PALETTES[0], -1).shape == (500, 400, 3)
