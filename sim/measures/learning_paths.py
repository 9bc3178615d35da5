"""Where learning went, seen on the plane through two champions and a beginning.

G champions of a path, H and W rows and columns, C subjects, P weights. A unit of the plane is the way from the first
champion to the second.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from agents.checks import between
from sim.evaluation.evaluation_set import EvaluationSet, mean
from sim.evaluation.subject import Subject
from sim.landscape.plane import Plane, Window, through
from sim.landscape.sampling import sample_function
from sim.measures import GroupMeasure, Quantity
from sim.measures.genome_distance import ALONE
from sim.rollout.machine import Machine
from sim.statistics.results import Curve, Findings, Map, Mark, number

MARGIN = 0.15  # of the longer side, around all that lies on the plane


@dataclass(frozen=True, slots=True)
class LearningPaths(GroupMeasure):
    """The plane through the first two champions and where the first began, with the paths of all runs on it."""

    side: int = 512
    """Pixels of the longer side."""
    mazes: int = 16
    """Mazes that every pixel sees."""

    quantities: ClassVar[Mapping[str, Quantity]] = {
        "off_plane_most": Quantity(
            "farthest off the plane",
            "The largest distance of the run's champions from the plane, in distances between the two champions that "
            "span it.",
            "distances", "champions", ALONE,
        ),
        "off_plane_mean": Quantity(
            "mean distance off the plane", "The mean of that distance over the run's champions.",
            "distances", "champions", ALONE,
        ),
        "seen": Quantity(
            "movement on the plane",
            "Share of the squared steps between the run's champions, its beginning first, that lies along the plane.",
            "%", "steps", ALONE,
        ),
        "plane": Quantity(
            "one plane for all",
            "Mean pellets a maze on the plane through the first two champions (discs) and where the first began (its "
            "ring). A unit is the distance between the two champions. The paths are the runs' champions seen from "
            "straight above: they leave the plane, so the colours under a path are not what its genomes ate.",
            "pellets per maze", kind="map",
        ),
        "off_plane": Quantity(
            "how far off this plane they learned", "The distance of each champion from the plane.",
            "distances", kind="curve",
            axes=("generations, % of those up to the champion", "off the plane, distances"),
        ),
    }  # fmt: skip

    def __post_init__(self) -> None:
        """Refuse numbers that nothing can be measured with."""
        between("side", self.side, 2, 4096)
        between("mazes", self.mazes, 1, 65536)

    def episodes(self) -> float:
        """Those of the plane."""
        return self.side**2 * self.mazes

    def compute(self, subjects: Sequence[Subject], ground: EvaluationSet, machine: Machine) -> Findings:
        """Lay the plane, find everyone on it, and sample it."""
        first, second = subjects[:2]
        plane = through(first.genome, second.genome, first.record.initial)
        found: Findings = {}
        marks: list[Mark] = []
        for at, each in enumerate(subjects):
            spots, off = plane.locate(np.concatenate([each.record.initial[None], each.record.path]))
            ends, _ = plane.locate(each.genome[None])
            marks += [
                Mark(spots, each.name, "path", at),
                Mark(spots[:1], "", "ring", at),
                Mark(ends, each.name, "spot", at),
            ]
            found |= _off_plane(each, at, plane, off)
        window = _window(np.concatenate([mark.xy for mark in marks]), self.side)
        objective = mean(ground.pellets(first.layout, ground.mazes(self.mazes), machine))
        field = sample_function(objective, plane, window).astype(np.float32)
        limits, centre = (0.0, float(field.max())), (window.x, window.y)
        return {"plane": Map("plane", field, window.pixel, "distances", centre, limits, tuple(marks)), **found}


def _window(spots: NDArray[np.float64], side: int) -> Window:
    """The window that holds all spots [N, 2], with room around them; `side` is that of its longer side in pixels."""
    low, high = spots.min(axis=0), spots.max(axis=0)
    room = MARGIN * float((high - low).max())
    width, height = (high - low + 2 * room).tolist()
    pixel = max(width, height) / side
    shape = max(1, round(height / pixel)), max(1, round(width / pixel))
    x, y = ((low + high) / 2).tolist()
    return Window(x, y, min(shape) * pixel / 2, shape)


def _off_plane(subject: Subject, at: int, plane: Plane, off: NDArray[np.float64]) -> Findings:
    """How far a path strays from the plane, and how much of its length is seen on it; `off` [1 + G]."""
    record, name = subject.record, subject.name
    steps = np.diff(np.concatenate([record.initial[None], record.path]), axis=0)
    basis = np.stack([plane.u / np.linalg.norm(plane.u), plane.v / np.linalg.norm(plane.v)])
    seen = 100 * float(((steps @ basis.T) ** 2).sum() / (steps**2).sum())
    away, count = off[1:], len(record.path)
    done = np.concatenate([[0.0], 100 * record.generations / max(1, record.generations[-1])])
    return {
        f"off_plane_most_{at}": number("off_plane_most", away.max(), sample=count, detail=name),
        f"off_plane_mean_{at}": number("off_plane_mean", away.mean(), sample=count, detail=name),
        f"seen_{at}": number("seen", seen, sample=len(steps), detail=name),
        f"off_plane_{at}": Curve("off_plane", done, off, detail=name),
    }
