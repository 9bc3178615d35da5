"""The room of a picture's legend, which follows from its colour bars and words."""

import numpy as np
import pytest

from render import legend
from render.palette import GREYS, equaliser
from render.picture import Style, picture, picture_of_two
from render.picture_layout import Told, picture_layout
from render.two_channels import Channel, hue_palette

SIZES = [(1920, 1080), (568, 320), (480, 480), (480, 640), (360, 640), (400, 1000)]
SHORT, LONG = "When foragers part", "What the foragers around this champion do, when they part, and how early they eat"
CAPTION = "every pixel is a forager; weights changed by -100 % along a third direction, mean of 12 mazes, 200 steps"


@pytest.fixture
def said(monkeypatch):
    """All texts that are drawn, in order, with their top left or their bottom left."""
    texts, put = [], legend.put_text

    def put_text(frame, text, position, *rest):
        texts.append((text, position))
        put(frame, text, position, *rest)

    monkeypatch.setattr(legend, "put_text", put_text)
    return texts


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("shape", [(54, 96), (60, 60), (20, 96)])
@pytest.mark.parametrize("title", [SHORT, LONG])
@pytest.mark.parametrize("bars", [1, 2])
def test_all_words_and_bars_are_drawn_whatever_the_shape_of_the_frame(size, shape, title, bars, said):
    heights = np.random.default_rng(1).integers(0, 99, shape)
    if bars == 1:
        picture(heights, 0.7, Style(size=size), title, CAPTION)
    else:
        ranks, (low, high) = equaliser(heights), (heights.min(), heights.max())
        hue, light = (Channel(heights, (low, high), ranks, "pellets", each) for each in (hue_palette("mako"), GREYS))
        picture_of_two(hue, light, 0.7, size, title, CAPTION)
    texts = [text for text, _ in said]
    assert title in " ".join(texts)
    assert CAPTION in " ".join(texts)
    assert sum(text.startswith("pellets") for text in texts) == bars
    assert sum(text.endswith("%") and text[0].isdigit() for text in texts) >= 1  # the scale bar


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("shape", [(54, 96), (60, 60), (20, 96)])
@pytest.mark.parametrize("bars", [1, 2])
def test_the_legend_is_in_the_frame_and_off_the_field(size, shape, bars):
    layout = picture_layout(shape, size, Told(bars, ((LONG, CAPTION),)))
    if layout.overlaid:
        return
    (x, y, width, height), (left, top, wide, tall) = layout.legend, layout.field
    assert 0 <= x < x + width <= size[1]
    assert 0 <= y < y + height <= size[0]
    assert x + width <= left or y >= top + tall
    assert max(wide / size[1], tall / size[0]) > 0.4


def test_a_legend_is_as_deep_as_the_longest_words_of_a_film():
    short, long, both = (
        picture_layout((54, 96), (480, 480), Told(1, told))
        for told in (((SHORT, ""),), ((LONG, CAPTION),), ((SHORT, ""), (LONG, CAPTION)))
    )
    assert both == long
    assert short.legend[3] < long.legend[3]


def test_two_bars_share_a_row_where_it_is_wide_enough():
    told = Told(2, ((SHORT, CAPTION),))
    assert told.side_by_side(600, 10)
    assert not told.side_by_side(400, 10)
    assert told.depth(600, 10) < told.depth(500, 10)
