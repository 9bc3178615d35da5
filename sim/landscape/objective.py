"""Objectives of genomes in mazes: what a landscape is the height of.

N genomes, M mazes, K counts of an episode, R repetitions. All genomes see the same mazes, the same draws and the same
teacher, and every value is a sum over the mazes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from agents.layout import Layout
from sim.imitation.loss import cross_entropy
from sim.rollout import play
from sim.rollout.machine import CPU, Machine
from sim.world.maze import Mazes
from sim.world.rules import World

if TYPE_CHECKING:
    from sim.imitation.teacher import Demonstrations
    from sim.landscape.plane import Plane

Objective = Callable[[NDArray[Any]], NDArray[Any]]

MOST_COUNTS = 1 << 23  # of the counts [N, M, K] of a rollout that are in memory at once


@dataclass(frozen=True, slots=True, eq=False)
class Pellets:
    """Pellets eaten: an `Objective`, which can also make the genomes of a plane where it plays them."""

    layout: Layout
    mazes: Mazes
    world: World
    machine: Machine
    every: int | None = None
    by_maze: bool = False

    def __call__(self, genomes: NDArray[Any]) -> NDArray[np.int32]:
        """genomes [N, P] -> int32 [N], [N, K] with `every`, or [N, M] `by_maze`."""
        every = self.every or self.world.lifetime

        def objective(genomes: NDArray[Any]) -> NDArray[np.int32]:
            counts = play(genomes, self.layout, self.mazes, self.world, every=every, machine=self.machine)
            return self._value(counts if self.by_maze else _total(counts))

        return _in_parts(objective, self.mazes.count * (self.world.lifetime // every))(genomes)

    def on_plane(self, plane: "Plane", xy: NDArray[np.float64], dtype: str) -> NDArray[np.int32]:
        """The same of the genomes at points [N, 2] of a plane, bit for bit."""
        if self.machine.target == "cpu":
            return self(plane.at(xy, dtype))
        from sim.rollout.gpu import play_plane

        every, setting = self.every or self.world.lifetime, (self.layout, self.mazes, self.world)
        return self._value(play_plane("cuda", plane, xy, dtype, *setting, every, by_maze=self.by_maze))

    def _value(self, counts: NDArray[np.int32]) -> NDArray[np.int32]:
        if self.by_maze:
            return np.cumsum(counts[..., -1], axis=1, dtype=np.int32)
        return counts[..., 0] if self.every is None else counts


def pellets(layout: Layout, mazes: Mazes, world: World, machine: Machine = CPU) -> Pellets:
    """genomes [N, P] -> pellets eaten in all mazes together, int32 [N]."""
    return Pellets(layout, mazes, world, machine)


def pellets_by_step(layout: Layout, mazes: Mazes, world: World, every: int, machine: Machine = CPU) -> Pellets:
    """genomes [N, P] -> pellets eaten in all mazes after every `every`-th step, int32 [N, K]."""
    return Pellets(layout, mazes, world, machine, every)


def pellets_by_maze(layout: Layout, mazes: Mazes, world: World, machine: Machine = CPU) -> Pellets:
    """genomes [N, P] -> pellets eaten in the first m mazes together, for m from 1 to M, int32 [N, M]."""
    return Pellets(layout, mazes, world, machine, by_maze=True)


def expected_return(
    layout: Layout, mazes: Mazes, world: World, repetitions: int, machine: Machine = CPU, every: int | None = None
) -> Objective:
    """genomes [N, P] -> pellets of the stochastic policy in all mazes together, float64 [N], or [N, K] by `every`.

    They are the mean of so many repetitions of sampled play, with the same draws for every genome: a sum of whole
    pellets, divided once.
    """
    lives = mazes.take(np.tile(np.arange(mazes.count), repetitions))
    numbers = np.repeat(np.arange(repetitions), mazes.count)

    def objective(genomes: NDArray[Any]) -> NDArray[np.float64]:
        eaten = play(genomes, layout, lives, world, every=every, policy="sampled", repetition=numbers, machine=machine)
        mean: NDArray[np.float64] = _total(eaten) / repetitions
        return mean

    return _in_parts(objective, lives.count * (world.lifetime // (every or world.lifetime)))


def imitation(layout: Layout, bank: "Demonstrations", machine: Machine = CPU) -> Objective:
    """genomes [N, P] -> cross-entropy with the teacher of a bank in nats, of all episodes together, float64 [N].

    That of an episode is the mean over its steps; they are added one by one, as the order of numpy's sums depends on N.
    """

    def objective(genomes: NDArray[Any]) -> NDArray[np.float64]:
        running: NDArray[np.float64] = np.cumsum(cross_entropy(genomes, layout, bank, machine), axis=1)
        return running[:, -1]

    return objective


def _in_parts(objective: Objective, counts: int) -> Objective:
    """The same objective, of as many genomes at a time as there is room for, with so many counts [M, K] each."""
    part = max(1, MOST_COUNTS // max(1, counts))

    def joined(genomes: NDArray[Any]) -> NDArray[Any]:
        if len(genomes) <= part:
            return objective(genomes)
        return np.concatenate([objective(genomes[first : first + part]) for first in range(0, len(genomes), part)])

    return joined


def _total(counts: NDArray[np.int32]) -> NDArray[np.int32]:
    total: NDArray[np.int32] = counts.sum(axis=1, dtype=np.int32)
    return total
