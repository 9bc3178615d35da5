"""How far apart two champions' genomes are. P weights."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from sim.evaluation.evaluation_set import EvaluationSet
from sim.evaluation.subject import Subject
from sim.measures import PairMeasure, Quantity
from sim.rollout.machine import Machine
from sim.statistics.results import Findings, number

ALONE = "It is one number of these genomes, and has no interval."


@dataclass(frozen=True, slots=True)
class GenomeDistance(PairMeasure):
    """Distance, angle and ratio of norms of two genomes."""

    quantities: ClassVar[Mapping[str, Quantity]] = {
        "distance": Quantity(
            "distance", "Euclidean distance of the two champions' genomes, over the norm of the first.",
            "norms", "weights", ALONE,
        ),
        "mean_distance": Quantity(
            "distance, in mean norms", "The same distance over the mean of both norms.", "norms", "weights", ALONE
        ),
        "cosine": Quantity(
            "cosine", "Cosine of the angle between the two champions' genomes; 0 is what random ones have.",
            "", "weights", ALONE,
        ),
        "norms": Quantity("ratio of norms", "Norm of the other genome over that of the first.", "", "weights", ALONE),
    }  # fmt: skip

    def episodes(self) -> float:
        """None are played."""
        return 0

    def compute(self, one: Subject, other: Subject, ground: EvaluationSet, machine: Machine) -> Findings:
        """Compare the weights."""
        a, b = (each.genome.astype(np.float64) for each in (one, other))
        size, second = float(np.linalg.norm(a)), float(np.linalg.norm(b))
        return {
            "distance": number("distance", np.linalg.norm(b - a) / size, sample=a.size),
            "mean_distance": number("mean_distance", mean_distance(a, b), sample=a.size),
            "cosine": number("cosine", a @ b / size / second, sample=a.size),
            "norms": number("norms", second / size, sample=a.size),
        }


def mean_distance(a: NDArray[Any], b: NDArray[Any]) -> float:
    """How far apart two genomes [P] are, over the mean of their norms."""
    one, other = a.astype(np.float64), b.astype(np.float64)
    return float(np.linalg.norm(other - one)) * 2 / float(np.linalg.norm(one) + np.linalg.norm(other))
