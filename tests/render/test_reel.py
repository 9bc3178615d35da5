"""Reels: frames as means over mazes, read one by one, with limits and ranks of the whole film."""

import numpy as np
import pytest

from agents.errors import UserError
from render import reel as module
from render.palette import finite_limits
from render.reel import SAMPLED, field_reel, open_reel
from sim.landscape import tour as tours
from sim.landscape.field import open_field
from sim.landscape.plane import Plane, Window
from tests.fields import pellets, stored

PLANE = Plane([0, 0, 1], [1, 0, 0], [0, 1, 0])
WINDOW = Window(shape=(3, 4))
THIRD = np.array([0.0, 0, 1])


def slope(genomes):
    """A whole number of pellets that grows to the east and from frame to frame."""
    return np.rint(100 * (genomes[:, 2] + genomes[:, 0]) + 300).astype(int)


def swept(path, frames=5, mazes=range(8, 12), pixels=None):
    tour = tours.slide(PLANE, WINDOW, THIRD, frames, 1.0)
    return stored(path / "field.zarr", tour, slope, mazes, tile=2, pixels=pixels)


def values(frames=5):
    """The heights [T, H, W] of the slope in pellets per maze, computed without a field."""
    tour = tours.slide(PLANE, WINDOW, THIRD, frames, 1.0)
    return np.stack([slope(tour.plane(t).at(WINDOW.points()).reshape(-1, 3)).reshape(3, 4) / 4 for t in range(frames)])


def test_heights_are_pellets_per_maze_and_limits_those_of_the_whole_film(tmp_path):
    reel = open_reel(swept(tmp_path))
    expected = values()
    assert (len(reel), reel.mazes) == (5, 4)
    for frame in (4, 0, 2):
        assert reel.heights(frame).dtype == np.float32
        assert np.array_equal(reel.heights(frame), expected[frame].astype(np.float32))
    assert reel.limits == (expected.min(), expected.max())
    assert reel.limits[0] < expected[1:].min()
    assert reel.limits[1] > expected[:-1].max()
    assert np.array_equal(reel.ranks.values, np.unique(expected.astype(np.float32)))


def test_a_field_in_memory_has_the_reel_of_the_one_on_disk(tmp_path):
    disk, memory = open_reel(swept(tmp_path)), field_reel(open_field(swept(tmp_path)))
    assert (memory.limits, memory.unit, len(memory)) == (disk.limits, disk.unit, len(disk))
    assert np.array_equal(memory.ranks.values, disk.ranks.values)
    assert all(np.array_equal(memory.heights(frame), disk.heights(frame)) for frame in range(5))


def test_heights_over_listed_mazes_are_means(tmp_path):
    listed = (3, 1, 4, 15)
    reel = open_reel(swept(tmp_path, mazes=listed))
    assert np.array_equal(reel.heights(3), values()[3].astype(np.float32))
    assert reel.objective == pellets(reel.tour, listed).objective


def test_each_layer_of_mazes_is_divided_by_its_number_of_mazes(tmp_path):
    tour = tours.mazes(PLANE, WINDOW, 4)
    mazes = np.arange(1, 5)
    reel = open_reel(stored(tmp_path / "field.zarr", tour, lambda genomes: slope(genomes)[:, None] * mazes))
    assert reel.mazes == 4
    alike = [reel.heights(frame) for frame in range(4)]
    assert all(np.array_equal(heights, alike[0]) for heights in alike)
    assert reel.limits == finite_limits(alike[0])


@pytest.fixture
def read(monkeypatch):
    """The numbers of the frames that are read from disk."""
    numbers, opened = [], module.open_frames

    def open_frames(path, quantity):
        field, reader = opened(path, quantity)
        return field, lambda frame: numbers.append(frame) or reader(frame)

    monkeypatch.setattr(module, "open_frames", open_frames)
    return numbers


def test_a_frame_is_read_when_it_is_asked_for(tmp_path, read):
    count = 3 * SAMPLED
    reel = open_reel(swept(tmp_path, count))
    assert len(read) <= SAMPLED
    assert {0, count - 1} <= set(read)
    unread = next(frame for frame in range(count) if frame not in read)
    read.clear()
    expected = values(count)[unread].astype(np.float32)
    assert all(np.array_equal(reel.heights(unread), expected) for _ in range(3))
    assert read == [unread]


def test_a_reel_does_not_keep_all_frames(tmp_path, read):
    reel = open_reel(swept(tmp_path, 60))
    first = reel.heights(0).copy()
    for frame in range(60):
        reel.heights(frame)
    read.clear()
    assert np.array_equal(reel.heights(0), first)
    assert read == [0]


def test_a_field_that_is_not_finished_is_refused(tmp_path):
    swept(tmp_path, pixels=15)
    with pytest.raises(UserError, match="not finished, 15 of 20 tiles are missing") as caught:
        open_reel(tmp_path / "field.zarr")
    assert "\n" not in str(caught.value)
    assert open_reel(swept(tmp_path)).limits == finite_limits(values())


@pytest.mark.parametrize("frame", [0, None], ids=["sampled", "not sampled"])
def test_a_damaged_frame_is_refused_when_it_is_read(tmp_path, frame):
    path = swept(tmp_path, 60)
    sampled = {int(t) for t in np.linspace(0, 59, SAMPLED)}
    frame = frame or next(t for t in range(20, 60) if t not in sampled)
    chunk = path / "pellets" / "c" / str(frame) / "0" / "1"
    data = bytearray(chunk.read_bytes())
    data[len(data) // 2] ^= 1
    chunk.write_bytes(data)
    with pytest.raises(UserError, match="damaged") as caught:
        open_reel(path).heights(frame)
    assert "\n" not in str(caught.value)


def test_folders_that_are_not_fields_are_refused(tmp_path):
    with pytest.raises(UserError, match="there is no field"):
        open_reel(tmp_path / "nothing.zarr")
    with pytest.raises(UserError, match="is not a field"):
        open_reel(tmp_path)
