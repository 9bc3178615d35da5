"""Banks of observations are what episodes sensed."""

import numpy as np

from agents.layout import initial
from agents.network.response import respond
from agents.network.similarity import linear_cka
from agents.network.symmetry import draw, twin
from sim.evaluation.observations import observe
from sim.rollout.machine import Machine
from sim.world.life import play_episode
from sim.world.maze import MazeConfig, carve
from sim.world.rules import World

WORLD = World(MazeConfig(5), sight=2, lifetime=12)
MAZES = carve(WORLD.maze, 3, seed=0, split="train")
LAYOUT = WORLD.layout(hidden=4)
GENOMES = initial(LAYOUT, 2, np.random.default_rng(0))


def test_a_bank_holds_each_genome_in_each_maze():
    bank = observe(GENOMES, LAYOUT, MAZES, WORLD, Machine(1))
    assert bank.shape == (6, 12, LAYOUT.inputs)
    for genome in range(2):
        for maze in range(3):
            episode = play_episode(GENOMES[genome], LAYOUT, MAZES, maze, WORLD)
            np.testing.assert_array_equal(bank[3 * genome + maze], episode.senses)
    np.testing.assert_array_equal(respond(GENOMES[1], LAYOUT, bank).hidden[5], episode.hidden)


def test_a_twin_answers_alike_and_a_stranger_does_not():
    bank = observe(GENOMES, LAYOUT, MAZES, WORLD, Machine(1))
    other = twin(GENOMES[0], LAYOUT, draw(LAYOUT, 0))
    answers = [respond(genome, LAYOUT, bank).outputs.reshape(-1, 4) for genome in (*GENOMES, other)]
    assert linear_cka(answers[0], answers[2]) > 1 - 1e-9
    assert linear_cka(answers[0], answers[1]) < 0.9
