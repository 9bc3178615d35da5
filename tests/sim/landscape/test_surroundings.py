"""Surroundings: a plane through a genome, and a third direction that is orthogonal to it and as long."""

import numpy as np
import pytest

from agents.errors import UserError
from agents.layout import Layout, initial
from agents.randomness import generator
from sim.landscape.plane import directions, random_plane, through
from sim.landscape.surroundings import around, out_of
from sim.landscape.vectors import length

LAYOUT = Layout(hidden=3)
GENOME = initial(LAYOUT, 1, generator(1, "test"))[0]


@pytest.mark.parametrize("layout", [LAYOUT, None])
def test_around_takes_the_first_three_random_directions(layout):
    near, plane = around(GENOME, layout, 5), random_plane(GENOME, layout, 5)
    for name in ("origin", "u", "v"):
        assert getattr(near.plane, name).tobytes() == getattr(plane, name).tobytes()
    assert near.third.tobytes() == directions(GENOME, layout, 3, 5)[2].tobytes()
    assert near.moved() is near.plane


def test_a_plane_moves_along_the_third_direction_and_turns_towards_it():
    near = around(GENOME, LAYOUT, 5)
    slid, turned = near.moved(0.25), near.moved(0, 90.0)
    assert np.array_equal(slid.origin, GENOME.astype(np.float64) + 0.25 * near.third)
    assert slid.at((0, 0), np.float64) == pytest.approx(turned.at((0.25, 0), np.float64), abs=1e-12)
    both = near.moved(0.25, 30.0)
    assert np.array_equal(both.origin, slid.origin)
    assert both.u @ near.plane.u == pytest.approx(length(near.plane.u) ** 2 * np.cos(np.pi / 6))
    assert np.array_equal(both.v, near.plane.v)


def test_the_third_direction_of_any_plane_is_orthogonal_and_as_long():
    plane = through(GENOME, 2 * np.ones(GENOME.size), np.arange(GENOME.size))
    third = out_of(plane, GENOME, LAYOUT, 5).third
    assert length(third) == pytest.approx(length(plane.u), rel=1e-12)
    for along in (plane.u, plane.v):
        assert abs(third @ along) < 1e-12 * length(third) * length(along)
    assert third @ around(GENOME, LAYOUT, 5).third > 0


def test_a_genome_of_two_weights_has_no_third_direction():
    near = around([3.0, 4.0], None, 0)
    assert near.third is None
    assert abs(near.plane.u @ near.plane.v) < 1e-12
    assert length(near.plane.u) == pytest.approx(5)
    assert near.moved() is near.plane
    with pytest.raises(UserError, match="too few weights for a third direction"):
        near.moved(0.1)
    assert out_of(near.plane, [3.0, 4.0], None, 0).third is None
