"""The environment of N foragers, one step of all of them in compiled code: the fast twin of `sim.gym.environment`.

I senses. tests/bench/test_environments.py measures how fast it is beside N environments of one forager.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from agents.errors import UserError
from sim.gym import ansi, stepping
from sim.gym.environment import Forage, maze_option, spaces_of
from sim.gym.episodes import ForageConfig, check_seed
from sim.gym.stepping import AGE, ATE, EATEN, HEADING, PLACE
from sim.values import parse
from sim.world import rules

Senses = NDArray[np.float32]
Chosen = NDArray[np.bool_]
Step = tuple[Senses, NDArray[np.float64], Chosen, Chosen, dict[str, Any]]


class ForageVector(VectorEnv[Senses, NDArray[np.integer[Any]], NDArray[Any]]):
    """N foragers, each in a maze of its own: what N environments `Forage` do, bit for bit, in gymnasium's order.

    Senses are float32 [N, I], rewards float64 [N], actions and the entries of `info` whole numbers [N]. A reset with a
    seed s gives forager i the seed s + i, as gymnasium's own vector environments do, or a list gives each its own.

    `autoreset_mode` says what follows a life's last step (see gymnasium's AutoresetMode): NextStep, the default, begins
    the next life in the next step, whose action counts for nothing; SameStep begins it at once and leaves the last
    senses in info["final_obs"]; Disabled leaves it to `reset(options={"reset_mask": mask})`.
    """

    metadata: dict[str, Any] = {**Forage.metadata, "autoreset_mode": AutoresetMode.NEXT_STEP}  # noqa: RUF012 # gymnasium's type

    def __init__(
        self,
        num_envs: int = 1,
        *,
        autoreset_mode: AutoresetMode | str = AutoresetMode.NEXT_STEP,
        render_mode: str | None = None,
        **options: Any,
    ) -> None:
        """Take the options of `ForageConfig`; UserError for those that do not exist or fit."""
        if isinstance(num_envs, bool) or not isinstance(num_envs, int) or num_envs < 1:
            raise UserError(f"num_envs must be a whole number from 1, got {num_envs!r}")
        self.config, self.num_envs, self.render_mode = parse(ForageConfig, options), num_envs, render_mode
        self.autoreset_mode = AutoresetMode(autoreset_mode)
        self.metadata = {**self.metadata, "autoreset_mode": self.autoreset_mode}
        self.single_observation_space, self.single_action_space = spaces_of(self.config.sight)
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self._draws: list[np.random.Philox | None] = [None] * num_envs
        self._mazes = np.zeros(num_envs, np.int64)
        self._boards = np.zeros((num_envs, self.config.size**2), np.uint8)
        self._bodies = np.zeros((5, num_envs), np.int64)
        self._over = np.ones(num_envs, np.bool_)

    def reset(
        self, *, seed: int | Sequence[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Senses, dict[str, Any]]:
        """Begin the next episode of all foragers, or of those of options["reset_mask"], bool [N].

        options["maze"], a number or one for each forager, plays these mazes and draws none.
        """
        super().reset(seed=seed if isinstance(seed, int) else None)
        rest = dict(options or {})
        chosen = _mask(rest.pop("reset_mask", None), self.num_envs)
        named = _numbers(maze_option(rest), self.num_envs)
        self._seed(seed, chosen)
        self._begin(chosen, None if named is None else named[chosen].tolist())
        self._over &= ~chosen
        return self._senses(), self._info(chosen)

    def step(self, actions: NDArray[np.integer[Any]]) -> Step:
        """All foragers act: senses, rewards, terminations (never), truncations (at the lifetime), info."""
        if self._over.any() and self.autoreset_mode != AutoresetMode.NEXT_STEP:
            raise UserError(f"the life of forager {int(self._over.argmax())} is over or never began; reset it first")
        stepping.step(self._actions(actions), self._over, self.config.size, self._boards, self._bodies)
        if self._over.any():
            self._begin(self._over)
        rewards, truncations = self._bodies[ATE].astype(np.float64), self._bodies[AGE] == self.config.lifetime
        final = {}
        if self.autoreset_mode != AutoresetMode.SAME_STEP:
            self._over = truncations.copy()
        elif truncations.any():
            final = self._final(truncations)
            self._begin(truncations)
        everyone = np.ones(self.num_envs, np.bool_)
        return self._senses(), rewards, np.zeros(self.num_envs, np.bool_), truncations, self._info(everyone) | final

    def render(self) -> tuple[str, ...] | None:
        """The mazes as texts where the render mode is ansi."""
        if self.render_mode != "ansi":
            return None
        places, headings, size = self._bodies[PLACE].tolist(), self._bodies[HEADING].tolist(), self.config.size
        opened, pellets = (self._boards & 15).tolist(), rules.pellet(self._boards).tolist()
        return tuple(map(ansi.draw, opened, pellets, [size] * self.num_envs, places, headings))

    def _seed(self, seed: int | Sequence[int | None] | None, chosen: Chosen) -> None:
        """Give the chosen foragers streams of their seeds; who has neither seed nor stream gets one of gymnasium's."""
        seeds = _seeds(seed, self.num_envs)
        for forager in np.flatnonzero(chosen).tolist():
            own = seeds[forager]
            if own is None and self._draws[forager] is None:
                own = ((self.np_random_seed or 0) + forager) % 2**64
            if own is not None:
                self._draws[forager] = self.config.draws(own)

    def _begin(self, chosen: Chosen, numbers: list[int] | None = None) -> None:
        """Put the chosen foragers at the start of the mazes with these numbers, or else of their next ones."""
        mazes = self.config.mazes(self._next(chosen) if numbers is None else numbers)
        boards = (mazes.open | mazes.pellets.astype(np.uint8) << rules.PELLET).reshape(mazes.count, -1)
        boards[np.arange(mazes.count), mazes.start] &= 15  # no pellet is left at the start
        self._mazes[chosen], self._boards[chosen] = mazes.indices, boards
        self._bodies[:, chosen] = 0
        self._bodies[PLACE, chosen], self._bodies[HEADING, chosen] = mazes.start, mazes.heading

    def _next(self, chosen: Chosen) -> list[int]:
        """The numbers of the next mazes of the chosen foragers."""
        numbers = []
        for forager in np.flatnonzero(chosen).tolist():
            draws = self._draws[forager]
            if draws is None:
                raise UserError(f"the life of forager {forager} begins with reset; call reset first")
            numbers.append(self.config.draw(draws))
        return numbers

    def _actions(self, actions: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
        """Actions as the kernel takes them, once all exist."""
        taken = np.asarray(actions)
        if taken.shape != (self.num_envs,) or taken.dtype.kind not in "iu":
            wanted = f"whole numbers, one for each of {self.num_envs} environments"
            raise UserError(f"actions must be {wanted}, got {taken.dtype} {list(taken.shape)}")
        taken = np.ascontiguousarray(taken, np.int64)
        unknown = stepping.first_unknown(taken)
        if unknown >= 0:
            raise UserError(f"an action is from 0 to {rules.ACTIONS - 1}, got {taken[unknown]} of forager {unknown}")
        return taken

    def _senses(self) -> Senses:
        senses = np.empty((self.num_envs, rules.sense_count(self.config.sight)), np.float32)
        stepping.sense(self.config.size, self.config.sight, self._boards, self._bodies, senses)
        return senses

    def _info(self, chosen: Chosen) -> dict[str, Any]:
        """The info of the chosen foragers, zeros for the others; gymnasium adds to each entry a mask of who has it."""
        names = {"maze": self._mazes, "place": self._bodies[PLACE], "heading": self._bodies[HEADING]}
        info: dict[str, Any] = {}
        for name, values in {**names, "pellets": self._bodies[EATEN]}.items():
            info[name], info[f"_{name}"] = np.where(chosen, values, 0), chosen.copy()
        return info

    def _final(self, chosen: Chosen) -> dict[str, Any]:
        """The last senses and info of the chosen foragers' lives, as gymnasium has them."""
        senses, last = self._senses(), np.full(self.num_envs, None, object)
        for forager in np.flatnonzero(chosen).tolist():
            last[forager] = senses[forager].copy()
        info = {"final_obs": last, "final_info": self._info(chosen)}
        return {**info, "_final_obs": chosen.copy(), "_final_info": chosen.copy()}


def _seeds(seed: int | Sequence[int | None] | None, count: int) -> list[int | None]:
    """The seed of each forager, or None: those of a list, or a number and those after it."""
    if not isinstance(seed, Sequence):
        return [None] * count if seed is None else [check_seed(check_seed(seed) + place) for place in range(count)]
    if len(seed) != count:
        raise UserError(f"a list of seeds has one for each of {count} environments, got {len(seed)}")
    return [None if each is None else check_seed(each) for each in seed]


def _mask(mask: Any, count: int) -> Chosen:
    """The foragers that a reset_mask, bool [N], chooses, or all."""
    if mask is None:
        return np.ones(count, np.bool_)
    if not isinstance(mask, np.ndarray) or mask.dtype != np.bool_ or mask.shape != (count,):
        raise UserError(f"reset_mask must be an array bool [{count}], got {mask!r}")
    if not mask.any():
        raise UserError("reset_mask must choose a forager, got none")
    return mask


def _numbers(named: Any, count: int) -> NDArray[Any] | None:
    """The mazes [N] that an option names, one for all or one for each forager, or None."""
    if named is None:
        return None
    numbers = np.asarray(named)
    if numbers.dtype.kind not in "iu" or numbers.shape not in ((), (count,)):
        raise UserError(f"maze must be a whole number, or one for each of {count} environments, got {named!r}")
    return np.broadcast_to(numbers, count)
