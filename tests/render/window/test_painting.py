from dataclasses import replace

import numpy as np
import pytest

from render.palette import colour, equaliser
from render.window.explore import painting as module
from render.window.explore.painting import (
    ENOUGH,
    GUESSED,
    ColourScale,
    ColourSettings,
    Painting,
    coloured,
    paint,
    recoloured,
    warped,
)
from render.window.explore.place import Terrain
from render.window.explore.tiles import SIDE, TileCache, crop, mosaic
from render.window.explore.view import View

TERRAIN, VIEW = Terrain(mazes=1), View(5, -64, -64, 128, 128)
RAMP = np.linspace(0, 90, 128 * 128, dtype=np.float32).reshape(128, 128)


def scale(heights, settled=True):
    return ColourScale((float(heights.min()), float(heights.max())), equaliser(heights), TERRAIN, 5, settled)


def filled(tiles, value):
    """The grid under VIEW, with every second row and column known."""
    grid = tiles.grid(TERRAIN, VIEW)
    for tile in (tile for row in grid for tile in row):
        missing = tile.missing(2)
        tile.store(missing, (value + missing[:, 0] + missing[:, 1]).astype(np.int32))
    return grid


@pytest.mark.parametrize("equalise", [False, True])
def test_heights_have_the_colours_of_the_palette(equalise):
    ranks = equaliser(RAMP)
    drawn = coloured(RAMP, None, scale(RAMP), ColourSettings(equalise=equalise, relief=False))
    wanted = colour(RAMP, ColourSettings().palette, (0.0, 90.0), ranks if equalise else None)
    assert np.abs(drawn.astype(int) - wanted).max() <= 3  # the lookup table has 4096 heights


