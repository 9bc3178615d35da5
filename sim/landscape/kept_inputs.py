"""Inputs of evaluations that a process makes once and keeps: the teacher's episodes, mazes to be played repeatedly, and
the life of the genome in the centre.

A sweep evaluates the same objective thousands of times. M mazes, R repetitions, P weights, T steps. Callers must not
write to what these functions return: the next caller gets the same arrays.
"""

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from agents.layout import Layout
from sim.rollout.machine import Machine
from sim.world.maze import Mazes, MazeSet
from sim.world.rules import World

if TYPE_CHECKING:
    from sim.imitation.teacher import Demonstrations, Ties

KEPT = 2  # results of each function that a process keeps


@lru_cache(KEPT)
def demonstrations(mazes: MazeSet, world: World, ties: "Ties", machine: Machine) -> "Demonstrations":
    """The episodes that the teacher plays, one in each of M mazes."""
    from sim.imitation.teacher import demonstrate

    return demonstrate(mazes.carve(), world, ties=ties, machine=machine)


@lru_cache(KEPT)
def repeated(mazes: MazeSet, repetitions: int) -> tuple[Mazes, NDArray[np.intp]]:
    """All M mazes R times over, [R M], and the number of the repetition that each belongs to, [R M]."""
    batch = mazes.carve()
    return batch.take(np.tile(np.arange(batch.count), repetitions)), np.repeat(np.arange(repetitions), batch.count)


@lru_cache(KEPT)
def centre_places(mazes: MazeSet, world: World, layout: Layout, weights: bytes, kind: str) -> NDArray[np.int16]:
    """The places [M, T+1] of the genome, in every maze, that divergence is measured from.

    `weights` are the bytes of the genome [P], and `kind` is its type as numpy writes it.
    """
    from sim.rollout.observe import places_of

    return places_of(np.frombuffer(weights, kind), layout, mazes.carve(), world)
