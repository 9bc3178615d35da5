"""Modes of a density: the peaks of points that are higher above the saddles around them than chance makes them.

N points in D dimensions, in E groups of S; K neighbours, M peaks. The density at a point follows from the distance to
its K-th nearest neighbour (Loftsgaarden, Quesenberry 1965). Every point belongs to the peak that a climb from neighbour
to neighbour reaches; a peak whose height above the saddle to a higher peak is small is merged into it (Chazal, Guibas,
Oudot, Skraba 2013, algorithm 1). How small is decided by samples of a uniform density and of a Gaussian, which have one
mode.
"""

import numpy as np
from numpy.typing import NDArray

from agents.randomness import generator

Floats = NDArray[np.float64]
Whole = NDArray[np.intp]
AT_ONCE = 1 << 21  # distances that are calculated at once
NEAREST = 1e-6  # of the standard deviation of all points: shorter distances count as so long


def find_modes(points: Floats, k: int, *, seed: int, references: int = 19) -> Whole:
    """The mode [E, S] of each of the points [E, S, D] of E groups, such as episodes: a number from 0, by their sizes.

    The density at a point follows from the k nearest other groups, so that no group makes a mode alone. Peaks of points
    become modes if they are higher above their saddles than all peaks but the highest one of `references` samples of a
    uniform density and as many of a Gaussian, with the covariance of the points. So points of one Gaussian, or of the
    uniform density, seem to have several modes in at most 1 of `references` + 1 cases. Only distances count, so a
    rotation of the space changes nothing. Raises ValueError if there are not more than k groups.
    """
    flat = points.reshape(-1, points.shape[-1])
    spread = np.sqrt(np.maximum(np.linalg.eigvalsh(np.atleast_2d(np.cov(flat.T))), 0))
    least = 0.0
    for at in range(references):
        rng = generator(seed, "statistics/modes", at)
        for drawn in (rng.uniform(-(3**0.5), 3**0.5, points.shape), rng.standard_normal(points.shape)):
            by_chance, _ = merge_peaks(*log_density(drawn * spread, k), least=np.inf)
            least = max(least, by_chance.max(initial=0, where=np.isfinite(by_chance)))
    _, peaks = merge_peaks(*log_density(points, k), least=least)
    _, of, sizes = np.unique(peaks, return_inverse=True, return_counts=True)
    numbers = np.empty(len(sizes), np.intp)
    numbers[np.argsort(-sizes, kind="stable")] = np.arange(len(sizes))
    return numbers[of].reshape(points.shape[:2])


def log_density(points: Floats, k: int) -> tuple[Floats, Whole]:
    """The logarithm of the density at points [E, S, D], up to a constant, [N], and their neighbours [N, k].

    A volume grows as the distance to the power of the dimension, which is estimated by the distances themselves.
    """
    distances, neighbours = nearest(points, k)
    floor = NEAREST * float(np.sqrt(points.var(axis=(0, 1)).sum())) or 1.0
    distances = np.maximum(distances, floor)
    return -dimension(distances, floor) * np.log(distances[:, -1]), neighbours


def nearest(points: Floats, k: int) -> tuple[Floats, Whole]:
    """The distances from points [E, S, D] to the k nearest other groups, and the nearest point of each, [N, k] both."""
    from scipy.spatial.distance import cdist

    groups, size, _ = points.shape
    if groups <= k:
        raise ValueError(f"{groups} groups of points are too few for k = {k}; give more groups, or a smaller k")
    flat = points.reshape(groups * size, -1)
    distances, neighbours = np.empty((len(flat), k)), np.empty((len(flat), k), np.intp)
    step = max(1, AT_ONCE // (len(flat) * size))
    for first in range(0, groups, step):
        own = np.repeat(np.arange(first, min(first + step, groups)), size)
        part = slice(first * size, first * size + len(own))
        between = cdist(flat[part], flat).reshape(len(own), groups, size)
        between[np.arange(len(own)), own] = np.inf
        closest = between.argmin(axis=2)
        shortest = np.take_along_axis(between, closest[..., None], axis=2)[..., 0]
        some = np.argpartition(shortest, k - 1, axis=1)[:, :k]
        of = np.take_along_axis(shortest, some, axis=1)
        order = np.argsort(of, axis=1, kind="stable")
        some = np.take_along_axis(some, order, axis=1)
        distances[part] = np.take_along_axis(of, order, axis=1)
        neighbours[part] = some * size + np.take_along_axis(closest, some, axis=1)
    return distances, neighbours


def dimension(distances: Floats, floor: float = 0.0) -> float:
    """The dimension of the region that points fill, from the distances [N, k] to their neighbours, nearest first.

    The inverse of the estimate of Levina and Bickel (2004, equation 8) is averaged over points (MacKay, Ghahramani
    2005). Points with an equal one, closer than the `floor`, are left out.
    """
    apart = distances[distances[:, 0] > 1.001 * floor]
    inverse = np.log(apart[:, -1:] / apart[:, :-1]).mean() if apart.size else 0.0
    return float(1 / inverse) if inverse > 0 else 1.0


def merge_peaks(heights: Floats, neighbours: Whole, *, least: float) -> tuple[Floats, Whole]:
    """Merge the peaks of heights [N] on the graph of neighbours [N, K] that are not above `least` over a saddle.

    Returns the persistence of all peaks but the highest one, falling, and of each point [N] the peak that it belongs
    to. The persistence of peaks that no saddle joins to a higher one, and of those above `least`, is infinite.
    """
    count = len(heights)
    order = np.argsort(-heights, kind="stable")
    rank = np.empty(count, np.intp)
    rank[order] = np.arange(count)
    above = _higher_neighbours(rank, neighbours)
    root, level = list(range(count)), heights[order].tolist()  # by rank, as everything below

    def find(at: int) -> int:
        while root[at] != at:
            root[at] = root[root[at]]
            at = root[at]
        return at

    merged = []
    for at, higher in enumerate(above):
        peaks = sorted({find(each) for each in higher})
        if not peaks:
            continue
        root[at] = find(min(higher))
        for peak in peaks[1:]:
            persistence = level[peak] - level[at]
            if persistence <= least:
                root[peak] = peaks[0]
                merged.append(persistence)
    found = np.array([find(at) for at in range(count)], np.intp)
    apart = len(np.unique(found)) - 1
    return np.r_[np.full(apart, np.inf), np.sort(merged)[::-1]], order[found][rank]


def _higher_neighbours(rank: Whole, neighbours: Whole) -> list[list[int]]:
    """For the points in the order of their ranks: the ranks of those neighbours, in either direction, before them."""
    ends = np.stack([np.repeat(rank, neighbours.shape[1]), rank[neighbours].ravel()])
    higher, lower = ends.min(axis=0), ends.max(axis=0)
    order = np.argsort(lower, kind="stable")
    parts = np.split(higher[order], np.cumsum(np.bincount(lower, minlength=len(rank)))[:-1])
    return [part.tolist() for part in parts]
