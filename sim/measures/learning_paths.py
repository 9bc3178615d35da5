"""The paths of learning on the plane through two champions and the genome that the first began with.

G champions of a path, H and W rows and columns, P weights. The unit of the plane is the distance between the two
champions.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.evaluation.evaluation_set import EvaluationSet, mean
from sim.evaluation.subject import Subject
from sim.imitation.teacher import Demonstrations
from sim.landscape.function import Function
from sim.landscape.plane import Plane, Window, through
from sim.landscape.sampling import sample_function
from sim.landscape.smoothing import gradient
from sim.measures import NO_INTERVAL, GroupMeasure, Quantity, define, positive, setting
from sim.measures.landscape_around import WORST
from sim.rollout.machine import Machine
from sim.statistics.results import Curve, Findings, Map, Mark, number

MARGIN = 0.15  # around all points, as a fraction of the longer side
ARROW = 0.07  # length of an arrow, as a fraction of the longer side
ESTIMATES = 8  # of each gradient of smoothed pellets, whose differences say how sure its direction is
SURE = 2.0  # standard errors: a shorter mean of the estimates is drawn as no arrow
Ways = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LearningPaths(GroupMeasure):
    """The plane through the first two champions and the first run's beginning, with the paths of all runs on it."""

    side: int = setting(512, 2, 4096)
    """Pixels of the longer side."""
    mazes: int = setting(16, 1)
    """Mazes in which every pixel is evaluated."""
    arrows: int = setting(6, 0, 64)
    """Places on each path, evenly along it, at which an arrow shows the gradient."""
    samples: int = setting(512, 4, 1 << 20, step=2)
    """Genomes of each of eight estimates of a gradient of smoothed pellets, in pairs of opposite noise."""
    sigma: float = positive(0.1)
    """Standard deviation of their noise on each weight."""

    version = 2
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
            "the champions lie off the plane, so the colours under a path are not their fitness. Arrows on the paths "
            "of runs that did not imitate point up the smoothed pellets that evolution strategies climb (Lehman et al. "
            "2018): they are the part along the plane of the gradient at the champion, and have one length. There is "
            "none where its estimates do not agree on a direction.",
            "pellets per maze", kind="map",
        ),
        plane_loss=Quantity(
            "the same plane for imitation",
            "Mean imitation loss of the same genomes, if a run imitated. Arrows on the paths of these runs point down "
            "the gradient of the loss at the champion, along the plane. The worst 2 % of the pixels have the last "
            "colour.",
            "nats per labelled step", kind="map",
        ),
        off_plane=Quantity(
            "distance from this plane", "Distance of each champion from the plane.", "distances", kind="curve",
            axes=("generations, % of those until the champion", "distance from the plane, distances"),
        ),
    )  # fmt: skip

    def episodes(self) -> float:
        """Count those of both planes, which are one for several runs and not as high as wide, and of the gradients."""
        return (self.side**2 / 3 + self.arrows * ESTIMATES * self.samples) * self.mazes

    def compute(self, subjects: Sequence[Subject], evaluation_set: EvaluationSet, machine: Machine) -> Findings:
        """Project all paths on the plane, and sample it."""
        first, second = subjects[:2]
        plane = through(first.genome, second.genome, first.record.initial)
        findings: Findings = {}
        marks: list[Mark] = []
        for at, subject in enumerate(subjects):
            path = _path(subject)
            spots, distances = plane.locate(path)
            end, _ = plane.locate(subject.genome[None])
            marks += [Mark(spots, subject.name, "path", at), Mark(spots[:1], "", "ring", at)]
            marks += [Mark(end, subject.name, "spot", at)]
            findings |= _off_plane(subject, at, plane, path, distances)
        window = _window(np.concatenate([mark.xy for mark in marks]), self.side)
        maps = self._maps(subjects, plane, window, marks, evaluation_set, machine)
        return {**maps, **findings}

    def _maps(
        self, subjects: Sequence[Subject], plane: Plane, window: Window, marks: list[Mark],
        evaluation_set: EvaluationSet, machine: Machine,
    ) -> Findings:  # fmt: skip
        """The plane of pellets, and if a run imitated that of its loss, with arrows on the paths of those who climb."""
        layout, mazes, seed = subjects[0].layout, evaluation_set.mazes(self.mazes), evaluation_set.seed
        pellets = mean(evaluation_set.pellets(layout, mazes, machine))
        centre, length = (window.x, window.y), ARROW * max(window.shape) * window.pixel
        players = [(at, each) for at, each in enumerate(subjects) if each.labelling is None]
        imitators = [(at, each) for at, each in enumerate(subjects) if each.labelling is not None]

        def arrows(some: list[tuple[int, Subject]], ways: Callable[[NDArray[Any]], Ways]) -> list[Mark]:
            return [_arrows(plane, at, self._places(plane, each), ways, length) for at, each in some if self.arrows]

        heights = sample_function(pellets, plane, window).astype(np.float32)
        pointed = (*marks, *arrows(players, lambda genome: self._up(pellets, plane, genome, seed)))
        limits = 0.0, float(heights.max())
        findings: Findings = {"plane": Map("plane", heights, window.pixel, "distances", centre, limits, pointed)}
        if not imitators:
            return findings
        taught = evaluation_set.demonstrations(mazes)
        losses = sample_function(mean(evaluation_set.losses(layout, taught, machine)), plane, window)
        pointed = (*marks, *arrows(imitators, lambda genome: _down(plane, genome, subjects[0], taught)))
        limits = float(losses.min()), float(np.quantile(losses, WORST))
        shown = Map("plane_loss", losses.astype(np.float32), window.pixel, "distances", centre, limits, pointed)
        return {**findings, "plane_loss": shown}

    def _places(self, plane: Plane, subject: Subject) -> NDArray[np.float64]:
        """The champions of a path, or its initial genome, that lie nearest to places evenly along its projection."""
        path = _path(subject)
        spots, _ = plane.locate(path)
        along = np.concatenate([[0.0], np.linalg.norm(np.diff(spots, axis=0), axis=1).cumsum()])
        wanted = np.linspace(0, along[-1], self.arrows)
        return np.asarray(path[np.unique(np.abs(along - wanted[:, None]).argmin(axis=1))])

    def _up(self, function: Function, plane: Plane, genome: NDArray[np.float32], seed: int) -> Ways:
        """The direction [2] up a smoothed function along a plane; zero if its estimates are too noisy to tell."""
        each = [gradient(function, genome, self.sigma, self.samples, seed, index) for index in range(ESTIMATES)]
        ways, _ = plane.locate(plane.origin + np.stack(each))
        error = np.sqrt(ways.var(axis=0, ddof=1).sum() / ESTIMATES)
        way = ways.mean(axis=0)
        return np.asarray(way if np.linalg.norm(way) > SURE * error else np.zeros(2))


def _path(subject: Subject) -> NDArray[np.float64]:
    """The initial genome of a run and its champions, [1 + G, P]."""
    return np.concatenate([subject.record.initial[None], subject.record.path])


def _down(plane: Plane, genome: NDArray[np.float32], subject: Subject, taught: Demonstrations) -> Ways:
    """The direction [2] down the imitation loss along a plane."""
    from sim.imitation.gradient import loss_and_gradient

    senses, labels = (np.ascontiguousarray(each.swapaxes(0, 1)) for each in (taught.senses, taught.labels))
    _, up = loss_and_gradient(genome, subject.layout, senses, labels, "cpu")
    way, _ = plane.locate(plane.origin - up)
    return way


def _arrows(
    plane: Plane, at: int, champions: NDArray[np.float64], ways: Callable[[NDArray[Any]], Ways], length: float
) -> Mark:
    """The arrows of one run, all of one length, from champions [K, P] projected on a plane."""
    ends = []
    for champion in champions:
        way = ways(champion.astype(np.float32))
        if way.any():
            start, _ = plane.locate(champion)
            ends += [start, start + way * (length / np.linalg.norm(way))]
    return Mark(np.array(ends).reshape(-1, 2), "", "arrow", at)


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
