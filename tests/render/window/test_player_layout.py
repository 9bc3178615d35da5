import pytest

from render.window.play.player_layout import PlayerLayout

SIZES = [(360, 640), (720, 1280), (240, 320), (777, 333)]


@pytest.mark.parametrize("size", SIZES)
def test_landscape_bar_and_label_lie_apart_inside_the_window(size):
    layout = PlayerLayout(size, False, "5 of 5   x1   loop")
    height, width = layout.area
    x, y, wide, tall = layout.bar
    assert width == size[1]
    assert height <= y < y + tall <= size[0]
    assert 0 < x < x + wide < size[1]


@pytest.mark.parametrize("size", SIZES)
def test_a_replay_takes_the_right_of_the_window(size):
    closed, opened = (PlayerLayout(size, replaying, "5 of 5") for replaying in (False, True))
    assert opened.area[0] == closed.area[0]
    assert 0.5 * size[1] < opened.area[1] < 0.6 * size[1]


def test_a_longer_label_leaves_a_shorter_bar():
    short, long = (PlayerLayout((360, 640), False, label).bar for label in ("1 of 5", "1 of 5   x1/64   ping-pong"))
    assert long[2] < short[2]


def test_parts_are_found_by_their_places():
    layout = PlayerLayout((360, 640), True, "5 of 5")
    x, y, width, _ = layout.bar
    assert layout.part_at(x + width // 2, y) == "bar"
    assert layout.part_at(5, 5) == "view"
    assert layout.part_at(layout.area[1] + 5, 5) == ""
    assert layout.part_at(-1, -1) == ""
