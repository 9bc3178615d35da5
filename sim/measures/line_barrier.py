"""What lies on the straight line between two champions, as learned and with hidden units aligned.

K points of a path, M mazes, P weights.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from agents.checks import between
from agents.network.alignment import align
from agents.network.symmetry import twin
from sim.evaluation.evaluation_set import EvaluationSet, Outcomes
from sim.evaluation.subject import Subject
from sim.landscape.path import Profile, straight
from sim.measures import PairMeasure, Quantity
from sim.measures.pellets_eaten import OVER_MAZES
from sim.rollout.machine import Machine
from sim.statistics.bootstrap import resampled
from sim.statistics.results import Curve, Findings

ALONG = ("t, the way from the first champion to the other", "pellets eaten, %")


@dataclass(frozen=True, slots=True)
class LineBarrier(PairMeasure):
    """How far pellets fall on the line between two champions, before and after alignment."""

    points: int = 61
    """Genomes along the line."""
    mazes: int = 256
    """Validation mazes that they see."""
    starts: int = 64
    """Starts of the search for the nearest twin."""

    quantities: ClassVar[Mapping[str, Quantity]] = {
        "barrier": Quantity(
            "barrier",
            "How far pellets eaten, in percent of all, fall below the straight line between the ends' own, at worst "
            "on the straight line between two champions; 0 where they never do.",
            "points", "mazes", OVER_MAZES,
        ),
        "barrier_aligned": Quantity(
            "barrier, aligned", "The same once the second champion is aligned to the first.",
            "points", "mazes", OVER_MAZES,
        ),
        "spared": Quantity(
            "barrier that alignment spares", "The barrier less that of the same pair aligned.",
            "points", "mazes", OVER_MAZES,
        ),
        "line": Quantity(
            "pellets on the line", "Mean share of pellets eaten along the straight line.",
            "%", kind="curve", axes=ALONG,
        ),
    }  # fmt: skip

    def __post_init__(self) -> None:
        """Refuse numbers that nothing can be measured with."""
        between("points", self.points, 2, 65536)
        between("mazes", self.mazes, 2, 65536)
        between("starts", self.starts, 1, 65536)

    def episodes(self) -> float:
        """Of both lines."""
        return 2 * self.points * self.mazes + 30 * self.starts

    def compute(self, one: Subject, other: Subject, ground: EvaluationSet, machine: Machine) -> Findings:
        """Play the genomes of both lines."""
        symmetry = align(one.genome, other.genome, one.layout, starts=self.starts, seed=ground.seed)
        share = pellet_shares(ground, one, self.mazes, machine)
        lines = [
            along_line(share, one.genome, end, self.points)
            for end in (other.genome, twin(other.genome, one.layout, symmetry))
        ]
        both = np.concatenate(lines).T
        t, points, seed = np.linspace(0, 1, self.points), self.points, ground.seed
        return {
            "barrier": resampled("barrier", lines[0].T, barrier, seed=seed),
            "barrier_aligned": resampled("barrier_aligned", lines[1].T, barrier, seed=seed),
            "spared": resampled(
                "spared", both, lambda some: barrier(some[:, :points]) - barrier(some[:, points:]), seed=seed
            ),
            "line": Curve("line", t, lines[0].mean(axis=1), detail="as learned"),
            "line_aligned": Curve("line", t, lines[1].mean(axis=1), detail="hidden units aligned"),
        }


def pellet_shares(ground: EvaluationSet, subject: Subject, mazes: int, machine: Machine) -> Outcomes:
    """genomes [N, P] -> the share of each maze's pellets that is eaten greedily, in percent, [N, M]."""
    batch = ground.mazes(mazes)
    pellets, there = ground.pellets(subject.layout, batch, machine), batch.pellet_counts
    return lambda genomes: 100 * pellets(genomes) / there


def along_line(outcomes: Outcomes, a: NDArray[Any], b: NDArray[Any], points: int) -> NDArray[np.float64]:
    """Values [K, M] on the line between two genomes [P]."""
    return np.asarray(outcomes(straight(a, b).at(np.linspace(0, 1, points))), np.float64)


def barrier(values: NDArray[np.float64]) -> float:
    """The barrier of values [M, K] along a path, larger being better, of their mean over mazes."""
    return Profile(np.linspace(0, 1, values.shape[1]), values.mean(axis=0)).barrier


def barrier_at(values: NDArray[np.float64]) -> float:
    """Where that barrier is, from 0 to 1."""
    return Profile(np.linspace(0, 1, values.shape[1]), values.mean(axis=0)).barrier_at
