"""The bootstrap (Efron 1979): intervals of any statistic, by resampling units with replacement.

G groups of U units each, S resamples. With several groups, a resample draws groups, then units within each (Davison,
Hinkley 1997, section 3.8): the units of one plane are not independent, so an interval over them alone is too narrow.
With five planes or more the interval is adequate.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.randomness import generator
from sim.statistics.results import Number, number

RESAMPLES = 1000
AT_ONCE = 1 << 18  # numbers that are drawn at once

Statistic = Callable[[NDArray[Any]], Any]


def draws(
    units: int,
    *,
    seed: int,
    purpose: str = "measure/bootstrap",
    at: int = 0,
    size: int | None = None,
    groups: int = 1,
    resamples: int | None = None,
) -> Iterator[NDArray[np.intp]]:
    """The units that resamples draw, as numbers from 0 to G * U - 1: blocks [B, G * U]; `size` draws fewer than U.

    The random stream is named by (seed, purpose, at): calls with the same names draw the same resamples.
    """
    rng, wanted, count = generator(seed, purpose, at), size or units, resamples or RESAMPLES
    block = max(1, min(AT_ONCE // max(1, groups * wanted), count))  # the numbers do not depend on it
    for done in range(0, count, block):
        many = min(block, count - done)
        if groups == 1:
            yield rng.integers(max(1, units), size=(many, wanted))
            continue
        index = np.empty((many, groups, wanted), np.intp)
        for resample in index:
            resample[:] = rng.integers(groups, size=(groups, 1)) * units
            resample += rng.integers(units, size=(groups, wanted))
        yield index.reshape(many, -1)


def percentiles(estimates: ArrayLike) -> NDArray[np.float64]:
    """The bounds [2, ...] of the 95 % percentile interval of the estimates [S, ...] of all resamples."""
    return np.asarray(np.percentile(np.asarray(estimates), [2.5, 97.5], axis=0, method="inverted_cdf"))


def bootstrap(
    estimator: Callable[[NDArray[np.intp]], Any], units: int, *, seed: int, groups: int = 1
) -> NDArray[np.float64]:
    """The 95 % interval [2, ...] of an estimator, which is called with the units that each resample draws."""
    return percentiles([estimator(index) for block in draws(units, seed=seed, groups=groups) for index in block])


def interval(values: NDArray[Any], statistic: Statistic | None = None, *, seed: int) -> NDArray[np.float64]:
    """The 95 % interval [2, ...] of a statistic, by default the mean, over values [U, ...].

    Each value is resampled whole, so pass differences as values to keep pairs together.
    """
    if values.ndim > 1 or statistic not in (None, iqm):
        estimate = statistic or partial(np.mean, axis=0)
        return bootstrap(lambda index: estimate(values[index]), len(values), seed=seed)
    along = iqm if statistic is iqm else np.mean
    return percentiles(np.concatenate([along(values[block], axis=1) for block in draws(len(values), seed=seed)]))


def iqm(values: ArrayLike, axis: int | None = None) -> Any:
    """The interquartile mean, of the middle half of the values (Agarwal et al. 2021), of all or along an axis."""
    from scipy.stats import trim_mean

    return trim_mean(np.asarray(values, np.float64), 0.25, axis=axis)


def resampled(
    quantity: str, values: NDArray[Any], statistic: Statistic | None = None, *, seed: int, **more: Any
) -> Number:
    """A statistic, by default the mean, of values [U, ...], one for each maze or run, with its bootstrap interval."""
    estimate = (statistic or np.mean)(values)
    return number(quantity, estimate, interval(values, statistic, seed=seed), sample=len(values), **more)
