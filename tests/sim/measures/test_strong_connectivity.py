"""Twins of one champion lie in one basin; unrelated networks do not, and aligning them all at once helps no less."""

from dataclasses import replace

import numpy as np
import pytest

from agents.layout import initial
from agents.network.symmetry import draw, twin
from sim.measures.strong_connectivity import StrongConnectivity
from sim.rollout.machine import CPU

SMALL = StrongConnectivity(mazes=32, starts=8, rounds=4)


@pytest.fixture
def twins(subject):
    moved = [twin(subject.genome, subject.layout, draw(subject.layout, 3, at)) for at in range(4)]
    return [replace(subject, name=str(at), genome=genome) for at, genome in enumerate(moved)]


def test_twins_of_one_champion_have_no_barrier(twins, evaluation_set):
    found = SMALL.compute(twins, evaluation_set, CPU)
    assert found["mean_barrier_strong"].value == pytest.approx(0, abs=3)  # a permutation rounds sums in another order
    assert found["mean_barrier_raw"].value > 10
    assert found["spread"].value == pytest.approx(0, abs=1e-6)
    assert list(found["by_runs"].x) == [2, 3, 4]
    assert found["by_runs"].y[-1] == pytest.approx(found["mean_barrier_strong"].value)


def test_aligned_strangers_are_nearer_to_their_mean(subject, evaluation_set):
    genomes = initial(subject.layout, 3, np.random.default_rng(0))
    group = [replace(subject, name=str(at), genome=genome) for at, genome in enumerate(genomes)]
    apart = np.linalg.norm(genomes - genomes.mean(0), axis=1).mean() / np.linalg.norm(genomes, axis=1).mean()
    one, other = (SMALL.compute(group, evaluation_set, CPU) for _ in range(2))
    assert one["mean_barrier_strong"] == other["mean_barrier_strong"]
    assert one["spread"].value < apart
    assert one["mean_barrier_strong"].interval is None  # of three runs


def test_the_interval_is_over_runs(twins, evaluation_set):
    found = SMALL.compute(twins, evaluation_set, CPU)
    low, high = found["mean_barrier_raw"].interval
    assert low < found["mean_barrier_raw"].value < high
    assert found["mean_barrier_raw"].sample == 4
    strong = found["mean_barrier_strong"].interval
    assert max(map(abs, strong)) < high - low  # leaving out one of equal genomes changes next to nothing
