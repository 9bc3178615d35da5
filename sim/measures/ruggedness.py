"""Ruggedness: the correlation length of pellets along random walks through genome space.

W walks, T steps, P weights, K lags. A step is a random direction of a given length, relative to the norm of the genome;
the result depends on it. Walks stay at a distance `radius` from the genome, relative to its norm.
"""

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.layout import Layout
from agents.randomness import generator
from sim.landscape.function import Function
from sim.landscape.rays import centre, like, rays
from sim.measures import FunctionMeasure, Quantity, bootstrap_over, define, positive, setting
from sim.statistics.bootstrap import resampled
from sim.statistics.results import Curve, Findings, number

LENGTH, LAGS = 128, 32  # steps of a walk, and lags of the correlation


@dataclass(frozen=True, slots=True)
class RuggednessLength(FunctionMeasure):
    """Correlation lengths of pellets along random walks, at several distances from the champion."""

    radii: tuple[float, ...] = positive((0.05, 0.3, 0.7))
    """Distances of the walks from the champion, as fractions of the genome's norm."""
    step: float = positive(0.01)
    """The length of a step, as a fraction of the genome's norm."""
    walks: int = setting(128, 2)
    """Random walks."""
    mazes: int = setting(16, 1)
    """Mazes in which every genome is evaluated."""

    version: ClassVar[int] = 3
    quantities = define(
        ruggedness=Quantity(
            "ruggedness length",
            "Correlation length -1 / ln r(1) of mean pellets along random walks at a constant distance from the "
            "champion (Weinberger 1990), in steps. It depends on the length of a step.",
            "steps", "walks", bootstrap_over("walks"),
        ),
        correlation=Quantity(
            "correlation along random walks", "Autocorrelation of the pellets along random walks.",
            kind="curve", axes=("steps apart", "correlation of pellets"),
        ),
    )  # fmt: skip

    def episodes(self) -> float:
        """Count those of all steps of every walk; a step takes as long again to draw."""
        return 2 * len(self.radii) * self.walks * (LENGTH + 1) * self.mazes

    def around(self, function: Function, genome: NDArray[Any], layout: Layout | None, seed: int) -> Findings:
        """Walk at every distance."""
        findings: Findings = {}
        for radius in self.radii:
            slot, detail = f"ruggedness_{radius:g}", f"radius {radius:g}, steps of {self.step:g}"
            products = covariances(function, genome, layout, step=self.step, radius=radius, seed=seed, walks=self.walks)
            if not products.any():
                note = "the outcome is the same on all walks; take a larger step or radius"
                findings[slot] = number("ruggedness", math.nan, sample=self.walks, detail=detail, note=note)
                continue
            correlation = products.mean(axis=0) / products[:, 0].mean()
            findings[slot] = resampled("ruggedness", products, correlation_length, seed=seed, detail=detail)
            lags = np.arange(LAGS, dtype=np.float64)
            findings[f"correlation_{radius:g}"] = Curve("correlation", lags, correlation, detail=detail)
        return findings


def covariances(
    objective: Function, genome: ArrayLike, layout: Layout | None, *, step: float, radius: float, seed: int, walks: int
) -> NDArray[np.float64]:
    """Autocovariances [W, K] of an objective along random walks, at lags 0 to K-1.

    Walks stay at `radius` from the genome [P], so that they are stationary. Deviations are from the mean of all walks:
    the mean of a single walk is too close to its own values.
    """
    home, rng = centre(genome, layout), generator(seed, "measure/walk")
    away, heights = rays(home, layout, walks, rng), np.empty((walks, LENGTH + 1))
    for at in range(LENGTH + 1):
        if at:
            away = like(radius * away + step * rays(home, layout, walks, rng), home, layout)
        heights[:, at] = objective((home + radius * away).astype(np.float32))
    deviations = heights - heights.mean()
    lags = [(deviations[:, : LENGTH + 1 - lag] * deviations[:, lag:]).mean(axis=1) for lag in range(LAGS)]
    return np.stack(lags, axis=1)


def correlation_length(covariances: NDArray[np.float64]) -> float:
    """The length -1 / ln r(1) in steps (Weinberger 1990) of covariances [W, K]; 0 if r(1) <= 0, infinite if it is 1."""
    variance, covariance = covariances[:, :2].mean(axis=0)
    correlation = covariance / variance if variance else 1.0
    if correlation <= 0:
        return 0.0
    return -1 / math.log(correlation) if correlation < 1 else math.inf
