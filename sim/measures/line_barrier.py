"""The barrier on the straight line between two champions, as learned and with hidden units aligned.

K points of a path, M mazes, P weights.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.network.alignment import nearest_twin
from sim.evaluation.evaluation_set import EvaluationSet
from sim.evaluation.subject import Subject
from sim.landscape.path import Profile, straight
from sim.measures import PairMeasure, Quantity, bootstrap_over, define, setting
from sim.rollout.machine import Machine
from sim.statistics.bootstrap import resampled
from sim.statistics.results import Curve, Findings

ALONG = ("t, position between the first champion and the second", "pellets eaten, %")


@dataclass(frozen=True, slots=True)
class LineBarrier(PairMeasure):
    """How far pellets fall on the line between two champions, before and after alignment."""

    points: int = setting(61, 2)
    """Genomes along the line."""
    mazes: int = setting(256, 2)
    """Validation mazes in which they are evaluated."""
    starts: int = setting(64, 1)
    """Starts of the search for the nearest twin."""

    quantities = define(
        barrier=Quantity(
            "barrier",
            "Largest shortfall on the straight line between two champions: by how many percent of all pellets its "
            "genomes eat less than the interpolation between its ends; 0 if they never do (Entezari et al. 2022).",
            "points", "mazes", bootstrap_over("mazes"),
        ),
        barrier_aligned=Quantity(
            "barrier, aligned", "Barrier after the second champion is aligned to the first.",
            "points", "mazes", bootstrap_over("mazes"),
        ),
        spared=Quantity(
            "barrier removed by alignment", "Barrier minus the barrier of the same pair aligned.",
            "points", "mazes", bootstrap_over("mazes"),
        ),
        line=Quantity(
            "pellets on the line", "Mean share of pellets eaten along the straight line.",
            "%", kind="curve", axes=ALONG,
        ),
    )  # fmt: skip

    def episodes(self) -> float:
        """Count those of both lines; a start of the search takes as long as about 2,000."""
        return 2 * self.points * self.mazes + 2000 * self.starts

    def compute(self, first: Subject, second: Subject, evaluation_set: EvaluationSet, machine: Machine) -> Findings:
        """Play the genomes of both lines."""
        t, points, seed, layout = np.linspace(0, 1, self.points), self.points, evaluation_set.seed, first.layout
        nearest = nearest_twin(first.genome, second.genome, layout, starts=self.starts, seed=seed)
        shares = evaluation_set.shares(layout, evaluation_set.mazes(self.mazes), machine)
        line, aligned = (
            np.asarray(shares(straight(first.genome, end).at(t)), np.float64).T for end in (second.genome, nearest)
        )

        def spared(values: NDArray[np.float64]) -> float:
            return barrier(values[:, :points]) - barrier(values[:, points:])

        return {
            "barrier": resampled("barrier", line, barrier, seed=seed),
            "barrier_aligned": resampled("barrier_aligned", aligned, barrier, seed=seed),
            "spared": resampled("spared", np.hstack([line, aligned]), spared, seed=seed),
            "line": Curve("line", t, line.mean(axis=0), detail="as learned"),
            "line_aligned": Curve("line", t, aligned.mean(axis=0), detail="hidden units aligned"),
        }


def barrier(values: NDArray[np.float64]) -> float:
    """The barrier of the mean over mazes of values [M, K] along a path; larger values are better."""
    return Profile(np.linspace(0, 1, values.shape[1]), values.mean(axis=0)).barrier


def barrier_at(values: NDArray[np.float64]) -> float:
    """The position of that barrier, from 0 to 1."""
    return Profile(np.linspace(0, 1, values.shape[1]), values.mean(axis=0)).barrier_at
