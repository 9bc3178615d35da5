import numpy as np
import pytest

from render.window.watch.curves import put_curves, put_figures

INK, OTHER = (250, 200, 0), (0, 90, 200)
BOX, TEXT = (20, 30, 201, 101), 14


def drawn(curves, time):
    frame = np.zeros((160, 260, 3), np.uint8)
    put_curves(frame, curves, time, 20, BOX, TEXT)
    return frame


@pytest.mark.parametrize(("every", "time"), [(1, 10.0), (2, 20.0), (4, 20.0), (1, 4.5)])
def test_a_curve_ends_at_its_time_and_count(every, time):
    eaten = np.arange(20) % every == 0
    frame = drawn([(eaten, INK)], time)
    rows, columns = np.nonzero((frame == INK).all(-1))
    dot = columns > columns.max() - 5
    count = np.interp(time, np.arange(21), np.concatenate([[0], np.cumsum(eaten)]))
    assert columns[dot].mean() == pytest.approx(20 + 200 * time / 20, abs=3)
    assert rows[dot].mean() == pytest.approx(30 + 100 * (1 - count / 20), abs=2)


def test_the_last_lies_on_top():
    eaten = np.ones(20, np.bool_)
    frame = drawn([(eaten, OTHER), (eaten, INK)], 20.0)
    assert (frame == INK).all(-1).sum() > 100
    assert not (frame == OTHER).all(-1).any()


def test_nothing_is_drawn_after_the_time():
    frame = drawn([(np.ones(20, np.bool_), INK)], 5.0)
    ahead = frame[31:130, 20 + 60 : 221]  # between the lines of the box
    assert not ahead.any()


def test_figures_stay_in_their_columns():
    frame = np.zeros((80, 240, 3), np.uint8)
    put_figures(frame, [("step", "5", "of 9"), ("leader", "3", "a name that is far too long")], (0, 5, 240), TEXT)
    assert frame[:, :120].any()
    assert frame[:, 120:].any()
    alone = np.zeros((80, 240, 3), np.uint8)
    put_figures(alone, [("step", "5", "of 9"), ("leader", "3", "")], (0, 5, 240), TEXT)
    assert np.array_equal(frame, alone)
