"""The training mazes of each generation: fresh ones, or those of a fixed pool.

The mazes of a run have numbers. A pool of K mazes are the numbers 0 to K-1. M mazes of a generation.
"""

import numpy as np

from sim.learning.setting import Setting
from sim.world.maze import Mazes, pick


def training_mazes(setting: Setting, count: int, generation: int, *, repeat: bool = False) -> Mazes:
    """The M = `count` training mazes of a generation, counted from 0: those after the mazes of the generation before.

    After the last maze of a pool comes its first. If a pool has fewer than M mazes, each is returned once, because a
    greedy forager would only do the same again; with `repeat`, for sampled play, M mazes are returned here too.
    """
    indices = np.arange(generation * count, (generation + 1) * count)
    if setting.pool:
        indices = indices % setting.pool if repeat or count <= setting.pool else np.arange(setting.pool)
    return pick(setting.world.maze, indices, seed=setting.seed, split="train")


def distinct(setting: Setting, count: int) -> int:
    """How many different mazes there are among the first `count` training mazes of a run."""
    return min(count, setting.pool) if setting.pool else count
