"""Smoothed landscapes, against Gaussian integrals that are known."""

import numpy as np
import pytest

from agents.errors import UserError
from sim.landscape import smoothing
from sim.landscape.function import FunctionObjective
from sim.landscape.plane import Plane, Window
from sim.landscape.sampling import sample
from sim.landscape.smoothing import estimate, smooth, smooth_curvature

P = 12
CENTRE = np.linspace(-1, 1, P)
VALUES = np.array([-10.0, *np.linspace(-2, 1, P - 1)])
BASIS = np.linalg.qr(np.random.default_rng(0).standard_normal((P, P)))[0]


def bowl(genomes):
    """A quadratic with Hessian BASIS diag(VALUES) BASIS', by sums whose bits depend on the genome alone."""
    away = np.asarray(genomes, np.float64) - CENTRE
    along = [sum(away[:, i] * BASIS[i, k] for i in range(P)) for k in range(P)]
    return 5 + sum(0.5 * value * each**2 for value, each in zip(VALUES, along, strict=True))


def steps(genomes):
    return np.floor(bowl(genomes))


def test_a_quadratic_is_raised_by_half_the_trace():
    for seed, sigma in enumerate((0.1, 0.5)):
        found = estimate(bowl, CENTRE, sigma, 4000, seed)
        assert abs(found.value - (5 + sigma**2 / 2 * VALUES.sum())) < 4 * found.error
        assert found.error < 0.05 * sigma**2 * np.abs(VALUES).sum()


def test_antithetic_pairs_cancel_a_linear_function():
    slope = np.arange(P, dtype=np.float64)
    found = estimate(lambda genomes: genomes @ slope, CENTRE, 0.3, 20)
    assert found.value == pytest.approx(CENTRE @ slope, abs=1e-12)
    assert found.error < 1e-12


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_a_smoothed_value_depends_on_its_own_genome_alone(kind, monkeypatch):
    genomes = np.random.default_rng(1).standard_normal((9, P)).astype(kind)
    seen = set()

    def objective(each):
        seen.add(each.dtype)
        return bowl(each)

    whole = smooth(objective, genomes, 0.2, 50)
    assert (whole.dtype, whole.shape, seen) == (np.float64, (9,), {np.dtype(kind)})
    monkeypatch.setattr(smoothing, "BATCH", 30)
    assert smooth(objective, genomes, 0.2, 50).tobytes() == whole.tobytes()
    for genome, value in zip(genomes, whole, strict=True):
        assert smooth(objective, genome[None], 0.2, 50)[0] == value
    assert estimate(bowl, genomes[0], 0.2, 50).value == pytest.approx(whole[0])
    assert smooth(bowl, genomes, 0.2, 50, seed=1)[0] != whole[0]


def test_a_smoothed_landscape_can_be_swept_and_is_smooth():
    plane = Plane(CENTRE, BASIS[:, 0], BASIS[:, 1])
    window = Window(radius=1.0, shape=(8, 8))
    kinds = steps, lambda genomes: smooth(steps, genomes, 0.5, 400)
    raw, blurred = (sample(FunctionObjective.of(kind), plane, window, dtype="float64") for kind in kinds)
    assert len(np.unique(raw)) < len(np.unique(blurred))
    part = plane.at(window.points(slice(3, 4), slice(2, 6))[0], np.float64)
    assert smooth(steps, part, 0.5, 400).tobytes() == blurred[3, 2:6].tobytes()
    expected = bowl(plane.at(window.points(), np.float64).reshape(-1, P)).reshape(8, 8) - 0.5 + VALUES.sum() / 8
    np.testing.assert_allclose(blurred, expected, atol=0.4)


def test_all_values_of_a_genome_are_smoothed():
    genomes = CENTRE[None] + np.arange(3)[:, None]
    both = smooth(lambda each: np.stack([bowl(each), 2 * bowl(each)], axis=1), genomes, 0.2, 10)
    once = smooth(bowl, genomes, 0.2, 10)
    np.testing.assert_allclose(both, np.stack([once, 2 * once], axis=1))


@pytest.mark.parametrize("objective", [bowl, steps])
def test_the_curvature_of_a_quadratic_is_found_also_through_steps(objective):
    found = smooth_curvature(objective, CENTRE, 0.5, 20_000)
    assert abs(found.trace.value - VALUES.sum()) < 4 * found.trace.error
    assert found.top.value == pytest.approx(-10, rel=0.15)
    assert found.top.settled
    assert abs(found.noise.value) < 4
    assert found.held_out.value == pytest.approx(-10, abs=4 * found.held_out.error + 0.3)
    assert found.held_out.error < 1


def test_curvatures_of_a_random_function_are_within_their_errors():
    def noise(genomes):
        return np.sin(1e6 * genomes.sum(axis=1))

    tops = [smooth_curvature(noise, CENTRE, 0.5, 1000, seed) for seed in range(40)]
    for found in tops:
        assert abs(found.trace.value) < 4 * found.trace.error
        assert abs(found.held_out.value) < 4 * found.held_out.error
    scores = np.array([found.held_out.value / found.held_out.error for found in tops])
    assert abs(scores.mean()) < 4 / np.sqrt(40)
    assert scores.std() == pytest.approx(1, abs=0.4)
    # the top eigenvalue is the largest of many: it is as far from 0 as that of the shuffled values
    top, shuffled, error = np.mean(
        [(abs(each.top.value), abs(each.noise.value), each.held_out.error) for each in tops], axis=0
    )
    assert top == pytest.approx(shuffled, rel=0.1)
    assert top > 3 * error


def test_the_standard_error_is_the_spread_of_repetitions():
    runs = [smooth_curvature(bowl, CENTRE, 0.5, 200, seed) for seed in range(100)]
    values, errors = np.array([(run.trace.value, run.trace.error) for run in runs]).T
    assert abs(values.mean() - VALUES.sum()) < 4 * values.std() / 10
    assert values.std() == pytest.approx(errors.mean(), rel=0.3)


@pytest.mark.parametrize(
    ("sigma", "samples", "message"),
    [
        (0, 10, "above 0, got 0"),
        (np.inf, 10, "above 0, got inf"),
        (1, 7, "must be even.*got 7"),
        (1, 2, "got 2"),
    ],
)
def test_a_wrong_sigma_or_number_of_samples_is_refused(sigma, samples, message):
    with pytest.raises(UserError, match=message):
        smooth(bowl, CENTRE[None], sigma, samples)
