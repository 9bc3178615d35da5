import pytest

from render.window.explore.navigation import TOGETHER, ZOOM_SECONDS, Navigation
from render.window.explore.origin import Origin
from render.window.explore.place import Place, Terrain
from sim.rollout.machine import Machine

SHAPE = (36, 64)
PLACE = Place(Terrain(lifetime=24, mazes=2), radius=18 / 32)  # pixels are 2^-5 apart


@pytest.fixture
def navigation(watched):
    return Navigation(Origin.open(watched.path, Machine(1)), PLACE, SHAPE)


def test_quick_moves_of_one_kind_are_undone_together_and_slow_ones_one_by_one(navigation):
    begin = navigation.view
    for _ in range(5):
        navigation.go(navigation.terrain, navigation.lens.moved(3, 0), "drag")
        navigation.tick(TOGETHER / 10)
    navigation.undo()
    assert navigation.view == begin
    navigation.tick(2 * TOGETHER)
    for _ in range(2):
        navigation.go(navigation.terrain, navigation.lens.moved(3, 0), "pan")
        navigation.tick(2 * TOGETHER)
    navigation.undo()
    assert navigation.view == begin.moved(3, 0)
    navigation.undo()
    assert navigation.view == begin
    assert "nothing to undo" in navigation.undo()
    assert navigation.view == begin


def test_a_move_to_the_same_place_cannot_be_undone(navigation):
    assert navigation.go(navigation.terrain, navigation.lens) == ""
    assert "nothing to undo" in navigation.undo()


def test_a_zoom_is_animated_from_the_old_view_to_the_new_one(navigation):
    assert navigation.shift == (0.0, 0.0, 1.0)
    navigation.go(navigation.terrain, navigation.lens.zoomed(1, 0, 0), "zoom")
    assert navigation.animated
    assert navigation.shift == pytest.approx((0.0, 0.0, 0.5))
    navigation.tick(ZOOM_SECONDS / 2)
    assert 0.5 < navigation.shift[2] < 1
    navigation.tick(ZOOM_SECONDS)
    assert navigation.shift == (0.0, 0.0, 1.0)
    assert not navigation.animated


def test_shifts_and_resizes_are_not_undone(navigation):
    begin = navigation.view
    navigation.resize((40, 70))
    assert (navigation.view.left, navigation.view.top, navigation.view.shape) == (begin.left, begin.top, (40, 70))
    navigation.shift_by(-3, -2)
    assert navigation.view == begin.resized((40, 70)).moved(-3, -2)
    assert "nothing to undo" in navigation.undo()


def test_a_view_that_is_too_wide_is_refused_in_words(navigation):
    begin = navigation.view
    assert navigation.go(navigation.terrain, navigation.lens.zoomed(-30, 0, 0))
    assert navigation.view == begin


def test_a_zoom_that_comes_during_another_goes_on_from_what_is_shown(navigation):
    navigation.go(navigation.terrain, navigation.lens.zoomed(1, 10, 10), "zoom")
    navigation.tick(ZOOM_SECONDS / 2)
    shown = navigation.shift[2] / 2**navigation.view.level  # pixels of the frame for a length on the plane
    navigation.go(navigation.terrain, navigation.lens.zoomed(0.25, 10, 10), "zoom")
    assert navigation.shift[2] / 2**navigation.view.level == pytest.approx(shown)
    navigation.go(navigation.terrain, navigation.lens.moved(5, 0), "drag")
    assert navigation.animated, "a drag does not make the zoom jump to its end"
    navigation.tick(9.0)
    assert navigation.shift == navigation.lens.shift
    assert navigation.lens.zoom == 6.25
