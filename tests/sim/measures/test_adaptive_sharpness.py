"""The sharpness of a champion and of its twins is equal, grows with rho, and exceeds that of random changes."""

from dataclasses import replace

import numpy as np
import pytest

from agents.network import symmetry
from sim.measures.adaptive_sharpness import AdaptiveSharpness
from sim.rollout.machine import CPU

SMALL = AdaptiveSharpness(demonstrations=6, steps=10, starts=3, ascent=15)


@pytest.fixture(scope="module")
def found(subject, evaluation_set):
    """What the measure finds of a stored champion."""
    return SMALL.compute(subject, evaluation_set, CPU)


@pytest.mark.parametrize("index", range(3))
def test_twins_have_the_same_sharpness(subject, evaluation_set, found, index):
    """The random starts differ, so they agree as far as the ascents of one champion do."""
    other = symmetry.twin(subject.genome, subject.layout, symmetry.draw(subject.layout, 5, index))
    twin = SMALL.compute(replace(subject, genome=other), evaluation_set, CPU)
    tolerance = 0.01 * found["starts_spread"].value + 1e-6
    assert twin["sharpness"].value == pytest.approx(found["sharpness"].value, rel=tolerance)
    assert tolerance < 0.02


def test_the_first_start_alone_gives_twins_the_same_number(subject, evaluation_set):
    single = replace(SMALL, starts=1)
    other = symmetry.twin(subject.genome, subject.layout, symmetry.draw(subject.layout, 5))
    one, two = (single.compute(replace(subject, genome=g), evaluation_set, CPU) for g in (subject.genome, other))
    assert two["sharpness"].value == pytest.approx(one["sharpness"].value, rel=1e-9)
    assert one["starts_spread"].value == 0


def test_a_small_change_raises_the_loss_by_its_slope(subject, evaluation_set):
    """To first order the rise is rho times the sum over rows of the norms of weights times those of the gradient."""
    from sim.evaluation.loss_episodes import loss_episodes
    from sim.imitation.gradient import cross_entropy
    from sim.landscape.gradients import gradients

    rho, genome = 1e-5, subject.genome.astype(np.float64)
    shown = loss_episodes(subject, evaluation_set, "unseen", 6, 10, CPU)
    slope = gradients(cross_entropy(subject.layout, shown))(genome[None])[1][0]
    rows = subject.layout.rows()
    exact = rho * sum(np.linalg.norm(genome[row]) * np.linalg.norm(slope[row]) for row in rows)
    found = replace(SMALL, rho=rho).compute(subject, evaluation_set, CPU)
    assert found["sharpness"].value == pytest.approx(exact, rel=1e-3)


def test_worse_than_random_changes_and_larger_for_a_larger_rho(subject, evaluation_set, found):
    assert found["sharpness"].value > 2 * found["sharpness_random"].high
    wider = replace(SMALL, rho=0.1).compute(subject, evaluation_set, CPU)
    assert wider["sharpness"].value > found["sharpness"].value > 0


def test_the_change_is_also_bad_in_other_episodes(subject, evaluation_set, found):
    other = found["sharpness_other"]
    assert other.sample == 6
    assert other.low <= other.value <= other.high
    assert other.value != pytest.approx(found["sharpness"].value, rel=1e-6)
    assert other.value > found["sharpness_random"].high


def test_it_is_deterministic_and_the_training_mazes_are_others(subject, evaluation_set, found):
    assert SMALL.compute(subject, evaluation_set, CPU) == found
    pool = replace(SMALL, on="pool").compute(subject, evaluation_set, CPU)
    assert pool["sharpness"].value != found["sharpness"].value
