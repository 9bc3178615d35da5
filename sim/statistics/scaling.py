"""Scaling: power laws fitted on log-log axes, with their intervals and the points that were fitted.

K scales, G groups (planes), U units in each group (blocks of a plane, base points, walks), R resamples.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.errors import UserError
from sim.statistics.bootstrap import bootstrap, stretched
from sim.statistics.results import Curve, Findings, number

FEWEST = 3  # scales that a slope is fitted to
DEPARTURE = 0.1  # how far shares may be from a power law, relatively, beside their sampling error
SATURATED = 0.5  # a share above this part of its ceiling is closer to the ceiling than to a power law


@dataclass(frozen=True, slots=True, eq=False)
class Scaling:
    """An exponent or dimension with its 95 % bootstrap interval, and the log-log points that it was fitted to.

    scales [K], values [K], fitted bool [K]: the points, and which of them were fitted
    """

    estimate: float
    """NaN if fewer than three scales can be fitted."""
    interval: tuple[float, float]
    scales: NDArray[np.float64]
    values: NDArray[np.float64]
    fitted: NDArray[np.bool_]
    samples: int
    """How many units were resampled."""
    saturated: bool = False
    """True if values near their ceiling had to be fitted, which flatten the slope."""

    @property
    def decades(self) -> float:
        """How many powers of ten the fitted scales span."""
        scales = self.scales[self.fitted]
        return math.log10(scales.max() / scales.min()) if scales.size else 0.0


def slope(
    scales: NDArray[np.float64], values: NDArray[np.float64], weights: NDArray[np.float64] | float = 1.0
) -> float:
    """The least-squares slope of log values [K], which are above 0, against log scales [K] with weights [K]."""
    x, y = np.log(scales), np.log(values)
    w = np.broadcast_to(weights, x.shape)
    x = w * (x - (w * x).sum() / w.sum())
    return float((x * y).sum() / (x * np.log(scales)).sum())


def differing(rows: NDArray[Any]) -> float:
    """The share of pairs of random entries of one row that differ, 1 - sum p^2, mean over the rows of [..., n].

    It is the share that points differ in which are far apart. So it is the ceiling of a power law, and not 1: of
    outcomes that are equal in 9 of 10 places, two differ in 18 % of cases.
    """
    flat = np.sort(rows.reshape(-1, rows.shape[-1]), axis=1)
    begins = np.ones(flat.shape, np.bool_)
    begins[:, 1:] = flat[:, 1:] != flat[:, :-1]
    lengths = np.diff(np.flatnonzero(begins), append=flat.size).astype(np.float64)
    return float(1 - (lengths**2).sum() / (len(flat) * flat.shape[1] ** 2))


def fit(
    convert: Callable[[float], float],
    scales: NDArray[np.float64],
    statistics: NDArray[Any],
    *,
    seed: int,
    first: int = 0,
    last: int | None = None,
    ceiling: float = SATURATED,
    least: float = 0.0,
    local: bool = False,
    counted: int = 0,
) -> Scaling:
    """Fit a power law to the means of statistics [G, U, K] over scales [K], finest first; `convert` its slope.

    Scales before the `first`, from the `last` on, and those whose means are not above `least` are left out. The fit
    ends before the first mean that is above `ceiling`, but not before three scales: then it is `saturated`. With
    `local`, the interval also contains the slopes between neighbouring scales that were fitted: a bootstrap does not
    see that the slope changes with scale. If the means are shares of so many observations (`counted`), scales weigh by
    the precision of their logarithm, 1 / (1 / hits + DEPARTURE^2): those with few hits count little, and would flatten
    the slope, since the smallest of them are left out.
    """
    groups, units, _ = statistics.shape
    flat = statistics.reshape(groups * units, -1)
    values = flat.mean(axis=0, dtype=np.float64)
    usable = first + np.flatnonzero(values[first:last] > least)
    beyond = np.flatnonzero(values[usable] > ceiling)  # later means may be lower, as of stripes with a period
    chosen = usable[: max(FEWEST, beyond[0])] if beyond.size else usable
    fitted = np.zeros(scales.size, np.bool_)
    if chosen.size < FEWEST:
        return Scaling(math.nan, (math.nan, math.nan), scales, values, fitted, groups * units)
    fitted[chosen] = True
    x, y = scales[chosen], flat[:, chosen].astype(np.float64)
    floor = values[chosen].min() / 2  # for resamples without a single count
    weights = 1 / (1 / (values[chosen] * counted) + DEPARTURE**2) if counted else np.ones(chosen.size)

    def estimate(index: NDArray[np.intp]) -> float:
        means = np.bincount(index, minlength=len(y)) @ y / index.size
        return convert(slope(x, np.maximum(means, floor), weights))

    exponent, saturated = convert(slope(x, values[chosen], weights)), bool(values[chosen].max() > ceiling)
    low, high = stretched(bootstrap(estimate, units, groups=groups, seed=seed), exponent, groups).tolist()
    if local:
        steps = [convert(slope(x[at : at + 2], values[chosen[at : at + 2]])) for at in range(chosen.size - 1)]
        low, high = min(low, *steps), max(high, *steps)
    return Scaling(exponent, (low, high), scales, values, fitted, groups * units, saturated)


def reported(quantity: str, slot: str, scaling: Scaling, detail: str = "") -> Findings:
    """A scaling as results: its number under `slot`, and the points that it was fitted to under slot_points."""
    note = f"{scaling.decades:.1f} decades"
    if not np.isfinite(scaling.estimate):
        note = "too few scales to fit"
    elif scaling.saturated:
        note += ", saturated"
    value = number(
        quantity, scaling.estimate, scaling.interval, sample=scaling.samples, detail=detail, note=note,
        doubtful=scaling.saturated or not np.isfinite(scaling.estimate),
    )  # fmt: skip
    points = Curve(f"{quantity}_points", scaling.scales, scaling.values, fitted=scaling.fitted, detail=detail)
    return {slot: value, f"{slot}_points": points}


def planes(fields: ArrayLike, least: int = 64) -> NDArray[Any]:
    """Fields [H, W] or [G, H, W] as [G, H, W]. Raises UserError for other shapes, too few pixels, or missing values."""
    stack = np.asarray(fields)
    stack = stack[None] if stack.ndim == 2 else stack
    if stack.ndim != 3 or min(stack.shape[1:]) < least or not len(stack):
        raise UserError(
            f"a measure takes fields of {least} x {least} pixels or more, got shape {list(np.shape(fields))}"
        )
    if stack.dtype.kind not in "biuf" or not np.isfinite(stack).all():
        raise UserError("a measure takes fields of finite numbers: sweep what is missing first")
    return stack
