"""Hoelder exponents from variograms, of the first and of the second order together, for one alone is fooled.

G planes, H and W rows and columns, T transects, K lags. At p = 2 a plain cliff measures 1/2, as Brownian motion does;
at p = 1 it measures 1. Where both give the same H, the field is rough; where the slopes pH are the same, it jumps.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.statistics.scaling import Scaling, bootstrap, planes

BLOCKS = 16  # of neighbouring rows, and of columns, for the bootstrap
COARSEST = 32  # of a side, as a divisor: a Hoelder exponent is what holds at small lags
ORDERS = (1, 2)


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
            lambda index: _exponents(np.concatenate([units[unit] for unit in index])), len(stack), 2 * BLOCKS, seed
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
