"""The evolution strategy of Salimans et al. climbs, and equals the equations of the papers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from agents.optimisers.openai_es import OpenAIES, OpenAIESConfig, centred_ranks


def ellipsoid(genomes):
    return -((np.arange(1, 11) * (genomes.astype(np.float64) - 0.5)) ** 2).sum(-1)


def test_it_climbs_an_ellipsoid():
    config = OpenAIESConfig(population=50, sigma=0.05, learning_rate=0.02, weight_decay=0)
    optimiser = OpenAIES(config, np.full(10, -1, np.float32), 1)
    start = ellipsoid(optimiser.candidates(1))[0]
    for _ in range(300):
        optimiser.tell(ellipsoid(optimiser.ask()))
    assert start < -800
    assert ellipsoid(optimiser.candidates(1))[0] > -0.05


def test_samples_come_in_mirrored_pairs_around_the_mean():
    optimiser = OpenAIES(OpenAIESConfig(population=400, sigma=0.3), np.full(50, 2, np.float32), 1)
    plus, minus = np.split(optimiser.ask().astype(np.float64), 2)
    np.testing.assert_allclose((plus + minus) / 2, 2, atol=1e-6)
    assert (plus - minus).std() / 2 == pytest.approx(0.3, rel=0.02)


def test_the_first_step_of_adam_follows_the_sign_of_the_gradient():
    config = OpenAIESConfig(population=400, learning_rate=0.01, weight_decay=0)
    optimiser = OpenAIES(config, np.zeros(3, np.float32), 1)
    optimiser.tell(optimiser.ask() @ np.array([3.0, -2.0, 1.0]))
    np.testing.assert_allclose(optimiser.candidates(1), [[0.01, -0.01, 0.01]], rtol=1e-4)


def test_equal_values_change_the_mean_by_weight_decay_alone():
    start = np.array([1.0, -2.0], np.float32)
    still = OpenAIES(OpenAIESConfig(population=10, weight_decay=0), start, 1)
    shrinking = OpenAIES(OpenAIESConfig(population=10, learning_rate=0.1, decay=1.0, weight_decay=0.5), start, 1)
    for optimiser in (still, shrinking):
        for _ in range(3):
            optimiser.tell(np.full(10, 7.0))
    np.testing.assert_array_equal(still.candidates(1), start[None])
    np.testing.assert_allclose(shrinking.candidates(1), start[None] * 0.95**3, rtol=1e-6)


def test_it_equals_the_equations_of_the_papers():
    config = OpenAIESConfig(population=6, sigma=0.2, learning_rate=0.1, decay=0.9, weight_decay=0.3)
    optimiser = OpenAIES(config, np.array([0.5, -1.0], np.float32), 1)
    mean, first, second = np.array([0.5, -1.0]), np.zeros(2), np.zeros(2)
    for step in range(1, 5):
        asked = optimiser.ask()
        values = [5.0, 1.0, 4.0, 0.0, 2.0, 3.0]
        gradient = sum(v / 5 * (x - mean) / 0.2 for v, x in zip(values, asked.astype(np.float64), strict=True)) / (
            6 * 0.2
        )
        first, second = 0.9 * first + 0.1 * gradient, 0.999 * second + 0.001 * gradient**2
        unbiased = first / (1 - 0.9**step), second / (1 - 0.999**step)
        rate = 0.1 * 0.9 ** (step - 1)
        mean = mean - rate * 0.3 * mean + rate * unbiased[0] / np.sqrt(unbiased[1])
        optimiser.tell(values)
        np.testing.assert_allclose(optimiser.candidates(1)[0], mean, rtol=1e-4)


def test_ties_share_their_mean_rank():
    np.testing.assert_allclose(centred_ranks(np.array([2.0, 1.0, 2.0, 5.0, 1.0])), [0.125, -0.375, 0.125, 0.5, -0.375])


@given(arrays(np.float64, st.integers(2, 30), elements=st.floats(-5, 5)))
def test_ranks_are_centred_and_ordered(values):
    ranks = centred_ranks(values)
    assert ranks.sum() == pytest.approx(0, abs=1e-9)
    assert abs(ranks).max() <= 0.5
    np.testing.assert_array_equal(np.sign(ranks[:, None] - ranks), np.sign(values[:, None] - values))
