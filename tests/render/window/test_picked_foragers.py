import pytest

from render.window.event import Key, Tick
from render.window.explore.explorer import Explorer
from render.window.explore.origin import Origin
from render.window.explore.picked_foragers import RATE
from render.window.explore.place import Place, Terrain
from render.window.playback import KEYS
from sim.rollout.machine import Machine
from tests.render.window.waiting import click


@pytest.fixture
def explorer(watched, folder):
    model = Explorer(Origin.open(watched.path, Machine(1)), Place(Terrain(lifetime=24, mazes=3)), (360, 640))
    yield model
    model.close()


def test_the_playback_keys_move_through_the_episode(explorer):
    click(explorer, 100, 100)
    playback = explorer.session.foragers.playback
    explorer.update(Tick(0.5))
    assert playback.position == RATE / 2
    for key, step, playing in (
        ("space", 10, False),
        (".", 11, False),
        (",", 10, False),
        ("home", 0, False),
        ("end", 24, False),
        ("space", 0, True),
    ):
        explorer.update(Key(key))
        assert (playback.position, playback.playing) == (step, playing), key
    explorer.update(Key("+"))
    explorer.update(Tick(0.25))
    assert playback.position == RATE / 2
    assert "40 steps a second" in explorer.session.toast.text


def test_at_its_end_an_episode_stops_or_loops_or_plays_backwards(explorer):
    click(explorer, 100, 100)
    playback = explorer.session.foragers.playback
    explorer.update(Tick(9.0))
    assert (playback.position, playback.playing) == (24, False)
    for mode in ("loop", "ping-pong", "off"):
        explorer.update(Key("o"))
        assert playback.mode == mode
    assert "stop" in explorer.session.toast.text


def test_n_goes_to_the_next_maze_and_shift_n_to_the_previous_one(explorer):
    click(explorer, 100, 100)
    mazes = []
    for key in ("n", "N", "N"):
        explorer.update(Key(key))
        mazes.append(explorer.session.foragers.maze)
    assert mazes == [1, 0, 2]


@pytest.mark.parametrize("key", sorted(KEYS))
def test_a_playback_key_without_a_forager_asks_for_a_click(explorer, key):
    explorer.update(Key(key))
    assert "click a pixel" in explorer.session.toast.text
