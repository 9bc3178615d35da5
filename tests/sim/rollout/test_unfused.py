"""The unfused twin: its engines agree to the last bit, and its results differ from the fused ones."""

import os
import subprocess
import sys

import pytest

SCRIPT = """
import numpy as np

import numba

from agents.engine import exact
from agents.engine.target import limit_kernels
from agents.network.cells import CELLS, PlainNetwork, forward
from agents.layout import initial
from agents.engine.tile import LANES
from sim.world.life import play_episode
from sim.world.maze import carve
from sim.rollout import play
from sim.world.rules import World

limit_kernels()  # the next kernel is not one of ours, which would do so


@numba.njit(error_model="numpy")
def step_of_tile(cell, hidden, weights, source, gates, extra, outputs):
    forward(cell, hidden, weights, source, gates, extra, outputs)


world = World(lifetime=60)
layout = world.layout("elman", 16)
rng = np.random.default_rng(0)
for kind in (np.float32, np.float64):
    x = np.linspace(-3, 3, 1000, dtype=kind)
    print((exact.fma(x, x, x) != x * x + x).any())

    genomes = (2.5 * initial(layout, 3, rng)).astype(kind)
    mazes = carve(world.maze, 16, seed=1, split="test")
    counts = play(genomes, layout, mazes, world, every=1)
    episodes = [play_episode(genome, layout, mazes, 7, world) for genome in genomes]
    np.testing.assert_array_equal(counts[:, 7], [np.cumsum(episode.eaten) for episode in episodes])

    source = np.zeros((16 + layout.inputs, LANES), kind)
    gates, extra = np.zeros((64, LANES), kind), np.zeros_like(source)
    outputs, network = np.zeros((layout.outputs, LANES), kind), PlainNetwork(layout, genomes[0])
    for step in range(60):
        source[16:] = episodes[0].senses[step][:, None]
        step_of_tile(CELLS.index("elman"), 16, genomes[0], source, gates, extra, outputs)
        expected = network.forward(episodes[0].senses[step])
        np.testing.assert_array_equal(outputs, np.repeat(expected[:, None], LANES, axis=1))
        np.testing.assert_array_equal(source[:16], np.repeat(network.hidden[:, None], LANES, axis=1))
        np.testing.assert_array_equal(episodes[0].hidden[step], network.hidden)
    print(network.hidden.tobytes().hex())
"""


@pytest.fixture(scope="module")
def printed():
    """The output of the script, fused and unfused; each in its own process, as a process cannot change its kind."""

    def run(unfused):
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env={**os.environ, "FORAGESCAPE_UNFUSED": unfused},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.split()

    return {unfused: run(unfused) for unfused in ("0", "1")}


def test_each_twin_rounds_as_it_should(printed):
    assert printed["0"][::2] == ["True", "True"]
    assert printed["1"][::2] == ["False", "False"]


def test_the_hidden_states_of_the_twins_differ(printed):
    assert all(fused != unfused for fused, unfused in zip(printed["0"][1::2], printed["1"][1::2], strict=True))
