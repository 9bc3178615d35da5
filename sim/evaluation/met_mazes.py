"""The mazes that a run met while it learned."""

import numpy as np
from numpy.typing import NDArray

from sim.evaluation.subject import Subject
from sim.world.maze import Mazes, pick


def met_mazes(subject: Subject, count: int) -> tuple[Mazes, NDArray[np.intp]]:
    """The last mazes that a run learned in, once for each of `count` episodes, and how often each was there before.

    A pool of fewer mazes is used several times, its mazes in turn.
    """
    record = subject.record
    met = min(record.mazes, record.pool or record.mazes)
    some = min(count, met)
    places = np.arange(count)
    indices = met - some + places % some
    return pick(subject.world.maze, indices, seed=subject.seed, split="train"), places // some
