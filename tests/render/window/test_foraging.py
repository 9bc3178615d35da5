import json
import time

import numpy as np
import pytest

from agents.genome import save
from render.window.event import Key, Tick
from render.window.watch.foraging import NO_POPULATION, Foraging
from render.window.watch.watch import Watch
from render.window.watch.watch_config import WatchConfig
from sim.learning.run import FORMAT
from sim.learning.setting import Setting
from sim.values import to_toml


@pytest.fixture
def by_gradient(watched, tmp_path):
    """A run folder as a gradient method leaves it: other settings, losses for scores, champions, no population."""
    path = tmp_path / "trained"
    (path / "champions").mkdir(parents=True)
    common = {name: getattr(watched.setting(), name) for name in Setting.__slots__}
    lines = to_toml(Setting(**common)).splitlines()
    (path / "config.toml").write_text("\n".join(['method = "reinforce"', *lines, "", "[reinforce]", "rate = 0.01"]))
    (path / "manifest.json").write_text(json.dumps({"format": FORMAT}))
    records = [{"generation": number, "loss": 1.0 / number} for number in (1, 2, 3)]
    (path / "history.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    for number, each in enumerate(watched.champions(), 1):
        about = {"method": "train (reinforce)", "generation": number, "validation_pellets": 3.5}
        for name in (f"champions/{number:06d}.safetensors", "champion.safetensors"):
            save(path / name, each.weights, each.layout, about)
    return path


def tick(model, over, seconds=0.0):
    end = time.monotonic() + 20
    while not over():
        assert time.monotonic() < end
        model.update(Tick(seconds))
        time.sleep(0.002)


def test_a_run_that_learned_by_gradients_is_watched_and_champions_stand_in_for_a_population(by_gradient, tmp_path):
    model = Watch(by_gradient, WatchConfig(grid=True))
    try:
        tick(model, lambda: model.foraging.ready)
        show = model.foraging
        assert show.team == show.cast.champions[::-1][:16]
        assert model.toast.text == NO_POPULATION
        assert model.draw().shape == (720, 1280, 3)
        model.update(Key("g"))
        assert model.toast.text == NO_POPULATION
        model.update(Key("m"))
        tick(model, lambda: show.ready)
        model.update(Key("d"))
        tick(model, lambda: show.driver is not None)
        model.update(Key("up"))
        assert show.driver.steps == 1
    finally:
        model.close()


def test_that_champions_stand_in_is_said_in_the_picture(by_gradient, watched):
    frames = []
    for path in (by_gradient, watched.path):
        show = Foraging(path, None, "validation", 0)
        show.show("grid")
        end = time.monotonic() + 20
        while not show.ready and time.monotonic() < end:
            show.tick(0.0)
            time.sleep(0.002)
        assert show.cast.standing_in == (path == by_gradient)
        frame = np.zeros((720, 1280, 3), np.uint8)
        show.painter()(frame, 3.0, "inferno")
        frames.append(frame)
        show.close()
    assert not np.array_equal(*frames)


@pytest.fixture
def show(watched):
    show = Foraging(watched.path, None, "validation", 2)
    end = time.monotonic() + 20
    while not show.ready:
        assert time.monotonic() < end
        time.sleep(0.002)
    yield show
    show.close()


def test_time_goes_on_however_often_it_is_told(show, watched):
    show.tick(0.25)
    for _ in range(25):
        show.tick(0.01)
    assert show.clock.time == pytest.approx(8.0)


def test_a_life_loops_goes_to_and_fro_stops_or_leads_to_the_next_maze(show):
    lengths = {"next maze": 1, "stop": 0, "loop": 0, "ping-pong": 0}
    for ending, mazes in lengths.items():
        assert show.clock.ending == ending
        before = show.maze
        show.clock.begin()
        show.clock.playback.playing = True
        for _ in range(5):
            show.tick(0.9)
        assert show.maze - before == mazes
        assert show.playing == (ending != "stop")
        show.begin(before)
        show.press(Key("o"))


def test_a_seek_in_a_duel_never_leads_past_what_was_lived(show):
    show.show("duel")
    show.tick(0.0)
    show.head(1)
    show.seek(20.0)
    assert show.clock.time == 1.0
    assert show.reached == 1.0


def test_the_picture_of_a_moment_does_not_change_with_the_show(show):
    painter = show.painter()
    frames = np.zeros((2, 360, 640, 3), np.uint8)
    painter(frames[0], 5.0, "inferno")
    show.begin(show.maze + 1)
    painter(frames[1], 5.0, "inferno")
    assert np.array_equal(*frames)
