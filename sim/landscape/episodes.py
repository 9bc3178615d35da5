"""Episodes: what the evaluations of an objective have in common, made once in a process and kept.

M mazes, R repetitions.
"""

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.rollout.machine import Machine
from sim.world.maze import Mazes, MazeSet
from sim.world.rules import World

if TYPE_CHECKING:
    from sim.imitation.teacher import Demonstrations, Ties

KEPT = 2  # of each kind


@lru_cache(KEPT)
def demonstrations(mazes: MazeSet, world: World, ties: "Ties", machine: Machine) -> "Demonstrations":
    """The teacher's own episodes, one in each maze. Do not write to them."""
    from sim.imitation.teacher import demonstrate

    return demonstrate(mazes.carve(), world, ties=ties, machine=machine)


@lru_cache(KEPT)
def repeated(mazes: MazeSet, repetitions: int) -> tuple[Mazes, NDArray[np.intp]]:
    """All mazes R times over, [R M], and the number of the repetition of each, [R M]. Do not write to them."""
    batch = mazes.carve()
    return batch.take(np.tile(np.arange(batch.count), repetitions)), np.repeat(np.arange(repetitions), batch.count)
