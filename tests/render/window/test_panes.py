import time
from threading import Event

import numpy as np
import pytest

from render.window.event import Key, Pointer, Resize, Tick
from render.window.play.growing import Growing
from render.window.play.player import Player

SIZE = (360, 640)


@pytest.fixture
def model(slide, folder):
    model = Player(Growing(slide))
    model.update(Resize(SIZE[1], SIZE[0]))
    model.update(Key("space"))
    yield model
    model.close()


def settle(model):
    model.panes.land.max_wait = model.panes.life.max_wait = 60
    return model.draw()


def test_events_are_heard_while_the_land_is_drawn(model, monkeypatch):
    go, draw = Event(), model.stage.draw
    first = settle(model)
    model.panes.land.max_wait = 0.001
    monkeypatch.setattr(model.stage, "draw", lambda *given: go.wait(20) and draw(*given))
    try:
        begin = time.perf_counter()
        for _ in range(20):
            model.update(Key("]"))
            model.update(Tick(0.01))
            frame = model.draw()
        assert time.perf_counter() - begin < 10
        assert model.tour.frame == 4
        _, y, _, height = model.bar
        assert not np.array_equal(frame[y : y + height], first[y : y + height]), "the scrub bar is of now"
        assert np.array_equal(frame[200:260, 200:400], first[200:260, 200:400]), "the land is the last that was drawn"
    finally:
        go.set()
    assert not np.array_equal(settle(model)[200:260, 200:400], first[200:260, 200:400])


def test_the_mouse_points_at_what_is_shown_not_at_what_is_drawn_next(model, monkeypatch):
    settle(model)
    go, draw = Event(), model.stage.draw
    monkeypatch.setattr(model.stage, "draw", lambda *given: go.wait(20) and draw(*given))
    try:
        model.panes.land.max_wait = 0.0
        model.update(Key("end"))
        model.draw()
        assert model.under(320, 170)[0] == 0
    finally:
        go.set()
    settle(model)
    assert model.under(320, 170)[0] == 4


def test_before_anything_is_drawn_the_window_says_so(model, monkeypatch):
    go, draw = Event(), model.stage.draw
    monkeypatch.setattr(model.stage, "draw", lambda *given: go.wait(20) and draw(*given))
    model.panes.land.max_wait = 0.0
    try:
        frame = model.draw()
        assert frame.shape == (*SIZE, 3)
        words = frame[150:200, 250:390].astype(int)
        assert words.max() - words.min() > 60
    finally:
        go.set()


def test_the_life_beside_has_its_own_pane_and_a_ring_on_its_pixel(model):
    model.update(Key("v"))
    bare = settle(model)
    for kind in ("press", "release"):
        model.update(Pointer(kind, 200, 170, 1))
    model.inset.wait()
    model.update(Tick(0.5))
    frame = settle(model)
    pixel = model.inset.pixel
    x, y = model.stage.place(model.shot.look, 0.0, model.area, model.viewpoint.viewport, pixel)
    height, width = model.area
    assert width < SIZE[1]
    plain = model.picture()
    assert not np.array_equal(frame[y - 8 : y + 9, x - 8 : x + 9], plain[y - 8 : y + 9, x - 8 : x + 9])
    assert not np.array_equal(frame[:height, width:], bare[:height, width:])
