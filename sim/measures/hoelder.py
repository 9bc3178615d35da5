"""Hölder exponents from variograms of the first and of the second order; one alone cannot tell jumps from roughness.

G planes, H and W rows and columns, T transects, K lags. At p = 2 a plain cliff measures 1/2, as Brownian motion does;
at p = 1 it measures 1. If both orders give the same H, the field is rough; if the slopes pH are equal, it jumps.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.landscape.field import Field
from sim.measures import FieldMeasure, Quantity, define
from sim.measures.boundary import OVER_PLANES
from sim.statistics.bootstrap import bootstrap, stretched
from sim.statistics.results import Findings, number
from sim.statistics.scaling import Scaling, planes, reported

BLOCKS = 16  # of neighbouring rows, and of neighbouring columns, for the bootstrap
COARSEST = 32  # the largest lag is a side divided by this: a Hölder exponent describes small lags
MEANING = (
    "Slope / p of log(mean |increment|^p) against log(lag), median over rows and columns (Gneiting, Sevcikova, "
    "Percival 2012). A cliff measures 1 at p = 1 and 1/2 at p = 2; a rough field measures the same at both."
)
EXPONENTS = define(
    hoelder_1=Quantity("Hölder exponent, p = 1", MEANING, "", "transects", OVER_PLANES, smooth=1.0),
    hoelder_2=Quantity("Hölder exponent, p = 2", MEANING, "", "transects", OVER_PLANES),
    hoelder_ratio=Quantity(
        "ratio of variogram slopes",
        "Slope of the variogram at p = 2 divided by that at p = 1: 1 for a field that jumps, 2 for a rough or a smooth "
        "field.",
        "", "transects", OVER_PLANES,
    ),
    hoelder_1_points=Quantity(
        "variogram, p = 1", "Mean |increment| / 2 by lag.",
        kind="curve", axes=("lag, pixels", "mean |increment| / 2"), log="xy",
    ),
    hoelder_2_points=Quantity(
        "variogram, p = 2", "Mean increment² / 2 by lag.",
        kind="curve", axes=("lag, pixels", "mean increment² / 2"), log="xy",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class HoelderExponents(FieldMeasure):
    """Hölder exponents of both orders of one frame of a field."""

    frame: int = -1
    """The number of the frame; -1 is the last."""

    quantities = EXPONENTS

    def compute(self, field: Field, seed: int) -> Findings:
        """Fit both variograms."""
        return exponents(field.heights[self.frame], seed=seed)


def exponents(fields: ArrayLike, *, seed: int, suffix: str = "") -> Findings:
    """The exponents of fields [H, W] or [G, H, W] as results; `suffix` is added to the names of the quantities.

    Along a transect V_p(h) = mean |z(x+h) - z(x)|^p / 2 grows as h^(pH). Constant transects are left out. Intervals are
    bootstraps over planes, then over blocks of neighbouring rows and columns, stretched for few planes.
    """
    stack = planes(fields).astype(np.float64)
    lags = 2 ** np.arange(int(np.log2(max(4, min(stack.shape[1:]) // COARSEST))) + 1)
    scales = lags.astype(np.float64)
    variograms = [_variograms(turned, lags) for turned in (stack, stack.swapaxes(1, 2))]
    slopes = [_slopes(scales, each) for each in variograms]
    blocks = [block for plane in range(len(stack)) for each in slopes for block in np.array_split(each[plane], BLOCKS)]
    transects = np.concatenate(blocks)
    samples = int((~np.isnan(transects[:, 0])).sum())
    estimates, intervals = np.full(3, np.nan), np.full((2, 3), np.nan)
    if samples:
        estimates = _exponents(transects)
        intervals = bootstrap(
            lambda index: _exponents(np.concatenate([blocks[block] for block in index])),
            2 * BLOCKS,
            groups=len(stack),
            seed=seed,
        )
        intervals = stretched(intervals, estimates, len(stack))
    values = np.concatenate([each.reshape(-1, lags.size, 2) for each in variograms]).mean(axis=0)
    fitted, bounds = np.full(lags.size, samples > 0), [(low, high) for low, high in intervals.T.tolist()]
    findings: Findings = {}
    for at, p in enumerate((1, 2)):
        name = f"hoelder_{p}{suffix}"
        scaling = Scaling(float(estimates[at]), bounds[at], scales, values[:, at], fitted, samples)
        findings |= reported(name, name, scaling)
    name = f"hoelder_ratio{suffix}"
    return findings | {name: number(name, estimates[2], bounds[2], sample=samples)}


def _variograms(stack: NDArray[np.float64], lags: NDArray[np.int64]) -> NDArray[np.float64]:
    """V [G, T, K, 2] of both orders along the rows of fields [G, T, W]; all lags start from the same points."""
    starts = stack.shape[2] - int(lags[-1])
    variograms = np.empty((*stack.shape[:2], lags.size, 2))
    for k, lag in enumerate(lags):
        step = np.abs(stack[:, :, lag : lag + starts] - stack[:, :, :starts])
        variograms[:, :, k, 0] = step.mean(axis=2) / 2
        variograms[:, :, k, 1] = np.einsum("gti,gti->gt", step, step) / (2 * starts)
    return variograms


def _slopes(scales: NDArray[np.float64], variograms: NDArray[np.float64]) -> NDArray[np.float64]:
    """Slopes [G, T, 2] of log V [G, T, K, 2]; NaN for a transect that is constant at one of the lags."""
    x = np.log(scales) - np.log(scales).mean()
    usable = (variograms > 0).all(axis=(2, 3), keepdims=True)
    y = np.log(np.where(usable, variograms, np.nan))
    return np.asarray(np.einsum("k,gtkp->gtp", x / (x * x).sum(), y))


def _exponents(slopes: NDArray[np.float64]) -> NDArray[np.float64]:
    """H at p = 1, H at p = 2 and the ratio of the slopes, from slopes [T, 2] without those that are NaN."""
    usable = slopes[~np.isnan(slopes[:, 0])]
    if not usable.size:
        return np.full(3, np.nan)
    first, second = np.median(usable, axis=0)
    return np.array([first, second / 2, second / first if first else np.nan])
