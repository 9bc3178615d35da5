import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from render.window.viewport import CLOSEST, Viewport

BOX = (20, 10, 320, 160)
sides, turns = st.integers(1, 300), st.lists(st.tuples(st.integers(20, 339), st.integers(10, 169), st.integers(-9, 9)))


@given(sides, sides, turns)
def test_the_viewport_never_leaves_the_field(h, w, turns):
    viewport = Viewport.fitting((h, w), BOX)
    for x, y, notches in turns:
        viewport = viewport.zoomed(x, y, notches).panned(x, -y)
    for x, y in ((20, 10), (340, 170)):
        at_x, at_y = viewport.field(x, y)
        assert -1e-6 <= at_x <= w + 1e-6
        assert -1e-6 <= at_y <= h + 1e-6
    assert viewport.zoom >= 1
    assert viewport.scale <= max(CLOSEST, Viewport.fitting((h, w), BOX).scale) * (1 + 1e-9)


@given(st.integers(20, 339), st.integers(10, 169))
def test_places_of_field_and_frame_convert_both_ways(x, y):
    viewport = Viewport.fitting((90, 160), BOX).zoomed(200, 60, 5)
    assert viewport.frame(*viewport.field(x, y)) == pytest.approx((x, y))
    row, column = viewport.pixel(x, y)
    left, top = viewport.frame(column, row)
    assert left - 1 <= x < left + viewport.scale
    assert top - 1 <= y < top + viewport.scale


def test_pixels_are_drawn_where_the_viewport_says():
    picture = np.random.Generator(np.random.Philox(1)).integers(0, 256, (16, 32, 3)).astype(np.uint8)
    viewport = Viewport.fitting((16, 32), BOX).zoomed(100, 40, 4)
    drawn = viewport.draw(picture)
    assert drawn.shape == (160, 320, 3)
    for row, column in ((5, 9), (6, 12)):
        x, y = viewport.frame(column + 0.5, row + 0.5)
        assert np.array_equal(drawn[int(y) - 10, int(x) - 20], picture[row, column])


def test_outside_the_box_there_is_no_pixel():
    viewport = Viewport.fitting((16, 32), BOX)
    assert viewport.pixel(19, 50) is None
    assert viewport.pixel(20, 10) == (0, 0)
    assert viewport.pixel(339, 169) == (15, 31)
    assert viewport.pixel(340, 100) is None
