"""The size of a champion's basin: the volume of weights with a low training loss, and the spectrum of its Hessian.

P weights, K directions. The loss is that of imitation on the first steps of the teacher's episodes, by default in the
training mazes, with the labels that the run learned.
"""

from dataclasses import dataclass

import numpy as np

from sim.evaluation.evaluation_set import EvaluationSet, mean
from sim.evaluation.loss_episodes import On, loss_episodes
from sim.evaluation.subject import Subject
from sim.landscape.dense_hessian import Spectrum, dense_hessian, spectrum
from sim.landscape.volume import Volume, local_volume
from sim.measures import NO_INTERVAL, Quantity, RunMeasure, define, positive, setting
from sim.rollout.machine import Machine
from sim.statistics.results import Curve, Findings, by_quantity, number, with_error

OVER_DIRECTIONS = "The interval is 1.96 standard errors of the sampled directions on either side."
FEW = 3.0  # effective directions, below which a volume rests on one or two of them


@dataclass(frozen=True, slots=True)
class LocalVolume(RunMeasure):
    """Local volume of the training loss (Scherlis, Belrose 2025), and the spectrum of its dense Hessian."""

    on: On = "pool"
    """Where the loss is taken: in the run's pool with its own labels, or in unseen mazes with the teacher's labels."""
    demonstrations: int = setting(16, 1)
    """Episodes of the loss, at most."""
    steps: int = setting(50, 1, 10**6)
    """First steps of an episode in the loss; at most the lifetime."""
    rise: float = positive(0.05)
    """How far the loss may rise within the basin, in nats."""
    radius: float = positive(1.0)
    """The largest distance, as a fraction of the genome's norm."""
    directions: int = setting(256, 2)
    """Random directions."""
    damping: float = positive(1e-3)
    """What is added to the Hessian's eigenvalues for the preconditioner, as a share of the largest."""

    version = 2
    quantities = define(
        log_volume=Quantity(
            "log of the local volume",
            "Natural logarithm of the volume of weights around the champion where the loss is no more than the rise "
            "above its own, up to a largest distance (Scherlis, Belrose 2025), importance-sampled with the Hessian as "
            "preconditioner. It is doubtful if a few directions make up the mean.",
            "nats", "directions", OVER_DIRECTIONS, "An ellipsoid's volume is exact with this preconditioner.",
        ),
        log_volume_per_weight=Quantity(
            "log of the local volume, per weight",
            "The same logarithm divided by the number of weights: that of a basin's mean width.",
            "nats / weight", "directions", OVER_DIRECTIONS,
        ),
        log_volume_typical=Quantity(
            "log of the local volume, lower bound",
            "The same with the geometric mean of the radii over directions, in place of the mean of their powers: a "
            "lower bound that does not rest on the longest radius.",
            "nats", "directions", OVER_DIRECTIONS,
        ),
        log_volume_typical_per_weight=Quantity(
            "log of the local volume, lower bound per weight", "This lower bound divided by the number of weights.",
            "nats / weight", "directions", OVER_DIRECTIONS,
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
        """Count each of 420 rows of the Hessian as in `spectrum`, and the searches along directions."""
        long = self.demonstrations * min(self.steps, 200) / 200
        return long * (75 * 420 + 60 * self.directions)

    def compute(self, subject: Subject, evaluation_set: EvaluationSet, machine: Machine) -> Findings:
        """Take the dense Hessian, then search along transformed directions."""
        from sim.imitation.gradient import cross_entropy

        episodes = loss_episodes(subject, evaluation_set, self.on, self.demonstrations, self.steps, machine)
        weights = subject.genome.astype(np.float64)
        bends = spectrum(dense_hessian(cross_entropy(subject.layout, episodes), weights))
        damping = self.damping * (float(np.abs(bends.values).max()) or 1.0)
        loss = mean(evaluation_set.losses(subject.layout, episodes, machine))
        volume = local_volume(
            lambda genomes: loss(genomes.astype(np.float32)), weights, self.rise, bends.power(-0.5, damping),
            radius=self.radius * float(np.linalg.norm(weights)), directions=self.directions,
            seed=evaluation_set.draws(subject),
        )  # fmt: skip
        return self._volumes(volume, weights.size) | _spectrum(bends, damping)

    def _volumes(self, volume: Volume, size: int) -> Findings:
        """The volume around a genome of so many weights, and that by the geometric mean of the radii."""
        few = volume.effective < FEW
        note = f"{volume.effective:.1f} effective directions"
        both = {"log_volume": (volume.log, volume.error), "log_volume_typical": (volume.typical, volume.typical_error)}
        found: Findings = {}
        for name, (value, error) in both.items():
            own = {"note": note, "doubtful": few} if name == "log_volume" else {}
            for slot, by in ((name, 1), (f"{name}_per_weight", size)):
                found[slot] = with_error(slot, value / by, error / by, sample=self.directions, **own)
        return found


def _spectrum(bends: Spectrum, damping: float) -> Findings:
    """What the preconditioner's Hessian is like."""
    values, count = bends.values, bends.values.size
    sizes = np.abs(values)
    damped = float(np.log(sizes + damping).mean()) if sizes.any() else np.nan
    ranks, shown = np.arange(1, count + 1, dtype=np.float64), np.where(sizes > 0, sizes, np.nan)
    return by_quantity(
        number("top", float(values.max()), sample=count),
        number("trace", float(values.sum()), sample=count),
        number("below_zero", 100 * bends.share_below_zero, sample=count),
        number("log_spectrum", damped, sample=count),
        Curve("eigenvalues", ranks, np.sort(shown)[::-1]),
    )
