import pytest
from hypothesis import given
from hypothesis import strategies as st

from render.window.event import Key, Tick, Wheel
from render.window.transport import MODES, Transport


@given(st.integers(1, 50), st.sampled_from(MODES), st.booleans(), st.lists(st.floats(0, 40), max_size=20))
def test_the_position_never_leaves_the_film(frames, mode, round, times):
    transport = Transport(frames, 3.0, mode, round and mode == "loop")
    for seconds in times:
        transport.update(Tick(seconds))
        assert 0 <= transport.position < frames
        assert 0 <= transport.frame < frames
        assert 0 <= transport.share <= 1


def test_off_stops_at_the_end_and_starts_anew():
    transport = Transport(5, 2.0, "off")
    transport.update(Tick(1.0))
    assert transport.frame == 2
    transport.update(Tick(9.0))
    assert (transport.position, transport.playing) == (4.0, False)
    transport.update(Key("space"))
    assert (transport.position, transport.playing) == (0.0, True)


def test_ping_pong_turns_at_both_ends():
    transport = Transport(5, 1.0, "ping-pong")
    seen = []
    for _ in range(9):
        transport.update(Tick(1.0))
        seen.append(transport.frame)
    assert seen == [1, 2, 3, 4, 3, 2, 1, 0, 1]


@pytest.mark.parametrize(("round", "after"), [(True, 4.5), (False, 0.5)])
def test_a_loop_that_is_round_goes_on_from_the_last_to_the_first(round, after):
    transport = Transport(5, 1.0, "loop", round)
    transport.update(Tick(4.5))
    assert transport.position == after


def test_speed_goes_in_powers_of_two():
    transport = Transport(100, 1.0)
    for name, speed in (("+", "x2"), ("=", "x4"), ("-", "x2"), ("-", "x1"), ("-", "x1/2")):
        transport.update(Key(name))
        assert transport.speed == speed
    transport.update(Tick(4.0))
    assert transport.position == 2.0


def test_a_step_back_from_between_two_frames_goes_to_the_nearer():
    transport = Transport(10, 1.0, "off", position=3.5)
    transport.update(Key(","))
    assert transport.position == 3.0
    transport.update(Key(","))
    assert transport.position == 2.0
    transport.update(Key("."))
    assert transport.position == 3.0


def test_other_events_are_not_taken():
    transport = Transport(5)
    assert not transport.update(Key("p"))
    assert not transport.update(Wheel(0, 0, 1))
    assert transport.update(Key("o"))
