"""The rules of one step, for every cell and heading, and in a maze drawn by hand."""

import numpy as np
import pytest

from agents.errors import UserError
from agents.layout import Layout
from sim.world import rules
from sim.world.maze import MazeConfig
from sim.world.rules import LIFETIME_LIMITS, World

ROOM = """
+-+-+-+-+
|>      |
+-+ +-+ +
|   |   |
+ + + + +
| |   | |
+ +-+ + +
|     | |
+-+-+-+-+
"""
NORTH, EAST, SOUTH, WEST = range(4)


@pytest.mark.parametrize("size", [4, 10, 64])
def test_strides_change_row_or_column_by_one(size):
    place = np.arange(size * size).reshape(size, size)
    assert place[2, 1] + rules.stride(NORTH, size) == place[1, 1]
    assert place[2, 1] + rules.stride(EAST, size) == place[2, 2]
    assert place[2, 1] + rules.stride(SOUTH, size) == place[3, 1]
    assert place[2, 1] + rules.stride(WEST, size) == place[2, 0]


def test_actions_turn_before_they_move():
    assert [rules.turned(WEST, action) for action in range(rules.ACTIONS)] == [WEST, NORTH, EAST, SOUTH]
    for heading in range(4):
        assert rules.turned(heading, 0) == heading
        assert rules.turned(rules.turned(heading, 1), 3) == heading
        assert rules.turned(rules.turned(heading, 2), 2) == heading


def test_walls_are_relative_to_the_heading(drawn):
    opened = drawn(ROOM).open[0]
    crossing = int(opened[1, 1])  # a wall in the east only
    assert [rules.passable(crossing, d) for d in range(4)] == [1, 0, 1, 1]
    assert rules.walls(crossing, NORTH) == [0, 1, 0, 0]
    assert rules.walls(crossing, EAST) == [1, 0, 0, 0]
    assert rules.walls(crossing, SOUTH) == [0, 0, 0, 1]
    assert rules.walls(crossing, WEST) == [0, 0, 1, 0]
    assert rules.walls(int(opened[0, 0]), EAST) == [0, 1, 1, 1]


def test_walls_of_every_cell_and_heading():
    for cell in range(32):
        for heading in range(4):
            for relative, wall in enumerate(rules.walls(cell, heading)):
                assert wall == 1 - rules.passable(cell, (heading + relative) % 4)
            turned_about = rules.walls(cell, rules.turned(heading, 2))
            assert rules.walls(cell, heading) == turned_about[2:] + turned_about[:2]


def test_a_pellet_is_one_bit_of_a_cell():
    for cell in range(16):
        assert rules.pellet(cell) == 0
        assert rules.pellet(cell | 1 << rules.PELLET) == 1
        assert rules.walls(cell | 1 << rules.PELLET, EAST) == rules.walls(cell, EAST)


def test_the_kinds_of_senses_are_in_order():
    assert (rules.WALLS, rules.ATE, rules.PELLETS) == (0, 4, 5)
    assert [rules.sense_count(sight) for sight in (0, 1, 9)] == [5, 9, 9]


def test_a_world_gives_the_layout_that_fits():
    assert World().layout() == Layout("elman", 16, 5, 4)
    assert World(sight=2).layout("lstm", 3) == Layout("lstm", 3, 9, 4)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"sight": -1}, "sight must be from 0 to 10 cells, the maze's size, got -1"),
        ({"sight": 11}, "sight must be from 0 to 10 cells, the maze's size, got 11"),
        ({"maze": MazeConfig(4), "sight": 5}, "sight must be from 0 to 4 cells, the maze's size, got 5"),
        ({"lifetime": 0}, "lifetime must be from 1 to 100000 steps, got 0"),
        ({"lifetime": LIFETIME_LIMITS[1] + 1}, "lifetime must be from 1 to 100000 steps, got 100001"),
    ],
)
def test_settings_out_of_range_are_refused(settings, message):
    with pytest.raises(UserError, match=message) as caught:
        World(**settings)
    assert "\n" not in str(caught.value)
