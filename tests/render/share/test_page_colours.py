"""The page paints heights as pictures do: the same ranks, nearly the same colours and light."""

import numpy as np
import pytest

from render.palette import colour, equaliser, finite_limits, table
from render.picture import lit
from tests.render.share.test_browser_bits import run

PAINT = """([heights, width, height, palette]) => {
  const field = Float32Array.from(heights), ranks = ranksOf(field);
  const image = paint(field, width, height, ranks, Uint8Array.from(palette));
  return { shares: [...ranks.shares], values: [...ranks.values], pixels: [...image.data] };
}"""


def field():
    """Means over 16 mazes [H, W], as on a dome with noise."""
    y, x = np.mgrid[-1:1:30j, -1:1:40j]
    rng = np.random.default_rng(0)
    return (np.round(16 * (80 * np.exp(-(x**2) - y**2) + rng.normal(0, 3, x.shape))) / 16).astype(np.float32)


def painted(browser, tmp_path, heights):
    """What the page paints, and the ranks that it uses; a height that is not known is None in JSON."""
    sent = [None if np.isnan(value) else float(value) for value in heights.ravel()]
    palette = table("inferno")[np.linspace(0, 1023, 256).round().astype(int)].ravel().tolist()
    function = PAINT.replace("Float32Array.from(heights)", "Float32Array.from(heights, (each) => each ?? NaN)")
    return run(browser, tmp_path, function, [sent, heights.shape[1], heights.shape[0], palette], "colours.js")


def test_ranks_are_those_of_pictures_and_colours_nearly(browser, tmp_path):
    heights = field()
    found, ranks = painted(browser, tmp_path, heights), equaliser(heights)
    assert np.array_equal(found["values"], ranks.values)
    assert np.allclose(found["shares"], ranks.shares, atol=1e-12)
    expected = lit(colour(heights, "inferno", equalise=ranks), heights, finite_limits(heights))
    pixels = np.array(found["pixels"]).reshape(*heights.shape, 4)
    assert (pixels[..., 3] == 255).all()
    off = np.abs(pixels[..., :3] - expected.astype(int))
    assert off.mean() < 1
    assert off.max() <= 12


def test_a_height_that_is_not_known_stays_transparent(browser, tmp_path):
    heights = field()
    heights[3:5, 7:9] = np.nan
    pixels = np.array(painted(browser, tmp_path, heights)["pixels"]).reshape(*heights.shape, 4)
    assert np.array_equal(pixels[..., 3] == 0, np.isnan(heights))


def test_a_colour_is_labelled_with_the_height_that_has_it(browser, tmp_path):
    heights = field()
    function = """(heights) => { const ranks = ranksOf(Float32Array.from(heights));
      return [0, 0.2, 0.5, 1].map((share) => [share, shareOf(ranks, heightOf(ranks, share))]); }"""
    for share, found in run(browser, tmp_path, function, heights.ravel().tolist(), "colours.js"):
        assert found == pytest.approx(share, abs=1e-9)
    two = "(heights) => [0, 0.5, 1].map((share) => heightOf(ranksOf(Float32Array.from(heights)), share))"
    assert run(browser, tmp_path, two, [6.0] * 9 + [8.0], "colours.js") == [6, 7, 8]
    assert run(browser, tmp_path, two, [6.0] * 9, "colours.js") == [6, 6, 6]
