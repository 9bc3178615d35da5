"""Rays have the norms of the genome's rows, and point in all directions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import UserError
from agents.layout import Layout, initial
from sim.landscape.rays import centre, like, rays

LAYOUT = Layout(hidden=3)
GENOME = initial(LAYOUT, 1, np.random.default_rng(7))[0].astype(float)


@given(cell=st.sampled_from(["elman", "gru", "lstm"]), seed=st.integers(0, 99))
def test_each_row_of_a_ray_is_as_long_as_the_genomes(cell, seed):
    layout = Layout(cell, 4)
    genome = initial(layout, 1, np.random.default_rng(seed))[0].astype(float)
    found = rays(genome, layout, 5, np.random.default_rng(seed))
    for row in layout.rows():
        np.testing.assert_allclose(np.linalg.norm(found[:, row], axis=1), np.linalg.norm(genome[row]))
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), np.linalg.norm(genome))


def test_rays_point_in_all_directions():
    found = rays(GENOME, LAYOUT, 4000, np.random.default_rng(0))
    assert np.abs(found.mean(axis=0)).max() < 5 * found.std(axis=0).max() / np.sqrt(4000)
    assert np.linalg.matrix_rank(found) == LAYOUT.size


def test_without_a_layout_a_ray_is_one_row():
    found = rays(GENOME, None, 4000, np.random.default_rng(0))
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), np.linalg.norm(GENOME))
    spread = found.std(axis=0)
    assert spread.max() < 1.1 * spread.min(), "the same in all weights"


def test_like_scales_each_row_to_the_norm_of_the_genomes_row():
    found = like(np.tile(3 * GENOME, (2, 1)), GENOME, LAYOUT)
    np.testing.assert_allclose(found, np.tile(GENOME, (2, 1)))


def test_a_row_of_zeros_stays_zero():
    genome = GENOME.copy()
    row = next(LAYOUT.rows())
    genome[row] = 0
    assert not rays(genome, LAYOUT, 3, np.random.default_rng(0))[:, row].any()


@pytest.mark.parametrize(
    ("genome", "message"), [(GENOME[1:], "weights, got"), (0 * GENOME, "all zero"), (np.nan * GENOME, "not finite")]
)
def test_bad_genomes_are_refused(genome, message):
    with pytest.raises(UserError, match=message):
        centre(genome, LAYOUT)
