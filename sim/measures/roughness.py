"""How rough the landscapes around a champion are, on random planes through it, with controls.

G planes, H and W rows and columns.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from agents.checks import between, positive
from sim.evaluation.evaluation_set import EvaluationSet, Outcomes, mean
from sim.evaluation.subject import Subject
from sim.landscape.plane import Window
from sim.landscape.sampling import sample_function
from sim.measures import Quantity, RunMeasure, with_controls
from sim.measures.boundary import bowls, random_planes
from sim.measures.hoelder import EXPONENTS, exponents
from sim.measures.level_dimension import LEVEL, LEVELS, dimensions
from sim.rollout.machine import Machine
from sim.statistics.results import Findings

OF_THE_LOSS = {
    f"{key.removesuffix('_points')}_loss{'_points' * key.endswith('_points')}": replace(
        each, name=f"{each.name}, imitation loss", meaning=f"Of the landscape of the imitation loss. {each.meaning}"
    )
    for key, each in EXPONENTS.items()
}


@dataclass(frozen=True, slots=True)
class Roughness(RunMeasure):
    """Level dimensions and Hölder exponents of the landscapes of several mazes; a bowl and other mazes beside them."""

    planes: int = 8
    """Random planes through the champion."""
    side: int = 256
    """Pixels along a side of each."""
    radius: float = 0.3
    """Half the side, in norms."""
    mazes: int = 16
    """Mazes, or episodes of the teacher, that every genome sees."""

    quantities: ClassVar[Mapping[str, Quantity]] = {**with_controls(LEVEL | EXPONENTS), **OF_THE_LOSS}

    def __post_init__(self) -> None:
        """Refuse numbers that nothing can be measured with."""
        between("planes", self.planes, 2, 1024)
        between("side", self.side, 64, 4096)
        between("mazes", self.mazes, 1, 65536)
        positive("radius", self.radius)

    def episodes(self) -> float:
        """Two sets of mazes, and the loss."""
        return 3 * self.mazes * self.planes * self.side**2

    def compute(self, subject: Subject, ground: EvaluationSet, machine: Machine) -> Findings:
        """Sweep the planes in some mazes, in others, and with the imitation loss."""
        mazes, others = ground.mazes(self.mazes), ground.mazes(self.mazes, skip=self.mazes)
        here, elsewhere = (
            self._fields(subject, ground, ground.pellets(subject.layout, each, machine)) for each in (mazes, others)
        )
        losses = ground.losses(subject.layout, ground.demonstrations(mazes), machine)
        found: Findings = {}
        for suffix, fields in (("", here), ("_bowl", bowls(here)), ("_other", elsewhere)):
            levels = ("median",) if suffix else tuple(LEVELS)
            found |= dimensions(fields, levels, seed=ground.seed, suffix=suffix)
            found |= exponents(fields, seed=ground.seed, suffix=suffix)
        return found | exponents(self._fields(subject, ground, losses), seed=ground.seed, suffix="_loss")

    def _fields(self, subject: Subject, ground: EvaluationSet, each: Outcomes) -> NDArray[np.float64]:
        """Means over mazes, [G, H, W]."""
        window = Window(radius=self.radius, shape=(self.side, self.side))
        planes = random_planes(subject.genome, subject.layout, ground.seed, self.planes)
        return np.stack([sample_function(mean(each), plane, window) for plane in planes])
