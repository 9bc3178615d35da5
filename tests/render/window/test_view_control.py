from dataclasses import replace

import numpy as np
import pytest

from render.palette import PALETTES
from render.window.play.field_renderer import FieldRenderer
from render.window.play.growing_field import GrowingField
from render.window.play.view_control import ELEVATIONS, FURTHEST, NAMES, PAUSE, ViewControl

AREA = (360, 640)


@pytest.fixture
def renderer(slide):
    return FieldRenderer(GrowingField(slide))


@pytest.fixture
def view(renderer):
    """The control of a slide tour, which starts as view."""
    return ViewControl(renderer, AREA)


def test_v_cycles_through_the_views_and_only_zooms_have_a_dive(view, dive):
    assert [view.key("v") for _ in range(4)] == [NAMES[name] for name in ("flat", "land", "flat", "land")]
    zoom = ViewControl(FieldRenderer(GrowingField(dive)), AREA)
    assert zoom.settings.view == "dive"
    assert [zoom.key("v") for _ in range(3)] == [NAMES[name] for name in ("flat", "land", "dive")]


def test_p_cycles_through_the_palettes_both_ways(view):
    palettes = [view.key("p") for _ in PALETTES]
    assert sorted(palettes) == sorted(PALETTES)
    assert view.settings.palette == PALETTES[0]
    assert view.key("P") == PALETTES[-1]


def test_a_pan_of_the_land_moves_it_with_the_mouse(renderer, view):
    pixel, before = (0, 4, 8), view.shot(0.0)
    settings = view.settings
    view.drag(40, 25, pan=True)
    assert (view.settings.azimuth, view.settings.elevation) == (settings.azimuth, settings.elevation)
    moved = np.subtract(renderer.place_of(view.shot(0.0), pixel), renderer.place_of(before, pixel))
    ratio = moved / (40, 25)  # land that is nearer than the middle moves further than the mouse
    assert ratio.min() > 0.7
    assert ratio.max() < 1.6
    view.drag(10**6, -(10**6), pan=True)
    assert np.abs(view.settings.aim).max() == FURTHEST


def test_the_camera_stays_between_the_horizon_and_the_top(view):
    for dy, limit in ((10**4, ELEVATIONS[1]), (-(10**4), ELEVATIONS[0])):
        view.drag(0, dy)
        assert view.settings.elevation == limit


def test_quick_turns_of_the_wheel_are_undone_together(view):
    start = view.settings
    for now in (0.0, 0.1, 0.2):
        view.wheel(320, 190, 1, 0.0, now)
    view.wheel(320, 190, 1, 0.0, 0.3 + PAUSE)
    assert view.settings.near > start.near
    view.key("backspace")
    assert view.settings.near == pytest.approx(start.near * 1.15**3)
    view.key("p")
    view.key("backspace")
    assert view.settings == replace(start, palette=PALETTES[1]), "Backspace changed the colours"
    assert view.key("backspace") == "no view before this one"


def test_0_shows_all_of_the_land_and_keeps_the_colours(view):
    start = view.settings
    view.key("e")
    view.wheel(320, 190, 3, 0.0, 0.0)
    view.drag(50, 5)
    view.key("0")
    assert view.settings == replace(start, equalise=False)


def test_other_keys_are_not_handled(view):
    assert view.key("x") is None
