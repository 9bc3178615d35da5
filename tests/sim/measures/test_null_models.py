"""Controls: nulls that are null, and last places that show."""

import numpy as np
import pytest

from agents.errors import UserError
from agents.layout import Layout, initial
from sim.landscape.rays import rays
from sim.measures.boundary import boundary_dimension
from sim.measures.null_models import boundary_pixels, last_place, null_field, null_objective
from sim.measures.uncertainty import uncertainty

LAYOUT = Layout(hidden=4)
GENOME = initial(LAYOUT, 1, np.random.default_rng(7))[0]


def test_the_null_of_a_field_has_its_heights_and_smooth_levels():
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


def test_the_null_of_an_objective_is_smooth_and_has_its_outcomes():
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


def test_the_null_of_many_outcomes_has_as_many():
    null = null_objective(lambda genomes: genomes[:, :3] > 0, GENOME, LAYOUT, radius=0.5, seed=0, samples=100)
    assert null(GENOME[None]).shape == (1, 3)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_last_places(dtype):
    genomes = (GENOME + 0.1 * rays(GENOME.astype(float), LAYOUT, 400, np.random.default_rng(2))).astype(dtype)
    bits = np.uint32 if dtype == np.float32 else np.uint64

    def parity(genomes):
        return genomes.view(bits)[:, 3] & 1

    def place(genomes):
        return np.abs(genomes[:, 1:6]).sum(axis=1) > 0.5

    assert last_place(parity, genomes, seed=0).estimate == 1
    assert last_place(place, genomes, seed=0).estimate == 0
    # one of two outcomes changing is a flip
    half = last_place(
        lambda genomes: np.stack([place(genomes), genomes[:, 3] > genomes[:, 3].mean()], 1), genomes, seed=0
    )
    assert half.estimate <= 0.02
    assert half.samples == 400
    with pytest.raises(UserError, match=r"\[N, P\]"):
        last_place(place, genomes[0], seed=0)


def test_last_place_shares_have_intervals():
    genomes = rays(GENOME.astype(float), LAYOUT, 500, np.random.default_rng(2)).astype(np.float32)
    words = np.random.default_rng(3).integers(2, size=2**16)

    def coin(genomes):
        return words[genomes.view(np.uint32)[:, 3] & 0xFFFF]

    found = last_place(coin, genomes, seed=0)
    assert found.interval[0] < 0.5 < found.interval[1]
    assert found.interval[1] - found.interval[0] < 0.12
    assert found == last_place(coin, genomes, seed=0)


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
