"""The ruggedness of objectives whose correlation is known."""

import math

import numpy as np
import pytest

from agents.layout import Layout, initial
from sim.landscape.rays import rays
from sim.measures.ruggedness import LAGS, LENGTH, correlation_length, covariances
from sim.statistics.bootstrap import interval

LAYOUT = Layout(hidden=8)
GENOME = initial(LAYOUT, 1, np.random.default_rng(7))[0]
NORM = float(np.linalg.norm(GENOME))
SLOPE = rays(GENOME.astype(float), LAYOUT, 1, np.random.default_rng(8))[0]


def slope(genomes):
    return (genomes - GENOME) @ SLOPE


def noise(genomes):
    return np.floor(1e9 * np.abs(slope(genomes.astype(np.float64))) % 997)


def walk(objective, **settings):
    return covariances(objective, GENOME, LAYOUT, **{"step": 0.1, "radius": 0.5, "seed": 0, "walks": 128, **settings})


def correlation(found):
    return found.mean(axis=0) / found[:, 0].mean()


@pytest.mark.parametrize("step", [0.1, 0.3])
def test_the_correlation_of_a_slope_is_that_of_the_walk(step):
    found = walk(slope, step=step, walks=256)
    # a step of s at radius r keeps 1 / sqrt(1 + (s/r)^2) of the position
    kept = 1 / math.sqrt(1 + (step / 0.5) ** 2)
    np.testing.assert_allclose(correlation(found)[:6], kept ** np.arange(6), atol=0.06)
    length = correlation_length(found)
    assert length == pytest.approx(-1 / math.log(kept), rel=0.2)
    low, high = interval(found, correlation_length, seed=0)
    assert low < -1 / math.log(kept) * 1.1
    assert low < length < high


def test_noise_has_no_correlation_length():
    found = walk(noise)
    assert found.shape == (128, LAGS)
    assert np.abs(correlation(found)[1:]).max() < 5 / math.sqrt(128 * 96)
    assert correlation_length(found) < 0.4


def test_walks_stay_at_their_radius_and_have_the_given_step():
    seen = []

    def spy(genomes):
        seen.append(genomes.astype(np.float64))
        return slope(genomes)

    walk(spy, step=0.01, walks=4)
    path = np.array(seen)
    assert path.shape == (LENGTH + 1, 4, LAYOUT.size)
    np.testing.assert_allclose(np.linalg.norm(path - GENOME, axis=2), 0.5 * NORM, rtol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(np.diff(path, axis=0), axis=2), 0.01 * NORM, rtol=0.2)


def test_the_seed_names_the_walks():
    first, again, other = (walk(slope, seed=seed, walks=32).tolist() for seed in (1, 1, 2))
    assert first == again != other


def test_a_constant_objective_has_no_covariance():
    found = walk(lambda genomes: np.ones(len(genomes)))
    assert not found.any()
    assert correlation_length(found) == math.inf
