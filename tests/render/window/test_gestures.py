import pytest

from render.window.event import Pointer
from render.window.gestures import SLACK, Gesture, GestureTracker


def gestures(tracker, *events):
    """All gestures that events over parts of the window make."""
    return [gesture for event, part in events for gesture in tracker.update(event, part)]


def test_a_press_and_release_in_one_place_is_a_click():
    events = (Pointer("press", 5, 6, 1), "view"), (Pointer("move", 5 + SLACK, 6), "view")
    assert gestures(GestureTracker(), *events, (Pointer("release", 6, 6, 1), "view")) == [Gesture("click", 6, 6)]


@pytest.mark.parametrize("shift", [False, True])
def test_a_drag_covers_all_of_its_way_and_is_no_click(shift):
    tracker = GestureTracker()
    moves = [(Pointer("move", x, 9, shift=shift), "view") for x in (30, 45, 41)]
    made = gestures(tracker, (Pointer("press", 20, 10, 1), "view"), *moves, (Pointer("release", 41, 9, 1), "view"))
    assert made[0].kind == "grab"
    drags = [gesture for gesture in made if gesture.kind == "drag"]
    assert (sum(drag.x for drag in drags), sum(drag.y for drag in drags)) == (21, -1)
    assert {drag.shift for drag in drags} == {shift}
    assert all(gesture.kind != "click" for gesture in made)
    assert tracker.dragged == ""


def test_the_bar_is_dragged_until_the_release_wherever_the_mouse_goes():
    press, away = (Pointer("press", 8, 99, 1), "bar"), (Pointer("move", 70, 3), "view")
    made = gestures(
        GestureTracker(), press, away, (Pointer("release", 80, 3, 1), "view"), (Pointer("move", 90, 3), "view")
    )
    assert made == [Gesture("seek", 8, 99), Gesture("seek", 70, 3)]


def test_other_buttons_and_moves_make_no_gesture():
    tracker = GestureTracker()
    assert not gestures(tracker, (Pointer("press", 1, 1, 3), "view"), (Pointer("move", 50, 50), "view"))
    assert tracker.cursor == (50, 50)


def test_a_release_outside_the_view_is_no_click():
    press, release = (Pointer("press", 1, 1, 1), "view"), (Pointer("release", 1, 1, 1), "")
    assert not gestures(GestureTracker(), press, release)


def test_a_press_of_the_button_plays_and_is_neither_click_nor_drag():
    press, move = (Pointer("press", 3, 99, 1), "button"), (Pointer("move", 60, 20), "view")
    assert gestures(GestureTracker(), press, move, (Pointer("release", 60, 20, 1), "view")) == [Gesture("play", 3, 99)]
