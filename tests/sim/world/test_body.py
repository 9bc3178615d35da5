"""A body moves, eats and senses as the picture of its maze shows."""

import pytest

from sim.world.body import Body
from sim.world.maze import MazeConfig
from sim.world.rules import World

AHEAD, RIGHT, BEHIND, LEFT = range(4)
MAZE = """
+-+-+-+-+
|. > . .|
+ +-+-+-+
|  .|   |
+-+-+-+-+
|.      |
+-+-+-+-+
|       |
+-+-+-+-+
"""


@pytest.fixture
def body(drawn):
    return Body(drawn(MAZE), 0, World(MazeConfig(4), sight=2))


def test_it_begins_at_the_start_and_has_not_eaten(body):
    assert (body.place, body.heading, body.ate) == (1, 1, 0)
    assert body.senses() == [0, 1, 0, 1, 0, 1, 0, 1, 0]  # a corridor, with pellets ahead and behind


def test_it_turns_moves_and_eats_each_pellet_once(body):
    walk = [(BEHIND, 0, 3, 1), (LEFT, 4, 2, 0), (LEFT, 5, 1, 1), (AHEAD, 5, 1, 0), (BEHIND, 4, 3, 0), (RIGHT, 0, 0, 0)]
    for action, place, heading, ate in walk:
        assert body.step(action) == ate == body.ate
        assert (body.place, body.heading) == (place, heading)
    assert [cell for cell, lies in enumerate(body.pellets) if lies] == [2, 3, 8]
    assert body.senses() == [1, 0, 0, 1, 0, 0, 1, 0, 0]  # facing north, a pellet two cells to the right


def test_without_sight_it_has_five_senses(drawn):
    assert Body(drawn(MAZE), 0, World(MazeConfig(4))).senses() == [0, 1, 0, 1, 0]


def test_no_pellet_is_left_at_the_start(drawn):
    mazes = drawn(MAZE)
    mazes.pellets[:] = True
    assert not Body(mazes, 0, World(MazeConfig(4))).pellets[1]
    assert mazes.pellets.all()
