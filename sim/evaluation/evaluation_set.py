"""The evaluation set: the mazes that subjects are measured on, the teacher, and objectives of both.

N genomes of P weights, M mazes or episodes. All mazes are validation mazes that no run chose its champion on: they
begin where the longest of the runs' own end.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.layout import Layout
from sim.evaluation.subject import Subject
from sim.imitation.loss import cross_entropy
from sim.imitation.teacher import Demonstrations, Ties, demonstrate
from sim.rollout import play
from sim.rollout.machine import Machine
from sim.world.maze import Mazes, MazeSet, Split
from sim.world.rules import World

Outcomes = Callable[[NDArray[Any]], NDArray[Any]]
"""genomes [N, P] -> values [N, M], one a maze or episode."""
Values = Callable[[NDArray[Any]], NDArray[Any]]
"""genomes [N, P] -> values [N]."""


@dataclass(frozen=True, slots=True)
class EvaluationSet:
    """The world, the seed that names all mazes and draws, the first maze, and how the teacher breaks ties."""

    world: World
    seed: int
    first: int
    ties: Ties = "left"

    def json(self) -> dict[str, Any]:
        """All of it, as JSON has it."""
        return asdict(self)

    def maze_set(self, count: int, *, skip: int = 0, split: Split = "validation") -> MazeSet:
        """Which are the first `count` mazes of the set, after `skip` of them; training mazes begin at 0."""
        first = skip + (self.first if split == "validation" else 0)
        return MazeSet(self.world.maze, self.seed, split, range(first, first + count))

    def mazes(self, count: int, *, skip: int = 0, split: Split = "validation") -> Mazes:
        """The same, carved."""
        return self.maze_set(count, skip=skip, split=split).carve()

    def demonstrations(self, mazes: Mazes) -> Demonstrations:
        """The teacher's episodes in these mazes."""
        return demonstrate(mazes, self.world, ties=self.ties)

    def pellets(self, layout: Layout, mazes: Mazes, machine: Machine, lifetime: int | None = None) -> Outcomes:
        """Pellets eaten by greedy play in each maze, int32 [N, M], in the world's lifetime or another one."""
        world = replace(self.world, lifetime=lifetime or self.world.lifetime)
        return lambda genomes: play(genomes, layout, mazes, world, machine=machine)

    def losses(self, layout: Layout, demonstrations: Demonstrations, machine: Machine) -> Outcomes:
        """The imitation loss of each episode [N, M]; its mean is in nats a step that is taught."""
        return lambda genomes: cross_entropy(genomes, layout, demonstrations, machine)


def mean(outcomes: Outcomes) -> Values:
    """The mean over mazes, float64 [N]: added one by one, as the order of numpy's own sum depends on N."""

    def values(genomes: NDArray[Any]) -> NDArray[np.float64]:
        running: NDArray[np.float64] = np.cumsum(outcomes(genomes), axis=1, dtype=np.float64)
        return np.asarray(running[:, -1] / running.shape[1])

    return values


def first_unseen(subjects: Iterable[Subject]) -> int:
    """The first validation maze that none of the runs chose its champion on."""
    return max(subject.record.validation for subject in subjects)
