"""Local volumes of ellipsoids are exact, and a cut-off bounds flat directions."""

import math

import numpy as np
import pytest

from sim.landscape.dense_hessian import spectrum
from sim.landscape.volume import first_crossings, local_volume, log_ball

VALUES = np.array([0.5, 2.0, 8.0, 30.0, 100.0])
TURN, _ = np.linalg.qr(np.random.default_rng(0).standard_normal((5, 5)))
HESSIAN = TURN @ np.diag(VALUES) @ TURN.T
CENTRE = np.full(5, 0.3)
EXACT = log_ball(5) + 2.5 * math.log(2 * 0.1) - 0.5 * np.log(VALUES).sum()


def ellipsoid(genomes):
    away = genomes - CENTRE
    return 1.0 + 0.5 * np.einsum("ki,ij,kj->k", away, HESSIAN, away)


def volume(losses, transform, directions=64, radius=100.0):
    return local_volume(losses, CENTRE, 0.1, transform, radius=radius, directions=directions, seed=0)


def test_an_ellipsoid_is_exact_with_its_own_preconditioner():
    found = volume(ellipsoid, spectrum(HESSIAN).power(-0.5, 0.0))
    assert found.log == pytest.approx(EXACT, abs=1e-4)
    assert found.typical == pytest.approx(EXACT, abs=1e-4)
    assert found.error < 1e-4
    assert found.effective == pytest.approx(64, rel=1e-4)


def test_without_one_it_is_estimated_with_a_large_error():
    found = volume(ellipsoid, np.eye(5), directions=20_000)
    assert found.log == pytest.approx(EXACT, abs=4 * found.error + 0.01)
    assert found.effective < 20_000 / 2
    assert found.typical < found.log


def test_flat_directions_end_at_the_radius():
    found = volume(lambda genomes: np.zeros(len(genomes)), np.eye(5), radius=2.0)
    assert found.log == pytest.approx(log_ball(5) + 5 * math.log(2.0))


def test_the_first_crossing_counts():
    """The loss rises above the threshold at 1, and falls below it again at 3."""
    rays = np.array([[1.0], [-1.0]])
    losses = lambda genomes: np.where((genomes[:, 0] > 1) & (genomes[:, 0] < 3), 1.0, 0.0)  # noqa: E731
    assert first_crossings(losses, np.zeros(1), rays, np.full(2, 8.0), 0.5) == pytest.approx([1, 8], abs=1e-4)


def test_the_volume_of_unit_balls():
    assert [math.exp(log_ball(size)) for size in (1, 2, 3)] == pytest.approx([2, math.pi, 4 / 3 * math.pi])
