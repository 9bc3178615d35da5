"""The landscape around a champion, of pellets and of the imitation loss. H and W rows and columns, M mazes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from agents.checks import between, positive
from sim.evaluation.evaluation_set import EvaluationSet, Outcomes
from sim.evaluation.subject import Subject
from sim.landscape.plane import Plane, Window, random_plane
from sim.landscape.sampling import sample_function
from sim.measures import Quantity, RunMeasure
from sim.measures.pellets_eaten import OVER_MAZES
from sim.rollout.machine import Machine
from sim.statistics.bootstrap import resampled
from sim.statistics.results import Findings, Map, number

WORST = 0.98  # of the pixels; the loss has no ceiling, and what is worse than most of them has one colour


@dataclass(frozen=True, slots=True)
class LandscapeAround(RunMeasure):
    """Both landscapes on a random plane through the champion, its directions drawn with the set's seed."""

    side: int = 512
    """Pixels along a side."""
    radius: float = 0.7
    """Half the side, in norms of the champion."""
    mazes: int = 16
    """Mazes, or episodes of the teacher, that every pixel sees."""

    quantities: ClassVar[Mapping[str, Quantity]] = {
        "pellets_centre": Quantity(
            "pellets at the centre", "Mean pellets of the champion in the mazes of the landscape.",
            "pellets", "mazes", OVER_MAZES,
        ),
        "pellets_mean": Quantity(
            "pellets over the landscape", "Mean over all pixels of the landscape of pellets.",
            "pellets", "mazes", OVER_MAZES,
        ),
        "half_share": Quantity(
            "better than half",
            "Share of the landscape's pixels that eat more than half of what the centre does. One plane, so without "
            "an interval.",
            "%", "pixels",
        ),
        "imitation_centre": Quantity(
            "imitation loss at the centre",
            "Cross-entropy of the champion's softmax with a teacher that goes to the nearest cell it has not been in, "
            "on the teacher's own episodes, a mean over the steps at which it has something to teach.",
            "nats", "episodes", OVER_MAZES,
        ),
        "imitation_mean": Quantity(
            "imitation loss over the landscape", "The same loss, a mean over all pixels of the landscape.",
            "nats", "episodes", OVER_MAZES,
        ),
        "pellets_map": Quantity(
            "fitness",
            "Mean pellets a maze, greedy play. Each pixel is a genome; the circle is the champion. Two directions are "
            "drawn at random and scaled, row by row, to the weights that they are added to (Li et al. 2018); one norm "
            "is the length of the champion's genome.",
            "pellets per maze", kind="map",
        ),
        "imitation_map": Quantity(
            "imitation loss", "Mean imitation loss of the same genomes; what is worse than most has the last colour.",
            "nats a step that is taught", kind="map",
        ),
    }  # fmt: skip

    def __post_init__(self) -> None:
        """Refuse numbers that nothing can be measured with."""
        between("side", self.side, 2, 4096)
        between("mazes", self.mazes, 2, 65536)
        positive("radius", self.radius)

    def episodes(self) -> float:
        """Of both landscapes."""
        return 2 * self.side**2 * self.mazes

    def compute(self, subject: Subject, ground: EvaluationSet, machine: Machine) -> Findings:
        """Sample both landscapes."""
        mazes, layout = ground.mazes(self.mazes), subject.layout
        kinds = {
            "pellets": ground.pellets(layout, mazes, machine),
            "imitation": ground.losses(layout, ground.demonstrations(mazes), machine),
        }
        window = Window(radius=self.radius, shape=(self.side, self.side))
        plane = random_plane(subject.genome, layout, ground.seed)
        found: Findings = {}
        for kind, each in kinds.items():
            field, by_maze = _sampled(each, plane, window)
            centre = each(subject.genome[None])[0]
            found[f"{kind}_centre"] = resampled(f"{kind}_centre", centre, seed=ground.seed)
            found[f"{kind}_mean"] = resampled(f"{kind}_mean", by_maze, seed=ground.seed)
            if kind == "pellets":
                half = 100 * float((field > centre.mean() / 2).mean())
                found["half_share"] = number("half_share", half, sample=field.size)
            low, high = (0.0, field.max()) if kind == "pellets" else (field.min(), np.quantile(field, WORST))
            found[f"{kind}_map"] = Map(
                f"{kind}_map", field.astype(np.float32), window.pixel, limits=(float(low), float(high))
            )
        return found


def _sampled(each: Outcomes, plane: Plane, window: Window) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The field [H, W] of means over mazes, and the means over the field of each maze [M]."""
    layers = sample_function(each, plane, window)
    total = np.add.accumulate(layers, axis=0, dtype=np.float64)[-1]
    return total / len(layers), layers.mean(axis=(1, 2), dtype=np.float64)
