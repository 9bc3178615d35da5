"""Scaling: a power law read off a log-log plot, with its interval and the points it was read off.

K scales, G groups (planes), U units in each group (blocks of a plane, base points, walks), R resamples.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.errors import UserError
from agents.randomness import generator

RESAMPLES = 1000
FEWEST = 3  # scales that a slope is read off
SATURATED = 0.5  # a share above this is nearer to its ceiling, 1, than to a power law


@dataclass(frozen=True, slots=True, eq=False)
class Scaling:
    """A measured exponent or dimension, and all that a report needs to say about it.

    scales [K], values [K], fitted bool [K]: the log-log points, and which of them the slope was fitted to
    """

    quantity: str
    """What is measured, in a few words."""
    definition: str
    """How the estimate follows from the slope, and what the interval is a bootstrap over."""
    estimate: float
    """NaN where fewer than three scales can be fitted."""
    interval: tuple[float, float]
    """95 % percentile bootstrap."""
    scales: NDArray[np.float64]
    values: NDArray[np.float64]
    fitted: NDArray[np.bool_]
    samples: int
    """How many units were resampled."""
    seed: int

    saturated: bool = False
    """Whether values near their ceiling had to be fitted, which flatten the slope."""

    @property
    def decades(self) -> float:
        """How many powers of ten the fitted scales span."""
        some = self.scales[self.fitted]
        return math.log10(some.max() / some.min()) if some.size else 0.0

    @property
    def local(self) -> NDArray[np.float64]:
        """The slopes between neighbouring scales [K-1], NaN at zeros: alike for a power law, drifting for none."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.diff(np.log(self.values)) / np.diff(np.log(self.scales)))


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of several estimates with its 95 % Student interval."""

    estimate: float
    interval: tuple[float, float]
    samples: int


def slope(scales: NDArray[np.float64], values: NDArray[np.float64]) -> float:
    """The least-squares slope of log values [K] against log scales [K]; values are above 0."""
    x, y = np.log(scales), np.log(values)
    x = x - x.mean()
    return float((x * y).sum() / (x * x).sum())


def fit(
    quantity: str,
    definition: str,
    convert: Callable[[float], float],
    scales: NDArray[np.float64],
    statistics: NDArray[Any],
    *,
    seed: int,
    first: int = 0,
    ceiling: float = SATURATED,
    least: float = 0.0,
) -> Scaling:
    """Fit a power law to the means of statistics [G, U, K] over scales [K], finest first; `convert` its slope.

    Not fitted are scales before the `first`, means that are not above `least`, and means above `ceiling` as long as
    three finer ones remain.
    """
    groups, units, _ = statistics.shape
    flat = statistics.reshape(groups * units, -1)
    values = flat.mean(axis=0, dtype=np.float64)
    usable = first + np.flatnonzero(values[first:] > least)
    chosen = usable[(values[usable] <= ceiling) | (np.arange(usable.size) < FEWEST)]
    fitted = np.zeros(scales.size, np.bool_)
    estimate, interval, saturated = math.nan, (math.nan, math.nan), False
    if chosen.size >= FEWEST:
        fitted[chosen], saturated = True, bool(values[chosen].max() > ceiling)
        x, some = scales[chosen], flat[:, chosen].astype(np.float64)
        floor = values[chosen].min() / 2  # where a resample is empty

        def of(index: NDArray[np.intp]) -> float:
            means = np.bincount(index, minlength=len(some)) @ some / index.size
            return convert(slope(x, np.maximum(means, floor)))

        estimate = convert(slope(x, values[chosen]))
        low, high = bootstrap(of, groups, units, seed)
        interval = float(low), float(high)
    return Scaling(quantity, definition, estimate, interval, scales, values, fitted, groups * units, seed, saturated)


def bootstrap(
    estimator: Callable[[NDArray[np.intp]], float | NDArray[np.float64]], groups: int, units: int, seed: int
) -> NDArray[np.float64]:
    """The 95 % percentile interval [2, ...] (Efron 1979) of an estimator of resampled units, numbered 0 to G*U-1.

    Two stages where there are several groups (Davison, Hinkley 1997, section 3.8): groups, then units within each. The
    units of one plane are not independent, so its interval alone is too narrow; that of five planes or more is fair.
    """
    rng = generator(seed, "measure/bootstrap")
    estimates: list[float | NDArray[np.float64]] = []
    for _ in range(RESAMPLES):
        drawn = rng.integers(groups, size=(groups, 1)) if groups > 1 else np.zeros((1, 1), np.int64)
        estimates.append(estimator((drawn * units + rng.integers(units, size=(groups, units))).ravel()))
    return np.asarray(np.percentile(np.asarray(estimates), [2.5, 97.5], axis=0, method="inverted_cdf"))


def across(estimates: Sequence[float]) -> Mean:
    """The mean over independent replicates (planes, mazes, champions), with Student's 95 % interval."""
    values = np.asarray(estimates, np.float64)
    if values.size < 2 or not np.isfinite(values).all():
        raise UserError(f"an interval across replicates needs 2 or more finite estimates, got {values.tolist()}")
    half = student(values.size - 1) * float(values.std(ddof=1)) / math.sqrt(values.size)
    mean = float(values.mean())
    return Mean(mean, (mean - half, mean + half), values.size)


def student(freedom: int) -> float:
    """The 97.5 % quantile of Student's t; with t = sqrt(v) tan(a) its density is cos(a)^(v-1)."""
    angle = np.linspace(0, np.pi / 2, 100_001)
    density = np.cos(angle) ** (freedom - 1)
    mass = np.concatenate([[0], np.cumsum((density[1:] + density[:-1]) / 2)])
    return float(math.sqrt(freedom) * math.tan(np.interp(0.95 * mass[-1], mass, angle)))


def planes(fields: ArrayLike, least: int = 64) -> NDArray[Any]:
    """Fields [H, W] or [G, H, W] as [G, H, W]; refuses other shapes, too few pixels, and what is not finite."""
    stack = np.asarray(fields)
    stack = stack[None] if stack.ndim == 2 else stack
    if stack.ndim != 3 or min(stack.shape[1:]) < least or not len(stack):
        raise UserError(
            f"a measure takes fields of {least} x {least} pixels or more, got shape {list(np.shape(fields))}"
        )
    if stack.dtype.kind not in "biuf" or not np.isfinite(stack).all():
        raise UserError("a measure takes fields of finite numbers: sweep what is missing first")
    return stack
