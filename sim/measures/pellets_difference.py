"""What one champion eats more than another in the same mazes. M mazes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from agents.checks import between
from sim.evaluation.evaluation_set import EvaluationSet
from sim.evaluation.subject import Subject
from sim.measures import PairMeasure, Quantity
from sim.measures.pellets_eaten import OVER_MAZES, sampled_pellets
from sim.rollout.machine import Machine
from sim.statistics.bootstrap import resampled
from sim.statistics.results import Findings, Scatter


@dataclass(frozen=True, slots=True)
class PelletsDifference(PairMeasure):
    """What the first champion eats more than the other, paired by maze."""

    mazes: int = 512
    """Validation mazes that no champion was chosen on."""
    repetitions: int = 8
    """Sampled episodes in each of them."""

    quantities: ClassVar[Mapping[str, Quantity]] = {
        "difference": Quantity(
            "difference",
            "Mean difference of pellets eaten, the first champion's less the other's, greedy play in the same mazes.",
            "pellets", "mazes", OVER_MAZES,
        ),
        "difference_sampled": Quantity(
            "difference, sampled", "The same of sampled play, a mean of several episodes in each maze.",
            "pellets", "mazes", OVER_MAZES,
        ),
        "by_maze": Quantity(
            "pellets in the same mazes", "Each dot is a maze; below the diagonal the first champion eats more.",
            "pellets", kind="scatter", axes=("pellets of the first", "pellets of the other"),
        ),
    }  # fmt: skip

    def __post_init__(self) -> None:
        """Refuse numbers that nothing can be measured with."""
        between("mazes", self.mazes, 2, 65536)
        between("repetitions", self.repetitions, 1, 4096)

    def episodes(self) -> float:
        """Those of both champions."""
        return 2 * (1 + self.repetitions) * self.mazes

    def compute(self, one: Subject, other: Subject, ground: EvaluationSet, machine: Machine) -> Findings:
        """Play the same mazes with both."""
        mazes = ground.mazes(self.mazes)
        genomes = np.stack([one.genome, other.genome])
        greedy = ground.pellets(one.layout, mazes, machine)(genomes)
        sampled = [sampled_pellets(each, mazes, self.repetitions, machine) for each in (one, other)]
        return {
            "difference": resampled("difference", greedy[0] - greedy[1], seed=ground.seed),
            "difference_sampled": resampled("difference_sampled", sampled[0] - sampled[1], seed=ground.seed),
            "by_maze": Scatter("by_maze", greedy[0].astype(np.float64), greedy[1].astype(np.float64)),
        }
