"""Surfaces through several optima: flat simplices, and Bezier simplices whose control points are evolved.

k corners of P weights; points of a simplex are barycentric coordinates b [N, k], which are 0 or more and sum to 1. A
quadratic Bezier simplex is sum b_i^2 w_i + sum_{i<j} 2 b_i b_j c_ij: for k = 2 the curve of Garipov et al. (2018), for
k = 3 a triangle, whose edges are such curves. With control points midway between the corners it is flat.
"""

from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents import optimisers
from agents.randomness import generator
from sim.landscape.function import Function

Floats = NDArray[np.float64]


def barycentric(corners: int, parts: int) -> Floats:
    """The grid of barycentric coordinates [N, k] that are multiples of 1 / parts."""
    if corners == 1:
        return np.ones((1, 1))
    rows = [
        np.column_stack([np.full(len(rest), first), rest])
        for first in range(parts + 1)
        for rest in [_whole(corners - 1, parts - first)]
    ]
    return np.concatenate(rows) / parts


def _whole(corners: int, total: int) -> NDArray[np.intp]:
    """All ways [N, k] to write a total as a sum of k whole numbers."""
    if corners == 1:
        return np.array([[total]])
    return np.concatenate([
        np.column_stack([np.full(len(rest), first), rest])
        for first in range(total + 1)
        for rest in [_whole(corners - 1, total - first)]
    ])  # fmt: skip


def surface(points: Floats, corners: Floats, controls: Floats) -> Floats:
    """The genomes [N, P] at barycentric points [N, k], from corners [k, P] and control points [k (k - 1) / 2, P]."""
    pairs = list(combinations(range(len(corners)), 2))
    one, other = (points[:, [pair[at] for pair in pairs]] for at in (0, 1))
    return np.asarray(points**2 @ corners + 2 * (one * other) @ controls)


def midpoints(corners: Floats) -> Floats:
    """The control points [k (k - 1) / 2, P] of the flat simplex."""
    return np.stack([(corners[i] + corners[j]) / 2 for i, j in combinations(range(len(corners)), 2)])


def evolve_surface(
    functions: Callable[[int], Function],
    corners: Floats,
    config: optimisers.Config,
    *,
    generations: int,
    points: int = 8,
    seed: int = 0,
) -> Floats:
    """Move the control points by evolution, so that the mean value on the surface becomes large; returns them.

    `functions(generation)` returns the function that evaluates the genomes of a generation: it may use fresh mazes in
    each. The value of a surface is the mean over so many `points`, drawn uniformly from the simplex; all surfaces of a
    generation have the same. Starts from the flat simplex.
    """
    flat = midpoints(corners)
    optimiser = optimisers.make(config, flat.ravel().astype(np.float32), seed)
    for generation in range(generations):
        controls = optimiser.ask().astype(np.float64).reshape(-1, *flat.shape)
        drawn = generator(seed, "landscape/simplex", generation).dirichlet(np.ones(len(corners)), points)
        genomes = np.stack([surface(drawn, corners, each) for each in controls])
        flattened = genomes.reshape(-1, corners.shape[1]).astype(np.float32)
        values = np.asarray(functions(generation)(flattened), np.float64)
        optimiser.tell(values.reshape(len(controls), points).mean(axis=1))
    return np.asarray(optimiser.candidates(1)[0].astype(np.float64).reshape(flat.shape))


def triangle(side: int) -> tuple[Floats, NDArray[np.bool_]]:
    """Barycentric coordinates [side, side, 3] of the pixels of an upright triangle, and which pixels lie in it."""
    x, y = np.meshgrid(np.linspace(0, 1, side), np.linspace(1, 0, side))
    top = y
    right = x - y / 2
    coordinates = np.stack([1 - right - top, right, top], axis=-1)
    return coordinates, np.asarray((coordinates >= -1e-9).all(axis=-1))


def clipped(values: Any) -> Floats:
    """Barycentric coordinates without the rounding that makes them negative."""
    raised = np.clip(np.asarray(values, np.float64), 0, None)
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))
