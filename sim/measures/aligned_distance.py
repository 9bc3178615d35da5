"""The distance of two champions after their hidden units are aligned, compared with twins and unrelated genomes.

A twin of a genome has its hidden units renamed and their signs flipped, and behaves the same. P weights, C controls.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from agents.network.alignment import align
from agents.network.symmetry import draw, twin
from agents.randomness import generator
from sim.evaluation.evaluation_set import EvaluationSet
from sim.evaluation.subject import Subject
from sim.landscape.rays import rays
from sim.measures import NO_INTERVAL, PairMeasure, Quantity, bootstrap_over, define, setting
from sim.measures.genome_distance import mean_distance
from sim.rollout.machine import Machine
from sim.statistics.bootstrap import resampled
from sim.statistics.results import Findings, by_quantity, number


@dataclass(frozen=True, slots=True)
class AlignedDistance(PairMeasure):
    """The distance of two champions before and after their hidden units are aligned, with four controls."""

    starts: int = setting(256, 1)
    """Starts of the search for the nearest twin."""
    controls: int = setting(16, 1)
    """How many random twins, and how many unrelated genomes, the distance is compared with."""
    mazes: int = setting(256, 2)
    """Mazes in which the pellets of the champion and its twin are compared."""
    unit: Literal["first", "mean"] = "first"
    """Distances are divided by the norm of the first genome, or by the mean norm of both."""

    quantities = define(
        distance_before=Quantity(
            "distance",
            "Euclidean distance of the two champions' genomes, divided by the norm of the first or by the mean of both "
            "norms (setting unit).",
            "‖g‖", "weights", NO_INTERVAL,
        ),
        distance_aligned=Quantity(
            "distance, aligned",
            "The distance after the hidden units of the second champion are renamed, and their signs flipped, to bring "
            "it as close to the first as the search can. Such a twin behaves the same, up to rounding (Hecht-Nielsen "
            "1990; search: Vogelstein et al. 2015).",
            "‖g‖", "weights", NO_INTERVAL,
        ),
        distance_random=Quantity(
            "distance, random twins", "Control: mean distance of random twins of the second champion.",
            "‖g‖", "twins", bootstrap_over("twins"), control_of="distance_aligned",
        ),
        distance_stranger=Quantity(
            "distance, aligned random genomes",
            "Control: mean distance of random genomes whose rows have the norms of the second champion's rows, aligned "
            "in the same way. It is what alignment achieves for genomes that are unrelated.",
            "‖g‖", "genomes", bootstrap_over("genomes"), control_of="distance_aligned",
        ),
        nearer=Quantity(
            "closer than random genomes",
            "Mean distance of the aligned random genomes, minus the distance of the aligned champion.",
            "‖g‖", "genomes", bootstrap_over("genomes"),
        ),
        distance_planted=Quantity(
            "distance, planted twin",
            "Control: a random twin of the first champion, aligned to that champion. It is 0 if the search succeeds.",
            "‖g‖", "weights", NO_INTERVAL, control_of="distance_aligned",
        ),
        moved=Quantity(
            "units moved", "Number of hidden units that alignment renames or flips.", "units", "units", NO_INTERVAL
        ),
        twin_difference=Quantity(
            "pellets of the twin",
            "Control: mean pellets of the aligned twin minus those of the champion. They differ by rounding alone.",
            "pellets", "mazes", bootstrap_over("mazes"), control_of="distance_aligned",
        ),
    )  # fmt: skip

    def episodes(self) -> float:
        """Count the episodes of both; a start of the search takes as long as about 2,000."""
        return 2 * self.mazes + 2000 * self.starts * (2 + self.controls)

    def compute(self, first: Subject, second: Subject, evaluation_set: EvaluationSet, machine: Machine) -> Findings:
        """Align the second champion, and the controls, to the first."""
        a, b, layout, seed = first.genome, second.genome, first.layout, evaluation_set.seed

        def nearest_twin(genome: NDArray[Any]) -> tuple[NDArray[Any], int]:
            symmetry = align(a, genome, layout, starts=self.starts, seed=seed)
            return twin(genome, layout, symmetry), symmetry.moved

        nearest, moved = nearest_twin(b)
        twins = [self._distance(a, twin(b, layout, draw(layout, seed, at))) for at in range(self.controls)]
        genomes = _random_genomes(second, self.controls, seed)
        random = np.array([self._distance(a, nearest_twin(genome)[0]) for genome in genomes])
        planted, _ = nearest_twin(twin(a, layout, draw(layout, seed)))
        pellets = evaluation_set.pellets(layout, evaluation_set.mazes(self.mazes), machine)(np.stack([b, nearest]))
        distance = self._distance(a, nearest)
        return by_quantity(
            number("distance_before", self._distance(a, b), sample=a.size),
            number("distance_aligned", distance, sample=a.size),
            resampled("distance_random", np.array(twins), seed=seed),
            resampled("distance_stranger", random, seed=seed),
            resampled("nearer", random - distance, seed=seed),
            number("distance_planted", self._distance(a, planted), sample=a.size),
            number("moved", moved, sample=layout.hidden),
            resampled("twin_difference", pellets[1] - pellets[0], seed=seed),
        )

    def _distance(self, a: NDArray[Any], b: NDArray[Any]) -> float:
        one, other = a.astype(np.float64), b.astype(np.float64)
        if self.unit == "mean":
            return mean_distance(one, other)
        return float(np.linalg.norm(other - one)) / float(np.linalg.norm(one))


def _random_genomes(subject: Subject, count: int, seed: int) -> NDArray[np.float64]:
    """Random genomes [C, P] with the norms of the champion's rows; every champion has a random stream of its own."""
    stream = int.from_bytes(subject.genome.tobytes()[-8:], "little")
    rng = generator(seed, "methods/strangers", stream)
    return rays(subject.genome.astype(np.float64), subject.layout, count, rng)
