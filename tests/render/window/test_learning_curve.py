import numpy as np
import pytest

from render.forager import PELLET
from render.window.event import Resize, Tick
from render.window.watch.learning_curve import curve_of, put_learning_curve
from render.window.watch.run_follower import read_news
from render.window.watch.watch import Watch
from render.window.watch.watch_config import WatchConfig
from tests.render.window.waiting import wait_until

BOX = (20, 10, 400, 150)
CURVE = ((1, 10.0), (50, 40.0), (100, 80.0))


def drawn(curve, generations=200):
    frame = np.zeros((200, 500, 3), np.uint8)
    put_learning_curve(frame, curve, generations, BOX, 14)
    return frame


def test_the_curve_has_a_point_for_each_validated_generation():
    records = [{"generation": 1, "validation": 3.5}, {"generation": 2}, {"generation": 3, "validation": None}]
    assert curve_of([*records, {"generation": 4, "validation": 5}]) == ((1, 3.5), (4, 5.0))


def test_it_ends_at_its_generation_and_stays_in_its_box():
    frame = drawn(CURVE)
    near = (np.abs(frame[28:140].astype(int) - PELLET).max(-1) < 30).any(0)
    columns = np.flatnonzero(near)
    assert columns.max() == pytest.approx(BOX[0] + BOX[2] / 2, abs=6), "generation 100 of 200 is in the middle"
    assert columns.min() == pytest.approx(BOX[0], abs=6)
    inside = frame[BOX[1] : BOX[1] + BOX[3], BOX[0] : BOX[0] + BOX[2]].copy()
    assert inside.any()
    frame[BOX[1] : BOX[1] + BOX[3], BOX[0] : BOX[0] + BOX[2]] = 0
    assert not frame.any()


def test_a_higher_end_is_drawn_higher():
    tops = []
    for last in (20.0, 80.0):
        near = np.abs(drawn(((1, 10.0), (50, 80.0), (100, last)))[28:140].astype(int) - PELLET).max(-1) < 30
        tops.append(np.flatnonzero(near[:, 215:220].any(1)).min())
    assert tops[1] < tops[0] - 20


def test_nothing_is_drawn_without_a_curve_or_room():
    assert not drawn(()).any()
    frame = np.zeros((200, 500, 3), np.uint8)
    put_learning_curve(frame, CURVE, 200, (20, 10, 400, 40), 14)
    assert not frame.any()


def test_a_followed_run_shows_its_learning_curve(watched, folder):
    """With --follow the foot of the picture holds the curve; without it, the forager has all of the picture."""
    frames = []
    for follow in (True, False):
        model = Watch(watched.path, WatchConfig(follow=follow))
        model.renderer.pictures.max_wait = 60
        try:
            model.update(Resize(900, 600))
            wait_until(
                lambda model=model, follow=follow: (
                    model.session.ready and bool(model.session.foragers.follower.curve) == follow
                ),
                lambda model=model: model.update(Tick(0.0)),
            )
            frames.append(model.picture())
            curve = model.session.foragers.follower.curve
            assert curve == (read_news(watched)[1] if follow else ())
        finally:
            model.close()
    assert not np.array_equal(*frames)
    assert len(read_news(watched)[1]) > 3
