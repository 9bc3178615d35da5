import pytest
from hypothesis import given
from hypothesis import strategies as st

from render.window.event import Key, Tick, Wheel
from render.window.playback import MODES, Playback


@given(st.integers(1, 50), st.sampled_from(MODES), st.booleans(), st.lists(st.floats(0, 40), max_size=20))
def test_the_position_never_leaves_the_film(frames, mode, wraps, times):
    playback = Playback(frames, 3.0, mode, wraps and mode == "loop")
    for seconds in times:
        playback.update(Tick(seconds))
        assert 0 <= playback.position < frames
        assert 0 <= playback.frame < frames


def test_off_stops_at_the_end_and_space_starts_again():
    playback = Playback(5, 2.0, "off")
    playback.update(Tick(1.0))
    assert playback.frame == 2
    playback.update(Tick(9.0))
    assert (playback.position, playback.playing) == (4.0, False)
    playback.update(Key("space"))
    assert (playback.position, playback.playing) == (0.0, True)


def test_ping_pong_turns_at_both_ends():
    playback = Playback(5, 1.0, "ping-pong")
    frames = []
    for _ in range(9):
        playback.update(Tick(1.0))
        frames.append(playback.frame)
    assert frames == [1, 2, 3, 4, 3, 2, 1, 0, 1]


@pytest.mark.parametrize(("wraps", "after"), [(True, 4.5), (False, 0.5)])
def test_a_film_that_wraps_goes_on_from_the_last_frame_to_the_first(wraps, after):
    playback = Playback(5, 1.0, "loop", wraps)
    playback.update(Tick(4.5))
    assert playback.position == after


def test_the_speed_changes_in_powers_of_two():
    playback = Playback(100, 1.0)
    for name, speed in (("+", "x2"), ("=", "x4"), ("-", "x2"), ("-", "x1"), ("-", "x1/2")):
        playback.update(Key(name))
        assert playback.speed == speed
    playback.update(Tick(4.0))
    assert playback.position == 2.0


def test_a_step_back_from_between_two_frames_goes_to_the_one_before():
    playback = Playback(10, 1.0, "off", position=3.5)
    playback.update(Key(","))
    assert playback.position == 3.0
    playback.update(Key(","))
    assert playback.position == 2.0
    playback.update(Key("."))
    assert playback.position == 3.0


def test_other_events_are_not_handled():
    playback = Playback(5)
    assert not playback.update(Key("p"))
    assert not playback.update(Wheel(0, 0, 1))
    assert playback.update(Key("o"))
