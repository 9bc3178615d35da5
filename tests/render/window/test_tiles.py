import numpy as np
import pytest

from render.window.explore.place import Terrain
from render.window.explore.tiles import SIDE, Tile, TileCache, crop, interpolate, mosaic
from render.window.explore.view import View

TERRAIN = Terrain(lifetime=24, mazes=2)


def test_interpolation_keeps_known_heights_and_lies_between_them():
    heights = np.full((SIDE, SIDE), np.nan, np.float32)
    heights[::16, ::16] = np.arange(16).reshape(4, 4)
    filled = interpolate(heights)
    assert np.array_equal(filled[::16, ::16], heights[::16, ::16])
    assert filled.min() == 0
    assert filled.max() == 15
    assert filled[0, 8] == 0.5
    assert np.isnan(heights).sum() == SIDE * SIDE - 16  # no interpolated height is stored
    assert np.isnan(interpolate(np.full((SIDE, SIDE), np.nan, np.float32))).all()


@pytest.mark.parametrize("corner", [(0, 0), (3, -5), (-8, 17)])
def test_strides_beyond_a_tile_belong_to_the_lattice_and_are_interpolated(corner):
    grid = [[Tile(5, corner[0] + row, corner[1] + column) for column in range(12)] for row in range(12)]
    for tile in (tile for row in grid for tile in row):
        missing = tile.missing(256)
        assert len(missing) == (tile.row % 4 == 0 and tile.column % 4 == 0)
        tile.store(missing, np.full(len(missing), 64 * tile.row + 7.0 * tile.column))
    whole = mosaic(grid)
    known = ~np.isnan(whole)
    assert 9 <= known.sum() <= 16
    for spacing in (1, 4):
        filled = interpolate(whole, spacing, corner)
        assert filled.shape == (768 // spacing, 768 // spacing)
        assert np.array_equal(filled[known[::spacing, ::spacing]], whole[known])
        row, column = -corner[0] % 4 * SIDE // spacing, -corner[1] % 4 * SIDE // spacing
        at = 128 // spacing  # in the middle between two known pixels
        assert filled[row + at, column] == filled[row, column] + 128
        assert filled[row, column + at] == filled[row, column] + 14
        assert not np.isnan(filled).any()


def test_a_sparse_interpolation_is_part_of_the_whole_one():
    heights = np.full((2 * SIDE, 3 * SIDE), np.nan, np.float32)
    heights[::16, ::16] = np.random.default_rng(0).integers(0, 90, (8, 12))
    assert np.array_equal(interpolate(heights, 4), interpolate(heights)[::4, ::4])


def test_tiles_of_neighbouring_levels_share_their_common_points():
    tiles, view = TileCache(), View(5, -10, -10, 20, 20)
    for tile in (tile for row in tiles.grid(TERRAIN, view) for tile in row):
        rows, columns = np.indices((SIDE, SIDE)) + np.array([[[tile.row]], [[tile.column]]]) * SIDE
        tile.store(tile.missing(1), (1000 + 31 * rows + columns).ravel().astype(np.int32))
    here = crop(mosaic(tiles.grid(TERRAIN, view)), view)
    deeper = view.zoomed(1, 10, 10)
    found = crop(mosaic(tiles.grid(TERRAIN, deeper)), deeper)
    assert np.array_equal(found[::2, ::2], here[5:15, 5:15])
    assert np.isnan(found[1::2]).all()
    wider = view.zoomed(-1, 10, 10)
    assert np.array_equal(crop(mosaic(tiles.grid(TERRAIN, wider)), wider)[5:15, 5:15], here[::2, ::2])


def test_the_points_of_a_tile_equal_those_of_the_window():
    view = View(31, 2**30 - 5, -7, 6, 9)
    tile = Tile(31, view.top // SIDE, view.left // SIDE)
    at = np.array([[view.top % SIDE, view.left % SIDE]])
    assert np.array_equal(tile.points(at)[0], view.window.points()[0, 0])


def test_the_cache_drops_the_tiles_that_were_used_least_recently(monkeypatch):
    monkeypatch.setattr("render.window.explore.tiles.MOST", 4)
    tiles = TileCache()
    first = View(5, 0, 0, SIDE, SIDE)
    (tile,) = tiles.grid(TERRAIN, first)[0]
    tiles.grid(TERRAIN, first.moved(SIDE, 0))
    assert tiles.grid(TERRAIN, first)[0][0] is tile
    for step in range(2, 6):
        tiles.grid(TERRAIN, first.moved(step * SIDE, 0))
    assert tiles.grid(TERRAIN, first)[0][0] is not tile


def test_float32_and_float64_heights_never_mix():
    tiles, level = TileCache(), next(k for k in range(60) if View(k, 0, 0, 2, 2).window.dtype == "float64")
    coarse, fine = (View(k, 0, 0, SIDE, SIDE) for k in (level - 1, level))
    assert coarse.window.dtype == "float32"
    (tile,) = tiles.grid(TERRAIN, coarse)[0]
    tile.store(tile.missing(1), np.zeros(SIDE * SIDE, np.int32))
    assert np.isnan(mosaic(tiles.grid(TERRAIN, fine))).all()
