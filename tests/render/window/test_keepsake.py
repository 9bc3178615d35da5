import json
import time

import numpy as np
import pytest

from render.animation import read_png_metadata
from render.probe import probe
from render.window.event import Key
from render.window.watch.foraging import Foraging
from render.window.watch.keepsake import Keepsakes

SIZE = (180, 320)


@pytest.fixture
def show(watched):
    show = Foraging(watched.path, None, "validation", 4)
    show.press(Key("space"))
    yield show
    show.close()


def ready(show):
    end = time.monotonic() + 20
    while not show.ready:
        assert time.monotonic() < end
        time.sleep(0.002)


def test_pictures_have_names_of_their_own_and_say_what_they_are(show, folder):
    keepsakes, frame = Keepsakes(), np.full((8, 8, 3), 7, np.uint8)
    generation = show.forager.generation
    for number in (1, 2):
        told = keepsakes.picture(frame, show, "magma")
        path = f"watch-run-life-g{generation}-maze4-step0-{number:03d}.png"
        assert told == f"saved {path}"
        about = json.loads(read_png_metadata(folder / path)["made_from"])
        assert about["generations"] == [generation]
        assert about["palette"] == "magma"


def test_nothing_is_filmed_before_there_is_something(show, folder):
    keepsakes = Keepsakes()
    show.maze = 10**6
    assert "nothing to film" in keepsakes.film(show, SIZE, "magma")
    assert list(folder.iterdir()) == []


def test_closing_ends_the_film_and_keeps_what_there_is(show, folder):
    ready(show)
    for _ in range(5):
        show.press(Key("-"))
    keepsakes = Keepsakes()
    assert "filming 49 s" in keepsakes.film(show, SIZE, "magma")
    assert keepsakes.progress.startswith("filming")
    end = time.monotonic() + 20
    while keepsakes.progress in ("", "filming 0 %"):
        assert time.monotonic() < end
        time.sleep(0.002)
    keepsakes.close()
    (path,) = folder.iterdir()
    assert 0 < probe(path)["frames"] < 49 * 30
    assert keepsakes.tick() == f"saved {path.name}, {probe(path)['frames']} frames"
    assert keepsakes.tick() == ""
