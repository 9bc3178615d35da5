"""The body of a forager in one maze, in plain Python: what it senses, and how an action changes it."""

from sim.world import rules
from sim.world.maze import Mazes
from sim.world.rules import World


class Body:
    """A forager without a network: the caller chooses its actions.

    `opened` and `pellets` hold for each cell (row * size + column) its open passages, and whether a pellet is left.
    `place` and `heading` say where the forager is; `ate` is 1 if it ate in its last step, and 0 before the first one.
    """

    def __init__(self, mazes: Mazes, maze: int, world: World) -> None:
        """Start at the start of maze number `maze` of the batch."""
        self.size, self.sight = mazes.size, world.sight
        self.opened: list[int] = mazes.open[maze].ravel().tolist()
        self.pellets: list[bool] = mazes.pellets[maze].ravel().tolist()
        self.place, self.heading, self.ate = int(mazes.start[maze]), int(mazes.heading[maze]), 0
        self.pellets[self.place] = False

    def senses(self) -> list[int]:
        """The senses [I], 0 or 1: walls ahead, right, behind, left; ate; with sight, pellets in these directions."""
        senses = [*rules.walls(self.opened[self.place], self.heading), self.ate]
        if self.sight:
            ways = [rules.turned(self.heading, side) for side in range(4)]
            senses += [sees(self.opened, self.pellets, self.place, way, self.size, self.sight) for way in ways]
        return senses

    def step(self, action: int) -> int:
        """Turn, move unless there is a wall, and eat. Returns 1 if it ate, else 0."""
        cell = self.opened[self.place]
        self.heading = rules.turned(self.heading, action)
        self.place += rules.stride(self.heading, self.size) * rules.passable(cell, self.heading)
        self.ate = int(self.pellets[self.place])
        self.pellets[self.place] = False
        return self.ate


def sees(opened: list[int], pellets: list[bool], place: int, direction: int, size: int, sight: int) -> int:
    """1 if a pellet is 1 to `sight` cells away from a place along the open corridor, else 0; the place is left out."""
    for _ in range(sight):
        if not rules.passable(opened[place], direction):
            return 0
        place += rules.stride(direction, size)
        if pellets[place]:
            return 1
    return 0
