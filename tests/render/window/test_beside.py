import time

import numpy as np
import pytest

from render.window.event import Key, Pointer, Resize, Tick
from render.window.explore.beside import KEYS, RATE
from render.window.explore.explorer import Explorer
from render.window.explore.lives import Lives, bar_of
from render.window.explore.place import Land, Origin, Place
from sim.rollout.machine import Machine

SIZE = (360, 640)
LAND = Land(lifetime=24, mazes=3)


@pytest.fixture
def explorer(watched, tmp_path):
    model = Explorer(Origin.open(watched.path, Machine(1)), Place(LAND), SIZE, tmp_path)
    model.visit.beside.canvas.patience = 60
    model.update(Resize(SIZE[1], SIZE[0]))
    yield model
    model.close()


def click(model, x, y, shift=False):
    for kind in ("press", "release"):
        model.update(Pointer(kind, x, y, 1, shift))
    end = time.monotonic() + 20
    while not model.visit.beside.ready:
        assert time.monotonic() < end
        model.update(Tick(0.0))
        time.sleep(0.002)
    return model.visit.beside


def test_the_keys_of_playing_move_the_life_that_is_shown(explorer):
    beside = click(explorer, 100, 100)
    play = beside.playback
    explorer.update(Tick(0.5))
    assert play.position == RATE / 2
    for key, step, playing in (
        ("space", 10, False),
        (".", 11, False),
        (",", 10, False),
        ("home", 0, False),
        ("end", 24, False),
        ("space", 0, True),
    ):
        explorer.update(Key(key))
        assert (play.position, play.playing) == (step, playing), key
    explorer.update(Key("+"))
    explorer.update(Tick(0.25))
    assert play.position == RATE / 2
    assert "40 steps a second" in explorer.visit.toast.text


def test_a_life_stops_or_loops_or_goes_to_and_fro(explorer):
    beside = click(explorer, 100, 100)
    explorer.update(Tick(9.0))
    assert (beside.playback.position, beside.playback.playing) == (24, False)
    for mode in ("loop", "ping-pong", "off"):
        explorer.update(Key("o"))
        assert beside.playback.mode == mode
    assert "stop" in explorer.visit.toast.text


def test_the_bar_seeks_by_mouse_and_the_landscape_stays(explorer):
    beside, view = click(explorer, 100, 100), explorer.visit.view
    explorer.draw()
    left, top, width, _ = bar_of(explorer._panel)
    x, y = view.width + left, top
    explorer.update(Pointer("press", x + width - 1, y, 1))
    assert beside.playback.position == 24
    explorer.update(Pointer("move", x + width // 2, 5))
    assert beside.playback.position == pytest.approx(12, abs=0.2)
    explorer.update(Pointer("release", x, y, 1))
    assert beside.playback.position == 0
    explorer.update(Pointer("move", x + width, y))
    assert beside.playback.position == 0
    assert explorer.visit.view == view
    assert len(beside.picks) == 1


def test_mazes_go_both_ways(explorer):
    beside = click(explorer, 100, 100)
    seen = []
    for key in ("n", "N", "N"):
        explorer.update(Key(key))
        seen.append(beside.maze)
    assert seen == [1, 0, 2]


def test_keys_of_playing_say_what_is_missing_where_nobody_plays(explorer):
    for key in sorted(KEYS):
        explorer.visit.toast.say("")
        explorer.update(Key(key))
        assert "click a pixel" in explorer.visit.toast.text, key


def test_the_lives_are_drawn_beside_and_change_with_time(explorer):
    click(explorer, 100, 100)
    explorer.update(Key("space"))
    first = explorer.draw()[:, explorer.visit.view.width :].copy()
    explorer.update(Key("end"))
    assert not np.array_equal(explorer.draw()[:, explorer.visit.view.width :], first)


def test_where_two_lives_part_is_marked_on_the_bar(explorer):
    click(explorer, 20, 20)
    beside = click(explorer, 150, 150, shift=True)
    assert beside.parting is not None
    names = tuple(pick.name for pick in beside.picks)
    given = (names, beside.episodes, beside.picks[0].ground, 0)
    size = (700, 400)
    left, top, width, thick = bar_of(size)
    parted, alike = (Lives(*given, step, 0.0, False, "x1", size, "inferno").draw() for step in (12, None))
    bar = np.s_[top : top + thick, left : left + width]
    columns = np.flatnonzero((parted[bar] != alike[bar]).any((0, 2)))
    assert abs(columns.min() - 12 / 24 * (width - 1)) <= 2, "it is marked from step 12 on"
    words = np.s_[: top - 20]
    assert not np.array_equal(parted[words], alike[words])
