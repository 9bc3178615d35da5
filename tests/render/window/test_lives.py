from dataclasses import replace

import numpy as np
import pytest

from render.window.controls import ACCENT
from render.window.explore.lives import Lives, bar_of
from render.window.explore.place import Land, Origin
from render.window.watch.duel import OTHER
from sim.rollout.machine import Machine
from sim.world.life import play_episode

SIZE = (600, 460)


@pytest.fixture(scope="module")
def lives(watched):
    """Two lives of the champion, said to part at step 12."""
    origin = Origin.open(watched.path, Machine(1))
    ground = origin.ground(Land(lifetime=24, mazes=2))
    lived = ground.foragers
    episode = play_episode(origin.genome, lived.layout, lived.mazes.carve(), 0, lived.world)
    return Lives(("(0, 0)", "(0, 1)"), (episode,) * 2, ground, 0, 12, 6.0, True, "x1", SIZE, "inferno")


def along(frame, share):
    """The colour of the bar of a picture at a share of it."""
    x, y, width, thick = bar_of(SIZE)
    return tuple(frame[y + thick // 2, x + round(share * (width - 1))].tolist())


@pytest.mark.parametrize("size", [(240, 128), (400, 250), (702, 512), (1400, 900)])
def test_the_bar_lies_in_the_picture_with_room_for_the_pace(size):
    x, y, width, height = bar_of(size)
    assert 0 < x < x + width < size[1]
    assert 0 < y < y + height < size[0]


def test_the_bar_shows_where_they_are_and_where_they_part(lives):
    frame = lives.draw()
    assert along(frame, 0.1) == ACCENT
    assert along(frame, 0.4) != ACCENT
    x, y, width, _ = bar_of(SIZE)
    assert (frame[y, x + round(0.5 * (width - 1))] == OTHER).all(), "12 of 24"
    alike = replace(lives, parting=None).draw()
    assert (alike[y, x + round(0.5 * (width - 1))] != OTHER).any()


def test_what_is_said_tells_alike_from_apart(lives):
    frames = [replace(lives, parting=parting, time=6.0).draw() for parting in (None, 12, 5)]
    words = [frame[: bar_of(SIZE)[1] - 10] for frame in frames]
    assert not np.array_equal(words[0], words[1])
    assert not np.array_equal(words[1], words[2])


def test_before_they_are_played_there_is_a_word_and_no_bar(lives):
    frame = replace(lives, episodes=()).draw()
    assert along(frame, 0.1) != ACCENT
    assert (frame[290:310].max(-1) > 100).any()


def test_where_there_is_no_room_it_is_said(lives):
    frame = replace(lives, size=(100, 60)).draw()
    assert frame.shape == (100, 60, 3)
    assert frame.max() > 100
