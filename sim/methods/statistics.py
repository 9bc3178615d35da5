"""Statistics over runs: interquartile means, their differences, and the probability of improvement.

R runs (or pairs of runs), S resamples, m values in each. After Agarwal et al. (2021). Intervals of means are 95 %
percentile bootstraps (Efron 1979) in which a method's runs are drawn anew, each method by itself. A run is drawn whole,
with all its mazes: one champion plays them all, and to draw runs anew in every maze would take one run for as many as
there are mazes. A bootstrap of 2 or 3 runs tells one in three or one in six nothings apart, so it takes FEWEST.

The probability of improvement has the score interval of Newcombe (2006): where no run of one method is below any of the
other, all resamples say 1, however few runs there are, and a bootstrap says so without doubt.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.randomness import generator
from sim.comparison.statistics import FEWEST, iqm

RESAMPLES = 10_000
NORMAL = 1.959964  # the 97.5 % quantile
HALVINGS = 50  # of the range in which a bound is sought
Floats = NDArray[np.float64]
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """The values [R] of a method's runs, and the resamples int [S, m] that the intervals of its means are read off.

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
    drawn = generator(seed, "methods/bootstrap", at).integers(max(1, count), size=(RESAMPLES, size))
    return Group(found, drawn, len(every) - count)


def interquartile_mean(one: Group) -> tuple[float, Interval | None]:
    """The interquartile mean of a group, and its interval."""
    return _iqm(one), _bounds(_means(one)) if one.independent >= FEWEST else None


def difference(one: Group, other: Group) -> tuple[float, Interval | None]:
    """The interquartile mean of one group less that of the other, and its interval."""
    enough = min(one.independent, other.independent) >= FEWEST
    return _iqm(one) - _iqm(other), _bounds(_means(one) - _means(other)) if enough else None


def improvement(one: Group, other: Group) -> tuple[float, Interval | None]:
    """P(X > Y) + P(X = Y) / 2 of one group's X and the other's Y (Mann, Whitney 1947), and its interval."""
    x, y = one.values[:, None], other.values[None]
    wins = (x > y) + 0.5 * (x == y)
    share, sizes = float(wins.mean()) if wins.size else math.nan, (one.independent, other.independent)
    if min(sizes) < 2:
        return share, None
    return share, (_lowest(share, *sizes), 1 - _lowest(1 - share, *sizes))


def differs(interval: Sequence[float | None] | None) -> bool:
    """Whether an interval is there and does not hold 0."""
    if interval is None or interval[0] is None or interval[1] is None:
        return False
    return not interval[0] <= 0 <= interval[1]


def _iqm(one: Group) -> float:
    return iqm(one.values) if len(one.values) else math.nan


def _means(one: Group) -> Floats:
    """The interquartile mean of every resample [S]."""
    ordered = np.sort(one.values[one.drawn], axis=1)
    size = ordered.shape[1]
    return np.asarray(ordered[:, size // 4 : size - size // 4].mean(axis=1))


def _lowest(share: float, m: int, n: int) -> float:
    """The smallest probability of improvement from which the `share` found is 1.96 standard errors away.

    Newcombe (2006), method 5: the error is that of Hanley, McNeil (1982) at the bound, not at the share, and treats
    both methods alike.
    """
    more, low, high = (m + n) / 2 - 1, 0.0, share
    for _ in range(HALVINGS):
        p = (low + high) / 2
        variance = p * (1 - p) * (1 + more * (1 - p) / (2 - p) + more * p / (1 + p)) / (m * n)
        low, high = (p, high) if share - p > NORMAL * math.sqrt(variance) else (low, p)
    return low


def _bounds(found: Floats) -> Interval:
    low, high = np.percentile(found, [2.5, 97.5], method="inverted_cdf").tolist()
    return low, high
