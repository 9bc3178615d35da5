import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from agents.layout import Layout, initial
from agents.randomness import generator
from render.window.explore.view import FARTHEST, View, deepest
from sim.landscape.plane import random_plane

views = st.builds(
    View, st.integers(2, 40), st.integers(-(2**40), 2**40), st.integers(-(2**40), 2**40), st.just(90), st.just(160)
)


@given(views)
def test_the_window_of_a_view_gives_the_view_back(view):
    window = view.window
    assert View.of(window.x, window.y, window.radius, view.shape) == view


@given(views, st.integers(0, 159), st.integers(0, 89), st.integers(1, 6))
def test_a_zoom_keeps_the_point_under_the_cursor_and_a_zoom_back_undoes_it(view, x, y, turns):
    closer = view.zoomed(turns, x, y)
    assert closer.point(x, y) == view.point(x, y)
    assert closer.zoomed(-turns, x, y) == view


@given(views, st.integers(-500, 500), st.integers(-500, 500))
def test_a_pan_moves_by_whole_pixels_and_a_pan_back_undoes_it(view, right, down):
    moved = view.moved(right, down)
    assert moved.moved(-right, -down) == view
    assert moved.offset(view) == (-right, -down, 1.0)


def test_pixels_differ_at_the_deepest_level_and_not_far_below_it():
    layout = Layout(hidden=4)
    plane = random_plane(initial(layout, 1, generator(1, "test"))[0] + np.float32(0.01), layout, 0)
    view = View.of(0.3, 0.2, 1e-9, (90, 160))
    level = deepest(plane, view)
    points = [np.array([[0.3 + k * 2.0**-level, 0.2] for k in range(8)]) for level in (level, level + 8)]
    there, below = (len({row.tobytes() for row in plane.at(each, np.float64)}) for each in points)
    assert there == 8
    assert below < 8
    assert View(level, 0, 0, 2, 2).pixel * FARTHEST > 0.3


def test_a_view_contains_its_pixels_only():
    view = View(5, -3, 7, 9, 16)
    assert view.contains(0, 0)
    assert view.contains(15, 8)
    assert not view.contains(16, 0)
    assert not view.contains(0, 9)
    assert not view.contains(-1, 0)
