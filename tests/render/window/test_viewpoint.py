from dataclasses import replace

import numpy as np
import pytest

from render.palette import PALETTES
from render.window.play.growing import Growing
from render.window.play.stage import Stage
from render.window.play.viewpoint import ELEVATIONS, FURTHEST, NAMES, PAUSE, Viewpoint

AREA = (360, 640)


@pytest.fixture
def land(slide):
    return Viewpoint(Stage(Growing(slide)), AREA)


def test_views_go_round_and_a_dive_is_for_zooms_alone(land, dive):
    assert [land.key("v") for _ in range(4)] == [NAMES[each] for each in ("flat", "land", "flat", "land")]
    zoom = Viewpoint(Stage(Growing(dive)), AREA)
    assert zoom.look.view == "dive"
    assert [zoom.key("v") for _ in range(3)] == [NAMES[each] for each in ("flat", "land", "dive")]


def test_palettes_go_both_ways_and_round(land):
    seen = [land.key("p") for _ in PALETTES]
    assert sorted(seen) == sorted(PALETTES)
    assert land.look.palette == PALETTES[0]
    assert land.key("P") == PALETTES[-1]


def test_a_pan_of_the_land_moves_it_with_the_mouse(land):
    position, pixel = 0.0, (0, 4, 8)
    look = land.look
    land.drag(40, 25, pan=True)
    assert (land.look.azimuth, land.look.elevation) == (look.azimuth, look.elevation)
    there = land.stage.place(land.look, position, AREA, land.viewport, pixel)
    before = land.stage.place(look, position, AREA, land.viewport, pixel)
    share = np.subtract(there, before) / (40, 25)  # what is nearer than the middle moves further
    assert share.min() > 0.7
    assert share.max() < 1.6
    land.drag(10**6, -(10**6), pan=True)
    assert np.abs(land.look.aim).max() == FURTHEST


def test_turning_stays_between_the_horizon_and_the_top(land):
    for dy, limit in ((10**4, ELEVATIONS[1]), (-(10**4), ELEVATIONS[0])):
        land.drag(0, dy)
        assert land.look.elevation == limit


def test_turns_of_the_wheel_in_quick_succession_are_undone_together(land):
    start = land.look
    for now in (0.0, 0.1, 0.2):
        land.wheel(320, 190, 1, 0.0, now)
    land.wheel(320, 190, 1, 0.0, 0.3 + PAUSE)
    assert land.look.near > start.near
    land.key("backspace")
    assert land.look.near == pytest.approx(start.near * 1.15**3)
    land.key("p")
    land.key("backspace")
    assert land.look == replace(start, palette=PALETTES[1]), "colours are not part of the way back"
    assert land.key("backspace") == "no view before this one"


def test_zero_sees_all_again_and_keeps_the_colours(land):
    start = land.look
    land.key("e")
    land.wheel(320, 190, 3, 0.0, 0.0)
    land.drag(50, 5)
    land.key("0")
    assert land.look == replace(start, equalise=False)


def test_other_keys_are_not_taken(land):
    assert land.key("x") is None
