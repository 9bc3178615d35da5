"""The points that a chart draws of a result, and what it says of those that it does not draw. K points of a line."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from render.page.contents import Entry
from render.page.point_classes import DOTS
from render.page.words import number
from sim.statistics.results import Curve, Histogram, Result, Scatter

BINS = 120  # points of a long curve
Floats = NDArray[np.float64]


def as_curve(result: Result, log: bool, most: int = DOTS) -> Curve:
    """A result as the curve that is drawn: long ones are thinned, and a histogram is cumulative, in percent.

    `most` is the largest number of points of a scatter.
    """
    name = result.quantity
    if isinstance(result, Histogram):
        values = np.sort(result.values[~np.isnan(result.values)])
        at = np.unique(np.linspace(0, len(values) - 1, min(len(values), 2 * BINS)).astype(int))
        return Curve(name, values[at], 100 * (at + 1) / max(1, len(values)))
    if isinstance(result, Scatter):
        step = -(-len(result.x) // most)
        return Curve(name, result.x[::step], result.y[::step])
    assert isinstance(result, Curve)
    return result if len(result.x) <= BINS else Curve(name, *thinned(result.x, result.y, log=log))


def thinned(x: Floats, y: Floats, bins: int = BINS, *, log: bool = False) -> tuple[Floats, Floats]:
    """Points [K] averaged over `bins` intervals of x of equal length, or of equal length in log(x)."""
    if len(x) <= bins:
        return x, y
    x, y = (x[x > 0], y[x > 0]) if log else (x, y)
    scaled = np.log(x) if log else x
    places = np.searchsorted(np.linspace(scaled[0], scaled[-1], bins + 1)[1:-1], scaled, side="right")
    count = np.bincount(places)
    middle, mean = (np.bincount(places, values)[count > 0] / count[count > 0] for values in (scaled, y))
    return np.exp(middle) if log else middle, mean


def left_out(entries: Sequence[Entry], most: int) -> str:
    """A sentence that says so if a result has more points than are drawn."""
    thinned_out = any(isinstance(each.result, Scatter) and len(each.result.x) > most for each in entries)
    return "Of the points, some are left out." if thinned_out else ""


def off_the_axes(entries: Sequence[Entry]) -> str:
    """A sentence that says so if results have values that the axes cannot show."""
    found, log = [], entries[0].quantity.log
    values = [entry.result.values for entry in entries if isinstance(entry.result, Histogram)]
    infinite = sum(int(np.isinf(each).sum()) for each in values)
    if infinite:
        found.append(f"{number(infinite)} of {number(sum(map(len, values)))} values lie beyond the axis.")
    lines = [entry.result for entry in entries if isinstance(entry.result, Curve | Scatter)]
    if any(((each.x <= 0).any() and "x" in log) or ((each.y <= 0).any() and "y" in log) for each in lines):
        found.append("Values of 0 and below are not on the logarithmic axis.")
    return " ".join(found)
