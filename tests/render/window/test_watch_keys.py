import pytest

from render.window.watch.watch_keys import press_key
from render.window.watch.watch_session import WatchSession
from tests.render.window.waiting import wait_until


@pytest.fixture
def session(watched):
    session = WatchSession(watched.path, None, "validation", 2)
    wait_until(lambda: session.ready)
    yield session
    session.close()


def test_n_changes_the_maze_down_to_the_first(session):
    mazes = [(press_key(session, key), session.maze)[1] for key in "nNNNN"]
    assert mazes == [3, 2, 1, 0, 0]


def test_v_changes_the_view_and_shift_v_goes_back(session):
    views = [(press_key(session, key), session.view)[1] for key in "vvvVVV"]
    assert views == ["grid", "duel", "life", "duel", "grid", "life"]


def test_arrows_drive_in_a_duel_alone(session):
    press_key(session, "up")
    assert session.playhead.driver is None
    press_key(session, "V")
    session.tick(0.0)
    press_key(session, "up")
    assert session.playhead.driver.steps == 1


@pytest.mark.parametrize(("key", "message"), [("+", "32 steps a second"), ("o", "at the end: stop"), (".", "")])
def test_keys_for_time_show_a_message_where_they_change_speed_or_ending(session, key, message):
    said = press_key(session, key)
    assert message in said
    assert bool(said) == bool(message)
