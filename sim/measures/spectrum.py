"""All eigenvalues of the dense Hessian of the imitation loss at a champion. P weights."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.evaluation.evaluation_set import EvaluationSet
from sim.evaluation.loss_episodes import On, loss_episodes
from sim.evaluation.subject import Subject
from sim.landscape.dense_hessian import ROUNDING, dense_hessian, spectrum
from sim.measures import NO_INTERVAL, Quantity, RunMeasure, define, setting
from sim.rollout.machine import Machine
from sim.statistics.results import Curve, Findings, number

SQUARE = "nats / weight²"


@dataclass(frozen=True, slots=True)
class HessianSpectrum(RunMeasure):
    """The spectrum of the imitation loss's Hessian."""

    on: On = "unseen"
    """Where the loss is taken: in unseen mazes with the teacher's labels, or in the run's pool with its own labels."""
    demonstrations: int = setting(64, 1)
    """Episodes of the loss."""
    steps: int = setting(50, 1, 10**6)
    """First steps of an episode in the loss; at most the lifetime."""

    quantities = define(
        top=Quantity(
            "top eigenvalue",
            "Largest eigenvalue of the imitation loss's Hessian over the first steps of the teacher's episodes. All "
            "entries of the Hessian are exact second derivatives (Pearlmutter 1994), in float64.",
            SQUARE, "episodes", NO_INTERVAL,
        ),
        trace=Quantity("trace", "Trace of the same Hessian, the sum of its eigenvalues.", SQUARE, "episodes"),
        below_zero=Quantity(
            "eigenvalues below 0",
            "Share of the eigenvalues below 0: directions in which the loss bends down. Magnitudes up to "
            f"{ROUNDING:g} of the largest are rounding and count as 0. Adding one number to all outputs changes no "
            "loss, so as many eigenvalues as an output has weights are exactly 0.",
            "%", "eigenvalues", NO_INTERVAL, "At a minimum it is 0.",
        ),
        ratio=Quantity(
            "smallest by largest eigenvalue",
            "Smallest eigenvalue divided by the largest (Li et al. 2018): near 0 where the loss is almost convex, "
            "below -1 where it bends down more sharply than up.",
            "", "eigenvalues", NO_INTERVAL,
        ),
        log_trace=Quantity("log trace", "Decimal logarithm of the trace.", "log₁₀", "episodes", NO_INTERVAL),
        log_top=Quantity("log top eigenvalue", "Decimal logarithm of the top eigenvalue.", "log₁₀", "episodes"),
        eigenvalues=Quantity(
            "spectrum of the Hessian",
            "Magnitudes of the eigenvalues above 0 and of those below 0, each from the largest to the smallest; "
            "those that count as 0 are left out.",
            SQUARE, kind="curve", axes=("rank", f"magnitude, {SQUARE}"), log="y",
        ),
    )  # fmt: skip

    def episodes(self) -> float:
        """Count each of 420 rows of the Hessian as about 75 episodes a demonstration of 200 steps."""
        return 75 * 420 * self.demonstrations * min(self.steps, 200) / 200

    def compute(self, subject: Subject, evaluation_set: EvaluationSet, machine: Machine) -> Findings:
        """Take the dense Hessian, then its eigenvalues."""
        from sim.imitation.gradient import cross_entropy

        episodes = loss_episodes(subject, evaluation_set, self.on, self.demonstrations, self.steps, machine)
        found = spectrum(dense_hessian(cross_entropy(subject.layout, episodes), subject.genome))
        return describe(found.values, found.tolerance, sample=len(episodes.senses))


def describe(values: NDArray[np.float64], tolerance: float, *, sample: int) -> Findings:
    """The results of eigenvalues [P], in rising order, of a loss on a sample of episodes."""
    top, whole, count = float(values[-1]), float(values.sum()), values.size
    above, below = values[values > tolerance][::-1], -values[values < -tolerance]
    zero = count - above.size - below.size
    findings: Findings = {
        "top": number("top", top, sample=sample),
        "trace": number("trace", whole, sample=sample),
        "below_zero": number("below_zero", 100 * below.size / count, sample=count, note=f"{zero} count as 0"),
        "ratio": number("ratio", values[0] / top if top > tolerance else np.nan, sample=count, note=_above(top)),
        "log_trace": number("log_trace", _log(whole), sample=sample, note=_above(whole)),
        "log_top": number("log_top", _log(top), sample=sample, note=_above(top)),
    }
    for slot, magnitudes, detail in (("eigenvalues", above, "above 0"), ("eigenvalues_below", below, "below 0")):
        if magnitudes.size:
            ranks = np.arange(1, magnitudes.size + 1, dtype=np.float64)
            findings[slot] = Curve("eigenvalues", ranks, magnitudes, detail=detail)
    return findings


def _log(value: float) -> float:
    """The decimal logarithm, or NaN."""
    return float(np.log10(value)) if value > 0 else np.nan


def _above(value: float) -> str:
    """The note of a quantity that only exists for a value above 0."""
    return "" if value > 0 else f"{value:.3g} is not above 0"
