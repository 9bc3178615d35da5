"""Driver: a forager that a person moves, step by step, by the rules of `sim.world.rules`.

T steps so far.
"""

from typing import Any

import numpy as np

from agents.errors import UserError
from sim.world import rules
from sim.world.body import Body
from sim.world.life import Episode
from sim.world.maze import Mazes
from sim.world.rules import World


class Driver:
    """An episode that grows by a step with each action. The actions of a forager give that forager's episode."""

    def __init__(self, mazes: Mazes, maze: int, setting: World) -> None:
        """Stand at the start of maze number `maze` of the batch."""
        self._body, self._setting = Body(mazes, maze, setting), setting
        self._places, self._headings = [self._body.place], [self._body.heading]
        self._actions: list[int] = []
        self._eaten: list[bool] = []
        self._senses: list[list[int]] = []

    @property
    def steps(self) -> int:
        """The number of steps so far, T."""
        return len(self._actions)

    @property
    def pellets(self) -> int:
        """Pellets eaten so far."""
        return sum(self._eaten)

    @property
    def done(self) -> bool:
        """Whether the episode is over, or all pellets are eaten."""
        return self.steps == self._setting.lifetime or not any(self._body.pellets)

    def step(self, action: int) -> None:
        """Turn by `action` (0 ahead, 1 right, 2 behind, 3 left), move that way unless there is a wall, and eat.

        Raises UserError after the last step of an episode, and for other actions.
        """
        if self.steps == self._setting.lifetime:
            raise UserError(f"an episode has {self._setting.lifetime} steps, got one more; begin another")
        if action not in range(rules.ACTIONS):
            raise UserError(f"an action is from 0 to {rules.ACTIONS - 1}, got {action}; see sim.world.rules")
        self._senses.append(self._body.senses())
        self._eaten.append(bool(self._body.step(action)))
        self._places.append(self._body.place)
        self._headings.append(self._body.heading)
        self._actions.append(action)

    def head(self, direction: int) -> None:
        """Take a step towards a point of the compass: 0 north, 1 east, 2 south, 3 west."""
        self.step((direction - self._headings[-1]) & 3)

    def episode(self, life: int = 0) -> Episode:
        """The episode so far, without hidden units; the forager rests at its end until it has `life` steps."""
        rest = max(0, life - self.steps)
        places, headings = (log + log[-1:] * rest for log in (self._places, self._headings))
        senses = self._senses + [self._body.senses()] * rest
        return Episode(
            np.array(places, np.int32),
            np.array(headings, np.int32),
            np.array(self._actions + [0] * rest, np.int32),
            np.array(self._eaten + [False] * rest, np.bool_),
            np.array(senses, np.float32).reshape(len(senses), rules.sense_count(self._setting.sight)),
            np.zeros((len(senses), 0), np.float32),
        )


def compass(name: str) -> int | None:
    """The point of the compass that an arrow key stands for, with north up; None for another key."""
    keys: dict[str, Any] = {"up": 0, "right": 1, "down": 2, "left": 3}
    return keys.get(name)
