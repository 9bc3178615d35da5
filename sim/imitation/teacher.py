"""The teacher of imitation: a forager with perfect memory that goes to the nearest cell it has not been in.

N genomes, M mazes or E episodes, n x n cells, T steps, I senses, A actions.

It is told nothing that it could not know. All shortest ways to the nearest unvisited cell lead through visited ones,
whose walls it has felt; so what it does in the whole maze is what it would do on the map of where it has been.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from agents.errors import UserError
from sim.rollout.machine import CPU, Machine
from sim.rollout.trace import Trace, senses
from sim.world.maze import Mazes
from sim.world.rules import ACTIONS, World

Ties = Literal["left", "ahead", "shared"]
ORDERS: dict[Ties, tuple[int, ...]] = {
    "left": (3, 0, 1, 2),
    "ahead": (0, 3, 1, 2),
    "shared": (3, 0, 1, 2),  # it walks as the one of the left, but teaches all that it might have done
}


@dataclass(frozen=True, slots=True, eq=False)
class Bank:
    """E episodes to imitate.

    senses uint8 [E, T, I] in {0, 1}; targets float32 [E, T, A], the probability of each action, or zeros at steps that
    teach nothing; identity: what they were made of, ready for JSON
    """

    senses: NDArray[np.uint8]
    targets: NDArray[np.float32]
    identity: Mapping[str, Any]

    @property
    def taught(self) -> int:
        """The steps at which something is taught."""
        return int((self.targets > 0).any(-1).sum())


def check_ties(ties: str) -> None:
    """Refuse, with UserError, what is no way of breaking ties."""
    if ties not in get_args(Ties):
        raise UserError(f"ties must be one of {', '.join(get_args(Ties))}, got {ties!r}")


def bank(mazes: Mazes, world: World, *, ties: Ties = "left", machine: Machine = CPU) -> Bank:
    """The teacher's own lives in E mazes."""
    lives, targets = teach(mazes, world, ties=ties, machine=machine)
    felt = senses(lives, mazes, world)[0].astype(np.uint8)
    about = {"sight": world.sight, "lifetime": world.lifetime, "ties": ties}
    return Bank(felt, targets[0], {"mazes": mazes.identity(), **about})


def teach(
    mazes: Mazes, world: World, *, ties: Ties = "left", machine: Machine = CPU
) -> tuple[Trace, NDArray[np.float32]]:
    """The teacher's own lives in M mazes, a trace of one genome, and their targets [1, M, T, A]."""
    places = np.empty((1, mazes.count, world.lifetime + 1), np.int16)
    headings = np.empty(places.shape, np.int8)
    places[..., 0], headings[..., 0] = mazes.start, mazes.heading
    targets = _walk(mazes, places, headings, ties, True, machine)
    return Trace(places, headings, _eaten(mazes, places)), targets


def label(lives: Trace, mazes: Mazes, *, ties: Ties = "left", machine: Machine = CPU) -> NDArray[np.float32]:
    """What the teacher would have done at every step of lives in M mazes: probabilities, float32 [N, M, T, A].

    Among first steps of shortest ways to any nearest unvisited cell the one that `ties` prefers is taken, or, where
    they are "shared", each of k has 1/k. Where no cell is left there is nothing to teach: all are 0.
    """
    return _walk(mazes, lives.places.copy(), lives.headings.copy(), ties, False, machine)


def _walk(
    mazes: Mazes,
    places: NDArray[np.int16],
    headings: NDArray[np.int8],
    ties: Ties,
    lead: bool,
    machine: Machine,
) -> NDArray[np.float32]:
    check_ties(ties)
    from concurrent.futures import ThreadPoolExecutor

    from sim.imitation.shortest_ways import walk

    count, total, length = places.shape
    targets = np.zeros((count, total, length - 1, ACTIONS), np.float32)
    opened, order = mazes.open.reshape(total, -1), np.array(ORDERS[ties])
    run = partial(walk, opened, mazes.size, order, ties == "shared", lead, places, headings, targets)
    step = -(-total // machine.workers)
    bounds = [(first, min(first + step, total)) for first in range(0, total, step)]
    if len(bounds) == 1:
        run(*bounds[0])
    else:
        with ThreadPoolExecutor(len(bounds)) as pool:
            list(pool.map(lambda bound: run(*bound), bounds))
    return targets


def _eaten(mazes: Mazes, places: NDArray[np.int16]) -> NDArray[np.bool_]:
    """When the pellets were eaten, bool [N, M, T]."""
    count, total, length = places.shape
    left = np.broadcast_to(mazes.pellets.reshape(total, -1), (count, total, mazes.size**2)).copy()
    eaten = np.empty((count, total, length - 1), np.bool_)
    genome, maze = np.ogrid[:count, :total]
    for time in range(1, length):
        eaten[..., time - 1] = left[genome, maze, places[..., time]]
        left[genome, maze, places[..., time]] = False
    return eaten
