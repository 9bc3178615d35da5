"""The merge trees of the landscapes around a champion: peaks on random planes. H and W rows and columns."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.evaluation.evaluation_set import EvaluationSet, mean
from sim.evaluation.subject import Subject
from sim.landscape.bowl import null_field
from sim.landscape.persistence import merge_tree
from sim.landscape.plane import Window, random_plane
from sim.landscape.sampling import sample_function
from sim.measures import RunMeasure, bootstrap_over, define, positive, setting, with_controls
from sim.measures.boundary import random_planes
from sim.measures.merge_tree import MOST, drawn, over_planes, per_plane, pooled
from sim.rollout.machine import Machine
from sim.statistics.results import Findings

PEAKS = per_plane("pellets per maze", bootstrap_over("random planes"))
CONTROLLED = with_controls({name: each for name, each in PEAKS.items() if each.kind == "number"})


@dataclass(frozen=True, slots=True)
class LandscapeTree(RunMeasure):
    """The peaks of the pellets on random planes through the champion, and the passes between them."""

    planes: int = setting(6, 2, 1024)
    """Random planes; the first one is drawn."""
    side: int = setting(160, 8, 4096)
    """Pixels along a side."""
    radius: float = positive(0.7)
    """Half the side, as a fraction of the genome's norm."""
    mazes: int = setting(16, 1)
    """Mazes in which every pixel is evaluated."""
    threshold: float = setting(0.1, 0, 1)
    """The persistence above which peaks are counted, as a share of the range of heights of their plane."""
    named: int = setting(8, 3, MOST)
    """Peaks that are marked on the map and drawn in the tree, at most."""

    version = 2
    quantities = define(**{**PEAKS, **CONTROLLED})

    def episodes(self) -> float:
        """Count one episode a pixel and maze, in each of two sets of mazes."""
        return 2 * self.planes * self.side**2 * self.mazes

    def compute(self, subject: Subject, evaluation_set: EvaluationSet, machine: Machine) -> Findings:
        """Sample the planes in two sets of mazes, and find the peaks of each, and of bowls with the same heights."""
        seed, window = evaluation_set.draws(subject), Window(radius=self.radius, shape=(self.side, self.side))
        fields = self._sample(subject, evaluation_set, window, machine)
        others = self._sample(subject, evaluation_set, window, machine, skip=self.mazes)
        trees, *controls = [
            [merge_tree(field) for field in some] for some in (fields, [null_field(each) for each in fields], others)
        ]
        findings: Findings = {**over_planes(trees, self.threshold, seed)}
        for suffix, some in zip(("_bowl", "_other"), controls, strict=True):
            findings |= over_planes(some, self.threshold, seed, suffix)
        return findings | drawn(fields[0], trees[0], window, self.named) | pooled(trees)

    def _sample(
        self, subject: Subject, evaluation_set: EvaluationSet, window: Window, machine: Machine, skip: int = 0
    ) -> list[NDArray[np.float64]]:
        """The mean pellets [H, W] on each plane; the first is the plane of the measure landscape_around."""
        layout, seed = subject.layout, evaluation_set.draws(subject)
        pellets = mean(evaluation_set.pellets(layout, evaluation_set.mazes(self.mazes, skip=skip), machine))
        planes = [random_plane(subject.genome, layout, seed), *random_planes(subject.genome, layout, seed, self.planes)]
        return [sample_function(pellets, plane, window) for plane in planes[: self.planes]]
