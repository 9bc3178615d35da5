"""Sampling: batches change no bit, and values of a wrong shape or type are refused."""

import numpy as np
import pytest

from agents.errors import UserError
from agents.layout import Layout, initial
from agents.randomness import generator
from sim.landscape.field import open_field
from sim.landscape.function import FunctionObjective
from sim.landscape.landscape import Landscape
from sim.landscape.plane import Plane, Window, directions
from sim.landscape.sampling import BATCH_BYTES, sample, sample_field, storable
from sim.landscape.sweep import sweep
from sim.landscape.tour import mazes, slide, zoom

LAYOUT = Layout(hidden=2)
GENOME = initial(LAYOUT, 1, generator(1, "test"))[0]
U, V = directions(GENOME, LAYOUT, 2, 0)
PLANE = Plane(GENOME, U, V)
WINDOW = Window(0.1, -0.2, 0.5, (4, 5))


def test_a_sampled_bowl_has_the_heights_of_its_formula():
    bowl = FunctionObjective.of(lambda genomes: ((genomes - GENOME) ** 2).sum(axis=1))
    heights = sample(bowl, PLANE, Window(0, 0, 1, (9, 9)), dtype="float64")
    assert heights.dtype == np.float64
    y, x = Window(0, 0, 1, (9, 9)).axes()
    np.testing.assert_allclose(heights, (x**2 + y[:, None] ** 2) * (U @ U), atol=1e-12)


def test_a_field_in_memory_is_the_one_that_a_sweep_stores(tmp_path):
    several = FunctionObjective.of(lambda genomes: genomes[:, :3] ** 2)
    single = FunctionObjective.of(lambda genomes: genomes[:, 0])
    for name, landscape in {
        "one": Landscape(slide(PLANE, WINDOW, V, 1, 0.5), single),
        "layers": Landscape(mazes(PLANE, WINDOW, 3), several),
    }.items():
        field = sample_field(landscape)
        stored = open_field(sweep(landscape, tmp_path / name, tile=3))
        assert field.heights.dtype == stored.heights.dtype
        assert field.heights.tobytes() == stored.heights.tobytes()
        assert field.to_xarray().identical(stored.to_xarray())


def test_a_field_in_memory_has_one_view():
    objective = FunctionObjective.of(lambda genomes: genomes[:, 0])
    with pytest.raises(UserError, match="one view is sampled in memory, got a tour of 2"):
        sample_field(Landscape(zoom(PLANE, WINDOW, 2), objective))


def test_batches_change_no_bit(monkeypatch):
    def layered(genomes):
        seen.append(len(genomes))
        return genomes[:, :3] ** 2

    seen, objective = [], FunctionObjective.of(layered)
    at_once = sample(objective, PLANE, WINDOW)
    assert at_once.shape == (3, 4, 5)
    seen.clear()
    monkeypatch.setattr("sim.landscape.sampling.BATCH_BYTES", 3 * LAYOUT.size * 4)
    assert sample(objective, PLANE, WINDOW).tobytes() == at_once.tobytes()
    assert seen == [3] * 6 + [2]
    assert BATCH_BYTES > 1e6


@pytest.mark.parametrize(
    ("given", "kept"),
    [(bool, np.int32), (np.uint8, np.int32), (np.int64, np.int32), (np.float16, np.float32), (np.float64, np.float64)],
)
def test_values_are_stored_as_one_of_three_types(given, kept):
    assert storable(np.ones(2, given)).dtype == kept


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (lambda genomes: genomes[:-1, 0], r"returned values \[19\] for 20 genomes; return one for each"),
        (lambda genomes: np.zeros((len(genomes), 2, 2)), "returned values"),
        (lambda genomes: np.full(len(genomes), 2**31), "integers beyond 32 bits, up to 2147483648"),
        (lambda genomes: genomes[:, 0].astype(complex), "must return integers or floats, got complex"),
        (lambda genomes: ["a"] * len(genomes), "must return integers or floats"),
    ],
)
def test_values_of_a_wrong_shape_or_type_are_refused_in_one_line(function, said):
    with pytest.raises(UserError, match=said) as caught:
        sample(FunctionObjective.of(function), PLANE, WINDOW)
    assert "\n" not in str(caught.value)
