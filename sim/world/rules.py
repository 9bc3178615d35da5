"""The rules of one step: turn, move, eat, sense. Plain expressions, for Python integers and for vector lanes alike.

Directions are 0 north, 1 east, 2 south, 3 west; relative ones 0 ahead, 1 right, 2 behind, 3 left. A cell is an integer:
bit d is set where the passage in direction d is open, bit 4 where a pellet lies. A place is row * size + column.
"""

from dataclasses import dataclass, field
from typing import Any

from agents import checks
from agents.layout import Cell, Layout
from sim.world.maze import MazeConfig

ACTIONS = 4
PELLET = 4  # the bit of a cell that says a pellet lies there
WALLS, ATE, PELLETS = 0, 4, 5  # where the senses of each kind begin
Integer = Any  # int, or integer lanes
LIFETIME_LIMITS = (1, 100_000)


@dataclass(frozen=True, slots=True)
class World:
    """What a forager lives in: the kind of mazes, how far it sees, how long it lives."""

    maze: MazeConfig = field(default_factory=MazeConfig)
    """The mazes."""
    sight: int = 0
    """How many cells along open corridors pellets are seen; 0 makes the forager blind to them."""
    lifetime: int = 200
    """Steps of an episode."""

    def __post_init__(self) -> None:
        """Refuse worlds that cannot be."""
        checks.whole("sight", self.sight, 0, self.maze.size, "cells, the maze's size")
        checks.whole("lifetime", self.lifetime, *LIFETIME_LIMITS, "steps")

    def layout(self, cell: Cell = "elman", hidden: int = 16) -> Layout:
        """The layout of a network that fits this world's senses and actions."""
        return Layout(cell, hidden, sense_count(self.sight), ACTIONS)


def sense_count(sight: int) -> int:
    """I: four walls, whether it ate, and, with sight, whether a pellet is seen in each of the four directions."""
    return PELLETS + 4 * (sight > 0)


def turned(heading: Integer, action: Integer) -> Integer:
    """The heading after an action: the forager faces where it tries to go, also when a wall stops it."""
    return (heading + action) & 3


def passable(cell: Integer, heading: Integer) -> Integer:
    """1 where the way from a cell towards a heading is open, else 0."""
    return (cell >> heading) & 1


def stride(heading: Integer, size: Integer) -> Integer:
    """How a step towards a heading changes the place: -size, +1, +size, -1."""
    sign = ((heading + 1) & 2) - 1
    return sign * (size - (heading & 1) * (size - 1))


def walls(cell: Integer, heading: Integer) -> list[Integer]:
    """1 for a wall, 0 for an opening: ahead, right, behind, left."""
    rotated = ((cell & 15) * 17) >> heading
    return [1 - ((rotated >> relative) & 1) for relative in range(4)]


def pellet(cell: Integer) -> Integer:
    """1 where a pellet lies in a cell, else 0."""
    return (cell >> PELLET) & 1
