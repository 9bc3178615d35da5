"""The radius of half fitness, where it is known."""

import numpy as np
import pytest

from agents.errors import UserError
from agents.layout import Layout, initial
from sim.measures.half_radius import RADII, half_radius

LAYOUT = Layout(hidden=3)
GENOME = initial(LAYOUT, 1, np.random.default_rng(0))[0]
NORM = np.linalg.norm(GENOME)


def away(genomes):
    """Distance from the genome in norms."""
    return np.linalg.norm(genomes.astype(np.float64) - GENOME, axis=1) / NORM


def test_a_disc_is_lost_at_its_edge_in_every_direction():
    found = half_radius(lambda genomes: np.where(away(genomes) < 0.3, 10, 4), GENOME, LAYOUT, count=20)
    assert found.centre == 10
    assert set(found.radii.tolist()) == {RADII[RADII >= 0.3][0]}
    assert found.radii[0] / found.ratio < 0.3
    assert found.ratio == pytest.approx(2 ** (1 / 8))
    assert (found.censored, found.furthest) == (0, 4)


def test_a_genome_without_a_layout_has_a_radius_too():
    found = half_radius(lambda genomes: np.where(away(genomes) < 0.3, 10, 4), GENOME, None, count=5)
    assert set(found.radii.tolist()) == {RADII[RADII >= 0.3][0]}


def test_half_itself_is_not_below_half():
    found = half_radius(lambda genomes: np.where(away(genomes) < 0.3, 10, 5), GENOME, LAYOUT, count=3)
    assert found.censored == 3
    assert np.isinf(found.quantiles()).all()


def test_the_first_fall_counts_even_if_the_value_recovers():
    def shell(genomes):
        return np.where(np.abs(away(genomes) - 0.25) < 0.1, 0, 8)

    found = half_radius(shell, GENOME, LAYOUT, count=3, radii=[0.1, 0.2, 0.3, 0.4, 2])
    assert found.radii.tolist() == [0.2] * 3
    assert found.ratio == 5


def test_quantiles_count_the_directions_that_never_fell():
    """A wall at 1 norm that stands where the first weight of a direction is positive."""
    found = half_radius(
        lambda genomes: np.where((away(genomes) > 1) & (genomes[:, 1] > GENOME[1]), 0, 8), GENOME, LAYOUT, count=400
    )
    assert 150 < found.censored < 250
    early, late = found.quantiles((0.25, 0.75))
    assert early == RADII[RADII > 1][0]
    assert late == np.inf


def test_all_points_are_asked_at_once_and_named_by_the_seed():
    sizes = []

    def objective(genomes):
        sizes.append(genomes.shape)
        assert genomes.dtype == np.float32
        return np.exp(-away(genomes) * (1 + genomes[:, 0]))

    first = half_radius(objective, GENOME, LAYOUT, count=5, seed=1)
    assert sizes == [(1, LAYOUT.size), (5 * RADII.size, LAYOUT.size)]
    more = half_radius(objective, GENOME, LAYOUT, count=7, seed=1)
    assert more.radii[:5].tolist() == first.radii.tolist()
    assert half_radius(objective, GENOME, LAYOUT, count=5, seed=2).radii.tolist() != first.radii.tolist()


def test_what_has_no_half_is_refused():
    with pytest.raises(UserError, match="half of 0 is no loss"):
        half_radius(lambda genomes: np.zeros(len(genomes)), GENOME, LAYOUT)
    for count, radii in ((0, [1]), (2, [2, 1]), (2, [0, 1]), (2, [])):
        with pytest.raises(UserError, match="radii must be positive and rise, along 1 direction or more"):
            half_radius(away, GENOME, LAYOUT, count=count, radii=radii)
