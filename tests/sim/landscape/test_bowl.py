"""Bowls are smooth, and have the heights of the landscape that they replace."""

import numpy as np
import pytest

from agents.layout import Layout, initial
from sim.landscape.bowl import null_field, null_objective
from sim.landscape.rays import rays
from sim.measures.boundary import boundary_dimension
from sim.measures.uncertainty import uncertainty

LAYOUT = Layout(hidden=4)
GENOME = initial(LAYOUT, 1, np.random.default_rng(7))[0]


def test_the_bowl_of_a_field_has_its_heights_and_smooth_level_sets():
    noise = np.random.default_rng(0).integers(30, size=(256, 320))
    null = null_field(noise)
    assert null.dtype == noise.dtype
    assert np.array_equal(np.sort(null, axis=None), np.sort(noise, axis=None))
    assert boundary_dimension(noise, 0.5).estimate == pytest.approx(2, abs=0.01)
    assert boundary_dimension(null, 0.5).estimate == pytest.approx(1, abs=0.05)
    # a bowl upside down: highest in the middle, lower and lower towards the rim
    middle = null[:, int(0.46 * 319)]
    assert (np.diff(middle[: int(0.53 * 255)]) >= 0).all()
    assert (np.diff(middle[int(0.53 * 255) + 1 :]) <= 0).all()


def test_the_bowl_of_a_function_is_smooth_and_has_its_outcomes():
    def objective(genomes):
        return np.floor(1e7 * np.abs(genomes).sum(axis=1, dtype=np.float64)) % 5

    null = null_objective(objective, GENOME, LAYOUT, radius=0.5, seed=0)
    points = (GENOME + 0.5 * rays(GENOME.astype(float), LAYOUT, 4096, np.random.default_rng(1))).astype(np.float32)
    counts = [np.bincount(f(points).ravel().astype(int), minlength=5) / 4096 for f in (objective, null)]
    np.testing.assert_allclose(*counts, atol=0.05)
    settings = {"radius": 0.5, "seed": 0, "pairs": 3000}
    assert uncertainty(objective, GENOME, LAYOUT, **settings).estimate == pytest.approx(0, abs=0.05)
    found = uncertainty(null, GENOME, LAYOUT, **settings)
    assert found.interval[0] < 1 < found.interval[1]
    assert found.estimate == pytest.approx(1, abs=0.1)


def test_the_bowl_of_a_function_with_several_outcomes_has_as_many():
    null = null_objective(lambda genomes: genomes[:, :3] > 0, GENOME, LAYOUT, radius=0.5, seed=0, samples=100)
    assert null(GENOME[None]).shape == (1, 3)
