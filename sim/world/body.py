"""A forager's body in one maze, step by step in plain Python: what it senses, and what an action does to it."""

from sim.world import rules
from sim.world.maze import Mazes
from sim.world.rules import World


class Body:
    """A forager without a network, at the start of a maze: whoever owns it chooses its actions.

    `opened` and `pellets` are the open ways and the pellets left of each cell (row * size + column), `place` and
    `heading` say where it is, `ate` is 1 where its last step ate.
    """

    def __init__(self, mazes: Mazes, maze: int, setting: World) -> None:
        """Stand at the start of maze number `maze` of the batch."""
        self.size, self.sight = mazes.size, setting.sight
        self.opened: list[int] = mazes.open[maze].ravel().tolist()
        self.pellets: list[bool] = mazes.pellets[maze].ravel().tolist()
        self.place, self.heading, self.ate = int(mazes.start[maze]), int(mazes.heading[maze]), 0
        self.pellets[self.place] = False

    def senses(self) -> list[int]:
        """The inputs of its network, 0 or 1 [I]: walls ahead, right, behind, left; ate; with sight, pellets seen."""
        felt = [*rules.walls(self.opened[self.place], self.heading), self.ate]
        if self.sight:
            ways = [rules.turned(self.heading, side) for side in range(4)]
            felt += [sees(self.opened, self.pellets, self.place, way, self.size, self.sight) for way in ways]
        return felt

    def step(self, action: int) -> int:
        """Turn, move unless a wall is there, eat; returns 1 where it ate."""
        cell = self.opened[self.place]
        self.heading = rules.turned(self.heading, action)
        self.place += rules.stride(self.heading, self.size) * rules.passable(cell, self.heading)
        self.ate = int(self.pellets[self.place])
        self.pellets[self.place] = False
        return self.ate


def sees(opened: list[int], pellets: list[bool], place: int, direction: int, size: int, sight: int) -> int:
    """1 where one of `pellets` lies within sight along the corridor from a place of a maze of open passages, else 0."""
    for _ in range(sight):
        if not rules.passable(opened[place], direction):
            return 0
        place += rules.stride(direction, size)
        if pellets[place]:
            return 1
    return 0
