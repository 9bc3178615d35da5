"""The distance of champions in behaviour, against their distance in weights.

R runs, G genomes, S sequences of T observations, M mazes, P weights. As a ruler, noise is added to each champion's
weights, and its hidden units are permuted: such a twin is as far away as any network, until it is aligned.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.layout import Layout
from agents.network.alignment import nearest_twin
from agents.network.response import respond
from agents.network.symmetry import draw, twin
from agents.randomness import generator
from sim.evaluation.evaluation_set import EvaluationSet
from sim.evaluation.observations import observe
from sim.evaluation.subject import Subject
from sim.landscape.rays import rays
from sim.measures import GroupMeasure, Quantity, define, positive, setting
from sim.rollout.machine import Machine
from sim.rollout.trace import trace
from sim.statistics.bootstrap import draws, percentiles
from sim.statistics.correlation import spearman
from sim.statistics.results import Findings, Scatter, by_quantity, number
from sim.world.maze import Mazes

OVER_RUNS = "The interval is a 95 % bootstrap over runs; a pair of a run with itself is left out."
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BehaviourDistance(GroupMeasure):
    """Differing actions and visited cells of all pairs of champions, with noisy twins as a ruler."""

    recorded: int = setting(4, 1)
    """Episodes of each champion; the observations of all are the bank to which every network responds."""
    noises: tuple[float, ...] = setting((0.0, 0.01, 0.03, 0.1, 0.3), 0, 10)
    """Noise on the weights of the twins, as fractions of the genome's norm."""
    ruler: float = positive(0.1)
    """The noise of the twins with which pairs are compared: one of the noises."""
    starts: int = setting(16, 1)
    """Starts of each search for a nearest twin."""

    quantities = define(
        alike_far=Quantity(
            "pairs that behave alike but lie far apart",
            "Share of pairs of runs that differ in no more actions than the median noisy twin, although their aligned "
            "distance is no less than that of the median pair of a champion and a random genome with the same norms.",
            "%", "pairs", OVER_RUNS, "Noisy twins of one champion lie near: 0 %.",
        ),
        behaviour=Quantity(
            "differing actions",
            "Median over pairs of runs of the share of greedy actions that differ, where both networks respond to the "
            "same observations: those of the episodes of all champions.",
            "%", "pairs", OVER_RUNS,
        ),
        ruler_behaviour=Quantity(
            "differing actions of noisy twins",
            "The same between a champion and its twin with noise at the ruler's strength; median over champions.",
            "%", "twins",
        ),
        visited=Quantity(
            "differing cells",
            "Median over pairs of the share of the cells that either visits in a maze, and that only one of them "
            "visits (Jaccard distance), averaged over mazes.",
            "%", "pairs", OVER_RUNS,
        ),
        aligned=Quantity(
            "aligned distance",
            "Median over pairs of the distance between the weights after alignment, as a fraction of the first norm.",
            "", "pairs", OVER_RUNS,
        ),
        stranger=Quantity(
            "aligned distance of random genomes", "The same between champions and random genomes with their norms.",
            "", "champions",
        ),
        distance_correlation=Quantity(
            "correlation of behaviour and weights",
            "Spearman's correlation over pairs of the share of differing actions with the aligned distance.",
            "", "pairs", OVER_RUNS,
        ),
        pairs=Quantity(
            "behaviour against weights",
            "Every pair of runs, and every champion with its noisy twins.",
            kind="scatter", axes=("distance of weights after alignment", "differing actions, %"),
        ),
    )  # fmt: skip

    def episodes(self) -> float:
        """Count the searches for twins, each start as about 2,000 episodes, of about five others for each run."""
        return 2000 * self.starts * 6 + 50 * self.recorded * (1 + len(self.noises))

    def compute(self, subjects: Sequence[Subject], evaluation_set: EvaluationSet, machine: Machine) -> Findings:
        """Let all champions and their twins respond to the same observations, and compare every two champions."""
        layout, seed, world = subjects[0].layout, evaluation_set.seed, evaluation_set.world
        mazes = evaluation_set.mazes(self.recorded)
        genomes = np.stack([each.genome for each in subjects])
        bank = observe(genomes, layout, mazes, world, machine)
        actions = [_actions(each, layout, bank) for each in genomes]
        cells = _visited(trace(genomes, layout, mazes, world, machine=machine).places, mazes)
        couples = list(combinations(range(len(genomes)), 2))
        behaviour = np.array([100 * (actions[i] != actions[k]).mean() for i, k in couples])
        visited = np.array([_jaccard(cells[i], cells[k]) for i, k in couples])
        distance = np.array([self._aligned(genomes[i], genomes[k], layout, seed) for i, k in couples])
        strangers = [
            self._aligned(each, _ray(each, layout, seed, "strangers", at), layout, seed)
            for at, each in enumerate(genomes)
        ]
        twins = self._twins(genomes, actions, layout, bank, seed)
        near, far = float(np.median(twins[self.ruler])) if self.ruler in twins else np.nan, float(np.median(strangers))
        columns = np.stack([100.0 * ((behaviour <= near) & (distance >= far)), behaviour, visited, distance])
        values, bounds = _over_runs(columns, couples, len(genomes), seed)
        names = ("alike_far", "behaviour", "visited", "aligned", "distance_correlation")
        return by_quantity(
            *(
                number(name, value, bound, sample=len(couples))
                for name, value, bound in zip(names, values, bounds.T, strict=True)
            ),
            number("ruler_behaviour", near, sample=len(genomes), detail=f"noise {self.ruler:g}"),
            number("stranger", far, sample=len(genomes)),
            _scatter(distance, behaviour, twins),
        )

    def _aligned(self, a: NDArray[Any], b: NDArray[Any], layout: Layout, seed: int) -> float:
        """The distance from a to the nearest twin of b, as a fraction of the norm of a."""
        nearest = nearest_twin(a, b, layout, starts=self.starts, seed=seed)
        one, other = a.astype(np.float64), nearest.astype(np.float64)
        return float(np.linalg.norm(other - one) / np.linalg.norm(one))

    def _twins(
        self, genomes: NDArray[Any], actions: Sequence[NDArray[Any]], layout: Layout, bank: NDArray[Any], seed: int
    ) -> dict[float, Floats]:
        """By noise: in how many percent of actions each champion's twin differs from it, [R]."""
        found: dict[float, Floats] = {}
        for noise in self.noises:
            shares = []
            for at, genome in enumerate(genomes):
                noisy = (genome + noise * _ray(genome, layout, seed, "twins", at)).astype(np.float32)
                moved = twin(noisy, layout, draw(layout, seed, at))
                shares.append(100 * (_actions(moved, layout, bank) != actions[at]).mean())
            found[noise] = np.array(shares)
        return found


