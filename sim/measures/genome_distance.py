"""The distance of two champions' genomes. P weights."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.evaluation.evaluation_set import EvaluationSet
from sim.evaluation.subject import Subject
from sim.measures import NO_INTERVAL, PairMeasure, Quantity, define
from sim.rollout.machine import Machine
from sim.statistics.results import Findings, by_quantity, number


@dataclass(frozen=True, slots=True)
class GenomeDistance(PairMeasure):
    """Distance, angle and ratio of the norms of two genomes."""

    quantities = define(
        distance=Quantity(
            "distance", "Euclidean distance of the two champions' genomes, divided by the norm of the first.",
            "‖g‖", "weights", NO_INTERVAL,
        ),
        mean_distance=Quantity(
            "distance, relative to the mean norm", "The same distance, divided by the mean of both norms.",
            "‖g‖", "weights", NO_INTERVAL,
        ),
        cosine=Quantity(
            "cosine", "Cosine of the angle between the two champions' genomes. Random genomes have about 0.",
            "", "weights", NO_INTERVAL,
        ),
        norms=Quantity(
            "ratio of norms", "Norm of the second genome divided by that of the first.", "", "weights", NO_INTERVAL
        ),
    )  # fmt: skip

    def compute(self, first: Subject, second: Subject, evaluation_set: EvaluationSet, machine: Machine) -> Findings:
        """Compare the weights."""
        a, b = (subject.genome.astype(np.float64) for subject in (first, second))
        norm, other = float(np.linalg.norm(a)), float(np.linalg.norm(b))
        return by_quantity(
            number("distance", np.linalg.norm(b - a) / norm, sample=a.size),
            number("mean_distance", mean_distance(a, b), sample=a.size),
            number("cosine", a @ b / norm / other, sample=a.size),
            number("norms", other / norm, sample=a.size),
        )


def mean_distance(a: NDArray[Any], b: NDArray[Any]) -> float:
    """The distance of two genomes [P], divided by the mean of their norms."""
    one, other = a.astype(np.float64), b.astype(np.float64)
    return float(np.linalg.norm(other - one)) * 2 / float(np.linalg.norm(one) + np.linalg.norm(other))
