import numpy as np
import pytest

from render.window.explore.autopilot import DEPTH, LEG_SECONDS, PATIENCE, RICH, Autopilot, find_target, richness
from render.window.explore.origin import Origin
from render.window.explore.place import Terrain
from render.window.explore.tile_worker import TileWorker
from render.window.explore.view import View
from sim.rollout.machine import Machine

SHAPE = (36, 64)


@pytest.fixture
def worker():
    worker = TileWorker()
    yield worker
    worker.close()


@pytest.fixture(scope="module")
def sampler(watched):
    return Origin.open(watched.path, Machine(1)).sampler(Terrain(lifetime=24, mazes=2))


def next_view(autopilot, sampler, view, seconds=LEG_SECONDS):
    """The next view after `seconds`, waiting for a search that is running; None where the view stays."""
    there = autopilot.tick(seconds, sampler, view, fine=True)
    if there is None and autopilot._target is not None:
        autopilot._target.result(60)
        there = autopilot.tick(0.0, sampler, view, fine=True)
    return there


def test_switched_off_it_goes_nowhere_and_computes_nothing(worker, sampler):
    autopilot = Autopilot(worker)
    assert autopilot.tick(100.0, sampler, View.of(0, 0, 0.7, SHAPE), fine=True) is None
    assert autopilot._target is None, "it started a search"


def test_a_leg_zooms_by_two_and_stays_inside_the_view_before(worker, sampler):
    autopilot, view = Autopilot(worker), View.of(0, 0, 0.7, SHAPE)
    assert autopilot.toggle()
    for _ in range(3):
        after = next_view(autopilot, sampler, view)
        assert (after.level, after.shape) == (view.level + 1, SHAPE)
        assert view.window.radius == 2 * after.window.radius
        x, y = after.window.x - view.window.x, after.window.y - view.window.y
        assert max(abs(x), abs(y)) <= view.window.radius * SHAPE[1] / SHAPE[0]
        view = after


def test_a_leg_lasts_its_time_even_if_the_target_is_found_sooner(worker, sampler):
    autopilot, view = Autopilot(worker), View.of(0, 0, 0.7, SHAPE)
    autopilot.toggle()
    view = next_view(autopilot, sampler, view)
    assert next_view(autopilot, sampler, view, LEG_SECONDS / 2) is None
    assert next_view(autopilot, sampler, view, LEG_SECONDS / 2) is not None


def test_at_the_bottom_it_comes_up_the_way_it_went_down(worker, sampler):
    autopilot, view = Autopilot(worker), View.of(0, 0, 0.7, SHAPE)
    autopilot.toggle()
    views = [View(view.level + octave, 0, 0, *SHAPE) for octave in range(DEPTH)]
    autopilot._way_back = list(views)
    assert next_view(autopilot, sampler, View(view.level + DEPTH, 0, 0, *SHAPE)) is None
    assert autopilot.rising
    up = [autopilot.tick(LEG_SECONDS / 2, sampler, view, fine=True) for _ in range(DEPTH)]
    assert up == views[::-1]
    assert autopilot.tick(LEG_SECONDS / 2, sampler, view, fine=True) is None
    assert not autopilot.rising, "it dives again"


def test_switched_off_it_forgets_its_dive(worker, sampler):
    autopilot, view = Autopilot(worker), View.of(0, 0, 0.7, SHAPE)
    autopilot.toggle()
    next_view(autopilot, sampler, view)
    assert not autopilot.toggle()
    assert (autopilot.on, autopilot.rising, autopilot._way_back) == (False, False, [])
    assert next_view(autopilot, sampler, view, 100.0) is None


def test_it_waits_until_the_view_is_fine_diving_and_rising(worker, sampler):
    autopilot, view = Autopilot(worker), View.of(0, 0, 0.7, SHAPE)
    autopilot.toggle()
    for _ in range(3):
        assert autopilot.tick(LEG_SECONDS, sampler, view, fine=False) is None
    assert autopilot._target is None, "it searched in a view that is not fine"
    assert next_view(autopilot, sampler, view) is not None
    autopilot.rising = True
    assert autopilot.tick(LEG_SECONDS, sampler, view, fine=False) is None
    assert autopilot.tick(0.0, sampler, view, fine=True) == view


def test_pixels_that_are_too_slow_do_not_stop_it(worker, sampler):
    autopilot = Autopilot(worker)
    autopilot.toggle()
    autopilot._way_back, autopilot.rising = [View.of(0, 0, 0.7, SHAPE)], True
    assert autopilot.tick(PATIENCE - 1 - LEG_SECONDS, sampler, View.of(0, 0, 0.3, SHAPE), fine=False) is None
    assert autopilot.tick(1.1, sampler, View.of(0, 0, 0.3, SHAPE), fine=False) is not None


def test_it_comes_up_where_nothing_is_rich(worker, sampler):
    """A view so close that all of it is one plateau."""
    autopilot, plateau = Autopilot(worker), View.of(0, 0, 1e-7, SHAPE)
    _, rich = find_target(sampler, plateau.window)
    assert rich == 0.0
    autopilot.toggle()
    assert next_view(autopilot, sampler, plateau) is None
    assert autopilot.rising
    _, rich = find_target(sampler, View.of(0, 0, 2.0, SHAPE).window)
    assert rich > RICH


def test_richness_is_the_share_of_different_neighbours():
    assert richness(np.zeros((4, 4))) == 0
    assert richness(np.arange(16).reshape(4, 4)) == 1
    stripes = np.tile([0, 1], (4, 2))
    assert richness(stripes) == 0.5
