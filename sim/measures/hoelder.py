"""Hoelder exponents from variograms, of the first and of the second order together, for one alone is fooled.

G planes, H and W rows and columns, T transects, K lags. At p = 2 a plain cliff measures 1/2, as Brownian motion does;
at p = 1 it measures 1. Where both give the same H, the field is rough; where the slopes pH are the same, it jumps.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.landscape.field import Field
from sim.measures import FieldMeasure, Quantity
from sim.measures.boundary import OVER_PLANES
from sim.statistics.bootstrap import bootstrap
from sim.statistics.results import Findings, number
from sim.statistics.scaling import Scaling, planes, reported

BLOCKS = 16  # of neighbouring rows, and of columns, for the bootstrap
COARSEST = 32  # of a side, as a divisor: a Hoelder exponent is what holds at small lags
ORDERS = (1, 2)
MEANING = (
    "Slope / p of log(mean |increment|^p) against log(lag), median over rows and columns (Gneiting, Sevcikova, "
    "Percival 2012). A cliff measures 1 at p = 1 and 1/2 at p = 2; a rough field measures the same at both."
)
EXPONENTS: dict[str, Quantity] = {
    "hoelder_1": Quantity("Hölder exponent, p = 1", MEANING, "", "transects", OVER_PLANES),
    "hoelder_2": Quantity("Hölder exponent, p = 2", MEANING, "", "transects", OVER_PLANES),
    "hoelder_ratio": Quantity(
        "ratio of slopes",
        "Slope at p = 2 over that at p = 1 of the variograms: 1 for a field that jumps, 2 for one that is rough, or "
        "smooth.",
        "", "transects", OVER_PLANES,
    ),
    "hoelder_1_points": Quantity(
        "variogram, p = 1", "Mean |increment| / 2 by lag.",
        kind="curve", axes=("lag, pixels", "mean |increment| / 2"), log="xy",
    ),
    "hoelder_2_points": Quantity(
        "variogram, p = 2", "Mean increment² / 2 by lag.",
        kind="curve", axes=("lag, pixels", "mean increment² / 2"), log="xy",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class HoelderExponents(FieldMeasure):
    """Hölder exponents of both orders of one frame of a field."""

    frame: int = -1
    """Which frame; -1 is the last."""

    quantities: ClassVar[Mapping[str, Quantity]] = EXPONENTS

    def compute(self, field: Field, seed: int) -> Findings:
        """Fit both variograms."""
        return exponents(field.heights[self.frame], seed=seed)


@dataclass(frozen=True, slots=True, eq=False)
class Hoelder:
    """Hoelder exponents at p = 1 and p = 2, medians over transects.

    `ratio` is that of the slopes p H, second to first: 1 for jumps, 2 for roughness.
    """

    first: Scaling
    second: Scaling
    ratio: float
    ratio_interval: tuple[float, float]
    flat: int
    """Transects that are constant, and left out."""

    @property
    def dimension(self) -> float:
        """D = 3 - H of the surface, at p = 1, which jumps do not fool (Gneiting, Sevcikova, Percival 2012)."""
        return 3 - self.first.estimate


def exponents(fields: ArrayLike, *, seed: int, suffix: str = "") -> Findings:
    """The exponents of fields [H, W] or [G, H, W] as results, the names of quantities with a suffix."""
    both = hoelder(fields, seed=seed)
    name = f"hoelder_ratio{suffix}"
    return {
        **reported(f"hoelder_1{suffix}", f"hoelder_1{suffix}", both.first),
        **reported(f"hoelder_2{suffix}", f"hoelder_2{suffix}", both.second),
        name: number(name, both.ratio, both.ratio_interval, sample=both.first.samples),
    }


def hoelder(fields: ArrayLike, *, seed: int = 0) -> Hoelder:
    """Exponents of fields [H, W] or [G, H, W]: along a transect V_p(h) = mean |z(x+h) - z(x)|^p / 2 grows as h^(pH)."""
    stack = planes(fields).astype(np.float64)
    lags = 2 ** np.arange(int(np.log2(max(4, min(stack.shape[1:]) // COARSEST))) + 1)
    scales = lags.astype(np.float64)
    turned = [_variograms(each, lags) for each in (stack, stack.swapaxes(1, 2))]
    slopes = [_slopes(scales, each) for each in turned]
    units = [block for plane in range(len(stack)) for each in slopes for block in np.array_split(each[plane], BLOCKS)]
    every = np.concatenate(units)
    flat = np.isnan(every[:, 0])
    estimates, intervals = np.full(3, np.nan), np.full((2, 3), np.nan)
    if not flat.all():
        estimates = _exponents(every)
        intervals = bootstrap(
            lambda index: _exponents(np.concatenate([units[unit] for unit in index])),
            2 * BLOCKS,
            groups=len(stack),
            seed=seed,
        )
    values = np.concatenate([each.reshape(-1, lags.size, 2) for each in turned]).mean(axis=0)
    orders = [
        Scaling(
            f"Hoelder exponent, p = {p}",
            f"H = slope / {p} of log(mean |increment|^{p} / 2) against log(lag), median over rows and columns; "
            f"95 % bootstrap over {2 * BLOCKS} blocks of transects of each plane, planes first",
            float(estimates[p - 1]),
            (float(intervals[0, p - 1]), float(intervals[1, p - 1])),
            scales,
            values[:, p - 1],
            np.full(lags.size, not flat.all()),
            every.shape[0] - int(flat.sum()),
            seed,
        )
        for p in ORDERS
    ]
    ratio, bounds = float(estimates[2]), (float(intervals[0, 2]), float(intervals[1, 2]))
    return Hoelder(orders[0], orders[1], ratio, bounds, int(flat.sum()))


def _variograms(stack: NDArray[np.float64], lags: NDArray[np.int64]) -> NDArray[np.float64]:
    """V [G, T, K, 2] of both orders along the rows of fields [G, T, W], all lags from the same points."""
    starts = stack.shape[2] - int(lags[-1])
    found = np.empty((*stack.shape[:2], lags.size, 2))
    for k, lag in enumerate(lags):
        step = np.abs(stack[:, :, lag : lag + starts] - stack[:, :, :starts])
        found[:, :, k, 0] = step.mean(axis=2) / 2
        found[:, :, k, 1] = np.einsum("gti,gti->gt", step, step) / (2 * starts)
    return found


def _slopes(scales: NDArray[np.float64], variograms: NDArray[np.float64]) -> NDArray[np.float64]:
    """Slopes [G, T, 2] of log V [G, T, K, 2], NaN for a transect that is constant at some lag."""
    x = np.log(scales) - np.log(scales).mean()
    usable = (variograms > 0).all(axis=(2, 3), keepdims=True)
    y = np.log(np.where(usable, variograms, np.nan))
    return np.asarray(np.einsum("k,gtkp->gtp", x / (x * x).sum(), y))


def _exponents(slopes: NDArray[np.float64]) -> NDArray[np.float64]:
    """H at p = 1 and at p = 2, and the ratio of the slopes, from slopes [T, 2]; constant transects are left out."""
    some = slopes[~np.isnan(slopes[:, 0])]
    if not some.size:
        return np.full(3, np.nan)
    first, second = np.median(some, axis=0)
    return np.array([first, second / 2, second / first if first else np.nan])
