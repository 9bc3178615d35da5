"""The rules of one step (turn, move, eat, sense) as expressions for Python integers and for lanes of vectors alike.

Directions are 0 north, 1 east, 2 south, 3 west; relative to the heading 0 is ahead, 1 right, 2 behind, 3 left. A cell
is an integer: bit d is set if the passage in direction d is open, and bit 4 if a pellet lies there. A place is
row * size + column.

An episode begins at the maze's start and heading, without a pellet there, with ate = 0. Each step senses, chooses an
action a, and acts: the heading becomes (heading + a) mod 4, also where there is a wall; the place changes if the
passage ahead is then open; ate becomes 1 if a pellet lies in the place that the forager now stands in, which is eaten,
else 0.

The senses, each 0 or 1, are in this order: walls ahead, right, behind, left; ate, of the step before; and with sight,
pellets ahead, right, behind, left. The forager sees a pellet if it lies 1 to `sight` cells away in that direction with
all passages between open. The cell that it stands in does not count; it never holds a pellet then.
"""

from dataclasses import dataclass, field
from typing import Any

from agents import checks
from agents.layout import Cell, Layout
from sim.world.maze import MazeConfig

ACTIONS = 4
PELLET = 4  # number of the bit of a cell that is set if a pellet lies there
WALLS, ATE, PELLETS = 0, 4, 5  # the first sense of each kind
Integer = Any  # int, or integer lanes
LIFETIME_LIMITS = (1, 100_000)


@dataclass(frozen=True, slots=True)
class World:
    """The settings of the world: the kind of mazes, how far a forager sees, how long an episode is."""

    maze: MazeConfig = field(default_factory=MazeConfig)
    """The mazes."""
    sight: int = 0
    """How many cells far a forager sees pellets along open corridors, beyond its own cell; with 0 it sees none."""
    lifetime: int = 200
    """Steps of an episode."""

    def __post_init__(self) -> None:
        """Raise UserError for settings out of range."""
        checks.whole("sight", self.sight, 0, self.maze.size, "cells, the maze's size")
        checks.whole("lifetime", self.lifetime, *LIFETIME_LIMITS, "steps")

    def layout(self, cell: Cell = "elman", hidden: int = 16) -> Layout:
        """The layout of a network that fits the senses and actions of this world."""
        return Layout(cell, hidden, sense_count(self.sight), ACTIONS)


def sense_count(sight: int) -> int:
    """I, the number of senses: four walls, one for having eaten, and, with sight, pellets in four directions."""
    return PELLETS + 4 * (sight > 0)


def turned(heading: Integer, action: Integer) -> Integer:
    """The heading after an action: the direction in which the forager tries to move, also if a wall stops it."""
    return (heading + action) & 3


def passable(cell: Integer, heading: Integer) -> Integer:
    """1 if the passage from a cell in the direction of a heading is open, else 0."""
    return (cell >> heading) & 1


def stride(heading: Integer, size: Integer) -> Integer:
    """The change of the place by a step in the direction of a heading: -size, +1, +size, -1."""
    sign = ((heading + 1) & 2) - 1
    return sign * (size - (heading & 1) * (size - 1))


def walls(cell: Integer, heading: Integer) -> list[Integer]:
    """The walls ahead, right, behind and left: 1 for a wall, 0 for an open passage."""
    rotated = ((cell & 15) * 17) >> heading
    return [1 - ((rotated >> relative) & 1) for relative in range(4)]


def pellet(cell: Integer) -> Integer:
    """1 if a pellet lies in a cell, else 0."""
    return (cell >> PELLET) & 1
