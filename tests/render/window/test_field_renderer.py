from dataclasses import replace

import numpy as np
import pytest

from render.palette import colour
from render.window.play.field_renderer import HATCH, FieldRenderer, Shot, ViewSettings, _hatched
from render.window.play.growing_field import GrowingField

SIZE = (360, 640)


@pytest.fixture
def renderer(slide):
    return FieldRenderer(GrowingField(slide))


def test_from_above_each_pixel_has_the_colour_of_its_value_in_the_films_limits(renderer):
    settings = ViewSettings("flat", equalise=False, relief=False)
    viewport = renderer.whole(SIZE)
    field = renderer.field
    for frame in (0, 4):
        picture = renderer.draw(Shot(settings, float(frame), SIZE, viewport, field.version))
        wanted = colour(field.heights(frame), settings.palette, field.limits, None)
        for row, column in ((1, 2), (3, 9)):
            x, y = viewport.frame(column + 0.5, row + 0.5)
            assert np.abs(picture[int(y), int(x)].astype(int) - wanted[row, column]).max() <= 1


@pytest.mark.parametrize("view", ["flat", "land"])
def test_a_shot_has_the_same_bits_whatever_was_drawn_before(renderer, slide, view):
    shot = Shot(ViewSettings(view), 2.5, SIZE, renderer.whole(SIZE), renderer.field.version)
    first = renderer.draw(shot)
    renderer.draw(replace(shot, position=4.0))
    renderer.draw(replace(shot, settings=ViewSettings(view, "viridis")))
    assert np.array_equal(renderer.draw(shot), first)
    assert np.array_equal(FieldRenderer(GrowingField(slide)).draw(shot), first)


@pytest.mark.parametrize("view", ["flat", "land"])
def test_colours_by_rank_have_their_own_labels_in_every_view(renderer, view):
    shot = Shot(ViewSettings(view, relief=False), 0.0, (720, 1280), renderer.whole((720, 1280)), 0)
    ranked, linear = (
        renderer.draw(replace(shot, settings=replace(shot.settings, equalise=equalise))) for equalise in (True, False)
    )
    foot = np.s_[600:, 800:]
    assert ranked[foot].max() > 200, "the words of the colour bar are missing"
    assert not np.array_equal(ranked[foot], linear[foot])


def test_only_missing_pixels_are_hatched():
    heights = np.zeros((12, 12), np.float32)
    heights[:, 6:] = np.nan
    rgb = np.full((12, 12, 3), 200, np.uint8)
    out = _hatched(rgb, heights)
    assert (out[:, :6] == 200).all()
    assert {tuple(pixel) for pixel in out[:, 6:].reshape(-1, 3).tolist()} == set(HATCH)
    assert (rgb == 200).all()
