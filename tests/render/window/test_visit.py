import pytest

from render.window.explore.place import Land, Origin, Place
from render.window.explore.visit import EASE, RESTED, TOGETHER, Visit
from sim.rollout.machine import Machine

PLACE = Place(Land(lifetime=24, mazes=2))
SIZE = (36, 64)


@pytest.fixture
def visit(watched, tmp_path):
    visit = Visit(Origin.open(watched.path, Machine(1)), PLACE, SIZE, tmp_path)
    yield visit
    visit.close()


def test_one_move_or_many_quick_ones_are_undone_at_once_and_slow_ones_one_by_one(visit):
    begin = visit.view
    for _ in range(5):
        visit.go(visit.land, visit.view.moved(3, 0), "drag")
        visit.tick(TOGETHER / 10)
    visit.undo()
    assert visit.view == begin
    visit.tick(2 * TOGETHER)
    for _ in range(2):
        visit.go(visit.land, visit.view.moved(3, 0), "pan")
        visit.tick(2 * TOGETHER)
    visit.undo()
    assert visit.view == begin.moved(3, 0)
    visit.undo()
    visit.undo()
    assert visit.view == begin
    assert "nothing to undo" in visit.toast.text


def test_going_nowhere_is_nothing_to_undo(visit):
    visit.go(visit.land, visit.view)
    visit.undo()
    assert "nothing to undo" in visit.toast.text


def test_a_zoom_is_eased_from_where_it_was_to_where_it_is(visit):
    assert visit.shift == (0.0, 0.0, 1.0)
    visit.go(visit.land, visit.view.zoomed(1, 0, 0), "zoom")
    assert visit.shift == pytest.approx((0.0, 0.0, 0.5))
    visit.tick(EASE / 2)
    assert 0.5 < visit.shift[2] < 1
    visit.tick(EASE)
    assert visit.shift == (0.0, 0.0, 1.0)


def test_shifting_and_laying_out_are_not_undone(visit):
    begin = visit.view
    visit.lay_out((40, 70))
    assert (visit.view.left, visit.view.top, visit.view.shape) == (begin.left, begin.top, (40, 70))
    visit.shift_by(-3, -2)
    assert visit.view == begin.resized((40, 70)).moved(-3, -2)
    visit.undo()
    assert "nothing to undo" in visit.toast.text


def test_wider_than_dust_and_worlds_that_cannot_be_are_refused_in_words(visit):
    visit.go(visit.land, visit.view.zoomed(-30, 0, 0))
    assert "dust" in visit.toast.text
    assert not visit.relocate("life", lifetime=0)
    assert visit.land == PLACE.land
    assert "\n" not in visit.toast.text


def test_a_journey_notes_where_one_rests_and_only_there(visit):
    visit.record()
    begin = visit.place
    for seconds in (RESTED / 4, 2 * RESTED, 2 * RESTED):
        if len(visit.journey) < 2:
            visit.go(visit.land, visit.view.moved(9, 0), "pan")
        visit.tick(seconds)
    assert visit.journey == [begin, visit.place]
