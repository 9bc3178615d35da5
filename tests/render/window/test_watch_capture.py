import json
import time

import numpy as np
import pytest

from render.animation import read_png_metadata
from render.probe import probe
from render.window.event import Key
from render.window.watch.watch_capture import WatchCapture
from render.window.watch.watch_session import WatchSession

SIZE = (180, 320)


@pytest.fixture
def session(watched):
    session = WatchSession(watched.path, None, "validation", 4)
    session.playhead.press(Key("space"))
    yield session
    session.close()


def ready(session):
    end = time.monotonic() + 20
    while not session.ready:
        assert time.monotonic() < end
        time.sleep(0.002)


def test_pictures_have_free_names_and_metadata(session, folder):
    capture, frame = WatchCapture(), np.full((8, 8, 3), 7, np.uint8)
    generation = session.foragers.one.generation
    for number in (1, 2):
        message = capture.save_picture(frame, session, "magma")
        path = f"run-watch-life-g{generation}-maze4-step0-{number:03d}.png"
        assert message == f"saved {path}"
        about = json.loads(read_png_metadata(folder / path)["made_from"])
        assert about["generations"] == [generation]
        assert about["palette"] == "magma"


def test_an_episode_that_is_not_played_is_not_filmed(session, folder):
    capture = WatchCapture()
    session.maze = 10**6
    assert "nothing to film" in capture.toggle_film(session, SIZE, "magma")
    assert list(folder.iterdir()) == []


def test_closing_ends_and_keeps_the_film(session, folder):
    ready(session)
    for _ in range(5):
        session.playhead.press(Key("-"))
    capture = WatchCapture()
    assert "filming 49 s" in capture.toggle_film(session, SIZE, "magma")
    assert capture.progress.startswith("filming")
    end = time.monotonic() + 20
    while capture.progress in ("", "filming 0 %"):
        assert time.monotonic() < end
        time.sleep(0.002)
    capture.close()
    (path,) = folder.iterdir()
    assert 0 < probe(path)["frames"] < 49 * 30
    assert capture.tick() == f"saved {path.name}, {probe(path)['frames']} frames"
    assert capture.tick() == ""
