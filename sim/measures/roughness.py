"""The roughness of the landscapes around a champion, on random planes, with controls.

G planes, H and W rows and columns.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.evaluation.evaluation_set import EvaluationSet, Outcomes, mean
from sim.evaluation.subject import Subject
from sim.landscape.plane import Window
from sim.landscape.sampling import sample_function
from sim.measures import RunMeasure, define, positive, setting, variant, with_controls
from sim.measures.boundary import beside_controls, random_planes
from sim.measures.hoelder import EXPONENTS, exponents
from sim.measures.level_dimension import LEVEL, LEVELS, level_dimensions
from sim.rollout.machine import Machine
from sim.statistics.results import Findings


@dataclass(frozen=True, slots=True)
class Roughness(RunMeasure):
    """Level dimensions and Hölder exponents of the landscape of pellets, with controls, and of the imitation loss."""

    planes: int = setting(8, 2, 1024)
    """Random planes through the champion."""
    side: int = setting(256, 64, 4096)
    """Pixels along a side of each."""
    radius: float = positive(0.3)
    """Half the side, as a fraction of the genome's norm."""
    mazes: int = setting(16, 1)
    """Mazes, or episodes of the teacher, in which every genome is evaluated."""

    version = 3
    quantities = define(
        **with_controls({**LEVEL, **EXPONENTS}),
        **variant(EXPONENTS, "loss", "imitation loss", "In the landscape of the imitation loss."),
    )

    def episodes(self) -> float:
        """Count two sets of mazes, and the loss."""
        return 3 * self.mazes * self.planes * self.side**2

    def compute(self, subject: Subject, evaluation_set: EvaluationSet, machine: Machine) -> Findings:
        """Sweep the planes in two sets of mazes and with the imitation loss; bowls have the heights of the first."""
        seed, layout = evaluation_set.draws(subject), subject.layout
        window = Window(radius=self.radius, shape=(self.side,) * 2)
        planes = random_planes(subject.genome, layout, seed, self.planes)

        def sweep(outcomes: Outcomes) -> NDArray[np.float64]:
            return np.stack([sample_function(mean(outcomes), plane, window) for plane in planes])

        findings: Findings = {}
        for suffix, fields in beside_controls(
            evaluation_set, self.mazes, lambda mazes: sweep(evaluation_set.pellets(layout, mazes, machine))
        ):
            findings |= level_dimensions(fields, list(LEVELS), seed=seed, suffix=suffix)
            findings |= exponents(fields, seed=seed, suffix=suffix)
        demonstrations = evaluation_set.demonstrations(evaluation_set.mazes(self.mazes))
        losses = sweep(evaluation_set.losses(layout, demonstrations, machine))
        return findings | exponents(losses, seed=seed, suffix="_loss")
