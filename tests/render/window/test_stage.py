from dataclasses import replace

import numpy as np
import pytest

from render.palette import colour
from render.window.play.growing import Growing
from render.window.play.stage import HATCH, Look, Shot, Stage, _hatched

SIZE = (360, 640)


@pytest.fixture
def stage(slide):
    return Stage(Growing(slide))


def test_from_above_each_pixel_has_the_colour_of_its_value_in_the_limits_of_the_film(stage):
    look = Look("flat", equalise=False, relief=False)
    viewport = stage.viewport(SIZE)
    field = stage.field
    for frame in (0, 4):
        picture = stage.draw(look, float(frame), SIZE, viewport)
        wanted = colour(field.heights(frame), look.palette, field.limits, None)
        for row, column in ((1, 2), (3, 9)):
            x, y = viewport.frame(column + 0.5, row + 0.5)
            assert np.abs(picture[int(y), int(x)].astype(int) - wanted[row, column]).max() <= 1


@pytest.mark.parametrize("view", ["flat", "land"])
def test_a_shot_is_drawn_to_the_same_bits_whatever_was_drawn_before(stage, slide, view):
    shot = Shot(Look(view), 2.5, SIZE, stage.viewport(SIZE), stage.field.version)
    first = stage.shoot(shot)
    stage.shoot(replace(shot, position=4.0))
    stage.shoot(replace(shot, look=Look(view, "viridis")))
    assert np.array_equal(stage.shoot(shot), first)
    assert np.array_equal(Stage(Growing(slide)).shoot(shot), first)


@pytest.mark.parametrize("view", ["flat", "land"])
def test_colours_by_rank_are_labelled_in_every_view(stage, view):
    shot = Shot(Look(view, relief=False), 0.0, (720, 1280), stage.viewport((720, 1280)), 0)
    ranked, linear = (stage.shoot(replace(shot, look=replace(shot.look, equalise=each))) for each in (True, False))
    foot = np.s_[600:, 800:]
    assert ranked[foot].max() > 200, "the words of the bar"
    assert not np.array_equal(ranked[foot], linear[foot])


def test_what_was_never_swept_is_hatched_and_what_was_is_not():
    heights = np.zeros((12, 12), np.float32)
    heights[:, 6:] = np.nan
    rgb = np.full((12, 12, 3), 200, np.uint8)
    out = _hatched(rgb, heights)
    assert (out[:, :6] == 200).all()
    assert {tuple(each) for each in out[:, 6:].reshape(-1, 3).tolist()} == set(HATCH)
    assert (rgb == 200).all()
