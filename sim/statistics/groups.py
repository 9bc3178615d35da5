"""Statistics over groups of runs: interquartile means, their differences, probabilities of improvement, correlations.

R runs (or pairs of runs), S resamples, m values in each, C cells. After Agarwal et al. (2021): intervals of means are
95 % percentile bootstraps in which the runs of a group are drawn anew, each group by itself. A run is drawn whole, with
all its mazes: one champion plays them all, and to draw runs anew in every maze would take one run for as many as there
are mazes. A bootstrap of 2 or 3 runs finds a difference in one of three or of six cases where there is none, so it
takes FEWEST.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.statistics.bootstrap import draws, iqm, percentiles

RESAMPLES = 10_000
FEWEST = 4  # runs: of fewer, a percentile bootstrap is far from holding the truth in 95 % of all cases
NORMAL = 1.959964  # the 97.5 % quantile
Floats = NDArray[np.float64]
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """The values [R] of a group's runs, and the resamples int [S, m] that the intervals of its means are read off.

    `left_out` counts the runs that have no finite value.
    """

    values: Floats
    drawn: NDArray[np.intp]
    left_out: int

    @property
    def independent(self) -> int:
        """How many independent values the group is taken for."""
        return int(self.drawn.shape[1])


def group(values: ArrayLike, *, seed: int, at: int = 0, ring: bool = False) -> Group:
    """The group of all finite values; `at` names its resamples, which are independent of any other's.

    Of a `ring`, where each run stands in two neighbouring values, a resample draws half as many values as there are:
    the variance of their mean is at most twice that of independent ones (Hoeffding 1948).
    """
    every = np.asarray(values, np.float64)
    found = every[np.isfinite(every)]
    count = len(found)
    size = count // 2 if ring else count
    if not size:
        return Group(found, np.empty((RESAMPLES, 0), np.intp), len(every) - count)
    blocks = draws(count, seed=seed, purpose="methods/bootstrap", at=at, size=size, resamples=RESAMPLES)
    return Group(found, np.concatenate(list(blocks)), len(every) - count)


def interquartile_mean(one: Group) -> tuple[float, Interval | None]:
    """The interquartile mean of a group, and its interval."""
    return _iqm(one), _bounds(_means(one)) if one.independent >= FEWEST else None


def difference(one: Group, other: Group) -> tuple[float, Interval | None]:
    """The interquartile mean of one group less that of the other, and its interval."""
    enough = min(one.independent, other.independent) >= FEWEST
    return _iqm(one) - _iqm(other), _bounds(_means(one) - _means(other)) if enough else None


def p_value(one: Group, other: Group) -> float | None:
    """The two-sided bootstrap p value of the difference being 0, or None for too few runs."""
    if min(one.independent, other.independent) < FEWEST:
        return None
    less = _means(one) - _means(other)
    tail = min(int((less <= 0).sum()), int((less >= 0).sum()))
    return min(1.0, 2 * (tail + 1) / (len(less) + 1))


def improvement(one: Group, other: Group) -> tuple[float, Interval | None]:
    """P(X > Y) + P(X = Y) / 2 of one group's X and the other's Y (Mann, Whitney 1947), and its score interval.

    The interval is that of Newcombe (2006): where no run of one group is below any of the other, all resamples of a
    bootstrap say 1, however few runs there are, and without doubt.
    """
    x, y = one.values[:, None], other.values[None]
    wins = (x > y) + 0.5 * (x == y)
    share, sizes = float(wins.mean()) if wins.size else math.nan, (one.independent, other.independent)
    if min(sizes) < 2:
        return share, None
    return share, (_lowest(share, *sizes), 1 - _lowest(1 - share, *sizes))


def rank_correlation(x: ArrayLike, y: ArrayLike, *, seed: int) -> tuple[float, Interval | None, int]:
    """Spearman's correlation of two columns [C] of cells, its 95 % bootstrap interval over cells, and how many count.

    Cells without a finite value in both are left out.
    """
    both = np.stack([np.asarray(x, np.float64), np.asarray(y, np.float64)])
    both = both[:, np.isfinite(both).all(axis=0)]
    count = both.shape[1]
    if count < FEWEST or (both == both[:, :1]).all(axis=1).any():
        return math.nan, None, count
    blocks = draws(count, seed=seed, purpose="study/cells")
    estimates = np.concatenate([_spearman(both[0][block], both[1][block]) for block in blocks])
    low, high = percentiles(estimates[np.isfinite(estimates)]).tolist()
    return float(_spearman(both[:1], both[1:])[0]), (low, high), count


def _spearman(x: Floats, y: Floats) -> Floats:
    """The rank correlations of rows x and y [S, C], nan where one of them is all alike."""
    from scipy.stats import rankdata

    a, b = (ranks - ranks.mean(axis=1, keepdims=True) for ranks in (rankdata(each, axis=1) for each in (x, y)))
    with np.errstate(invalid="ignore"):
        return np.asarray((a * b).sum(axis=1) / np.sqrt((a * a).sum(axis=1) * (b * b).sum(axis=1)))


def holm(values: Sequence[float | None]) -> list[float | None]:
    """p values corrected for their number (Holm 1979); None stays None and is not counted."""
    order = sorted((value, at) for at, value in enumerate(values) if value is not None)
    found: list[float | None] = [None] * len(values)
    highest = 0.0
    for rank, (value, at) in enumerate(order):
        highest = max(highest, min(1.0, value * (len(order) - rank)))
        found[at] = highest
    return found


def differs(interval: Sequence[float | None] | None) -> bool:
    """True where an interval is there and does not hold 0."""
    if interval is None or interval[0] is None or interval[1] is None:
        return False
    return not interval[0] <= 0 <= interval[1]


def _iqm(one: Group) -> float:
    return float(iqm(one.values)) if len(one.values) else math.nan


def _means(one: Group) -> Floats:
    """The interquartile mean of every resample [S]."""
    return np.asarray(iqm(one.values[one.drawn], axis=1))


def _lowest(share: float, m: int, n: int) -> float:
    """The smallest probability of improvement from which the `share` found is 1.96 standard errors away.

    Newcombe (2006), method 5: the error is that of Hanley, McNeil (1982) at the bound, not at the share, and treats
    both groups alike.
    """
    from scipy.optimize import brentq

    more = (m + n) / 2 - 1

    def beyond(p: float) -> float:
        variance = p * (1 - p) * (1 + more * (1 - p) / (2 - p) + more * p / (1 + p)) / (m * n)
        return share - p - NORMAL * math.sqrt(variance)

    # not up to the share itself: where all of one group are above, the error is 0 there, and so a second root
    return float(brentq(beyond, 0.0, share * (1 - 1e-12))) if share > 0 else 0.0


def _bounds(found: Floats) -> Interval:
    low, high = percentiles(found).tolist()
    return low, high
