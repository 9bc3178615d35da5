"""The half-fitness radius of objectives where it is known."""

import numpy as np

from agents.layout import Layout, initial
from sim.measures.half_radius import RADII, half_radii

LAYOUT = Layout(hidden=3)
GENOME = initial(LAYOUT, 1, np.random.default_rng(0))[0]
NORM = np.linalg.norm(GENOME)


def away(genomes):
    """Distances from the genome, relative to its norm."""
    return np.linalg.norm(genomes.astype(np.float64) - GENOME, axis=1) / NORM


def disc(outside):
    """An objective that is 10 within a distance of 0.3, and another value outside."""
    return lambda genomes: np.where(away(genomes) < 0.3, 10, outside)


def test_a_disc_is_lost_at_its_edge_in_every_direction():
    found = half_radii(disc(4), GENOME, LAYOUT, count=20, seed=0)
    assert set(found.tolist()) == {RADII[RADII >= 0.3][0]}


def test_a_genome_without_a_layout_has_a_radius_too():
    found = half_radii(disc(4), GENOME, None, count=5, seed=0)
    assert set(found.tolist()) == {RADII[RADII >= 0.3][0]}


def test_exactly_half_is_not_below_half():
    assert np.isinf(half_radii(disc(5), GENOME, LAYOUT, count=3, seed=0)).all()


def test_the_first_fall_counts_even_if_the_value_recovers():
    def shell(genomes):
        return np.where(np.abs(away(genomes) - 0.25) < 0.1, 0, 8)

    found = half_radii(shell, GENOME, LAYOUT, count=3, seed=0)
    assert set(found.tolist()) == {RADII[RADII > 0.15][0]}


def test_directions_that_never_fall_are_infinite():
    """The value falls at a distance of 1.05 in the directions whose first weight is positive."""
    found = half_radii(
        lambda genomes: np.where((away(genomes) > 1.05) & (genomes[:, 1] > GENOME[1]), 0, 8),
        GENOME, LAYOUT, count=400, seed=0,
    )  # fmt: skip
    assert 150 < np.isinf(found).sum() < 250
    assert set(found[np.isfinite(found)].tolist()) == {RADII[RADII > 1.05][0]}


def test_all_points_are_evaluated_at_once_and_named_by_the_seed():
    sizes = []

    def objective(genomes):
        sizes.append(genomes.shape)
        assert genomes.dtype == np.float32
        return np.exp(-away(genomes) * (1 + genomes[:, 0]))

    first = half_radii(objective, GENOME, LAYOUT, count=5, seed=1)
    assert sizes == [(1, LAYOUT.size), (5 * RADII.size, LAYOUT.size)]
    more = half_radii(objective, GENOME, LAYOUT, count=7, seed=1)
    assert more[:5].tolist() == first.tolist()
    assert half_radii(objective, GENOME, LAYOUT, count=5, seed=2).tolist() != first.tolist()
