"""Inputs of evaluations are made once in a process, and equal those that are made anew."""

import numpy as np

from sim.imitation.teacher import demonstrate
from sim.landscape.kept_inputs import KEPT, demonstrations, repeated
from sim.rollout.machine import Machine
from sim.world.maze import MazeConfig, MazeSet
from sim.world.rules import World

WORLD = World(maze=MazeConfig(4), lifetime=12)
MAZES = MazeSet(WORLD.maze, 3, "train", range(3))


def test_the_same_arguments_give_the_kept_demonstrations():
    found = demonstrations(MAZES, WORLD, "left", Machine(1))
    made = demonstrate(MAZES.carve(), WORLD, ties="left")
    assert np.array_equal(found.senses, made.senses)
    assert np.array_equal(found.labels, made.labels)
    assert demonstrations(MazeSet(WORLD.maze, 3, "train", (0, 1, 2)), WORLD, "left", Machine(1)) is found
    assert demonstrations(MAZES, WORLD, "ahead", Machine(1)) is not found


def test_all_mazes_are_repeated_in_their_order():
    batch, numbers = repeated(MAZES, 2)
    assert batch.indices.tolist() == [0, 1, 2, 0, 1, 2]
    assert numbers.tolist() == [0, 0, 0, 1, 1, 1]
    assert np.array_equal(batch.pellets[3:], MAZES.carve().pellets)
    assert repeated(MAZES, 2)[0] is batch


def test_only_the_newest_results_are_kept():
    for seed in range(KEPT + 1):
        repeated(MazeSet(WORLD.maze, seed, "train", range(3)), 2)
    assert repeated.cache_info().currsize == KEPT
