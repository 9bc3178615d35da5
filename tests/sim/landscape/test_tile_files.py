"""Tile files have the bytes that zarr writes, and a mark, and are read as zarr reads them."""

import numpy as np
import pytest

from agents.layout import Layout, initial
from agents.randomness import generator
from sim.landscape.chunks import chunk_files, create, open_array, read_frame, read_tile
from sim.landscape.function import FunctionObjective
from sim.landscape.landscape import Landscape
from sim.landscape.plane import Window
from sim.landscape.surroundings import around
from sim.landscape.tile_files import OWNER, encode, is_intact
from sim.landscape.tour import mazes, slide

LAYOUT, TALL, WIDE = Layout(hidden=2), 7, 10
NEAR = around(initial(LAYOUT, 1, generator(1, "test"))[0], LAYOUT, 0)
WINDOW = Window(0.1, -0.2, 0.5, (TALL, WIDE))
TOURS = {"frames": slide(NEAR.plane, WINDOW, NEAR.third, 3, 0.3), "layers": mazes(NEAR.plane, WINDOW, 3)}
DTYPES = ["int32", "float32", "float64"]


@pytest.fixture(params=[(tour, dtype) for tour in TOURS for dtype in DTYPES], ids=lambda each: "-".join(each))
def written(request, tmp_path):
    """The folder and the array of a field that zarr wrote, in tiles of 4 x 4, and its heights."""
    tour, dtype = request.param
    path = tmp_path / "field.zarr"
    create(path, Landscape(TOURS[tour], FunctionObjective("numpy:sum")), 4, np.dtype(dtype))
    array = open_array(path, "value", "r+")
    heights = np.random.default_rng(0).integers(0, 60, (3, TALL, WIDE)).astype(dtype)
    heights[1] = 0  # zarr must not leave out a chunk of zeros
    array[:] = heights
    return path / "value", array, heights


@pytest.fixture
def marked(written):
    """The same with our own files, which have marks."""
    folder, array, heights = written
    for region in regions(array):
        (file,) = chunk_files(folder, array, region)
        file.write_bytes(encode(array, heights[region], file))
    return written


def regions(array):
    """The frames, rows and columns of every file."""
    depth = 1 if array.shards is None else len(TOURS["layers"])
    for first in range(0, 3, depth):
        for row, column in np.ndindex(2, 3):
            yield np.s_[first : first + depth, 4 * row : min(4 * row + 4, TALL), 4 * column : min(4 * column + 4, WIDE)]


def test_every_byte_but_those_of_the_mark_is_zarrs(written):
    folder, array, heights = written
    del array.metadata.attributes[OWNER]  # as in a field of an older version
    found = 0
    for region in regions(array):
        (file,) = chunk_files(folder, array, region)
        assert encode(array, heights[region], file) == file.read_bytes()
        found += 1
    assert found == len(list(chunk_files(folder, array)))


def test_frames_and_tiles_are_read_as_by_zarr(marked):
    folder, array, heights = marked
    for frame in range(3):
        assert read_frame(folder, array, frame).tobytes() == heights[frame].tobytes() == array[frame].tobytes()
    assert np.array_equal(read_tile(folder, array, 2, 1, 2), heights[2, 4:7, 8:10])


def test_a_change_of_any_byte_and_a_lost_end_are_noticed(marked):
    folder, array, _ = marked
    file = next(chunk_files(folder, array))
    good = file.read_bytes()
    assert is_intact(file, array)
    for at in range(len(good)):
        file.write_bytes(good[:at] + bytes([good[at] ^ 4]) + good[at + 1 :])
        assert not is_intact(file, array), at
    for length in range(len(good)):
        file.write_bytes(good[:length])
        assert not is_intact(file, array), length
    file.unlink()
    assert not is_intact(file, array)


def test_a_damaged_layer_is_not_read(marked):
    folder, array, _ = marked
    file = next(chunk_files(folder, array))
    good = file.read_bytes()
    file.write_bytes(good[:5] + bytes([good[5] ^ 1]) + good[6:])
    with pytest.raises(ValueError, match="checksum"):
        read_frame(folder, array, 0)
    file.write_bytes(good[:3])
    with pytest.raises(ValueError, match="checksum"):
        read_frame(folder, array, 0)
    file.unlink()
    with pytest.raises(OSError, match="No such file"):
        read_frame(folder, array, 0)


def test_a_file_in_the_place_of_another_is_noticed(marked):
    folder, array, _ = marked
    first, *others = chunk_files(folder, array)
    for other in others:
        first.write_bytes(other.read_bytes())
        assert not is_intact(first, array)
        with pytest.raises(ValueError, match="of another tile"):
            read_tile(folder, array, 0, 0, 0)


def test_a_file_of_another_field_is_noticed(marked, tmp_path):
    folder, array, heights = marked
    tour = TOURS["frames" if array.shards is None else "layers"]
    other = tmp_path / "other.zarr"
    create(other, Landscape(tour, FunctionObjective("numpy:mean")), 4, heights.dtype)
    file = next(chunk_files(folder, array))
    theirs = encode(open_array(other, "value"), heights[next(regions(array))], other / file.relative_to(folder.parent))
    assert len(theirs) == len(file.read_bytes())
    file.write_bytes(theirs)
    assert not is_intact(file, array)
