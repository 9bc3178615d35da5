"""States of one distribution fall into empty regions in 1 % of cases, and states elsewhere almost always."""

from dataclasses import replace

import numpy as np
import pytest

from sim.evaluation.training_set import training_episodes
from sim.measures.hidden_states import HiddenStates, kth_distance
from sim.rollout.machine import CPU

RNG = np.random.default_rng(0)


def test_the_null_share_is_one_percent_and_a_shift_is_found():
    reference = RNG.normal(size=(4000, 5))
    held_out, same, shifted = (RNG.normal(size=(40, 100, 5)) + shift for shift in (0, 0, 8))
    most = np.quantile(kth_distance(held_out, reference, 10), 0.99)
    assert (kth_distance(same, reference, 10) > most).mean() == pytest.approx(0.01, abs=0.006)
    assert (kth_distance(shifted, reference, 10) > most).mean() > 0.99


def test_the_distance_is_that_of_the_kth_nearest():
    assert kth_distance(np.array([[[0.0]]]), np.array([[1.0], [-2.0], [5.0]]), 2)[0, 0] == 2
    assert kth_distance(np.array([[[0.0]]]), np.array([[1.0]]), 9)[0, 0] == 1


def test_a_champion_that_met_many_mazes_is_measured(subject, evaluation_set):
    found = HiddenStates(recorded=30, every=8).compute(subject, evaluation_set, CPU)
    assert 0 <= found["dead_share"].value <= 20
    assert found["dead_share_pool"].sample == 10
    assert set(found) == {"dead_share", "dead_share_pool", "states_training", "states_unseen", "states_dead"}
    assert set(np.unique(found["states_training"].of)) <= {0, 1, 2, 3}


def test_mazes_of_a_small_pool_are_played_several_times(subject):
    pooled = replace(subject, record=replace(subject.record, pool=4, mazes=4))
    mazes, repetitions = training_episodes(pooled, 10)
    assert mazes.indices.tolist() == [0, 1, 2, 3] * 2 + [0, 1]
    assert repetitions.tolist() == [0] * 4 + [1] * 4 + [2] * 2
    fresh, once = training_episodes(replace(subject, record=replace(subject.record, pool=0, mazes=100)), 10)
    assert fresh.indices.tolist() == list(range(90, 100))
    assert not once.any()
