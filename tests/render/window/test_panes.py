import time
from threading import Event

import numpy as np
import pytest

from render.window.event import Key, Pointer, Resize, Tick
from render.window.play.growing_field import GrowingField
from render.window.play.player import Player
from tests.render.window.waiting import wait_until

SIZE = (360, 640)


@pytest.fixture
def model(slide, folder):
    model = Player(GrowingField(slide))
    model.update(Resize(SIZE[1], SIZE[0]))
    model.update(Key("space"))
    yield model
    model.close()


def settle(model):
    """Draw a frame that is not out of date."""
    model.panes.landscape.max_wait = model.panes.replay.max_wait = 60
    return model.draw()


def pixel_at(model, x, y):
    """The pixel of the field that is on the screen at a place."""
    return model.panes.pixel_at(model.view.shot(model.tour.position), x, y)


def test_events_are_handled_while_the_land_is_drawn(model, monkeypatch):
    go, draw = Event(), model.renderer.draw
    first = settle(model)
    model.panes.landscape.max_wait = 0.001
    monkeypatch.setattr(model.renderer, "draw", lambda *given: go.wait(120) and draw(*given))
    try:
        begin = time.perf_counter()
        for _ in range(20):
            model.update(Key("]"))
            model.update(Tick(0.01))
            frame = model.draw()
        assert time.perf_counter() - begin < 60
        assert model.tour.frame == 4
        _, y, _, height = model.layout.bar
        assert not np.array_equal(frame[y : y + height], first[y : y + height]), "the scrub bar is out of date"
        assert np.array_equal(frame[200:260, 200:400], first[200:260, 200:400]), "the land is not the last one"
    finally:
        go.set()
    assert not np.array_equal(settle(model)[200:260, 200:400], first[200:260, 200:400])


def test_the_mouse_points_at_the_picture_on_the_screen(model, monkeypatch):
    settle(model)
    go, draw = Event(), model.renderer.draw
    monkeypatch.setattr(model.renderer, "draw", lambda *given: go.wait(20) and draw(*given))
    try:
        model.panes.landscape.max_wait = 0.0
        model.update(Key("end"))
        model.draw()
        assert pixel_at(model, 320, 170)[0] == 0
    finally:
        go.set()
    settle(model)
    assert pixel_at(model, 320, 170)[0] == 4


def test_before_the_first_picture_there_is_a_message(model, monkeypatch):
    go, draw = Event(), model.renderer.draw
    monkeypatch.setattr(model.renderer, "draw", lambda *given: go.wait(20) and draw(*given))
    model.panes.landscape.max_wait = 0.0
    try:
        frame = model.draw()
        assert frame.shape == (*SIZE, 3)
        words = frame[150:200, 250:390].astype(int)
        assert words.max() - words.min() > 60
    finally:
        go.set()


def test_a_replay_has_its_own_pane_and_a_ring_around_its_pixel(model):
    model.update(Key("v"))
    bare = settle(model)
    for kind in ("press", "release"):
        model.update(Pointer(kind, 200, 170, 1))
    wait_until(lambda: model.replay.episode)
    model.update(Tick(0.5))
    frame = settle(model)
    pixel = model.replay.pixel
    x, y = model.renderer.place_of(model.view.shot(0.0), pixel)
    height, width = model.layout.area
    assert width < SIZE[1]
    plain = model.panes.picture(model.view.shot(0.0))
    assert not np.array_equal(frame[y - 8 : y + 9, x - 8 : x + 9], plain[y - 8 : y + 9, x - 8 : x + 9])
    assert not np.array_equal(frame[:height, width:], bare[:height, width:])
