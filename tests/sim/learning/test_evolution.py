"""Evolution: what a generation plays, and what the history says of it."""

import numpy as np
import pytest

from agents.errors import UserError
from sim.learning.evolution import EvolutionConfig
from sim.learning.learn import learn
from sim.rollout import play
from sim.rollout.machine import Machine
from sim.world.maze import carve
from tests.learners import tiny


def test_the_history_says_what_the_population_ate():
    config = tiny("es", {"generations": 1})
    (record,) = learn(config, machine=Machine(1)).history()
    mazes = carve(config.world.maze, config.mazes, seed=config.seed, split="train")
    fitness = play(config.start().population(), config.layout, mazes, config.world).mean(axis=1)
    assert (record["generation"], record["best"], record["worst"]) == (1, fitness.max(), fitness.min())
    assert record["mean"] == pytest.approx(fitness.mean())


@pytest.mark.parametrize("optimiser", ["es", "genetic", "cma"])
def test_the_next_population_is_the_one_that_an_update_plays(monkeypatch, optimiser):
    played = []

    def spy(genomes, layout, mazes, world, **rest):
        played.append((genomes, mazes.indices))
        return play(genomes, layout, mazes, world, **rest)

    monkeypatch.setattr("sim.learning.evolution.play", spy)
    learner = tiny(optimiser).start(Machine(1))
    for _ in range(2):
        population, mazes = learner.population().copy(), learner.mazes()
        learner.update()
        assert np.array_equal(population, played[-1][0])
        assert np.array_equal(mazes.indices, played[-1][1])


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"generations": 0}, "generations must be from 1 to 1000000000, got 0"),
        ({"mazes": 10**9}, "mazes must be from 1 to 65536, got 1000000000"),
        ({"candidates": 0}, "candidates must be from 1 to 65536, got 0"),
        ({"seed": -1}, r"seed must be from 0 to 2\^64 - 1, got -1"),
        ({"seed": 2**64}, "seed must be from 0"),
        ({"pool": -1}, "pool must be from 0 to 1000000000, got -1"),
        ({"optimiser": "adam"}, "optimiser must be one of es, genetic, cma, got 'adam'"),
        ({"hidden": 1}, "hidden must be from 2"),
    ],
)
def test_settings_beyond_their_limits_are_refused(settings, said):
    with pytest.raises(UserError, match=said):
        EvolutionConfig(**settings)
