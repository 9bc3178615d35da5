from dataclasses import replace

import numpy as np
import pytest

from render.window.controls import ACCENT
from render.window.explore.origin import Origin
from render.window.explore.place import Terrain
from render.window.explore.side_panel_picture import SidePanelPicture, seek_bar
from render.window.watch.duel import OTHER
from sim.rollout.machine import Machine
from sim.world.life import play_episode

SIZE = (600, 460)


@pytest.fixture(scope="module")
def picture(watched):
    """The champion's episode twice, with the claim that they diverge at step 12."""
    origin = Origin.open(watched.path, Machine(1))
    sampler = origin.sampler(Terrain(lifetime=24, mazes=2))
    objective = sampler.forager_objective
    episode = play_episode(origin.genome, objective.layout, objective.mazes.carve(), 0, objective.world)
    return SidePanelPicture(("(0, 0)", "(0, 1)"), (episode,) * 2, sampler, 0, 12, 6.0, True, "x1", SIZE, "inferno")


def along(frame, fraction):
    """The colour of a picture's seek bar at a fraction of its width."""
    x, y, width, thick = seek_bar(SIZE)
    return tuple(frame[y + thick // 2, x + round(fraction * (width - 1))].tolist())


@pytest.mark.parametrize("size", [(240, 128), (400, 250), (702, 512), (1400, 900)])
def test_the_bar_lies_in_the_picture_and_leaves_room_for_the_pace(size):
    x, y, width, height = seek_bar(size)
    assert 0 < x < x + width < size[1]
    assert 0 < y < y + height < size[0]


def test_the_bar_shows_the_position_and_the_divergence(picture):
    frame = picture.draw()
    assert along(frame, 0.1) == ACCENT
    assert along(frame, 0.4) != ACCENT
    x, y, width, _ = seek_bar(SIZE)
    assert (frame[y, x + round(0.5 * (width - 1))] == OTHER).all(), "12 of 24"
    alike = replace(picture, divergence=None).draw()
    assert (alike[y, x + round(0.5 * (width - 1))] != OTHER).any()


def test_the_words_change_at_the_divergence(picture):
    frames = [replace(picture, divergence=divergence, time=6.0).draw() for divergence in (None, 12, 5)]
    words = [frame[: seek_bar(SIZE)[1] - 10] for frame in frames]
    assert not np.array_equal(words[0], words[1])
    assert not np.array_equal(words[1], words[2])


def test_before_the_episodes_are_played_there_is_a_message_and_no_bar(picture):
    frame = replace(picture, episodes=()).draw()
    assert along(frame, 0.1) != ACCENT
    assert (frame[290:310].max(-1) > 100).any()


def test_a_picture_that_is_too_small_shows_a_message(picture):
    frame = replace(picture, size=(100, 60)).draw()
    assert frame.shape == (100, 60, 3)
    assert frame.max() > 100
