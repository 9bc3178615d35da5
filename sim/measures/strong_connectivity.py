"""Strong linear connectivity: whether one symmetry for each run brings all runs of a group into one basin.

R runs, P weights, M mazes. Two runs may be connected after alignment, and yet no choice of one twin a run connects all
of them. Here all twins are chosen together, so that they lie near their mean, and the mean genome is evaluated.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from agents.network.alignment import nearest_twin
from sim.evaluation.evaluation_set import EvaluationSet
from sim.evaluation.subject import Subject
from sim.measures import GroupMeasure, Quantity, define, setting
from sim.rollout.machine import Machine
from sim.statistics.groups import FEWEST
from sim.statistics.jackknife import jackknife
from sim.statistics.results import Curve, Findings, Number, by_quantity, number

Genomes = NDArray[np.float64]
OVER_RUNS = (
    "The interval is a 95 % jackknife over runs: each is left out of the mean once, and the twins of the others are "
    "kept. There is none below 4 runs."
)


@dataclass(frozen=True, slots=True)
class StrongConnectivity(GroupMeasure):
    """The error at the mean of all runs' genomes: as learned, aligned to the first run, and aligned all at once."""

    mazes: int = setting(256, 2)
    """Validation mazes in which genomes are evaluated."""
    starts: int = setting(32, 1)
    """Starts of each search for a nearest twin."""
    rounds: int = setting(10, 1)
    """The most rounds in which every run is aligned to the mean of the others."""

    version = 2
    quantities = define(
        mean_barrier_raw=Quantity(
            "barrier at the mean of all runs",
            "Error of the mean of all champions' genomes minus their mean error; the error is the percentage of "
            "pellets not eaten.",
            "points", "runs", OVER_RUNS,
        ),
        mean_barrier_aligned=Quantity(
            "barrier at the mean, aligned to the first run",
            "The same after each champion is replaced by its twin that lies nearest to the first champion.",
            "points", "runs", OVER_RUNS,
        ),
        mean_barrier_strong=Quantity(
            "barrier at the mean, aligned all at once",
            "The same after the twins of all champions are chosen together, each nearest to the mean of the others, in "
            "rounds until none changes. If it is near 0, all runs lie in one basin up to symmetry (strong linear "
            "connectivity modulo permutation; arXiv 2404.06498).",
            "points", "runs", OVER_RUNS, "Twins of one champion: 0.",
        ),
        spread=Quantity(
            "distance from the mean",
            "Mean distance of the champions from their mean, as a fraction of their mean norm.", "", "runs",
        ),
        by_runs=Quantity(
            "barrier at the mean of the first runs",
            "The same for the mean of the first 2, 3, ... champions, aligned all at once.",
            "points", kind="curve", axes=("runs", "barrier at their mean, points"),
        ),
    )  # fmt: skip

    def episodes(self) -> float:
        """Count the searches for twins of one run; a start takes as long as about 2,000 episodes."""
        return 2000 * self.starts * (1 + self.rounds / 2) + 2 * self.mazes

    def compute(self, subjects: Sequence[Subject], evaluation_set: EvaluationSet, machine: Machine) -> Findings:
        """Align the champions in both ways, and evaluate their means."""
        layout, seed = subjects[0].layout, evaluation_set.seed
        raw = np.stack([each.genome.astype(np.float64) for each in subjects])
        nearest = partial(nearest_twin, layout=layout, starts=self.starts, seed=seed)
        first = np.stack([raw[0], *(nearest(raw[0], each) for each in raw[1:])])
        strong = self._together(first, nearest)
        shares = evaluation_set.shares(layout, evaluation_set.mazes(self.mazes), machine)

        def eaten(genomes: Genomes) -> Genomes:
            """The percentage of pellets [G] that genomes [G, P] eat."""
            played: Genomes = np.asarray(shares(genomes.astype(np.float32)), np.float64)
            return np.asarray(played.mean(axis=1))

        own, counts = eaten(raw), range(2, len(raw) + 1)
        along = np.cumsum(own)[1:] / counts - eaten(np.stack([strong[:count].mean(axis=0) for count in counts]))
        return by_quantity(
            _barrier("mean_barrier_raw", own, raw, eaten),
            _barrier("mean_barrier_aligned", own, first, eaten),
            _barrier("mean_barrier_strong", own, strong, eaten),
            number("spread", _spread(strong), sample=len(strong)),
            Curve("by_runs", np.array(counts, np.float64), along),
        )

    def _together(self, genomes: Genomes, nearest: Callable[[Genomes, Genomes], Genomes]) -> Genomes:
        """Twins of all genomes [R, P], each the nearest to the mean of the others that is found."""
        twins = genomes.copy()
        for _ in range(self.rounds):
            before = twins.copy()
            for at in range(len(twins)):
                others = np.delete(twins, at, axis=0).mean(axis=0)
                twins[at] = nearest(others, twins[at])
            if (twins == before).all():
                break
        return twins


def _barrier(quantity: str, own: Genomes, genomes: Genomes, eaten: Callable[[Genomes], Genomes]) -> Number:
    """The barrier at the mean of genomes [R, P], with its jackknife; `own` [R] is what each of them eats."""
    runs = len(genomes)
    without = (genomes.sum(axis=0) - genomes) / (runs - 1)
    at_mean, *at_others = eaten(np.stack([genomes.mean(axis=0), *without]))
    barrier = float(own.mean() - at_mean)
    leaving_out = (own.sum() - own) / (runs - 1) - at_others
    return number(quantity, barrier, jackknife(barrier, leaving_out) if runs >= FEWEST else None, sample=runs)


def _spread(genomes: Genomes) -> float:
    """The mean distance from the mean, as a fraction of the mean norm."""
    distances = np.linalg.norm(genomes - genomes.mean(axis=0), axis=1)
    return float(distances.mean() / np.linalg.norm(genomes, axis=1).mean())
