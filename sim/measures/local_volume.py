"""The size of a champion's basin: the volume of weights with a low training loss, and the spectrum of its Hessian.

P weights, K directions. The loss is that of imitation on the first steps of the teacher's episodes in the training
mazes, with the labels that the run learned.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.evaluation.evaluation_set import EvaluationSet, mean
from sim.evaluation.subject import Subject
from sim.evaluation.training_set import training_set
from sim.imitation.teacher import Demonstrations, join
from sim.landscape.curvature import hessian
from sim.landscape.volume import local_volume, preconditioner
from sim.measures import NO_INTERVAL, Quantity, RunMeasure, define, positive, setting
from sim.rollout.machine import Machine
from sim.statistics.results import Curve, Findings, number, with_error

FEW = 3.0  # effective directions, below which a volume rests on one or two of them
ROUNDING = 1e-9  # eigenvalues below this share of the largest count as 0


@dataclass(frozen=True, slots=True)
class LocalVolume(RunMeasure):
    """Local volume of the training loss (Scherlis, Belrose 2025), and the spectrum of its dense Hessian."""

    demonstrations: int = setting(16, 1)
    """Training mazes of the loss, at most."""
    steps: int = setting(50, 1)
    """First steps of an episode in the loss."""
    rise: float = positive(0.05)
    """How far the loss may rise within the basin, in nats."""
    radius: float = positive(1.0)
    """The largest distance, as a fraction of the genome's norm."""
    directions: int = setting(256, 2)
    """Random directions."""
    damping: float = positive(1e-3)
    """What is added to the Hessian's eigenvalues for the preconditioner, as a share of the largest."""

    quantities = define(
        log_volume=Quantity(
            "log of the local volume",
            "Natural logarithm of the volume of weights around the champion where the training loss is no more than "
            "the rise above its own (Scherlis, Belrose 2025), importance-sampled with the Hessian as preconditioner.",
            "nats", "directions",
            "The interval is 1.96 standard errors of the sampled directions on either side.",
            "An ellipsoid's volume is exact with this preconditioner.",
        ),
        log_volume_typical=Quantity(
            "log of the local volume, lower bound",
            "The same with the geometric mean of the radii over directions, in place of the mean of their powers: a "
            "lower bound that does not rest on the longest radius.",
            "nats", "directions",
            "The interval is 1.96 standard errors of the sampled directions on either side.",
        ),
        top=Quantity(
            "top eigenvalue of the training loss", "The largest eigenvalue of the dense Hessian, in float64.",
            "nats / weight²", "weights", NO_INTERVAL,
        ),
        trace=Quantity("trace of the training loss", "The trace of the same Hessian.", "nats / weight²", "weights"),
        below_zero=Quantity(
            "eigenvalues below 0", "Share of its eigenvalues below 0, and beyond rounding.", "%", "weights", NO_INTERVAL
        ),
        log_spectrum=Quantity(
            "mean log eigenvalue",
            "Mean natural logarithm of the magnitudes of its eigenvalues, damped as for the preconditioner.",
            "", "weights", NO_INTERVAL,
        ),
        eigenvalues=Quantity(
            "spectrum", "Magnitudes of the eigenvalues, in order.",
            "nats / weight²", kind="curve", axes=("rank", "magnitude, nats / weight²"), log="y",
        ),
    )  # fmt: skip

    def episodes(self) -> float:
        """Count one product with the Hessian for each of about 500 weights, and the searches along directions."""
        return 150 * self.demonstrations * 500 * self.steps / 200 / 8 + 60 * self.directions * self.demonstrations / 4

    def compute(self, subject: Subject, evaluation_set: EvaluationSet, machine: Machine) -> Findings:
        """Take the dense Hessian, then search along transformed directions."""
        taught = self._taught(subject, evaluation_set, machine)
        matrix = dense_hessian(subject, taught)
        transform, values = preconditioner(matrix, self.damping)
        weights = subject.genome.astype(np.float64)
        loss = mean(evaluation_set.losses(subject.layout, taught, machine))
        volume = local_volume(
            lambda genomes: loss(genomes.astype(np.float32)), weights, self.rise, transform,
            radius=self.radius * float(np.linalg.norm(weights)), directions=self.directions, seed=evaluation_set.seed,
        )  # fmt: skip
        sizes, few = np.abs(values), volume.effective < FEW
        note = f"{volume.effective:.1f} effective directions"
        count = weights.size
        below = 100.0 * float((values < -ROUNDING * sizes.max()).mean())
        damped = np.log(sizes + self.damping * sizes.max()) if sizes.any() else np.full(count, np.nan)
        found: Findings = {
            "log_volume": with_error(
                "log_volume", volume.log, volume.error, sample=self.directions, note=note, doubtful=few
            ),
            "log_volume_typical": with_error(
                "log_volume_typical", volume.typical, volume.typical_error, sample=self.directions
            ),
            "top": number("top", float(values.max()), sample=count),
            "trace": number("trace", float(values.sum()), sample=count),
            "below_zero": number("below_zero", below, sample=count),
            "log_spectrum": number("log_spectrum", float(damped.mean()), sample=count),
        }
        ranks = np.arange(1, count + 1, dtype=np.float64)
        shown = np.where(sizes > 0, sizes, np.nan)
        return found | {"eigenvalues": Curve("eigenvalues", ranks, np.sort(shown)[::-1])}

    def _taught(self, subject: Subject, evaluation_set: EvaluationSet, machine: Machine) -> Demonstrations:
        """The first steps of the episodes that the run learned from, with its own labels and poison."""
        labelling = evaluation_set.labelling(subject)
        mazes = training_set(subject, self.demonstrations)
        shown = labelling.demonstrations(mazes, subject.world, seed=subject.seed, machine=machine)
        wrong = labelling.poisoned(subject.world, pool=subject.record.pool, seed=subject.seed, machine=machine)
        return (shown if wrong is None else join(shown, wrong)).first_steps(self.steps)


def dense_hessian(subject: Subject, taught: Demonstrations) -> NDArray[Any]:
    """The Hessian [P, P] of the imitation loss at a champion, float64 and symmetric."""
    from agents.network.threads import one_thread
    from sim.imitation.gradient import cross_entropy

    weights = subject.genome.astype(np.float64)
    with one_thread():
        product = hessian(cross_entropy(subject.layout, taught), weights)
        matrix = np.stack([product(row) for row in np.eye(weights.size)])
    return np.asarray((matrix + matrix.T) / 2)
