"""Uncertainty exponents of objectives whose boundaries are known."""

import math

import numpy as np
import pytest

from agents.errors import UserError
from agents.layout import Layout, initial
from sim.landscape.function import FunctionObjective
from sim.landscape.rays import rays
from sim.measures.uncertainty import DISTANCES, disagreements, uncertainty, uncertainty_by_outcome

LAYOUT = Layout(hidden=2)
GENOME = initial(LAYOUT, 1, np.random.default_rng(7))[0]
SIZE = float(np.linalg.norm(GENOME))
SETTINGS = {"radius": 1.0, "seed": 0, "pairs": 4096, "dtype": np.float64}


def across(genomes):
    """A coordinate of genomes [N, P] that spans about [-1, 2] at a radius of one norm."""
    return (genomes.astype(np.float64) - GENOME)[:, 1:8].sum(axis=1) / SIZE + 0.5


def half_space(genomes):
    return (across(genomes) > 0.5).astype(np.int32)


def cantor(genomes):
    """Which of the gaps of Cantor's set a point is in, by their depth, modulo 2; the boundary is the set."""
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
    """By an objective that is not ours: rays go evenly in all directions."""
    objective = FunctionObjective.of(half_space)
    found = uncertainty(objective.outcomes, GENOME, None, **{**SETTINGS, "pairs": 16384})
    assert found.estimate == pytest.approx(1, abs=0.1)
    assert found.interval[0] < 1 < found.interval[1]


def test_cantors_set():
    known = 1 - math.log(2) / math.log(3)
    found = uncertainty(cantor, GENOME, LAYOUT, **SETTINGS)
    assert found.estimate == pytest.approx(known, abs=0.03)
    assert found.interval[0] < known < found.interval[1]
    assert found.decades >= 4


def test_noise_has_exponent_0_and_says_that_it_is_saturated():
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


def test_outcomes_are_pooled_or_kept_apart():
    def both(genomes):
        return np.stack([half_space(genomes), cantor(genomes)], axis=1)

    apart = uncertainty_by_outcome(both, GENOME, LAYOUT, **SETTINGS)
    alone = [uncertainty(objective, GENOME, LAYOUT, **SETTINGS) for objective in (half_space, cantor)]
    assert [each.estimate for each in apart] == [each.estimate for each in alone]
    pooled = uncertainty(both, GENOME, LAYOUT, **SETTINGS)
    np.testing.assert_allclose(pooled.values, (alone[0].values + alone[1].values) / 2)


def test_pairs_lie_where_they_should():
    seen = []

    def spy(genomes):
        seen.append(genomes.copy())
        return np.zeros(len(genomes))

    disagreements(spy, GENOME, LAYOUT, radius=0.3, seed=1, distances=[1e-2, 1e-4], pairs=20, dtype=np.float64)
    base, near, far = seen
    np.testing.assert_allclose(np.linalg.norm(base - GENOME, axis=1), 0.3 * SIZE)
    np.testing.assert_allclose(np.linalg.norm(near - base, axis=1), 1e-4 * SIZE, rtol=1e-6)
    np.testing.assert_allclose(far - base, 100 * (near - base), atol=1e-12)


def test_more_pairs_only_add():
    settings = {**SETTINGS, "distances": [1e-2, 1e-1]}
    few, many = (disagreements(half_space, GENOME, LAYOUT, **{**settings, "pairs": n})[0] for n in (700, 3000))
    assert np.array_equal(many[:700], few)
    other = disagreements(half_space, GENOME, LAYOUT, **{**settings, "pairs": 700, "seed": 1})[0]
    assert (other != few).any()


@pytest.mark.parametrize(("distances", "kind"), [(DISTANCES, np.float32), ((1e-7, 1e-3), np.float64)])
def test_arithmetic_follows_the_smallest_distance(distances, kind):
    def spy(genomes):
        assert genomes.dtype == kind
        return half_space(genomes)

    disagreements(spy, GENOME, LAYOUT, radius=1, seed=0, distances=distances, pairs=10)


def test_nothing_to_measure_is_no_number():
    found = uncertainty(lambda genomes: np.zeros(len(genomes)), GENOME, LAYOUT, radius=1, seed=0, pairs=50)
    assert math.isnan(found.estimate)
    assert not found.values.any()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"radius": -1}, "radius"),
        ({"radius": math.nan}, "radius"),
        ({"pairs": 0}, "pairs"),
        ({"distances": []}, "distances"),
        ({"distances": [0.1, 0]}, "distances"),
    ],
)
def test_bad_settings_are_refused(changed, message):
    with pytest.raises(UserError, match=message):
        uncertainty(half_space, GENOME, LAYOUT, **{**SETTINGS, **changed})


def test_rays_of_these_tests_reach_both_sides():
    x = across(GENOME + rays(GENOME.astype(float), LAYOUT, 1000, np.random.default_rng(0)))
    assert 0.2 < np.mean(x > 0.5) < 0.8
