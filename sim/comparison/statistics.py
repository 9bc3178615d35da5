"""Statistics of comparisons: interquartile means, paired differences, and bootstrap intervals of anything."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.comparison.number import Number, number
from sim.statistics.bootstrap import bootstrap

Statistic = Callable[[NDArray[Any]], Any]
FEWEST = 4  # runs: of fewer, a percentile bootstrap is far from holding the truth in 95 % of all cases


def iqm(values: ArrayLike) -> float:
    """The interquartile mean: that of the middle half of all values (Agarwal et al. 2021)."""
    ordered = np.sort(np.asarray(values, np.float64), axis=None)
    cut = ordered.size // 4
    return float(ordered[cut : ordered.size - cut].mean())


def average(values: NDArray[Any]) -> float:
    """The mean."""
    return float(np.mean(values))


def resampled(key: str, values: NDArray[Any], statistic: Statistic = average, *, seed: int, note: str = "") -> Number:
    """A statistic of values [M, ...], one a maze (or run), with its 95 % bootstrap interval over them (Efron 1979).

    Paired differences stay paired by being the values.
    """
    bounds = bootstrap(lambda index: statistic(values[index]), len(values), seed=seed)
    return number(key, statistic(values), bounds, sample=len(values), seed=seed, note=note)
