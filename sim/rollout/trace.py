"""Traces: the places, headings and meals of agents, step by step, as fast as a rollout.

N genomes, M mazes of n x n cells, T steps, I senses.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agents.layout import Layout
from sim.rollout import checked_genomes, record
from sim.rollout.machine import CPU, Machine
from sim.world import rules
from sim.world.maze import Mazes
from sim.world.policy import Policy
from sim.world.rules import World


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """The record of N x M episodes. Entry 0 of places and headings is the start; entry t of eaten is step t+1.

    places int16 [N, M, T+1] (row * size + column), headings int8 [N, M, T+1], eaten bool [N, M, T]
    """

    places: NDArray[np.int16]
    headings: NDArray[np.int8]
    eaten: NDArray[np.bool_]

    @property
    def actions(self) -> NDArray[np.int8]:
        """The action of each step, [N, M, T]: 0 ahead, 1 right, 2 behind, 3 left."""
        turned: NDArray[np.int8] = (self.headings[..., 1:] - self.headings[..., :-1]) & 3
        return turned

    @property
    def pellets(self) -> NDArray[np.int32]:
        """The fitness: the number of pellets eaten, [N, M]."""
        total: NDArray[np.int32] = self.eaten.sum(axis=-1, dtype=np.int32)
        return total


def trace(
    genomes: NDArray[Any],
    layout: Layout,
    mazes: Mazes,
    world: World,
    *,
    ablate: bool = False,
    policy: Policy = "greedy",
    repetition: ArrayLike = 0,
    machine: Machine = CPU,
) -> Trace:
    """Play genomes [N, P] in mazes [M] and record the episodes; the arguments are those of `sim.rollout.play`."""
    genomes = checked_genomes(genomes, layout, world)
    recording = record(genomes, layout, mazes, world, 1, ablate, policy, repetition, machine, traced=True)
    eaten = np.diff(recording.counts, axis=-1, prepend=np.int32(0)).astype(np.bool_)
    paths = recording.paths
    return Trace(np.ascontiguousarray(paths[..., 0]), paths[..., 1].astype(np.int8), eaten)


def senses(episodes: Trace, mazes: Mazes, world: World) -> NDArray[np.float32]:
    """The senses of the agents of a trace before each step, 0 or 1, float32 [N, M, T, I]."""
    places, headings = episodes.places[..., :-1].astype(np.intp), episodes.headings[..., :-1].astype(np.intp)
    opened = mazes.open.reshape(mazes.count, -1)
    maze = np.arange(mazes.count)[:, None]
    sensed = np.zeros((*places.shape, rules.sense_count(world.sight)), np.float32)
    for sense, wall in enumerate(rules.walls(opened[maze, places], headings)):
        sensed[..., sense] = wall
    sensed[..., 1:, rules.ATE] = episodes.eaten[..., :-1]
    if world.sight:
        until = np.where(mazes.pellets.reshape(mazes.count, -1), _first_visits(episodes, mazes.size**2), -1)
        for relative in range(4):
            sensed[..., rules.PELLETS + relative] = _seen(
                opened, until, places, rules.turned(headings, relative), mazes.size, world.sight
            )
    return sensed


def revisits(episodes: Trace) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The share of steps that entered a cell visited before, and the share that a wall stopped, [N, M] each."""
    places = episodes.places
    moved = places[..., 1:] != places[..., :-1]
    first = np.take_along_axis(_first_visits(episodes, int(places.max()) + 1), places.astype(np.intp), -1)
    known = first[..., 1:] < np.arange(1, places.shape[-1])
    return (moved & known).mean(axis=-1), 1 - moved.mean(axis=-1)


def _first_visits(episodes: Trace, cells: int) -> NDArray[np.int32]:
    """The step of the first visit to each cell, [N, M, cells]; T+1 for cells that are never visited."""
    count, mazes, length = episodes.places.shape
    first = np.full((count, mazes, cells), length, np.int32)
    genome, maze = np.arange(count)[:, None], np.arange(mazes)
    for time in reversed(range(length)):
        first[genome, maze, episodes.places[..., time]] = time
    return first


def _seen(opened: Any, until: Any, places: Any, directions: Any, size: int, sight: int) -> NDArray[np.bool_]:
    """True where a pellet is in sight along the corridor, [N, M, T]; `until` is the step that eats a cell's pellet."""
    genome, maze, time = np.ogrid[tuple(map(slice, places.shape))]
    steps = rules.stride(directions, size)
    seen, looking = np.zeros(places.shape, np.bool_), np.ones(places.shape, np.bool_)
    for _ in range(sight):
        looking &= rules.passable(opened[maze, places], directions) == 1
        places = np.where(looking, places + steps, places)
        seen |= looking & (until[genome, maze, places] > time)
    return seen
