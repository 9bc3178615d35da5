"""The compiled kernel that sums counts over mazes and puts them in layers, as fields store them."""

import numpy as np

from agents.engine.arithmetic import kernel

BLOCK = 256  # genomes whose sums are kept in the cache, and written as one piece of each layer


@kernel
def sum_mazes(counts, total):  # type: ignore[no-untyped-def]
    """Set total [K, N] to the sums over mazes of counts [N, M, K]."""
    genomes, mazes, layers = counts.shape
    sums = np.empty((BLOCK, layers), counts.dtype)
    for first in range(0, genomes, BLOCK):
        stop = min(first + BLOCK, genomes)
        for genome in range(first, stop):
            row = sums[genome - first]
            for layer in range(layers):
                row[layer] = counts[genome, 0, layer]
            for maze in range(1, mazes):
                for layer in range(layers):
                    row[layer] += counts[genome, maze, layer]
        for layer in range(layers):
            line = total[layer]
            for genome in range(first, stop):
                line[genome] = sums[genome - first, layer]
