import pytest

from render.window.explore.navigation import TOGETHER, ZOOM_SECONDS, Navigation
from render.window.explore.origin import Origin
from render.window.explore.place import Place, Terrain
from sim.rollout.machine import Machine

PLACE = Place(Terrain(lifetime=24, mazes=2))
SHAPE = (36, 64)


@pytest.fixture
def navigation(watched):
    return Navigation(Origin.open(watched.path, Machine(1)), PLACE, SHAPE)


def test_quick_moves_of_one_kind_are_undone_together_and_slow_ones_one_by_one(navigation):
    begin = navigation.view
    for _ in range(5):
        navigation.go(navigation.terrain, navigation.view.moved(3, 0), "drag")
        navigation.tick(TOGETHER / 10)
    navigation.undo()
    assert navigation.view == begin
    navigation.tick(2 * TOGETHER)
    for _ in range(2):
        navigation.go(navigation.terrain, navigation.view.moved(3, 0), "pan")
        navigation.tick(2 * TOGETHER)
    navigation.undo()
    assert navigation.view == begin.moved(3, 0)
    navigation.undo()
    assert navigation.view == begin
    assert "nothing to undo" in navigation.undo()
    assert navigation.view == begin


def test_a_move_to_the_same_place_cannot_be_undone(navigation):
    assert navigation.go(navigation.terrain, navigation.view) == ""
    assert "nothing to undo" in navigation.undo()


def test_a_zoom_is_animated_from_the_old_view_to_the_new_one(navigation):
    assert navigation.shift == (0.0, 0.0, 1.0)
    navigation.go(navigation.terrain, navigation.view.zoomed(1, 0, 0), "zoom")
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
    assert navigation.go(navigation.terrain, navigation.view.zoomed(-30, 0, 0))
    assert navigation.view == begin
