"""The genetic algorithm climbs, and selects, mutates and crosses as its settings say."""

import numpy as np
import pytest

from agents.optimisers.genetic import Genetic, GeneticConfig


def sphere(genomes):
    return -(genomes.astype(np.float64) ** 2).sum(-1)


def test_it_climbs_the_sphere():
    optimiser = Genetic(
        GeneticConfig(population=100, parents=20, elites=4, sigma=0.1, decay=0.98), np.ones(10, np.float32), 1
    )
    for _ in range(200):
        optimiser.tell(sphere(optimiser.ask()))
    assert sphere(optimiser.candidates(1))[0] > -1e-3


def test_elites_stay_unchanged_and_the_best_never_gets_worse():
    optimiser = Genetic(GeneticConfig(population=30, parents=8, elites=3), np.ones(5, np.float32), 1)
    best = -np.inf
    for _ in range(30):
        population = optimiser.ask()
        values = sphere(population)
        elite = population[np.argsort(-values, kind="stable")[:3]]
        optimiser.tell(values)
        np.testing.assert_array_equal(optimiser.ask()[:3], elite)
        np.testing.assert_array_equal(optimiser.candidates(3), elite)
        assert values.max() >= best
        best = values.max()


def test_the_first_generation_is_the_start_and_mutants_of_it():
    start = np.random.default_rng(0).standard_normal((4, 6)).astype(np.float32) * 100
    population = Genetic(GeneticConfig(population=20, parents=4, elites=1, sigma=0.01), start, 3).ask()
    np.testing.assert_array_equal(population[:4], start)
    distance = np.abs(population[4:, None] - start).max(-1).min(1)
    assert 0 < distance.min() <= distance.max() < 0.1


def test_a_start_larger_than_the_population_is_cut():
    start = np.random.default_rng(0).standard_normal((9, 6)).astype(np.float32)
    population = Genetic(GeneticConfig(population=5, parents=4, elites=1), start, 3).ask()
    np.testing.assert_array_equal(population, start[:5])


def test_ties_go_to_the_lowest_index():
    start = np.arange(12, dtype=np.float32)[:, None]
    optimiser = Genetic(GeneticConfig(population=12, parents=5, elites=5), start, 3)
    optimiser.tell([0, 1, 2, 1, 2, 0, 1, 0, 0, 1, 0, 0])
    assert optimiser.ask()[:5, 0].tolist() == [2, 4, 1, 3, 6]


def test_only_parents_have_children():
    start = np.arange(10, dtype=np.float32)[:, None] * 100
    optimiser = Genetic(GeneticConfig(population=10, parents=3, elites=0, sigma=0.01), start, 3)
    optimiser.tell(np.arange(10))
    assert set(np.round(optimiser.ask()[:, 0], -2)) <= {700.0, 800.0, 900.0}
    assert len(optimiser.candidates(10)) == 3


@pytest.mark.parametrize("decay", [1.0, 0.5])
def test_mutations_are_normal_with_the_stated_sigma(decay):
    optimiser = Genetic(
        GeneticConfig(population=200, parents=1, elites=0, sigma=0.3, decay=decay), np.zeros(500, np.float32), 3
    )
    for generation in range(1, 4):
        optimiser.tell(np.zeros(200))
        steps = optimiser.ask() - optimiser.candidates(1)
        assert steps.std() == pytest.approx(0.3 * decay**generation, rel=0.01)
        assert abs(steps.mean()) < 0.01


def test_crossover_takes_each_weight_from_either_parent():
    start = np.stack([np.zeros(2000), np.full(2000, 100.0)]).astype(np.float32)
    config = GeneticConfig(population=40, parents=2, elites=0, sigma=0.01, crossover=1.0)
    optimiser = Genetic(config, start, 3)
    optimiser.tell(np.arange(40) < 2)
    share = np.round(optimiser.ask() / 100).mean(1)
    mixed = share[(share > 0) & (share < 1)]
    assert 10 <= len(mixed) <= 30
    np.testing.assert_allclose(mixed, 0.5, atol=0.06)
