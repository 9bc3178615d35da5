import pytest
from hypothesis import given
from hypothesis import strategies as st

from render.window.explore.pace import COARSEST, GLIMPSE_SECONDS, Pace

SHAPE = (720, 1280)


def at(speed, dtype="float32"):
    """A pace that measured a speed."""
    pace = Pace()
    pace.measured(dtype, speed, 1.0)
    return pace


@given(st.floats(1e4, 1e11), st.integers(1, 10**6))
def test_the_first_pass_is_the_finest_that_takes_at_most_the_time_of_a_glimpse(speed, steps):
    stride = at(speed).first_stride("float32", steps, SHAPE)
    room = max(1, speed * GLIMPSE_SECONDS / steps)
    pixels = SHAPE[0] * SHAPE[1] / stride**2
    assert stride == COARSEST or pixels <= room
    assert stride == 1 or 4 * pixels > int(room)


def test_examples_of_machines():
    assert at(258e6).first_stride("float32", 16 * 200, SHAPE) == 32
    assert at(10e6).first_stride("float32", 16 * 200, SHAPE) == 128
    assert at(10e6).first_stride("float32", 100 * 200, SHAPE) == 512
    assert at(1e12).first_stride("float32", 200, SHAPE) == 1


def test_a_slower_speed_is_believed_sooner_than_a_faster_one():
    pace = at(1e6)
    pace.measured("float32", 1e5, 1.0)
    assert pace.pixels("float32", 1, 1.0) < 3e5
    pace.measured("float32", 1e6, 1.0)
    assert pace.pixels("float32", 1, 1.0) < 7e5


def test_each_arithmetic_has_its_own_speed():
    pace = at(1e6)
    assert pace.knows("float32")
    assert not pace.knows("float64")
    pace.measured("float64", 5e5, 1.0)
    assert pace.pixels("float64", 1, 1.0) == 500_000
    assert pace.pixels("float32", 1, 1.0) == 1_000_000


def test_a_batch_has_a_pixel_however_slow_the_machine_is():
    assert at(1.0).pixels("float32", 10**6) == 1


@pytest.mark.parametrize("seconds", [0.0, -1e-9])
def test_a_clock_that_stands_still_is_no_error(seconds):
    pace = Pace()
    pace.measured("float32", 100, seconds)
    assert pace.pixels("float32", 1) >= 1
