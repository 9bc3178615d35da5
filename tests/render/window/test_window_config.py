import pytest

from agents.errors import UserError
from render.legend import print_size, scale_letters
from render.window.window_config import LARGEST, SMALLEST, WindowConfig, first_size


@pytest.mark.parametrize(
    ("screen", "size"),
    [
        ((1920, 1080), (1280, 720)),
        ((3840, 2160), (2560, 1440)),
        ((1280, 720), (1178, 662)),
        ((300, 200), SMALLEST),
    ],
)
def test_a_new_window_suits_the_screen(screen, size):
    assert first_size(screen) == size


@pytest.mark.parametrize("side", [800, 1366, 2560, 7680])
def test_a_new_window_leaves_room_on_every_usual_screen(side):
    width, height = first_size((side, round(side * 10 / 16)))
    assert width <= 0.93 * side
    assert height <= 0.93 * side * 10 / 16
    assert width / height == pytest.approx(16 / 9, rel=0.01)


@pytest.mark.parametrize(
    "settings",
    [{"size": (319, 240)}, {"size": (400, LARGEST[1] + 1)}, {"scale": 0.4}, {"scale": 5.0}, {"scale": float("nan")}],
)
def test_other_sizes_are_refused(settings):
    with pytest.raises(UserError, match="got"):
        WindowConfig(**settings)


def test_the_scale_is_that_of_letters():
    usual = print_size((720, 1280))
    scale_letters(2.0)
    try:
        assert print_size((720, 1280)) == 2 * usual
    finally:
        scale_letters(1.0)
    assert print_size((720, 1280)) == usual
