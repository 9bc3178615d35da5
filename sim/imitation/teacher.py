"""The teacher of imitation: a forager with perfect memory that goes to the nearest cell it has not visited.

N genomes, M mazes or E episodes, n x n cells, T steps, I senses, A actions.

The teacher uses only what it could know. All shortest paths to the nearest unvisited cell lead through visited cells,
whose walls it has sensed. So it acts in the maze as it would act with a map of the cells that it has visited.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
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
    "shared": (3, 0, 1, 2),  # it acts as "left" does, but its labels share the probability among all best actions
}


@dataclass(frozen=True, slots=True, eq=False)
class Demonstrations:
    """E episodes to imitate.

    senses: uint8 [E, T, I], 0 or 1. labels: float32 [E, T, A], the probability of each action, or zeros at steps
    without a label. identity: the mazes and settings that they were made from, as JSON.
    """

    senses: NDArray[np.uint8]
    labels: NDArray[np.float32]
    identity: Mapping[str, Any]

    @property
    def labelled_steps(self) -> int:
        """The number of steps that have a label."""
        return int((self.labels > 0).any(-1).sum())

    def first(self, count: int) -> "Demonstrations":
        """The first `count` episodes."""
        return replace(self, senses=self.senses[:count], labels=self.labels[:count])

    def first_steps(self, count: int) -> "Demonstrations":
        """The first `count` steps of every episode."""
        return replace(self, senses=self.senses[:, :count], labels=self.labels[:, :count])


def join(*parts: Demonstrations) -> Demonstrations:
    """The episodes of all parts, one after another; their identities are listed."""
    senses, labels = (np.concatenate([getattr(part, name) for part in parts]) for name in ("senses", "labels"))
    return Demonstrations(senses, labels, {"parts": [dict(part.identity) for part in parts]})


def demonstrate(mazes: Mazes, world: World, *, ties: Ties = "left", machine: Machine = CPU) -> Demonstrations:
    """Demonstrations of the teacher: its own episodes in E mazes."""
    episodes, labels = teacher_episodes(mazes, world, ties=ties, machine=machine)
    sensed = senses(episodes, mazes, world)[0].astype(np.uint8)
    settings = {"sight": world.sight, "lifetime": world.lifetime, "ties": ties}
    return Demonstrations(sensed, labels[0], {"mazes": mazes.identity(), **settings})


def teacher_episodes(
    mazes: Mazes, world: World, *, ties: Ties = "left", machine: Machine = CPU
) -> tuple[Trace, NDArray[np.float32]]:
    """The teacher's own episodes in M mazes, as a trace of one genome, and their labels [1, M, T, A]."""
    places = np.empty((1, mazes.count, world.lifetime + 1), np.int16)
    headings = np.empty(places.shape, np.int8)
    places[..., 0], headings[..., 0] = mazes.start, mazes.heading
    labels = _walk(mazes, places, headings, ties, True, machine)
    return Trace(places, headings, _eaten(mazes, places)), labels


def label(episodes: Trace, mazes: Mazes, *, ties: Ties = "left", machine: Machine = CPU) -> NDArray[np.float32]:
    """The teacher's labels for every step of given episodes in M mazes: probabilities, float32 [N, M, T, A].

    The best actions are the first steps of all shortest paths to the nearest unvisited cells. The one that `ties`
    prefers has probability 1; with "shared", each of k best actions has 1/k. If no cell is unvisited, all are 0.
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
    """The labels [N, M, T, A] of episodes; with `lead` the teacher acts, and its places and headings are written."""
    checks.choice("ties", ties, Ties)
    from concurrent.futures import ThreadPoolExecutor

    from sim.imitation.shortest_paths import walk
    from sim.world.carving import neighbours

    count, total, length = places.shape
    labels = np.zeros((count, total, length - 1, ACTIONS), np.float32)
    opened, order = mazes.open.reshape(total, -1), np.array(ORDERS[ties])
    run = partial(walk, opened, neighbours(mazes.size), order, ties == "shared", lead, places, headings, labels)
    step = -(-total // machine.thread_count)
    bounds = [(first, min(first + step, total)) for first in range(0, total, step)]
    if len(bounds) == 1:
        run(*bounds[0])
    else:
        with ThreadPoolExecutor(len(bounds)) as pool:
            list(pool.map(lambda bound: run(*bound), bounds))
    return labels


def _eaten(mazes: Mazes, places: NDArray[np.int16]) -> NDArray[np.bool_]:
    """True at steps that ate a pellet, bool [N, M, T]."""
    count, total, length = places.shape
    left = np.broadcast_to(mazes.pellets.reshape(total, -1), (count, total, mazes.size**2)).copy()
    eaten = np.empty((count, total, length - 1), np.bool_)
    genome, maze = np.ogrid[:count, :total]
    for time in range(1, length):
        eaten[..., time - 1] = left[genome, maze, places[..., time]]
        left[genome, maze, places[..., time]] = False
    return eaten
