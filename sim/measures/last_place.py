"""The effect of rounding: pixels at boundaries whose outcome changes when every weight moves by its last bit.

G planes, H and W rows and columns, N genomes, P weights, M outcomes.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.randomness import generator
from sim.evaluation.evaluation_set import EvaluationSet, mean
from sim.evaluation.subject import Subject
from sim.landscape.function import Function
from sim.landscape.plane import Window
from sim.landscape.rays import outcomes
from sim.landscape.sampling import sample_function
from sim.measures import Quantity, RunMeasure, bootstrap_over, define, positive, setting
from sim.measures.boundary import boundary, random_planes
from sim.rollout.machine import Machine
from sim.statistics.bootstrap import resampled
from sim.statistics.results import Findings, by_quantity, number

MOST_PIXELS = 4096  # boundary pixels that are moved


@dataclass(frozen=True, slots=True)
class LastPlace(RunMeasure):
    """The share of boundary pixels whose outcome changes with the last bit of every weight."""

    planes: int = setting(8, 1, 1024)
    """Random planes through the champion."""
    side: int = setting(256, 2, 4096)
    """Pixels along a side of each."""
    radius: float = positive(0.3)
    """Half the side, as a fraction of the genome's norm."""
    mazes: int = setting(16, 1)
    """Mazes in which every genome is evaluated."""

    version = 2
    quantities = define(
        last_place=Quantity(
            "flips in the last place",
            "Control: share of the pixels on boundaries (about 4096 of them at most) that eat differently in any maze "
            "when every weight moves by one unit in its last place, up or down at random.",
            "%", "pixels", bootstrap_over("pixels"),
        )
    )  # fmt: skip

    def episodes(self) -> float:
        """Count those of the planes and of the moved pixels."""
        return self.mazes * (self.planes * self.side**2 + 2 * MOST_PIXELS)

    def compute(self, subject: Subject, evaluation_set: EvaluationSet, machine: Machine) -> Findings:
        """Sweep the planes, then move the genomes of their boundary pixels."""
        pellets = evaluation_set.pellets(subject.layout, evaluation_set.mazes(self.mazes), machine)
        window, seed = Window(radius=self.radius, shape=(self.side, self.side)), evaluation_set.draws(subject)
        most, chosen = max(1, MOST_PIXELS // self.planes), []
        for plane in random_planes(subject.genome, subject.layout, seed, self.planes):
            pixels = window.points()[boundary_pixels(sample_function(mean(pellets), plane, window))]
            chosen.append(plane.at(pixels[:: max(1, -(-len(pixels) // most))]))
        genomes = np.concatenate(chosen)
        if not len(genomes):
            return by_quantity(number("last_place", np.nan, sample=0, note="no boundary on these planes"))
        return by_quantity(resampled("last_place", 100.0 * flips(pellets, genomes, seed=seed), seed=seed))


def flips(objective: Function, genomes: NDArray[Any], *, seed: int) -> NDArray[np.bool_]:
    """Which genomes [N, P] have another outcome when each weight moves by one unit in its last place, bool [N]."""
    up = generator(seed, "measure/last-place").integers(2, size=genomes.shape, dtype=np.bool_)
    towards = np.where(up, np.inf, -np.inf).astype(genomes.dtype)
    moved = outcomes(objective, np.nextafter(genomes, towards))
    return np.asarray((moved != outcomes(objective, genomes)).any(axis=1))


def boundary_pixels(field: ArrayLike) -> NDArray[np.bool_]:
    """The pixels [H, W] at a boundary: the corners of the cells that it crosses."""
    cells = boundary(field)
    touched = np.zeros(np.shape(field), np.bool_)
    for i in (0, 1):
        for j in (0, 1):
            touched[i : i + cells.shape[0], j : j + cells.shape[1]] |= cells
    return touched
