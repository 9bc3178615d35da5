"""Objectives of genomes in mazes: what a landscape is the height of.

N genomes, M mazes, K counts of an episode. All genomes see the same mazes, and every value is a sum of whole pellets.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.layout import Layout
from sim.maze import Mazes
from sim.rollout import play
from sim.rollout.machine import CPU, Machine
from sim.world import World

Objective = Callable[[NDArray[Any]], NDArray[np.int32]]


def pellets(layout: Layout, mazes: Mazes, world: World, machine: Machine = CPU) -> Objective:
    """genomes [N, P] -> pellets eaten in all mazes together [N]."""
    return lambda genomes: _total(play(genomes, layout, mazes, world, machine=machine))


def pellets_by_step(layout: Layout, mazes: Mazes, world: World, every: int, machine: Machine = CPU) -> Objective:
    """genomes [N, P] -> pellets eaten in all mazes after every `every`-th step [N, K]."""

    def objective(genomes: NDArray[Any]) -> NDArray[np.int32]:
        counts = play(genomes, layout, mazes, world, every=every, machine=machine)
        return _total(counts.reshape(len(genomes), mazes.count, -1))

    return objective


def pellets_by_maze(layout: Layout, mazes: Mazes, world: World, machine: Machine = CPU) -> Objective:
    """genomes [N, P] -> pellets eaten in the first m mazes together, for m from 1 to M, [N, M]."""
    return lambda genomes: np.cumsum(play(genomes, layout, mazes, world, machine=machine), axis=1, dtype=np.int32)


def _total(counts: NDArray[np.int32]) -> NDArray[np.int32]:
    total: NDArray[np.int32] = counts.sum(axis=1, dtype=np.int32)
    return total
