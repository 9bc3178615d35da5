"""The bootstrap (Efron 1979): intervals of anything, by drawing units anew with replacement.

G groups of U units each, S resamples. Where there are several groups, a resample draws groups, then units within each
(Davison, Hinkley 1997, section 3.8): the units of one plane are not independent, so its interval alone is too narrow;
that of five planes or more is fair.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.randomness import generator
from sim.statistics.results import Number, number

RESAMPLES = 1000
AT_ONCE = 1 << 18  # numbers

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
    """The numbers of the units that resamples draw, from 0 to G * U - 1: blocks [B, G * U]; `size` draws fewer of U.

    The stream is named by (seed, purpose, at), so whatever has one name is resampled alike.
    """
    rng, wanted, count = generator(seed, purpose, at), size or units, resamples or RESAMPLES
    block = max(1, min(AT_ONCE // max(1, groups * wanted), count))  # as many draws at once are the same numbers
    for done in range(0, count, block):
        many = min(block, count - done)
        if groups == 1:
            yield rng.integers(max(1, units), size=(many, wanted))
            continue
        found = np.empty((many, groups, wanted), np.intp)
        for each in found:
            each[:] = rng.integers(groups, size=(groups, 1)) * units
            each += rng.integers(units, size=(groups, wanted))
        yield found.reshape(many, -1)


def percentiles(estimates: ArrayLike) -> NDArray[np.float64]:
    """The bounds [2, ...] of the 95 % percentile interval of the estimates [S, ...] of all resamples."""
    return np.asarray(np.percentile(np.asarray(estimates), [2.5, 97.5], axis=0, method="inverted_cdf"))


def bootstrap(
    estimator: Callable[[NDArray[np.intp]], Any], units: int, *, seed: int, groups: int = 1
) -> NDArray[np.float64]:
    """The 95 % interval [2, ...] of an estimator, which is given the numbers of the units of one resample."""
    return percentiles([estimator(index) for block in draws(units, seed=seed, groups=groups) for index in block])


def interval(values: NDArray[Any], statistic: Statistic | None = None, *, seed: int) -> NDArray[np.float64]:
    """The 95 % interval [2, ...] of a statistic, by default the mean, of values [U, ...] that are resampled whole.

    Paired differences stay paired by being the values.
    """
    found = statistic or partial(np.mean, axis=0)
    if values.ndim > 1 or statistic not in (None, iqm):
        return bootstrap(lambda index: found(values[index]), len(values), seed=seed)
    along = iqm if statistic is iqm else np.mean
    return percentiles(np.concatenate([along(values[block], axis=1) for block in draws(len(values), seed=seed)]))


def iqm(values: ArrayLike, axis: int | None = None) -> Any:
    """The interquartile mean: that of the middle half of all values (Agarwal et al. 2021), of all or along an axis."""
    from scipy.stats import trim_mean

    return trim_mean(np.asarray(values, np.float64), 0.25, axis=axis)


def resampled(
    quantity: str, values: NDArray[Any], statistic: Statistic | None = None, *, seed: int, **more: Any
) -> Number:
    """A statistic, by default the mean, of values [U, ...], one a maze or run, with its interval over them."""
    found = (statistic or np.mean)(values)
    return number(quantity, found, interval(values, statistic, seed=seed), sample=len(values), **more)
