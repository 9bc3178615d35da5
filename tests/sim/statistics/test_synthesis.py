"""Synthetic fields have the covariance, and the size, that they promise."""

import numpy as np
import pytest

from agents.errors import UserError
from tests.sim.statistics.synthesis import brownian_line, brownian_surface, koch_island, sierpinski_carpet

MANY = 3000


@pytest.mark.parametrize("exponent", [0.1, 0.5, 0.9])
def test_increments_of_lines(exponent):
    lines = np.stack([brownian_line(9, exponent, seed=seed) for seed in range(MANY)])
    away = np.subtract.outer(np.arange(9), np.arange(9))
    squares = (lines[:, :, None] - lines[:, None]) ** 2
    expected = np.abs(away) ** (2.0 * exponent)
    # the mean of N squares of a normal spreads by sqrt(2 / N)
    np.testing.assert_allclose(squares.mean(axis=0), expected, atol=1e-12, rtol=5 * np.sqrt(2 / MANY))


@pytest.mark.parametrize("exponent", [0.1, 0.5, 0.75, 0.9])
def test_increments_of_surfaces(exponent):
    surfaces = np.stack([brownian_surface(6, exponent, seed=seed) for seed in range(MANY)]).reshape(MANY, 36)
    points = np.stack(np.divmod(np.arange(36), 6), axis=1) * np.sqrt(0.5) / 5
    away = np.linalg.norm(points[:, None] - points, axis=2)
    squares = (surfaces[:, :, None] - surfaces[:, None]) ** 2
    np.testing.assert_allclose(squares.mean(axis=0), 2 * away ** (2 * exponent), atol=1e-12, rtol=5 * np.sqrt(2 / MANY))


@pytest.mark.parametrize("exponent", [0.05, 0.75, 0.76, 0.95])
@pytest.mark.parametrize("points", [17, 100, 257])
def test_embeddings_are_exact_at_all_sizes(exponent, points):
    assert np.isfinite(brownian_surface(points, exponent, seed=0)).all()


def test_fields_are_named_by_their_seed():
    assert brownian_surface(9, 0.5, seed=1).tobytes() == brownian_surface(9, 0.5, seed=1).tobytes()
    assert brownian_surface(9, 0.5, seed=1).tobytes() != brownian_surface(9, 0.5, seed=2).tobytes()
    assert brownian_surface(9, 0.5, seed=1)[0, 0] == 0
    assert brownian_line(9, 0.5, seed=1)[0] == 0


def test_kochs_island_is_eight_fifths_of_its_triangle():
    triangle = 3 * np.sqrt(3) / 4 * 0.55**2
    assert koch_island(1024).mean() == pytest.approx(8 / 5 * triangle, rel=0.01)


def test_sierpinskis_carpet():
    assert sierpinski_carpet(1).tolist() == [[True] * 3, [True, False, True], [True] * 3]
    carpet = sierpinski_carpet(4)
    assert carpet.sum() == 8**4
    assert np.array_equal(carpet[:27, 27:54], sierpinski_carpet(3))


@pytest.mark.parametrize("make", [brownian_line, brownian_surface])
@pytest.mark.parametrize(("points", "exponent"), [(1, 0.5), (8, 0), (8, 1)])
def test_bad_requests_are_refused(make, points, exponent):
    with pytest.raises(UserError, match="0 < H < 1"):
        make(points, exponent, seed=0)
