"""Objectives, against the oracle of one episode."""

import numpy as np
import pytest

from agents.layout import initial
from agents.randomness import generator
from sim import objective
from sim.episode import play_episode
from sim.maze import MazeConfig, carve
from sim.rollout.machine import Machine
from sim.world import World

WORLD = World(maze=MazeConfig(size=5), sight=2, lifetime=24)
LAYOUT = WORLD.layout(hidden=4)
MAZES = carve(WORLD.maze, 3, seed=1, split="train")
GENOMES = 3 * initial(LAYOUT, 7, generator(1, "test"))


@pytest.fixture(scope="module")
def eaten():
    """What was eaten in each step, bool [N, M, T]."""
    episodes = [[play_episode(genome, LAYOUT, MAZES, maze, WORLD) for maze in range(3)] for genome in GENOMES]
    return np.array([[episode.eaten for episode in row] for row in episodes])


@pytest.mark.parametrize("threads", [1, 2])
def test_pellets_are_those_of_all_mazes(eaten, threads):
    values = objective.pellets(LAYOUT, MAZES, WORLD, Machine(threads))(GENOMES)
    assert values.dtype == np.int32
    assert np.array_equal(values, eaten.sum(axis=(1, 2)))
    assert len(set(values.tolist())) > 1


@pytest.mark.parametrize("every", [1, 2, 8, 24])
def test_pellets_by_step_grow_to_the_pellets(eaten, every):
    values = objective.pellets_by_step(LAYOUT, MAZES, WORLD, every)(GENOMES)
    assert values.dtype == np.int32
    assert values.shape == (7, 24 // every)
    assert np.array_equal(values, eaten.sum(axis=1).cumsum(axis=1)[:, every - 1 :: every])
    assert np.array_equal(values[:, -1], objective.pellets(LAYOUT, MAZES, WORLD)(GENOMES))


def test_pellets_by_maze_grow_to_the_pellets(eaten):
    values = objective.pellets_by_maze(LAYOUT, MAZES, WORLD)(GENOMES)
    assert values.dtype == np.int32
    assert np.array_equal(values, eaten.sum(axis=2).cumsum(axis=1))
    for count in (1, 2, 3):
        assert np.array_equal(values[:, count - 1], objective.pellets(LAYOUT, MAZES.take(range(count)), WORLD)(GENOMES))


@pytest.mark.parametrize("make", [objective.pellets, objective.pellets_by_maze])
def test_a_value_does_not_depend_on_the_other_genomes(make):
    measure = make(LAYOUT, MAZES, WORLD)
    together = measure(GENOMES)
    assert all(np.array_equal(measure(GENOMES[n : n + 1])[0], together[n]) for n in range(7))
