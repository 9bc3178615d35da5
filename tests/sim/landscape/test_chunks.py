"""The arrays of a field are made in one step, and read with the bits that were written."""

import numpy as np
import pytest

from agents.layout import Layout, initial
from agents.randomness import generator
from sim.landscape import chunks
from sim.landscape.attributes import read_attributes
from sim.landscape.chunks import arrays, chunk_files, create, open_array, read_array, read_tour
from sim.landscape.function import FunctionObjective
from sim.landscape.landscape import Landscape
from sim.landscape.plane import Window
from sim.landscape.surroundings import around
from sim.landscape.tour import generations, mazes, slide, zoom

LAYOUT = Layout(hidden=2)
GENOME = initial(LAYOUT, 1, generator(1, "test"))[0]
NEAR, WINDOW = around(GENOME, LAYOUT, 0), Window(0.1, -0.2, 0.5, (4, 5))
TOURS = {
    "slide": slide(NEAR.plane, WINDOW, NEAR.third, 3, 0.3),
    "zoom": zoom(NEAR.plane, WINDOW, 3, 1e4),
    "generations": generations(NEAR.plane, WINDOW, np.outer([1, 2, 3], GENOME)),
    "mazes": mazes(NEAR.plane, WINDOW, 3),
}


@pytest.fixture
def made(tmp_path):
    """A function from a tour to a field without heights."""

    def make(tour):
        create(tmp_path / "field.zarr", Landscape(tour, FunctionObjective("numpy:sum")), 3, np.dtype(np.float32))
        return tmp_path / "field.zarr"

    return make


@pytest.mark.parametrize("name", TOURS)
def test_a_tour_is_read_with_the_bits_that_were_written(made, name):
    path = made(TOURS[name])
    again = read_tour(path, read_attributes(path))
    assert again.windows == TOURS[name].windows
    for array, values in arrays(TOURS[name]).items():
        assert read_array(path, array).tobytes() == values.tobytes() == arrays(again)[array].tobytes()


def test_chunks_of_a_region_are_those_that_it_covers(made):
    path = made(TOURS["slide"])
    array, folder = open_array(path, "value", "r+"), path / "value"
    assert len(list(chunk_files(folder, array))) == array.nchunks == 12
    region = (slice(1, 2), slice(3, 4), slice(0, 3))
    assert list(chunk_files(folder, array, region)) == [folder / "c/1/1/0"]


def test_the_layers_of_a_tile_are_one_file(made):
    path = made(TOURS["mazes"])
    array, folder = open_array(path, "value", "r+"), path / "value"
    assert list(chunk_files(folder, array)) == [folder / f"c/0/{row}/{column}" for row in (0, 1) for column in (0, 1)]
    region = (slice(0, 3), slice(3, 4), slice(0, 3))
    assert list(chunk_files(folder, array, region)) == [folder / "c/0/1/0"]


def test_an_array_with_a_missing_chunk_is_not_read_as_zeros(made):
    path = made(TOURS["slide"])
    (path / "mix/c/0/0/0").unlink()
    with pytest.raises(OSError, match="No such file"):
        read_array(path, "mix")


def test_a_field_that_cannot_be_written_leaves_nothing_behind(made, tmp_path, monkeypatch):
    def failing(path, attributes):
        raise OSError("the disk is full")

    monkeypatch.setattr(chunks, "write_attributes", failing)
    with pytest.raises(OSError, match="the disk is full"):
        made(TOURS["slide"])
    assert list(tmp_path.iterdir()) == []
