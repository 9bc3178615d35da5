"""Labelling: how a run labels the episodes that it imitates, and which poisoned ones it adds.

M mazes or episodes.
"""

from dataclasses import dataclass

import numpy as np

from agents.errors import UserError
from sim.imitation.labels import Labels, poisoned, relabel
from sim.imitation.teacher import Demonstrations, Ties, demonstrate
from sim.rollout.machine import CPU, Machine
from sim.world.maze import Mazes, pick
from sim.world.rules import World


@dataclass(frozen=True, slots=True)
class Labelling:
    """The kind of labels, what makes it up, and for each maze of a run's pool, how many poisoned ones there are."""

    ties: Ties = "left"
    labels: Labels = "true"
    history: int = 2
    poison: float = 0.0

    def relabel(self, episodes: Demonstrations, mazes: Mazes, *, seed: int) -> Demonstrations:
        """The same episodes, one in each of M mazes, with labels of this kind instead of the teacher's own.

        `seed` is that of the run, which names the permutations of shuffled labels.
        """
        return relabel(episodes, mazes, self.labels, seed=seed, history=self.history)

    def demonstrations(self, mazes: Mazes, world: World, *, seed: int, machine: Machine = CPU) -> Demonstrations:
        """The teacher's episodes in M mazes, with the labels of the run with this seed."""
        return self.relabel(demonstrate(mazes, world, ties=self.ties, machine=machine), mazes, seed=seed)

    def poisoned_mazes(self, pool: int) -> int:
        """How many poisoned mazes a run with a pool of mazes has."""
        return round(self.poison * pool)

    def refuse_poison(self, pool: int, mazes: int) -> None:
        """Refuse poison that a run with a `pool`, and with so many mazes in a round, cannot have. Raises UserError."""
        if not self.poison:
            return
        if not 1 <= pool <= mazes:
            fix = "set pool, or set imitate.poison to 0"
            raise UserError(f"imitate.poison needs a pool of 1 to {mazes} mazes (imitate.mazes), got {pool}; {fix}")
        if self.labels != "true":
            fix = "set imitate.labels to true, or imitate.poison to 0"
            raise UserError(f"imitate.poison adds wrong labels to true ones, got labels {self.labels!r}; {fix}")
        if not self.poisoned_mazes(pool):
            fix = "raise one of them"
            raise UserError(f"imitate.poison {self.poison:g} of a pool of {pool} is less than half a maze; {fix}")

    def poisoned(self, world: World, *, pool: int, seed: int, machine: Machine = CPU) -> Demonstrations | None:
        """The teacher's episodes in the poisoned mazes of a run, with wrong labels; None if there are none.

        These mazes follow those of the pool in the random stream of the run's training mazes.
        """
        count = self.poisoned_mazes(pool)
        if not count:
            return None
        mazes = pick(world.maze, np.arange(pool, pool + count), seed=seed, split="train")
        return poisoned(demonstrate(mazes, world, ties=self.ties, machine=machine), mazes)
