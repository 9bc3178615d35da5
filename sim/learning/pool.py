"""Which training mazes a run meets: fresh ones for ever, or those of a pool of K, numbers 0 to K-1 of its stream.

M mazes that a generation asks for.
"""

import numpy as np

from sim.learning.setting import Setting
from sim.world.maze import Mazes, pick


def training_mazes(setting: Setting, count: int, generation: int, *, repeat: bool = False) -> Mazes:
    """The M = `count` training mazes of a generation, counted from 0: each generation goes on where the last stopped.

    After the last maze of a pool comes its first. A pool of fewer than M is met whole in each generation, K mazes once
    each, as greedy play does the same again in the same maze; where `repeat`, it too is walked through, M mazes.
    """
    indices = np.arange(generation * count, (generation + 1) * count)
    if setting.pool:
        indices = indices % setting.pool if repeat or count <= setting.pool else np.arange(setting.pool)
    return pick(setting.world.maze, indices, seed=setting.seed, split="train")


def distinct(setting: Setting, asked: int) -> int:
    """How many different training mazes were met where so many were asked for, one after another."""
    return min(asked, setting.pool) if setting.pool else asked
