import pytest

from render.window.event import Key, Tick
from render.window.watch.life_clock import RATE, REST, LifeClock


def test_time_goes_at_the_rate_and_keys_double_it():
    clock = LifeClock(200)
    clock.update(Tick(1.0))
    assert clock.time == pytest.approx(RATE)
    clock.update(Key("+"))
    clock.update(Tick(1.0))
    assert clock.time == pytest.approx(3 * RATE)
    assert clock.rate == 2 * RATE


def test_the_next_episode_follows_after_a_rest_and_plays():
    clock = LifeClock(10)
    assert not clock.update(Tick(5.0))
    assert clock.time == 10
    assert clock.playing
    assert not clock.update(Tick(REST / 2))
    assert clock.update(Tick(REST))
    clock.begin()
    clock.update(Tick(0.25))
    assert clock.time == pytest.approx(0.25 * RATE)


@pytest.mark.parametrize(("presses", "ending"), [(0, "next maze"), (1, "stop"), (2, "loop"), (3, "ping-pong")])
def test_endings(presses, ending):
    clock = LifeClock(10)
    for _ in range(presses):
        clock.update(Key("o"))
    assert clock.ending == ending
    over = [clock.update(Tick(0.1)) for _ in range(40)]
    assert any(over) == (ending != "stop")
    assert (clock.time == 10) == (ending in ("stop", "next maze", "loop"))


def test_ping_pong_comes_back():
    clock = LifeClock(16, "next maze")
    for _ in range(3):
        clock.update(Key("o"))
    clock.update(Tick(1.5))
    assert clock.time == pytest.approx(8)
    assert clock.update(Tick(0.75))
    assert clock.time == pytest.approx(4)


def test_space_ends_a_rest_with_a_pause():
    clock = LifeClock(10)
    clock.update(Tick(5.0))
    clock.update(Key("space"))
    assert not clock.playing
    assert not clock.update(Tick(9.0))
    clock.begin()
    assert not clock.playing


def test_steps_and_seeks_during_a_rest_keep_the_episode():
    clock = LifeClock(10)
    clock.update(Tick(5.0))
    clock.update(Key("["))
    assert clock.time < 10
    assert clock.playing
    clock.update(Tick(5.0))
    clock.update(Key(","))
    assert clock.time == 9
    assert not clock.playing


def test_chasing_arrives_and_never_passes():
    clock = LifeClock(100)
    clock.chase(3.0, 0.1)
    assert 0 < clock.time < 3
    for _ in range(20):
        clock.chase(3.0, 0.1)
    assert clock.time == 3
    clock.chase(1.0, 1.0)
    assert clock.time == 3
