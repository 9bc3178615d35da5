import math
from fractions import Fraction

import pytest

from render.window.explore.lens import Lens, shift_of
from render.window.explore.view import View

SHAPE = (180, 320)
STARTS = [Lens.of(0.0, 0.0, 0.7, SHAPE), Lens.of(0.3141, -0.2718, 0.05, SHAPE), Lens.of(1 / 3, 1e-3, 3e-11, SHAPE)]


def point(lens, x, y):
    """The point of the plane at a place of the frame, without rounding beyond that of the index."""
    column, row = lens.index(x, y)
    pixel = Fraction(1, 2**lens.view.level)
    return (lens.view.left + Fraction(column)) * pixel, (lens.view.top + Fraction(row)) * pixel


def pixel(lens):
    """The distance of two pixels of the frame."""
    return 2.0**-lens.zoom


@pytest.mark.parametrize("lens", STARTS)
def test_the_point_under_the_cursor_stays_there_at_any_magnification(lens):
    for octaves in (0.25, -0.25, 0.1, 1.7, 3, -2.5):
        for x, y in ((0, 0), (319, 179), (57, 133)):
            after = lens.zoomed(octaves, x, y)
            away = [
                float(abs(a - b) / Fraction(pixel(after)))
                for a, b in zip(point(lens, x, y), point(after, x, y), strict=True)
            ]
            assert max(away) < (0.51 if after.zoom == round(after.zoom) else 1e-6)
            assert after.zoom == pytest.approx(lens.zoom + octaves, abs=1 / 1024)


@pytest.mark.parametrize("lens", STARTS)
def test_four_quarters_are_an_octave_and_the_way_back_leads_back(lens):
    once, slow = lens.zoomed(1, 40, 50), lens
    for _ in range(4):
        slow = slow.zoomed(0.25, 40, 50)
    assert slow.zoom == once.zoom
    for mine, whole in zip(point(slow, 40, 50), point(once, 40, 50), strict=True):
        assert abs(mine - whole) <= Fraction(pixel(once))
    back = once.zoomed(-1, 40, 50)
    assert back.zoom == lens.zoom
    assert abs(back.view.left - lens.view.left) <= 1


@pytest.mark.parametrize("lens", STARTS)
def test_the_view_covers_the_frame_and_no_more_than_needed(lens):
    for octaves in range(-12, 13):
        after = lens.zoomed(octaves / 10, 100, 100)
        assert 2**-0.51 < after.scale < 2**0.51
        assert (after.x, after.y) <= (0, 0)
        column, row = after.index(SHAPE[1] - 1, SHAPE[0] - 1)
        assert 0 <= after.view.width - 1 - column < 1
        assert 0 <= after.view.height - 1 - row < 1
        assert after.radius == pytest.approx(lens.radius * 2 ** -(octaves / 10), rel=1e-3)


def test_at_a_whole_zoom_the_frame_is_the_view():
    lens = Lens.of(0.0, 0.0, 0.7, SHAPE)
    assert lens == Lens.on(View.of(0.0, 0.0, 0.7, SHAPE))
    assert lens.moved(3, -2) == Lens.on(lens.view.moved(3, -2))
    assert lens.zoomed(2, 31, 77) == Lens.on(lens.view.zoomed(2, 31, 77))
    assert lens.shift == (0.0, 0.0, 1.0)


@pytest.mark.parametrize("octaves", [0.0, 0.25, 0.5, 0.75, 0.3, 7.25])
def test_centre_and_radius_lead_back(octaves):
    lens = Lens.of(0.3141, -0.2718, 0.05, SHAPE).zoomed(octaves, 100, 30)
    again = Lens.of(*lens.centre, lens.radius, SHAPE)
    assert again.zoom == lens.zoom
    assert (again.view, again.shape) == (lens.view, lens.shape)
    assert again.shift == pytest.approx(lens.shift, abs=1e-4)


def test_a_move_is_of_pixels_of_the_frame():
    lens = Lens.of(0.1, 0.2, 0.05, SHAPE).zoomed(0.3, 0, 0)
    place = lens.place_of(0.1, 0.2)
    assert lens.moved(10, -7).place_of(0.1, 0.2) == pytest.approx((place[0] - 10, place[1] + 7))
    assert lens.moved(10, -7).moved(-10, 7).shift == pytest.approx(lens.shift)


def test_the_lattice_point_of_a_pixel_is_the_nearest():
    lens = Lens.of(0.1, 0.2, 0.05, SHAPE).zoomed(0.4, 0, 0)
    for x, y in ((0, 0), (319, 179), (100, 33)):
        column, row = lens.point_at(x, y)
        there = lens.place_of(*lens.view.point(column, row))
        assert max(abs(there[0] - x), abs(there[1] - y)) <= 0.51 * lens.scale + 1e-9


def test_the_shift_from_another_view_draws_the_same_plane_in_the_same_place():
    one = Lens.of(0.1, 0.2, 0.05, SHAPE)
    two = one.zoomed(1.6, 200, 20)
    x, y, scale = shift_of(two.view, one.view, one.shift)
    at = two.view.point(0, 0)
    assert one.place_of(*at) == pytest.approx((x, y), abs=1e-6)
    assert math.isclose(scale, one.scale * two.view.pixel / one.view.pixel)
