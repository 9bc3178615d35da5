"""The landscapes of pellets and of the imitation loss around a champion. H and W rows and columns, M mazes."""

from dataclasses import dataclass

import numpy as np

from sim.evaluation.evaluation_set import EvaluationSet
from sim.evaluation.subject import Subject
from sim.landscape.plane import Window, random_plane
from sim.landscape.sampling import sample_function
from sim.measures import Quantity, RunMeasure, bootstrap_over, define, positive, setting
from sim.rollout.machine import Machine
from sim.statistics.bootstrap import resampled
from sim.statistics.results import Findings, Map, number

WORST = 0.98  # quantile of the loss at which its colours end: the loss has no upper limit


@dataclass(frozen=True, slots=True)
class LandscapeAround(RunMeasure):
    """Both landscapes on a random plane through the champion."""

    side: int = setting(512, 2, 4096)
    """Pixels along a side."""
    radius: float = positive(0.7)
    """Half the side, as a fraction of the genome's norm."""
    mazes: int = setting(16, 2)
    """Mazes, or episodes of the teacher, in which every pixel is evaluated."""

    version = 2
    quantities = define(
        pellets_centre=Quantity(
            "pellets at the centre", "Mean pellets of the champion in the mazes of the landscape.",
            "pellets", "mazes", bootstrap_over("mazes"),
        ),
        pellets_mean=Quantity(
            "mean pellets of the landscape", "Mean pellets over all pixels of the landscape.",
            "pellets", "mazes", bootstrap_over("mazes"),
        ),
        half_share=Quantity(
            "share above half",
            "Share of the landscape's pixels that eat more than half as many pellets as the centre. It describes one "
            "plane and has no interval.",
            "%", "pixels",
        ),
        imitation_centre=Quantity(
            "imitation loss at the centre",
            "Cross-entropy between the champion's softmax and the actions of a teacher that goes to the nearest cell "
            "it has not visited, on the teacher's episodes; mean over the steps that have a label.",
            "nats", "episodes", bootstrap_over("episodes"),
        ),
        imitation_mean=Quantity(
            "mean imitation loss of the landscape", "Mean imitation loss over all pixels of the landscape.",
            "nats", "episodes", bootstrap_over("episodes"),
        ),
        pellets_map=Quantity(
            "fitness",
            "Mean pellets per maze, greedy play. Each pixel is a genome, and the circle is the champion. The plane has "
            "two random directions whose rows are scaled to the norms of the champion's rows (Li et al. 2018); ‖g‖ is "
            "the norm of the champion's genome.",
            "pellets per maze", kind="map",
        ),
        imitation_map=Quantity(
            "imitation loss",
            "Mean imitation loss of the same genomes. The worst 2 % of the pixels have the last colour.",
            "nats per labelled step", kind="map",
        ),
    )  # fmt: skip

    def episodes(self) -> float:
        """Count those of both landscapes."""
        return 2 * self.side**2 * self.mazes

    def compute(self, subject: Subject, evaluation_set: EvaluationSet, machine: Machine) -> Findings:
        """Sample both landscapes."""
        mazes, layout, seed = evaluation_set.mazes(self.mazes), subject.layout, evaluation_set.draws(subject)
        objectives = {
            "pellets": evaluation_set.pellets(layout, mazes, machine),
            "imitation": evaluation_set.losses(layout, evaluation_set.demonstrations(mazes), machine),
        }
        window = Window(radius=self.radius, shape=(self.side, self.side))
        plane = random_plane(subject.genome, layout, seed)
        findings: Findings = {}
        for kind, objective in objectives.items():
            layers = sample_function(objective, plane, window)
            heights = np.add.accumulate(layers, axis=0, dtype=np.float64)[-1] / len(layers)
            centre, by_maze = objective(subject.genome[None])[0], layers.mean(axis=(1, 2), dtype=np.float64)
            findings[f"{kind}_centre"] = resampled(f"{kind}_centre", centre, seed=seed)
            findings[f"{kind}_mean"] = resampled(f"{kind}_mean", by_maze, seed=seed)
            limits = float(heights.min()), float(np.quantile(heights, WORST))
            if kind == "pellets":
                share = 100 * float((heights > centre.mean() / 2).mean())
                findings["half_share"] = number("half_share", share, sample=heights.size)
                limits = 0.0, float(heights.max())
            name = f"{kind}_map"
            findings[name] = Map(name, heights.astype(np.float32), window.pixel, limits=limits)
        return findings
