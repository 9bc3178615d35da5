import numpy as np

from render.window.explore.place import Land
from render.window.explore.tiles import SIDE, Tile, Tiles, cut, guess, mosaic
from render.window.explore.view import View

LAND = Land(lifetime=24, mazes=2)


def test_guesses_keep_what_is_known_and_lie_between_it():
    heights = np.full((SIDE, SIDE), np.nan, np.float32)
    heights[::16, ::16] = np.arange(16).reshape(4, 4)
    guessed = guess(heights)
    assert np.array_equal(guessed[::16, ::16], heights[::16, ::16])
    assert guessed.min() == 0
    assert guessed.max() == 15
    assert guessed[0, 8] == 0.5
    assert np.isnan(heights).sum() == SIDE * SIDE - 16  # a guess is never stored
    assert np.isnan(guess(np.full((SIDE, SIDE), np.nan, np.float32))).all()


def test_tiles_of_neighbouring_levels_know_the_points_that_they_share():
    tiles, view = Tiles(), View(5, -10, -10, 20, 20)
    for tile in (tile for row in tiles.grid(LAND, view) for tile in row):
        rows, columns = np.indices((SIDE, SIDE)) + np.array([[[tile.row]], [[tile.column]]]) * SIDE
        tile.store(tile.missing(1), (1000 + 31 * rows + columns).ravel().astype(np.int32))
    here = cut(mosaic(tiles.grid(LAND, view)), view)
    deeper = view.zoomed(1, 10, 10)
    found = cut(mosaic(tiles.grid(LAND, deeper)), deeper)
    assert np.array_equal(found[::2, ::2], here[5:15, 5:15])
    assert np.isnan(found[1::2]).all()
    wider = view.zoomed(-1, 10, 10)
    assert np.array_equal(cut(mosaic(tiles.grid(LAND, wider)), wider)[5:15, 5:15], here[::2, ::2])


def test_points_of_tiles_are_those_of_the_window():
    view = View(31, 2**30 - 5, -7, 6, 9)
    tile = Tile(31, view.top // SIDE, view.left // SIDE)
    at = np.array([[view.top % SIDE, view.left % SIDE]])
    assert np.array_equal(tile.points(at)[0], view.window.points()[0, 0])


def test_the_tiles_used_last_are_kept():
    tiles = Tiles(most=4)
    first = View(5, 0, 0, SIDE, SIDE)
    (tile,) = tiles.grid(LAND, first)[0]
    tiles.grid(LAND, first.moved(SIDE, 0))
    assert tiles.grid(LAND, first)[0][0] is tile
    for step in range(2, 6):
        tiles.grid(LAND, first.moved(step * SIDE, 0))
    assert len(tiles) == 4
    assert tiles.grid(LAND, first)[0][0] is not tile


def test_float32_and_float64_never_mix():
    tiles, level = Tiles(), next(k for k in range(60) if View(k, 0, 0, 2, 2).window.dtype == "float64")
    coarse, fine = (View(k, 0, 0, SIDE, SIDE) for k in (level - 1, level))
    assert coarse.window.dtype == "float32"
    (tile,) = tiles.grid(LAND, coarse)[0]
    tile.store(tile.missing(1), np.zeros(SIDE * SIDE, np.int32))
    assert np.isnan(mosaic(tiles.grid(LAND, fine))).all()
