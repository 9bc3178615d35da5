"""Driver: a forager that a person moves, step by step, by the rules of `sim.world.rules`.

T steps so far, L steps of a whole life, I senses.
"""

from typing import Any

import numpy as np

from agents.errors import UserError
from sim.world import rules
from sim.world.life import Episode, sees
from sim.world.maze import Mazes
from sim.world.rules import World


class Driver:
    """A life that grows with each action: the actions of a forager give the episode of that forager."""

    def __init__(self, mazes: Mazes, maze: int, setting: World) -> None:
        """Stand at the start of maze number `maze` of the batch."""
        self._opened: list[int] = mazes.open[maze].ravel().tolist()
        self._pellets: list[bool] = mazes.pellets[maze].ravel().tolist()
        self._size, self._setting = mazes.size, setting
        self._places, self._headings = [int(mazes.start[maze])], [int(mazes.heading[maze])]
        self._pellets[self._places[0]] = False
        self._actions: list[int] = []
        self._eaten: list[bool] = []
        self._senses: list[list[int]] = []

    @property
    def steps(self) -> int:
        """T."""
        return len(self._actions)

    @property
    def pellets(self) -> int:
        """Pellets eaten so far."""
        return sum(self._eaten)

    @property
    def done(self) -> bool:
        """Whether the life is over, or nothing is left to eat in it."""
        return self.steps == self._setting.lifetime or not any(self._pellets)

    def step(self, action: int) -> None:
        """Turn by `action` (0 ahead, 1 right, 2 behind, 3 left), go that way unless a wall is there, eat."""
        if self.steps == self._setting.lifetime:
            raise UserError(f"a life has {self._setting.lifetime} steps, got one more; begin another")
        if action not in range(rules.ACTIONS):
            raise UserError(f"an action is from 0 to {rules.ACTIONS - 1}, got {action}; see sim.world.rules")
        place, heading = self._places[-1], self._headings[-1]
        self._senses.append(self._sense(place, heading))
        heading = int(rules.turned(heading, action))
        place += rules.stride(heading, self._size) * rules.passable(self._opened[place], heading)
        self._places.append(place)
        self._headings.append(heading)
        self._actions.append(action)
        self._eaten.append(self._pellets[place])
        self._pellets[place] = False

    def head(self, direction: int) -> None:
        """One step towards a point of the compass: 0 north, 1 east, 2 south, 3 west."""
        self.step((direction - self._headings[-1]) & 3)

    def episode(self, life: int = 0) -> Episode:
        """The life so far, without hidden units; with rest at the end where that is shorter than `life` steps."""
        rest = max(0, life - self.steps)
        places, headings = (log + log[-1:] * rest for log in (self._places, self._headings))
        senses = self._senses + [self._sense(places[-1], headings[-1])] * rest
        return Episode(
            np.array(places, np.int32),
            np.array(headings, np.int32),
            np.array(self._actions + [0] * rest, np.int32),
            np.array(self._eaten + [False] * rest, np.bool_),
            np.array(senses, np.float32).reshape(len(senses), rules.sense_count(self._setting.sight)),
            np.zeros((len(senses), 0), np.float32),
        )

    def _sense(self, place: int, heading: int) -> list[int]:
        ate = int(bool(self._eaten) and self._eaten[-1])
        directions = [int(rules.turned(heading, relative)) for relative in range(4)] if self._setting.sight else []
        seen = [sees(self._opened, self._pellets, place, way, self._size, self._setting.sight) for way in directions]
        return [*rules.walls(self._opened[place], heading), ate, *seen]


def compass(name: str) -> int | None:
    """The direction that an arrow key stands for, north being up."""
    keys: dict[str, Any] = {"up": 0, "right": 1, "down": 2, "left": 3}
    return keys.get(name)