def test_only_interpolated_pixels_are_tinted():
    known = np.zeros(RAMP.shape, bool)
    known[:64] = True
    plain, tinted = (
        coloured(RAMP, known, scale(RAMP), ColourSettings(relief=False, tint=tint)) for tint in (False, True)
    )
    assert np.array_equal(plain[:64], tinted[:64])
    assert np.array_equal(tinted[64:], (plain[64:].astype(int) + GUESSED) // 2)


def test_a_painting_keeps_known_heights_and_interpolates_the_rest():
    grid = filled(TileCache(), 10)
    painting = paint(grid, TERRAIN, VIEW, ColourSettings(), None)
    whole = crop(mosaic(grid), VIEW)
    assert painting.known.sum() == np.isfinite(whole).sum() == VIEW.height * VIEW.width // 4
    assert np.array_equal(painting.heights[painting.known], whole[np.isfinite(whole)])
    assert np.isfinite(painting.heights).all()
    assert np.isfinite(crop(mosaic(grid), VIEW)).sum() == painting.known.sum(), "an interpolated height was stored"


def test_a_first_painting_waits_for_a_second_value_or_for_many_pixels():
    tiles = TileCache()
    grid = tiles.grid(TERRAIN, VIEW)
    assert paint(grid, TERRAIN, VIEW, ColourSettings(), None) is None
    tile = grid[0][0]
    few = tile.missing(1)[:4]
    tile.store(few, np.full(4, 7, np.int32))
    before = paint(filled(TileCache(), 10), TERRAIN, VIEW, ColourSettings(), None)
    assert paint(grid, TERRAIN, VIEW, ColourSettings(), None) is None
    assert paint(grid, TERRAIN, VIEW, ColourSettings(), before) is not None, "the picture before fills the frame"
    tile.store(tile.missing(1)[:1], np.array([8], np.int32))
    assert paint(grid, TERRAIN, VIEW, ColourSettings(), None) is not None
    plateau = TileCache().grid(TERRAIN, VIEW)
    for one in (one for row in plateau for one in row):
        one.store(one.missing(2), np.full(len(one.missing(2)), 7, np.int32))
    assert paint(plateau, TERRAIN, VIEW, ColourSettings(), None) is not None


def test_colours_stay_fixed_once_enough_is_known_until_the_level_changes():
    assert VIEW.height * VIEW.width // 4 >= ENOUGH
    tiles = TileCache()
    first = paint(filled(tiles, 10), TERRAIN, VIEW, ColourSettings(), None)
    assert first.scale.settled
    for tile in (tile for row in tiles.grid(TERRAIN, VIEW) for tile in row):
        missing = tile.missing(1)
        tile.store(missing, np.full(len(missing), 500, np.int32))
    again = paint(tiles.grid(TERRAIN, VIEW), TERRAIN, VIEW, ColourSettings(), first)
    assert again.scale is first.scale
    deeper = replace(VIEW, level=6)
    other = filled(TileCache(), 300)
    assert paint(other, TERRAIN, deeper, ColourSettings(), again).scale.limits != first.scale.limits


@pytest.mark.parametrize(("most", "spacing"), [(128 * 128, 1), (64 * 64, 2), (1000, 8)])
def test_a_background_in_other_colours_lies_where_it_was(monkeypatch, most, spacing):
    monkeypatch.setattr(module, "MOST_RECOLOURED", most)
    view, colours = View(9, -61, 67, 128, 128), ColourSettings(relief=False)
    old = Painting(np.zeros((128, 128, 3), np.uint8), RAMP, RAMP >= 0, view, TERRAIN, scale(RAMP), colours)
    new = recoloured(old, scale(RAMP[:40]), colours)
    left, top, wide = view.offset(new.view)
    assert wide == spacing
    assert 0 <= left < spacing
    assert 0 <= top < spacing
    wanted = coloured(RAMP, None, scale(RAMP[:40]), colours)[int(top) :: spacing, int(left) :: spacing]
    assert np.array_equal(new.frame, wanted)
    assert recoloured(new, new.scale, colours) is new


def test_a_pan_moves_the_heights_that_were_visible_before():
    heights = np.arange(SIDE * SIDE, dtype=np.float32).reshape(SIDE, SIDE)
    view = View(5, 0, 0, SIDE, SIDE)
    moved = warped(heights, view, view.moved(10, 3))
    assert np.array_equal(moved[: SIDE - 3, : SIDE - 10], heights[3:, 10:])
    assert np.isnan(moved[SIDE - 3 :]).all()
    assert np.isnan(moved[:, SIDE - 10 :]).all()


@pytest.mark.parametrize("stride", [16, 8, 2])
def test_a_picture_of_few_known_pixels_is_that_of_all_pixels_on_a_plain_slope(stride):
    tiles, view = TileCache(), VIEW.moved(13, 6)
    grid = tiles.grid(TERRAIN, view)
    for tile in (tile for row in grid for tile in row):
        missing = tile.missing(stride)
        tile.store(missing, 3.0 * (tile.row * SIDE + missing[:, 0]) + tile.column * SIDE + missing[:, 1])
    before = paint(filled(TileCache(), 10), TERRAIN, VIEW, ColourSettings(), None)
    scale = replace(before.scale, limits=(-300.0, 400.0), level=view.level, settled=True)
    colours = ColourSettings(equalise=False, relief=False)
    painting = paint(grid, TERRAIN, view, colours, replace(before, scale=scale), hurried=True)
    rows, columns = np.indices(view.shape)
    exact = (3.0 * (view.top + rows) + view.left + columns).astype(np.float32)
    assert painting.known.mean() < 1 / 3
    assert np.array_equal(painting.heights[painting.known], exact[painting.known])
    wanted = coloured(exact, None, scale, colours).astype(int)
    inner = np.s_[:-stride, :-stride]  # beyond the last known row and column heights stay constant
    assert np.abs(painting.frame.astype(int) - wanted)[inner].mean() < 1.5


def test_a_painting_that_is_not_current_any_more_is_given_up():
    assert paint(filled(TileCache(), 10), TERRAIN, VIEW, ColourSettings(), None, current=lambda: False) is None
