"""Uncertainty exponents of objectives whose boundaries are known."""

import math

import numpy as np
import pytest

from agents.layout import Layout, initial
from sim.landscape.bowl import null_objective
from sim.landscape.function import FunctionObjective
from sim.landscape.rays import rays
from sim.measures.uncertainty import DISTANCES, disagreements, uncertainty

LAYOUT = Layout(hidden=2)
GENOME = initial(LAYOUT, 1, np.random.default_rng(7))[0]
SIZE = float(np.linalg.norm(GENOME))
SETTINGS = {"radius": 1.0, "seed": 0, "pairs": 4096, "dtype": np.float64}


def across(genomes):
    """A coordinate of genomes [N, P] that spans about [-1, 2] at a distance of 1."""
    return (genomes.astype(np.float64) - GENOME)[:, 1:8].sum(axis=1) / SIZE + 0.5


def half_space(genomes):
    return (across(genomes) > 0.5).astype(np.int32)


def cantor(genomes):
    """The depth, modulo 2, of the gap of Cantor's set that a point lies in; the boundary is the set."""
    x, depth, inside = across(genomes), np.zeros(len(genomes), np.int64), np.ones(len(genomes), np.bool_)
    for _ in range(40):
        digit = np.floor(3 * x)
        inside &= digit != 1
        depth += inside
        x = 3 * x - digit
    return depth % 2


def dust(genomes):
    """White noise, at every distance."""
    return np.floor(1e16 * np.abs(across(genomes)) % 997)


def terraces(genomes):
    """A smooth slope of many levels: any two genomes that are far apart differ."""
    return np.floor(across(genomes) * 3000)


def test_a_smooth_boundary_has_exponent_1():
    found = uncertainty(half_space, GENOME, LAYOUT, **SETTINGS)
    assert found.estimate == pytest.approx(1, abs=0.1)
    assert found.interval[0] < 1 < found.interval[1]
    assert found.samples == 4096
    assert found.decades >= 1


def test_a_genome_without_a_layout_is_measured_too():
    """Without a layout, random directions are isotropic."""
    objective = FunctionObjective.of(half_space)
    found = uncertainty(objective.outcomes, GENOME, None, **{**SETTINGS, "pairs": 16384})
    assert found.estimate == pytest.approx(1, abs=0.1)
    assert found.interval[0] < 1 < found.interval[1]


@pytest.mark.parametrize("radius", [0.05, 0.3, 0.7])
@pytest.mark.parametrize("steep", [0.6, 9.0])
def test_bowls_are_smooth_at_every_radius(radius, steep):
    """Near the champion a fit of distances up to twice the radius found 0.94 to 0.99."""
    slopes = np.random.default_rng(3).standard_normal((LAYOUT.size, 8)) / SIZE

    def stairs(genomes):
        return np.floor((genomes.astype(np.float64) - GENOME) @ slopes * steep / radius + np.arange(8) / 8)

    found = []
    for seed in range(4):
        bowl = null_objective(stairs, GENOME, LAYOUT, radius=radius, seed=seed, samples=1024)
        found.append(uncertainty(bowl, GENOME, LAYOUT, radius=radius, seed=seed, pairs=2048))
    assert np.mean([each.estimate for each in found]) == pytest.approx(1, abs=0.035)
    assert sum(each.interval[0] <= 1 <= each.interval[1] for each in found) >= 3
    assert max(each.scales[each.fitted].max() for each in found) <= 0.2001 * radius


def test_rare_outcomes_that_lie_close_together_do_not_bend_the_fit():
    """Most points have one outcome, and the others have thirty that share a small part of the space."""
    slope = np.random.default_rng(3).standard_normal(LAYOUT.size) / SIZE

    def crowd(genomes):
        height = (genomes.astype(np.float64) - GENOME) @ slope
        return np.minimum(np.floor(np.maximum(height - 1, 0) * 30), 30)

    _, most = disagreements(crowd, GENOME, LAYOUT, **SETTINGS)
    assert most < 0.4
    found = uncertainty(crowd, GENOME, LAYOUT, **{**SETTINGS, "pairs": 16384})
    assert found.values[found.fitted].max() <= most / 8 * 1.05
    assert found.interval[0] < 1 < found.interval[1]


def test_cantors_set():
    known = 1 - math.log(2) / math.log(3)
    found = uncertainty(cantor, GENOME, LAYOUT, **{**SETTINGS, "pairs": 16384})
    assert found.estimate == pytest.approx(known, abs=0.03)
    assert found.interval[0] < known < found.interval[1]
    assert found.decades >= 3


def test_noise_has_exponent_0_and_is_reported_as_saturated():
    found = uncertainty(dust, GENOME, LAYOUT, **SETTINGS)
    assert found.estimate == pytest.approx(0, abs=0.005)
    assert found.saturated


def test_saturation_does_not_make_a_smooth_slope_fractal():
    found = uncertainty(terraces, GENOME, LAYOUT, **SETTINGS)
    assert found.estimate == pytest.approx(1, abs=0.1)
    assert not found.saturated
    used = found.values > 0
    naive = np.polyfit(np.log(found.scales[used]), np.log(found.values[used]), 1)[0]
    assert naive < 0.75


def test_several_outcomes_are_pooled():
    def both(genomes):
        return np.stack([half_space(genomes), cantor(genomes)], axis=1)

    alone = [uncertainty(objective, GENOME, LAYOUT, **SETTINGS) for objective in (half_space, cantor)]
    pooled = uncertainty(both, GENOME, LAYOUT, **SETTINGS)
    np.testing.assert_allclose(pooled.values, (alone[0].values + alone[1].values) / 2)


def test_pairs_have_the_distances_that_they_should():
    seen = []

    def spy(genomes):
        seen.append(genomes.copy())
        return np.zeros(len(genomes))

    disagreements(spy, GENOME, LAYOUT, radius=0.3, seed=1, pairs=20, dtype=np.float64)
    base, *partners = seen
    np.testing.assert_allclose(np.linalg.norm(base - GENOME, axis=1), 0.3 * SIZE)
    for distance, partner in zip(DISTANCES, partners, strict=True):
        np.testing.assert_allclose(np.linalg.norm(partner - base, axis=1), distance * SIZE, rtol=1e-6)
        np.testing.assert_allclose(partners[-1] - base, (DISTANCES[-1] / distance) * (partner - base), atol=1e-9)


def test_the_first_pairs_do_not_depend_on_how_many_there_are():
    few, many = (disagreements(half_space, GENOME, LAYOUT, **{**SETTINGS, "pairs": pairs})[0] for pairs in (700, 3000))
    assert np.array_equal(many[:700], few)
    other = disagreements(half_space, GENOME, LAYOUT, **{**SETTINGS, "pairs": 700, "seed": 1})[0]
    assert (other != few).any()


def test_a_constant_objective_has_no_exponent():
    found = uncertainty(lambda genomes: np.zeros(len(genomes)), GENOME, LAYOUT, radius=1, seed=0, pairs=50)
    assert math.isnan(found.estimate)
    assert not found.values.any()


def test_the_rays_of_these_tests_reach_both_sides():
    x = across(GENOME + rays(GENOME.astype(float), LAYOUT, 1000, np.random.default_rng(0)))
    assert 0.2 < np.mean(x > 0.5) < 0.8
