"""Relief fades in as pixels become exact."""

import numpy as np
import pytest

from render.palette import equaliser
from render.window.explore.fading import BLOCK, faded, strength
from render.window.explore.painting import ColourScale, ColourSettings, coloured
from render.window.explore.place import Terrain

SHAPE = (3 * BLOCK + 5, 4 * BLOCK + 3)


def test_the_strength_of_a_block_is_the_root_of_its_share_of_known_pixels():
    known = np.zeros(SHAPE, bool)
    known[:BLOCK:2, :BLOCK:2] = True
    known[-5:, -3:] = True
    found = strength(known)
    assert found.shape == (4, 5)
    assert (found[0, 0], found[-1, -1], found[1, 1]) == (0.5, 1.0, 0.0)


def by_hand(plain, lit, known):
    """The mix of two pictures, pixel by pixel in float64."""
    strengths, (height, width) = strength(known).astype(float), known.shape
    rows, columns = ((np.arange(side) + 0.5) / BLOCK - 0.5 for side in (height, width))
    across = np.array([np.interp(columns, np.arange(strengths.shape[1]), row) for row in strengths])
    whole = np.array([np.interp(rows, np.arange(strengths.shape[0]), column) for column in across.T]).T[..., None]
    return np.floor(plain + whole * (lit.astype(float) - plain) + 0.5)


def test_the_mix_is_that_of_plain_arithmetic():
    rng = np.random.default_rng(0)
    plain, lit = (rng.integers(0, 256, (*SHAPE, 3)).astype(np.uint8) for _ in range(2))
    known = rng.random(SHAPE) < np.linspace(0, 1.2, SHAPE[1])
    assert np.abs(faded(plain, lit, known) - by_hand(plain, lit, known)).max() <= 1
    assert faded(plain, lit, np.ones(SHAPE, bool)) is lit
    assert np.array_equal(faded(plain, lit, np.zeros(SHAPE, bool)), plain)


@pytest.fixture
def picture():
    heights = np.random.default_rng(1).random(SHAPE).astype(np.float32)
    scale = ColourScale((0.0, 1.0), equaliser(heights), Terrain(), 8, True)

    def paint(known, relief=True):
        return coloured(heights, known, scale, ColourSettings(relief=relief)).astype(int)

    return paint


def test_a_painting_without_known_pixels_has_no_relief_and_a_finished_one_has_all(picture):
    flat = picture(np.zeros(SHAPE, bool), relief=False)
    depths = []
    for share in (0.0, 0.25, 1.0):
        known = np.zeros(SHAPE, bool)
        known.ravel()[: round(share * known.size)] = True
        known = np.random.default_rng(2).permuted(known.ravel()).reshape(SHAPE)
        depths.append(np.abs(picture(known) - flat).mean())
    assert depths[0] == 0
    assert depths[1] == pytest.approx(depths[2] / 2, rel=0.1)
    assert depths[2] > 5


def test_a_flat_place_is_not_black():
    heights = np.full(SHAPE, 7.0, np.float32)
    for equalise in (True, False):
        scale = ColourScale((7.0, 7.0), equaliser(heights), Terrain(), 8, True)
        frame = coloured(heights, None, scale, ColourSettings(equalise=equalise))
        assert frame.reshape(-1, 3).max(0).sum() > 150
