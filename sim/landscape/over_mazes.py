"""How one value of a genome stands for several mazes: sums for counts and steps, hashes for categories.

N genomes, M mazes, K times of counting.
"""

import numpy as np
from numpy.typing import NDArray

from sim.landscape.score import ByMaze, Layers
from sim.rollout.quantities import HASH_FACTOR


def total(counts: NDArray[np.int32]) -> NDArray[np.int32]:
    """Sum counts [N, M, K] over mazes, [N, K]. In memory each layer of the sums is contiguous, as fields store it."""
    from sim.landscape.counts import sum_mazes  # compiled with numba, which the command line does not import

    sums = np.empty((counts.shape[2], len(counts)), np.int32)
    sum_mazes(counts, sums)
    return sums.T


def hashes(categories: NDArray[np.int32]) -> NDArray[np.int32]:
    """Hashes of the categories [N, M, ...] in the first maze, in the first two, and so on to all mazes, [N, M, ...].

    The hash of one maze is the category itself; each further maze is mixed in as `sim.rollout.quantities.mixed` says.
    So genomes with the same category in every maze have the same hash, and others rarely do.
    """
    numbers = categories.view(np.uint32)
    chained = np.empty_like(numbers)
    chained[:, :1] = numbers[:, :1]
    for maze in range(1, numbers.shape[1]):
        chained[:, maze] = (chained[:, maze - 1] ^ numbers[:, maze]) * np.uint32(HASH_FACTOR)
    return chained.view(np.int32)


def layered(values: NDArray[np.int32], layers: Layers | None, *, categorical: bool = False) -> NDArray[np.int32]:
    """The values of genomes, [N], or [N, K] or [N, M] with layers, from those of episodes [N, M, K]."""
    if isinstance(layers, ByMaze):
        last = np.ascontiguousarray(values[..., -1])
        return hashes(last) if categorical else np.cumsum(last, axis=1, dtype=np.int32)
    whole = hashes(values)[:, -1] if categorical else total(values)
    return whole[:, 0] if layers is None else whole
