"""The evaluation set: the mazes in which subjects are measured, the teacher's episodes, and objectives from both.

N genomes of P weights, M mazes or episodes. The mazes are validation mazes after those on which the runs chose their
champions.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.layout import Layout
from agents.randomness import words
from sim.evaluation.subject import Subject, stream_of
from sim.imitation.labelling import Labelling
from sim.imitation.loss import cross_entropy
from sim.imitation.teacher import Demonstrations, Ties, demonstrate
from sim.rollout import play
from sim.rollout.machine import Machine
from sim.world.maze import Mazes, MazeSet, Split
from sim.world.rules import World

Outcomes = Callable[[NDArray[Any]], NDArray[Any]]
"""genomes [N, P] -> values [N, M], one for each maze or episode."""
Values = Callable[[NDArray[Any]], NDArray[Any]]
"""genomes [N, P] -> values [N]."""


@dataclass(frozen=True, slots=True)
class EvaluationSet:
    """The world, the seed of all mazes and draws, the first validation maze, and how the teacher breaks ties."""

    world: World
    seed: int
    first: int
    ties: Ties = "left"

    def json(self) -> dict[str, Any]:
        """All fields, as JSON."""
        return asdict(self)

    def draws(self, subject: Subject) -> int:
        """The seed of what is drawn around one run: see `draws_around`."""
        return draws_around(self.seed, subject.genome)

    def maze_set(self, count: int, *, skip: int = 0, split: Split = "validation") -> MazeSet:
        """The identity of `count` mazes after the first `skip` ones of the set; training mazes begin at 0."""
        first = skip + (self.first if split == "validation" else 0)
        return MazeSet(self.world.maze, self.seed, split, range(first, first + count))

    def mazes(self, count: int, *, skip: int = 0, split: Split = "validation") -> Mazes:
        """The same mazes, carved."""
        return self.maze_set(count, skip=skip, split=split).carve()

    def demonstrations(self, mazes: Mazes) -> Demonstrations:
        """The teacher's episodes in these mazes."""
        return demonstrate(mazes, self.world, ties=self.ties)

    def labelling(self, subject: Subject) -> Labelling:
        """How the run of a subject labelled what it imitated; for a run that did not imitate, the teacher's labels."""
        return subject.labelling or Labelling(ties=self.ties)

    def pellets(
        self, layout: Layout, mazes: Mazes, machine: Machine, lifetime: int | None = None, *, ablate: bool = False
    ) -> Outcomes:
        """The objective: pellets of greedy play in each maze, int32 [N, M], in the world's or another `lifetime`.

        `ablate` switches the memory off.
        """
        world = replace(self.world, lifetime=lifetime or self.world.lifetime)
        return lambda genomes: play(genomes, layout, mazes, world, ablate=ablate, machine=machine)

    def shares(self, layout: Layout, mazes: Mazes, machine: Machine) -> Outcomes:
        """The objective: the share of each maze's pellets that greedy play eats, in percent, float64 [N, M]."""
        pellets = self.pellets(layout, mazes, machine)
        return lambda genomes: 100 * pellets(genomes) / mazes.pellet_counts

    def fresh_pellets(self, layout: Layout, count: int, machine: Machine) -> Callable[[int], Values]:
        """By generation, the mean pellets in `count` training mazes that belong to this generation alone."""

        def objective(generation: int) -> Values:
            return mean(self.pellets(layout, self.mazes(count, skip=generation * count, split="train"), machine))

        return objective

    def losses(self, layout: Layout, demonstrations: Demonstrations, machine: Machine) -> Outcomes:
        """The objective: imitation loss of each episode [N, M], whose mean is in nats per labelled step."""
        return lambda genomes: cross_entropy(genomes, layout, demonstrations, machine)


def draws_around(seed: int, genome: NDArray[Any]) -> int:
    """The seed, in [0, 2**64), of what is drawn around a genome [P]: directions, planes, probes, chains.

    Every genome has its own. With the same directions for all runs their errors would be alike, and an interval over
    runs would not see them.
    """
    return int(words(1, seed, "measure/subject", stream_of(genome))[0])


def mean(outcomes: Outcomes) -> Values:
    """The mean over mazes, float64 [N], summed one by one: the order of numpy's sum depends on N."""

    def values(genomes: NDArray[Any]) -> NDArray[np.float64]:
        running: NDArray[np.float64] = np.cumsum(outcomes(genomes), axis=1, dtype=np.float64)
        return np.asarray(running[:, -1] / running.shape[1])

    return values


def first_unseen(subjects: Iterable[Subject]) -> int:
    """The first validation maze on which none of the runs chose its champion."""
    return max(subject.record.validation for subject in subjects)
