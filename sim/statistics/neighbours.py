"""Densities of points by the distances to their nearest neighbours, empty regions, and principal axes.

N points in D dimensions; E episodes with T points each. The density at a place is the lower, the longer the distance
from there to the k-th nearest point (Loftsgaarden, Quesenberry 1965). A region is empty if the density there is below
that of 99 % of held-out points.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.statistics.bootstrap import draws, percentiles
from sim.statistics.results import Number, number

Floats = NDArray[np.float64]
QUANTILE = 0.99  # of the distances of held-out points, beyond which a region is empty


def kth_distance(places: Floats, points: Floats, k: int) -> Floats:
    """The distances [...] from places [..., D] to the k-th nearest of points [N, D]; of fewer points, the farthest."""
    from scipy.spatial import cKDTree

    distances, _ = cKDTree(points).query(places.reshape(-1, places.shape[-1]), k=[min(k, len(points))])
    return np.asarray(distances[:, 0].reshape(places.shape[:-1]))


def principal_axes(points: Floats, count: int = 2) -> tuple[Floats, Floats]:
    """The mean [D] of points [N, D] and their first principal axes [D, count], as columns of length 1.

    The largest weight of an axis is positive. Axes that the points do not have are zeros.
    """
    mean = points.mean(axis=0)
    _, _, rows = np.linalg.svd(points - mean, full_matrices=False)
    axes = np.zeros((points.shape[1], count))
    axes[:, : len(rows)] = rows[:count].T
    signs = np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(count)])
    return mean, axes * np.where(signs == 0, 1, signs)


@dataclass(frozen=True, slots=True, eq=False)
class Sparsity:
    """The distances to the k-th nearest point of a reference: of `held_out` points [E, T] and of others, `of` [E', T].

    If all three are samples of one distribution, 1 % of the others lie in empty regions.
    """

    held_out: Floats
    of: Floats

    def empty(self, drawn: NDArray[np.intp] | None = None) -> NDArray[np.bool_]:
        """Which of the others [E', T] lie in empty regions; `drawn` are the held-out episodes that a resample drew."""
        held_out = self.held_out if drawn is None else self.held_out[drawn]
        return np.asarray(self.of > np.quantile(held_out, QUANTILE))


def sparsity(reference: Floats, held_out: Floats, of: Floats, k: int) -> Sparsity:
    """The sparsity of a reference [..., D] around held-out points [E, T, D] and around others [E', T, D]."""
    points = reference.reshape(-1, reference.shape[-1])
    return Sparsity(kth_distance(held_out, points, k), kth_distance(of, points, k))


def empty_share(
    quantity: str, several: Sequence[Sparsity], *, minus: Sequence[Sparsity] = (), seed: int, note: str = ""
) -> Number:
    """The share of others in empty regions, in percent, as the mean over several references of the same others.

    With `minus`, the mean over those references is subtracted. The interval is a bootstrap over the held-out episodes
    and over the episodes of the others, each drawn independently.
    """

    def share(drawn: NDArray[np.intp] | None, units: NDArray[np.intp] | slice) -> float:
        means = [np.mean([one.empty(drawn)[units].mean() for one in some]) for some in (several, minus) if some]
        return float(100 * (means[0] - sum(means[1:])))

    held_out, of = (len(each) for each in (several[0].held_out, several[0].of))
    both = zip(_resamples(held_out, seed, 0), _resamples(of, seed, 1), strict=True)
    interval = percentiles([share(*drawn) for drawn in both])
    return number(quantity, share(None, slice(None)), interval, sample=of, note=note)


def _resamples(units: int, seed: int, at: int) -> Iterator[NDArray[np.intp]]:
    """The units that each resample draws."""
    for block in draws(units, seed=seed, purpose="measure/empty", at=at):
        yield from block
