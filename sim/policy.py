"""Policies: the best action, or one drawn from the softmax of the outputs, by named noise.

M mazes, T steps, A actions. Sampled play adds Gumbel noise to the outputs and takes the best (Gumbel 1954; Maddison,
Tarlow, Minka 2014), which draws from their softmax. The noise has the name of its maze and a repetition, so all genomes
meet the same, whatever they are played with.
"""

from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.errors import UserError
from agents.randomness import words
from sim.maze import Mazes, Split
from sim.world import ACTIONS

Policy = Literal["greedy", "sampled"]

KEPT = 4096  # mazes whose noise is kept: 6.4 kB each in a life of 200 steps
LN2 = 0.6931471805599453
HALF_ROOT = 0.7071067811865476
ODD = tuple(2 / (2 * power + 1) for power in range(11, -1, -1))  # log((1 + s) / (1 - s)) / s in powers of s^2


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


def gumbel(drawn: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Standard Gumbel variates from random words, -log(-log(u)), the same bits on every machine.

    u is the middle of one of 2^52 equal parts of (0, 1).
    """
    return -log(-log(((drawn >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52))


def log(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """The natural logarithm of positive normal numbers, at most 3 ulp from the true one.

    Only + - * / of numpy, each rounded on its own, so no CPU's library has a say in it.
    """
    mantissa, exponent = np.frexp(x)
    small = mantissa < HALF_ROOT
    mantissa, exponent = np.where(small, 2 * mantissa, mantissa), exponent - small
    s: NDArray[Any] = (mantissa - 1) / (mantissa + 1)
    square = s * s
    total: NDArray[Any] = np.full_like(s, ODD[0])
    for coefficient in ODD[1:]:
        total = total * square + coefficient
    result: NDArray[np.float64] = s * total + exponent * LN2
    return result
