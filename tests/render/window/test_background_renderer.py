import time
from threading import Event

import numpy as np
import pytest

from agents.errors import UserError
from render.window.background_renderer import BackgroundRenderer, fitted


def grey(value, shape=(4, 6)):
    return np.full((*shape, 3), value, np.uint8)


@pytest.fixture
def canvas():
    canvas = BackgroundRenderer()
    yield canvas
    canvas.close()


def test_a_quick_picture_is_there_at_once_and_drawn_once(canvas):
    canvas.patience, drawn = 20.0, []
    for _ in range(3):
        shown = canvas.ask("a", lambda: drawn.append(1) or grey(7))
        assert shown.key == "a"
        assert (shown.frame == 7).all()
    assert drawn == [1]


def test_a_slow_picture_holds_nobody_up_and_only_the_newest_wish_follows_it(canvas):
    go, begun = Event(), []

    def slow(value):
        def draw():
            begun.append(value)
            go.wait(20)
            return grey(value)

        return draw

    try:
        begin = time.perf_counter()
        for value in range(30):
            assert canvas.ask(value, slow(value), 0.001) is None
        assert time.perf_counter() - begin < 5
        assert begun == [0]
    finally:
        go.set()
    assert canvas.ask(29, slow(29), 20.0).key == 29
    assert begun == [0, 29], "what was wished for in between is never drawn"


def test_meanwhile_the_picture_before_is_shown(canvas):
    go = Event()
    canvas.ask("old", lambda: grey(1), 20.0)
    try:
        assert canvas.ask("new", lambda: go.wait(20) and grey(2), 0.0).key == "old"
    finally:
        go.set()
    assert (canvas.now("new", lambda: grey(2)) == 2).all()


def test_what_drawing_raises_is_raised(canvas):
    def fail():
        raise UserError("too small")

    with pytest.raises(UserError, match="too small"):
        canvas.ask("a", fail, 20.0)


def test_another_size_is_filled_until_one_of_that_size_is_drawn():
    frame = grey(0)
    frame[:2] = 200
    larger = fitted(frame, (8, 12))
    assert larger.shape == (8, 12, 3)
    assert (larger[:4] == 200).all()
    assert not larger[4:].any()
    assert fitted(frame, (4, 6)) is frame
