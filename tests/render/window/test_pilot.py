import pytest

from render.window.explore.pilot import DEPTH, LEG, Pilot
from render.window.explore.place import Land, Origin
from render.window.explore.view import View
from render.window.explore.worker import Worker
from sim.rollout.machine import Machine

SHAPE = (36, 64)


@pytest.fixture
def worker():
    worker = Worker()
    yield worker
    worker.close()


@pytest.fixture(scope="module")
def ground(watched):
    return Origin.open(watched.path, Machine(1)).ground(Land(lifetime=24, mazes=2))


def onward(pilot, ground, view, seconds=LEG):
    """The next view, or None where there is none after a leg's time."""
    there = pilot.tick(seconds, ground, view)
    if there is None and pilot._found is not None:
        pilot._found.result(60)
        there = pilot.tick(0.0, ground, view)
    return there


def test_at_rest_it_goes_nowhere(worker, ground):
    pilot = Pilot(worker)
    assert pilot.tick(100.0, ground, View.of(0, 0, 0.7, SHAPE)) is None
    assert pilot._found is None, "and computes nothing"


def test_a_leg_goes_closer_by_two_and_stays_inside_what_was_seen(worker, ground):
    pilot, view = Pilot(worker), View.of(0, 0, 0.7, SHAPE)
    assert pilot.toggle()
    for _ in range(3):
        after = onward(pilot, ground, view)
        assert (after.level, after.shape) == (view.level + 1, SHAPE)
        assert view.window.radius == 2 * after.window.radius
        x, y = after.window.x - view.window.x, after.window.y - view.window.y
        assert max(abs(x), abs(y)) <= view.window.radius * SHAPE[1] / SHAPE[0]
        view = after


def test_it_waits_for_its_time_however_soon_it_knows_where_to_go(worker, ground):
    pilot, view = Pilot(worker), View.of(0, 0, 0.7, SHAPE)
    pilot.toggle()
    view = onward(pilot, ground, view)
    assert onward(pilot, ground, view, LEG / 2) is None
    assert onward(pilot, ground, view, LEG / 2) is not None


def test_from_the_depth_it_comes_up_by_the_way_it_went(worker, ground):
    pilot, view = Pilot(worker), View.of(0, 0, 0.7, SHAPE)
    pilot.toggle()
    views = [View(view.level + octave, 0, 0, *SHAPE) for octave in range(DEPTH)]
    pilot._trail = list(views)
    assert onward(pilot, ground, View(view.level + DEPTH, 0, 0, *SHAPE)) is None
    assert pilot.rising
    up = [pilot.tick(LEG / 2, ground, view) for _ in range(DEPTH)]
    assert up == views[::-1]
    assert pilot.tick(LEG / 2, ground, view) is None
    assert not pilot.rising, "and dives again"


def test_stopped_it_forgets(worker, ground):
    pilot, view = Pilot(worker), View.of(0, 0, 0.7, SHAPE)
    pilot.toggle()
    onward(pilot, ground, view)
    assert not pilot.toggle()
    assert (pilot.on, pilot.rising, pilot._trail) == (False, False, [])
    assert onward(pilot, ground, view, 100.0) is None
