import json
import time

import numpy as np
import pytest

from agents.genome import save
from render.window.event import Key, Tick
from render.window.watch.watch import Watch
from render.window.watch.watch_config import WatchConfig
from render.window.watch.watch_session import WatchSession, session_title
from render.window.watch.watched_foragers import NO_POPULATION
from sim.learning.run import FORMAT
from sim.learning.setting import Setting
from sim.values import to_toml
from tests.deaths import reseal
from tests.render.window.waiting import wait_until


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
    reseal(path)
    return path


def tick(model, over, seconds=0.0):
    end = time.monotonic() + 20
    while not over():
        assert time.monotonic() < end
        model.update(Tick(seconds))
        time.sleep(0.002)


def test_champions_stand_in_for_the_population_of_a_run_that_learned_by_gradients(by_gradient, tmp_path):
    model = Watch(by_gradient, WatchConfig(grid=True))
    try:
        tick(model, lambda: model.session.ready)
        session = model.session
        assert session.foragers.team == session.foragers.follower.champions[::-1][:16]
        assert model.toast.text == NO_POPULATION
        assert model.draw().shape == (720, 1280, 3)
        model.update(Key("g"))
        assert model.toast.text == NO_POPULATION
        model.update(Key("V"))
        tick(model, lambda: session.ready)
        model.update(Key("V"))
        tick(model, lambda: session.playhead.driver is not None)
        model.update(Key("up"))
        assert session.playhead.driver.steps == 1
    finally:
        model.close()


def test_the_picture_says_that_champions_stand_in(by_gradient, watched):
    frames = []
    for path in (by_gradient, watched.path):
        session = WatchSession(path, None, "validation", 0)
        session.show("grid")
        end = time.monotonic() + 20
        while not session.ready and time.monotonic() < end:
            session.tick(0.0)
            time.sleep(0.002)
        assert session.foragers.follower.standing_in == (path == by_gradient)
        frame = np.zeros((720, 1280, 3), np.uint8)
        session.painter()(frame, 3.0, "inferno")
        frames.append(frame)
        session.close()
    assert not np.array_equal(*frames)


@pytest.fixture
def session(watched):
    session = WatchSession(watched.path, None, "validation", 2)
    end = time.monotonic() + 20
    while not session.ready:
        assert time.monotonic() < end
        time.sleep(0.002)
    yield session
    session.close()


def test_time_passes_at_one_speed_however_often_it_ticks(session, watched):
    session.tick(0.25)
    for _ in range(25):
        session.tick(0.01)
    assert session.playhead.clock.time == pytest.approx(8.0)


def test_each_ending_leads_to_the_same_maze_or_the_next(session):
    lengths = {"next maze": 1, "stop": 0, "loop": 0, "ping-pong": 0}
    for ending, mazes in lengths.items():
        assert session.playhead.clock.ending == ending
        before = session.maze
        session.playhead.clock.begin()
        session.playhead.clock.playback.playing = True
        for _ in range(5):
            session.tick(0.9)
        assert session.maze - before == mazes
        assert session.playhead.playing == (ending != "stop")
        session.begin(before)
        session.playhead.press(Key("o"))


def test_a_seek_in_a_duel_ends_at_the_persons_last_step(session):
    session.show("duel")
    session.tick(0.0)
    session.playhead.move(1)
    session.playhead.seek(20.0)
    assert session.playhead.clock.time == 1.0
    assert session.playhead.reached == 1.0


def test_the_picture_of_a_moment_does_not_change_with_the_session(session):
    painter = session.painter()
    frames = np.zeros((2, 360, 640, 3), np.uint8)
    painter(frames[0], 5.0, "inferno")
    session.begin(session.maze + 1)
    painter(frames[1], 5.0, "inferno")
    assert np.array_equal(*frames)


def test_the_title_says_who_is_watched_and_where(watched):
    session = WatchSession(watched.path, None, "validation", 2)
    try:
        generation = session.foragers.one.generation
        assert session_title(session) == f"run: the champion of generation {generation}, validation maze 2"
        session.show("duel")
        assert session_title(session) == f"run: you against the champion of generation {generation}, validation maze 2"
        session.show("grid")
        wait_until(lambda: session.ready, lambda: session.tick(0.0))
        assert session_title(session) == "run: the best 16 after generation 40, validation maze 2"
    finally:
        session.close()
