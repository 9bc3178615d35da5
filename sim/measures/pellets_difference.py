"""The difference of the pellets that two champions eat in the same mazes. M mazes."""

from dataclasses import dataclass

import numpy as np

from sim.evaluation.evaluation_set import EvaluationSet
from sim.evaluation.subject import Subject
from sim.measures import PairMeasure, Quantity, bootstrap_over, define, setting
from sim.measures.pellets_eaten import sampled_pellets
from sim.rollout.machine import Machine
from sim.statistics.bootstrap import resampled
from sim.statistics.results import Findings, Scatter, by_quantity


@dataclass(frozen=True, slots=True)
class PelletsDifference(PairMeasure):
    """Pellets of the first champion minus those of the second, paired by maze."""

    mazes: int = setting(512, 2)
    """Validation mazes that no champion was chosen on."""
    repetitions: int = setting(8, 1, 4096)
    """Sampled episodes in each of them."""

    quantities = define(
        difference=Quantity(
            "difference",
            "Mean difference of the pellets that the first and the second champion eat, greedy play in the same mazes.",
            "pellets", "mazes", bootstrap_over("mazes"),
        ),
        difference_sampled=Quantity(
            "difference, sampled", "The same for sampled play, the mean of several episodes in each maze.",
            "pellets", "mazes", bootstrap_over("mazes"),
        ),
        by_maze=Quantity(
            "pellets in the same mazes", "Each dot is a maze. Below the diagonal, the first champion eats more.",
            "pellets", kind="scatter", axes=("pellets of the first", "pellets of the second"),
        ),
    )  # fmt: skip

    def episodes(self) -> float:
        """Count those of both champions."""
        return 2 * (1 + self.repetitions) * self.mazes

    def compute(self, first: Subject, second: Subject, evaluation_set: EvaluationSet, machine: Machine) -> Findings:
        """Play the same mazes with both."""
        mazes, seed = evaluation_set.mazes(self.mazes), evaluation_set.seed
        pellets = evaluation_set.pellets(first.layout, mazes, machine)
        one, other = pellets(np.stack([first.genome, second.genome])).astype(np.float64)
        sampled = [sampled_pellets(subject, mazes, self.repetitions, machine) for subject in (first, second)]
        return by_quantity(
            resampled("difference", one - other, seed=seed),
            resampled("difference_sampled", sampled[0] - sampled[1], seed=seed),
            Scatter("by_maze", one, other),
        )
