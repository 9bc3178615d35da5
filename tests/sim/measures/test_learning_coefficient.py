"""Learning coefficients of planted chains and of stored champions; those of planted losses stand with the chains."""

import math
from dataclasses import replace

import numpy as np
import pytest

from sim.evaluation.loss_episodes import loss_episodes
from sim.landscape.langevin import Chains
from sim.measures.learning_coefficient import LearningCoefficient, describe, inverse_temperature
from sim.rollout.machine import CPU

SMALL = LearningCoefficient(demonstrations=4, steps=8, chains=4, burn=60, draws=60)


@pytest.fixture(scope="module")
def found(subject, evaluation_set):
    """What the measure finds of a stored champion."""
    return SMALL.compute(subject, evaluation_set, CPU)


def planted(mean, *, size=8, beta=100.0, chains=6):
    """What is described of chains around a minimum of loss 1, whose n beta (loss - 1) is near a mean."""
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, (chains, 400))
    return describe(Chains(1 + (mean + noise) / beta, 1.0, 0.6, 1.0), beta, 1.0, size)


def test_the_inverse_temperature_is_n_by_its_logarithm():
    assert inverse_temperature(1000) == 1000 / math.log(1000)


def test_chains_at_a_minimum_give_their_mean_and_are_not_doubtful():
    found = planted(4.0)
    for name in ("llc", "llc_lowest"):
        assert found[name].value == pytest.approx(4, abs=0.05)
        assert found[name].low < 4 < found[name].high
        assert not found[name].doubtful
    assert found["llc_share"].value == pytest.approx(100, abs=1)  # half of 8 weights
    assert found["excess_loss"].y == pytest.approx(np.full(400, 4), abs=1)
    assert found["llc"].sample == 6


def test_chains_below_the_champion_make_only_its_own_coefficient_doubtful():
    chains = Chains(1 + np.random.default_rng(0).uniform(-0.05, -0.04, (6, 400)), 1.0, 0.6, 1.0)
    found = describe(chains, 100.0, 0.9, 8)
    assert found["llc"].value < 0 < found["llc_lowest"].value
    assert found["llc"].doubtful
    assert "100 % of the draws have a lower loss" in found["llc"].note
    assert not found["llc_lowest"].doubtful


def test_chains_that_drift_are_doubtful():
    drift = np.linspace(0, 1, 400) + np.random.default_rng(0).uniform(0, 0.1, (6, 400))
    found = describe(Chains(1 + drift, 1.0, 0.6, 1.0), 100.0, 1.0, 8)
    assert found["llc"].doubtful
    assert found["llc_lowest"].doubtful
    assert "chains disagree" in found["llc_lowest"].note


def test_the_interval_is_students():
    from scipy.stats import ttest_1samp

    rng = np.random.default_rng(1)
    losses = 1 + rng.uniform(0, 1, (6, 400)) + rng.uniform(0, 0.01, (6, 1))
    found = describe(Chains(losses, 1.0, 0.6, 1.0), 10.0, 1.0, 8)["llc"]
    theirs = ttest_1samp(10 * (losses.mean(1) - 1), 0).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high))


def test_a_strong_pull_leaves_the_coefficient_of_a_slope_and_a_bend(subject, evaluation_set):
    """With a pull g far above n beta |H|, the density is normal and n beta E[L - L(w*)] = n beta tr H / 2 g + slope.

    The mode moves by -n beta slope / g, which lowers the loss by n beta |slope|^2 / g.
    """
    from sim.imitation.gradient import cross_entropy
    from sim.landscape.dense_hessian import dense_hessian
    from sim.landscape.gradients import gradients

    shown = loss_episodes(subject, evaluation_set, "unseen", 4, 8, CPU)
    loss, genome = cross_entropy(subject.layout, shown), subject.genome.astype(np.float64)
    slope = gradients(loss)(genome[None])[1][0]
    beta, pull = inverse_temperature(shown.labelled_steps), 1e5
    exact = beta * np.trace(dense_hessian(loss, genome)) / (2 * pull) - (beta * np.linalg.norm(slope)) ** 2 / pull
    many = replace(SMALL, localisation=pull, chains=32, draws=100)
    found = many.compute(subject, evaluation_set, CPU)["llc"]
    assert found.value == pytest.approx(exact, abs=2 * (found.high - found.low))
    assert found.high - found.low < 0.2 * abs(exact) + 0.01


def test_of_a_stored_champion(subject, found):
    low = found["llc_lowest"]
    assert 0 < low.value < subject.genome.size / 2
    assert found["llc"].value < low.value  # an evolved champion is at no minimum
    assert found["llc"].doubtful
    assert found["llc_share"].value == pytest.approx(200 * low.value / subject.genome.size)
    assert found["excess_loss"].x.size == 60


def test_it_is_deterministic_and_the_training_mazes_are_others(subject, evaluation_set, found):
    assert SMALL.compute(subject, evaluation_set, CPU)["llc"] == found["llc"]
    pool = replace(SMALL, on="pool").compute(subject, evaluation_set, CPU)
    assert pool["llc"].value != found["llc"].value


def test_too_few_labelled_steps_have_no_temperature(subject, evaluation_set):
    single = replace(SMALL, demonstrations=1, steps=1).compute(subject, evaluation_set, CPU)
    assert single["llc"].value is None
    assert single["llc"].note == "too few labelled steps"
