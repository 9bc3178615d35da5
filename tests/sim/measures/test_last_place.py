"""The last place of the weights changes outcomes that depend on it, and no others."""

import numpy as np
import pytest

from agents.layout import Layout, initial
from sim.landscape.rays import rays
from sim.measures.last_place import boundary_pixels, flips

LAYOUT = Layout(hidden=4)
GENOME = initial(LAYOUT, 1, np.random.default_rng(7))[0]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_outcomes_that_depend_on_the_last_place_flip(dtype):
    genomes = (GENOME + 0.1 * rays(GENOME.astype(float), LAYOUT, 400, np.random.default_rng(2))).astype(dtype)
    bits = np.uint32 if dtype == np.float32 else np.uint64

    def parity(genomes):
        return genomes.view(bits)[:, 3] & 1

    def place(genomes):
        return np.abs(genomes[:, 1:6]).sum(axis=1) > 0.5

    assert flips(parity, genomes, seed=0).all()
    assert not flips(place, genomes, seed=0).any()
    # a change of one of two outcomes is a flip
    half = flips(lambda genomes: np.stack([place(genomes), genomes[:, 3] > genomes[:, 3].mean()], 1), genomes, seed=0)
    assert half.mean() <= 0.02
    assert half.shape == (400,)


def test_boundary_pixels_touch_another_outcome():
    field = np.random.default_rng(1).integers(50, size=(9, 11)) == 0
    found = boundary_pixels(field)
    for i in range(9):
        for j in range(11):
            around = field[max(0, i - 1) : i + 2, max(0, j - 1) : j + 2]
            assert found[i, j] == (around != field[i, j]).any()
    assert not boundary_pixels(np.ones((5, 5))).any()
    edge = np.arange(6) > 2
    assert boundary_pixels(np.tile(edge, (4, 1))).tolist() == [[False, False, True, True, False, False]] * 4
