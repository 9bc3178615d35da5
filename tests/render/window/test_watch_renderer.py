import numpy as np
import pytest

from render.palette import PALETTES
from render.window.event import Key
from render.window.watch.picture_view import PictureView
from render.window.watch.watch_renderer import WatchRenderer
from render.window.watch.watch_session import WatchSession
from tests.render.window.waiting import wait_until

SIZE = (360, 640)


@pytest.fixture
def session(watched):
    session = WatchSession(watched.path, None, "train", 0)
    session.playhead.press(Key("space"))
    wait_until(lambda: session.ready)
    yield session
    session.close()


@pytest.fixture
def renderer():
    renderer = WatchRenderer()
    renderer.pictures.max_wait = 60
    yield renderer
    renderer.close()


def test_a_moment_is_painted_once(session, renderer):
    view = PictureView(SIZE)
    first = renderer.draw(session, view, PALETTES[0], -1)
    assert renderer.draw(session, view, PALETTES[0], -1) is first
    session.playhead.seek(3.0)
    assert not np.array_equal(renderer.draw(session, view, PALETTES[0], -1), first)


def test_the_whole_picture_is_what_the_painter_paints(session, renderer):
    session.playhead.seek(7.5)
    frame = np.zeros((*SIZE, 3), np.uint8)
    session.painter()(frame, 7.5, PALETTES[1])
    assert np.array_equal(renderer.draw(session, PictureView(SIZE), PALETTES[1], -1), frame)


def test_an_enlarged_picture_keeps_the_place_under_the_cursor(session, renderer):
    view = PictureView(SIZE)
    whole = renderer.draw(session, view, PALETTES[0], -1)
    view.zoom(100, 120, 4)
    close = renderer.draw(session, view, PALETTES[0], -1)
    assert close.shape == whole.shape
    assert not np.array_equal(close, whole)
    assert np.abs(close[118:122, 98:102].mean((0, 1)) - whole[119:122, 99:102].mean((0, 1))).max() < 25


def test_the_picture_before_is_darkened_while_an_episode_is_played(session, renderer, monkeypatch):
    view = PictureView(SIZE)
    before = renderer.draw(session, view, PALETTES[0], -1)
    monkeypatch.setattr(session, "painter", lambda hovered: None)
    waiting = renderer.draw(session, view, PALETTES[0], -1)
    assert renderer.draw(session, view, PALETTES[0], -1) is waiting
    assert waiting.mean() < before.mean()
    view.resize((500, 400))
    assert renderer.draw(session, view, PALETTES[0], -1).shape == (500, 400, 3)
