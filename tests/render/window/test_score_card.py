"""After a duel, s saves its result as a card."""

import json

import numpy as np
import pytest

from render.animation import read_png_metadata
from render.window.event import Key, Resize, Tick
from render.window.watch.score_card import SIZE, headline
from render.window.watch.watch import Watch
from render.window.watch.watch_config import WatchConfig
from tests.render.window.waiting import wait_until


@pytest.mark.parametrize(
    ("you", "words"),
    [
        (80, "I beat a network that evolved for 300 generations: 80 to 70"),
        (60, "I lost to a network that evolved for 300 generations: 60 to 70"),
        (70, "A draw with a network that evolved for 300 generations: 70 to 70"),
    ],
)
def test_the_headline_says_who_won(you, words):
    assert headline(you, 70, 300) == words


def test_s_saves_a_card_once_the_duel_is_over(watched, folder):
    from PIL import Image

    model = Watch(watched.path, WatchConfig(play=True, maze=2))
    try:
        model.update(Resize(640, 360))
        wait_until(lambda: model.session.ready, lambda: model.update(Tick(0.0)))
        model.update(Tick(0.0))
        model.update(Key("s"))
        assert not list(folder.glob("*-score-*.png"))
        for _ in range(24):
            model.update(Key("right"))
            model.update(Tick(1.0))
        assert model.session.playhead.over
        model.update(Key("s"))
        (path,) = folder.glob("run-watch-duel-g*-maze2-score-001.png")
        assert path.name in model.toast.text
        picture = np.asarray(Image.open(path))
        assert picture.shape == (*SIZE, 3)
        assert picture[:86].max() > 200, "the headline is missing"
        about = json.loads(read_png_metadata(path)["made_from"])
        driver, replay = model.session.playhead.driver, model.session.replay
        assert (about["you"], about["other"]) == (driver.pellets, replay.episode.pellets)
        model.update(Key("home"))
        model.update(Key("s"))
        assert len(list(folder.glob("*-score-*.png"))) == 1, "a moment before the end is a picture"
    finally:
        model.close()
