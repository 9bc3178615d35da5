import pytest

from agents.errors import UserError
from render.window.watch.watch_config import WatchConfig


@pytest.mark.parametrize("maze", [0, 1, 2**62 - 1])
def test_all_maze_numbers_are_accepted(maze):
    assert WatchConfig(maze=maze).maze == maze


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"maze": -1}, "from 0"),
        ({"maze": 2**62}, "from 0"),
        ({"grid": True, "play": True}, "grid or play"),
    ],
)
def test_what_cannot_be_shown_is_refused_in_one_line(settings, words):
    with pytest.raises(UserError, match=words) as caught:
        WatchConfig(**settings)
    assert "\n" not in str(caught.value)
