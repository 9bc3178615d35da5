"""Objectives, against the oracle of one episode."""

import numpy as np
import pytest

from agents.layout import initial
from agents.randomness import generator
from sim.imitation.loss import cross_entropy
from sim.imitation.teacher import demonstrate
from sim.landscape import objective
from sim.landscape.smoothing import smooth
from sim.rollout import play
from sim.rollout.machine import Machine
from sim.world.life import play_episode
from sim.world.maze import MazeConfig, carve
from sim.world.rules import World

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


@pytest.mark.parametrize("every", [None, 8])
def test_the_expected_return_is_the_mean_of_sampled_lives(every):
    values = objective.expected_return(LAYOUT, MAZES, WORLD, 5, every=every)(GENOMES)
    lives = [
        [play_episode(GENOMES[2], LAYOUT, MAZES, maze, WORLD, policy="sampled", repetition=each) for maze in range(3)]
        for each in range(5)
    ]
    eaten = np.array([[life.eaten for life in row] for row in lives]).sum(axis=(0, 1)).cumsum()
    assert values.dtype == np.float64
    assert np.array_equal(values[2], eaten[7::8] / 5 if every else eaten[-1] / 5)
    assert (values % 1).any()


def test_imitation_is_the_loss_of_all_episodes():
    lessons = demonstrate(MAZES, WORLD)
    values = objective.imitation(LAYOUT, lessons)(GENOMES)
    assert values.dtype == np.float64
    assert values == pytest.approx(cross_entropy(GENOMES, LAYOUT, lessons).sum(axis=1), rel=1e-14)


@pytest.mark.parametrize("name", ["return", "imitation"])
def test_a_smooth_value_does_not_depend_on_the_other_genomes(name):
    if name == "return":
        measure = objective.expected_return(LAYOUT, MAZES, WORLD, 4)
    else:
        measure = objective.imitation(LAYOUT, demonstrate(MAZES, WORLD))
    for base in (measure, smooth(measure, 0.1, 4)):
        together = base(GENOMES)
        assert all(np.array_equal(base(GENOMES[n : n + 1])[0], together[n]) for n in range(7))
        assert len(set(together.tolist())) == 7


@pytest.mark.parametrize("most", [1, 3 * 24 * 3, 3 * 24 * 7])
def test_values_do_not_depend_on_how_many_counts_fit_in_memory(monkeypatch, most):
    makes = (
        lambda: objective.pellets(LAYOUT, MAZES, WORLD),
        lambda: objective.pellets_by_step(LAYOUT, MAZES, WORLD, 1),
        lambda: objective.pellets_by_maze(LAYOUT, MAZES, WORLD),
        lambda: objective.expected_return(LAYOUT, MAZES, WORLD, 2, every=8),
    )
    whole = [make()(GENOMES) for make in makes]
    monkeypatch.setattr(objective, "MOST_COUNTS", most)
    counted = []

    def playing(genomes, *arguments, **options):
        counts = play(genomes, *arguments, **options)
        counted.append((len(genomes), counts.size))
        return counts

    monkeypatch.setattr(objective, "play", playing)
    for make, values in zip(makes, whole, strict=True):
        np.testing.assert_array_equal(make()(GENOMES), values)
    assert all(genomes == 1 or counts <= most for genomes, counts in counted)
