"""Surfaces through several champions: how much worse their worst point is than the worst champion.

R runs, k corners of a surface, N points on it, M mazes. Are optima not only joined by curves but by wedges of more
dimensions (Fort, Jastrzebski 2019; Benton et al. 2021)?
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.network.alignment import nearest_twin
from agents.optimisers.openai_es import OpenAIESConfig
from sim.evaluation.evaluation_set import EvaluationSet, Outcomes
from sim.evaluation.subject import Subject
from sim.landscape.simplex import barycentric, clipped, evolve_surface, midpoints, surface, triangle
from sim.measures import GroupMeasure, Quantity, define, setting
from sim.rollout.machine import Machine
from sim.statistics.bootstrap import draws, percentiles
from sim.statistics.groups import FEWEST
from sim.statistics.results import Findings, Map, Mark, Number, number

Floats = NDArray[np.float64]
POINTS = 8  # points of a surface whose mean is its value while it is trained
KINDS = {"flat": "as learned", "aligned": "aligned", "trained": "aligned and trained"}
OVER_SUBSETS = (
    "The interval is a 95 % bootstrap over subsets of runs, of which as many are drawn as there are runs, divided by "
    f"the runs of a subset: each run is in several. There is none below {FEWEST} subsets without a common run."
)


@dataclass(frozen=True, slots=True)
class SimplexBarrier(GroupMeasure):
    """Worst and central error on flat, aligned and trained surfaces through k champions."""

    sizes: tuple[int, ...] = setting((2, 3), 2, 6)
    """The numbers k of champions that a surface goes through."""
    parts: int = setting(6, 2)
    """Parts of an edge of the grid of points on a surface."""
    mazes: int = setting(128, 2)
    """Validation mazes in which the points are evaluated."""
    generations: int = setting(300, 1)
    """Generations of the evolution strategy that trains a surface for pellets."""
    population: int = setting(128, 2, step=2)
    """Surfaces in each of its generations."""
    rollouts: int = setting(8, 1)
    """Fresh training mazes in each of its generations."""
    starts: int = setting(16, 1)
    """Starts of each search for a nearest twin."""
    side: int = setting(48, 0)
    """Pixels along a side of the map of the triangle through the first three champions; 0 for none."""

    version = 2
    quantities = define(
        worst=Quantity(
            "worst error on the surface",
            "Largest error on a surface through k champions minus that of its worst corner; the error is the "
            "percentage of pellets not eaten. A trained surface is a Bezier surface whose control points are evolved "
            "for pellets, from the aligned flat one. Mean over subsets of k runs, each run with those after it.",
            "points", "subsets", OVER_SUBSETS, "Equal champions: 0.",
        ),
        centroid=Quantity(
            "error at the centroid", "Error at the middle of the surface minus the mean error of its corners.",
            "points", "subsets", OVER_SUBSETS,
        ),
        triangle=Quantity(
            "triangle through three champions", "Mean share of pellets eaten on the surface through the first three.",
            "%", kind="map",
        ),
    )  # fmt: skip

    def episodes(self) -> float:
        """Count the training of one surface for each size, the searches for twins, and the points."""
        trained = len(self.sizes) * POINTS * self.generations * self.population * self.rollouts
        searches = 2000 * self.starts * sum(size - 1 for size in self.sizes)
        return trained + searches + 3 * self.mazes * (30 * len(self.sizes) + self.side**2 / 20)

    def compute(self, subjects: Sequence[Subject], evaluation_set: EvaluationSet, machine: Machine) -> Findings:
        """Measure the surfaces of all subsets of each size, and draw that of the first three champions."""
        share = evaluation_set.shares(subjects[0].layout, evaluation_set.mazes(self.mazes), machine)
        genomes = np.stack([each.genome.astype(np.float64) for each in subjects])
        findings: Findings = {}
        for size in (size for size in self.sizes if size <= len(genomes)):
            count = len(genomes) if size < len(genomes) else 1
            found: dict[str, list[tuple[float, float]]] = {kind: [] for kind in KINDS}
            for first in range(count):
                corners = genomes[(first + np.arange(size)) % len(genomes)]
                for kind, (ends, controls) in self._surfaces(subjects[0], corners, evaluation_set, machine).items():
                    found[kind].append(self._measured(share, ends, controls))
            for kind, pairs in found.items():
                worst, middle = np.array(pairs).T
                for name, values in (("worst", worst), ("centroid", middle)):
                    findings[f"{name}_{kind}_{size}"] = _over_subsets(name, values, size, kind, evaluation_set.seed)
        if self.side and len(genomes) > 2:
            findings |= self._triangles(share, subjects[0], genomes[:3], evaluation_set, machine)
        return findings

    def _surfaces(
        self, subject: Subject, corners: Floats, evaluation_set: EvaluationSet, machine: Machine
    ) -> dict[str, tuple[Floats, Floats]]:
        """The corners and control points of the three surfaces through genomes [k, P]."""
        layout, seed, first = subject.layout, evaluation_set.seed, corners[0]
        twins = [nearest_twin(first, each, layout, starts=self.starts, seed=seed) for each in corners[1:]]
        aligned = np.stack([first, *twins])
        objectives = evaluation_set.fresh_pellets(layout, self.rollouts, machine)
        strategy = OpenAIESConfig(population=self.population)
        trained = evolve_surface(objectives, aligned, strategy, generations=self.generations, points=POINTS, seed=seed)
        return {
            "flat": (corners, midpoints(corners)),
            "aligned": (aligned, midpoints(aligned)),
            "trained": (aligned, trained),
        }

    def _measured(self, share: Outcomes, corners: Floats, controls: Floats) -> tuple[float, float]:
        """The worst error minus that of the worst corner, and the error at the centroid minus the corners' mean."""
        size = len(corners)
        points = np.concatenate([np.eye(size), np.full((1, size), 1 / size), barycentric(size, self.parts)])
        error = 100 - _mean_shares(share, surface(points, corners, controls))
        own = error[:size]
        return float(error.max() - own.max()), float(error[size] - own.mean())

    def _triangles(
        self, share: Outcomes, subject: Subject, corners: Floats, evaluation_set: EvaluationSet, machine: Machine
    ) -> Findings:
        """The maps of the three surfaces through three genomes [3, P]; NaN outside the triangle."""
        coordinates, inside = triangle(self.side)
        maps: dict[str, NDArray[np.float32]] = {}
        for kind, (ends, controls) in self._surfaces(subject, corners, evaluation_set, machine).items():
            heights = np.full(inside.shape, np.nan, np.float32)
            heights[inside] = _mean_shares(share, surface(clipped(coordinates[inside]), ends, controls))
            maps[kind] = heights
        low, high = (float(pick(list(maps.values()))) for pick in (np.nanmin, np.nanmax))
        marks = tuple(
            Mark(np.array([place]), name) for place, name in (((0.0, 0.0), "1"), ((1.0, 0.0), "2"), ((0.5, 1.0), "3"))
        )
        return {
            f"triangle_{kind}": Map(
                "triangle", heights, 1 / (self.side - 1), "edge", (0.5, 0.5), (low, high), marks, detail=KINDS[kind]
            )
            for kind, heights in maps.items()
        }


def _mean_shares(share: Outcomes, genomes: Floats) -> Floats:
    """The mean share of pellets over mazes [N], in percent."""
    return np.asarray(np.asarray(share(genomes.astype(np.float32)), np.float64).mean(axis=1))


def _over_subsets(quantity: str, values: Floats, size: int, kind: str, seed: int) -> Number:
    """The mean over subsets [R] with its interval; there is none for too few independent subsets."""
    detail, independent = f"{size} champions, {KINDS[kind]}", len(values) // size
    mean: Any = values.mean()
    if independent < FEWEST:
        return number(quantity, mean, sample=len(values), detail=detail)
    blocks = draws(len(values), seed=seed, size=independent)
    bounds = percentiles(np.concatenate([values[block].mean(axis=1) for block in blocks]))
    return number(quantity, mean, bounds, sample=len(values), detail=detail)
