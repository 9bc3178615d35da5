"""Measures of what a picture of a landscape shows, on pictures whose answer is known."""

import numpy as np
import pytest

from sim.landscape.detail import FEWEST, PARALLEL, boundary_share, coherence, detail, slopes

Y, X = np.mgrid[:64, :64]


def stripes(angle, width=4.0):
    return np.floor((np.cos(angle) * X + np.sin(angle) * Y) / width).astype(int)


@pytest.mark.parametrize("angle", [0.0, 0.4, np.pi / 4, 1.2, np.pi / 2, 2.5])
def test_parallel_stripes_of_any_direction_are_told_from_crossing_ones(angle):
    assert detail(stripes(angle)).coherence > PARALLEL
    assert detail(stripes(angle)).ends == "only parallel stripes"
    crossing = stripes(angle) + 3 * stripes(angle + np.pi / 2)
    assert detail(crossing).coherence < 0.5
    assert detail(crossing).ends == ""


def test_noise_and_rings_have_no_direction():
    noise = np.random.default_rng(0).integers(0, 9, (64, 64))
    rings = np.floor(np.hypot(X - 31.5, Y - 31.5) / 3).astype(int)
    assert detail(noise).coherence < 0.1
    assert detail(rings).coherence < 0.1
    assert detail(noise).ends == detail(rings).ends == ""


def test_flat_pictures_and_plain_edges_end_a_zoom():
    assert detail(np.zeros((8, 8), int)).ends == "one height only"
    edge = (X > 30).astype(int)
    assert detail(edge).ends == "2 distinct heights"
    assert detail(edge).distinct < FEWEST
    assert detail(np.zeros((8, 8), int)).coherence == 0


def test_the_boundary_share_counts_pixels_whose_neighbour_differs():
    halves = np.zeros((5, 5), int)
    halves[:, 3:] = 1
    assert boundary_share(halves) == pytest.approx(4 / 16)
    assert boundary_share(np.zeros((5, 5))) == 0
    assert boundary_share(np.arange(25).reshape(5, 5)) == 1


def test_heights_count_by_their_order_alone():
    field = stripes(0.7) + 3 * stripes(2.0)
    assert np.array_equal(slopes(field), slopes(1000 * field - 7))
    assert np.array_equal(slopes(field), slopes(np.exp(field / 10)))
    assert ((coherence(slopes(field)) >= 0) & (coherence(slopes(field)) <= 1 + 1e-12)).all()
