"""Scaling: a power law read off a log-log plot, with its interval and the points it was read off.

K scales, G groups (planes), U units in each group (blocks of a plane, base points, walks), R resamples.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.errors import UserError
from sim.statistics.bootstrap import bootstrap
from sim.statistics.results import Curve, Findings, number

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
        low, high = bootstrap(of, units, groups=groups, seed=seed)
        interval = float(low), float(high)
    return Scaling(quantity, definition, estimate, interval, scales, values, fitted, groups * units, seed, saturated)


def reported(quantity: str, slot: str, found: Scaling, detail: str = "") -> Findings:
    """A scaling as results: its number, and the points that it was fitted to, under "points" of the quantity."""
    note = f"{found.decades:.1f} decades"
    if not np.isfinite(found.estimate):
        note = "too few scales to fit"
    elif found.saturated:
        note += ", saturated"
    value = number(
        quantity, found.estimate, found.interval, sample=found.samples, detail=detail, note=note,
        doubtful=found.saturated or not np.isfinite(found.estimate),
    )  # fmt: skip
    points = Curve(f"{quantity}_points", found.scales, found.values, fitted=found.fitted, detail=detail)
    return {slot: value, f"{slot}_points": points}


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
