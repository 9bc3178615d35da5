"""The champion is replaced only by a better genome, and is read back from a checkpoint."""

from dataclasses import replace

import numpy as np

from agents.layout import initial
from agents.randomness import generator
from sim.learning.champion import Champion, choose
from sim.learning.evolution import EvolutionConfig
from sim.rollout import play
from sim.rollout.machine import CPU
from sim.world.maze import MazeConfig, carve
from sim.world.rules import World

SETTING = EvolutionConfig(hidden=4, validation=3, world=World(MazeConfig(size=5), lifetime=20))
MAZES = carve(SETTING.world.maze, 3, seed=0, split="validation")
GENOMES = initial(SETTING.layout, 20, generator(1, "test/champion"))
PELLETS = play(GENOMES, SETTING.layout, MAZES, SETTING.world).sum(axis=1)
ORDER = np.argsort(PELLETS, kind="stable")


def test_the_first_champion_is_the_best_of_the_candidates():
    first = choose(None, GENOMES, 5, SETTING, MAZES, CPU)
    assert first.pellets == PELLETS.max() > PELLETS.min()
    assert first.genome.tobytes() == GENOMES[PELLETS.argmax()].tobytes()
    assert first.generation == 5


def test_a_champion_is_replaced_only_by_a_better_one():
    first = choose(None, GENOMES, 5, SETTING, MAZES, CPU)
    assert choose(first, GENOMES, 6, SETTING, MAZES, CPU) is first
    poor = Champion(GENOMES[ORDER[0]], int(PELLETS[ORDER[0]]), 1)
    assert choose(poor, GENOMES[ORDER[-1:]], 6, SETTING, MAZES, CPU).generation == 6


def test_a_champion_is_read_back_from_a_checkpoint_and_knows_its_origin():
    champion = Champion(GENOMES[3], 12, 7)
    back = Champion.from_state(champion.state(), champion.genome.size)
    assert (back.genome.tobytes(), back.pellets, back.generation) == (GENOMES[3].tobytes(), 12, 7)
    published = back.as_genome(SETTING)
    assert published.layout == SETTING.layout
    about = {"method": "evolve (es)", "seed": 0, "generation": 7, "validation_pellets": 4.0}
    assert published.provenance == about


def test_the_last_champion_is_the_first_candidate_even_if_it_eats_less():
    last = replace(SETTING, choose="last")
    best = Champion(GENOMES[ORDER[-1]], int(PELLETS[ORDER[-1]]), 1)
    chosen = choose(best, GENOMES[ORDER[[0, -1]]], 6, last, MAZES, CPU)
    assert (chosen.pellets, chosen.generation) == (PELLETS[ORDER[0]], 6)
    assert choose(chosen, GENOMES[ORDER[:1]], 7, last, MAZES, CPU) is chosen
