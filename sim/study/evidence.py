"""Evidence: the number that decides a claim, with its interval, its p value, and the points that a figure shows."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.statistics.groups import FEWEST, Group, bounds, interquartile_mean, means, two_sided
from sim.statistics.results import NORMAL, Interval, finite
from sim.study.samples import Sample

Floats = NDArray[np.float64]
ALL_EQUAL = "all numbers are equal, so p is not defined"


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Points x, y [N] of one group or stratum."""

    name: str
    x: Floats
    y: Floats
    interval: Interval | None = None
    """That of the one point, if it is a number of a whole group."""


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """A number, its 95 % interval, and its two-sided p value against 0; None where it does not exist.

    If `p_is_bound`, p is smaller than the number that is given.
    """

    value: float | None = None
    interval: Interval | None = None
    p: float | None = None
    sample: int = 0
    note: str = ""
    points: tuple[Points, ...] = ()
    fewest: int = 0
    """The number of runs (or of pairs) of the smallest group."""
    p_is_bound: bool = False


def evidence(
    value: float,
    estimates: Floats | None,
    groups: Sequence[Group],
    points: tuple[Points, ...],
    *,
    sample: int | None = None,
    fewest: int | None = None,
) -> Evidence:
    """The evidence of a value with bootstrap estimates [S], or None if there are too few runs for an interval."""
    known = np.empty(0) if estimates is None else estimates[np.isfinite(estimates)]
    p, is_bound = two_sided(known) if len(known) else (None, False)
    return Evidence(
        finite(value),
        bounds(known) if len(known) else None,
        p,
        sum(len(one.values) for one in groups) if sample is None else sample,
        ALL_EQUAL if len(known) and p is None else "",
        points,
        min((len(one.values) for one in groups), default=0) if fewest is None else fewest,
        is_bound,
    )


def mean_of(groups: Sequence[Group], bound: float, points: tuple[Points, ...]) -> Evidence:
    """The mean of the groups' interquartile means, minus a bound; each group weighs the same."""
    enough = min(one.independent for one in groups) >= FEWEST
    estimates = np.mean([means(one) for one in groups], axis=0) - bound if enough else None
    return evidence(float(np.mean([interquartile_mean(one)[0] for one in groups])) - bound, estimates, groups, points)


def combined(samples: Sequence[Sample], of: str, weights: Sequence[float], bound: float) -> Evidence:
    """A weighted sum of numbers of whole groups, minus a bound; their intervals are combined as independent errors."""
    numbers = [one.number(of) for one in samples]
    values = [np.nan if one is None or one.value is None else one.value for one in numbers]
    sample = sum(one.sample for one in numbers if one is not None)
    value = float(np.dot(weights, values)) - bound
    points = tuple(
        Points(one.name, np.array([float(at)]), np.array([y]), None if found is None else found.interval)
        for at, (one, found, y) in enumerate(zip(samples, numbers, values, strict=True))
    )
    known = [one.interval for one in numbers if one is not None and one.interval is not None]
    limits = [(low, high) for low, high in known if low is not None and high is not None]
    fewest = min(one.runs for one in samples)
    if len(limits) < len(samples):
        return Evidence(finite(value), sample=sample, points=points, fewest=fewest)
    centers = zip(weights, values, limits, strict=True)
    ends = [sorted((w * (low - y), w * (high - y))) for w, y, (low, high) in centers]
    below, above = (float(np.sqrt(sum(end[at] ** 2 for end in ends))) for at in (0, 1))
    p = _normal_p(value, below, above)
    note = ALL_EQUAL if p is None else ""
    return Evidence(finite(value), (value - below, value + above), p, sample, note, points, fewest)


def _normal_p(value: float, below: float, above: float) -> float | None:
    """The two-sided p value of a number whose interval reaches so far below and above, as of a normal error.

    None if it does not reach anywhere.
    """
    from scipy.stats import norm

    error = (below if value > 0 else above) / NORMAL
    return float(2 * norm.sf(abs(value) / error)) if error > 0 else None


def by_group(samples: Sequence[Sample], of: str) -> tuple[Points, ...]:
    """The values of every group's runs, beside the index of the group."""
    values = [one.group(of).values for one in samples]
    return tuple(
        Points(one.name, np.full(len(y), float(at)), y) for at, (one, y) in enumerate(zip(samples, values, strict=True))
    )
