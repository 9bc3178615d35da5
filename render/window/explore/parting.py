"""Parting: where and when two foragers begin to differ.

P weights of a genome, T steps of an episode.
"""

from collections.abc import Sequence
from typing import Any

from numpy.typing import NDArray

from sim.landscape.objective import Objective
from sim.rollout.machine import Machine
from sim.rollout.trace import trace
from sim.world.life import Episode

AT_ONCE = 16  # mazes that are played before looking whether the two differ in one of them


def divergence(first: Episode, second: Episode) -> int | None:
    """The first step, counted from 1, in which two foragers act or move differently; None where they never do."""
    differ = (first.actions != second.actions) | (first.places[1:] != second.places[1:])
    return int(differ.argmax()) + 1 if differ.any() else None


def first_maze(genomes: Sequence[NDArray[Any]], objective: Objective, machine: Machine) -> int | None:
    """The first maze of an objective, counted from 0, in which two genomes [P] act or move differently; None if none.

    The two may be of different types, as pixels of different zoom levels are.
    """
    mazes = objective.mazes.carve()
    for begin in range(0, mazes.count, AT_ONCE):
        batch = mazes.take(list(range(begin, min(begin + AT_ONCE, mazes.count))))
        first, second = (
            trace(genome[None], objective.layout, batch, objective.world, machine=machine) for genome in genomes
        )
        differ = (first.actions != second.actions) | (first.places[..., 1:] != second.places[..., 1:])
        apart = differ[0].any(axis=-1)
        if apart.any():
            return begin + int(apart.argmax())
    return None
