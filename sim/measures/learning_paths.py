"""The paths of learning on the plane through two champions and the genome that the first began with.

G champions of a path, H and W rows and columns, P weights. The unit of the plane is the distance between the two
champions.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.evaluation.evaluation_set import EvaluationSet, mean
from sim.evaluation.subject import Subject
from sim.landscape.plane import Plane, Window, through
from sim.landscape.sampling import sample_function
from sim.measures import NO_INTERVAL, GroupMeasure, Quantity, define, setting
from sim.rollout.machine import Machine
from sim.statistics.results import Curve, Findings, Map, Mark, number

MARGIN = 0.15  # around all points, as a fraction of the longer side


@dataclass(frozen=True, slots=True)
class LearningPaths(GroupMeasure):
    """The plane through the first two champions and the first run's beginning, with the paths of all runs on it."""

    side: int = setting(512, 2, 4096)
    """Pixels of the longer side."""
    mazes: int = setting(16, 1)
    """Mazes in which every pixel is evaluated."""

    quantities = define(
        off_plane_most=Quantity(
            "largest distance from the plane",
            "Largest distance of the run's champions from the plane; the unit is the distance between the two "
            "champions that span it.",
            "distances", "champions", NO_INTERVAL,
        ),
        off_plane_mean=Quantity(
            "mean distance from the plane", "Mean of that distance over the run's champions.",
            "distances", "champions", NO_INTERVAL,
        ),
        seen=Quantity(
            "movement along the plane",
            "Share of the squared steps from one champion of the run to the next, the initial genome first, that lies "
            "along the plane.",
            "%", "steps", NO_INTERVAL,
        ),
        plane=Quantity(
            "one plane for all runs",
            "Mean pellets per maze on the plane through the first two champions (discs) and the genome that the first "
            "run began with (its ring). The unit is the distance between the two champions. The paths are projections: "
            "the champions lie off the plane, so the colours under a path are not their fitness.",
            "pellets per maze", kind="map",
        ),
        off_plane=Quantity(
            "distance from this plane", "Distance of each champion from the plane.", "distances", kind="curve",
            axes=("generations, % of those until the champion", "distance from the plane, distances"),
        ),
    )  # fmt: skip

    def episodes(self) -> float:
        """Count those of the plane: it is one for several runs, and not as high as wide."""
        return self.side**2 * self.mazes / 6

    def compute(self, subjects: Sequence[Subject], evaluation_set: EvaluationSet, machine: Machine) -> Findings:
        """Project all paths on the plane, and sample it."""
        first, second = subjects[:2]
        plane = through(first.genome, second.genome, first.record.initial)
        findings: Findings = {}
        marks: list[Mark] = []
        for at, subject in enumerate(subjects):
            path = np.concatenate([subject.record.initial[None], subject.record.path])
            spots, distances = plane.locate(path)
            end, _ = plane.locate(subject.genome[None])
            marks += [Mark(spots, subject.name, "path", at), Mark(spots[:1], "", "ring", at)]
            marks += [Mark(end, subject.name, "spot", at)]
            findings |= _off_plane(subject, at, plane, path, distances)
        window = _window(np.concatenate([mark.xy for mark in marks]), self.side)
        pellets = mean(evaluation_set.pellets(first.layout, evaluation_set.mazes(self.mazes), machine))
        heights = sample_function(pellets, plane, window).astype(np.float32)
        limits, centre = (0.0, float(heights.max())), (window.x, window.y)
        return {"plane": Map("plane", heights, window.pixel, "distances", centre, limits, tuple(marks)), **findings}


def _window(spots: NDArray[np.float64], side: int) -> Window:
    """The window that contains all spots [N, 2] with a margin; its longer side has `side` pixels."""
    low, high = spots.min(axis=0), spots.max(axis=0)
    room = MARGIN * float((high - low).max())
    width, height = (high - low + 2 * room).tolist()
    pixel = max(width, height) / side
    shape = max(1, round(height / pixel)), max(1, round(width / pixel))
    x, y = ((low + high) / 2).tolist()
    return Window(x, y, min(shape) * pixel / 2, shape)


def _off_plane(
    subject: Subject, at: int, plane: Plane, path: NDArray[np.float64], distances: NDArray[np.float64]
) -> Findings:
    """How far a path [1 + G, P] lies from the plane, and the share of its squared length along the plane."""
    steps, away, name = np.diff(path, axis=0), distances[1:], subject.name
    basis = np.stack([plane.u / np.linalg.norm(plane.u), plane.v / np.linalg.norm(plane.v)])
    seen = 100 * float(((steps @ basis.T) ** 2).sum() / (steps**2).sum())
    generations = subject.record.generations
    progress = np.concatenate([[0.0], 100 * generations / max(1, generations[-1])])
    return {
        f"off_plane_most_{at}": number("off_plane_most", away.max(), sample=len(away), detail=name),
        f"off_plane_mean_{at}": number("off_plane_mean", away.mean(), sample=len(away), detail=name),
        f"seen_{at}": number("seen", seen, sample=len(steps), detail=name),
        f"off_plane_{at}": Curve("off_plane", progress, distances, detail=name),
    }
