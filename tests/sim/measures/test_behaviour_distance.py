"""Noisy twins are a ruler: without noise they behave alike, and the more noise, the less."""

from dataclasses import replace

import numpy as np
import pytest

from agents.layout import initial
from agents.network.symmetry import draw, twin
from sim.measures.behaviour_distance import BehaviourDistance, _jaccard, _over_runs
from sim.rollout.machine import CPU

SMALL = BehaviourDistance(recorded=2, noises=(0.0, 0.1, 1.0), starts=4)


def named(subject, genomes):
    return [replace(subject, name=str(at), genome=genome) for at, genome in enumerate(genomes)]


def test_twins_behave_alike_and_lie_near(subject, evaluation_set):
    moved = [twin(subject.genome, subject.layout, draw(subject.layout, 5, at)) for at in range(4)]
    found = SMALL.compute(named(subject, moved), evaluation_set, CPU)
    assert found["behaviour"].value < 5  # rounding alone
    assert found["aligned"].value == pytest.approx(0, abs=1e-5)
    assert found["alike_far"].value == 0
    assert found["visited"].value < 10


def test_noise_and_strangers_behave_differently(subject, evaluation_set):
    genomes = initial(subject.layout, 5, np.random.default_rng(1))
    found = SMALL.compute(named(subject, genomes), evaluation_set, CPU)
    scatter = found["pairs"]
    by_noise = [np.median(scatter.y[scatter.of == at]) for at in (1, 2, 3)]
    assert by_noise == sorted(by_noise)
    assert scatter.classes == ("pairs of runs", "twins, noise 0", "twins, noise 0.1", "twins, noise 1")
    assert (scatter.of == 0).sum() == found["behaviour"].sample == 10
    assert found["aligned"].value == pytest.approx(found["stranger"].value, rel=0.2)
    assert found["behaviour"].value > found["ruler_behaviour"].value


def test_a_pair_counts_as_often_as_both_runs_are_drawn():
    couples = [(0, 1), (0, 2), (1, 2)]
    values, bounds = _over_runs(np.array([[0.0, 0, 100], [1, 2, 3], [4, 4, 4], [1, 2, 3.0]]), couples, 3, 0)
    assert values == pytest.approx([100 / 3, 2, 4, 2, 1])
    assert bounds[0, 0] <= values[0] <= bounds[1, 0]


def test_the_share_of_cells_that_only_one_visits():
    one, other = np.array([[1, 1, 0, 0]], bool), np.array([[0, 1, 1, 0]], bool)
    assert _jaccard(one, other) == pytest.approx(100 * 2 / 3)
