"""Flat simplices are mixtures of their corners; training bends a surface around a planted hill."""

import numpy as np
import pytest

from agents.optimisers.openai_es import OpenAIESConfig
from sim.landscape.simplex import barycentric, clipped, evolve_surface, midpoints, surface, triangle

RNG = np.random.default_rng(0)


@pytest.mark.parametrize(("corners", "count"), [(1, 1), (2, 5), (3, 15), (4, 35)])
def test_the_grid_has_every_point_once(corners, count):
    grid = barycentric(corners, 4)
    assert len(np.unique(grid, axis=0)) == len(grid) == count
    assert grid.sum(axis=1) == pytest.approx(1)
    assert (grid >= 0).all()


@pytest.mark.parametrize("size", [2, 3, 5])
def test_with_midpoints_a_surface_is_flat(size):
    corners = RNG.standard_normal((size, 7))
    points = RNG.dirichlet(np.ones(size), 20)
    assert surface(points, corners, midpoints(corners)) == pytest.approx(points @ corners)
    assert surface(np.eye(size), corners, RNG.standard_normal(midpoints(corners).shape)) == pytest.approx(corners)


def test_training_goes_around_a_hill():
    """Three corners on a circle, with a hill in the middle of the plane that a third dimension avoids."""
    angles = np.array([0.3, 2.4, 4.5])
    corners = np.stack([np.cos(angles), np.sin(angles), np.full(3, 0.1)], axis=1)

    def height(genomes):
        return np.exp(-4 * (genomes**2).sum(axis=1))

    points = barycentric(3, 6)
    trained = evolve_surface(
        lambda _: lambda genomes: -height(genomes), corners, OpenAIESConfig(population=32), generations=200
    )
    flat = height(surface(points, corners, midpoints(corners))).max()
    assert height(surface(points, corners, trained)).max() < flat / 2


def test_the_triangle_has_its_corners_at_its_corners():
    coordinates, inside = triangle(5)
    assert coordinates[-1, 0] == pytest.approx([1, 0, 0])
    assert coordinates[-1, -1] == pytest.approx([0, 1, 0])
    assert coordinates[0, 2] == pytest.approx([0, 0, 1])
    assert not inside[0, 0]
    assert clipped([[-1e-12, 0.5, 0.5]])[0] == pytest.approx([0, 0.5, 0.5])
