"""The curvature of smoothed fitness at a champion: of the function that evolution strategies climb. P weights."""

from dataclasses import dataclass

from sim.evaluation.evaluation_set import EvaluationSet, mean
from sim.evaluation.subject import Subject
from sim.landscape.curvature import Eigenpair
from sim.landscape.smoothing import smooth_curvature
from sim.measures import BY_ERRORS, Quantity, RunMeasure, define, positive, setting
from sim.rollout.machine import Machine
from sim.statistics.results import Findings, Number, by_quantity, number, with_error

UNIT = "pellets / weight²"


@dataclass(frozen=True, slots=True)
class SmoothedCurvature(RunMeasure):
    """Value, trace and top eigenvalue of fitness smoothed by normal noise on every weight, with two controls."""

    sigma: float = positive(0.1)
    """Standard deviation of the noise on each weight."""
    samples: int = setting(131072, 4, 1 << 24, step=2)
    """Genomes that the curvature is estimated from, in pairs of opposite noise."""
    mazes: int = setting(16, 1)
    """Mazes in which every genome is evaluated."""

    version = 3
    quantities = define(
        smooth_value=Quantity(
            "smoothed fitness",
            "Mean pellets of genomes around the champion, with normal noise on every weight: the function that "
            "evolution strategies climb (Lehman et al. 2018).",
            "pellets", "genomes", BY_ERRORS,
        ),
        smooth_trace=Quantity(
            "curvature of smoothed fitness, trace",
            "Trace of the Hessian of smoothed fitness, from its derivative by the variance of the noise (heat "
            "equation): n genomes at half of that variance, and n at one and a half.",
            UNIT, "genomes", BY_ERRORS,
        ),
        smooth_top=Quantity(
            "top curvature of smoothed fitness",
            "Eigenvalue of largest magnitude of the sampled Hessian E[J(g + s e)(e e' - I)] / s^2. Noise biases its "
            "magnitude upwards: compare it with that of the shuffled sample, and with the curvature along held-out "
            "directions.",
            UNIT, "genomes",
        ),
        smooth_noise=Quantity(
            "top curvature of shuffled fitness",
            "Control: the same eigenvalue after the values are shuffled. A top curvature that is not larger than this "
            "is noise.",
            UNIT, "genomes", control_of="smooth_top",
        ),
        smooth_held_out=Quantity(
            "top curvature, held out",
            "Curvature of one half of the sample along the top direction of the other half. It is unbiased for that "
            "direction, and so on average not larger than the true top curvature.",
            UNIT, "genomes", BY_ERRORS, control_of="smooth_top",
        ),
    )  # fmt: skip

    def episodes(self) -> float:
        """Count genomes at three variances, and the algebra."""
        return 4 * self.samples * self.mazes

    def compute(self, subject: Subject, evaluation_set: EvaluationSet, machine: Machine) -> Findings:
        """Play genomes with noisy weights."""
        objective = mean(evaluation_set.pellets(subject.layout, evaluation_set.mazes(self.mazes), machine))
        found = smooth_curvature(objective, subject.genome, self.sigma, self.samples, evaluation_set.draws(subject))
        value, trace, held_out = found.value, found.trace, found.held_out
        return by_quantity(
            with_error("smooth_value", value.value, value.error, sample=self.samples),
            with_error("smooth_trace", trace.value, trace.error, sample=self.samples),
            self._eigenvalue("smooth_top", found.top.value, found.top),
            self._eigenvalue("smooth_noise", abs(found.noise.value), found.noise),
            with_error("smooth_held_out", held_out.value, held_out.error, sample=self.samples),
        )

    def _eigenvalue(self, quantity: str, value: float, pair: Eigenpair) -> Number:
        """An eigenvalue with its residual."""
        return number(quantity, value, sample=self.samples, note=pair.note, doubtful=not pair.settled)
