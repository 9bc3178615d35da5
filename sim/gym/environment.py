"""The environment of one forager, in plain Python: the readable twin of `sim.gym.vector`.

I senses.
"""

from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from agents.errors import UserError
from sim.gym import ansi
from sim.gym.episodes import ForageConfig, check_seed
from sim.values import parse
from sim.world import rules
from sim.world.body import Body

Senses = NDArray[np.float32]


def spaces_of(sight: int) -> tuple[Any, Any]:
    """The spaces of the senses and the actions of a forager of this sight."""
    return spaces.Box(0, 1, (rules.sense_count(sight),), np.float32), spaces.Discrete(rules.ACTIONS)


class Forage(gymnasium.Env[Senses, int]):
    """One forager in a maze, drawn anew for each episode.

    An observation is what our networks get, float32 [I] of 0 and 1: walls ahead, right, behind, left; whether the last
    step ate; with sight, whether a pellet is seen ahead, right, behind, left. An action is 0 ahead, 1 right, 2 behind,
    3 left: the forager turns and moves, unless a wall is there. The reward is 1 for a pellet, so an undiscounted return
    is the fitness that we evolve. `info` has the maze's number, the place (row * size + column), the heading (0 north,
    1 east, 2 south, 3 west) and the pellets eaten.

    An episode is never terminated: it is truncated at the lifetime. No sense tells a forager how old it is, so the end
    of its life is no state of its world, and a learner that took it for one would teach its critic that the same senses
    are worth something at one time and nothing at another. Truncation lets it bootstrap there (Pardo et al. 2018).

    `reset(options={"maze": number})` plays that maze, and draws none.
    """

    metadata: dict[str, Any] = {"render_modes": ["ansi"], "render_fps": 4}  # noqa: RUF012 # gymnasium's type

    def __init__(self, *, render_mode: str | None = None, **options: Any) -> None:
        """Take the options of `ForageConfig`; UserError for those that do not exist or fit."""
        self.config, self.render_mode = parse(ForageConfig, options), render_mode
        self.observation_space, self.action_space = spaces_of(self.config.sight)
        self._draws: np.random.Philox | None = None
        self._body: Body | None = None
        self._maze = self._age = self._eaten = 0

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Senses, dict[str, Any]]:
        """Begin the next episode, or the first one of a seed."""
        super().reset(seed=seed)
        if seed is not None:
            self._draws = self.config.draws(check_seed(seed))
        elif self._draws is None:
            self._draws = self.config.draws(self.np_random_seed % 2**64)  # no seed was ever given: gymnasium draws one
        named = maze_option(options)
        self._maze = self.config.draw(self._draws) if named is None else named
        self._body = Body(self.config.mazes([self._maze]), 0, self.config.world)
        self._age = self._eaten = 0
        return self._senses(self._body), self._info(self._body)

    def step(self, action: int) -> tuple[Senses, float, bool, bool, dict[str, Any]]:
        """Turn, move, eat: senses, reward, terminated (never), truncated (at the lifetime), info."""
        if self._body is None or self._age == self.config.lifetime:
            raise UserError(f"a life has {self.config.lifetime} steps and begins with reset; call reset first")
        if not self.action_space.contains(action):
            raise UserError(f"an action is a whole number from 0 to {rules.ACTIONS - 1}, got {action!r}")
        ate = self._body.step(int(action))
        self._age += 1
        self._eaten += ate
        return self._senses(self._body), float(ate), False, self._age == self.config.lifetime, self._info(self._body)

    def render(self) -> str | None:
        """The maze as text where the render mode is ansi."""
        if self.render_mode != "ansi" or self._body is None:
            return None
        body = self._body
        return ansi.draw(body.opened, body.pellets, body.size, body.place, body.heading)

    def _senses(self, body: Body) -> Senses:
        return np.array(body.senses(), np.float32)

    def _info(self, body: Body) -> dict[str, Any]:
        return {"maze": self._maze, "place": body.place, "heading": body.heading, "pellets": self._eaten}


def maze_option(options: dict[str, Any] | None) -> Any:
    """The maze that the options of a reset name, or None; UserError for any other option."""
    unknown = {*(options or {})} - {"maze"}
    if unknown:
        raise UserError(f"a reset has the option maze, got {', '.join(sorted(map(str, unknown)))}")
    return (options or {}).get("maze")
