"""The generalisation gap of a champion: its score in mazes of its run minus that in unseen mazes. M mazes."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.evaluation.evaluation_set import EvaluationSet
from sim.evaluation.subject import Subject
from sim.evaluation.training_set import mazes_of_run, training_set
from sim.measures import BY_ERRORS, Quantity, RunMeasure, define, setting
from sim.rollout import play
from sim.rollout.machine import Machine
from sim.statistics.results import Findings, Number, by_quantity, number, with_error
from sim.world.maze import Mazes


@dataclass(frozen=True, slots=True)
class Generalisation(RunMeasure):
    """Pellets in mazes that the champion learned in, that it was chosen on, and that its run never met."""

    mazes: int = setting(512, 2)
    """Mazes of each kind, or as many as there are."""

    quantities = define(
        generalisation_gap=Quantity(
            "generalisation gap",
            "Mean share of pellets that the champion eats in the last mazes that its run learned in, minus that in as "
            "many or more mazes that the run never met; greedy play in both. A run that learns in fresh mazes all the "
            "time should have a gap near 0.",
            "points", "mazes", BY_ERRORS,
        ),
        selection_bias=Quantity(
            "selection bias",
            "Mean share of pellets in the validation mazes that the champion was chosen on, minus that in mazes that "
            "the run never met: by how much choosing the best of many champions raises the recorded share.",
            "points", "mazes", BY_ERRORS,
        ),
    )  # fmt: skip

    def episodes(self) -> float:
        """Count three kinds of mazes."""
        return 3 * self.mazes

    def compute(self, subject: Subject, evaluation_set: EvaluationSet, machine: Machine) -> Findings:
        """Play the champion in all three kinds of mazes."""
        learned, chosen, unseen = (
            shares(subject, mazes, machine)
            for mazes in (
                training_set(subject, self.mazes),
                mazes_of_run(subject, "validation", 0, min(subject.record.validation, self.mazes)),
                evaluation_set.mazes(self.mazes),
            )
        )
        return by_quantity(gap("generalisation_gap", learned, unseen), gap("selection_bias", chosen, unseen))


def shares(subject: Subject, mazes: Mazes, machine: Machine) -> NDArray[np.float64]:
    """The share of each maze's pellets [M] that the champion eats greedily, in percent."""
    pellets = play(subject.genome[None], subject.layout, mazes, subject.world, machine=machine)[0]
    return np.asarray(100 * pellets / mazes.pellet_counts)


def gap(quantity: str, seen: NDArray[np.float64], unseen: NDArray[np.float64]) -> Number:
    """The difference of the mean shares [M] in two sets of mazes, with its standard error."""
    difference = float(seen.mean() - unseen.mean())
    if min(seen.size, unseen.size) < 2:
        return number(quantity, difference, sample=seen.size, note="too few mazes for an interval")
    error = math.sqrt(seen.var(ddof=1) / seen.size + unseen.var(ddof=1) / unseen.size)
    return with_error(quantity, difference, error, sample=seen.size)
