import time
from threading import Event

import numpy as np
import pytest

from agents.errors import UserError
from render.window.background_renderer import BackgroundRenderer, fitted


def grey(value, shape=(4, 6)):
    return np.full((*shape, 3), value, np.uint8)


@pytest.fixture
def renderer():
    renderer = BackgroundRenderer()
    yield renderer
    renderer.close()


def test_a_quick_picture_is_returned_at_once_and_drawn_once(renderer):
    renderer.max_wait, drawn = 20.0, []
    for _ in range(3):
        shown = renderer.request("a", lambda: drawn.append(1) or grey(7))
        assert shown.key == "a"
        assert (shown.frame == 7).all()
    assert drawn == [1]


def test_a_slow_picture_does_not_block_and_only_the_newest_request_follows_it(renderer):
    go, begun = Event(), []

    def slow(value):
        def draw():
            begun.append(value)
            go.wait(120)
            return grey(value)

        return draw

    try:
        begin = time.perf_counter()
        for value in range(30):
            assert renderer.request(value, slow(value), 0.001) is None
        assert time.perf_counter() - begin < 60
        assert begun == [0]
    finally:
        go.set()
    assert renderer.request(29, slow(29), 20.0).key == 29
    assert begun == [0, 29], "a request in between was drawn"


def test_the_last_picture_is_returned_while_the_next_is_drawn(renderer):
    go = Event()
    renderer.request("old", lambda: grey(1), 20.0)
    try:
        assert renderer.request("new", lambda: go.wait(20) and grey(2), 0.0).key == "old"
    finally:
        go.set()
    assert (renderer.finish("new", lambda: grey(2)) == 2).all()


def test_an_error_in_drawing_is_raised(renderer):
    def fail():
        raise UserError("too small")

    with pytest.raises(UserError, match="too small"):
        renderer.request("a", fail, 20.0)


def test_a_fitted_picture_has_the_new_size_and_the_old_content():
    frame = grey(0)
    frame[:2] = 200
    larger = fitted(frame, (8, 12))
    assert larger.shape == (8, 12, 3)
    assert (larger[:4] == 200).all()
    assert not larger[4:].any()
    assert fitted(frame, (4, 6)) is frame
