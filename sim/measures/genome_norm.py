"""How long a champion's genome is, and how far learning moved it. P weights."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from sim.evaluation.evaluation_set import EvaluationSet
from sim.evaluation.subject import Subject
from sim.measures import Quantity, RunMeasure
from sim.measures.genome_distance import ALONE
from sim.rollout.machine import Machine
from sim.statistics.results import Findings, number


@dataclass(frozen=True, slots=True)
class GenomeNorm(RunMeasure):
    """The norm of the champion's weights, and its distance from the genome that learning began with."""

    quantities: ClassVar[Mapping[str, Quantity]] = {
        "norm": Quantity(
            "length of the genome", "The Euclidean norm of the champion's weights.", "weights", "weights", ALONE
        ),
        "travelled": Quantity(
            "way from the beginning",
            "Distance of the champion from the genome where learning began (the first of an evolved run's "
            "population), in norms of the latter.",
            "norms", "genomes", ALONE,
        ),
    }  # fmt: skip

    def episodes(self) -> float:
        """None are played."""
        return 0

    def compute(self, subject: Subject, ground: EvaluationSet, machine: Machine) -> Findings:
        """Measure the vectors."""
        genome, began = subject.genome.astype(np.float64), subject.record.initial
        travelled = np.linalg.norm(genome - began) / np.linalg.norm(began)
        return {
            "norm": number("norm", np.linalg.norm(genome), sample=genome.size),
            "travelled": number("travelled", travelled),
        }
