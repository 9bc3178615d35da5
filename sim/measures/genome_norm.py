"""The norm of a champion's genome, and its distance from where learning began. P weights."""

from dataclasses import dataclass

import numpy as np

from sim.evaluation.evaluation_set import EvaluationSet
from sim.evaluation.subject import Subject
from sim.measures import NO_INTERVAL, Quantity, RunMeasure, define
from sim.rollout.machine import Machine
from sim.statistics.results import Findings, by_quantity, number


@dataclass(frozen=True, slots=True)
class GenomeNorm(RunMeasure):
    """The norm of the champion's genome, and its distance from the genome that learning began with."""

    quantities = define(
        norm=Quantity(
            "norm of the genome", "Euclidean norm of the champion's weights.", "weights", "weights", NO_INTERVAL
        ),
        travelled=Quantity(
            "distance from the start",
            "Distance of the champion from the genome that learning began with (of a population, the first one), "
            "divided by the norm of that genome.",
            "‖g‖", "genomes", NO_INTERVAL,
        ),
    )  # fmt: skip

    def compute(self, subject: Subject, evaluation_set: EvaluationSet, machine: Machine) -> Findings:
        """Measure the vectors."""
        genome, initial = subject.genome.astype(np.float64), subject.record.initial
        travelled = np.linalg.norm(genome - initial) / np.linalg.norm(initial)
        return by_quantity(number("norm", np.linalg.norm(genome), sample=genome.size), number("travelled", travelled))
