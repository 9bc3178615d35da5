"""Policies: the best action, or one drawn from the softmax of the outputs, by named noise.

M mazes, T steps, A actions. Sampled play adds Gumbel noise to the outputs and takes the best (Gumbel 1954; Maddison,
Tarlow, Minka 2014), which draws from their softmax. The noise has the name of its maze and a repetition, so all genomes
meet the same, whatever they are played with.
"""

from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.errors import UserError
from agents.randomness import words
from agents.variates import gumbel
from sim.world.maze import Mazes, Split
from sim.world.rules import ACTIONS

Policy = Literal["greedy", "sampled"]

KEPT = 4096  # mazes whose noise is kept: 6.4 kB each in a life of 200 steps


def noise(mazes: Mazes, steps: int, repetition: ArrayLike = 0) -> NDArray[np.float64]:
    """What sampled play adds to the outputs, [M, T, A]; a shorter life has the beginning of it.

    `repetition` is one number for all mazes, or [M]; mazes drawn again with another are played with other draws.
    """
    rounds = np.asarray(repetition)
    if rounds.dtype.kind not in "iu" or rounds.shape not in ((), (mazes.count,)) or (rounds < 0).any():
        raise UserError(
            f"a repetition is a whole number from 0, or one for each of {mazes.count} mazes, got {repetition!r}"
        )
    each = zip(mazes.indices.tolist(), np.broadcast_to(rounds, mazes.count).tolist(), strict=True)
    return np.stack([_noise(mazes.seed, mazes.split, index, number, steps) for index, number in each])


@lru_cache(KEPT)
def _noise(seed: int, split: Split, index: int, repetition: int, steps: int) -> NDArray[np.float64]:
    drawn = gumbel(words(steps * ACTIONS, seed, f"policy/{split}", index, repetition)).reshape(steps, ACTIONS)
    drawn.flags.writeable = False
    return drawn
