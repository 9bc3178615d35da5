import pytest

from render.window.event import Pointer
from render.window.play.grip import SLACK, Gesture, Grip


def does(grip, *events):
    return [gesture for event, part in events for gesture in grip.update(event, part)]


def test_a_press_and_release_in_one_place_is_a_click():
    events = (Pointer("press", 5, 6, 1), "view"), (Pointer("move", 5 + SLACK, 6), "view")
    assert does(Grip(), *events, (Pointer("release", 6, 6, 1), "view")) == [Gesture("click", 6, 6)]


@pytest.mark.parametrize("shift", [False, True])
def test_a_drag_pulls_by_all_of_its_way_and_is_no_click(shift):
    grip = Grip()
    moves = [(Pointer("move", x, 9, shift=shift), "view") for x in (30, 45, 41)]
    heard = does(grip, (Pointer("press", 20, 10, 1), "view"), *moves, (Pointer("release", 41, 9, 1), "view"))
    assert heard[0].kind == "grasp"
    pulls = [gesture for gesture in heard if gesture.kind == "pull"]
    assert (sum(each.x for each in pulls), sum(each.y for each in pulls)) == (21, -1)
    assert {each.shift for each in pulls} == {shift}
    assert all(each.kind != "click" for each in heard)
    assert grip.holds == ""


def test_the_bar_is_held_until_release_wherever_the_mouse_goes():
    press, away = (Pointer("press", 8, 99, 1), "bar"), (Pointer("move", 70, 3), "view")
    heard = does(Grip(), press, away, (Pointer("release", 80, 3, 1), "view"), (Pointer("move", 90, 3), "view"))
    assert heard == [Gesture("seek", 8, 99), Gesture("seek", 70, 3)]


def test_other_buttons_and_moves_mean_nothing():
    grip = Grip()
    assert not does(grip, (Pointer("press", 1, 1, 3), "view"), (Pointer("move", 50, 50), "view"))
    assert grip.cursor == (50, 50)
    assert not does(grip, (Pointer("press", 1, 1, 1), "view"), (Pointer("release", 1, 1, 1), "")), "it left the view"
