"""The teacher of imitation: a forager with perfect memory that goes to the nearest cell it has not been in.

N genomes, M mazes or E episodes, n x n cells, T steps, I senses, A actions.

The teacher uses nothing that it could not know. All shortest ways to the nearest unvisited cell lead through visited
ones, whose walls it has felt; so what it does in the whole maze is what it would do on the map of where it has been.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from agents import checks
from sim.rollout.machine import CPU, Machine
from sim.rollout.trace import Trace, senses
from sim.world.maze import Mazes
from sim.world.rules import ACTIONS, World

Ties = Literal["left", "ahead", "shared"]
ORDERS: dict[Ties, tuple[int, ...]] = {
    "left": (3, 0, 1, 2),
    "ahead": (0, 3, 1, 2),
    "shared": (3, 0, 1, 2),  # it walks like the one of the left, but its labels name all that it might have done
}


@dataclass(frozen=True, slots=True, eq=False)
class Demonstrations:
    """E episodes to imitate.

    senses uint8 [E, T, I] in {0, 1}; labels float32 [E, T, A], the probability of each action, or zeros at steps that
    have no label; identity: what they were made of, ready for JSON
    """

    senses: NDArray[np.uint8]
    labels: NDArray[np.float32]
    identity: Mapping[str, Any]

    @property
    def labelled(self) -> int:
        """How many steps have a label."""
        return int((self.labels > 0).any(-1).sum())


def demonstrate(mazes: Mazes, world: World, *, ties: Ties = "left", machine: Machine = CPU) -> Demonstrations:
    """The teacher's own episodes in E mazes."""
    episodes, labels = teacher_episodes(mazes, world, ties=ties, machine=machine)
    felt = senses(episodes, mazes, world)[0].astype(np.uint8)
    about = {"sight": world.sight, "lifetime": world.lifetime, "ties": ties}
    return Demonstrations(felt, labels[0], {"mazes": mazes.identity(), **about})


def teacher_episodes(
    mazes: Mazes, world: World, *, ties: Ties = "left", machine: Machine = CPU
) -> tuple[Trace, NDArray[np.float32]]:
    """The teacher's own episodes in M mazes, a trace of one genome, and their labels [1, M, T, A]."""
    places = np.empty((1, mazes.count, world.lifetime + 1), np.int16)
    headings = np.empty(places.shape, np.int8)
    places[..., 0], headings[..., 0] = mazes.start, mazes.heading
    labels = _walk(mazes, places, headings, ties, True, machine)
    return Trace(places, headings, _eaten(mazes, places)), labels


def label(episodes: Trace, mazes: Mazes, *, ties: Ties = "left", machine: Machine = CPU) -> NDArray[np.float32]:
    """What the teacher would have done at every step of episodes in M mazes: probabilities, float32 [N, M, T, A].

    Among first steps of shortest ways to any nearest unvisited cell the one that `ties` prefers is taken, or, where
    they are "shared", each of k has 1/k. Where no cell is left there is no label: all are 0.
    """
    return _walk(mazes, episodes.places.copy(), episodes.headings.copy(), ties, False, machine)


def _walk(
    mazes: Mazes,
    places: NDArray[np.int16],
    headings: NDArray[np.int8],
    ties: Ties,
    lead: bool,
    machine: Machine,
) -> NDArray[np.float32]:
    checks.choice("ties", ties, Ties)
    from concurrent.futures import ThreadPoolExecutor

    from sim.imitation.shortest_ways import walk

    count, total, length = places.shape
    labels = np.zeros((count, total, length - 1, ACTIONS), np.float32)
    opened, order = mazes.open.reshape(total, -1), np.array(ORDERS[ties])
    run = partial(walk, opened, mazes.size, order, ties == "shared", lead, places, headings, labels)
    step = -(-total // machine.thread_count)
    bounds = [(first, min(first + step, total)) for first in range(0, total, step)]
    if len(bounds) == 1:
        run(*bounds[0])
    else:
        with ThreadPoolExecutor(len(bounds)) as pool:
            list(pool.map(lambda bound: run(*bound), bounds))
    return labels


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
