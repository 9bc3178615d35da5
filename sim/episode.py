"""One episode in plain Python: the oracle of all rollouts, and what is replayed for looking.

T steps, I senses, H hidden units, A actions.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.cells import Brain
from agents.layout import Layout
from sim import world
from sim.maze import Mazes
from sim.world import World


@dataclass(frozen=True, slots=True, eq=False)
class Episode:
    """All that happened: entry 0 of places and headings is the start, entry t of the rest belongs to step t+1.

    places [T+1] (row * size + column), headings [T+1], actions [T], eaten bool [T], senses [T, I], hidden [T, H]
    """

    places: NDArray[np.int32]
    headings: NDArray[np.int32]
    actions: NDArray[np.int32]
    eaten: NDArray[np.bool_]
    senses: NDArray[Any]
    hidden: NDArray[Any]

    @property
    def pellets(self) -> int:
        """The fitness: pellets eaten."""
        return int(self.eaten.sum())


def play_episode(
    genome: NDArray[Any], layout: Layout, mazes: Mazes, maze: int, setting: World, *, ablate: bool = False
) -> Episode:
    """Let the genome [P] (float32 or float64) live in maze number `maze` of the batch and record it."""
    brain = Brain(layout, genome)
    opened = mazes.open[maze].ravel()
    pellets = mazes.pellets[maze].ravel().copy()
    place, heading, ate = int(mazes.start[maze]), int(mazes.heading[maze]), 0
    pellets[place] = False
    log: dict[str, list[Any]] = {name: [] for name in Episode.__slots__}
    log["places"].append(place)
    log["headings"].append(heading)
    for _ in range(setting.lifetime):
        cell = int(opened[place])
        seen = [_sees(opened, pellets, place, world.turned(heading, d), mazes.size, setting.sight) for d in range(4)]
        senses = np.array([*world.walls(cell, heading), ate, *(seen if setting.sight else [])], genome.dtype)
        if ablate:
            brain.forget()
        outputs = brain.think(senses)
        action = best_action(outputs)
        heading = world.turned(heading, action)
        place += world.stride(heading, mazes.size) * world.passable(cell, heading)
        ate = int(pellets[place])
        pellets[place] = False
        step = (place, heading, action, ate, senses, brain.hidden.copy())
        for name, value in zip(log, step, strict=True):
            log[name].append(value)
    kinds: tuple[Any, ...] = (np.int32, np.int32, np.int32, np.bool_, genome.dtype, genome.dtype)
    return Episode(*(np.array(entries, kind) for entries, kind in zip(log.values(), kinds, strict=True)))


def best_action(outputs: NDArray[Any]) -> int:
    """The lowest index of the largest output; a NaN is never larger than anything, nor anything than a NaN."""
    best = 0
    for choice in range(1, len(outputs)):
        if outputs[choice] > outputs[best]:
            best = choice
    return best


def _sees(opened: Any, pellets: Any, place: int, direction: int, size: int, sight: int) -> int:
    for _ in range(sight):
        if not world.passable(int(opened[place]), direction):
            return 0
        place += world.stride(direction, size)
        if pellets[place]:
            return 1
    return 0
