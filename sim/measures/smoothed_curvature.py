"""The curvature of smoothed fitness at a champion: what evolution strategies climb. N genomes, P weights."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from agents.checks import between, positive
from agents.errors import UserError
from sim.evaluation.evaluation_set import EvaluationSet, mean
from sim.evaluation.subject import Subject
from sim.landscape.curvature import Estimate
from sim.landscape.smoothing import smooth_curvature
from sim.measures import Quantity, RunMeasure
from sim.measures.generalisation import BY_ERRORS, NORMAL
from sim.rollout.machine import Machine
from sim.statistics.results import Findings, Number, number

UNIT = "pellets / weight²"


@dataclass(frozen=True, slots=True)
class SmoothedCurvature(RunMeasure):
    """Value, trace and top eigenvalue of fitness blurred by normal noise on every weight, with two controls."""

    sigma: float = 0.1
    """Standard deviation of the noise on each weight."""
    samples: int = 131072
    """Genomes that the curvature is estimated from, an even number."""
    mazes: int = 16
    """Mazes that every genome sees."""

    quantities: ClassVar[Mapping[str, Quantity]] = {
        "smooth_value": Quantity(
            "smoothed fitness",
            "Mean pellets of genomes around the champion, normal noise on every weight: what evolution strategies "
            "climb (Lehman et al. 2018).",
            "pellets", "genomes", BY_ERRORS,
        ),
        "smooth_trace": Quantity(
            "curvature of smoothed fitness, trace",
            "Trace of the Hessian of smoothed fitness, from how it changes with the variance of the noise, as for "
            "heat: n genomes at half of it, and as many at one and a half.",
            UNIT, "genomes", BY_ERRORS,
        ),
        "smooth_top": Quantity(
            "top curvature of smoothed fitness",
            "Eigenvalue of largest magnitude of the sampled Hessian E[J(g + s e)(e e' - I)] / s^2. It is biased "
            "outwards by noise: compare it with what the same sample gives shuffled, and with the curvature along "
            "held-out directions.",
            UNIT, "genomes",
        ),
        "smooth_noise": Quantity(
            "top curvature of shuffled fitness",
            "A control: the same eigenvalue once the values are shuffled. A top no larger than this shows nothing.",
            UNIT, "genomes", control_of="smooth_top",
        ),
        "smooth_held_out": Quantity(
            "top curvature, held out",
            "Curvature that one half of the sample has along the top direction of the other: unbiased for that "
            "direction, and so on average no larger than the true top.",
            UNIT, "genomes", BY_ERRORS, control_of="smooth_top",
        ),
    }  # fmt: skip

    def __post_init__(self) -> None:
        """Refuse numbers that nothing can be measured with."""
        positive("sigma", self.sigma)
        between("samples", self.samples, 4, 1 << 24)
        if self.samples % 2:
            raise UserError(f"samples must be even, as genomes come in pairs, got {self.samples}")
        between("mazes", self.mazes, 1, 65536)

    def episodes(self) -> float:
        """Genomes at three variances, and the algebra."""
        return 4 * self.samples * self.mazes

    def compute(self, subject: Subject, ground: EvaluationSet, machine: Machine) -> Findings:
        """Play genomes with noisy weights."""
        objective = mean(ground.pellets(subject.layout, ground.mazes(self.mazes), machine))
        found = smooth_curvature(objective, subject.genome, self.sigma, self.samples, ground.seed)
        return {
            "smooth_value": self._estimated("smooth_value", found.value),
            "smooth_trace": self._estimated("smooth_trace", found.trace),
            "smooth_top": number("smooth_top", found.top, sample=self.samples),
            "smooth_noise": number("smooth_noise", found.noise, sample=self.samples),
            "smooth_held_out": self._estimated("smooth_held_out", found.held_out),
        }

    def _estimated(self, quantity: str, found: Estimate) -> Number:
        """A mean with 1.96 standard errors on either side."""
        bounds = found.value - NORMAL * found.error, found.value + NORMAL * found.error
        return number(quantity, found.value, bounds, sample=self.samples)
