"""How far outcomes stay alike along random walks through genome space.

W walks, T steps, P weights, K lags. A step is a random ray of a length that is given in norms of the genome, and the
measure means nothing without it. Walks stay at `radius` norms from the genome.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from agents.checks import between, positive
from agents.errors import UserError
from agents.layout import Layout
from agents.randomness import generator
from sim.evaluation.evaluation_set import EvaluationSet, mean
from sim.evaluation.subject import Subject
from sim.landscape.function import Function
from sim.landscape.rays import centre, like, rays, refuse_unless
from sim.measures import FunctionMeasure, Quantity
from sim.rollout.machine import Machine
from sim.statistics.bootstrap import bootstrap
from sim.statistics.results import Curve, Findings, number

OVER_WALKS = "The interval is a 95 % bootstrap over walks; other seeds of the method are not in it."


@dataclass(frozen=True, slots=True)
class RuggednessLength(FunctionMeasure):
    """Correlation lengths of pellets along random walks, at some distances from the champion."""

    radii: tuple[float, ...] = (0.05, 0.3, 0.7)
    """Distances from the champion, in norms, at which walks are walked."""
    step: float = 0.01
    """The length of a step, in norms."""
    walks: int = 128
    """Random walks."""
    mazes: int = 16
    """Mazes that every genome sees."""

    quantities: ClassVar[Mapping[str, Quantity]] = {
        "ruggedness": Quantity(
            "ruggedness length",
            "Correlation length -1 / ln r(1) of mean pellets along random walks that stay at one distance from the "
            "champion (Weinberger 1990), in steps of the length that is given: it means nothing without it.",
            "steps", "walks", OVER_WALKS,
        ),
        "correlation": Quantity(
            "correlation along random walks", "How pellets along a random walk forget where it began.",
            kind="curve", axes=("steps apart", "correlation of pellets"),
        ),
    }  # fmt: skip

    def __post_init__(self) -> None:
        """Refuse numbers that nothing can be measured with."""
        for radius in self.radii:
            positive("radii", radius)
        positive("step", self.step)
        between("walks", self.walks, 2, 65536)
        between("mazes", self.mazes, 1, 65536)

    def episodes(self) -> float:
        """Those of 128 steps of every walk."""
        return len(self.radii) * self.walks * 129 * self.mazes

    def compute(self, subject: Subject, ground: EvaluationSet, machine: Machine) -> Findings:
        """Walk at every distance."""
        objective = mean(ground.pellets(subject.layout, ground.mazes(self.mazes), machine))
        return self.around(objective, subject.genome, subject.layout, ground.seed)

    def around(self, function: Function, genome: NDArray[Any], layout: Layout | None, seed: int) -> Findings:
        """Walk at every distance."""
        found: Findings = {}
        for radius in self.radii:
            slot, detail = f"ruggedness_{radius:g}", f"{radius:g} norms out, steps of {self.step:g}"
            try:
                walk = ruggedness(function, genome, layout, step=self.step, radius=radius, seed=seed, walks=self.walks)
            except SameOutcome as error:
                found[slot] = number("ruggedness", math.nan, sample=self.walks, detail=detail, note=str(error))
                continue
            found[slot] = number("ruggedness", walk.length, walk.interval, sample=walk.walks, detail=detail)
            lags = np.arange(walk.correlation.size, dtype=np.float64)
            found[f"correlation_{radius:g}"] = Curve("correlation", lags, walk.correlation, detail=detail)
        return found


class SameOutcome(UserError):
    """All genomes of all walks have the same outcome, which has no autocorrelation."""


@dataclass(frozen=True, slots=True, eq=False)
class Ruggedness:
    """The autocorrelation of outcomes along random walks; `correlation` [K] at lags 0 to K-1 steps."""

    length: float
    """Correlation length in steps, -1 / ln r(1) (Weinberger 1990); 0 where r(1) <= 0, infinite where it is 1."""
    interval: tuple[float, float]
    """95 % bootstrap over walks."""
    correlation: NDArray[np.float64]
    step: float
    radius: float
    walks: int
    steps: int
    seed: int


def ruggedness(
    objective: Function,
    genome: ArrayLike,
    layout: Layout | None,
    *,
    step: float,
    radius: float,
    seed: int,
    walks: int = 128,
    steps: int = 128,
    lags: int = 32,
    dtype: DTypeLike = np.float32,
) -> Ruggedness:
    """Correlation length of random walks that stay at `radius` norms from the genome, so that they are stationary."""
    home = centre(genome, layout)
    refuse_unless(step > 0 and math.isfinite(step), "a step must be a number of norms above 0", step)
    refuse_unless(radius > 0 and math.isfinite(radius), "walks that stay at a radius need one above 0", radius)
    refuse_unless(
        walks >= 2 and 2 <= lags <= steps, "ruggedness needs 2 walks, 2 lags and as many steps", (walks, lags, steps)
    )
    rng = generator(seed, "measure/walk")
    away = rays(home, layout, walks, rng)
    heights = np.empty((walks, steps + 1))
    for at in range(steps + 1):
        if at:
            away = like(radius * away + step * rays(home, layout, walks, rng), home, layout)
        heights[:, at] = values_of(objective, (home + radius * away).astype(dtype))
    deviation = (
        heights - heights.mean()
    )  # of all walks: the mean of one would make its own values look alike too little
    if not deviation.any():
        raise SameOutcome(f"the outcome is the same all along {walks} walks: take a larger step or radius")
    products = np.stack(
        [(deviation[:, : steps + 1 - lag] * deviation[:, lag:]).mean(axis=1) for lag in range(lags)], axis=1
    )

    def length(index: NDArray[np.intp]) -> float:
        variance, covariance = products[index, :2].mean(axis=0)
        return _length(covariance / variance if variance else 1.0)

    low, high = bootstrap(length, walks, seed=seed)
    correlation = products.mean(axis=0) / products[:, 0].mean()
    return Ruggedness(_length(correlation[1]), (float(low), float(high)), correlation, step, radius, walks, steps, seed)


def _length(correlation: float) -> float:
    if correlation <= 0:
        return 0.0
    return -1 / math.log(correlation) if correlation < 1 else math.inf


def values_of(objective: Function, genomes: NDArray[np.floating]) -> NDArray[np.float64]:
    """One number for each genome [N, P]; refuses objectives that have several."""
    values = np.asarray(objective(genomes), np.float64)
    refuse_unless(
        values.shape == (len(genomes),), "walks take an objective with one value a genome", list(values.shape)
    )
    return values