def _ray(genome: NDArray[Any], layout: Layout, seed: int, purpose: str, index: int) -> Floats:
    """A random genome [P] with the norms of a genome's rows."""
    return np.asarray(rays(genome.astype(np.float64), layout, 1, generator(seed, f"measure/{purpose}", index))[0])


def _actions(genome: NDArray[Any], layout: Layout, bank: NDArray[Any]) -> NDArray[np.intp]:
    """The greedy actions [S, T] for observations [S, T, I]."""
    return np.asarray(respond(genome, layout, bank).outputs.argmax(axis=2))


def _visited(places: NDArray[Any], mazes: Mazes) -> NDArray[np.bool_]:
    """Which cells each genome visits in each maze, bool [G, M, cells], from places [G, M, T+1]."""
    cells = np.zeros((*places.shape[:2], mazes.size**2), np.bool_)
    np.put_along_axis(cells, places.astype(np.intp), True, axis=2)
    return cells


def _jaccard(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    """The share in percent of the cells [M, cells] that either visits and only one visits, averaged over mazes."""
    return float(100 * ((one ^ other).sum(axis=1) / (one | other).sum(axis=1)).mean())


def _over_runs(columns: Floats, couples: Sequence[tuple[int, int]], runs: int, seed: int) -> tuple[list[float], Floats]:
    """The mean of column 0, the medians of the others, and the correlation of columns 3 and 1, with intervals.

    A resample draws runs; a pair counts as often as both of its runs were drawn together.
    """
    first, second = np.array(couples).T

    def statistics(index: NDArray[np.intp]) -> Floats:
        counts = np.bincount(index, minlength=runs)
        times = counts[first] * counts[second]
        if not times.any():
            return np.full(5, np.nan)
        drawn = np.repeat(columns, times, axis=1)
        correlation = spearman(drawn[3:4], drawn[1:2])[0] if drawn.shape[1] > 2 else np.nan
        return np.array([drawn[0].mean(), *np.median(drawn[1:], axis=1), correlation])

    estimates = np.array([statistics(index) for block in draws(runs, seed=seed) for index in block])
    known = [column[np.isfinite(column)] for column in estimates.T]
    bounds = [percentiles(column) if len(column) else [np.nan, np.nan] for column in known]
    return statistics(np.arange(runs)).tolist(), np.array(bounds).T


def _scatter(distance: Floats, behaviour: Floats, twins: dict[float, Floats]) -> Scatter:
    """All pairs and all twins; the known distance of a twin is its noise."""
    kinds = [("pairs of runs", distance, behaviour)]
    kinds += [(f"twins, noise {noise:g}", np.full(len(each), noise), each) for noise, each in twins.items()]
    of = np.repeat(np.arange(len(kinds)), [len(x) for _, x, _ in kinds])
    x, y = (np.concatenate([kind[at] for kind in kinds]) for at in (1, 2))
    return Scatter("pairs", x, y, classes=tuple(name for name, _, _ in kinds), of=of)
