"""Traces equal plain episodes, and so do the senses and revisits that are computed from them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.layout import Layout, initial
from sim.rollout import play
from sim.rollout.machine import Machine
from sim.rollout.trace import Trace, revisits, senses, trace
from sim.world.life import play_episode
from sim.world.maze import MazeConfig, carve
from sim.world.rules import World


@settings(max_examples=25)
@given(
    seed=st.integers(0, 2**32),
    cell=st.sampled_from(["elman", "gru", "lstm"]),
    counts=st.tuples(st.integers(1, 3), st.integers(1, 35)),
    kind=st.sampled_from(["float32", "float64"]),
    maze=st.builds(MazeConfig, st.integers(4, 9), braid=st.floats(0, 1), pellets=st.floats(0, 1)),
    sight=st.integers(0, 4),
    lifetime=st.integers(1, 16),
    ablate=st.booleans(),
    policy=st.sampled_from(["greedy", "sampled"]),
)
def test_a_trace_equals_the_plain_episode(seed, cell, counts, kind, maze, sight, lifetime, ablate, policy):
    world = World(maze, sight, lifetime)
    mazes = carve(maze, counts[1], seed=seed, split="train")
    layout = world.layout(cell, 5)
    genomes = (3 * initial(layout, counts[0], np.random.default_rng(seed))).astype(kind)
    options = {"ablate": ablate, "policy": policy, "repetition": seed % 3}
    episodes = trace(genomes, layout, mazes, world, **options)
    sensed = senses(episodes, mazes, world)
    assert (episodes.places.dtype, episodes.headings.dtype, episodes.actions.dtype) == (np.int16, np.int8, np.int8)
    assert (episodes.eaten.dtype, sensed.dtype, sensed.shape) == (
        np.bool_,
        np.float32,
        (*counts, lifetime, layout.inputs),
    )
    np.testing.assert_array_equal(episodes.pellets, play(genomes, layout, mazes, world, **options))
    genome, place = seed % counts[0], seed % counts[1]
    episode = play_episode(genomes[genome], layout, mazes, place, world, **options)
    for name in ("places", "headings", "actions", "eaten"):
        np.testing.assert_array_equal(getattr(episodes, name)[genome, place], getattr(episode, name), name)
    np.testing.assert_array_equal(sensed[genome, place], episode.senses)


def test_the_far_corner_of_the_largest_maze_is_recorded():
    world = World(MazeConfig(64), lifetime=3)
    mazes = carve(world.maze, 2, seed=0, split="train")
    mazes.start[:] = 64 * 64 - 1
    layout = world.layout("elman", 3)
    episodes = trace(np.zeros((1, layout.size), np.float32), layout, mazes, world)
    assert episodes.places[0, 0, 0] == 4095


@pytest.mark.parametrize("policy", ["greedy", "sampled"])
def test_threads_change_nothing(policy):
    world = World(MazeConfig(5), lifetime=30)
    mazes = carve(world.maze, 70, seed=1, split="train")
    layout = world.layout("elman", 4)
    genomes = 3 * initial(layout, 1, np.random.default_rng(0))
    one, many = (trace(genomes, layout, mazes, world, policy=policy, machine=Machine(threads)) for threads in (1, 3))
    for name in Trace.__slots__:
        np.testing.assert_array_equal(getattr(one, name), getattr(many, name))


def turner(layout: Layout, action: int):
    """A genome [1, P] that always takes one action."""
    genome = np.zeros((1, layout.size), np.float32)
    layout.split(genome)["output"][0, action, 0] = 1
    return genome


def test_revisits_and_bumps_are_counted(drawn):
    hall = drawn("""
+-+-+-+-+
|> . . .|
+-+-+-+-+
|       |
+-+-+-+-+
|       |
+-+-+-+-+
|       |
+-+-+-+-+
""")
    world = World(MazeConfig(4), lifetime=8)
    layout = world.layout("elman", 2)
    ahead = trace(turner(layout, 0), layout, hall, world)
    assert ahead.places[0, 0].tolist() == [0, 1, 2, 3, 3, 3, 3, 3, 3]
    assert [float(share[0, 0]) for share in revisits(ahead)] == [0, 5 / 8]
    behind = trace(turner(layout, 2), layout, hall, world)
    # west into the wall, then to and fro between the first two cells; the second one is new once
    assert behind.places[0, 0].tolist() == [0, 0, 1, 0, 1, 0, 1, 0, 1]
    assert [float(share[0, 0]) for share in revisits(behind)] == [6 / 8, 1 / 8]


def test_pellets_are_seen_until_they_are_eaten(drawn):
    hall = drawn("""
+-+-+-+-+
|>   . .|
+-+-+-+-+
|       |
+-+-+-+-+
|       |
+-+-+-+-+
|       |
+-+-+-+-+
""")
    for sight, ahead in ((1, [0, 1, 1, 0]), (2, [1, 1, 1, 0]), (4, [1, 1, 1, 0])):
        world = World(MazeConfig(4), sight=sight, lifetime=4)
        layout = world.layout("elman", 2)
        sensed = senses(trace(turner(layout, 0), layout, hall, world), hall, world)
        assert sensed[0, 0, :, 5].tolist() == ahead
        assert not sensed[0, 0, :, 6:].any()
