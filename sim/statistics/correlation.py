"""Rank correlations of two quantities, also within strata, with bootstrap estimates. C points, S resamples."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sim.statistics.bootstrap import draws

Method = Literal["spearman", "kendall"]
FEWEST = 4  # points of a stratum
RESAMPLES = 2000
Floats = NDArray[np.float64]


def correlate(strata: Sequence[Floats], *, method: Method, seed: int) -> tuple[float, Floats | None, int]:
    """The mean over strata of the rank correlation of points [2, C], its estimates [S], and the number of points.

    Points without two finite values are left out, and so are strata of fewer than FEWEST points or of one value. Each
    stratum is resampled by itself. Without any stratum the correlation is NaN, without estimates.
    """
    kept = [points[:, np.isfinite(points).all(axis=0)] for points in strata]
    count = sum(points.shape[1] for points in kept)
    usable = [one for one in kept if one.shape[1] >= FEWEST and not (one == one[:, :1]).all(axis=1).any()]
    if not usable:
        return float("nan"), None, count
    estimates = np.stack([_estimates(one, method, seed, at) for at, one in enumerate(usable)])
    values = [float(_of_rows(one[:1], one[1:], method)[0]) for one in usable]
    return float(np.mean(values)), np.asarray(estimates.mean(axis=0)), count


def _estimates(points: Floats, method: Method, seed: int, at: int) -> Floats:
    """The correlation of every resample [S]; NaN if all values of one quantity are equal."""
    blocks = draws(points.shape[1], seed=seed, purpose="study/cells", at=at, resamples=RESAMPLES)
    return np.concatenate([_of_rows(points[0][block], points[1][block], method) for block in blocks])


def _of_rows(x: Floats, y: Floats, method: Method) -> Floats:
    """The correlations of the rows x and y [S, C]."""
    return spearman(x, y) if method == "spearman" else kendall(x, y)


def spearman(x: Floats, y: Floats) -> Floats:
    """Spearman's correlations of rows x and y [S, C]; NaN if all values of a row are equal."""
    from scipy.stats import rankdata

    ranks = (rankdata(each, axis=1) for each in (x, y))
    return _cosines(*(each - each.mean(axis=1, keepdims=True) for each in ranks))


def kendall(x: Floats, y: Floats) -> Floats:
    """Kendall's tau-b of rows x and y [S, C] (Kendall 1945); NaN if all values of a row are equal."""
    signs = ([np.sign(one[:, None] - one).ravel() for one in rows] for rows in (x, y))
    return np.concatenate([_cosines(a[None], b[None]) for a, b in zip(*signs, strict=True)])


def _cosines(a: Floats, b: Floats) -> Floats:
    """The cosine of the angle between rows a and b [S, K]; NaN if one of them is 0."""
    with np.errstate(invalid="ignore"):
        return np.asarray((a * b).sum(axis=1) / np.sqrt((a * a).sum(axis=1) * (b * b).sum(axis=1)))
