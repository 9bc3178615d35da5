from dataclasses import replace

import numpy as np
import pytest

from render.legend import heading_height
from render.palette import equaliser
from render.window.explore.landscape_panel import (
    FootText,
    LandscapePanel,
    Layers,
    Overlay,
    put_landscape_panel,
    put_moved,
    put_progress,
)
from render.window.explore.painting import ColourScale, ColourSettings, Painting
from render.window.explore.place import Terrain
from render.window.explore.view import View

VIEW, TERRAIN = View(8, -640, -360, 720, 1280), Terrain()
HEIGHTS = np.linspace(0, 90, 720 * 1280, dtype=np.float32).reshape(720, 1280)
NOTHING = Overlay((), False, (), (), (-1, -1))


@pytest.fixture(scope="module")
def panel():
    frame = np.full((720, 1280, 3), 120, np.uint8)
    scale = ColourScale((0.0, 90.0), equaliser(HEIGHTS), TERRAIN, 8, True)
    painting = Painting(frame, HEIGHTS, np.ones(HEIGHTS.shape, bool), VIEW, TERRAIN, scale, ColourSettings())
    layers = Layers(painting, None, VIEW, (0.0, 0.0, 1.0))
    return LandscapePanel(layers, ColourSettings(), FootText("A title", "a caption", "pellets"), NOTHING)


def drawn(panel):
    frame = np.zeros((720, 1280, 3), np.uint8)
    put_landscape_panel(frame, panel)
    return frame


def test_the_colour_bar_is_drawn_for_both_colourings_with_different_labels(panel):
    ranked = drawn(panel)
    painting = replace(panel.layers.painting, colours=ColourSettings(equalise=False))
    linear = drawn(replace(panel, layers=replace(panel.layers, painting=painting)))
    assert (ranked[:500] == 120).all()
    assert ranked[600:, 800:].max() > 200
    assert not np.array_equal(ranked[600:, 800:], linear[600:, 800:])


@pytest.mark.parametrize(
    ("change", "box"),
    [
        ({"status": ("float64",)}, np.s_[:60, :200]),
        ({"marks": ((400, 300),)}, np.s_[285:316, 385:416]),
        ({"note": ("85 pellets", "x 0"), "cursor": (600, 200)}, np.s_[200:290, 600:800]),
    ],
)
def test_status_marks_and_notes_change_their_own_box_alone(panel, change, box):
    plain = drawn(panel)
    other = drawn(replace(panel, overlay=replace(NOTHING, **change)))
    assert not np.array_equal(other[box], plain[box])
    other[box] = plain[box]
    assert np.array_equal(other, plain)


def test_a_moved_picture_is_drawn_at_its_place():
    frame, other = np.zeros((40, 60, 3), np.uint8), np.full((20, 30, 3), 9, np.uint8)
    put_moved(frame, other, 10, 5, 1.0)
    assert (frame[5:25, 10:40] == 9).all()
    assert frame.sum() == 9 * 3 * 600
    put_moved(frame, other + 1, -500, 0, 2.0)
    assert frame.max() == 9


@pytest.mark.parametrize("scale", [0.71, 0.9, 1.1892, 1.41, 2.0])
def test_an_enlarged_picture_is_smooth_and_in_its_place(scale):
    """A ramp stays a ramp, at each pixel within a level of what the plane has there."""
    columns = 240
    ramp = np.repeat(np.arange(columns, dtype=np.uint8)[None, :, None], 3, axis=2).repeat(50, axis=0)
    frame = np.full((30, 100, 3), 255, np.uint8)
    put_moved(frame, ramp, -20.3, -5.1, scale)
    wanted = (np.arange(100) + 20.3) / scale
    assert np.abs(frame[10, :, 0] - wanted).max() <= 0.51
    assert (np.diff(frame[10, :, 0].astype(int)) >= 0).all()
    assert (frame == frame[:1]).all()


def test_where_no_painting_reaches_the_frame_has_its_mean_colour(panel):
    far = replace(panel, layers=replace(panel.layers, shift=(2000.0, 0.0, 1.0)))
    assert (drawn(far)[:500] == 120).all()


def test_the_progress_line_is_as_long_as_the_fraction_and_disappears_at_the_end():
    frame = np.zeros((10, 100, 3), np.uint8)
    put_progress(frame, 1.0)
    assert not frame.any()
    put_progress(frame, 0.5)
    assert frame[0, :50].all(-1).any()
    assert not frame[:, 50:].any()


@pytest.mark.parametrize(("shape", "above"), [((720, 1280), False), ((400, 384), True)])
def test_status_lines_stand_below_the_heading(panel, shape, above):
    height, width = shape
    assert (heading_height(shape) > 0) is above
    view = View(8, -width // 2, -height // 2, height, width)
    painting = replace(panel.layers.painting, frame=panel.layers.painting.frame[:height, :width], view=view)
    small = replace(panel, layers=replace(panel.layers, view=view, painting=painting))
    frames = []
    for status in ((), ("autopilot, diving",)):
        frame = np.zeros((*shape, 3), np.uint8)
        box = put_landscape_panel(frame, replace(small, overlay=replace(NOTHING, status=status)))
        frames.append(frame)
    rows = np.flatnonzero((frames[0] != frames[1]).any((1, 2)))
    assert rows.min() >= heading_height(shape)
    assert rows.max() < box[1] + box[3]
