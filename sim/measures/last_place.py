"""Whether rounding makes what one sees: boundary pixels that flip when every weight moves by its last bit.

G planes, H and W rows and columns, N genomes, P weights, M outcomes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.checks import between, positive
from agents.randomness import generator
from sim.evaluation.evaluation_set import EvaluationSet, mean
from sim.evaluation.subject import Subject
from sim.landscape.function import Function
from sim.landscape.plane import Window
from sim.landscape.rays import outcomes, refuse_unless
from sim.landscape.sampling import sample_function
from sim.measures import Quantity, RunMeasure
from sim.measures.boundary import boundary, random_planes
from sim.rollout.machine import Machine
from sim.statistics.bootstrap import resampled
from sim.statistics.results import Findings, number

MOST_PIXELS = 4096  # boundary pixels that are moved


@dataclass(frozen=True, slots=True)
class LastPlace(RunMeasure):
    """The share of boundary pixels that flip with the last bit of every weight."""

    planes: int = 8
    """Random planes through the champion."""
    side: int = 256
    """Pixels along a side of each."""
    radius: float = 0.3
    """Half the side, in norms."""
    mazes: int = 16
    """Mazes that every genome sees."""

    quantities: ClassVar[Mapping[str, Quantity]] = {
        "last_place": Quantity(
            "flips in the last place",
            "A control: share of the pixels on boundaries, about 4096 of them at most, that eat differently in some "
            "maze when every weight moves by one unit in its last place, up or down at random.",
            "%", "pixels", "The interval is a 95 % bootstrap over pixels.",
        )
    }  # fmt: skip

    def __post_init__(self) -> None:
        """Refuse numbers that nothing can be measured with."""
        between("planes", self.planes, 1, 1024)
        between("side", self.side, 2, 4096)
        between("mazes", self.mazes, 1, 65536)
        positive("radius", self.radius)

    def episodes(self) -> float:
        """Those of the planes."""
        return self.mazes * (self.planes * self.side**2 + 2 * MOST_PIXELS)

    def compute(self, subject: Subject, ground: EvaluationSet, machine: Machine) -> Findings:
        """Sweep the planes, then move the genomes of their boundaries."""
        each = ground.pellets(subject.layout, ground.mazes(self.mazes), machine)
        window, found = Window(radius=self.radius, shape=(self.side, self.side)), []
        part = max(1, MOST_PIXELS // self.planes)
        for plane in random_planes(subject.genome, subject.layout, ground.seed, self.planes):
            pixels = window.points()[boundary_pixels(sample_function(mean(each), plane, window))]
            found.append(plane.at(pixels[:: max(1, -(-len(pixels) // part))]))
        genomes = np.concatenate(found)
        if not len(genomes):
            return {"last_place": number("last_place", float("nan"), sample=0, note="no boundary on these planes")}
        flipped = 100.0 * flips(each, genomes, seed=ground.seed)
        return {"last_place": resampled("last_place", flipped, seed=ground.seed)}


def flips(objective: Function, genomes: NDArray[Any], *, seed: int) -> NDArray[np.bool_]:
    """Which genomes [N, P] have another outcome when each weight moves by one unit in the last place, bool [N]."""
    refuse_unless(
        genomes.ndim == 2 and len(genomes) > 0, "the last-place check takes genomes [N, P]", list(genomes.shape)
    )
    up = generator(seed, "measure/last-place").integers(2, size=genomes.shape, dtype=np.bool_)
    towards = np.where(up, np.inf, -np.inf).astype(genomes.dtype)
    moved = outcomes(objective, np.nextafter(genomes, towards))
    return np.asarray((moved != outcomes(objective, genomes)).any(axis=1))


def boundary_pixels(field: ArrayLike) -> NDArray[np.bool_]:
    """The pixels [H, W] that touch a change of outcome: the corners of boundary cells."""
    cells = boundary(field)
    touched = np.zeros(np.shape(field), np.bool_)
    for i in (0, 1):
        for j in (0, 1):
            touched[i : i + cells.shape[0], j : j + cells.shape[1]] |= cells
    return touched
