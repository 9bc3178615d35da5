import pytest

from render.window.watch.watch_layout import WatchLayout


@pytest.mark.parametrize("size", [(360, 640), (720, 1280), (240, 320), (777, 333)])
def test_the_bar_lies_under_the_picture_inside_the_window(size):
    layout = WatchLayout(size, "16 steps/s, loop, h help")
    height, width = layout.picture
    x, y, wide, tall = layout.bar
    assert width == size[1]
    assert height <= y < y + tall <= size[0]
    assert 0 < x < x + wide < size[1]


def test_a_longer_label_leaves_a_shorter_bar():
    short, long = (WatchLayout((360, 640), label).bar for label in ("h help", "16 steps/s, next maze, h help"))
    assert long[2] < short[2]


def test_parts_are_found_by_their_places():
    layout = WatchLayout((360, 640), "h help")
    x, y, width, _ = layout.bar
    assert layout.part_at(x + width // 2, y) == "bar"
    assert layout.part_at(5, 5) == "view"
    assert layout.part_at(639, 359) == ""
    assert layout.part_at(-1, -1) == ""
