"""Pellets under noise on the weights. N genomes, P weights."""

import math
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from agents.layout import Layout
from sim.landscape.function import Function
from sim.landscape.smoothing import estimate
from sim.measures import BY_ERRORS, FunctionMeasure, Quantity, define, positive, setting
from sim.statistics.results import Findings, number, with_error


@dataclass(frozen=True, slots=True)
class NoiseRobustness(FunctionMeasure):
    """Pellets under normal noise on every weight, relative to those of the champion."""

    sigmas: tuple[float, ...] = positive((0.05, 0.1))
    """Standard deviations of the noise on each weight."""
    samples: int = setting(4096, 4, 1 << 24, step=2)
    """Genomes with noise, in pairs of opposite noise."""
    mazes: int = setting(64, 1)
    """Mazes in which every genome is evaluated."""

    version = 2
    quantities = define(
        left=Quantity(
            "pellets under noise",
            "Mean pellets of genomes around the champion, with normal noise of a standard deviation on every weight, "
            "relative to the champion's pellets in the same mazes: smoothed fitness (Lehman et al. 2018) divided by "
            "fitness. The noise is absolute, so it is a smaller fraction of a longer genome.",
            "%", "genomes", BY_ERRORS,
        )
    )  # fmt: skip

    def episodes(self) -> float:
        """Count those of every sigma."""
        return len(self.sigmas) * self.samples * self.mazes

    def around(self, function: Function, genome: NDArray[Any], layout: Layout | None, seed: int) -> Findings:
        """Evaluate genomes with noisy weights."""
        fitness = float(function(genome[None])[0])
        findings: Findings = {}
        for sigma in self.sigmas:
            detail, slot = f"noise of {sigma:g}", f"left_{sigma:g}"
            if not fitness:
                note = "the genome's own value is 0"
                findings[slot] = number("left", math.nan, sample=self.samples, detail=detail, note=note)
                continue
            smoothed = estimate(function, genome, sigma, self.samples, seed)
            left, error = 100 * smoothed.value / fitness, 100 * smoothed.error / fitness
            findings[slot] = with_error("left", left, error, sample=self.samples, detail=detail)
        return findings
