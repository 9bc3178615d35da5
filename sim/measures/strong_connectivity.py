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
from sim.measures import GroupMeasure, Quantity, bootstrap_over, define, setting
from sim.rollout.machine import Machine
from sim.statistics.bootstrap import resampled
from sim.statistics.results import Curve, Findings, by_quantity, number

Genomes = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class StrongConnectivity(GroupMeasure):
    """The error at the mean of all runs' genomes: as learned, aligned to the first run, and aligned all at once."""

    mazes: int = setting(256, 2)
    """Validation mazes in which genomes are evaluated."""
    starts: int = setting(32, 1)
    """Starts of each search for a nearest twin."""
    rounds: int = setting(10, 1)
    """The most rounds in which every run is aligned to the mean of the others."""

    quantities = define(
        mean_barrier_raw=Quantity(
            "barrier at the mean of all runs",
            "Error of the mean of all champions' genomes minus their mean error; the error is the percentage of "
            "pellets not eaten.",
            "points", "mazes", bootstrap_over("mazes"),
        ),
        mean_barrier_aligned=Quantity(
            "barrier at the mean, aligned to the first run",
            "The same after each champion is replaced by its twin that lies nearest to the first champion.",
            "points", "mazes", bootstrap_over("mazes"),
        ),
        mean_barrier_strong=Quantity(
            "barrier at the mean, aligned all at once",
            "The same after the twins of all champions are chosen together, each nearest to the mean of the others, in "
            "rounds until none changes. If it is near 0, all runs lie in one basin up to symmetry (strong linear "
            "connectivity modulo permutation; arXiv 2404.06498).",
            "points", "mazes", bootstrap_over("mazes"), "Twins of one champion: 0.",
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
        counts = range(2, len(raw) + 1)
        means = [raw.mean(axis=0), first.mean(axis=0), *(strong[:count].mean(axis=0) for count in counts)]
        played = np.asarray(shares(np.concatenate([raw, means]).astype(np.float32)), np.float64)
        own, at_means = played[: len(raw)], played[len(raw) :]
        barriers = [own.mean(axis=0) - at_means[0], own.mean(axis=0) - at_means[1], own.mean(axis=0) - at_means[-1]]
        along = [float((own[:count].mean(axis=0) - at).mean()) for count, at in zip(counts, at_means[2:], strict=True)]
        names = ("mean_barrier_raw", "mean_barrier_aligned", "mean_barrier_strong")
        return by_quantity(
            *(resampled(name, values, seed=seed) for name, values in zip(names, barriers, strict=True)),
            number("spread", _spread(strong), sample=len(strong)),
            Curve("by_runs", np.array(counts, np.float64), np.array(along)),
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


def _spread(genomes: Genomes) -> float:
    """The mean distance from the mean, as a fraction of the mean norm."""
    distances = np.linalg.norm(genomes - genomes.mean(axis=0), axis=1)
    return float(distances.mean() / np.linalg.norm(genomes, axis=1).mean())
