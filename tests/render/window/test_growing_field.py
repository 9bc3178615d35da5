import shutil

import numpy as np
import pytest

from agents.errors import UserError
from render.reel import open_reel
from render.window.play.growing_field import GrowingField
from sim.landscape import tour as tours
from sim.landscape.plane import Plane, Window
from tests.fields import stored

PLANE = Plane([0, 0, 1], [1, 0, 0], [0, 1, 0])
SHAPE = (6, 8)


def slope(genomes):
    return np.rint(100 * (genomes[:, 2] + genomes[:, 0]) + 300).astype(int)


def until(path, pixels):
    """Sweep a field until so many pixels are done; returns its path."""
    tour = tours.slide(PLANE, Window(shape=SHAPE), np.array([0.0, 0, 1]), 4, 1.0)
    return stored(path, tour, slope, tile=4, pixels=pixels)


def test_a_finished_field_equals_its_reel(tmp_path):
    path = until(tmp_path / "field.zarr", 10**9)
    growing, reel = GrowingField(path), open_reel(path)
    assert growing.coverage.complete
    assert growing.coverage.begun == len(growing) == 4
    assert growing.limits == reel.limits
    assert np.array_equal(growing.ranks.shares, reel.ranks.shares)
    for frame in range(4):
        assert np.array_equal(growing.heights(frame), reel.heights(frame))
    assert not growing.refresh()


def test_a_field_grows_and_missing_pixels_are_nan(tmp_path):
    path = until(tmp_path / "field.zarr", 48 + 16)
    growing = GrowingField(path)
    assert (growing.coverage.begun, growing.coverage.complete) == (2, False)
    assert growing.coverage.by_frame.tolist() == [1.0, 0.25, 0.0, 0.0]
    assert np.isfinite(growing.heights(0)).all()
    assert np.isfinite(growing.heights(1)).sum() == 16
    assert np.isnan(growing.heights(3)).all()
    limits, version = growing.limits, growing.version
    until(path, 10**9)
    assert growing.refresh()
    assert growing.coverage.complete
    assert growing.version > version
    assert growing.limits[1] > limits[1]
    assert np.array_equal(growing.heights(1), open_reel(path).heights(1))


def test_a_new_field_is_all_missing(tmp_path):
    growing = GrowingField(until(tmp_path / "field.zarr", 0))
    assert (growing.coverage.begun, growing.coverage.fraction, growing.version) == (1, 0.0, 0)
    assert np.isnan(growing.heights(0)).all()
    until(growing.path, 16)
    assert growing.refresh()
    assert growing.coverage.fraction == 1 / 16


def test_a_deleted_field_keeps_the_heights_that_were_read(tmp_path):
    path = until(tmp_path / "field.zarr", 10**9)
    growing = GrowingField(path)
    before = growing.heights(0).copy()
    shutil.rmtree(path)
    growing.refresh()
    assert growing.vanished
    assert np.array_equal(growing.heights(0), before)


def test_a_damaged_tile_counts_as_missing(tmp_path):
    path = until(tmp_path / "field.zarr", 10**9)
    chunk = path / "pellets" / "c" / "2" / "0" / "0"
    chunk.write_bytes(chunk.read_bytes()[:-3])
    heights = GrowingField(path).heights(2)
    assert np.isnan(heights[:4, :4]).all()
    assert np.isfinite(heights).sum() == 32


def test_a_path_without_a_field_is_refused(tmp_path):
    with pytest.raises(UserError, match="no field"):
        GrowingField(tmp_path / "nothing.zarr")


def test_expected_colours_stay_until_the_film_is_complete(tmp_path):
    path = until(tmp_path / "field.zarr", 16)
    growing = GrowingField(path)
    version = growing.version
    growing.expect(np.array([-7.0, 99.0], np.float32))
    assert growing.expected
    assert growing.version > version, "a new version makes the window paint again"
    for pixels in (48, 96, 150):
        until(path, pixels)
        assert growing.refresh()
        assert growing.limits == (-7.0, 99.0)
    until(path, 10**9)
    assert growing.refresh()
    assert growing.limits == open_reel(path).limits


def test_a_finished_field_ignores_expected_heights(tmp_path):
    growing = GrowingField(until(tmp_path / "field.zarr", 10**9))
    limits = growing.limits
    growing.expect(np.array([-7.0, 99.0], np.float32))
    assert growing.limits == limits
