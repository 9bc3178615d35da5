"""Statistics over runs: interquartile means, their differences, and the probability of improvement.

R runs (or pairs of runs), S resamples, m values in each. After Agarwal et al. (2021). Intervals are 95 % percentile
bootstraps (Efron 1979) in which a method's runs are drawn anew, each method by itself. A run is drawn whole, with all
its mazes: one champion plays them all, and to draw runs anew in every maze would take one run for as many as there are
mazes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.randomness import generator
from sim.comparison.statistics import iqm

RESAMPLES = 10_000
Floats = NDArray[np.float64]
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """The values [R] of a method's runs, and the resamples int [S, m] that all of its intervals are read off.

    `left_out` counts the runs that have no finite value.
    """

    values: Floats
    drawn: NDArray[np.intp]
    left_out: int

    @property
    def known(self) -> bool:
        """Whether there is anything to draw anew."""
        return len(self.values) > 1


def group(values: ArrayLike, *, seed: int, at: int = 0, ring: bool = False) -> Group:
    """The group of all finite values; `at` names its resamples, which are independent of any other's.

    Of a `ring`, where each run stands in two neighbouring values, a resample draws half as many values as there are:
    the variance of their mean is at most twice that of independent ones (Hoeffding 1948), so this is safe.
    """
    every = np.asarray(values, np.float64)
    found = every[np.isfinite(every)]
    count = len(found)
    size = count // 2 if ring and count > 1 else count
    drawn = generator(seed, "methods/bootstrap", at).integers(max(1, count), size=(RESAMPLES, size))
    return Group(found, drawn, len(every) - count)


def middle(one: Group) -> tuple[float, Interval | None]:
    """The interquartile mean of a group, and its interval."""
    return _middle(one), _bounds(_means(one)) if one.known else None


def difference(one: Group, other: Group) -> tuple[float, Interval | None]:
    """The interquartile mean of one group less that of the other, and its interval."""
    known = one.known and other.known
    return _middle(one) - _middle(other), _bounds(_means(one) - _means(other)) if known else None


def improvement(one: Group, other: Group) -> tuple[float, Interval | None]:
    """P(X > Y) + P(X = Y) / 2 of one group's X and the other's Y (Mann, Whitney 1947), and its interval."""
    x, y = one.values[:, None], other.values[None]
    wins = (x > y) + 0.5 * (x == y)
    if not (one.known and other.known):
        return float(wins.mean()) if wins.size else float("nan"), None
    each = np.einsum("sx,xy,sy->s", _counts(one), wins, _counts(other), optimize=True)
    return float(wins.mean()), _bounds(each / (one.drawn.shape[1] * other.drawn.shape[1]))


def differs(interval: Sequence[float | None] | None) -> bool:
    """Whether an interval is there and does not hold 0."""
    if interval is None or interval[0] is None or interval[1] is None:
        return False
    return not interval[0] <= 0 <= interval[1]


def _middle(one: Group) -> float:
    return iqm(one.values) if len(one.values) else float("nan")


def _means(one: Group) -> Floats:
    """The interquartile mean of every resample [S]."""
    ordered = np.sort(one.values[one.drawn], axis=1)
    size = ordered.shape[1]
    return np.asarray(ordered[:, size // 4 : size - size // 4].mean(axis=1))


def _counts(one: Group) -> Floats:
    """How often each value is in each resample, [S, R]."""
    return np.asarray((one.drawn[:, :, None] == np.arange(len(one.values))).sum(axis=1, dtype=np.float64))


def _bounds(found: Floats) -> Interval:
    low, high = np.percentile(found, [2.5, 97.5], method="inverted_cdf").tolist()
    return low, high
