"""Policies, which choose an action from outputs: the best one, or one drawn from the softmax with Gumbel noise.

M mazes, T steps, A actions. Sampled play adds Gumbel noise to the outputs and takes the best action, which is a draw
from their softmax (Gumbel 1954; Maddison, Tarlow, Minka 2014). The random stream of the noise is named by the maze and
a repetition, so all genomes get the same noise, whatever is played beside them.
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

KEPT = 4096  # mazes whose noise is kept in memory: 6.4 kB for each maze in episodes of 200 steps


def noise(mazes: Mazes, steps: int, repetition: ArrayLike = 0) -> NDArray[np.float64]:
    """The noise that sampled play adds to the outputs, [M, T, A]; for fewer steps, the beginning of the same noise.

    `repetition` is one number for all mazes, or an array [M]; another number gives a maze other noise. Raises UserError
    for other repetitions.
    """
    rounds = np.asarray(repetition)
    if rounds.dtype.kind not in "iu" or rounds.shape not in ((), (mazes.count,)) or (rounds < 0).any():
        raise UserError(
            f"a repetition is a whole number from 0, or one for each of {mazes.count} mazes, got {repetition!r}"
        )
    named = zip(mazes.indices.tolist(), np.broadcast_to(rounds, mazes.count).tolist(), strict=True)
    return np.stack([_noise(mazes.seed, mazes.split, index, number, steps) for index, number in named])


@lru_cache(KEPT)
def _noise(seed: int, split: Split, index: int, repetition: int, steps: int) -> NDArray[np.float64]:
    drawn = gumbel(words(steps * ACTIONS, seed, f"policy/{split}", index, repetition)).reshape(steps, ACTIONS)
    drawn.flags.writeable = False
    return drawn
