from dataclasses import replace

import numpy as np
import pytest

from render.palette import colour, equaliser
from render.window.explore.painter import ENOUGH, GUESSED, Look, Scale, coloured, paint, warped
from render.window.explore.place import Land
from render.window.explore.tiles import SIDE, Tiles, cut, mosaic
from render.window.explore.view import View

LAND, VIEW = Land(mazes=1), View(5, -64, -64, 128, 128)
RAMP = np.linspace(0, 90, 128 * 128, dtype=np.float32).reshape(128, 128)


def scale(heights, settled=True):
    return Scale((float(heights.min()), float(heights.max())), equaliser(heights), LAND, 5, settled)


def filled(tiles, value):
    """The grid under VIEW, every second row and column of it known."""
    grid = tiles.grid(LAND, VIEW)
    for tile in (tile for row in grid for tile in row):
        missing = tile.missing(2)
        tile.store(missing, (value + missing[:, 0] + missing[:, 1]).astype(np.int32))
    return grid


@pytest.mark.parametrize("equalise", [False, True])
def test_colours_are_those_of_the_palette(equalise):
    ranks = equaliser(RAMP)
    drawn = coloured(RAMP, None, scale(RAMP), Look(equalise=equalise, relief=False))
    wanted = colour(RAMP, Look().palette, (0.0, 90.0), ranks if equalise else None)
    assert np.abs(drawn.astype(int) - wanted).max() <= 3  # by a lookup of 4096 heights


def test_only_what_is_guessed_is_tinted():
    known = np.zeros(RAMP.shape, bool)
    known[:64] = True
    plain, tinted = (coloured(RAMP, known, scale(RAMP), Look(relief=False, tint=tint)) for tint in (False, True))
    assert np.array_equal(plain[:64], tinted[:64])
    assert np.array_equal(tinted[64:], (plain[64:].astype(int) + GUESSED) // 2)


def test_a_painting_keeps_what_is_known_and_guesses_the_rest():
    grid = filled(Tiles(), 10)
    painting = paint(grid, LAND, VIEW, Look(), None)
    whole = cut(mosaic(grid), VIEW)
    assert painting.known.sum() == np.isfinite(whole).sum() == VIEW.height * VIEW.width // 4
    assert np.array_equal(painting.heights[painting.known], whole[np.isfinite(whole)])
    assert np.isfinite(painting.heights).all()
    assert np.isfinite(cut(mosaic(grid), VIEW)).sum() == painting.known.sum(), "no guess was stored"


def test_colours_are_fixed_once_enough_is_known_until_another_level():
    assert VIEW.height * VIEW.width // 4 >= ENOUGH
    tiles = Tiles()
    first = paint(filled(tiles, 10), LAND, VIEW, Look(), None)
    assert first.scale.settled
    for tile in (tile for row in tiles.grid(LAND, VIEW) for tile in row):
        missing = tile.missing(1)
        tile.store(missing, np.full(len(missing), 500, np.int32))
    again = paint(tiles.grid(LAND, VIEW), LAND, VIEW, Look(), first)
    assert again.scale is first.scale
    deeper = replace(VIEW, level=6)
    other = filled(Tiles(), 300)
    assert paint(other, LAND, deeper, Look(), again).scale.limits != first.scale.limits


def test_a_pan_shows_what_was_seen_before_where_it_was():
    heights = np.arange(SIDE * SIDE, dtype=np.float32).reshape(SIDE, SIDE)
    view = View(5, 0, 0, SIDE, SIDE)
    seen = warped(heights, view, view.moved(10, 3))
    assert np.array_equal(seen[: SIDE - 3, : SIDE - 10], heights[3:, 10:])
    assert np.isnan(seen[SIDE - 3 :]).all()
    assert np.isnan(seen[:, SIDE - 10 :]).all()
