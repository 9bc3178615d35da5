"""What noise on the weights leaves of a champion's pellets. N genomes, P weights."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from numpy.typing import NDArray

from agents.checks import between, positive
from agents.errors import UserError
from agents.layout import Layout
from sim.evaluation.evaluation_set import EvaluationSet, mean
from sim.evaluation.subject import Subject
from sim.landscape.function import Function
from sim.landscape.smoothing import estimate
from sim.measures import FunctionMeasure, Quantity
from sim.measures.generalisation import BY_ERRORS, NORMAL
from sim.rollout.machine import Machine
from sim.statistics.results import Findings, number


@dataclass(frozen=True, slots=True)
class NoiseRobustness(FunctionMeasure):
    """Pellets that are left under normal noise on every weight, as a share of the champion's own."""

    sigmas: tuple[float, ...] = (0.05, 0.1)
    """Standard deviations of the noise on each weight."""
    samples: int = 4096
    """Genomes with noise, an even number."""
    mazes: int = 64
    """Mazes that every genome sees."""

    quantities: ClassVar[Mapping[str, Quantity]] = {
        "left": Quantity(
            "left under noise",
            "Mean pellets of genomes around the champion, normal noise of a standard deviation on every weight, as a "
            "share of the champion's own in the same mazes: smoothed fitness (Lehman et al. 2018) over fitness. The "
            "noise is alike in weights, and so smaller in norms around a longer genome.",
            "%", "genomes", BY_ERRORS,
        )
    }  # fmt: skip

    def __post_init__(self) -> None:
        """Refuse numbers that nothing can be measured with."""
        for sigma in self.sigmas:
            positive("sigmas", sigma)
        between("samples", self.samples, 4, 1 << 24)
        if self.samples % 2:
            raise UserError(f"samples must be even, as genomes come in pairs, got {self.samples}")
        between("mazes", self.mazes, 1, 65536)

    def episodes(self) -> float:
        """Those of every sigma."""
        return len(self.sigmas) * self.samples * self.mazes

    def compute(self, subject: Subject, ground: EvaluationSet, machine: Machine) -> Findings:
        """Play genomes with noisy weights."""
        objective = mean(ground.pellets(subject.layout, ground.mazes(self.mazes), machine))
        return self.around(objective, subject.genome, subject.layout, ground.seed)

    def around(self, function: Function, genome: NDArray[Any], layout: Layout | None, seed: int) -> Findings:
        """Evaluate genomes with noisy weights."""
        own = float(function(genome[None])[0])
        found: Findings = {}
        for sigma in self.sigmas:
            detail, slot = f"noise of {sigma:g}", f"left_{sigma:g}"
            if not own:
                found[slot] = number("left", math.nan, sample=self.samples, detail=detail, note="it eats nothing")
                continue
            smoothed = estimate(function, genome, sigma, self.samples, seed)
            left, error = 100 * smoothed.value / own, 100 * NORMAL * smoothed.error / own
            found[slot] = number("left", left, (left - error, left + error), sample=self.samples, detail=detail)
        return found
